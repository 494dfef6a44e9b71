"""Which trap of the lesson's ConsensusProtocol an event has sprung, and what the agents did instead, in a sentence.

Source: the table of traps in the lesson's tests. Left out: agents that lie.
"""

from dataclasses import dataclass

from labkit.engine import Request
from labkit.lesson.poll import Poll, PollEvent, SendAgain, SetQuorum
from labkit.network import Cut, Heal
from labkit.protocols import Proposal, Propose, Vote
from labkit.values import by_name, canonical, listed


@dataclass(frozen=True)
class Trap:
    """A trap: how to spring it by hand, and how the agents avoid it."""

    how: str
    treatment: str


TRAPS = {
    "two yes": Trap("let one agent say yes to two proposals", "an agent says yes to at most one proposal"),
    "changed vote": Trap("let an agent that said yes say no", "the first vote stands, and so does a decision"),
    "ghost voter": Trap("remove an agent from the members, let it vote", "only members' votes count"),
    "quorum at most half": Trap(
        "set the quorum to half or less, let that many say yes", "more than half of the members, whatever is set"
    ),
    "quorum 0": Trap("set the quorum to 0 and propose something", "refused: the agents wait for a majority"),
    "value None": Trap("propose None, 0 or '' and let it win", "three answers: pending, won or lost"),
    "same id again": Trap("propose an id that is already in use", "an id is used once"),
    "one dictionary": Trap("cut off an agent, then vote", "each agent counts the votes that reach it"),
}


@dataclass(frozen=True)
class Remark:
    """What happened, in words, and which traps were sprung."""

    text: str
    traps: tuple[str, ...] = ()


def explain(before: Poll, after: Poll, *events: PollEvent) -> Remark:
    """What these events, one action of the learner, did to the lesson's class and to the agents."""
    remark = _what_happened(before, after, *events)
    stood = _standing(before)
    sprung = {trap: proposal for trap, proposal in _standing(after) if (trap, proposal) not in stood}
    if remark.traps:
        return Remark(f"{remark.text} {winners(after)}", tuple(dict.fromkeys((*remark.traps, *sprung))))
    if sprung:
        trap, proposal = next(iter(sprung.items()))
        return Remark(f"{_why(trap, proposal, after)} {winners(after)}", tuple(sprung))
    return remark


def looks_decided(poll: Poll, proposal: str) -> bool:
    """Whether an `if` would treat the return value of the lesson's class as a decision."""
    return bool(poll.lesson_says(proposal))


def differ(poll: Poll, proposal: Proposal) -> bool:
    """Whether the lesson's class and the agents disagree on this proposal."""
    ours = poll.lesson.proposals[proposal.id]["value"] == proposal.value and looks_decided(poll, proposal.id)
    return {belief == "won" for belief in poll.beliefs(proposal).values()} != {ours}


def winners(poll: Poll) -> str:
    """Which proposals have won, by the lesson's class and among the agents."""
    lesson = listed(proposal for proposal in poll.ids if looks_decided(poll, proposal))
    agents = []
    for proposal in poll.proposals:
        told = [name for name, belief in poll.beliefs(proposal).items() if belief == "won"]
        if told:
            agents.append(proposal.id if len(told) == len(poll.names) else f"{proposal.id} (for {listed(told)})")
    if listed(agents) == lesson:
        return f"Winner in both: {lesson}." if lesson else "Nothing has won yet, in either."
    return f"Winners: {lesson or 'none'} in the lesson’s class, {listed(agents) or 'none'} among the agents."


# ---- traps that show in the state ------------------------------------------------------------------------------------


def _standing(poll: Poll) -> list[tuple[str, Proposal]]:
    """The traps that are sprung now, with the proposals that they concern."""
    found = [(trap, proposal) for proposal in poll.proposals for trap in _sprung(poll, proposal)]
    return [(trap, proposal) for trap, proposal in found if differ(poll, proposal)]


