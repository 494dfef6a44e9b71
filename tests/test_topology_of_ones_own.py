"""A topology of one's own is registered in one line and then works wherever the lesson's five do."""

from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from labkit.topology import Needs, advise, build, kinds, measure, register, shapes
from labkit.topology.layout import hub


@pytest.fixture(autouse=True)
def forget_afterwards() -> Iterator[None]:
    known = dict(shapes.SHAPES)
    yield
    shapes.SHAPES.clear()
    shapes.SHAPES.update(known)


def line(agents: shapes.Agents) -> shapes.Links:
    return pairwise(agents)


def test_one_line_registers_a_topology() -> None:
    register("line", lambda agents: pairwise(agents))
    assert kinds() == ("star", "mesh", "ring", "tree", "hybrid", "line")
    graph = build("line", 4)
    assert set(graph.edges) == {("a", "b"), ("b", "c"), ("c", "d")}
    assert len({graph.nodes[agent]["pos"] for agent in graph}) == 4


def test_its_places_may_be_ones_own_too() -> None:
    register("wheel", lambda agents: [(agents[0], rim) for rim in agents[1:]], places=hub)
    assert build("wheel", 5).nodes["a"]["pos"] == (0.0, 0.0)


def test_it_has_options_if_its_function_has_parameters() -> None:
    register("skip", lambda agents, step=1: zip(agents, agents[step:], strict=False))
    assert set(build("skip", 4, step=2).edges) == {("a", "c"), ("b", "d")}
    with pytest.raises(ValueError, match="a skip has no option 'jump': its options are step"):
        build("skip", 4, jump=2)


def test_it_is_measured_advised_and_built_into_hybrids() -> None:
    register("line", line)
    measured = measure(build("line", 8))
    assert measured.communication.diameter == 7
    assert [c.kind for c in advise(Needs(priorities=("hops",))).ranking][-1] == "line"
    assert set(build("hybrid", 4, backbone="line", cluster="line").edges) == {("a", "b"), ("a", "c"), ("c", "d")}


def test_two_triangles_with_one_agent_in_common_survive_a_cut_but_not_a_crash() -> None:
    register("bow", lambda agents: [*combinations(agents[:3], 2), *combinations(agents[2:5], 2)])
    assert advise(Needs(agents=5, survive_cuts=1), among=["bow"]).best is not None
    assert advise(Needs(agents=5, survive_crashes=1), among=["bow"]).best is None


def test_registering_again_replaces_ones_own() -> None:
    register("mine", line)
    assert advise(Needs(agents=5), among=["mine"]).ranking[0].figures["hops"] == 4
    register("mine", lambda agents: [*pairwise(agents), (agents[0], agents[-1])])
    assert build("mine", 5).number_of_edges() == 5
    assert advise(Needs(agents=5), among=["mine"]).ranking[0].figures["hops"] == 2


@pytest.mark.parametrize("kind", ["star", "mesh", "ring", "tree", "hybrid"])
def test_the_lessons_own_names_are_taken(kind: str) -> None:
    with pytest.raises(ValueError, match=f"'{kind}' is one of the lesson's own topologies: register yours under"):
        register(kind, line)
    assert kinds() == ("star", "mesh", "ring", "tree", "hybrid")


@pytest.mark.parametrize("link", [("a", "x"), ("x", "a"), ("a", "a")])
def test_a_link_to_a_stranger_or_to_oneself_is_refused(link: tuple[str, str]) -> None:
    register("odd", lambda agents: [link])
    with pytest.raises(ValueError, match=f"'odd' links '{link[0]}' to '{link[1]}': link two different agents of"):
        build("odd", 3)


def test_a_link_named_twice_is_one_link() -> None:
    register("double", lambda agents: [(agents[0], agents[1]), (agents[1], agents[0])])
    assert build("double", 2).number_of_edges() == 1


def test_an_agent_without_a_place_is_refused_by_name() -> None:
    register("lost", line, places=lambda agents: {agents[0]: (0.0, 0.0)})
    with pytest.raises(ValueError, match="'b'"):
        build("lost", 2)


def test_a_topology_for_particular_names_is_measured_too() -> None:
    register("couple", lambda agents: [("ann", "bob")])
    assert measure(build("couple", ["ann", "bob"])).constraints.links == 1
