"""A watched run: traces without a gap along chains of causes, and metrics that agree with independent counts."""

from collections.abc import Hashable
from itertools import pairwise

import pytest
from labkit.agents import Reply, create
from labkit.engine import Capacity, Model, Request, Simulator
from labkit.network import Restart
from labkit.observe import (
    COMPLETION,
    ERRORS,
    OVERHEAD,
    REFUSED,
    THROUGHPUT,
    UTILISATION,
    Causality,
    Load,
    MonitoringSystem,
    Requests,
    sent,
    watch,
    work_of,
)
from labkit.observe.tracing import Ways
from labkit.protocols import CATALOGUE, Protocol, Raft, TaskQueue, army
from labkit.scenario import parse
from labkit.topology import build
from labkit.values import BEFORE, agent_names
from seeds import one_in

EVERY = pytest.mark.parametrize("protocol", one_in(4, (pytest.param(one, id=one.name) for one in CATALOGUE.values())))
STORM = """topology star 41
protocol calls every=(160, 266) retry='at once'
seed 1
capacity a 4 4
at 1000 pause a 600
run until 3000
"""


def rough(protocol: Protocol) -> Simulator:
    """A run in which clients ask while links fail, agents crash and pause, and messages are lost or doubled."""
    cast = army(5, "attack") if protocol.name == "oral messages" else create(protocol.kind, agent_names(5))
    sim = Simulator(build("ring", 5), cast, seed=7, loss=0.03, duplication=0.1, capacity={"b": Capacity((3, 6))})
    for number in range(1, 7):
        sim.run(until=150 * number)
        for agent in "abcde":
            if (wish := protocol.ask(agent, number)) is not None:
                sim.request(agent, wish)
        if number == 2:
            sim.isolate("a", "b")
            sim.pause("d", 120)
        if number == 4:
            sim.heal_all()
            sim.crash("c")
    sim.restart("c")
    sim.run(until=1_500)
    return sim


def errands(number: int = 12) -> Simulator:
    """A queue of tasks whose worker c crashes on the way."""
    sim = Model(build("mesh", 6), TaskQueue).simulate(seed=1)
    for task in range(1, number + 1):
        sim.plan(60 * task, Request("a", f"mail {task}"))
    sim.run(until=400)
    sim.crash("c")
    sim.run(until=1_500)
    return sim


# ---- traces ----------------------------------------------------------------------------------------------------------


@EVERY
def test_the_spans_of_an_answered_request_follow_each_other_and_add_up_to_its_time(protocol: Protocol) -> None:
    for trace in watch(rough(protocol)).traces:
        if trace.end is None:
            assert trace.spans == ()
            continue
        assert sum(span.duration for span in trace.spans) == trace.end - trace.begin
        times = [trace.begin, *(span.end for span in trace.spans)]
        assert [span.begin for span in trace.spans] == times[:-1] and times[-1] == trace.end
        for one, other in pairwise(trace.spans):
            assert other.agent == (one.to or one.agent), "the next part is where this one has led to"
        if trace.spans:
            assert trace.spans[0].agent == trace.agent == (trace.spans[-1].to or trace.spans[-1].agent)


def answers(sim: Simulator) -> list[tuple[int, int]]:
    """The steps in which an agent heard a request and answered it, of requests that it was asked once."""
    heard: dict[tuple[str, Hashable], list[int]] = {}
    found = []
    for step, done in enumerate(sim.trace, 1):
        agent, effects = done.transition
        if agent is None:
            continue
        if isinstance(done.event, Request):
            heard.setdefault((agent.id, done.event.value), []).append(step)
        for effect in effects:
            steps = heard.pop((agent.id, effect.request), []) if isinstance(effect, Reply) else []
            found += [(steps[0], step)] if len(steps) == 1 else []
    return found