def _sprung(poll: Poll, proposal: Proposal) -> list[str]:
    """Why the lesson's class and the agents may disagree on this proposal."""
    beliefs = set(poll.beliefs(proposal).values())
    counted, won = poll.lesson_has_counted(proposal.id), "won" in beliefs
    if won and counted and not looks_decided(poll, proposal.id):
        return ["value None"]
    if _said(poll, proposal, "yes") >= poll.need:  # enough, to an outside observer
        odd = [] if counted else _oddities(poll, proposal)
        return [*odd, *(["one dictionary"] if beliefs != {"won"} else [])]
    if not counted:
        return []
    if 2 * poll.quorum <= len(poll.members):
        return ["quorum at most half" if poll.quorum else "quorum 0"]
    return _oddities(poll, proposal)


def _oddities(poll: Poll, proposal: Proposal) -> list[str]:
    """The traps that make the votes in the dictionary differ from those that the agents have cast."""
    return list(dict.fromkeys(_odd_votes(poll, proposal).values()))


def _odd_votes(poll: Poll, proposal: Proposal) -> dict[str, str]:
    """The agents whose vote in the dictionary is not the one they cast, each with the trap."""
    written, cast = poll.lesson_votes(proposal.id), poll.cast(proposal)
    odd = {}
    for name, voter in poll.voters.items():
        if (cast.get(name) == "yes") == written.get(name, False):
            continue
        if name in cast:
            odd[name] = "changed vote" if name in written else "same id again"
        elif name not in poll.members:
            odd[name] = "ghost voter"
        else:
            odd[name] = "one dictionary" if proposal.id not in voter.named else "two yes"
    return odd


def _why(trap: str, proposal: Proposal, poll: Poll) -> str:
    """A trap that no single vote has sprung, in a sentence."""
    name = proposal.id
    match trap:
        case "quorum 0":
            did = f"the lesson’s class decides {name} without a vote; the agents wait for {_need(poll)}."
        case "quorum at most half":
            did = (f"{poll.quorum} yes decide {name} for the lesson’s class, and others could decide another "
                   f"proposal; the agents wait for {_need(poll)}, because any two majorities share a member.")
        case "value None":
            did = (f"{name} has its yes votes, but the lesson’s class returns {canonical(poll.lesson_says(name))}, "
                   "which looks undecided; the agents say “won”.")
        case "one dictionary" if _said(poll, proposal, "yes") >= poll.need:
            late = listed(agent for agent, belief in poll.beliefs(proposal).items() if belief != "won")
            did = ("the lesson’s class counts all votes in one place, whatever is cut; "
                   f"too few of them have reached {late}.")
        case _:
            whose = listed(agent for agent, why in _odd_votes(poll, proposal).items() if why == trap)
            did = (f"the lesson’s class decides {name} with the vote of {whose}, which no agent counts."
                   if poll.lesson_has_counted(name) else
                   f"the lesson’s class lacks the vote of {whose} on {name}, which the agents keep.")
    return f"Trap “{trap}”: {did}"


def _springs(trap: str, how: str) -> Remark:
    return Remark(f"Trap “{trap}”: {how}", (trap,))


def _said(poll: Poll, proposal: Proposal, vote: str) -> int:
    return list(poll.cast(proposal).values()).count(vote)  # type: ignore[arg-type]


def _need(poll: Poll) -> str:
    return f"{poll.need} of {len(poll.members)} members"


# ---- what one event did ----------------------------------------------------------------------------------------------


def _what_happened(before: Poll, after: Poll, *events: PollEvent) -> Remark:
    match events[0]:
        case Request(agent, Vote() as made):
            return _voted(before, after, agent, made)
        case Request(agent, Propose() as made):
            return _proposed(before, after, agent, made)
        case Cut() | Heal():
            return Remark(_links(after, [event for event in events if isinstance(event, Cut | Heal)]))
        case SendAgain():
            return Remark(f"All votes were sent again. {winners(after)}")
        case SetQuorum():
            return Remark(_quorum(before, after))
        case _:
            return Remark(f"The members are {listed(after.members, most=15)}; the agents require {_need(after)}.")


