"""Quorum reads and writes: R + W > N and no read is stale, else one is; and what even that does not promise."""

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import pytest
from labkit.agents import Asked, Invariant, Replied, act, create, first_violation
from labkit.agents.histories import ANSWERED_ONCE, NOTHING_LOST, linearizable
from labkit.engine import Model, Simulator
from labkit.protocols import (
    NEVER_BACK,
    NO_STALE_READ,
    QUORUM_STORE_PROPERTIES,
    QuorumStore,
    Read,
    RepairingStore,
    SloppyStore,
    Version,
    Write,
)
from labkit.protocols.replication.quorum_store import NO_QUORUM
from labkit.protocols.replication.store_messages import NOTHING, Kept, Operation, Store
from labkit.protocols.replication.store_properties import IN_TURN
from labkit.search import Exploration, explore
from labkit.topology import build
from labkit.views import Player
from seeds import seeds

ONE, TWO, READ = Write("k", 1), Write("k", 2), Read("k")  # among a, b, c all are homes; among a … e homes are e, a, b


def store(kind: type[QuorumStore] = QuorumStore, n: int = 5, seed: int = 1, latency: Any = (5, 15),
          **options: Any) -> Simulator:
    graph = build("mesh", n)
    return Simulator(graph, create(kind, list(graph), **options), seed=seed, latency=latency)


def told(sim: Simulator) -> list[tuple[object, object, bool]]:
    """What clients were told: values for versions."""
    return [(reply.request, getattr(reply.result, "value", reply.result), reply.ok) for reply in sim.system.replies]


def every_run(kind: type[QuorumStore], *requests: tuple[str, object], properties: tuple[Invariant, ...] = (),
              after: tuple[Any, ...] = (), bounds: dict[str, int] | None = None, **options: int) -> Exploration:
    model = Model(build("mesh", 3), kind, properties or None, requests, **options)
    return explore(model, progress=False, after=after, **(bounds or {}))


# ---- what clients get ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", "abcde")
def test_any_agent_reads_what_any_agent_wrote(agent: str) -> None:
    sim = store()
    for number, (writer, value) in enumerate((("c", 1), ("e", 2), ("b", 3))):
        sim.request(writer, Write("k", value))
        sim.run(until=100 * (number + 1))
    sim.request(agent, READ)
    sim.request(agent, Read("nothing there"))
    sim.run()
    assert told(sim)[3:] in ([(READ, 3, True), (Read("nothing there"), None, True)],
                             [(Read("nothing there"), None, True), (READ, 3, True)])
    assert sim.system.replies[-1].ok and first_violation(QUORUM_STORE_PROPERTIES, sim.system) is None


def test_only_the_homes_of_a_key_store_it_and_keys_are_spread() -> None:
    sim = store(n=8)
    for number in range(60):
        sim.request("a", Write(f"key{number}", number))
    sim.run()
    held = {name: len(agent.table) for name, agent in sim.system.agents.items()}
    assert sum(held.values()) == 60 * 3 and min(held.values()) > 5


def test_one_of_three_replicas_may_be_down_and_two_may_not() -> None:
    for down, ok in ((("e",), True), (("e", "a"), False)):
        sim = store()
        for name in down:
            sim.crash(name)
        sim.request("c", ONE)
        sim.run()
        assert [reply.ok for reply in sim.system.replies] == [ok]
    assert sim.system.replies[0].result == NO_QUORUM


def test_a_refused_write_may_take_effect_later() -> None:
    """No answer is no answer: the value is there, at one replica, and a read that asks that one finds it."""
    sim = store(n=3)
    sim.run(until=10)
    sim.request("a", ONE)
    while not sim.system.agents["a"].table:
        sim.step()
    sim.isolate("a")
    sim.run(until=400)
    assert told(sim) == [(ONE, NO_QUORUM, False)]
    sim.heal_all()
    sim.request("a", READ)
    sim.run()
    assert told(sim)[-1] == (READ, 1, True)