@EVERY
def test_the_way_of_a_request_is_a_chain_of_causes(protocol: Protocol) -> None:
    sim = rough(protocol)
    causality, ways = Causality(sim), Ways()
    events = {event.step for event in causality.events}
    silent = {step for step, done in enumerate(sim.trace, 1) if isinstance(done.event, Restart)} - events
    for step, done in enumerate(sim.trace, 1):
        ways.take(done, step)
    for first, last in answers(sim):
        links = ways.way(first, last)
        assert bool(links) == (first != last)
        assert [link.begun for link in links] == [first, *(link.ended for link in links)][: len(links)]
        for link in links:
            ends = [end for end in (link.begun, link.ended) if end != first and end not in silent]
            assert all(causality.relation(first, end) == BEFORE for end in ends)
            assert len(ends) < 2 or causality.relation(*ends) == BEFORE
            assert (link.source == link.target) or link.packet is not None
            if link.packet is not None:
                assert sim[link.ended - 1].event == link.packet
                assert link.packet.number in {item.packet.number for item in sim[link.begun - 1].scheduled
                                              if item.packet is not None} or link.packet.nth < 0


def test_a_task_goes_through_queue_worker_and_world_and_back() -> None:
    monitoring = watch(errands())
    assert [str(span) for span in monitoring.trace(1).spans] == [
        "60 to 74: a → c: task 1", "74 to 96: c: timer thinking", "96 to 105: c → b: execute",
        "105 to 114: b → c: executed", "114 to 127: c → a: ack"]
    assert str(monitoring.trace(1)) == "mail 1, asked of a at 60: answered after 67 units"


def test_a_message_that_waits_at_a_busy_agent_has_a_span_for_that() -> None:
    sim = parse(STORM.replace("every=(160, 266) ", "")).play()
    for agent in ("b", "c", "d"):
        sim.request(agent, "pay")
    sim.run(until=3_200)
    spans = [span for trace in watch(sim).traces for span in trace.spans]
    waits = [span for span in spans if span.name == "waits its turn"]
    assert {span.agent for span in waits} == {"a"} and sorted(span.duration for span in waits)[0] == 4


# ---- metrics ---------------------------------------------------------------------------------------------------------


@EVERY
def test_throughput_errors_and_overhead_agree_with_what_clients_got_and_what_was_sent(protocol: Protocol) -> None:
    sim = rough(protocol)
    monitoring, requests = watch(sim, every=50), Requests(sim).at(sim.present)
    answered = [one for one in requests if one.answered is not None]
    good = [one for one in answered if one.outcome != REFUSED]
    assert sum(one.value for one in monitoring.samples(THROUGHPUT)) / 2 == len(good)
    assert sum(one.value for one in monitoring.samples(ERRORS)) == len(answered) - len(good)
    assert sorted(one.value for one in monitoring.samples(COMPLETION)) == sorted(
        one.answered - one.asked for one in good if one.answered is not None)
    assert len(monitoring.traces) == len(requests)
    assert sum(one.value for one in monitoring.samples(OVERHEAD)) <= sent(sim).total()


def test_all_messages_up_to_the_last_answer_are_counted_once() -> None:
    sim = errands()
    last = max(one.time for one in watch(sim).samples(COMPLETION))
    before = sim.branch(next(step for step, done in enumerate(sim.trace, 1) if done.time == last))
    assert sum(one.value for one in watch(sim).samples(OVERHEAD)) == sent(before).total()


def test_the_throughput_of_a_queue_is_the_number_of_tasks_that_are_done() -> None:
    sim = errands()
    done = sum(task.effects for task in work_of(sim.present))
    assert sum(one.value for one in watch(sim).samples(THROUGHPUT)) == done == 12


def test_the_throughput_of_a_service_is_its_goodput() -> None:
    sim = parse("topology star 5\nprotocol calls\nseed 1\ncapacity a 4 4\nrun until 50\n").play()
    for number in range(40):
        sim.plan(60 + 12 * number, Request("bcde"[number % 4], f"pay {number}"))
    sim.run(until=1_000)
    good = Load(sim).between(0, 1_000).good
    assert sum(one.value for one in watch(sim).samples(THROUGHPUT)) == good == 40


