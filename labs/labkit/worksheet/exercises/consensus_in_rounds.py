"""Exercise 2, in rounds: a vote that can be repeated, and the one rule by which a later round keeps to an earlier one.

Judged by search (three agents, two proposers), from a point where two values have been accepted, and by what the rule
answers to every report of up to three promises.
"""

from collections.abc import Iterator
from itertools import permutations, product
from typing import Any

from labkit.engine import Event, Model
from labkit.protocols import Paxos, PaxosBallot as Ballot, PaxosProposal as Proposal
from labkit.topology import build
from labkit.values import brief, listed
from labkit.worksheet.exercises.consensus_by_calls import IMPORTS
from labkit.worksheet.exercises.rounds import Rounds
from labkit.worksheet.exercises.searching import an_agent_class, decides, safe
from labkit.worksheet.refuting import Refuted, Unusable, call, plain
from labkit.worksheet.step import Step

RIVALS = (("a", "red"), ("c", "blue"))
WISH = "green"
BALLOTS = (Ballot(1, "a"), Ballot(1, "c"), Ballot(2, "b"))
KEPT = ("promised", "accepted", "ballot", "wishes")
SPARE = {
    "ballot": "ballot need not survive: after a crash the agent begins a new ballot, above all that it has promised",
    "wishes": "wishes need not survive: a wish that is forgotten makes nobody decide differently; its client asks "
    "again",
}
TWO_ACCEPTED = "a has accepted red in ballot 1 of a, then b and c blue in ballot 1 of c; now a begins ballot 2"

BEGUN = "a has the promises of a and b and asks them to accept red"


def two_accepted() -> tuple[Event, ...]:
    """Red is accepted by a alone, blue by a majority, and only the answers to this are still on their way."""
    sim = Model(build("mesh", 3), Paxos).simulate()

    def arrives(source: str, target: str) -> None:
        packet = [one for one in sim.system.flight.values() if (one.source, one.target) == (source, target)][-1]
        sim.do(packet, sim.now + 1)

    for proposer, wish in RIVALS:
        sim.request(proposer, wish)
        arrives(proposer, "b")
        arrives("b", proposer)
    arrives("c", "b")
    return tuple(step.event for step in sim.trace)


def _reports() -> Iterator[tuple[Proposal, ...]]:
    """What up to three promises can report, in every order: a ballot has one value; values may be alike, or empty."""
    yield ()
    for number in (1, 2, 3):
        for ballots in permutations(BALLOTS, number):
            for values in product(("red", "blue", ""), repeat=number):
                yield tuple(map(Proposal, ballots, values))


def _judge_value(answer: Any) -> None:
    kind = an_agent_class(answer, "class RoundVoter(Rounds):", Rounds)
    for least in ((), (Proposal(BALLOTS[0], "red"),), (Proposal(BALLOTS[0], "red"), Proposal(BALLOTS[1], "blue"))):
        _chosen(kind, least)
    decides(kind, 3, RIVALS[:1])
    safe(kind, 3, RIVALS)
    safe(kind, 3, (), after=two_accepted(), story=TWO_ACCEPTED, timeouts=1)
    for reported in _reports():
        due = max(reported, key=lambda one: one.ballot).value if reported else WISH
        got = _chosen(kind, reported)
        if got != due:
            raise Refuted(f"{_when(reported)}, the value must be {due or 'the empty text'}, not "
                          f"{got or 'the empty text'}{_highest(reported)}")
    decides(kind, 3, RIVALS)


def _chosen(kind: type[Any], reported: tuple[Proposal, ...]) -> Any:
    """What the rule chooses; Refuted, in words, if it stops with an error or chooses something that is no value."""
    said = _when(reported)
    try:
        value = call(kind("a", ("b", "c"), wishes=(WISH,)).choose_value, reported)
    except Refuted as why:
        if isinstance(why.__cause__, TypeError) and "Proposal" in str(why.__cause__):
            raise Unusable(f"{said}, choose_value compares proposals, which have no order by themselves, so there is "
                           "no largest one: compare their ballots") from why
        raise type(why)(f"{said}, choose_value{why.because.removeprefix(f'choose_value({brief(reported)})')}") from why
    if type(value) is not str:
        what = "a whole proposal" if isinstance(value, Proposal) else "nothing" if value is None else "no text at all"
        raise Unusable(f"{said}, choose_value returns {what}, and it must return a value, here a text")
    return value


