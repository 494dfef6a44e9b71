"""What a learner does with the explorer, in a real JupyterLab in a real browser."""

import json
from collections.abc import Callable
from random import Random

import pytest
from lab import Open, eventually
from labkit.views.stage.palette import DEAD, partition_look
from picture import Picture
from playwright.sync_api import expect

Explore = Callable[[str], Picture]

EXPLORER = "from labkit.views import TopologyExplorer\nlab = TopologyExplorer({})\nlab"
A, B, C = (partition_look(index).fill for index in range(3))


@pytest.fixture
def explore(open_notebook: Open) -> Explore:
    """Open a notebook with one explorer, made with these arguments."""

    def opened(arguments: str) -> Picture:
        notebook = open_notebook(EXPLORER.format(arguments))
        return Picture(notebook.page, notebook.stage())

    return opened


def test_two_clicks_split_a_ring_and_the_table_says_the_same(explore: Explore) -> None:
    ring = explore("'ring', 6")
    assert ring.fills() == [A] * 6
    ring.click_link(0, 1)
    ring.wait_for("in one partition")
    ring.click_link(3, 4)
    ring.wait_for("2 partitions")
    assert ring.fills() == [B, A, A, A, B, B] or ring.fills() == [A, B, B, B, A, A]
    by_colour = {name: "AB"[[A, B].index(fill)] for name, fill in zip("abcdef", ring.fills(), strict=True)}
    assert {name: row[1] for name, row in ring.rows().items() if name != "Agent"} == by_colour


def test_the_keyboard_does_what_the_click_does(explore: Explore) -> None:
    ring = explore("'ring', 6")
    cells = ring.page.locator(".jp-Notebook .jp-Cell").count()
    for agent, other in (("a", "b"), ("d", "e")):
        for menu, name in (("Agent", agent), ("Its link to", other)):
            expect(ring.control(menu).locator("option", has_text=name)).to_have_count(1)
            ring.control(menu).focus()
            ring.page.keyboard.type(name)
            expect(ring.control(menu)).to_have_value(name)
        ring.button("Cut").focus()
        ring.page.keyboard.press("Enter")
    ring.wait_for("2 partitions")
    eventually(lambda: sorted(ring.fills()) == sorted([A] * 3 + [B] * 3), "three agents of each colour", ring.page)
    assert ring.page.locator(".jp-Notebook .jp-Cell").count() == cells, "no key went astray to the notebook"


def test_a_click_on_an_agent_crashes_it_and_another_restarts_it(explore: Explore) -> None:
    star = explore("'star', 5")
    star.click_agent(0)
    star.wait_for("4 partitions")
    eventually(lambda: star.fills()[0] == DEAD.fill, "a is drawn as down", star.page)
    assert star.rows()["a"][0] == "down"
    star.click_agent(0)
    star.wait_for("in one partition")
    eventually(lambda: star.fills() == [A] * 5, "all agents in one colour", star.page)


def test_a_link_cut_in_one_direction_separates_only_when_both_must_hear(explore: Explore) -> None:
    pair = explore("'star', 2")
    pair.control("Clicks and cuts").select_option(label="only →")
    pair.button("Cut").click()
    pair.wait_for("2 partitions")
    assert pair.rows()["a"][-1] == "b (is heard, but does not hear a)"
    pair.control("Together if").select_option(label="one direction is enough")
    pair.wait_for("in one partition")


def test_undo_redo_and_presets_from_the_buttons(explore: Explore) -> None:
    mesh = explore("'mesh', 6")
    mesh.control("Preset").select_option(label="halve")
    mesh.button("Apply").click()
    mesh.wait_for("2 partitions")
    halves = mesh.fills()
    assert halves.count(A) == halves.count(B) == 3
    mesh.button("Undo").click()
    mesh.wait_for("in one partition")
    mesh.button("Redo").click()
    mesh.wait_for("2 partitions")
    assert mesh.fills() == halves
    mesh.button("Heal all").click()
    mesh.wait_for("in one partition")


def test_predict_first_keeps_the_change_until_a_number_is_said(explore: Explore) -> None:
    line = explore("'star', 4, predict_first=True")
    line.click_link(0, 2)
    line.wait_for("Predict first: how many partitions")
    assert line.fills() == [A] * 4
    line.control("Partitions").fill("3")
    line.control("Partitions").press("Tab")
    line.button("Show").click()
    line.wait_for_status("You said 3; cut a–c leaves 2. Why?")
    assert line.fills() == [A, A, B, A]


