"""Happened-before as read off a trace is reachability in it; both kinds of clocks fit; and a chain shows why."""

from itertools import pairwise
from random import Random
from typing import Any

import networkx as nx
import pytest
from gale import gale
from labkit.agents import Agent, Effects, Send, create
from labkit.engine import Capacity, Duplicate, Simulator
from labkit.observe import Causality
from labkit.protocols import CATALOGUE, Locked, PushSum, Raft, Replica, Stamped
from labkit.protocols.coordination.clocks import Note, Tell
from labkit.topology import build
from seeds import seeds

KINDS = (Stamped, Raft, Replica, Locked, PushSum)


def random_run(seed: int) -> Simulator:
    """A small run of some protocol on some topology, with cuts, crashes, losses and copies."""
    draw = Random(seed)
    kind, shape = draw.choice(KINDS), draw.choice(["mesh", "ring", "star", "tree", "hybrid"])
    ask = next(one for one in CATALOGUE.values() if one.kind is kind).ask
    sim = Simulator(build(shape, draw.randint(3, 6)), kind, seed=seed, loss=0.05, duplication=0.1)
    for name in ("a", "b"):
        if (wish := ask(name, 0)) is not None:
            sim.request(name, wish)
    gale(sim, seed, 120 if kind is not Raft else 300, ask)
    return sim