@pytest.mark.parametrize(("wrong", "says"), [
    (lambda: QuorumStore("a", ("b",), reads=4), "reads=4: wait for 1 to 3 of 3 replicas"),
    (lambda: QuorumStore("a", ("b",), writes=0), "writes=0: wait for 1 to 3"),
    (lambda: store().request("a", "milk"), "a store is not asked for milk: ask with Write"),
])
def test_what_cannot_be_is_refused_in_a_sentence(wrong: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        wrong()


# ---- R + W against N -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reads", "writes", "events"), [
    (1, 1, 2), (1, 2, 4), (2, 1, 6), pytest.param(2, 2, 0, marks=pytest.mark.long), (1, 3, 0), (3, 1, 0), (3, 3, 0),
])
def test_a_read_can_be_stale_if_and_only_if_r_and_w_are_together_no_more_than_n(
        reads: int, writes: int, events: int) -> None:
    found = every_run(QuorumStore, ("a", ONE), ("b", READ), reads=reads, writes=writes,
                      bounds={"timeouts": 1} if (reads, writes) == (1, 3) else None)
    assert (found.violated is NO_STALE_READ) is (reads + writes <= 3) and len(found.trace) == events, found
    assert found.violated or (found.complete and not found.never), found


def test_the_shortest_stale_read_is_a_run_to_watch() -> None:
    found = every_run(QuorumStore, ("a", ONE), ("b", READ), reads=1, writes=2)
    assert [type(event).__name__ for event in found.trace] == ["Request", "Deliver", "Deliver", "Request"]
    assert isinstance(found.player(), Player)
    assert "b answered “read k” with nothing; acknowledged before was 1, version 1 by a" in str(found)
    assert not first_violation([NO_STALE_READ], found.replay(create(QuorumStore, "abc")).system)


@pytest.mark.parametrize("seed", seeds(10, 200))
def test_in_storms_no_read_is_stale_if_the_quorums_overlap(seed: int) -> None:
    sim = storm(QuorumStore, seed)
    assert first_violation((*QUORUM_STORE_PROPERTIES, ANSWERED_ONCE), sim.system) is None


def test_those_storms_show_stale_reads_where_they_do_not_overlap() -> None:
    runs = [storm(QuorumStore, seed, reads=1, writes=1).system for seed in range(10)]
    assert sum(first_violation([NO_STALE_READ], run) is not None for run in runs) > 3


def storm(kind: type[QuorumStore], seed: int, **options: int) -> Simulator:
    """Thirty reads and writes of two keys; slow, lost and doubled messages, and an agent that comes and goes."""
    draw = Random(seed)
    graph = build("mesh", 5)
    sim = Simulator(graph, create(kind, list(graph), **options), seed=seed, latency=(1, 60), loss=0.05, duplication=0.1)
    for number in range(30):
        up = sorted(set(sim.system.agents) - sim.system.down)
        key = draw.choice("kl")
        sim.request(draw.choice(up), draw.choice((Write(key, number), Read(key))))
        if draw.random() < 0.1:
            for name in sim.system.down or [draw.choice(up)]:
                sim.restart(name) if name in sim.system.down else sim.crash(name)
        sim.run(until=sim.now + draw.randint(1, 80))
    sim.run(until=sim.now + 1_000)
    return sim


# ---- what it does not promise ----------------------------------------------------------------------------------------


def one_copy(sim: Simulator) -> str | None:
    """What linearizable says of it; a refused write may have taken effect, so it is as good as not answered."""
    said: list[object] = []
    for one in sim.system.history:
        match one:
            case Asked(agent, Write(_, value)):
                said.append(Asked(agent, ("write", value)))
            case Asked(agent, Read()):
                said.append(Asked(agent, ("read",)))
            case Replied(agent, Write(_, value), result, True):
                said.append(Replied(agent, ("write", value), result))
            case Replied(agent, Read(), Version(value), ok):
                said.append(Replied(agent, ("read",), value, ok))

    @dataclass
    class World:
        history: tuple[object, ...]

    return linearizable().violation(World(tuple(said)))


@cache
def new_then_old() -> Exploration:
    return every_run(QuorumStore, ("a", ONE), ("b", READ), ("c", READ), properties=(NO_STALE_READ, NEVER_BACK))


