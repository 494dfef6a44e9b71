"""What axe objects to in what the lab draws, in the light theme or in the dark one, with all that folds unfolded."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from lab import Notebook

THEMES = ("JupyterLab Dark", "JupyterLab Light")
OPTIONS = {"resultTypes": ["violations"]}
UNFOLD = "() => document.querySelectorAll('.day13-lab details').forEach(folded => { folded.open = true; })"


def objections(notebook: Notebook, themes: Sequence[str] = THEMES) -> list[str]:
    """For each rule that our output breaks in one of the themes: how often, and the first element."""
    page, found = notebook.page, []
    page.evaluate(UNFOLD)
    for theme in themes:
        page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        light = str(theme == THEMES[1]).lower()
        page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")
        page.wait_for_timeout(1_000)
        answer = Axe().run(page, context={"include": [[".day13-lab"]]}, options=OPTIONS).response
        found += [f"{theme}: {rule['id']}: {len(rule['nodes'])} × {rule['nodes'][0]['html'][:200]} "
                  f"{rule['nodes'][0].get('failureSummary', '')[:300]}" for rule in answer["violations"]]
    return found
