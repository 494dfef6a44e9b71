"""The drawing itself, in a blank page without Jupyter: where things are, what lies under the pointer, what has changed.

The page gets the loader and the modules just as a widget brings them; a kernel of a few lines answers.
"""

import json
from collections.abc import Callable, Iterator
from itertools import combinations, product
from math import cos, hypot, isfinite, pi, sin
from random import Random
from typing import Any

import pytest
from labkit.network.network import Network
from labkit.topology import build
from labkit.views.stage.bundle import drawing, loader
from labkit.views.stage.network_scene import network_panel
from labkit.views.stage.panels import text_panel
from labkit.views.stage.stage import changes
from playwright.sync_api import Browser, Page

Ask = Callable[..., Any]

# A widget's model, its kernel and its views; `parcel` is what the kernel answers, null while it is busy.
KERNEL = """([script, parcel]) => {
    window.begin = async (scene, {script: other} = {}) => {
        const url = URL.createObjectURL(new Blob([other ?? script], {type: "text/javascript"}));
        const {initialize, render} = (await import(url)).default;
        const state = {number: 0, scene}, hear = new Set(), asked = [];
        const say = (message) => hear.forEach((one) => one(message, []));
        const model = {
            get: (name) => (name === "_scene" ? state : "<p>still</p>"),
            on: (_, one) => hear.add(one), off: (_, one) => hear.delete(one),
            send: (message) => {
                asked.push(message);
                if (message.want === "drawing" && parcel && !window.busy) setTimeout(() => say(parcel), 20);
            },
        };
        initialize({model});
        const show = () => {
            const el = document.body.appendChild(document.createElement("div"));
            return [el, render({model, el})];
        };
        return {asked, say, show, state};
    };
}"""
# An expression with everything in scope that the drawing's modules export.
ASK = """async ([expression, given]) => {
    const {urls} = globalThis[Object.keys(globalThis).find(name => name.startsWith("day13_"))];
    const scope = {...given};
    for (const url of Object.values(urls)) Object.assign(scope, await import(url));
    return new Function(...Object.keys(scope), `return ${expression}`)(...Object.values(scope));
}"""


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """A page with the kernel in it, and nothing drawn."""
    page = browser.new_page(viewport={"width": 900, "height": 700})
    page.route("**/*", lambda route: route.fulfill(body="<!doctype html><title>-</title>", content_type="text/html"))
    page.goto("http://drawing.test/")
    page.evaluate(KERNEL, [loader(), drawing()])
    yield page
    page.close()


