"""Exercise 2, by hand: what one member more buys, how few votes make two win, a split vote, a blocked commit, liars.

What a figure should be is counted here from the lab's own quorum systems and runs, not typed in.
"""

from typing import Any, Literal

from labkit.agents import AGREEMENT, Effect
from labkit.engine import Model, Simulator
from labkit.protocols import (
    TwoPhaseCommit,
    army,
    at_least,
    disjoint,
    every_lie,
    every_way_to_vote,
    majority,
)
from labkit.search import explore
from labkit.topology import build
from labkit.values import listed
from labkit.worksheet.exercises.consensus_by_messages import Voter
from labkit.worksheet.moment import Moment, undecided
from labkit.worksheet.refuting import Refuted, Unusable, one_of, plain
from labkit.worksheet.step import Step

SURVIVED = {members: members - majority(members).need for members in (3, 4, 5, 6, 7)}  # crashes
VOTES = {"2 of 5": at_least(2, 5), "3 of 6": at_least(3, 6), "3 of 5": at_least(3, 5)}
RIVALS = (("a", "red"), ("d", "blue"))
SPLITS = ("one of the two always wins", "both may win", "it may be that neither ever wins")
SPLIT_SEED = 1  # of the delays with which neither wins
ARMIES = (3, 4, 6, 7, 10)
ADVICE = ("commit", "abort", "wait")
REASONS = {
    "a": "all have voted yes by now",
    "b": "the coordinator is dead, so nobody can have committed",
    "c": "the others may have ended it either way",
    "d": "the time is up, and silence means no",
}


class Aborting(TwoPhaseCommit):
    """Aborts what it hears no more of, although it has voted yes."""

    def may_decide_alone(self, tx: str) -> bool:
        return True


class Committing(TwoPhaseCommit):
    """Commits what it hears no more of, because it has voted yes."""

    def insist(self, tx: str) -> list[Effect]:
        return self.end(tx, "commit") if self.is_open(tx) else []


def _table(answer: Any, keys: tuple[Any, ...]) -> dict[Any, Any]:
    if type(plain(answer)) is not dict or set(answer) != set(keys):
        cases = listed(f"“{key}”" if type(key) is str else str(key) for key in keys)
        raise Unusable(f"the answer does not give one number for each of {cases}")
    for key in keys:
        if type(answer[key]) not in (int, type(None)):
            raise Unusable(f"{answer[key]!r}, for {key}, is no whole number")
    return dict(answer)


def _judge_one_member_more(answer: Any) -> None:
    table = _table(answer, tuple(SURVIVED))
    for members, most in SURVIVED.items():
        given = table[members]
        if given is None or not 0 <= given < members:
            raise Unusable(f"{given}, for {members} members, is no number of crashes that leave at least one of them")
        if given < most:
            raise Refuted(f"{members} members survive more than {given}: with {most} down, {members - most} are left, "
                          f"which is more than half of {members}", _with_down(members, most))
        if given > most:
            left = members - given
            raise Refuted(f"with {given} of {members} down, {left} {'is' if left == 1 else 'are'} left, which is not "
                          f"more than half of {members}: nothing is ever decided",
                          undecided(_with_down(members, given)))


def _with_down(members: int, down: int) -> Simulator:
    """A vote by messages among so many members, the last of which are down."""
    sim = Model(build("mesh", members), Voter, (AGREEMENT,)).simulate(seed=1)
    first, *others = sim.system.agents
    for agent in others[len(others) - down:]:
        sim.crash(agent)
    sim.request(first, "red")
    sim.run()
    return sim


def _judge_fewest(answer: Any) -> None:
    table = _table(answer, tuple(VOTES))
    for name, system in VOTES.items():
        pair, given = disjoint(system), table[name]
        if pair is None and given is not None:
            raise Refuted(f"where {name} are enough, no number of votes makes two winners: two groups of three out of "
                          "five share a member, and its one yes cannot go to both")
        if pair is None:
            continue
        fewest = sum(map(len, pair))
        two = f"{listed(pair[0])} for one and {listed(pair[1])} for the other"
        if given is None or given > fewest:
            raise Refuted(f"where {name} are enough, {fewest} yes votes make two winners, {two}")
        if given < fewest:
            raise Refuted(f"where {name} are enough, {given} yes votes make no two winners: they cannot be "
                          f"{len(pair[0])} for each of two proposals")


def _judge_split(answer: Any) -> None:
    choice = one_of(answer, SPLITS)
    if choice == SPLITS[0]:
        sim = Model(build("mesh", 4), Voter, (AGREEMENT,), RIVALS).simulate(SPLIT_SEED)
        sim.run()
        voters = [agent for agent in sim.system.agents.values() if isinstance(agent, Voter)]
        red, blue = (listed(one.id for one in voters if one.yes_to == value) for _, value in RIVALS)
        raise Refuted(f"there is a run in which {red} say yes to red, {blue} to blue: two and two, and all "
                      "messages have arrived", undecided(sim))
    if choice == SPLITS[1]:
        tried = every_way_to_vote(majority(4))
        raise Refuted("two winners would need three yes votes each, six in all, and four agents have four; all "
                      f"{tried.states:,} ways to vote have been tried, and in none of them have two won")


def _judge_liars(answer: Any) -> None:
    table = _table(answer, ARMIES)
    for n in ARMIES:
        given, most = table[n], (n - 1) // 3
        if given is None or given < most:
            raise Refuted(f"{n} agents survive more liars, namely {most}: {n} is more than three times {most}")
        if given > most:
            lie = list(every_lie(army(3, "attack"), "b"))[1]
            witness = Model(build("mesh", 3), lie).simulate()
            witness.run(until=200)
            liars = {name: "lies" for name, one in lie.items() if not one.loyal}
            raise Refuted(f"{n} agents do not survive {_liars(given)}, for that takes more than three times as many "
                          "agents as liars; the run shows three agents with one liar",
                          Moment(witness, witness.now, liars))


