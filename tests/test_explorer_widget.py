"""The explorer without a page: every verb works by code, every mistake becomes one sentence, nothing is lost."""

from itertools import pairwise
from random import Random
from threading import Thread

import pytest
from ipywidgets import Dropdown, HBox
from labkit.faults import PRESETS
from labkit.network import Crash, Cut, Network
from labkit.topology import build, register
from labkit.topology.shapes import SHAPES
from labkit.views import TopologyComparison, TopologyExplorer, predict, preflight
from labkit.views.stage.installation import NEEDED, installed, missing


def test_undo_takes_back_every_step_of_a_long_walk() -> None:
    random, lab = Random(3), TopologyExplorer("hybrid", 12)
    seen = [lab.groups]
    links = list(lab.network.graph.edges)
    for _ in range(60):
        before = lab.network.cut
        random.choice([lab.cut, lab.heal, lab.cut_way])(*random.choice(links))
        if lab.network.cut != before:  # what changes nothing is no step
            seen.append(lab.groups)
    for groups in reversed(seen[:-1]):
        lab.undo()
        assert lab.groups == groups
    for groups in seen[1:]:
        lab.redo()
        assert lab.groups == groups


def test_a_network_that_is_there_already_is_shown_with_its_faults_and_can_be_come_back_to() -> None:
    graph = build("star", ("hub", "left", "right"))
    lab = TopologyExplorer(Network(graph).after(Cut("hub", "left"), Crash("right")))
    assert lab.groups == (("hub",), ("left",)) and graph.graph["kind"] == "star"
    with pytest.raises(ValueError, match="just these 3 agents: choose another topology first"):
        lab.reset(agents=5)
    lab.reset(kind="ring", agents=5)
    assert len(lab.network.graph) == 5
    lab.reset(kind="as given")
    assert [*lab.network.graph.edges] == [("hub", "left"), ("hub", "right")] and not lab.network.cut
    assert len(TopologyExplorer(graph).groups) == 1


def test_wrong_calls_are_errors_in_code_and_change_nothing() -> None:
    lab = TopologyExplorer("star", 5)
    for wrong, remedy in (
        (lambda: lab.cut("b", "c"), "b is linked to a"),
        (lambda: lab.crash("z"), "there is no agent 'z'"),
        (lambda: lab.preset("flood"), "choose one of"),
        (lambda: lab.undo(), "nothing to undo"),
        (lambda: lab.reset(kind="torus"), "choose one of"),
        (lambda: lab.reset(agents=1), "2 to 200"),
        (lambda: lab.reveal(3), "Predict first"),
    ):
        before = lab.network
        with pytest.raises(ValueError, match=remedy):
            wrong()
        assert lab.network is before


def test_the_same_mistakes_by_click_are_sentences_and_the_widget_goes_on() -> None:
    lab = TopologyExplorer("star", 5)
    lab.click(link=["b", "c"], near="c")
    assert lab.status == "There is no link between b and c: b is linked to a."
    lab.choose("Agents", 10_000)
    assert "2 to 200 agents, not 10000" in lab.status
    assert lab.control("Agents").value == 5
    lab.click(agent="a")
    assert len(lab.groups) == 4
    assert lab.status == ""


def test_a_label_that_is_not_there_is_answered_with_those_that_are() -> None:
    lab = TopologyExplorer("star", 5)
    with pytest.raises(ValueError, match=r"nothing is called 'Crush' here: there is Undo, Redo, .* Crash"):
        lab.press("Crush")
    with pytest.raises(ValueError, match="nothing is called 'Crash' here: there is Topology, Agents"):
        lab.choose("Crash", "a")
    with pytest.raises(ValueError, match="'Agent' cannot be 'z': choose one of a, b, c, d and e"):
        lab.choose("Agent", "z")


def test_a_callback_that_raises_is_named() -> None:
    lab = TopologyExplorer("star", 5, on_change=lambda network: 1 / 0)
    lab.click(agent="b")
    assert "ZeroDivisionError" in lab.status
    assert "b" in lab.network.crashed, "what was done stays done"


def test_a_topology_that_raises_is_named_and_the_old_one_stays() -> None:
    register("broken", lambda agents: [("a", "nobody")])
    try:
        lab = TopologyExplorer("ring", 5)
        lab.choose("Topology", "broken")
        assert "link two different agents of its list" in lab.status
        assert lab.control("Topology").value == "ring"
        assert lab.network.graph.graph["kind"] == "ring"
    finally:
        del SHAPES["broken"]


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_preset_is_one_step_that_undo_takes_back(preset: str) -> None:
    lab = TopologyExplorer("mesh", 7)
    lab.preset(preset, "c")
    assert lab.network.cut
    lab.undo()
    assert not lab.network.cut


