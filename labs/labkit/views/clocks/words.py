"""Two events of a run in words: what they are called, how they are related, through which chain, and what clocks tell.

Relations, chains and clocks are those that `labkit.observe.Causality` reads off the run, whatever the agents count.
"""

from collections.abc import Mapping

from labkit.engine import Deliver, Event, Request, Simulator, Timeout
from labkit.observe import Causality, Happening, SpaceTime
from labkit.protocols import Note, Set, Tell
from labkit.values import BEFORE, CONCURRENT, by_name, listed

LAMPORT, VECTOR = "Lamport", "vector"
FIRST, SECOND = "①", "②"
MOST_LINKS = 4  # of a chain, in a sentence
MEANING = {
    LAMPORT: "A Lamport clock is one number: how many events the longest chain has that leads up to this event.",
    VECTOR: "A vector clock counts for each agent those of its events that could be known at this event.",
}


class Account:
    """A run, and what is observed of it as it grows: its events with a name for each, its chart, its causes."""

    def __init__(self, sim: Simulator) -> None:
        self.sim, self.chart, self.causes = sim, SpaceTime(sim), Causality(sim)
        self.agents = sorted(sim.system.agents, key=by_name)

    @property
    def events(self) -> tuple[Happening, ...]:
        """All events of agents, in order."""
        return self.causes.events

    @property
    def names(self) -> dict[int, str]:
        """What each event is called, by step; two that would be called the same have their steps added."""
        plain = {one.step: f"{one.agent}'s {deed(self.sim[one.step - 1].event)} at {one.time}" for one in self.events}
        called = [*plain.values()]
        return {step: name if called.count(name) == 1 else f"{name}, step {step}" for step, name in plain.items()}

    def stamp(self, step: int, stamps: str) -> str:
        """The clock of an event, of that kind; nothing where no stamps are wanted."""
        kinds = {LAMPORT: self.causes.lamport, VECTOR: self.causes.vector}
        return str(kinds[stamps](step)) if stamps in kinds else ""

    def decided(self, step: int) -> bool:
        """Whether an agent decided in this step."""
        return any(mark.step == step and mark.kind == "decides" for mark in self.chart.marked(step, 0))


def deed(event: Event) -> str:
    """What an event is called."""
    match event:
        case Request(_, Note()):
            return "note"
        case Request(_, Tell()):
            return "sending"
        case Request(_, Set()):
            return "write"
        case Request():
            return "request"
        case Deliver():
            return "receipt"
        case Timeout():
            return "time-out"
    return "restart"


def verdict(run: Account, first: int | None, second: int | None) -> str:
    """How the two chosen events are related, with the chain between them; what to do, as long as they are not two."""
    names = run.names
    if not names:
        return "No event yet: press Local event or Send. Each press lets some time pass."
    if first is None or second is None:
        step, sign = (first, FIRST) if second is None else (second, SECOND)
        if step is None:
            return "Click two events: could one of them have caused the other?"
        return f"{sign} is {names[step]}. Click another event: could one of the two have caused the other?"
    one, other = names[first], names[second]
    match run.causes.relation(first, second):
        case "concurrent":
            why = "no chain of messages leads from one to the other, either way"
            return f"{one} and {other} are concurrent: {why}."
        case "before":
            return f"{one} happened before {other}, {chain(run, first, second)}."
        case "after":
            return f"{one} happened after {other}, {chain(run, second, first)}."
    return f"{one} is a single event: choose another one as the second."


def chain(run: Account, first: int, last: int) -> str:
    """The messages that lead from one event to the other, in words."""
    path = run.causes.path(first, last)
    sent = [link for link in path if link.packet is not None]
    if not sent:
        return f"for both are events of {path[0].source}, and an agent remembers"
    times = run.chart.times
    told = [f"{link.source} → {link.target}, time {times[link.begun]} to {times[link.ended]}" for link in sent]
    more = f"; and {len(told) - MOST_LINKS} more" if len(told) > MOST_LINKS else ""
    many = "1 message" if len(told) == 1 else f"a chain of {len(told)} messages"
    return f"by {many}: {'; '.join(told[:MOST_LINKS])}{more}"


def counts(run: Account, step: int) -> str:
    """How many events could have caused this one, how many it could have caused, and how many neither."""
    related = [run.causes.relation(one.step, step) for one in run.events]
    before, after, apart = (related.count(how) for how in ("before", "after", "concurrent"))
    return (f"Of the other {len(related) - 1} events, {before or 'none'} happened before {FIRST}, {after or 'none'} "
            f"after it, and {apart or 'none'} {'is' if apart == 1 else 'are'} concurrent with it.")


def by_clocks(run: Account, first: int, second: int, stamps: str) -> str:
    """What the stamps of the two events say about their order, and what they cannot tell."""
    relation = run.causes.relation(first, second)
    if relation not in (BEFORE, CONCURRENT):
        return by_clocks(run, second, first, stamps) if first != second else ""
    if stamps == LAMPORT:
        one, other = run.causes.lamport(first), run.causes.lamport(second)
        sign = "=" if one == other else "<" if one < other else ">"
        if relation == BEFORE:
            return f"Lamport clocks: {one} < {other}, as for every cause and its effect."
        if one == other:
            return f"Lamport clocks: {one} = {other}, so neither caused the other."
        return f"Lamport clocks: {one} {sign} {other}, and yet neither caused the other: they cannot tell."
    if stamps == VECTOR:
        early, late = run.causes.vector(first).counts, run.causes.vector(second).counts
        ahead, behind = _larger(early, late), _larger(late, early)
        if relation == BEFORE:
            return f"Vector clocks: no count of the earlier event is larger; the later one counts more of {behind}."
        return f"Vector clocks: {FIRST} counts more of {ahead}, {SECOND} more of {behind}: neither is before the other."
    return ""


def _larger(one: Mapping[str, int], other: Mapping[str, int]) -> str:
    return listed(sorted((name for name in one if one[name] > other.get(name, 0)), key=by_name))