def _when(reported: tuple[Proposal, ...]) -> str:
    said = listed(f"{brief(one.value) if one.value else 'an empty text'} in {one.ballot}" for one in reported)
    return f"if the promises report {said or 'nothing'}, and a's client asked for {WISH}"


def _highest(reported: tuple[Proposal, ...]) -> str:
    """Why that ballot is the highest."""
    if len(reported) < 2:
        return ""
    best = max(one.ballot for one in reported)
    ties = [one.ballot for one in reported if one.ballot.number == best.number and one.ballot != best]
    why = f": their numbers are equal, and the name breaks the tie, so it is higher than {ties[0]}" if ties else ""
    return f"; the highest is {best}{why}"


def _judge_memory(answer: Any) -> None:
    names = plain(answer)
    if type(names) not in (tuple, list) or not all(type(name) is str for name in names):
        raise Unusable('the answer is no tuple of names of fields; a tuple with one name needs a comma, ("wishes",)')
    if unknown := [name for name in names if name not in KEPT]:
        raise Unusable(f"{listed(unknown)} {'is' if len(unknown) == 1 else 'are'} not among {listed(KEPT)}")
    kept = tuple(name for name in ("promised", "accepted", "chosen") if name in (*names, "chosen"))
    begun = two_accepted()[:3]
    safe(type("RoundVoter", (Paxos,), {"durable": kept}), 3, RIVALS[1:], after=begun, story=BEGUN, crashes=1)
    for name in names:
        if name in SPARE:
            raise Refuted(SPARE[name])


STEPS = (
    Step(
        "a vote in rounds", 2,
        """`Rounds` is Paxos without its heart:

1. An agent that wants a value begins a **ballot**: a try with a number and its own name. A larger number makes a higher
   ballot; of equal numbers, the name that comes later in the alphabet does.
2. It asks all others for a **promise**: to have no part in lower ballots any more. Each promise reports the
   **proposal**, a value with its ballot, that its sender has accepted last, if any.
3. With promises of a quorum, the agent chooses a value and asks for it to be accepted. In `Rounds` it always chooses
   `self.wanted`, what its own client asked for.

Write the rule by which a higher ballot never contradicts a lower one:

- `reported` is a tuple of the proposals reported, in any order. It may be empty.
- Each has a `value` and a `ballot`, and ballots can be compared.
- Return the value to be accepted, not the proposal.""",
        "code", blank="""\
class RoundVoter(Rounds):
    def choose_value(self, reported):
        ...
""", solution="""\
class RoundVoter(Rounds):
    def choose_value(self, reported):
        if not reported:
            return self.wanted
        return max(reported, key=lambda proposal: proposal.ballot).value
""",
        because="If a value was chosen in an earlier ballot, a quorum has accepted it, and this quorum shares an "
        "agent with every quorum of promises. So it is reported; and no higher ballot can report another value, for "
        "it kept to the same rule. Lower ballots may report values that were never chosen.",
        hints=("Which of the reported values may have been chosen already? Think of what a quorum of promises shares "
               "with a quorum that has accepted.",
               "Neither the first nor the most frequent one. Of two ballots, which began when the other could "
               "already be known?",
               "`max(reported, key=…)` finds a proposal; what is to be compared? And if nothing is reported, you are "
               "free."),
        judge=_judge_value, imports=IMPORTS,
    ),
    Step(
        "what a round must remember", 2,
        "A `RoundVoter` keeps, among others: `promised`, the highest ballot that it has promised; `accepted`, "
        "what it has accepted last, with its ballot; `ballot`, the round that it runs itself; `wishes` of its "
        "clients. Which of them must survive a crash, so that no two agents ever decide differently? As few as "
        "possible.",
        "choice", blank='remembered = ...  # a tuple out of "promised", "accepted", "ballot" and "wishes"',
        solution='remembered = ("promised", "accepted")',
        because="A promise and an acceptance are words that others rely on: the proposer that counts them. What an "
        "agent wants for itself it may forget; the client asks again, and a new ballot is higher than all promised "
        "before.",
        hints=("Others rely on what an agent has told them. What has it told?",
               "Suppose it forgets that it has accepted red. What would it report to the next proposer?"),
        judge=_judge_memory, imports=IMPORTS, stretch=True,
    ),
)
