"""What the steps of exercise 1 and its notebook say, asserted by the lab's own measures."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from math import ceil
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import networkx as nx
import pytest
from labkit.topology import Needs, advise, build, measure
from labkit.views import TopologyComparison
from labkit.worksheet import STEPS, TEAM
from labkit.worksheet.exercises.networks import figures_of
from labkit.worksheet.exercises.on_topology import FIVE, NEEDS, REASONS
from labkit.worksheet.exercises.topology_by_code import every_network

STRICT = Needs(agents=8, survive_crashes=1, max_hops=3, max_links=16)  # as the notebook has it


def solved(name: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(STEPS[name].imports + STEPS[name].solution, names)
    return names


def test_none_of_the_five_meets_the_strict_needs_and_the_design_is_called_for() -> None:
    assert advise(STRICT, FIVE).best is None


@pytest.mark.parametrize(("system", "fit"), [("the team", {"ring", "mesh"}), ("the news desk", {"star"})])
def test_the_topologies_that_fit_each_system(system: str, fit: set[str]) -> None:
    assert {found.kind for found in advise(NEEDS[system][0], FIVE).ranking if found.fits} == fit


def test_every_reason_on_offer_is_true_of_some_topology_and_none_of_all() -> None:
    true = {letter: {kind for kind in FIVE if holds(figures_of(build(kind, TEAM)))}
            for letter, (_, holds) in REASONS.items()}
    assert true == {"A": {"mesh", "ring"}, "B": {"star"}, "C": {"star", "tree"}, "D": {"mesh"}, "E": {"ring"}}


def test_the_star_with_one_more_link_floods_with_nine_messages() -> None:
    star = build("star", TEAM)
    before = measure(star).communication.broadcast_messages
    star.add_edge("coder", "tester")
    assert (before, measure(star).communication.broadcast_messages) == (7, 9)


def test_our_chords_of_the_square_root_keep_three_hops_up_to_sixteen() -> None:
    design = solved("team topology")["team_topology"]
    assert max(nx.diameter(nx.Graph(design([*map(str, range(n))]))) for n in range(3, 17)) == 3


@pytest.mark.parametrize("n", range(4, 17))
def test_our_ring_with_chords_has_the_fewest_links_with_which_any_two_may_crash(n: int) -> None:
    graph = nx.Graph(solved("ring with chords")["ring_with_chords"]([*map(str, range(n))]))
    assert graph.number_of_edges() == ceil(3 * n / 2)  # with fewer an agent has two neighbours, and they may crash
    assert all(nx.is_connected(graph.subgraph(set(graph) - {*down})) for down in combinations(graph, 2))


def test_all_networks_of_four_agents_and_all_shapes_of_five_are_tried() -> None:
    tried = [(len(agents), frozenset(map(frozenset, links))) for agents, links in every_network(5)]
    assert [sum(n == size for n, _ in tried) for size in (1, 2, 3, 4)] == [1, 2, 8, 64]
    shapes = {links for n, links in tried if n == 5}
    assert len(shapes) == 34  # as many as there are
    assert not any(nx.is_isomorphic(nx.Graph([*one]), nx.Graph([*other])) for one, other in combinations(shapes, 2)
                   if len(one) == len(other))


ROOT = Path(__file__).parents[1]
BOOKS = (ROOT / "labs" / "exercise-1-network-topology.ipynb", ROOT / "notebooks" / "01-network-topology.ipynb")


def sliders(widget: widgets.Widget) -> Iterator[tuple[str, widgets.Widget]]:
    """The sliders in it, by their labels."""
    if isinstance(widget, widgets.SelectionSlider | widgets.IntSlider):
        yield widget.description, widget
    for child in getattr(widget, "children", ()):
        yield from sliders(child)


def asked_for(book: Path) -> list[tuple[str, int]]:
    """Slider and number of each line "*At most hops* to 2" in this notebook."""
    told = "\n".join("".join(cell["source"]) for cell in json.loads(book.read_text(encoding="utf-8"))["cells"])
    names = "|".join(map(re.escape, dict(sliders(TopologyComparison(8)))))
    return [(name, int(number)) for name, number in re.findall(rf"\*({names})\* (?:to )?(\d+)", told)]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_a_number_to_which_a_notebook_has_a_slider_set_is_one_of_its_steps(book: Path) -> None:
    asked = asked_for(book)
    assert len(asked) >= 3
    for name, number in asked:
        slider: Any = dict(sliders(TopologyComparison(8)))[name]
        slider.value = number  # raises where it is no step
        assert slider.value == number


def test_two_hops_and_seven_messages_leave_the_star_alone_as_the_exercise_has_it() -> None:
    lab = TopologyComparison(8, FIVE)
    there: dict[str, Any] = dict(sliders(lab))
    for name, number in asked_for(BOOKS[0]):
        there[name].value = number
    there["Crashes to survive"].value = 0
    assert [found.kind for found in lab.advice.ranking if found.fits] == ["star"]