@pytest.mark.long
def test_while_a_write_is_in_progress_one_read_may_return_the_new_value_and_a_later_one_the_old() -> None:
    found = new_then_old()
    assert found.violated is NEVER_BACK and len(found.trace) == 9
    assert one_copy(found.replay()) == "no order of the writes explains that b read 1, then c read None"


@pytest.mark.long
def test_a_read_that_writes_back_before_it_answers_leaves_no_way_back() -> None:
    """From the moment on at which the first read has met the new value, no order of events leads to the old one."""
    begin = new_then_old().trace[:5]
    for kind, broken in ((QuorumStore, NEVER_BACK), (RepairingStore, None)):
        found = every_run(kind, ("c", READ), after=begin, properties=(NO_STALE_READ, NEVER_BACK))
        assert found.violated is broken and found.complete is (broken is None)


@pytest.mark.parametrize("seed", seeds(8, 200))
def test_with_write_back_the_store_is_one_copy(seed: int) -> None:
    sim = Simulator(build("mesh", 3), RepairingStore, seed=seed, latency=(1, 60), loss=0.03)
    draw = Random(seed)
    for number in range(10):
        sim.request(draw.choice("abc"), READ if number % 2 else Write("k", number))
        sim.run(until=sim.now + draw.randint(1, 50))
    sim.run()
    assert one_copy(sim) is None and first_violation(RepairingStore.expected, sim.system) is None


def test_a_read_repairs_the_replicas_that_lag_behind() -> None:
    held = {}
    for kind in (QuorumStore, RepairingStore):
        sim = store(kind, n=3)
        sim.isolate("c")
        sim.request("a", ONE)
        sim.run(until=200)
        sim.heal_all()
        sim.request("c", READ)
        sim.run()
        assert told(sim)[-1] == (READ, 1, True)
        held[kind] = "k" in sim.system.agents["c"].table
    assert held == {QuorumStore: False, RepairingStore: True}


# ---- sloppy quorums --------------------------------------------------------------------------------------------------


def split(kind: type[QuorumStore]) -> Simulator:
    """a and b, two homes of k, on one side; the third, e, on the other with c and d; a client writes there."""
    sim = store(kind)
    sim.isolate("a", "b")
    sim.request("d", ONE)
    sim.run(until=600)
    return sim


def test_a_sloppy_quorum_takes_writes_where_a_strict_one_refuses_and_hands_them_over() -> None:
    assert told(split(QuorumStore)) == [(ONE, NO_QUORUM, False)]
    sim = split(SloppyStore)
    assert told(sim) == [(ONE, 1, True)]
    hints = {name: sorted(home for home, _ in agent.hints) for name, agent in sim.system.agents.items() if agent.hints}
    assert hints == {"d": ["a"], "c": ["b"]}
    sim.heal_all()
    sim.run(until=900)
    assert [name for name, agent in sim.system.agents.items() if agent.table.get("k") == Version(1, 1, "d")] == [*"abe"]
    assert not any(agent.hints for agent in sim.system.agents.values()) and sim.next_due() is None


def test_and_a_read_on_the_other_side_is_stale_although_r_and_w_are_more_than_n() -> None:
    sim = split(SloppyStore)
    sim.request("a", READ)
    sim.run(until=800)
    assert told(sim)[-1] == (READ, None, True)
    assert "acknowledged before was 1, version 1 by d" in str(NO_STALE_READ.violation(sim.system))


def test_search_finds_the_shortest_stale_read_of_a_sloppy_quorum() -> None:
    asked, options = (("a", ONE), ("b", READ)), {"replicas": 2, "reads": 1, "writes": 2}
    sloppy, strict = (every_run(kind, *asked, properties=(NO_STALE_READ,), bounds={"timeouts": 2}, **options)
                      for kind in (SloppyStore, QuorumStore))
    assert sloppy.violated is NO_STALE_READ and len(sloppy.trace) == 5
    assert strict.complete and strict.violated is None


