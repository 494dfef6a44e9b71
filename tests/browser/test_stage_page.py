"""What holds for every picture on a page: it says when the kernel is busy or gone, and loads in pieces."""

import re

import pytest
from lab import Notebook, Open
from picture import Picture
from playwright.sync_api import Route

EXPLORER = "from labkit.views import TopologyExplorer\nlab = TopologyExplorer('star', 5)\nlab"


def note(notebook: Notebook) -> str:
    """What the first picture says of its kernel."""
    return notebook.page.locator(".day13-alive").first.inner_text()


SLOW = """import time
from labkit.network import Network
from labkit.topology import build
from labkit.views.stage import Stage, network_panel
star = Network(build('star', 5))
Stage({'panels': {'network': network_panel(star, star.partitions())}}, lambda **click: time.sleep(4))"""


@pytest.mark.long
def test_a_kernel_that_takes_long_is_called_busy_until_it_has_answered(open_notebook: Open) -> None:
    notebook = open_notebook(SLOW, fresh=True)
    star = Picture(notebook.page, notebook.stage())
    notebook.page.wait_for_timeout(1_000)  # a page that still moves takes the picture from under the pointer
    star.click_agent(0)
    said = notebook.page.locator(".day13-alive")
    said.filter(has_text="busy").wait_for(timeout=6_000)
    notebook.page.wait_for_function("() => !document.querySelector('.day13-alive').textContent", timeout=20_000)


@pytest.mark.long
def test_after_a_restart_the_picture_says_what_to_do(open_notebook: Open) -> None:
    notebook = open_notebook(EXPLORER, fresh=True)
    star = Picture(notebook.page, notebook.stage())
    star.click_link(0, 1)
    star.wait_for("2 partitions")
    assert note(notebook) == ""
    notebook.page.evaluate("""async () => {
        const panel = [...jupyterapp.shell.widgets("main")].find(widget => widget.content?.model?.sharedModel?.cells);
        await panel.sessionContext.session.kernel.restart();
    }""")
    star.click_link(0, 2)
    notebook.page.locator(".day13-alive", has_text="Run All Cells").wait_for(timeout=15_000)
    notebook.run_all()
    again = Picture(notebook.page, notebook.stage())
    again.click_link(0, 1)
    again.wait_for("2 partitions")
    assert note(notebook) == ""


def test_code_that_runs_after_choices_sees_the_last_of_them(open_notebook: Open) -> None:
    notebook = open_notebook(
        "import time, ipywidgets\nmenu = ipywidgets.Dropdown(options='abcdef', description='Letter')\n"
        "menu.observe(lambda change: time.sleep(0.4), names='value')\nmenu"
    )
    menu = notebook.page.locator(".widget-dropdown select")
    for letter in "fbe":
        menu.select_option(letter)
    assert notebook.run_more("print(menu.value)") == "e"


@pytest.mark.long
def test_plotly_comes_in_pieces_each_asked_for_once(open_notebook: Open) -> None:
    notebook = open_notebook(EXPLORER, "TopologyExplorer('mesh', 8)", run=False, fresh=True)
    sent: list[str | bytes] = []
    notebook.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    notebook.page.reload()
    notebook.wait_until_ready()
    notebook.run_all()
    notebook.stage(0), notebook.stage(1)
    frames = "".join(frame if isinstance(frame, str) else frame.decode("utf-8", "ignore") for frame in sent)
    asked = re.findall(r'"want": ?"plotly (\d+)"', frames)
    assert asked == [str(number) for number in range(len(asked))] and len(asked) > 5


@pytest.mark.long
def test_a_page_that_forbids_the_scripts_of_widgets_says_so(open_notebook: Open) -> None:
    notebook = open_notebook("from labkit.views import preflight\npreflight()", run=False, fresh=True)

    def forbid(route: Route) -> None:
        policy = "script-src 'self' 'unsafe-inline' 'unsafe-eval'"
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    notebook.page.route("**/doc/tree/**", forbid)
    notebook.page.reload()
    notebook.wait_until_ready()
    notebook.run_all()
    notebook.page.get_by_text("the page forbids the scripts of widgets").wait_for(timeout=20_000)
    notebook.page.unroute("**/doc/tree/**")
    notebook.page.reload()
    notebook.wait_until_ready()
    notebook.run_all()
    notebook.page.get_by_text("ms there and back").wait_for(timeout=30_000)
    assert not notebook.page.get_by_text("the page forbids the scripts of widgets").is_visible()


@pytest.mark.long
def test_after_running_all_cells_again_and_again_the_last_picture_answers(open_notebook: Open) -> None:
    notebook = open_notebook(EXPLORER, "TopologyExplorer('ring', 4)", fresh=True)
    for _ in range(4):
        notebook.run_all()
    star = Picture(notebook.page, notebook.stage())
    star.click_link(0, 1)
    star.wait_for("2 partitions")