def test_a_prediction_waits_is_recorded_and_then_shows() -> None:
    lab = TopologyExplorer("ring", 6, predict_first=True)
    lab.cut("a", "b")
    assert not lab.network.cut
    lab.reveal(2)
    assert lab.network.cut
    assert lab.predictions == [("cut a–b", 2, 1)]


def test_together_is_what_the_learner_says_it_is() -> None:
    lab = TopologyExplorer("star", 2)
    lab.cut_way("a", "b")
    assert len(lab.groups) == 2
    lab.choose("Together if", "any")
    assert len(lab.groups) == 1


def test_clicks_from_many_threads_leave_widget_and_model_in_agreement() -> None:
    lab = TopologyExplorer("mesh", 8)
    links = list(lab.network.graph.edges)

    def click(seed: int) -> None:
        random = Random(seed)
        for _ in range(40):
            a, b = random.choice(links)
            lab.click(link=[a, b], near=a)

    threads = [Thread(target=click, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lab.groups == lab.network.partitions()
    drawn = lab.scene
    lab.undo(), lab.redo()
    assert lab.scene == drawn


def test_a_viewer_without_widgets_shows_what_to_do() -> None:
    for widget in (TopologyExplorer("star", 4), TopologyComparison(5), predict("bridge"), preflight()):
        assert "does not draw widgets" in widget._repr_mimebundle_()["text/plain"]
        assert "make lab" in repr(widget)


def test_preflight_names_what_is_missing_or_too_old() -> None:
    assert missing(installed()) == ()
    old = installed() | {"plotly": "5.24.1", "python": "3.9.2"}
    del old["anywidget"]
    said = " ".join(missing(old))
    assert "plotly 5.24.1 is too old" in said and "anywidget is missing" in said and "Python 3.9.2 is too old" in said
    assert said.count("make lab") == 3
    assert set(NEEDED) <= set(installed())


def test_an_unknown_question_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="star, hub crashes"):
        predict("stars")


def test_sliders_that_contradict_each_other_are_answered_in_words() -> None:
    lab = TopologyComparison(5)
    lab.choose("Agents", 3)
    lab.choose("Crashes to survive", 5)
    assert "choose 0 to 1, so that two of 3 agents remain" in lab.status
    lab.choose("Crashes to survive", 1)
    assert lab.status == ""


def test_undo_brings_back_the_network_of_before_a_new_topology() -> None:
    lab = TopologyExplorer("tree", 7, branching=3)
    lab.cut("a", "b")
    cut, groups = lab.network, lab.groups
    lab.choose("Topology", "mesh")
    lab.reset("star", 9)
    lab.choose("Topology", "mesh")
    lab.choose("Agents", 5)
    assert (lab.network.graph.graph["kind"], len(lab.network.graph)) == ("mesh", 5)
    for _ in range(4):
        lab.undo()
    assert lab.network is cut and lab.groups == groups
    assert (lab.control("Topology").value, lab.control("Agents").value) == ("tree", 7)
    assert lab.network.graph.graph["options"] == {"branching": 3}


# ---- odd input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "said"), [
    (12.7, "There cannot be 12.7 agents: write a whole number."), (1e9, "2 to 200 agents, not 1000000000"),
    (-3, "2 to 200 agents, not -3"), (float("inf"), "There cannot be inf agents"), (1, "2 to 200 agents, not 1"),
])
def test_a_number_of_agents_that_cannot_be_is_taken_back_with_a_sentence(typed: float, said: str) -> None:
    lab = TopologyExplorer("ring", 5)
    lab.choose("Agents", typed)
    assert said in lab.status
    assert (lab.control("Agents").value, len(lab.network.graph)) == (5, 5)


def test_one_unfit_topology_is_a_row_that_says_why_and_the_others_are_compared() -> None:
    register("even", lambda agents: [*pairwise(agents)] if len(agents) % 2 == 0 else [("a", "nobody")])
    try:
        lab = TopologyComparison(12)
        rows = {row[0]: row[-1] for row in lab.scene["panels"]["advice"]["rows"]}
        assert rows["even"].startswith("cannot be built with 5 agents: topology 'even' links 'a' to 'nobody'")
        assert rows["mesh"] == "fits" and len(rows) == 6
        assert "net even" not in lab.scene["panels"]
        lab.choose("Show", "how they grow")
        assert [row[0] for row in lab.scene["panels"]["laws"]["rows"]] == ["star", "mesh", "ring", "tree", "hybrid"]
    finally:
        del SHAPES["even"]


