"""The analysis of consensus: rules, what was searched within which bounds, messages per decision, what was refuted."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from labkit.agents import AGREEMENT, VALIDITY
from labkit.engine import Model
from labkit.observe import sent
from labkit.search import Exploration, explore
from labkit.topology import build
from labkit.worksheet.budget import Budget
from labkit.worksheet.documents.markdown import bullets, document, met, section, table
from labkit.worksheet.documents.work import VOTE, Work
from labkit.worksheet.trial import finished
from labkit.worksheet.verdict import CORRECT, ended

RULES = {
    "a quorum of the members": "A proposal wins with more than half of the members, however many have voted.",
    "members only": "Only members vote.",
    "one vote each": "The first vote of an agent on a proposal stands, and an agent has one yes in all.",
    "a decision stays": "A name of a proposal stands for one value, for good.",
    "three answers": "A proposal is won, lost or pending; the votes say so, never the value.",
    "a vote by messages": "There is no shared memory: each agent says one yes, to all, and counts what it hears.",
    "what survives a crash": "What others rely on survives a crash: to what an agent has said yes (LastingVoter).",
    "a vote in rounds": "A later round takes up the value of the highest ballot that a quorum reports, if any does.",
    "what a round must remember": "A promise and an acceptance survive a crash (Rounds of the lab sees to that).",
}
BY_HAND = "it was stopped by hand"  # how a search says that it was interrupted
RIVALS = (("a", "red"), ("b", "blue"))
SIZES = (3, 5, 8)
LIMIT, MEMORY, LONG, MOST_STEPS = 6_000, 200, 5_000, 2_000  # states and MB of a search; units and events of a run
SEARCHES: dict[str, tuple[dict[str, Any], ...]] = {
    "a vote by messages": ({"duplicates": 1}, {"drops": 1}),
    "a vote in rounds": ({"drops": 1}, {"crashes": 1}),
}
SECONDS = 20.0  # of work for one of them
LASTING = {"crashes": 1}  # what a vote by messages is searched with, once it is known what survives a crash


def consensus_document(work: Work) -> tuple[str, dict[str, str]]:
    """The document; it has no pictures."""
    rules = [rule for name, rule in RULES.items() if work.of(name).state == CORRECT]
    return document(
        "Consensus in the team",
        section("Rules", bullets(rules) or "No rule is written yet.", "They are in system.py." if rules else ""),
        section("What was searched", *_searched(work)),
        section("Messages per decision", *_messages(work)),
        met(work.cases(2)),
        work.undone(2),
    ), {}


def _searched(work: Work) -> Iterator[str]:
    """Every order of events of three agents that are asked for different values, within bounds."""
    for name, all_bounds in SEARCHES.items():
        if missing := work.missing([name]):
            yield f"**{name}**: {missing}"
            continue
        kind = work.answer(name)
        lines = [_or_why(partial(_search, kind, bounds)) for bounds in all_bounds]
        if name == VOTE and (lasting := work.lasting_voter) is not None:
            lines.append(_or_why(partial(_search, lasting, LASTING)))
        yield f"**{name}**, three agents, a is asked for red and b for blue:"
        yield bullets(lines)


def _search(kind: Any, bounds: dict[str, Any]) -> str:
    model = Model(build("mesh", 3), kind, (AGREEMENT, VALIDITY), RIVALS)
    found = explore(model, limit=LIMIT, memory=MEMORY, progress=False, **bounds)
    if found.remark == BY_HAND:
        raise KeyboardInterrupt
    return _told(found)


def _told(found: Exploration) -> str:
    """What the search found, with its bounds; without the seconds, which differ each time."""
    looked = f"{found.states:,} states, runs of up to {found.depth} events"
    if found.violated:
        return f"✘ {found.bounds}: broken. {found.why.rstrip('.')} ({looked})."
    if found.complete:
        return f"✔ {found.bounds}: in every order of events no two agents decide differently ({looked})."
    return (f"? {found.bounds}: the search was cut short ({found.remark}); in what it has looked at, no two agents "
            f"decide differently ({looked}).")


def _messages(work: Work) -> Iterator[str]:
    names = [name for name in SEARCHES if not work.missing([name])]
    if not names:
        yield work.missing(SEARCHES)
        return
    yield "One client asks one agent, nothing goes wrong. Counted in a run with seed 1, for each number of agents:"
    rows = []
    for name in names:
        rows.append([name, *(_or_why(partial(_count, work.answer(name), n)) for n in SIZES)])
    yield table(["Vote", *(f"{n} agents" for n in SIZES)], rows)


def _count(kind: Any, agents: int) -> str:
    sim = Model(build("mesh", agents), kind, (), RIVALS[:1]).simulate(seed=1)
    sim.run(until=LONG, steps=MOST_STEPS)
    decided = {decision.agent for decision in sim.system.decisions}
    told = f"{sent(sim).total():,}" + ("" if len(decided) == agents else f", and {len(decided)} of {agents} decide")
    return told if sim.now == LONG else f"{told}; cut short after {MOST_STEPS:,} events: it does not stop sending"


def _or_why(say: Callable[[], str]) -> str:
    """What it says; where the answer stops with an error, that."""
    said: list[str] = []
    verdict = finished(lambda: said.append(say()), Budget(seconds=SECONDS))
    return said[0] if verdict.correct else ended(f"Not known: {verdict.because}")