def test_a_server_is_utilised_for_the_time_that_its_messages_take() -> None:
    sim = parse(STORM.replace("at 1000 pause a 600\n", "")).play()
    served = sum(done.transition.agent is not None and done.transition.agent.id == "a" for done in sim.trace)
    monitoring = watch(sim)
    busy = 100 * sum(one.value for one in monitoring.samples(UTILISATION))
    assert {one.agent for one in monitoring.samples(UTILISATION)} == {"a"}
    assert 4 * served <= busy <= 4 * served + 4
    assert monitoring.get_metrics_summary("a")[UTILISATION].mean == pytest.approx(4 * served / 3_000, abs=0.005)


def test_a_worker_is_utilised_while_it_has_work_in_hand() -> None:
    sim = errands()
    for worker in "abcdef":
        moments = [sim.at(step) for step in range(len(sim) + 1)]
        times = [*(moment.time for moment in moments[:-1]), sim[len(sim) - 1].time, 1_500]
        held: list[int] = [later - moment.time for moment, later in zip(moments, times[1:], strict=True)
                           if moment.system.agents[worker].in_hand and worker not in moment.system.down]
        own = [one.value for one in watch(sim).samples(UTILISATION) if one.agent == worker]
        assert 100 * sum(own) == pytest.approx(sum(held))


def test_utilisation_is_not_judged_where_agents_have_time_for_everything_and_do_not_tell_of_work() -> None:
    sim = Model(build("mesh", 5), Raft).simulate(seed=1)
    sim.run(until=500)
    assert UTILISATION not in watch(sim).get_metrics_summary()


# ---- reading and writing ---------------------------------------------------------------------------------------------


def test_it_does_not_matter_how_often_one_reads() -> None:
    sim = Model(build("mesh", 6), TaskQueue).simulate(seed=1)
    for task in range(1, 13):
        sim.plan(60 * task, Request("a", f"mail {task}"))
    monitoring = watch(sim)
    for until in range(0, 1_501, 75):
        if until == 450:
            sim.crash("c")
        sim.run(until=until)
        monitoring.get_metrics_summary()
    late = watch(sim)
    assert monitoring.get_metrics_summary() == late.get_metrics_summary()
    assert monitoring.traces == late.traces and monitoring.events == late.events
    assert len(monitoring.events) > 24


def test_the_log_says_in_words_what_happened() -> None:
    told = [f"{event.time} {event.text}" for event in watch(errands()).events]
    assert told[:3] == ["60 a client asks a: mail 1", "120 a client asks a: mail 2",
                        "127 a answers mail 1 with yes after 67"]
    assert "400 c crashes" in told


def test_one_can_record_what_one_likes_and_read_it_back() -> None:
    own = MonitoringSystem()
    own.record_metric("tokens", 800, time=10, agent="a")
    own.record_metric("tokens", 400, time=20, agent="b")
    own.record_metric(COMPLETION, 90, time=20)
    own.log_event("note", "b has read the contract", time=20, agent="b")
    own.start_trace(1, "read the contract", time=5, agent="a")
    own.add_span(1, "ask", 5, 12, "a", "b")
    assert [*own.get_metrics_summary()] == [COMPLETION, "tokens"]
    assert str(own.get_metrics_summary()["tokens"]) == "600 on average (2 values, 400 to 800)"
    assert str(own.get_metrics_summary("a")["tokens"]) == "800 (1 value)"
    assert str(own.get_metrics_summary()[COMPLETION]) == "90 units (1 value)"
    assert str(own.trace(1)) == "read the contract, asked of a at 5: not answered yet"
    own.end_trace(1, 30, ok=False)
    assert str(own.trace(1)) == "read the contract, asked of a at 5: refused after 25 units"


def test_a_wrong_call_gets_a_sentence() -> None:
    own = MonitoringSystem()
    with pytest.raises(ValueError, match="there is no trace 7: start it first"):
        own.add_span(7, "ask", 5, 12, "a")
    own.start_trace(1, "x", time=0)
    with pytest.raises(ValueError, match="trace 1 has begun already"):
        own.start_trace(1, "y", time=0)
    with pytest.raises(ValueError, match="there is no trace 7: choose one of 1"):
        own.trace(7)
    with pytest.raises(ValueError, match="watch takes a simulation"):
        watch("raft")
    with pytest.raises(ValueError, match="every is a whole number"):
        watch(Model(build("mesh", 3), Raft).simulate(), every=0)