def test_what_changes_nothing_is_no_step_to_take_back() -> None:
    lab = TopologyExplorer("ring", 5)
    lab.cut("a", "b")
    lab.cut("a", "b")
    lab.crash("c")
    lab.crash("c")
    lab.undo()
    assert not lab.network.crashed and lab.network.cut
    lab.undo()
    assert not lab.network.cut


def test_reset_keeps_names_options_and_who_relays() -> None:
    lab = TopologyExplorer("tree", ["ann", "bob", "cy", "dee"], branching=3, relay=False)
    lab.crash("bob")
    lab.press("Reset")
    assert not lab.network.crashed
    lab.choose("Topology", "star")
    assert tuple(lab.network.graph) == ("ann", "bob", "cy", "dee") and not lab.network.relays
    lab.choose("Agents", 3)
    assert tuple(lab.network.graph) == ("a", "b", "c") and not lab.network.relays


def test_names_that_look_like_markup_are_plain_data_in_every_panel() -> None:
    lab = TopologyExplorer("star", ["<b>bob</b>", "a&b", 'ann"'])
    lab.cut("<b>bob</b>", "a&b")
    assert lab.scene["panels"]["network"]["name"] == ["<b>bob</b>", "a&b", 'ann"']
    assert lab.scene["panels"]["network"]["acts"][0] == "crash <b>bob</b>"


# ---- predictions and news --------------------------------------------------------------------------------------------


def test_what_waits_for_a_prediction_is_marked_in_the_picture_and_asked_above_it() -> None:
    lab = TopologyExplorer("ring", 6, predict_first=True)
    lab.cut("c", "d")
    panels = lab.scene["panels"]
    assert panels["summary"]["text"].startswith("Predict first: how many partitions will there be after “cut c–d”?")
    net = panels["network"]
    assert [[net["name"][i] for i in net["links"][link]] for link in net["marked"]] == [["c", "d"]]
    assert net["cut"] == []
    lab.reveal(1)
    assert lab.scene["panels"]["network"]["marked"] == []
    lab.crash("a")
    assert lab.scene["panels"]["network"]["note"] == ["?", "", "", "", "", ""]


def test_a_broadcast_in_a_mesh_shows_its_repeats_and_counts_them() -> None:
    lab = TopologyExplorer("mesh", 8)
    lab.broadcast("a")
    assert lab.scene["panels"]["network"]["faint"] == []
    for _ in range(2):
        lab.next_hop()
    told = lab.scene["panels"]["summary"]["text"]
    assert told.endswith("After hop 2: 8 of 8 have heard the news from a. 49 messages sent, 7 were news.")
    net = lab.scene["panels"]["network"]
    assert (len(net["lit"]), len(net["faint"])) == (7, 21)
    lab.next_hop()
    assert lab.scene["panels"]["summary"]["text"] == told, "nothing is left to be sent"


@pytest.mark.parametrize("kind", ["star", "mesh", "ring", "tree", "hybrid"])
def test_a_broadcast_costs_what_the_measures_say(kind: str) -> None:
    lab = TopologyExplorer(kind, 11)
    lab.broadcast("c", hop=11)
    cost = {row[0]: row[1] for row in lab.scene["panels"]["measures"]["rows"]}["Broadcast costs"]
    assert f" {cost.split()[0]} messages sent, 10 were news." in lab.scene["panels"]["summary"]["text"]


def test_the_picture_says_what_a_click_will_do() -> None:
    lab = TopologyExplorer("star", 4)
    lab.crash("b")
    assert lab.scene["panels"]["network"]["acts"] == ["crash a", "restart b", "crash c", "crash d"]
    lab.choose("Clicks and cuts", "only →")
    assert lab.scene["panels"]["network"]["ways"] == "→"


def test_every_mark_of_the_network_is_in_the_legend_which_is_closed() -> None:
    legend = TopologyExplorer("star", 4).scene["panels"]["legend"]
    assert not legend["open"]
    assert {row[0] for row in legend["rows"]} >= {"✕", "violet arrow", "dotted brown line", "dotted grey line"}


def test_the_page_hears_of_new_options_and_of_what_is_chosen_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """A choice that came a moment after its options would undo what the learner has chosen from them meanwhile."""
    lab = TopologyExplorer("ring", 6)
    rows = [row for row in lab.children if isinstance(row, HBox)]
    menus = {menu.description: menu for row in rows for menu in row.children if isinstance(menu, Dropdown)}
    link = menus["Its link to"]
    heard: list[dict[str, object]] = []
    monkeypatch.setattr(link.comm, "send", lambda data, **_: heard.append(data["state"]))
    menus["Agent"].value = "d"
    assert [(told["_options_labels"], told["index"]) for told in heard] == [(("c", "e"), 0)]
