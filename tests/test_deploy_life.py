"""At whatever moment a process is killed, its disk and its reports tell the same story."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from labkit.agents import Agent, AgentError, Replied, Reply, Send, codec_of
from labkit.deploy import TraceError, life as one_life
from labkit.deploy.life import Life, Report, Store, kept, last_reports, revived
from labkit.deploy.replies import Replies
from labkit.deploy.switchboard import commands_in
from labkit.deploy.tracing import Tracing
from labkit.deploy.wire import Wire, json_text
from labkit.engine import Model
from labkit.topology import build


@dataclass
class Counts(Agent):
    """Keeps the sum, and how often it was asked since it began; tells the others each time."""

    sum: int = 0
    asked: int = 0
    durable: ClassVar[tuple[str, ...]] = ("sum",)

    def request(self, value: Any) -> list[Any]:
        self.sum, self.asked = self.sum + value, self.asked + 1
        return [Reply(value, self.sum), *(Send(peer, self.sum) for peer in self.peers)]


CODEC = codec_of(Counts)
WAYS = {("a", "b"): ("", "b"), ("b", "a"): ("b", "")}


def living(path: Path, told: list[Report], life: int = 0, tell: Callable[[bytes], None] | None = None) -> Life:
    store = Store(path, CODEC)
    agent = revived(Counts("a", ("b",)), store)
    return Life(agent, life, ("a", "b"), Wire("s", "a", CODEC, WAYS), CODEC, store, tell or into(told))


def into(told: list[Report]) -> Callable[[bytes], None]:
    """What takes the lines of reports, and adds them to the list."""
    return lambda lines: told.extend(map(json.loads, lines.split(b"\n")))


def test_what_was_written_comes_back_and_the_rest_begins_afresh(tmp_path: Path) -> None:
    first = living(tmp_path / "a", [])
    for value in (1, 2, 3):
        first.request(value, value)
        first.commit()
    assert (first.agent.sum, first.agent.asked) == (6, 3)
    second = living(tmp_path / "a", [], life=1).agent
    assert (second.sum, second.asked) == (6, 0)


def test_a_kill_while_writing_leaves_the_event_before_wherever_it_strikes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    agent = living(path, [])
    agent.request(1, 1)
    agent.commit()
    before = path.read_bytes()
    agent.request(2, 2)
    agent.request(3, 3)
    agent.commit()
    after = path.read_bytes()
    for end in range(len(before), len(after) + 1):
        path.write_bytes(after[:end])
        assert [report["of"] for report in last_reports(path)] == ([2, 3] if end == len(after) else [1])
        assert Store(path, CODEC).values() == {"sum": 6 if end == len(after) else 1}


def test_the_report_is_on_the_disk_before_it_is_told_and_told_before_anything_leaves(tmp_path: Path) -> None:
    seen = []
    agent = living(tmp_path / "a", [], tell=lambda lines: seen.append(
        last_reports(tmp_path / "a") == [*map(json.loads, lines.split(b"\n"))]))
    assert [*map(type, agent.request(1, 5)), *map(type, agent.request(2, 6))] == [Reply, Send, Reply, Send]
    assert seen == [] and last_reports(tmp_path / "a") == []
    leaving = agent.commit()
    assert seen == [True]
    assert [to for to, _ in leaving] == ["b", "b"] and agent.commit() == [], "they are handed over afterwards, once"


def test_a_file_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_life, "MOST", 2_000)
    agent = living(tmp_path / "a", [])
    for number in range(200):
        agent.request(number, 1)
        agent.commit()
    assert (tmp_path / "a").stat().st_size < 4_000
    assert Store(tmp_path / "a", CODEC).values() == {"sum": 200} and len(kept(tmp_path / "a")) == 1


def test_what_cannot_be_sent_breaks_the_agent_and_changes_nothing(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Local:
        """No other process can know this class."""

    class Strange(Counts):
        def request(self, value: Any) -> Any:
            self.sum += 1
            return Send("b", Local())

    store = Store(tmp_path / "a", CODEC)
    agent = Life(Strange("a", ("b",)), 0, "ab", Wire("s", "a", CODEC, WAYS), CODEC, store, lambda report: None)
    with pytest.raises(AgentError, match=r"agent a: .*cannot be sent"):
        agent.request(1, 1)
    assert agent.agent.sum == 0 and store.values() == {}


# ---- the trace -------------------------------------------------------------------------------------------------------


def traced(reports: list[Report]) -> Tracing:
    """The trace of these reports of a, and of what b says when it begins."""
    tracing = Tracing(Model(build("mesh", 2), Counts), CODEC, WAYS, 0.0, 1.0)
    tracing.ask("a", 1, 4, down=False, at=0.0)
    for report in reports:
        tracing.take(report)
    tracing.settle()
    return tracing


def test_events_are_taken_in_by_their_causes_in_whatever_order_they_are_reported(tmp_path: Path) -> None:
    """And a report that comes a second time, from the disk of a process that was killed, is taken once."""
    told: list[Report] = []
    a = living(tmp_path / "a", told)
    a.start()
    a.request(1, 4)
    ((_, text),) = a.commit()
    b = replace(Counts("b", ("a",)))
    wire = Wire("s", "b", CODEC, {("a", "b"): ("a", "")})
    its = Life(b, 0, "ab", wire, CODEC, Store(tmp_path / "b", CODEC), into(told))
    its.start()
    its.receive(wire.read(text, "a"))
    its.commit()
    for report in told:
        report["at"] = -report["at"]  # a clock that runs backwards
    for order in (told, told[::-1], [*told, told[1]]):
        lines = sorted(order, key=lambda report: report["clock"][report["agent"]])  # of one process, in order
        run = traced(lines).sim
        assert [type(step.event).__name__ for step in run.trace] == ["Request", "Deliver"]


def test_an_event_whose_cause_is_unknown_waits(tmp_path: Path) -> None:
    told: list[Report] = []
    a = living(tmp_path / "a", told)
    a.start()
    a.request(1, 4)
    a.commit()
    assert len(traced(told[1:]).sim) == 0 and len(traced(told).sim) == 1


def test_a_process_that_does_not_do_what_its_agent_does_is_found_out(tmp_path: Path) -> None:
    told: list[Report] = []
    a = living(tmp_path / "a", told)
    a.start()
    a.request(1, 4)
    a.commit()
    told[1]["effects"][0] = CODEC.text(("reply", 4, 5, True))
    with pytest.raises(TraceError, match="does its class depend on something besides its fields"):
        traced(told)


@pytest.mark.parametrize("looks", [True, False])
def test_a_process_that_was_killed_before_it_had_begun_has_not_crashed_a_second_time(looks: bool) -> None:
    """What it was asked for is asked in vain all the same; whether or not somebody looks at the run in between."""
    ended: Report = {"what": "ended", "agent": "a", "life": 0, "at": 1.0}
    tracing = traced([])
    tracing.take(ended)
    if looks:
        tracing.settle()
    tracing.ask("a", 2, 5, down=False, at=1.5)
    tracing.take(ended | {"life": 1, "at": 2.0})
    tracing.settle()
    assert [type(step.event).__name__ for step in tracing.sim.trace] == ["Crash", "Request", "Request"]
    assert [request.value for request in tracing.sim.system.requests] == [4, 5] and not tracing.sim.system.replies


def test_what_clients_were_told_is_known_before_the_run_is_replayed_and_once(tmp_path: Path) -> None:
    """The report of a process that was killed comes a second time, from its disk."""
    told: list[Report] = []
    a = living(tmp_path / "a", told)
    a.start()
    a.request(1, 4)
    a.request(2, 5)
    a.commit()
    replies = Replies(CODEC)
    for report in [*told, told[-1]]:
        replies.take(json_text(report).encode())
    assert replies.told == [Replied("a", 4, 4, True), Replied("a", 5, 9, True)]


def test_lines_for_one_agent_go_on_together_and_in_their_place_among_commands() -> None:
    lines = [b'"a"\t{"x":1}', b'"a"\t{"x":2}', b'{"do":"cut"}', b'{"do":"heal"}', b'"b"\t{"x":3}', b'"a"\t{"x":4}']
    assert [*commands_in(lines)] == [("a", b'{"x":1}\n{"x":2}'), {"do": "cut"}, {"do": "heal"}, ("b", b'{"x":3}'),
                                     ("a", b'{"x":4}')]
