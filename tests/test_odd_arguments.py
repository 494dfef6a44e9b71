"""What is wrong in kind gets one sentence with the remedy, before anything is begun: no KeyError, no endless loop."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import Any

import networkx as nx
import pytest
from labkit import agents, engine, faults, network, observe, protocols, scenario, search, topology
from labkit.agents import AGREEMENT, Agent, Effects, create
from labkit.engine import Model, Simulator
from labkit.faults import recover
from labkit.protocols import Paxos, Raft, Service
from labkit.protocols.quorums import disjoint, every_way_to_vote, grid, majority
from labkit.search import explore
from labkit.topology import build, register
from labkit.topology.shapes import SHAPES
from labkit.values import ArgumentError
from labkit.views import ClockBench, LoadPanel, PartitionLab, Player, QuorumDial, TaskBoard
from labkit.views.player.player import AT_LEAST

MESH = build("mesh", 3)


@dataclass
class NoAgent:
    id: str
    peers: tuple[str, ...]


class Endless:
    def __call__(self, agents: Any) -> Any:
        return ((agents[0], agents[1]) for _ in count())


def numbered() -> "nx.Graph[Any]":
    return nx.path_graph(3)


make: Any = Model
watch: Any = Player
run: Any = recover

ODD: dict[str, tuple[Callable[[], object], str]] = {
    "explore a name": (lambda: explore("mesh"), r"explore takes a model, explore\(Model\("),
    "a topology by name": (lambda: make("mesh", Raft), r"the topology is a network, such as build\('mesh', 5\)"),
    "a simulation of a name": (lambda: Simulator("mesh", Raft), "the topology is a network"),
    "a player of a method": (lambda: watch(Model(MESH, Raft).simulate), "not the method simulate: call it"),
    "directed": (lambda: Simulator(nx.DiGraph([("a", "b")]), Raft), "goes both ways"),
    "no agents": (lambda: make(nx.Graph(), Raft), "has no agents"),
    "numbers for names": (lambda: make(numbered(), Raft), r"agents are called by texts, not 0: nx.relabel_nodes"),
    "a request without an agent": (lambda: make(MESH, Raft, requests=["a"]), "a request is a pair of the agent"),
    "a request of three": (lambda: make(MESH, Raft, requests=[("a", 1, 2)]), "a request is a pair"),
    "a request to a stranger": (lambda: make(MESH, Raft, requests=[("z", 1)]), "there is no agent 'z'"),
    "a request of a list": (lambda: make(MESH, Raft, requests=[("a", [1])]), "the request to a holds a list"),
    "a protocol by name": (lambda: make(MESH, "raft"), "agents is an Agent class, or a table with one agent"),
    "no agent class": (lambda: make(MESH, NoAgent), r"derive its class from Agent, class NoAgent\(Agent\)"),
    "agents mixed up": (lambda: make(MESH, dict(zip("abc", create(Raft, "bca").values(), strict=True))),
                        "the agent for a calls itself 'b': give both the same name"),
    "one agent missing": (lambda: Simulator(MESH, create(Raft, "ab")), "agents and topology differ in c"),
    "a misspelt option": (lambda: make(MESH, Raft, hartbeat=(5, 6)), "no option 'hartbeat': did you mean heart"),
    "a misspelt option in the lab": (lambda: PartitionLab("raft", hartbeat=5), "hartbeat"),
    "options for made agents": (lambda: make(MESH, create(Raft, "abc"), heartbeat=(5, 6)), "take no options"),
    "a property by name": (lambda: make(MESH, Raft, ["agreement"]), "'agreement' is not a property"),
    "a property by name in the player": (lambda: watch(Simulator(MESH, Raft), ["x"]), "'x' is not a property"),
    "a property by name in recover": (lambda: run(Raft, properties=["x"]), "'x' is not a property"),
    "a property by name, added": (lambda: make(MESH, Raft).promising("x"), "'x' is not a property"),
    "time-outs below zero": (lambda: explore(make(MESH, Raft), timeouts=-1), "timeouts is a whole number of at least"),
    "ask every -1": (lambda: recover(Raft, ask_every=-1), "ask_every is a whole number of units, at least 1"),
    "ask every 0": (lambda: PartitionLab("raft", ask_every=0), "ask_every is a whole number from 1"),
    "200 agents in the lab": (lambda: PartitionLab("raft", agents=200), "agents is a whole number from 2 to 20"),
    "endless links": (lambda: build("endless", 4), "gives more than 16 links for 4 agents: let it end"),
    "a majority of millions": (lambda: majority(10**7), "at most 100,000"),
    "thirty proposals": (lambda: every_way_to_vote(majority(3), tuple(map(str, range(30)))), "take fewer"),
    "disjoint of a number": (lambda: disjoint(5), r"disjoint takes quorum systems, such as majority\(5\), not 5"),
    "a step that is none": (lambda: Simulator(MESH, Raft).at("x"), "there is no step 'x'"),
    "no such link": (lambda: Simulator(build("ring", 4), Raft).cut("a", "c"), "no link between a and c"),
    "no such agent": (lambda: Simulator(MESH, Raft).crash("z"), "there is no agent 'z'"),
    "no event": (lambda: Simulator(MESH, Raft).do("crash"), "is not an event: use"),
}


@pytest.fixture(autouse=True)
def endless() -> Any:
    register("endless", Endless())
    yield
    SHAPES.pop("endless")


@pytest.mark.parametrize("odd", ODD)
def test_what_is_wrong_in_kind_gets_one_sentence(odd: str) -> None:
    call, sentence = ODD[odd]
    with pytest.raises(ValueError, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)


bench: Any = ClockBench
board: Any = TaskBoard
load: Any = LoadPanel
dial: Any = QuorumDial


@pytest.mark.parametrize(("call", "sentence"), [
    (lambda: bench(foo=1), "ClockBench takes no 'foo': it takes sim and seed"),
    (lambda: bench(1, 2, 3), "ClockBench: too many positional arguments"),
    (lambda: board(sed=1), "task queue has no option 'sed': its options are queue"),
    (lambda: load(40, sed=1), "calls has no option 'sed': its options are server"),
    (lambda: load(1), "callers is a whole number from 2 to 60, not 1"),
    (lambda: dial(replica=3), "QuorumDial takes no 'replica': did you mean 'replicas'. It takes replicas, reads"),
    (lambda: dial("three"), "replicas is a whole number, not 'three'"),
    (lambda: watch(), "Player: missing a required argument: 'sim'"),
])
def test_a_widget_that_cannot_be_built_says_so_in_one_sentence_without_the_labs_lines(
    call: Callable[[], object], sentence: str,
) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        call()
    shown: Any = caught.value
    assert shown._render_traceback_() == [f"ValueError: {shown}"] and "\n" not in str(shown)


class Fails(Service):
    """Wrong from the start."""

    def start(self) -> Effects:
        raise ValueError("my own mistake")


def test_what_the_learners_own_code_raises_in_a_widget_keeps_its_lines() -> None:
    with pytest.raises(ValueError, match="my own mistake") as caught:
        load(5, kind=Fails)
    assert not isinstance(caught.value, ArgumentError)


def test_a_big_grid_is_judged_at_once() -> None:
    names = [[f"m{row}x{column}" for column in range(40)] for row in range(40)]
    assert disjoint(grid(names)) is None


def test_a_network_that_was_drawn_by_nobody_can_be_watched() -> None:
    graph = nx.Graph([("a", "b"), ("b", "c")])
    player = Player(Simulator(graph, Raft))
    assert len(player.scene["panels"]["network"]["x"]) == 3
    PartitionLab("raft").strike("halves")


@pytest.mark.long
def test_a_long_run_in_a_widget_ends_after_a_while_says_so_and_can_go_on() -> None:
    lab = PartitionLab("raft", agents=7)
    lab.run_on(10_000_000)
    assert len(lab.sim) >= AT_LEAST and f"Stopped at time {lab.sim.now:,}" in lab.status
    before = lab.sim.now
    lab.run_on(10_000_000)
    assert lab.sim.now > before
    with pytest.raises(ValueError, match="units is a whole number of at least 1"):
        lab.run_on(-5)


def test_a_search_without_properties_is_no_success() -> None:
    assert not explore(Model(MESH, Paxos, (), [("a", "red")]), progress=False).holds
    assert explore(Model(MESH, Paxos, AGREEMENT, [("a", "red")]), progress=False).holds  # one alone needs no brackets


def test_a_factory_may_make_the_agents() -> None:
    @dataclass
    class Mine(Agent):
        size: int = 1

        def request(self, value: str) -> Effects:
            return None

    sim = Simulator(MESH, lambda name, peers: Mine(name, peers, size=2))
    assert all(agent.size == 2 for agent in sim.system.agents.values() if isinstance(agent, Mine))


ODD_VALUES: list[Any] = [None, 5, -1, 0, 1.5, float("nan"), "x", "", [], ["a"], {}, {"a": 1}, (1, 2), object(),
                         lambda *_given, **_named: 1, True, "mesh", "raft", 10**7, [None], [("a", "b")], b"x"]
ROOMS = (topology, network, agents, protocols, engine, observe, search, faults, scenario)


@pytest.mark.parametrize("name", [f"{room.__name__}.{name}" for room in ROOMS for name in room.__all__])
def test_no_name_for_learners_answers_odd_values_with_more_than_a_sentence(name: str) -> None:
    """All single values and pairs of some: a ValueError, or Python's own sentence about arguments that are missing."""
    room, _, what = name.rpartition(".")
    call = getattr(import_module(room), what)
    pairs = [(one, other) for one in ODD_VALUES[:14] for other in ODD_VALUES[:14]]
    for given in [*((one,) for one in ODD_VALUES), *pairs] if callable(call) else ():
        try:
            call(*given)
        except ValueError:
            continue
        except TypeError as wrong:
            plain = ("missing", "takes", "unexpected", "not callable")
            assert any(part in str(wrong) for part in plain), (given, wrong)
