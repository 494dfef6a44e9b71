"""One claim after the other about every protocol of the catalogue, and: a new protocol is one new file."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import labkit
import pytest
from labkit.agents import Agent, Decides, Effect, Holds, Reply, create, first_violation
from labkit.engine import Simulator
from labkit.faults import recover
from labkit.observe import ACKNOWLEDGED, LOST, REFUSED, Requests, log
from labkit.protocols import CATALOGUE, Paxos, Protocol, Raft, described, find
from labkit.protocols.catalogue import CHAPTERS, collected
from labkit.scenario import Line, Scenario, parse
from labkit.topology import build
from labkit.values import agent_names
from labkit.views import PartitionLab
from seeds import one_in

EVERY = pytest.mark.parametrize("protocol", CATALOGUE.values(), ids=list(CATALOGUE))
WRONG = {"a whole": "many", "a number": "many", "a range": (9, 3), "a tuple of names": 3, "a text": 3, "yes": "?"}


def scenario(protocol: Protocol, options: tuple[tuple[str, object], ...] = ()) -> Scenario:
    """Each agent's client asks once, by the text of the protocol's own example."""
    asked = [Line("request", (agent,), protocol.example, 100 * number)
             for number, agent in enumerate("cde", 1) if protocol.ask(agent, 1) is not None]
    return Scenario("mesh", 5, protocol.name, tuple(asked), 1_000, seed=7, options=options)


def tally(kind: type[Agent], requests: int = 5) -> set[str]:
    """What becomes of requests that an intact cluster of five is asked, one after the other."""
    sim = Simulator(build("mesh", 5), create(kind, agent_names(5)), seed=1)
    for number in range(requests):
        sim.run(until=1_000 + 400 * number)
        sim.request("abcde"[number], described(kind).ask("abcde"[number], number))
    sim.run(until=4_000)
    return {one.outcome for one in Requests(sim).at(sim.at(len(sim)))}


# ---- the record ------------------------------------------------------------------------------------------------------

@EVERY
def test_a_record_says_what_a_newcomer_asks(protocol: Protocol) -> None:
    assert protocol.sentence.endswith(".") and protocol.example
    assert find(protocol.name) is protocol and find(protocol.kind.__name__).kind is protocol.kind
    assert described(protocol.kind) is protocol


@EVERY
def test_the_example_is_a_request_and_can_be_written_again(protocol: Protocol) -> None:
    for request in (protocol.request(protocol.example), protocol.ask("a", 1)):
        if request is not None:
            assert protocol.request(protocol.plain(request)) == request


@EVERY
def test_every_option_can_be_set_to_its_default_and_to_nothing_of_another_type(protocol: Protocol) -> None:
    for option in protocol.options:
        assert protocol.checked({option.name: option.default}) == {option.name: option.default}
        wrong = next((value for words, value in WRONG.items() if option.sentence.startswith(words)), None)
        if wrong is not None:
            with pytest.raises(ValueError, match=f"option '{option.name}' of {protocol.name} cannot be") as problem:
                protocol.checked({option.name: wrong})
            assert option.sentence in str(problem.value)


@EVERY
def test_an_option_that_there_is_not_is_refused_with_those_there_are(protocol: Protocol) -> None:
    with pytest.raises(ValueError, match=f"{protocol.name} has no option 'beat': it(s| has none)") as problem:
        parse(f"topology mesh 3\nprotocol {protocol.name} beat=1").simulator()
    assert all(f"{option.name} ({option.sentence})" in str(problem.value) for option in protocol.options)
    assert "\n" not in str(problem.value)


def test_options_are_no_state() -> None:
    with pytest.raises(ValueError) as problem:
        parse("topology mesh 3\nprotocol raft log=1").simulator()
    assert str(problem.value) == (
        "raft has no option 'log': its options are election (a range such as (150, 300)) and heartbeat (a whole number "
        "such as 50)")


def test_a_class_of_ones_own_has_the_options_of_its_base_and_its_own() -> None:
    @dataclass
    class Hasty(Paxos):
        hurry: int = 3

    @dataclass
    class Alone(Agent):
        limit: float = 0.5

    assert [option.name for option in described(Hasty).options] == ["patience", "hurry"]
    assert described(Alone).checked({"limit": 1}) == {"limit": 1}
    text = "topology mesh 3\nprotocol Hasty patience=(10,20)\nagent b hurry=5"
    assert [agent.hurry for agent in parse(text).cast({"Hasty": Hasty}).values()] == [3, 5, 3]


# ---- the protocol ----------------------------------------------------------------------------------------------------

@EVERY
def test_its_scenario_is_read_as_it_was_printed_and_runs_the_same_each_time(protocol: Protocol) -> None:
    options = tuple((option.name, option.default) for option in protocol.options)
    for one in (scenario(protocol), scenario(protocol, options)):
        assert parse(str(one)) == one
        assert log(one.play()) == log(parse(str(one)).play())


@EVERY
def test_its_properties_hold_in_a_short_run(protocol: Protocol) -> None:
    sim = scenario(protocol).play()
    moment = sim.at(0)
    for done in sim.trace:
        moment.redo(done)
        assert first_violation(protocol.properties, moment.system) is None


@EVERY
def test_a_partition_lab_opens_and_goes_on(protocol: Protocol) -> None:
    lab = PartitionLab(protocol.name)
    lab.cut("a", "b")
    lab.run_on(100)
    panels = lab.scene["panels"]
    assert isinstance(panels, dict) and len(panels["sides"]["items"]) == 1
    says = [agent for agent in lab.moment.system.agents.values() if isinstance(agent, Decides)]
    assert ("can decide" in str(panels["sides"])) == bool(says)


@pytest.mark.parametrize("kind", one_in(4, [one.kind for one in CATALOGUE.values() if one.ask("a", 1) is not None]))
def test_nothing_is_lost_where_nothing_breaks(kind: type[Agent]) -> None:
    assert LOST not in tally(kind)


@pytest.mark.parametrize("kind", one_in(4, [one.kind for one in CATALOGUE.values() if one.ask("a", 1) is not None]))
def test_a_report_of_recovery_counts_every_request_of_its_clients(kind: type[Agent]) -> None:
    found = recover(kind, seed=1, cut=500, heal=1_300, until=2_500)
    asked = 2 * len(range(250, 1_300, 100))  # on each side
    assert len(found.acknowledged) + len(found.refused) + len(found.open) == asked
    assert found.sentence.startswith(kind.__name__)


def test_an_answer_is_a_refusal_only_where_the_protocol_says_so() -> None:
    @dataclass
    class Loud(Agent):
        def request(self, value: str) -> Effect:
            return Reply(value, "refused: no leader")

    @dataclass
    class Quiet(Agent, Holds):
        def request(self, value: str) -> Effect:
            return Reply(value, "done", ok=value != "c2")

        @property
        def holds(self) -> frozenset[str]:
            return frozenset({"a0", "b1"})

    assert tally(Loud) == {ACKNOWLEDGED}
    assert tally(Quiet) == {ACKNOWLEDGED, REFUSED, LOST}
    sim = Simulator(build("mesh", 3), Raft)
    sim.request("a", "too soon")
    assert [reply.ok for reply in sim.system.replies] == [False]


# ---- a new protocol is one new file ----------------------------------------------------------------------------------

ECHO = '''"""Every agent answers at once with what it was asked."""

from dataclasses import dataclass

from labkit.agents import Agent, Effects, Reply
from labkit.protocols.protocol import Protocol


@dataclass
class Echo(Agent):
    times: int = 1

    def request(self, value: str) -> Effects:
        return Reply(value, value * self.times)


PROTOCOL = Protocol("echo", Echo, "Every agent answers with what it was asked.", settings=("times",), place=5)
'''
TOLD = """
from labkit.observe import log
from labkit.protocols import CATALOGUE
from labkit.scenario import parse
from labkit.views import PartitionLab
print(list(CATALOGUE)[0], PartitionLab("echo").moment.system.replies[0].result)
print(log(parse("topology mesh 3\\nprotocol echo times=2\\nat 5 request a hey").play()))
"""


def test_a_new_protocol_is_one_new_file(tmp_path: Path) -> None:
    copytree(Path(labkit.__file__).parent, tmp_path / "labkit")
    (tmp_path / "labkit/protocols/coordination/echo.py").write_text(ECHO, encoding="utf-8")
    run = subprocess.run([sys.executable, "-c", TOLD], env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=True,
                         capture_output=True, text=True, timeout=60)
    first, then = run.stdout.split("\n", 1)
    assert first == "echo a1" and "answers hey: heyhey" in then


def test_the_catalogue_is_collected_in_the_same_order_whatever_the_order_of_chapters() -> None:
    assert list(collected(reversed(CHAPTERS))) == list(CATALOGUE)
