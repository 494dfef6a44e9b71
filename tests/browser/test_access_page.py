"""Access: axe finds nothing to object to in what the lab draws, in the light theme and in the dark one."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import Notebook, Open

LESSONS = ("01-network-topology.ipynb", "02-consensus-algorithms.ipynb")
THEMES = ("JupyterLab Light", "JupyterLab Dark")
OPTIONS = {"resultTypes": ["violations"]}


def violations(notebook: Notebook) -> list[str]:
    """Rule, number of elements and the first of them, for each rule that is broken in our output."""
    found = Axe().run(notebook.page, context={"include": [[".day13-lab"]]}, options=OPTIONS).response["violations"]
    return [f"{rule['id']}: {len(rule['nodes'])} × {rule['nodes'][0]['html'][:200]} "
            f"{rule['nodes'][0].get('failureSummary', '')[:300]}" for rule in found]


@pytest.mark.parametrize("lesson", LESSONS)
def test_axe_finds_nothing_in_either_theme(open_notebook: Open, lesson: str) -> None:
    notebook = open_notebook(path=f"notebooks/{lesson}", fresh=True)
    notebook.stage()
    notebook.page.wait_for_timeout(4_000)
    found: list[str] = []
    for theme in THEMES:
        notebook.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        light = str(theme == THEMES[0]).lower()
        notebook.page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")
        notebook.page.wait_for_timeout(1_000)
        found += [f"{theme}: {one}" for one in violations(notebook)]
    assert found == []