def test_news_travels_hop_by_hop(explore: Explore) -> None:
    tree = explore("'tree', 7")
    tree.button("Broadcast").click()
    tree.wait_for("After hop 0: 1 of 7 have heard the news from a")
    tree.button("Next hop").click()
    tree.wait_for("After hop 1: 3 of 7 have heard the news from a")
    tree.button("Next hop").click()
    tree.wait_for("After hop 2: 7 of 7 have heard the news from a")
    assert [row[4] for name, row in tree.rows().items() if name != "Agent"] == ["0", "1", "1", "2", "2", "2", "2"]


def test_a_number_that_cannot_be_is_answered_in_words_and_the_widget_goes_on(explore: Explore) -> None:
    star = explore("'star', 5")
    star.control("Agents").fill("10000")
    star.control("Agents").press("Enter")
    star.wait_for_status("2 to 200 agents")
    assert star.control("Agents").input_value() == "5"
    star.click_link(0, 1)
    star.wait_for("2 partitions")


def test_a_callback_that_raises_is_named_and_the_widget_goes_on(explore: Explore) -> None:
    star = explore("'star', 5, on_change=lambda network: 1 / 0")
    star.click_link(0, 1)
    star.wait_for_status("ZeroDivisionError")
    assert star.fills().count(B) == 1
    star.click_link(0, 2)
    star.wait_for("3 partitions")


def test_the_picture_stays_where_it_is(explore: Explore) -> None:
    star = explore("'star', 8")
    before = star.places()
    for leaf in (1, 2, 3):
        star.click_link(0, leaf)
        star.wait_for(f"{leaf + 1} partitions")
    star.click_agent(0)
    star.wait_for("7 partitions")
    assert all(abs(x - u) < 1 and abs(y - v) < 1 for (x, y), (u, v) in zip(before, star.places(), strict=True))


def test_two_views_of_one_widget_agree(open_notebook: Open) -> None:
    notebook = open_notebook(EXPLORER.format("'star', 5"), "lab")
    first, second = (Picture(notebook.page, notebook.stage(number)) for number in range(2))
    first.click_link(0, 3)
    for picture in (first, second):
        picture.wait_for("2 partitions")
        assert picture.fills() == [A, A, A, B, A]
    assert notebook.errors == []


@pytest.mark.long
def test_a_second_graph_does_not_fetch_plotly_again(open_notebook: Open) -> None:
    notebook = open_notebook(EXPLORER.format("'star', 5"), "TopologyExplorer('mesh', 8)", run=False, fresh=True)
    received: list[str | bytes] = []
    notebook.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(frame)))
    notebook.page.reload()
    notebook.wait_until_ready()
    notebook.run_all()
    notebook.stage(0), notebook.stage(1)
    large = [bytes(frame, "utf-8") if isinstance(frame, str) else frame for frame in received if len(frame) > 30_000]
    assert sum(map(len, large)) < 2_000_000, "plotly.js travels once a page"
    assert sum(b'"have": "drawing"' in frame for frame in large) == 1, "so does the drawing"


@pytest.mark.parametrize("clicks", [40, pytest.param(300, marks=pytest.mark.long)])
def test_after_a_storm_of_clicks_picture_table_and_model_agree(open_notebook: Open, clicks: int) -> None:
    notebook = open_notebook(EXPLORER.format("'hybrid', 16"))
    hybrid = Picture(notebook.page, notebook.stage())
    links = [(0, i) for i in (1, 2, 3, 4, 12)]  # the first hub's spokes, and the backbone from it
    random, places = Random(13), hybrid.places()
    for _ in range(clicks):
        if random.random() < 0.3:
            x, y = places[random.randrange(16)]
        else:
            (ax, ay), (bx, by) = (places[i] for i in links[random.randrange(len(links))])
            x, y = (ax + bx) / 2, (ay + by) / 2
        notebook.page.mouse.click(x, y)
    said = notebook.settled("import json; print(json.dumps([lab.groups, sorted(lab.network.crashed)]))")
    groups, crashed = json.loads(said)
    wanted = [next((partition_look(k).fill for k, group in enumerate(groups) if name in group), DEAD.fill)
              for name in "abcdefghijklmnop"]
    eventually(lambda: hybrid.fills() == wanted, f"the fills are {wanted}", notebook.page)
    states = {name: row[0] for name, row in hybrid.rows().items() if name != "Agent"}
    assert sorted(name for name, state in states.items() if state == "down") == crashed
    assert notebook.errors == []