def reachability(sim: Simulator) -> "nx.DiGraph[Any]":
    """What leads to what, in the terms of the simulator: an item's step leads to that in which it came due."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    last: dict[str, Any] = {}
    begun: dict[int, Any] = {}
    for item in sim.at(0).pending.values():
        if item.packet is not None:
            begun[item.order] = last[item.packet.source] = "start", item.packet.source
    for step, done in enumerate(sim.trace, 1):
        graph.add_node(step)
        if done.order in begun:
            graph.add_edge(begun[done.order], step)
        if done.transition.agent is not None:
            name = done.transition.agent.id
            if name in last:
                graph.add_edge(last[name], step)
            last[name] = step
        begun |= {item.order: step for item in done.scheduled if item.packet is not None}
    return graph


# ---- relation and clocks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(40, 1_000))
def test_vector_order_is_reachability_in_the_trace_and_lamports_clock_is_consistent_with_it(seed: int) -> None:
    sim = random_run(seed)
    seen, graph = Causality(sim), reachability(sim)
    steps = [event.step for event in seen.events]
    assert steps
    vectors = {step: seen.vector(step) for step in steps}
    for one in steps:
        later = nx.descendants(graph, one)
        for other in steps:
            relation = "before" if other in later else "same" if one == other else None
            if relation:
                assert seen.relation(one, other) == relation
                assert vectors[one].compare(vectors[other]) == ("equal" if relation == "same" else "before")
                assert relation == "same" or seen.lamport(one) < seen.lamport(other)
            elif one < other:
                assert seen.relation(one, other) == vectors[one].compare(vectors[other]) == "concurrent"


@pytest.mark.parametrize("seed", seeds(30, 300))
def test_a_path_is_a_chain_with_the_fewest_messages(seed: int) -> None:
    sim, draw = random_run(seed), Random(seed)
    seen, graph = Causality(sim), reachability(sim)
    agent = {event.step: event.agent for event in seen.events}
    for one, other in {tuple(draw.choices([*agent], k=2)) for _ in range(40)}:
        path = seen.path(one, other)
        assert bool(path) == (other in nx.descendants(graph, one))
        if path:
            assert (path[0].begun, path[-1].ended) == (one, other)
        for link, following in pairwise(path):
            assert (link.ended, link.target) == (following.begun, following.source)
            assert link.packet is not None or following.packet is not None, "an agent remembers once in a row"
        for link in path:
            assert agent[link.begun] == link.source and agent[link.ended] == link.target
            assert (link.packet is None) == (link.source == link.target)
            assert link.packet is None or link.packet[1:3] == (link.source, link.target)
        assert not path or sum(link.packet is not None for link in path) == fewest(sim, one, other)


def fewest(sim: Simulator, one: int, other: int) -> int:
    """How many messages a chain needs at least, step by step along the trace: a judge that shares nothing."""
    need: dict[tuple[str, int], int] = {}  # messages until this agent knows of it, and until this packet tells of it
    at: dict[str, int] = {}
    for step, done in enumerate(sim.trace, 1):
        actor, event = done.transition.agent, done.event
        if actor is not None:
            if step == one:
                at[actor.id] = 0
            elif type(event).__name__ == "Deliver":
                told = need.get(("", event.number), 99) + 1
                at[actor.id] = min(at.get(actor.id, 99), told)
            if step == other:
                return at[actor.id]
        fresh = [item.packet for item in done.scheduled if item.packet is not None]
        for packet in fresh:
            cost = at.get(actor.id, 99) if actor is not None else 99
            cost = need.get(("", event.packet.number), 99) if isinstance(event, Duplicate) else cost
            need.setdefault(("", packet.number), cost)
    raise AssertionError


# ---- what it says ----------------------------------------------------------------------------------------------------


def chat() -> Simulator:
    """a tells b, b tells c; and d has something of its own."""
    sim = Simulator(build("mesh", 4), Stamped, seed=1)
    sim.request("a", Tell("b", "one"))
    sim.request("d", Note("alone"))
    sim.run()
    sim.request("b", Tell("c", "two"))
    sim.run()
    return sim


def test_two_events_are_related_by_a_chain_that_is_told_in_words() -> None:
    seen = Causality(chat())
    assert [(event.step, event.agent) for event in seen.events] == [(1, "a"), (2, "d"), (3, "b"), (4, "b"), (5, "c")]
    assert [(str(seen.vector(step)), seen.lamport(step)) for step in range(1, 6)] == [
        ("a:1", 1), ("d:1", 1), ("a:1 b:1", 2), ("a:1 b:2", 3), ("a:1 b:2 c:1", 4)]
    assert seen.sentence(5, 1) == seen.sentence(1, 5) == (
        "Step 1 happened before step 5: “word: one, clock 1, seen a:1” from a, sent in step 1, reaches b in step 3; "
        "b remembers step 3 in step 4; “word: two, clock 3, seen a:1 b:2” from b, sent in step 4, reaches c in step 5.")
    assert seen.sentence(2, 5).startswith("Steps 2 and 5 are concurrent") and seen.path(2, 5) == ()
    assert seen.sentence(2, 2) == "Step 2 is one event."


def test_a_step_in_which_no_agent_acts_is_no_event_and_the_sentence_names_those_near_it() -> None:
    sim = chat()
    sim.cut("a", "b")
    with pytest.raises(ValueError, match="in step 6 no agent acted: near it are steps 4 and 5"):
        Causality(sim).relation(6, 1)


def test_it_goes_on_with_the_simulation_and_a_branch_is_read_for_itself() -> None:
    sim = chat()
    seen, branch = Causality(sim), sim.branch(3)
    sim.request("c", Note("later"))
    branch.request("a", Note("otherwise"))
    assert seen.relation(1, 6) == "before"
    assert Causality(branch).relation(3, 4) == "concurrent" and Causality(branch).events[3].agent == "a"


def test_agents_that_only_forward_have_no_event() -> None:
    sim = Simulator(build("star", 4), Stamped, seed=1)
    sim.request("b", Tell("c", "over the hub"))
    sim.run()
    seen = Causality(sim)
    assert [event.agent for event in seen.events] == ["b", "c"] and len(sim) == 3
    assert [(link.begun, link.ended) for link in seen.path(1, 3)] == [(1, 3)]


def test_a_message_that_waited_at_a_busy_agent_counts_when_it_is_looked_at() -> None:
    sim = Simulator(build("mesh", 3), Stamped, seed=1, capacity={"c": Capacity(service=(40, 40))})
    sim.request("a", Tell("c", "one"))
    sim.request("b", Tell("c", "two"))
    sim.run()
    seen = Causality(sim)
    assert [(event.agent, str(seen.vector(event.step))) for event in seen.events][2:] in (
        [("c", "a:1 c:1"), ("c", "a:1 b:1 c:2")], [("c", "b:1 c:1"), ("c", "a:1 b:1 c:2")])


def test_a_start_that_sends_is_an_event_and_a_copy_comes_from_the_sending() -> None:
    class Greets(Agent):
        def start(self) -> Effects:
            return [Send(peer, "hello") for peer in self.peers]

    sim = Simulator(build("mesh", 2), create(Greets, "ab"), seed=1)
    packet = next(iter(sim.system.flight.values()))
    sim.do(Duplicate(packet))
    sim.run()
    seen = Causality(sim)
    assert {str(seen.vector(event.step)) for event in seen.events} <= {"a:1 b:2", "a:2 b:1", "a:1 b:3", "a:3 b:1"}
    sim.crash("a")
    assert str(seen.vector(sim.restart("a") and len(sim))).startswith("a:")