def _liars(number: int) -> str:
    return f"{number} liar{'s' * (number != 1)}"


def _judge_blocked(answer: Any) -> None:
    if type(plain(answer)) not in (tuple, list) or len(answer) != 2:
        raise Unusable('the answer is no pair; give what b may do and the letter of a reason, such as ("commit", "a")')
    act, why = one_of(answer[0], ADVICE, "what b may do"), one_of(answer[1], REASONS, "the reason")
    if act != "wait":
        found = explore(_impatient(act), timeouts=1, progress=False)
        raise Refuted(f"if b does not wait, there is a run in which {found.why.removeprefix('as trip ')}", found)
    if why != "c":
        raise Refuted(f"to wait is right, but “{REASONS[why]}” is not the reason: b cannot know that, and it would be "
                      "a reason to go on")


def _impatient(act: str) -> Model:
    """Agent b does this when it has waited in vain; against a commit speaks that c votes no."""
    will: Literal["yes", "no"] = "yes" if act == "abort" else "no"
    agents = {
        "a": TwoPhaseCommit("a", ("b", "c")),
        "b": (Aborting if act == "abort" else Committing)("b", ("a", "c")),
        "c": TwoPhaseCommit("c", ("a", "b"), will=will),
    }
    return Model(build("mesh", 3), agents, requests=[("a", "trip")])


STEPS = (
    Step(
        "one member more", 2,
        "How many crashes do 3, 4, 5, 6 and 7 members survive, so that those that are left can still decide by "
        "majority? Look at your numbers: what does the fourth member buy, and what the sixth?", "figure",
        blank="survived = {3: ..., 4: ..., 5: ..., 6: ..., 7: ...}",
        solution="survived = {3: 1, 4: 1, 5: 2, 6: 2, 7: 3}",
        because="The fourth member buys nothing: the quorum grows from two to three, so there may still be one crash, "
        "and there is one member more that can crash. The same holds for the sixth. So a council has an odd number of "
        "members, and 2m + 1 of them survive m crashes.",
        hints=("How many yes votes does a majority of each number take? Those that are left must be as many.",
               "Half is not enough: of four members with two down, two are left."),
        judge=_judge_one_member_more, stretch=True,
    ),
    Step(
        "two winners", 2,
        "Each member says yes to one proposal at most. How many yes votes does it take at least until **two** "
        "proposals have won, if 2 of 5 are enough, if 3 of 6 are, and if 3 of 5 are? Write None where it can never "
        "happen.", "figure",
        blank='fewest = {"2 of 5": ..., "3 of 6": ..., "3 of 5": ...}',
        solution='fewest = {"2 of 5": 4, "3 of 6": 6, "3 of 5": None}',
        because="Two and two different members, three and three. Two groups of three out of five share a member, and "
        "its one yes cannot go to both: what any two quorums have in common is what makes a vote safe.",
        hints=("Write down the two groups that say yes. May they share a member?",
               "Two groups without a common member have together as many members as they have apart."),
        judge=_judge_fewest, stretch=True,
    ),
    Step(
        "two at once", 2,
        "Predict: of four agents of class `Voter`, one is asked for red and one for blue at the same moment. No "
        "message is lost, nobody crashes. What holds?", "prediction",
        blank="split = ...  # " + ",\n             # ".join(f'"{choice}"' for choice in SPLITS),
        solution='split = "it may be that neither ever wins"',
        because="Two and two, and nobody may take a yes back. Nothing wrong is decided, and nothing ever will be: "
        "safe, but not live. With an odd number of agents, three values can still split the votes. What is missing is "
        "another round.",
        hints=("Each agent says yes to the value that it hears of first. Who hears of what first?",
               "How many yes votes are there in all, and how many does a winner need?"),
        judge=_judge_split, stretch=True,
    ),
    Step(
        "a silent coordinator", 2,
        "Two-phase commit: three agents book a trip, either all of them or none. a is the coordinator, b has voted yes "
        'and hears nothing more. Its time is up. What may b do, "commit", "abort" or only "wait", and why?\n\n'
        + "\n".join(f"- ({letter}) {reason}" for letter, reason in REASONS.items()), "choice",
        blank='blocked = (..., ...)  # "commit", "abort" or "wait", and "a", "b", "c" or "d"',
        solution='blocked = ("wait", "c")',
        because="a may have told c to commit just before it fell silent, or to abort because c voted no. Both look "
        "the same to b. So it keeps what it has reserved, for as long as a is silent; a majority could go on, for it "
        "needs no single agent.",
        hints=("What do the others know that b does not?", "Try each: is there a run in which it is wrong?"),
        judge=_judge_blocked, stretch=True,
    ),
    Step(
        "liars", 2,
        "Agents that crash are silent; these here lie: they tell different things to different agents. How many liars "
        "do 3, 4, 6, 7 and 10 agents survive, if they only have messages (no signatures)?", "figure",
        blank="liars = {3: ..., 4: ..., 6: ..., 7: ..., 10: ...}", solution="liars = {3: 0, 4: 1, 6: 1, 7: 2, 10: 3}",
        because="m liars take more than 3m agents: with three, an honest agent hears two voices that contradict each "
        "other, and cannot know which of them lies. Crashes are cheaper: 2m + 1 agents survive m of them.",
        hints=("Three agents survive no liar. How many agents does it take for one?",
               "More than three times as many agents as liars."),
        judge=_judge_liars, stretch=True,
    ),
)