def _voted(before: Poll, after: Poll, agent: str, made: Vote) -> Remark:
    """The protocol's rules are checked in its own order, so the reason given is the agent's."""
    voter = before.voters[agent]
    proposal = voter.named.get(made.id)
    if proposal is None:
        return _springs("one dictionary", f"{agent} has not heard of {made.id}: the message was lost. The lesson’s "
                        "class counts its vote all the same; no agent does.")
    if not voter.counts(agent):
        return _springs("ghost voter", f"{agent} is not a member. Only the lesson’s class counts its vote.")
    if not voter.is_first_vote(agent, proposal):
        return _again(before, after, agent, made)
    if made.vote == "yes" and not voter.yes_is_free(agent, proposal):
        other = next(rival.id for rival in voter.votes if voter.votes[rival].get(agent) == "yes")
        return _springs("two yes", f"{agent} has already said yes to {other}. The lesson’s class counts the second yes "
                        f"too; {agent} itself refuses it.")
    unheard = [name for name, other in after.voters.items() if agent not in other.votes_on(proposal)]
    said = f"{agent} votes {made.vote} on {made.id}"
    if unheard:
        return _springs("one dictionary", f"{said}, but {listed(unheard)} cannot hear it. The lesson’s class counts it "
                        "for everyone at once; each agent counts what reaches it.")
    return Remark(f"{said}; everyone has heard it.")


def _again(before: Poll, after: Poll, agent: str, made: Vote) -> Remark:
    voter = before.voters[agent]
    first = voter.votes_on(voter.named[made.id])[agent]
    if first == made.vote and before.lesson_votes(made.id) == after.lesson_votes(made.id):
        return Remark(f"{agent} has already said {first} to {made.id}; nothing changes.")
    back = before.lesson_has_counted(made.id) and not after.lesson_has_counted(made.id)
    took = "takes the decision back" if back else "replaces its vote"
    return _springs("changed vote", f"{agent} had said {first} to {made.id}. The lesson’s class {took}; among the "
                    "agents the first vote stands.")


def _proposed(before: Poll, after: Poll, agent: str, made: Propose) -> Remark:
    if made.id not in before.ids:
        unheard = [name for name, voter in after.voters.items() if made.id not in voter.named]
        late = f", but {listed(unheard)} cannot hear of it" if unheard else ""
        return Remark(f"{agent} proposes {canonical(made.value)} as {made.id}{late}.")
    wiped = len(before.lesson_votes(made.id))
    lost = f"wipes {wiped} vote{'s' * (wiped != 1)}" if wiped else "restarts its vote"
    did = (f"{agent} refuses, because an id is used once" if made.id in before.voters[agent].named
           else f"{agent} had not heard of it, and the agents keep the votes of both")
    return _springs("same id again", f"{made.id} is already in use. The lesson’s class {lost}; {did}.")


def _links(after: Poll, events: list[Cut | Heal]) -> str:
    links = dict.fromkeys("–".join(sorted((event.source, event.target), key=by_name)) for event in events)
    parts = len(after.network.partitions())
    said = f"{listed(links)} {'are' if len(links) > 1 else 'is'}"
    if isinstance(events[0], Heal):
        whole = "everyone can hear everyone" if parts == 1 else f"there are still {parts} partitions"
        return f"{said} healed; {whole}." + (" What was lost stays lost: press Send votes again." if after.ids else "")
    if parts == 1:
        return f"{said} cut; messages take a way round, so everyone still hears everyone."
    return f"{said} cut; there are {parts} partitions now, and no vote crosses between them."


def _quorum(before: Poll, after: Poll) -> str:
    if before.begun and after.quorum != after.need:
        return (f"The lesson’s class now requires {after.quorum} yes. Votes have been cast, so the agents still "
                f"require {_need(after)} until you press New vote. {winners(after)}")
    if after.quorum == 0:
        return f"Quorum 0 is refused by the agents: they require {_need(after)}. The lesson’s class accepts it."
    if after.quorum != after.need:
        return (f"Quorum {after.quorum} is no more than half of {len(after.members)}: the lesson’s class accepts "
                f"it, the agents require {_need(after)}.")
    return f"Quorum {after.quorum}: the lesson’s class and the agents require this many yes."
