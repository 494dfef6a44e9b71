"""What agents tell of themselves makes a run; what cannot have happened, or is of another kind, is refused."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from for_real import broken
from labkit.agents import codec_of, create
from labkit.deploy.classroom.fitting import fits, hint, is_sound, report_of
from labkit.deploy.classroom.telling import Telling, told_agents
from labkit.deploy.life import Store
from labkit.deploy.roles import via_of
from labkit.deploy.wire import RefusedError, Wire
from labkit.engine import Deliver, Model, Request, Simulator
from labkit.network import Network, Routes
from labkit.protocols import CATALOGUE, FirstComeVoting
from labkit.protocols.consensus.quorum_messages import Ballot, Proposal, Propose
from labkit.topology import build
from labkit.values import frozendict
from seeds import one_in

nats = pytest.importorskip("nats")
from labkit.deploy.classroom.seat_process import TellingLife  # noqa: E402

NAMES = ("a", "b")
MODEL = Model(build("mesh", 2), FirstComeVoting)
CODEC = codec_of(FirstComeVoting)


class Bench:
    """Two agents that live and tell, without a network; `run` is what was told."""

    def __init__(self, folder: Path) -> None:
        script: dict[str, Any] = {}
        self.run = Simulator(MODEL.topology, told_agents(MODEL, script), properties=MODEL.properties)
        self.telling = Telling(MODEL, CODEC, self.run, script, frozenset({("a", "b"), ("b", "a")}),
                               lambda at: max(self.run.now, round(at)))
        self.at = 0
        self.said: list[bytes] = []
        agents, routes = create(FirstComeVoting, NAMES), Routes(Network(MODEL.topology))
        self.wires = {name: Wire("s", name, CODEC, via_of(name, routes, NAMES)) for name in NAMES}
        self.lives = {
            name: TellingLife(agents[name], 0, NAMES, self.wires[name], CODEC, Store(folder / name, CODEC),
                              self.said.append) for name in NAMES}
        for name in NAMES:
            self.take({"what": "joined", "agent": name, "life": 0})
            self.lives[name].start()
            self.tell(name)

    def take(self, news: Mapping[str, Any]) -> None:
        self.at += 1
        self.telling.take({**news, "at": self.at})

    def reports(self, name: str) -> tuple[list[bytes], list[tuple[str, bytes]]]:
        """What that agent tells, and the messages that it then sends."""
        self.said.clear()
        leaving = self.lives[name].commit()
        return [line for text in self.said for line in text.split(b"\n")], leaving

    def tell(self, name: str) -> list[tuple[str, bytes]]:
        lines, leaving = self.reports(name)
        for line in lines:
            self.take(report_of(line))
        return leaving

    def ask(self, name: str, number: int, value: object) -> None:
        self.take({"what": "asked", "agent": name, "number": number, "value": value})
        self.lives[name].request(number, value)

    def hand(self, text: bytes, sender: str, receiver: str) -> None:
        self.lives[receiver].receive(self.wires[receiver].read(text, sender))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_what_was_told_is_a_run_like_any_other(bench: Bench) -> None:
    bench.ask("a", 1, Propose("p", "red"))
    waiting = [("a", *one) for one in bench.tell("a")]
    while waiting:
        sender, receiver, text = waiting.pop(0)
        bench.hand(text, sender, receiver)
        waiting += [(receiver, *one) for one in bench.tell(receiver)]
    system = bench.run.system
    assert {(one.agent, one.value) for one in system.decisions} == {("a", "red"), ("b", "red")}
    assert sum(isinstance(step.event, Deliver) for step in bench.run.trace) >= 2 and not system.flight
    assert [agent.note for agent in system.agents.values()] == [bench.lives[name].agent.note for name in NAMES]
    assert broken(bench.run) == []


def test_who_leaves_is_down_and_what_was_on_its_way_to_it_is_lost(bench: Bench) -> None:
    bench.ask("a", 1, Propose("p", "red"))
    bench.tell("a")
    bench.take({"what": "asked", "agent": "b", "number": 2, "value": Propose("q", "blue")})
    bench.take({"what": "ended", "agent": "b"})
    assert bench.run.system.down == {"b"} and not bench.run.system.flight
    assert bench.telling.lost == {"b is down": 1} and len(bench.run.system.requests) == 2


# ---- what is refused -------------------------------------------------------------------------------------------------


def asked(bench: Bench, **changed: object) -> dict[str, Any]:
    """The report of a's first request, with some of its fields changed."""
    bench.ask("a", 1, Propose("p", "red"))
    (line, *_), _ = bench.reports("a")
    table: dict[str, Any] = json.loads(line)
    return report_of(json.dumps(table | changed).encode())


def with_field(name: str, text: str) -> dict[str, object]:
    return {"fields": {name: text}}


