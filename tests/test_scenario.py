"""A scenario is read as it was written; a slip gets its line and the remedy; and a counterexample is a scenario."""

from random import Random

import pytest
from labkit.engine import Model, Simulator
from labkit.observe import log
from labkit.protocols import CATALOGUE, NEVER_BLOCKS, PAXOS_PROPERTIES, Paxos, Raft, TwoPhaseCommit
from labkit.protocols.consensus.paxos import Proposal
from labkit.scenario import Line, Scenario, Slow, parse, scenario_of
from labkit.scenario.statements import ARROW
from labkit.search import explore
from labkit.topology import build
from labkit.values import ArgumentError, agent_names
from seeds import seeds

PAXOS = "topology mesh 3\nprotocol paxos\n"


def at_random(seed: int) -> Scenario:
    """A scenario of any protocol on any topology, in which a little of everything happens."""
    draw = Random(seed).random

    def one_of(things: list[object]) -> object:
        return things[int(draw() * len(things))]

    kind = str(one_of(["mesh", "ring", "star", "tree"]))
    names = ("ann", "bob 2", "x-1", "δ", "5th") if draw() < 0.3 else agent_names(5)
    graph = build(kind, names)
    links = [link for pair in graph.edges for link in (pair, pair[::-1])]
    protocol = CATALOGUE[str(one_of(list(CATALOGUE)))]
    values: list[object] = ["red", "two words", "it's", '"', "7", 7, 2.5, True, None, "", ("a", 1), "#no comment"]
    lines = []
    for _ in range(int(draw() * 8)):
        time, agent, link = int(draw() * 100), str(one_of(list(names))), one_of(links)
        wish = "propose p 'two words'" if protocol.requests else one_of(values)
        lines.append(one_of([
            Line("crash", (agent,), None, time), Line("restart", (agent,), None, time),
            Line("cut", link, None, time), Line("heal", link, ARROW, time),
            Line("heal", (), None, time), Line("isolate", (agent,), None, time),
            Line("request", (agent,), wish, time),
        ]))
    return Scenario(
        kind, 5 if names == agent_names(5) else names, protocol.name, tuple(lines),
        until=200 if draw() < 0.5 else None, about="What to see\n\nand why" if draw() < 0.5 else "", seed=seed,
        latency=(1, 30) if draw() < 0.3 else (5, 15), slow=(Slow(*links[0], (40, 60), ARROW),) if draw() < 0.3 else (),
        loss=0.25 if draw() < 0.3 else 0.0, duplication=0.1 if draw() < 0.3 else 0.0,
    )


@pytest.mark.parametrize("seed", seeds(15, 150))
def test_what_is_printed_is_read_as_the_same_scenario(seed: int) -> None:
    scenario = at_random(seed)
    assert parse(str(scenario)) == scenario
    assert str(parse(str(scenario))) == str(scenario)


def test_a_scenario_is_what_one_would_do_by_hand() -> None:
    faults = "at 300 cut a b\nat 400 crash c\nat 700 restart c\n"
    text = f"topology ring 5\nprotocol raft\nseed 3\nloss 0.1\n{faults}run until 900"
    told = parse(text).play()
    sim = Simulator(build("ring", 5), Raft, seed=3, loss=0.1)
    sim.run(until=299)
    assert log(told.branch(len(sim))) == log(sim)
    assert [step.time for step in told.trace if str(type(step.event).__name__) in ("Cut", "Crash", "Restart")] == [
        300, 300, 400, 700]
    assert log(parse(text).play()) == log(told)


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "a scenario needs a topology: add a line such as 'topology mesh 5'"),
    ("topology mesh 3", "a scenario needs a protocol: add a line such as 'protocol paxos'"),
    ("topology mash 3", r"line 1 \(topology mash 3\): .*mesh"),
    ("topology mesh three", r"line 1 .*'three' is not a whole number: topology mesh 5"),
    ("protocol paxos", r"line 1 .*begin with the topology"),
    (PAXOS + "sead 7", r"line 3 \(sead 7\): .*seed"),
    (PAXOS + "seed x", r"line 3 .*'x' is not a whole number: seed 7"),
    (PAXOS + "seed 1\nseed 2", r"line 4 .*set it once"),
    (PAXOS + "topology ring 3", r"line 3 .*one scenario has one network"),
    (PAXOS + "loss 2", r"line 3 .*a chance is a number from 0 to 1: loss 0.05"),
    (PAXOS + "latency 9 3", r"line 3 .*the lower one first: latency 5 15"),
    (PAXOS + "at 5 crush a", r"line 3 \(at 5 crush a\): .*crash"),
    (PAXOS + "at 5 crash z", r"line 3 .*z"),
    (PAXOS + "at 5 cut a", r"line 3 .*write it like this: cut a b"),
    (PAXOS + "at soon crash a", r"line 3 .*'soon' is not a whole number"),
    (PAXOS + "at -5 crash a", r"line 3 .*time begins at 0"),
    (PAXOS + "at 5 deliver a b Prepare", r"line 3 .*by hand, write: do deliver a b MESSAGE"),
    (PAXOS + "at 5 crash a\ndo crash b", r"line 4 .*do not mix"),
    (PAXOS + "run until 10\nat 5 crash a", r"line 4 .*put this line before it"),
    (PAXOS + "at 50 crash a\nrun until 10", r"line 4 .*run longer"),
    (PAXOS + "at 5 preset half", r"line 3 .*halve"),
])
def test_a_slip_gets_one_sentence_with_its_line_and_the_remedy(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as problem:
        parse(text)
    assert "\n" not in str(problem.value) and in_one_sentence(problem.value)


def in_one_sentence(problem: ValueError) -> bool:
    """Whether a notebook shows the sentence alone, without the lab's own lines above it."""
    return isinstance(problem, ArgumentError) and problem._render_traceback_() == [f"ValueError: {problem}"]


def test_a_protocol_or_an_option_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="raft") as problem:
        parse("topology mesh 3\nprotocol rafd").play()
    assert in_one_sentence(problem.value)
    with pytest.raises(ValueError, match=r"has no option 'heartbeet': its options are .*heartbeat"):
        parse("topology mesh 3\nprotocol raft heartbeet=3").simulator()


class Forgetful(Paxos):
    def choose_value(self, reported: tuple[Proposal, ...]) -> object:
        return self.wanted


def test_a_counterexample_is_saved_as_a_text_and_breaks_the_same_promise_again() -> None:
    model = Model(build("mesh", 3), Forgetful, PAXOS_PROPERTIES, requests=[("a", "red"), ("c", "blue")])
    found = explore(model, progress=False)
    text = str(scenario_of(found.model, found.trace, about=found.why))
    assert "protocol Forgetful" in text and text.count("\ndo ") == len(found.trace)
    again = parse(text).play({"Forgetful": Forgetful})
    assert found.violated is not None
    assert found.violated.violation(again.system) == found.why


def test_a_counterexample_of_a_protocol_of_the_lab_needs_nothing_but_the_text() -> None:
    model = Model(build("mesh", 3), TwoPhaseCommit, [NEVER_BLOCKS], requests=[("a", "t1")])
    found = explore(model, crashes=1, progress=False)
    again = parse(str(scenario_of(found.model, found.trace))).play()
    assert NEVER_BLOCKS.violation(again.system) == found.why