@pytest.fixture(scope="module")
def ask(browser: Browser) -> Iterator[Ask]:
    """Evaluate an expression of the drawing's functions; what is given is plain data."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body="<!doctype html><title>-</title>", content_type="text/html"))
    page.goto("http://drawing.test/")
    page.evaluate(KERNEL, [loader(), drawing()])
    page.evaluate("async () => { const [, drawn] = (await begin({panels: {}})).show(); await drawn; }")
    yield lambda expression, **given: page.evaluate(ASK, [expression, given])
    page.close()


def panel(kind: str, agents: int) -> dict[str, Any]:
    network = Network(build(kind, agents))
    return dict(network_panel(network, network.partitions()))


def net(places: list[tuple[float, float]], *links: tuple[int, int]) -> dict[str, Any]:
    """A network of agents a, b, … at these places."""
    return {"name": list("abcdefghijklmnop"[: len(places)]), "links": list(links),
            "x": [x for x, _ in places], "y": [y for _, y in places]}


# ---- where the agents are --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1, 260), (40, 260), (320, 260), (1280, 424), (1280, 60)])
@pytest.mark.parametrize("kind", ["ring", "star", "hybrid"])
def test_all_agents_stay_in_the_picture_whatever_its_size(ask: Ask, kind: str, width: int, height: int) -> None:
    given = panel(kind, 12)
    at = ask("fit(net, width, height)", net=given, width=width, height=height)
    assert all(0 <= x <= width for x in at["x"])
    assert all(0 <= y <= height for y in at["y"])
    assert max(given["y"]) == given["y"][at["y"].index(min(at["y"]))], "up is up"


def test_a_picture_keeps_its_shape(ask: Ask) -> None:
    square = net([(0, 0), (1, 0), (1, 1), (0, 1)])
    at = ask("fit(net, 800, 300)", net=square)
    assert at["x"][1] - at["x"][0] == pytest.approx(at["y"][0] - at["y"][3]) != 0


def test_a_lone_agent_is_in_the_middle_with_its_note_above(ask: Ask) -> None:
    at = ask("fit(net, 400, 300)", net=net([(0.3, 0.7)]))
    assert (at["x"], at["y"], at["aside"]["side"]) == ([200], [150], ["top center"])


def test_agents_on_one_spot_and_crowded_agents_are_still_seen(ask: Ask) -> None:
    assert ask("fit(net, 400, 300).size", net=net([(0, 0), (0, 0)], (0, 1))) == 8
    assert ask("fit(net, 400, 300).size", net=panel("ring", 200)) == 8


def test_no_agent_covers_its_neighbour(ask: Ask) -> None:
    for kind, agents in (("ring", 8), ("mesh", 12), ("tree", 15)):
        at = ask("fit(net, 560, 371)", net=panel(kind, agents))
        places = list(zip(at["x"], at["y"], strict=True))
        assert at["size"] <= min(hypot(x - u, y - v) for (x, y), (u, v) in combinations(places, 2))


@pytest.mark.parametrize(("taken", "free"), [
    ((90, 0, 180), "bottom center"), ((270, 0, 180), "top center"), ((90, 270, 180), "middle right"),
    ((90, 270, 0), "middle left"),
])
def test_a_note_takes_the_side_without_a_link(ask: Ask, taken: tuple[int, ...], free: str) -> None:
    around = [(cos(angle * pi / 180), sin(angle * pi / 180)) for angle in taken]
    at = ask("fit(net, 400, 300)", net=net([(0, 0), *around], (0, 1), (0, 2), (0, 3)))
    assert at["aside"]["side"][0] == free


def test_two_notes_side_by_side_lean_away_from_each_other(ask: Ask) -> None:
    given = net([(-0.3, 0), (0.3, 0), (-0.5, 1), (0.5, 1)], (0, 2), (1, 3), (0, 3), (1, 2), (0, 1), (2, 3))
    at = ask("fit(net, 400, 300)", net=given)
    assert at["aside"]["side"][:2] == ["bottom center"] * 2
    assert ask("[0, 1].map(i => lean(at, i, [0, 1]))", net=given, at=at) == ["bottom left", "bottom right"]
    assert ask("lean(at, 0, [0])", net=given, at=at) == "bottom center", "alone it stands in the middle"


def test_a_message_is_a_word_only_where_that_hides_no_agent_and_no_other_word(ask: Ask) -> None:
    random = Random(1)
    for agents in (3, 3, 3, 4, 5):
        given = panel("mesh", agents) | {"note": ["decided blue"] * agents, "margin": 110}
        ways = [random.sample(range(agents), 2) for _ in range(6)]
        given["packets"] = [[i, *way, random.random(), "chosen blue", ""] for i, way in enumerate(ways)]
        at = ask("fit(net, 460, 280)", net=given)
        drawn = ask("spread(net, at)", net=given, at=at)
        words = [(one["x"], one["y"], one["w"], one["h"]) for one in drawn if not one["dot"]]
        discs = [(x, y, at["size"], at["size"]) for x, y in zip(at["x"], at["y"], strict=True)]
        assert words and len(drawn) == 6
        for one, other in [*combinations(words, 2), *product(words, discs)]:
            assert max(2 * abs(one[axis] - other[axis]) - one[axis + 2] - other[axis + 2] for axis in (0, 1)) >= 0


# ---- what lies under the pointer -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "agents"), [("ring", 3), ("star", 9), ("mesh", 6), ("tree", 7)])
def test_the_pointer_finds_every_agent_and_every_link_with_its_nearer_end(ask: Ask, kind: str, agents: int) -> None:
    given = panel(kind, agents)
    at = ask("fit(net, 560, 371)", net=given)
    names = given["name"]
    found = ask("at.x.map((x, i) => hit(net, at, x + 3, at.y[i] - 3))", net=given, at=at)
    assert [one["agent"] for one in found] == names
    spots = """net.links.map(([a, b]) =>
        hit(net, at, at.x[a] + s * (at.x[b] - at.x[a]), at.y[a] + s * (at.y[b] - at.y[a])))"""
    for share, end in ((0.37, 0), (0.63, 1)):
        found = ask(spots, net=given, at=at, s=share)
        assert [one["near"] for one in found] == [names[link[end]] for link in given["links"]]


def test_where_the_diameters_of_a_mesh_cross_one_of_them_is_hit(ask: Ask) -> None:
    mesh = panel("mesh", 8)
    found = ask("hit(net, fit(net, 560, 371), 280, 185.5)", net=mesh)
    assert found["link"] in [[mesh["name"][i], mesh["name"][i + 4]] for i in range(4)]


def test_an_agent_is_hit_before_its_links_and_an_empty_corner_is_nothing(ask: Ask) -> None:
    pair = net([(0, 0), (1, 0)], (0, 1))
    assert ask("(at => hit(net, at, at.x[0] + at.size / 2, at.y[0]))(fit(net, 400, 300))", net=pair) == {"agent": "a"}
    assert ask("hit(net, fit(net, 400, 300), 5, 5)", net=pair) is None


def test_a_link_without_length_is_where_its_agents_are_and_hides_no_other(ask: Ask) -> None:
    assert ask("nearness(13, 14, [10, 10, 10, 10])") == {"along": 0, "away": 5}
    heap = net([(0, 0), (0, 0), (1, 0)], (0, 1), (1, 2))
    assert ask("hit(net, fit(net, 400, 300), 200, 152)", net=heap)["link"] == ["b", "c"]


# ---- what a click will do --------------------------------------------------------------------------------------------

PAIR = {"name": ["a", "b"], "links": [[0, 1]], "acts": ["crash a", "restart b"], "ways": "–",
        "cut": [], "down": [], "oneway": []}


@pytest.mark.parametrize(("state", "near", "said"), [
    ({}, "b", "click: cut a–b"), ({"cut": [0]}, "b", "click: heal a–b"), ({"oneway": [[0, 1]]}, "b", "click: cut a–b"),
    ({"ways": "→"}, "b", "click: cut a→b"), ({"ways": "→"}, "a", "click: cut b→a"),
    ({"ways": "←"}, "b", "click: cut b→a"), ({"ways": "→", "oneway": [[0, 1]]}, "a", "click: heal b→a"),
    ({"ways": "→", "oneway": [[0, -1]]}, "a", "click: cut b→a"), ({"down": [0]}, "b", "click: cut or heal a–b"),
    ({"ways": None}, "b", "link a – b"),
])
def test_the_label_says_what_a_click_on_a_link_will_do(ask: Ask, state: dict[str, Any], near: str, said: str) -> None:
    assert ask("deed(net, found)", net=PAIR | state, found={"link": ["a", "b"], "near": near, "number": 0}) == said


def test_the_label_says_what_a_click_on_an_agent_will_do(ask: Ask) -> None:
    assert ask("deed(net, {agent: 'b'})", net=PAIR) == "click: restart b"
    assert ask("deed(net, {agent: 'b'})", net={"name": ["a", "b"]}) == "agent b"


def test_names_that_look_like_markup_are_drawn_as_they_are_and_long_ones_are_short(ask: Ask) -> None:
    star = Network(build("star", ["<b>x</b>", "a&b", "observer-12"]))
    given = dict(network_panel(star, star.partitions()))
    texts = ask("networkFigure(net, fit(net, 400, 300), 400, 300).data[0].text", net=given)
    assert texts == ["&lt;b>…b>", "a&amp;b", "obs…12"]


# ---- the axes of the space–time diagram ------------------------------------------------------------------------------

CHART = {"agents": ["a", "b", "c"], "from": 100, "to": 400, "marks": [], "arrows": []}


@pytest.mark.parametrize("width", [1, 30, 57, 480, 2000])
def test_time_runs_to_the_right_and_back_again_whatever_the_width(ask: Ask, width: int) -> None:
    times = [100, 101, 250, 399, 400]
    across = ask("(at => times.map(at.x))(chartSpace(chart, width, 300))", chart=CHART, width=width, times=times)
    back = ask("(at => xs.map(at.time))(chartSpace(chart, width, 300))", chart=CHART, width=width, xs=across)
    assert across == sorted(set(across))
    assert back == pytest.approx(times)


@pytest.mark.parametrize("strange", [{"to": 100}, {"agents": []}, {"agents": ["a"]}])
def test_no_time_and_no_rows_are_drawn_too(ask: Ask, strange: dict[str, Any]) -> None:
    chart = CHART | strange
    places = ask("(at => [at.x(100), at.x(200), at.y(0), at.time(60)])(chartSpace(chart, 500, 300))", chart=chart)
    assert all(map(isfinite, places))
    assert len(ask("ticks(chart.from, chart.to)", chart=chart)) < 9


def test_a_note_left_or_right_of_an_agent_is_broken_between_words_into_short_lines(ask: Ask) -> None:
    notes = ["down", "▸ ★ leader, term 12", "decided q: refuse", "pre-candidate, term 3", ""]
    assert ask("notes.map(narrow)", notes=notes) == [
        "down", "▸ ★ leader,<br>term 12", "decided q:<br>refuse", "pre-candidate,<br>term 3", ""]


def test_steps_are_the_smallest_of_1_2_5_10_that_suffice(ask: Ask) -> None:
    nice = [factor * 10**power for power in range(7) for factor in (1, 2, 5)]
    rough = [0, 0.2, 1, 1.01, 2, 3, 5, 9.9, 10, 49, 50, 51, 1_000, 99_999, 100_000]
    assert ask("rough.map(niceStep)", rough=rough) == [min(step for step in nice if step >= one) for one in rough]


@pytest.mark.parametrize(("start", "end"), [(0, 300), (37, 38), (119, 1_319), (5, 5), (0, 1), (99_999, 200_001)])
def test_a_few_round_times_within_the_range(ask: Ask, start: int, end: int) -> None:
    times = ask("ticks(from, to)", **{"from": start, "to": end})
    assert all(start <= time <= end for time in times)
    assert len(times) <= 7
    assert len(times) >= 3 or end - start < 12


def test_the_pointer_finds_marks_before_arrows_and_arrows_before_times(ask: Ask) -> None:
    chart = CHART | {
        "marks": [[0, 200, "star", "#000000", "a decides"]],
        "arrows": [[7, 0, 200, 1, 300, "flight", 0.5, "flying"], [8, 1, 200, 2, 300, "arrived", 1, "came"]],
    }
    spots = [[203, 0], [240, 0.4], [250, 1.5], [350, 0.2]]
    hits = "(at => spots.map(([time, row]) => chartHit(chart, at, at.x(time), at.y(row))))(chartSpace(chart, 600, 300))"
    assert ask(hits, chart=chart, spots=spots) == [
        {"text": "a decides"}, {"text": "flying", "packet": 7}, {"text": "came", "packet": None}, {"time": 350}]
    assert ask("chartHit(chart, chartSpace(chart, 600, 300), 5, 100)", chart=chart) is None


def test_a_mark_that_can_be_chosen_tells_its_step_and_the_way_between_two_is_drawn(ask: Ask) -> None:
    chart = CHART | {"marks": [[0, 200, "circle", "#000000", "a sends", 12]], "life": [], "cuts": [], "now": 300}
    hit = "(at => chartHit(chart, at, at.x(203), at.y(0)))(chartSpace(chart, 600, 300))"
    assert ask(hit, chart=chart) == {"text": "a sends", "step": 12}
    figure = "chartFigure(chart, chartSpace(chart, 600, 300))"
    shapes = f"{figure}.layout.shapes.filter(one => one.line.width === 9).map(one => one.path.split('M').length)"
    assert ask(shapes, chart=chart) == []
    chart |= {"way": [[0, 200, 1, 250], [1, 250, 1, 300]], "stamps": [[0, 200, "2,0,1"]]}
    assert ask(shapes, chart=chart) == [3]  # one path with two lines
    assert ["2,0,1"] in ask(f"{figure}.data.map(trace => trace.text ?? [])", chart=chart)


def test_an_arrow_that_was_sent_before_begins_at_the_left_edge(ask: Ask) -> None:
    line = "(at => [at.left, ...arrowEnds([1, 0, 0, 1, 300, 'arrived', 1, ''], at)])(chartSpace(chart, 600, 300))"
    left, x0, y0, _x1, y1 = ask(line, chart=CHART)
    assert x0 == pytest.approx(left)
    assert y0 < y1


def test_no_part_of_an_arrow_is_drawn_left_of_what_is_on_show(ask: Ask) -> None:
    ends_at = [(sent, until) for sent in (0, 60, 100, 140) for until in (100, 130, 160)]
    arrows = [[1, 0, sent, 1, until, fate, 0.7, ""] for fate in ("lost", "flight", "arrived")
              for sent, until in ends_at]
    lines = "(at => [at.left, ...arrows.map(one => arrowEnds(one, at))])(chartSpace(chart, 600, 300))"
    left, *ends = ask(lines, chart=CHART | {"from": 100, "to": 200}, arrows=arrows)
    assert all(min(x0, x1) >= left - 0.01 for (x0, _, x1, _), (sent, until) in zip(ends, ends_at * 3, strict=True)
               if until >= sent)


# ---- presenter mode --------------------------------------------------------------------------------------------------


def test_for_a_room_agents_and_letters_are_larger_and_still_in_the_picture(ask: Ask) -> None:
    given = panel("ring", 8) | {"note": ["hop 1"] * 8}
    usual, large = (ask("fit(net, 600, 420, times)", **{"net": given, "times": times}) for times in (1, 1.3))
    assert large["size"] == pytest.approx(1.3 * usual["size"]) and large["size"] >= 30
    assert all(large["size"] / 2 <= y <= 420 - large["size"] / 2 for y in large["y"])
    sizes = "networkFigure(net, at, 600, 420).data.flatMap(trace => trace.textfont.size)"
    assert min(ask(sizes, net=given, at=usual)) == 15
    assert min(ask(sizes, net=given, at=large)) >= 19


def test_for_a_room_agents_take_no_more_than_a_sixth_of_a_low_picture(ask: Ask) -> None:
    assert ask("fit(net, 600, 220, 1.3).size", net=net([(0, 0), (1, 0), (0.5, 1)])) == pytest.approx(220 / 6)


def some_figure(big: int, middle: int, small: int) -> dict[str, Any]:
    """A figure with letters of three sizes."""
    return {
        "layout": {"font": {"size": big, "color": "#000000"}, "height": 100, "dragmode": False, "title": None,
                   "annotations": [{"font": {"size": small}, "x": 3}], "xaxis": {"tickfont": {"size": middle}}},
        "data": [{"x": [1, 2], "marker": {"size": 9}, "textfont": {"size": middle}}],
    }


def test_all_letters_of_a_chart_are_enlarged_and_nothing_else(ask: Ask) -> None:
    figure = some_figure(16, 12, 10)
    assert ask("enlarged(figure, 1)", figure=figure) == figure
    assert ask("enlarged(figure, 1.3)", figure=figure) == some_figure(21, 16, 13)


KEYS = """([tag, attributes, inside]) => {
    document.body.innerHTML = `<div class="day13-lab"><div id="stage"></div><div id="beside"></div></div>
        <div id="away"></div>`;
    const target = Object.assign(document.createElement(tag), attributes);
    document.getElementById(inside).append(target);
    window.pressed = [target, document.getElementById("stage")];
}"""


@pytest.mark.parametrize(("tag", "attributes", "inside", "heard"), [
    ("button", {}, "beside", True), ("div", {}, "stage", True), ("input", {}, "beside", False),
    ("textarea", {}, "beside", False), ("select", {}, "beside", False), ("div", {"role": "slider"}, "beside", False),
    ("div", {"contentEditable": "true"}, "beside", False), ("button", {}, "away", False),
    ("div", {"className": "day13-lab"}, "beside", False),
])
def test_a_key_is_meant_for_a_widget_only_where_it_does_not_write(
    blank: Page, tag: str, attributes: dict[str, str], inside: str, heard: bool
) -> None:
    blank.evaluate("async (scene) => { await (await begin(scene)).show()[1]; }", {"panels": {}})
    blank.evaluate(KEYS, [tag, attributes, inside])
    assert blank.evaluate(ASK, ["meant(...pressed)", {}]) is heard


# ---- changes ---------------------------------------------------------------------------------------------------------


def some_value(random: Random, depth: int = 3) -> Any:
    size = random.randrange(5)
    match random.randrange(6 if depth else 4):
        case 4:
            return [some_value(random, depth - 1) for _ in range(size)]
        case 5:
            return {name: some_value(random, depth - 1) for name in "abcd"[:size]}
        case kind:
            return [random.randrange(3), random.choice("abc"), None, random.random() < 0.5][kind]


def test_the_page_makes_of_every_patch_what_python_meant(ask: Ask) -> None:
    random = Random(13)
    olds, news = ([{"panels": some_value(random)} for _ in range(500)] for _ in range(2))
    patches = [changes(old, new) for old, new in zip(olds, news, strict=True)]
    made = ask("olds.map((old, i) => (apply(old, patches[i]), old))", olds=olds, patches=patches)
    assert made == json.loads(json.dumps(news))


# ---- one drawing a page ----------------------------------------------------------------------------------------------

WORDS = {"panels": {"summary": text_panel("Hello"), "said": text_panel("there", "side", "warning")}}


def test_widgets_that_open_together_ask_once_and_all_are_drawn(blank: Page) -> None:
    drawn = blank.evaluate("""async (scene) => {
        const all = await Promise.all([1, 2, 3].map(() => begin(structuredClone(scene))));
        const views = all.map((widget) => widget.show());
        await Promise.all(views.map(([, drawn]) => drawn));
        const styles = document.querySelectorAll("style").length;
        return [all.flatMap(({asked}) => asked), views.map(([el]) => el.innerText), styles];
    }""", WORDS)
    assert drawn[0] == [{"want": "drawing"}], "and no plotly.js, for there are no plots"
    assert [text.split() for text in drawn[1]] == [["Hello", "there"]] * 3
    assert drawn[2] == 1


def test_a_kernel_that_does_not_answer_is_asked_again(blank: Page) -> None:
    blank.clock.install()
    blank.evaluate("""async (scene) => {
        window.busy = true;
        window.widget = await begin(scene);
        [window.el, window.drawn] = widget.show();
    }""", WORDS)
    blank.clock.run_for(19_000)
    assert blank.evaluate("[el.innerText, widget.asked.length]") == ["Loading the drawing library …\n\nstill", 1]
    blank.evaluate("window.busy = false")
    blank.clock.run_for(7_000)
    blank.get_by_text("Hello").wait_for(timeout=2_000)
    assert blank.evaluate("widget.asked.length") == 2


def test_what_changes_before_the_drawing_has_come_is_not_lost(blank: Page) -> None:
    shown = blank.evaluate("""async (scene) => {
        const widget = await begin(scene);
        const [el, drawn] = widget.show();
        widget.say({number: 1, changes: [[["panels", "summary", "text"], "Early"]]});
        await drawn;
        return el.innerText;
    }""", WORDS)
    assert shown.startswith("Early")


def test_both_views_of_a_widget_follow_and_a_missed_change_is_fetched(blank: Page) -> None:
    texts, asked = blank.evaluate("""async (scene) => {
        const widget = await begin(scene);
        const views = [widget.show(), widget.show()];
        await Promise.all(views.map(([, drawn]) => drawn));
        const texts = () => views.map(([el]) => el.querySelector("[data-panel=summary]").innerText);
        widget.say({number: 1, changes: [[["panels", "summary", "text"], "One"]]});
        const first = texts();
        widget.say({number: 3, changes: [[["panels", "summary", "text"], "Three"]]});
        widget.say({whole: {number: 3, scene: {panels: {summary: {...scene.panels.summary, text: "Whole"}}}}});
        return [[...first, ...texts()], widget.asked];
    }""", WORDS)
    assert texts == ["One", "One", "Whole", "Whole"]
    assert asked == [{"want": "drawing"}, {"want": "scene"}]


def test_a_page_that_sees_a_number_twice_asks_for_the_scene(blank: Page) -> None:
    asked = blank.evaluate("""async (scene) => {
        const widget = await begin(scene);
        await widget.show()[1];
        for (const text of ["One", "Another"])
            widget.say({number: 1, changes: [[["panels", "summary", "text"], text]]});
        return widget.asked;
    }""", WORDS)
    assert asked == [{"want": "drawing"}, {"want": "scene"}]


def test_a_kernel_with_other_drawing_code_brings_its_own(blank: Page) -> None:
    other = loader().replace("day13_", "day13_other")
    asked, styles = blank.evaluate("""async ([scene, script]) => {
        const all = [await begin(scene), await begin(scene, {script}), await begin(scene, {script})];
        await Promise.all(all.map((widget) => widget.show()[1]));
        return [all.map(({asked}) => asked.length), document.querySelectorAll("style").length];
    }""", [WORDS, other])
    assert asked == [1, 1, 0]
    assert styles == 1


def test_a_drawing_that_does_not_start_says_so(blank: Page) -> None:
    text = blank.evaluate("""async (scene) => {
        const widget = await begin({panels: {odd: {kind: "no such kind", place: "top"}}});
        const [el, drawn] = widget.show();
        await drawn;
        return el.innerText;
    }""", WORDS)
    assert text.startswith("The drawing did not start: TypeError")
    assert text.endswith("Reload, or use a current Firefox, Chrome or Safari.")
