"""Can a read be stale with these N, R and W: what the rule says, what a search finds, and a run that shows it.

The rule of Gifford (1979): a read and a write share a replica where R + W > N. Sloppy quorums (Dynamo, 2007, §4.6)
count stand-ins, too, so there it does not hold. Searched is one write and one read of one key, with at most one
time-out and no other fault. Where the search is cut short, `by_rule` puts a run together.
"""

from dataclasses import dataclass
from functools import lru_cache

from labkit.agents import Agent
from labkit.engine import Event, Model, Request, Simulator, Timeout
from labkit.protocols import NO_STALE_READ, QuorumStore, Read, SloppyStore, Write
from labkit.search import Exploration, explore
from labkit.topology import build
from labkit.values import by_name, kind

MOST_REPLICAS = 5
AT_ONCE = 400  # states, as many as are looked at without letting the page wait
LIMIT = 8_000  # states, enough to look at everything at up to three replicas
LIMIT_FOR_MORE = 2_000  # where 8,000 take up to nine seconds: these take two or three
WRITE, READ = Write("k", 1), Read("k")
PACE = 10  # units of time from one event of a run to the next


@dataclass(frozen=True)
class Question:
    """N, R and W, and whether stand-ins count where homes are silent."""

    replicas: int
    reads: int
    writes: int
    sloppy: bool = False

    @property
    def overlap(self) -> int:
        """How many replicas a read and a write share at least; none or fewer: they need not meet."""
        return self.reads + self.writes - self.replicas

    @property
    def stale(self) -> bool:
        """Whether a read can be stale, by the rule."""
        return self.sloppy or self.overlap <= 0

    @property
    def stand_ins(self) -> int:
        """How many agents that are no homes of the key it takes to answer a read that no home of the write answers."""
        return max(1, self.overlap) if self.sloppy else 0

    @property
    def agents(self) -> int:
        """How many agents there are in the runs: the homes, the stand-ins, and two at least."""
        return max(2, self.replicas + self.stand_ins)

    @property
    def cast(self) -> tuple[dict[str, Agent], tuple[str, ...], str]:
        """The agents, the homes of the key with the one first that is asked to write, and the one asked to read."""
        kind_of_store = SloppyStore if self.sloppy else QuorumStore
        model = Model(build("mesh", self.agents), kind_of_store, (NO_STALE_READ,), replicas=self.replicas,
                      reads=self.reads, writes=self.writes)
        names = sorted(model.agents, key=by_name)
        store = model.agents[names[0]]
        assert isinstance(store, QuorumStore)
        homes = tuple(sorted(store.homes(WRITE.key), key=by_name))
        others = [name for name in names if name not in homes]
        reader = homes[-1] if self.writes < self.replicas or not others else others[0]
        return dict(model.agents), homes, reader

    @property
    def model(self) -> Model:
        """The agents, with one write and one read to be made."""
        agents, homes, reader = self.cast
        return Model(build("mesh", self.agents), agents, (NO_STALE_READ,), [(homes[0], WRITE), (reader, READ)])


def most_states(question: Question) -> int:
    """How many states are looked at before a search is cut short."""
    return LIMIT if question.replicas <= 3 and question.agents <= 4 else LIMIT_FOR_MORE


@lru_cache(maxsize=512)
def searched(question: Question, limit: int) -> Exploration:
    """Every order of events, as far as that many states allow."""
    return explore(question.model, timeouts=1, limit=limit, progress=False)


def settled(found: Exploration) -> bool:
    """Whether the search has come to an end by itself."""
    return found.complete or found.violated is not None


@lru_cache(maxsize=64)
def by_rule(question: Question) -> tuple[Event, ...]:
    """A run to a stale read, put together by hand: the read is answered by agents that the write has not reached."""
    agents, homes, reader = question.cast
    writer = homes[0]
    sim = question.model.replay(())
    sim.do(Request(writer, WRITE), sim.now + PACE)
    for home in homes[1:question.reads]:
        _ask(sim, "query", writer, home)
    for home in homes[1:question.writes]:
        _ask(sim, "store", writer, home)
    sim.do(Request(reader, READ), sim.now + PACE)
    untouched = sorted(homes[question.writes:], key=lambda home: home != reader)[:question.reads]
    stand_ins = sorted(set(agents) - set(homes), key=by_name)[:question.reads - len(untouched)]
    for home in untouched:
        _ask(sim, "query", reader, home)
    if stand_ins:
        sim.do(Timeout(reader, "operation 1"), sim.now + PACE)
    for stand_in in stand_ins:
        _ask(sim, "query", reader, stand_in)
    return tuple(done.event for done in sim.trace)


def witness(question: Question, found: Exploration) -> Simulator | None:
    """A run that ends in a stale read; None where there is none."""
    if found.violated:
        return found.replay()
    return question.model.replay(by_rule(question)) if question.stale else None


def _ask(sim: Simulator, word: str, agent: str, other: str) -> None:
    """Deliver what an agent asks another, and the answer; nobody asks itself."""
    if agent == other:
        return
    for source, target, words in ((agent, other, (word,)), (other, agent, ("held", "stored"))):
        packet = next(one for one in sim.system.flight.values()
                      if (one.source, one.target) == (source, target) and kind(one.message) in words)
        sim.do(packet, sim.now + PACE)
