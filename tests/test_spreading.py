"""Spreading word: what flooding, a spanning tree and push–pull gossip send on each topology, as n grows, with loss."""

from collections.abc import Hashable, Iterator
from itertools import pairwise
from math import log
from statistics import mean

import networkx as nx
import pytest
from labkit.agents import Effect, Invariant, Send, first_violation
from labkit.agents.histories import NOTHING_LOST
from labkit.engine import Model, Simulator
from labkit.observe import Spread, spread
from labkit.protocols import EVERYONE_KNOWS, Flooding, PushPull, SpanningTree, among_neighbours
from labkit.protocols.dissemination.news import HEARD_ONCE, NOTHING_INVENTED, Hearer, News
from labkit.protocols.dissemination.spanning_tree import ALL_JOINED, COMPLETE, NO_CIRCLE
from labkit.search import Exploration, explore
from labkit.topology import build, flood
from labkit.values import agent_names
from seeds import called, seeds

SHAPES = ("star", "ring", "tree", "mesh", "hybrid")
KINDS = (Flooding, SpanningTree, PushPull)
SIZES = (4, 8, 16, 32)
ROUND = 10  # units; a call and its answer need one each


def network(shape: str, n: int) -> "nx.Graph[str]":
    """Without a way round that agents did not choose themselves."""
    return build(shape, n, relay=False)


def sparse(n: int, links: int = 8) -> "nx.Graph[str]":
    """Each agent knows that many others, picked at random."""
    graph = nx.random_regular_graph(links, n, seed=1)
    return nx.relabel_nodes(graph, dict(enumerate(agent_names(n))))


def told(kind: type[Hearer], graph: "nx.Graph[str]", seed: int = 1, loss: float = 0.0, luck: int = 0,
         source: str = "a", until: int = 400) -> Simulator:
    """A client tells one agent once a tree would be built; a link needs one unit, so time counts hops."""
    options = {"every": (ROUND, ROUND), "luck": luck} if issubclass(kind, PushPull) else {}
    sim = Simulator(graph, among_neighbours(kind, graph, **options), seed=seed, latency=(1, 1))
    sim.run(until=100)
    sim.weather.loss = loss
    sim.request(source, "news")
    sim.run(until=100 + until, steps=1_000_000)
    return sim


