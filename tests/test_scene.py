"""What a learner sees is plain data: colours, letters, words and tables tell the same story."""

import re
from pathlib import Path
from random import Random

import networkx as nx
import plotly.graph_objects as go
import pytest
from labkit.network import Cut, Network, cut
from labkit.topology import build
from labkit.views import TopologyComparison
from labkit.views.stage import network_scene as scene, palette
from labkit.views.stage.panels import NetworkPanel
from labkit.views.topology.measures_table import figures, measures_panels
from random_networks import some_fault, some_network
from seeds import seeds


def broken_network(seed: int) -> Network:
    """A network after a handful of random faults."""
    random = Random(seed)
    network = some_network(random)
    for _ in range(random.randrange(12)):
        network = network.after(some_fault(random, network))
    return network


def drawn(network: Network) -> tuple[NetworkPanel, dict[str, list[str]]]:
    """The picture and the table of states of one network."""
    groups = network.partitions()
    rows = scene.state_panel(network, groups)["rows"]
    return scene.network_panel(network, groups), {name: rest for name, *rest in rows}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colour_in(file: str, pattern: str) -> str:
    """A colour as the page gets it."""
    found = re.search(pattern, (Path(palette.__file__).parent / file).read_text(encoding="utf-8"))
    assert found, f"{pattern} is not in {file}"
    return found[1]


@pytest.mark.parametrize("seed", seeds(12, 40))
def test_one_fill_a_partition_and_the_table_says_the_same(seed: int) -> None:
    network = broken_network(seed)
    picture, states = drawn(network)
    groups = network.partitions()
    for index, group in enumerate(groups):
        for name in group:
            at = picture["name"].index(name)
            assert picture["fill"][at] == palette.partition_look(index).fill
            assert states[name][:2] == ["up", palette.partition_letter(index)]
    for name in network.crashed:
        assert picture["fill"][picture["name"].index(name)] == palette.DEAD.fill
        assert states[name][:2] == ["down", "–"]


@pytest.mark.parametrize("seed", seeds(12, 40))
def test_each_link_is_drawn_once_and_as_what_it_is(seed: int) -> None:
    network = broken_network(seed)
    picture, _ = drawn(network)
    oneway = dict(picture["oneway"])
    for i, (a, b) in enumerate((picture["name"][x], picture["name"][y]) for x, y in picture["links"]):
        there, back = network.works(a, b), network.works(b, a)
        down = bool(network.crashed & {a, b})
        assert (i in picture["down"]) == down
        assert (i in picture["cut"]) == (not there and not back and not down)
        assert oneway.get(i, 0) == there - back


def test_never_colour_alone() -> None:
    looks = [palette.partition_look(i) for i in range(6)] + [palette.DEAD]
    assert len({look.symbol for look in looks}) == len({look.fill for look in looks}) == len(looks)
    letters = [palette.partition_letter(i) for i in range(200)]
    assert len(set(letters)) == 200


def test_text_on_every_fill_has_contrast_aa() -> None:
    for look in (*(palette.partition_look(i) for i in range(7)), palette.DEAD):
        assert contrast(look.fill, look.ink) >= 4.5, look
    css = "css/stage.css"
    for theme in ("", r'light="false"\] [^}]*'):
        ink, warning = (colour_in(css, rf"{theme}--day13-{name}: (#\w+)") for name in ("ink", "warn"))
        for ground in ("card", "quiet"):
            behind = colour_in(css, rf"{theme}--day13-{ground}: (#\w+)")
            assert min(contrast(ink, behind), contrast(warning, behind)) >= 4.5


def test_a_cut_link_is_seen_on_white() -> None:
    cut = colour_in("js/network_figure.js", r'cut: \{ color: "(#\w+)"')
    assert contrast(cut, palette.WHITE) >= 3, "a line, not a text"


def test_news_is_drawn_along_the_links_it_took() -> None:
    network = Network(build("ring", 6)).after(*cut("a", "b"))
    rounds = network.broadcast("a")
    picture = scene.network_panel(network, network.partitions(), rounds[:3])
    took = [{picture["name"][i] for i in picture["links"][link]} for link in picture["lit"]]
    assert took == [{"e", "f"}, {"a", "f"}] or took == [{"a", "f"}, {"e", "f"}]
    heard = {name: note for name, note in zip(picture["name"], picture["note"], strict=True) if note}
    assert heard == {"a": "hop 0", "f": "hop 1", "e": "hop 2"}


def test_the_sentence_counts_what_the_picture_shows() -> None:
    star = Network(build("star", 8))
    whole, halved = star.partitions(), star.after(*cut("a", "c")).partitions()
    assert scene.network_sentence(star, whole) == "8 agents: all of them can reach each other, in one partition."
    assert scene.network_sentence(star, halved) == (
        "8 agents in 2 partitions. The largest, A, has 7 of 8 (88%): a majority."
    )