LIES: dict[str, dict[str, object]] = {
    "a clock that jumps": {"clock": {"a": 7}},
    "a clock that knows the future of another": {"clock": {"a": 2, "b": 9}},
    "a clock with an unknown process": {"clock": {"a": 2, "z": 1}},
    "another life": {"life": 3},
    "a request that nobody has made": {"of": 99},
    "a message that was not sent": {"what": "receive", "of": ["b", 0, 1]},
    "a timer that was not set": {"what": "timeout", "of": "election"},
    "a beginning in the middle": {"what": "start", "of": None},
    "a message to nobody": {"effects": [["z", '"hello"']]},
    "a message to itself": {"effects": [["a", '"hello"']]},
    "a value of an unknown class": {"effects": [["b", '["Eval","1"]']]},
    "an effect that is none": {"effects": ['["tuple","run","rm"]']},
    "a timer in no time": {"effects": ['["tuple","set","x",["tuple",0,0]]']},
    "a text in other words": {"effects": ['["tuple", "cancel", "x"]']},
    "a message with a field of another kind": {"effects": [["b", '["Ballot",7,"yes"]']]},
    "a field of another kind": with_field("votes", "7"),
    "a field that is no value": with_field("votes", "__import__('os')"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_report_that_cannot_be_is_refused_and_nothing_has_changed(bench: Bench, lie: str) -> None:
    report = asked(bench, **LIES[lie])
    before = len(bench.run), bench.run.system.agents["a"], dict(bench.run.system.flight)
    with pytest.raises(RefusedError):
        bench.take(report)
    assert (len(bench.run), bench.run.system.agents["a"], dict(bench.run.system.flight)) == before


def test_the_same_report_without_a_lie_is_taken(bench: Bench) -> None:
    bench.take(asked(bench))
    assert bench.run.system.flight


NO_REPORTS = [b"", b"x", b"[]", b"{}", b"\x80\x04N.", b"[" * 100_000, b'{"clock":{}}', b"null"]


@pytest.mark.parametrize("number", range(len(NO_REPORTS)))
def test_what_is_no_report_is_refused(number: int) -> None:
    with pytest.raises(RefusedError):
        report_of(NO_REPORTS[number])


@pytest.mark.parametrize("changed", [
    {"clock": {"a": -1}}, {"clock": {"a": 1.5}}, {"clock": []}, {"what": "eval"}, {"agent": 1}, {"life": True},
    {"of": {}}, {"effects": {}}, {"effects": [1]}, {"effects": [["b"]]}, {"effects": ["x"] * 2_000}, {"fields": []},
    {"fields": {"a": 1}}, {"fields": dict.fromkeys(map(str, range(100)), "1")},
])
def test_a_report_of_another_form_is_refused(bench: Bench, changed: dict[str, object]) -> None:
    with pytest.raises(RefusedError):
        asked(bench, **changed)


# ---- kinds -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Holds:
    """A value with fields of many kinds."""

    number: int
    names: tuple[str, ...]
    table: frozendict[str, int]
    maybe: Fraction | None = None


def cases() -> Iterator[tuple[object, object, bool]]:
    yield 1, int, True
    yield True, int, False
    yield 1, float, True
    yield "x", int | None, False
    yield None, int | None, True
    yield ("a", "b"), tuple[str, ...], True
    yield ("a", 1), tuple[str, ...], False
    yield (1, 2), tuple[int, int], True
    yield (1, 2, 3), tuple[int, int], False
    yield frozenset({"a"}), frozenset[str], True
    yield frozenset({1}), frozenset[str], False
    yield frozendict({"a": 1}), frozendict[str, int], True
    yield frozendict({"a": "1"}), frozendict[str, int], False
    yield Holds(1, ("a",), frozendict({"a": 1})), Holds, True
    yield Holds("1", (), frozendict()), Holds, False
    yield (Holds(1, (2,), frozendict()),), object, False
    yield Ballot(Proposal("p", "red", ""), "yes"), Ballot, True
    yield Ballot(7, "yes"), Ballot, False


@pytest.mark.parametrize(("value", "kind", "fine"), list(cases()))
def test_a_value_fits_what_its_annotation_says(value: object, kind: object, fine: bool) -> None:
    assert fits(value, kind) is fine


@pytest.mark.parametrize("name", one_in(4, CATALOGUE))
def test_what_the_labs_own_agents_hold_and_send_fits_what_their_classes_declare(name: str) -> None:
    protocol = CATALOGUE[name]
    run = Model(build("mesh", 4), protocol.kind).simulate(seed=1)
    for agent in "abc":
        if (wish := protocol.ask(agent, 1)) is not None:
            run.do(Request(agent, wish))
    run.run(until=2_000)
    for one in run.system.agents.values():
        for field in fields(one):
            assert fits(getattr(one, field.name), hint(type(one), field.name)), field.name
    assert all(is_sound(step.event.message) for step in run.trace if isinstance(step.event, Deliver))