@pytest.mark.parametrize("seed", seeds(10, 100))
def test_what_a_sloppy_quorum_has_acknowledged_reaches_all_homes_in_the_end(seed: int) -> None:
    sim = storm(SloppyStore, seed)
    sim.weather.loss = 0
    for name in sim.system.down:
        sim.restart(name)
    sim.run(until=sim.now + 2_000)
    assert not any(agent.hints for agent in sim.system.agents.values())
    assert first_violation(SloppyStore.expected, sim.system) is None
    for reply in sim.system.replies:
        if isinstance(reply.request, Write) and reply.ok:
            agents = sim.system.agents
            held = [agents[home].held(reply.request.key).order for home in agents["a"].homes(reply.request.key)]
            assert max(held) >= reply.result.order


# ---- the rules -------------------------------------------------------------------------------------------------------


class FirstAnswer(QuorumStore):
    """A read takes the first answer."""

    def has_read(self, operation: Operation) -> bool:
        return len(operation.answers) >= 1


class FirstCopy(QuorumStore):
    """A write is acknowledged once one replica has it."""

    def has_written(self, operation: Operation) -> bool:
        return len(operation.kept) >= 1


class OwnCount(QuorumStore):
    """A coordinator counts its own writes only."""

    def next_stamp(self, newest: Version) -> int:
        return self.stamp + 1


class InMemory(QuorumStore):
    """A replica loses its table in a crash."""

    durable = ("stamp", "asked")


@pytest.mark.parametrize(("kind", "asked", "broken", "events", "bounds"), [
    (FirstAnswer, (("a", ONE), ("b", READ)), NO_STALE_READ, 4, {}),
    (FirstCopy, (("a", ONE), ("b", READ)), NO_STALE_READ, 6, {}),
    (OwnCount, (("b", ONE), ("a", TWO)), IN_TURN, 10, {}),
    pytest.param(InMemory, (("a", ONE), ("b", READ)), NO_STALE_READ, 10, {"crashes": 1}, marks=pytest.mark.long),
], ids=lambda value: getattr(value, "__name__", None))
def test_a_forgotten_rule_is_found(kind: type[QuorumStore], asked: tuple[tuple[str, object], ...], broken: Invariant,
                                   events: int, bounds: dict[str, int]) -> None:
    found = every_run(kind, *asked, bounds=bounds)
    assert found.violated is broken and len(found.trace) == events, found


def test_a_replica_that_takes_the_latest_to_arrive_for_the_newest_gives_back_old_values() -> None:
    class LatestToArrive(QuorumStore):
        def is_newer(self, version: Version, key: str) -> bool:
            return True

    broken = [first_violation([NO_STALE_READ], storm(LatestToArrive, seed).system) for seed in range(20)]
    assert any(broken)


def test_a_hint_is_kept_until_the_home_has_it() -> None:
    class Careless(SloppyStore):
        """Forgets a hint as soon as it has been handed over, whether or not it arrives."""

        def timeout(self, timer: str) -> Any:
            yield from super().timeout(timer)
            if timer == "hand over":
                self.hints = self.hints.__class__()

    model = Model(build("mesh", 3), Careless, (NOTHING_LOST,), [("c", ONE)], replicas=1, reads=1, writes=1)
    assert model.agents["a"].homes("k") == ("a",)
    found = explore(model, progress=False, timeouts=3, drops=1)
    assert found.violated is NOTHING_LOST, found
    assert explore(model.played_by(create(SloppyStore, "abc", replicas=1, reads=1, writes=1)), progress=False,
                   timeouts=3, drops=1).violated is None


def test_a_late_copy_of_an_old_version_changes_nothing() -> None:
    agent = QuorumStore("a", ("b", "c"))
    agent, _ = act(agent, "receive", "b", Store(1, "k", Version(2, 2, "b")))  # type: ignore[assignment]
    agent, effects = act(agent, "receive", "c", Store(1, "k", Version(1, 1, "c")))  # type: ignore[assignment]
    assert agent.held("k") == Version(2, 2, "b") and effects[0].message == Kept(1)
    assert agent.note == "k: 2, version 2" and str(NOTHING) == "nothing"
