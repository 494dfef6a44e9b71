"""Presenter mode in a real browser: large pictures that fit the screen, and keys that take nothing from the page."""


import pytest
from lab import Open, eventually
from picture import Picture

CELLS = (
    "from labkit.views import TopologyExplorer, present\nlab = TopologyExplorer('ring', 6)\nlab",
    "present()",
)
SIZES = """() => [...document.querySelectorAll('.day13-stage .point')]
    .map(point => point.getBoundingClientRect().width)"""
LETTERS = """() => [...document.querySelectorAll('.day13-lab *')]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 1)
    .map(one => parseFloat(getComputedStyle(one).fontSize))"""


def test_the_keys_call_up_presets_and_a_box_keeps_what_is_typed(open_notebook: Open) -> None:
    notebook = open_notebook(*CELLS)
    page, ring = notebook.page, Picture(notebook.page, notebook.stage())
    page.locator(".day13-panel.day13-keys", has_text="start over").wait_for()
    assert min(page.evaluate(SIZES)) >= 30 and min(page.evaluate(LETTERS)) >= 16
    page.keyboard.press("2")  # the widget has no focus
    assert notebook.settled("print(len(lab.groups))") == "1"
    ring.stage.focus()
    page.keyboard.press("2")
    ring.wait_for("2 partitions")
    page.keyboard.press("PageUp")
    page.keyboard.press("r")
    ring.wait_for("in one partition")
    ring.button("Undo").focus()  # a button of the widget hears the keys, too
    page.keyboard.press("2")
    ring.wait_for("2 partitions")
    page.keyboard.press("r")
    ring.wait_for("in one partition")
    ring.control("Partitions").fill("")
    ring.control("Partitions").press("2")
    assert ring.control("Partitions").input_value() == "2"
    assert notebook.settled("print(len(lab.groups))") == "1"
    cells = page.locator(".jp-Cell").count()
    ring.stage.focus()
    page.keyboard.press("b")  # JupyterLab would insert a cell
    assert page.locator(".jp-Cell").count() == cells
    notebook.run_more("present(False)")
    eventually(lambda: page.locator(".day13-large").count() == 0, "as for one reader", page)
    assert notebook.errors == []


def test_one_key_shows_the_widget_alone_and_another_its_controls_on_a_low_screen(open_notebook: Open) -> None:
    notebook = open_notebook(*CELLS)
    page, ring = notebook.page, Picture(notebook.page, notebook.stage())
    page.locator(".day13-panel.day13-keys", has_text="start over").wait_for()
    page.set_viewport_size({"width": 1280, "height": 800})
    eventually(lambda: not ring.button("Undo").is_visible(), "no controls", page)
    height = "document.querySelector('.day13-lab').getBoundingClientRect().height"
    room = "document.querySelector('.jp-WindowedPanel-outer, .jp-Notebook').clientHeight"
    eventually(lambda: page.evaluate(f"{height} <= {room}"), "higher than the page", page)
    ring.stage.focus()
    page.keyboard.press("c")
    assert ring.button("Undo").is_visible()
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement?.classList.contains('day13-lab')")
    page.keyboard.press("f")
    page.wait_for_function("() => !document.fullscreenElement")
    assert notebook.errors == []


@pytest.mark.long
def test_widgets_whose_controls_stay_fit_a_low_screen_and_a_table_of_reports_is_seen_whole(open_notebook: Open) -> None:
    notebook = open_notebook(
        "from labkit.faults import recover\nfrom labkit.protocols import Raft\nfrom labkit.views import *",
        "TopologyComparison(8)", "DetectorTuner()", "LoadPanel()", "QuorumDial()", "Reports([recover(Raft)] * 14)",
        "present()", run=False,
    )
    page = notebook.page
    page.set_viewport_size({"width": 1280, "height": 800})
    notebook.run_all()
    tall = """number => document.querySelectorAll('.jp-CodeCell')[number].querySelector('.day13-lab')
        ?.getBoundingClientRect().height ?? 9999"""
    for cell in (1, 2, 3, 4):
        page.locator(".jp-CodeCell").nth(cell).scroll_into_view_if_needed()
        page.wait_for_function(f"number => ({tall})(number) <= 688", arg=cell)
    page.locator(".jp-CodeCell").nth(5).scroll_into_view_if_needed()
    table = page.locator(".day13-reports .day13-scroll")
    eventually(lambda: table.locator("tr").count() == 15, "all reports", page)
    assert table.evaluate("one => one.scrollHeight <= one.clientHeight")
    page.set_viewport_size({"width": 1280, "height": 1100})
