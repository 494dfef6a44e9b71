"""The parts of a scenario: events, agents that differ from the others or have little time, slow links.

Each is plain data and prints as a line of a scenario (`labkit.scenario.reader` lists them all).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from labkit.engine import Capacity
from labkit.faults import PRESETS
from labkit.network import Crash, Cut, Heal, Network, NetworkChange, cut, heal, isolate
from labkit.values import Plain, fits, is_plain, name, no_such, read, rest, unquoted, word, words, written

Options = tuple[tuple[str, Plain], ...]
ARROW = "→"

VERBS: dict[str, str] = {  # each with an example
    "request": "request a red",
    "cut": "cut a b, or in one direction cut a → b",
    "heal": "heal a b, in one direction heal a → b, or heal all",
    "isolate": "isolate a b",
    "preset": "preset halve",
    "crash": "crash a",
    "restart": "restart a",
    "pause": "pause a 100",
    "deliver": "deliver a b MESSAGE",
    "drop": "drop a b MESSAGE",
    "duplicate": "duplicate a b MESSAGE",
    "timeout": "timeout a TIMER",
}
BY_HAND = ("deliver", "drop", "duplicate", "timeout")


@dataclass(frozen=True)
class Line:
    """One event, at a time or, if that is None, by hand after the event before it.

    what: the value of a request, the text of a message, the name of a timer or of a preset; → for one direction.
    """

    verb: str
    agents: tuple[str, ...] = ()
    what: Plain = None
    time: int | None = None
    number: int = field(default=0, compare=False, repr=False)  # of the line in the text

    def __post_init__(self) -> None:
        if not is_plain(self.what):
            raise ValueError(f"a scenario cannot hold {self.what!r}: use a text, a number or a tuple of these")
        if self.verb in ("deliver", "drop", "duplicate") and not fits(str(self.what)):
            raise ValueError(f"the message {self.what!r} does not fit on one line of a scenario")

    def __str__(self) -> str:
        return f"{'do' if self.time is None else f'at {self.time}'} {' '.join([self.verb, *self._words()])}"

    def _words(self) -> list[str]:
        names = [name(agent) for agent in self.agents]
        match self.verb:
            case "request":
                return [*names, written(self.what)]
            case "cut" | "heal":
                return [names[0], ARROW, names[1]] if self.what else names or ["all"]
            case "timeout":
                return [*names, name(str(self.what))]
        return names if self.what is None else [*names, str(self.what)]

    def faults(self, network: Network) -> tuple[NetworkChange, ...]:
        """The changes that it makes to this network, if any. ValueError for an unknown agent or link."""
        network.after(*map(Crash, self.agents))  # raises ValueError for an unknown agent
        match self.verb, self.agents:
            case "cut", (a, b):
                return (Cut(a, b),) if self.what else cut(a, b)
            case "heal", (a, b):
                return (Heal(a, b),) if self.what else heal(a, b)
            case "heal", ():
                return tuple(Heal(a, b) for a, b in sorted(network.cut))
            case "isolate", group:
                return _new(network, isolate(network.graph, *group))
            case "preset", ():
                return _new(network, PRESETS[str(self.what)].events(Network(network.graph), ""))
        return ()


@dataclass(frozen=True)
class Part:
    """An agent that differs from the others: of another class, or with its own options."""

    agent: str
    protocol: str = ""
    options: Options = ()

    def __str__(self) -> str:
        return " ".join(["agent", name(self.agent), *filter(None, [self.protocol]), *options_text(self.options)])


@dataclass(frozen=True)
class Slow:
    """A link, or with arrow=→ one direction of it, with its own latency."""

    source: str
    target: str
    latency: tuple[int, int]
    arrow: str = ""

    def __str__(self) -> str:
        low, high = self.latency
        link = [name(self.source), *filter(None, [self.arrow]), name(self.target)]
        return f"latency {' '.join(link)} {low} {high}"


@dataclass(frozen=True)
class Busy:
    """An agent that has only so much time."""

    agent: str
    capacity: Capacity

    def __str__(self) -> str:
        low, high = self.capacity.service
        queue = [] if self.capacity.queue is None else [f"queue={self.capacity.queue}"]
        return " ".join(["capacity", name(self.agent), str(low), str(high), *queue])


def _new(network: Network, events: Iterable[NetworkChange]) -> tuple[NetworkChange, ...]:
    """The events, except cuts of what is already cut."""
    closed = [Cut(source, target) for source, target in network.cut]
    return tuple(event for event in events if event not in closed)


def options_text(options: Options) -> list[str]:
    """The options as words."""
    return [f"{key}={word(value)}" for key, value in options]


def read_line(said: str, time: int | None, number: int = 0) -> Line:
    """The event of a line, read from the text after its `do` or `at 20`."""
    verb, *named = words(said)
    if verb not in VERBS:
        raise no_such("event", verb, VERBS)
    if time is not None and verb in BY_HAND:
        raise ValueError(f"with 'at' the clock decides this; by hand, write: do {VERBS[verb]}")
    names = tuple(map(unquoted, named))
    match verb, names:
        case "request", (agent, _, *_):
            return Line(verb, (agent,), read(rest(said, 2)), time, number)
        case ("cut" | "heal", (a, "→" | "->", b)):
            return Line(verb, (a, b), ARROW, time, number)
        case ("cut" | "heal", (_, _)) | ("crash" | "restart", (_,)) | ("isolate", (_, *_)):
            return Line(verb, names, None, time, number)
        case "heal", ("all",):
            return Line(verb, (), None, time, number)
        case "preset", (_, *_):
            return Line(verb, (), _preset(" ".join(names)), time, number)
        case "deliver" | "drop" | "duplicate", (a, b, _, *_):
            return Line(verb, (a, b), rest(said, 3), time, number)
        case "timeout", (agent, timer):
            return Line(verb, (agent,), timer, time, number)
        case "pause", (agent, units) if units.isdecimal() and int(units):
            return Line(verb, (agent,), int(units), time, number)
    raise ValueError(f"write it like this: {VERBS[verb]}")


def _preset(wanted: str) -> str:
    if wanted == "isolate one":
        raise ValueError("name the agent to isolate: isolate a")
    if wanted not in PRESETS:
        raise no_such("preset", wanted, PRESETS)
    return wanted