def rounds(found: Spread) -> int:
    assert found.time is not None
    return -(-(found.time - 2) // ROUND)


def links(graph: "nx.Graph[str]") -> int:
    return graph.number_of_edges()


# ---- messages and rounds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_a_flood_uses_each_link_from_both_ends_but_those_that_brought_the_news(shape: str) -> None:
    for n in SIZES:
        graph = network(shape, n)
        found, hops = spread(told(Flooding, graph)), flood(graph.adj, "a")
        assert found.messages == 2 * links(graph) - (n - 1) == sum(map(len, hops))
        assert found.time == sum(any(one.news for one in hop) for hop in hops) == nx.eccentricity(graph, "a")


@pytest.mark.parametrize("shape", SHAPES)
def test_a_tree_costs_two_messages_a_link_once_and_then_one_an_agent(shape: str) -> None:
    for n in SIZES:
        graph = network(shape, n)
        for source in ("a", "d"):
            found = spread(told(SpanningTree, graph, source=source))
            assert (found.before, found.messages) == (2 * links(graph), n - 1)


@pytest.mark.parametrize("seed", seeds(3, 30))
def test_these_counts_do_not_depend_on_how_long_messages_take(seed: int) -> None:
    graph = network("mesh", 8)
    for kind, before, messages in ((Flooding, 0, 49), (SpanningTree, 56, 7)):
        sim = Simulator(graph, among_neighbours(kind, graph), seed=seed, latency=(1, 50))
        sim.run(until=500)
        sim.request("c", "news")
        sim.run()
        assert (spread(sim).before, spread(sim).messages, spread(sim).share) == (before, messages, 1)


@pytest.mark.parametrize("n", [16, 32, 64, 128])
def test_push_pull_among_all_needs_as_many_rounds_as_theory_says(n: int) -> None:
    graph = network("mesh", n)
    runs = [spread(told(PushPull, graph, luck=luck, until=100)) for luck in range(5)]
    expected = log(n, 3) + log(log(n))
    assert mean(map(rounds, runs)) == pytest.approx(expected, abs=0.75)
    assert all(n * (rounds(run) - 1) <= run.messages <= n * (rounds(run) + 1) for run in runs)


@pytest.mark.long
def test_push_pull_takes_long_where_most_agents_are_far_apart() -> None:
    """In a ring the news can go one step a round and end at most, or few: gossip needs short ways."""
    found = {shape: rounds(spread(told(PushPull, network(shape, 32), until=600))) for shape in SHAPES}
    assert found["ring"] > 16 > found["mesh"] == min(found[shape] for shape in SHAPES if shape != "star")


@pytest.mark.parametrize("n", [100, pytest.param(1_000, marks=pytest.mark.long)])
def test_knowing_eight_others_is_nearly_as_good_as_knowing_all(n: int) -> None:
    assert rounds(spread(told(PushPull, sparse(n), until=150))) <= 1.5 * (log(n, 3) + log(log(n)))


@pytest.mark.long
def test_ten_thousand_agents_gossip() -> None:
    found = spread(told(PushPull, sparse(10_000), until=150))
    assert found.share == 1 and rounds(found) <= 13


def test_a_message_to_all_is_a_flood_of_its_own_where_agents_are_not_linked() -> None:
    """With all others as peers, flooding knows nothing of the topology: on a ring each message crosses many links."""
    graph = build("ring", 8)
    sim = Simulator(graph, Flooding, latency=(1, 1))
    sim.request("a", "news")
    sim.run()
    assert spread(sim).messages == 7 + 7 * 6 and len(sim) > 100


# ---- loss ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(10, 100))
def test_with_loss_a_flood_of_a_mesh_arrives_a_tree_loses_branches_and_gossip_heals(seed: int) -> None:
    graph = network("mesh", 16)
    shares = {kind: spread(told(kind, graph, seed=seed, loss=0.2)).share for kind in KINDS}
    assert shares[Flooding] == shares[PushPull] == 1


def test_with_loss_most_trees_leave_agents_out() -> None:
    graph = network("tree", 16)
    missed = [1 - spread(told(SpanningTree, graph, seed=seed, loss=0.2)).share for seed in range(20)]
    assert sum(share > 0 for share in missed) >= 15 and mean(missed) > 0.3


def test_a_cut_tree_link_loses_the_whole_branch_and_a_flood_goes_round() -> None:
    graph = network("ring", 7)  # the tree goes both ways round: a – b – c – d and a – g – f – e
    for kind, lost in ((SpanningTree, {"c", "d"}), (Flooding, set())):
        sim = Simulator(graph, among_neighbours(kind, graph), latency=(1, 1))
        sim.run(until=50)
        sim.cut("b", "c")
        sim.request("a", "news")
        sim.run()
        assert {name for name, agent in sim.system.agents.items() if not agent.heard} == lost


def test_after_a_partition_gossip_catches_up_by_itself_and_a_flood_does_not() -> None:
    graph = network("mesh", 6)
    for kind, late in ((PushPull, 1.0), (Flooding, 0.5), (SpanningTree, 0.5)):
        sim = Simulator(graph, among_neighbours(kind, graph), seed=2)
        sim.run(until=100)
        sim.isolate("a", "b", "c")
        sim.request("a", "news")
        sim.run(until=300)
        assert spread(sim).share == 0.5
        sim.heal_all()
        sim.run(until=600)
        assert spread(sim).share == late


def test_an_agent_that_was_down_hears_it_from_gossip_when_it_is_back() -> None:
    graph = network("mesh", 5)
    sim = Simulator(graph, among_neighbours(PushPull, graph))
    sim.crash("e")
    sim.request("a", "news")
    sim.run(until=200)
    assert spread(sim).share == 0.8
    sim.restart("e")
    sim.run(until=300)
    assert spread(sim).share == 1


# ---- the tree --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_the_root_knows_when_the_tree_is_complete(seed: int) -> None:
    graph = network("hybrid", 12)
    sim = Simulator(graph, among_neighbours(SpanningTree, graph), seed=seed)
    sim.run()
    members = sim.system.agents.values()
    assert [(said.agent, said.value) for said in sim.system.decisions] == [("a", COMPLETE)]
    tree = nx.Graph((agent.id, agent.parent) for agent in members if agent.parent)
    assert nx.is_tree(tree) and len(tree) == 12
    assert {(agent.id, child) for agent in members for child in agent.children} == {
        (agent.parent, agent.id) for agent in members if agent.parent}


@pytest.mark.parametrize("seed", seeds(10, 100))
def test_news_from_anywhere_while_the_tree_is_being_built_still_reaches_all(seed: int) -> None:
    graph = network("hybrid", 9)
    sim = Simulator(graph, among_neighbours(SpanningTree, graph), seed=seed)
    for number, name in enumerate("gbi"):
        sim.run(until=7 * (number + 1))
        sim.request(name, f"news {number}")
    sim.run()
    assert EVERYONE_KNOWS.seen(sim.system) and first_violation(SpanningTree.expected, sim.system) is None


# ---- picking peers ---------------------------------------------------------------------------------------------------


def test_peers_are_picked_as_if_by_chance_and_the_same_each_time() -> None:
    picked = [PushPull("a", tuple("bcde"), luck=luck, calls=calls).next_peer() for luck in range(4)
              for calls in range(500)]
    assert picked == [PushPull("a", tuple("bcde"), luck=luck, calls=calls).next_peer() for luck in range(4)
                      for calls in range(500)]
    assert all(440 < picked.count(peer) < 560 for peer in "bcde")
    pairs = list(pairwise(picked))
    assert all(85 < pairs.count((one, other)) < 160 for one in "bcde" for other in "bcde")


# ---- every order of events -------------------------------------------------------------------------------------------


def every_run(kind: type[Hearer], graph: "nx.Graph[str]", requests: tuple[tuple[str, Hashable], ...] = (("a", "x"),),
              properties: tuple[Invariant, ...] = (), **bounds: int) -> Exploration:
    model = Model(graph, among_neighbours(kind, graph), (*kind.expected, *properties), requests)
    return explore(model, progress=False, **bounds)


LINE, TRIANGLE = build("tree", 3, branching=1, relay=False), network("mesh", 3)


@pytest.mark.parametrize(("kind", "bounds"), [
    (Flooding, {"duplicates": 1, "crashes": 1}), (SpanningTree, {"duplicates": 1, "crashes": 1}),
    (PushPull, {"timeouts": 3, "duplicates": 1}),
], ids=called)
@pytest.mark.parametrize("graph", [LINE, TRIANGLE], ids=["line", "triangle"])
def test_no_order_of_events_breaks_what_they_promise(
        kind: type[Hearer], bounds: dict[str, int], graph: "nx.Graph[str]") -> None:
    found = every_run(kind, graph, (("a", "x"), ("c", "y")), (NOTHING_LOST,), **bounds)
    assert found.complete and found.violated is None and not found.never, found


class Parrot(Flooding):
    """Takes all that it hears for news."""

    def is_news(self, text: Hashable) -> bool:
        return True


class Gossipmonger(Flooding):
    """Makes more of it."""

    def tell(self, text: Hashable, *, but: str = "") -> list[Effect]:
        return [Send(peer, News(f"{text}!")) for peer in self.peers if peer != but]


class Fickle(SpanningTree):
    """Takes each that asks for its parent."""

    def is_first(self) -> bool:
        return True


class Hasty(SpanningTree):
    """Answers its parent before its neighbours have."""

    def _join(self, parent: str) -> Iterator[Effect]:
        yield from super()._join(parent)
        self.awaited = ()
        yield from self._echo()


class Forgetful(PushPull):
    """Keeps the news in memory only."""

    durable = ("calls",)


@pytest.mark.parametrize(("kind", "graph", "broken", "events", "bounds"), [
    (Parrot, TRIANGLE, HEARD_ONCE, 4, {}),
    (Gossipmonger, LINE, NOTHING_INVENTED, 2, {}),
    (Fickle, TRIANGLE, NO_CIRCLE, 3, {}),
    (Hasty, LINE, ALL_JOINED, 0, {}),
    (Forgetful, LINE, NOTHING_LOST, 3, {"crashes": 1}),
], ids=lambda value: getattr(value, "__name__", None))
def test_a_forgotten_rule_is_found(kind: type[Hearer], graph: "nx.Graph[str]", broken: Invariant, events: int,
                                   bounds: dict[str, int]) -> None:
    found = every_run(kind, graph, properties=(NOTHING_LOST,), **bounds)
    assert found.violated is broken, found
    assert len(found.trace) == events, found


class Silent(Flooding):
    """Keeps to itself what it has heard from another agent."""

    def tell(self, text: Hashable, *, but: str = "") -> list[Effect]:
        return [] if but else super().tell(text)


class Childless(SpanningTree):
    """Forgets those that answer."""

    def adopts(self, child: str) -> bool:
        return False


class PullsNot(PushPull):
    """Only pushes: of two agents, one that is never called hears nothing by calling."""

    def pulls(self, known: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
        return ()


@pytest.mark.parametrize(("kind", "bounds"), [(Silent, {}), (Childless, {})])
def test_if_it_is_not_passed_on_the_search_says_that_not_everyone_can_know(
        kind: type[Hearer], bounds: dict[str, int]) -> None:
    found = every_run(kind, LINE, **bounds)
    assert found.complete and found.violated is None and EVERYONE_KNOWS in found.never


def test_pull_makes_the_end_short() -> None:
    graph = network("mesh", 64)
    both, push = (mean(rounds(spread(told(kind, graph, luck=luck, until=150))) for luck in range(3))
                  for kind in (PushPull, PullsNot))
    assert push > both + 3


def test_a_run_in_which_nobody_was_told_anything_has_no_news() -> None:
    sim = Simulator(TRIANGLE, among_neighbours(Flooding, TRIANGLE))
    with pytest.raises(ValueError, match="no client has said that: let one say it"):
        spread(sim)
    sim.request("a", "fire")
    assert str(spread(sim)) == "33% know, 2 messages"
    sim.run()
    assert str(spread(sim, "fire")).endswith("units, 4 messages") and spread(sim).heard["a"] == 0