def test_half_is_no_majority() -> None:
    line = Network(build("star", 2)).after(*cut("a", "b"))
    assert scene.network_sentence(line, line.partitions()).endswith("(50%): no partition holds a majority.")


def test_a_one_way_link_says_who_hears_whom() -> None:
    pair = Network(build("star", 2)).after(Cut("a", "b"))
    _, states = drawn(pair)
    assert states["a"][-1] == "b (is heard, but does not hear a)"
    assert states["b"][-1] == "a (hears b, but is not heard)"


def measured(network: Network) -> dict[str, str]:
    """Each measure with its value now, beside those of the intact topology."""
    intact = Network(network.graph)
    panels = measures_panels(network, network.partitions(), figures(intact, intact.partitions()))
    return {label: after for panel in panels.values() for label, _, after in panel["rows"]}


def test_measures_point_at_what_a_fault_has_changed() -> None:
    now = measured(Network(build("ring", 8)).after(*cut("a", "b")))
    assert now["Hops, farthest"] == "→ 7"
    assert now["Pairs that can talk"] == "100%"
    assert now["What splits it"] == "→ 1 crash, 1 cut"


def test_a_cut_tree_does_not_look_better_than_a_whole_one() -> None:
    now = measured(Network(build("tree", 15)).after(*cut("a", "b")))
    assert now["Hops, farthest"] == "→ 4 (47% of pairs)"
    assert now["Hops, mean"].endswith("(47% of pairs)")
    assert now["Broadcast costs"] == "→ 13 msgs in 2 parts"
    assert now["What splits it"] == "→ is split"


def test_no_number_of_crashes_splits_a_mesh() -> None:
    assert measured(Network(build("mesh", 8)))["What splits it"] == "no crash, 7 cuts"


@pytest.mark.parametrize("seed", seeds(20, 100))
def test_the_sentence_and_the_measures_agree_on_who_can_talk(seed: int) -> None:
    network = broken_network(seed)
    if not network.alive():
        return
    said = scene.network_sentence(network, network.partitions())
    whole = "in one partition" in said and not network.crashed
    assert (measured(network)["Pairs that can talk"].removeprefix("→ ") == "100%") == whole


def test_a_ring_that_works_one_way_is_together_and_so_say_its_measures() -> None:
    ring = Network(build("ring", 6))
    ring = ring.after(*(Cut(b, a) for a, b in zip("abcdef", "bcdefa", strict=True)))
    assert len(ring.partitions()) == 1
    now = measured(ring)
    assert (now["Pairs that can talk"], now["Hops, farthest"]) == ("100%", "→ 5")
    assert now["Broadcast costs"].endswith("two-way")


def test_each_measure_explains_itself() -> None:
    network = Network(build("star", 5))
    panels = measures_panels(network, network.partitions(), figures(network, network.partitions()))
    assert len(panels["measures"]["rows"]) == 4 and not panels["more"]["open"]
    for panel in panels.values():
        assert len(panel["hints"]) == len(panel["rows"])
        assert all(hint.endswith(".") for hint in panel["hints"])
        assert all(panel["head"]), "a column without a name is none for a screen reader"


def test_a_dead_network_still_has_a_picture_and_a_table() -> None:
    star = Network(build("star", 3))
    dead = Network(star.graph, crashed=frozenset(star.graph))
    assert scene.network_sentence(dead, dead.partitions()) == "All 3 agents are down."
    assert set(measured(dead).values()) == {"→ –"}


def test_charts_are_figures_that_plotly_accepts() -> None:
    lab = TopologyComparison(8)
    lab.choose("Show", "how they grow")
    panels = lab.scene["panels"]
    charts = [panel for panel in panels.values() if panel["kind"] == "chart"]
    assert len(charts) == 3
    for chart in charts:
        assert len(go.Figure(chart["figure"]).data) >= 5


def test_symbols_are_ones_that_plotly_knows() -> None:
    for look in (*(palette.partition_look(i) for i in range(7)), palette.DEAD):
        go.Scatter(marker={"symbol": look.symbol, "color": look.fill})  # raises on an unknown one
    with pytest.raises(ValueError, match="symbol"):
        go.Scatter(marker={"symbol": "octopus"})


def test_a_picture_of_a_graph_that_lost_its_edges_is_still_drawn() -> None:
    lonely = nx.Graph(build("star", 4))
    lonely.remove_edges_from(list(lonely.edges))
    picture, states = drawn(Network(lonely))
    assert picture["links"] == []
    assert {row[2] for row in states.values()} == {"0 of 0"}
