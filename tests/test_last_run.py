"""A cell that stopped with an error has left the old value behind: the check says so, and from which run it is."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from cell_by_cell import notebook
from IPython.core.interactiveshell import InteractiveShell
from labkit.worksheet import older
from traitlets.config import Config

Run = Callable[..., dict[str, Any]]
IN_MEMORY = Config({"HistoryManager": {"hist_file": ":memory:"}})


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    with notebook() as made:
        yield InteractiveShell(config=IN_MEMORY, user_module=made.module, user_ns=made.names)


@pytest.fixture
def run(shell: InteractiveShell) -> Run:
    """Runs these cells one after the other, and one more that asks whether `links` is older than its cell."""
    def cells(*texts: str) -> dict[str, Any]:
        shell.reset(new_session=False)
        shell.execution_count = 1
        shell.history_manager.reset()
        shell.user_ns["older"] = older
        for text in (*texts, 'told = older("links", globals())'):
            shell.run_cell(text, store_history=True)
        return shell.user_ns

    return cells


@pytest.mark.parametrize(("texts", "last", "made"), [
    (("links = 7", "links = {"), 2, "as In[1] has made it"),
    (("links = 7", "links = seven"), 2, "as In[1] has made it"),
    (("links = 7", "1 / 0\nlinks = 8"), 2, "as In[1] has made it"),
    (("links = 7", "links = 8", "links = {", "print(1)", "links = (", "other = 3"), 5, "as In[2] has made it"),
    (("def links():\n    pass", "def links():\n    return (\n"), 2, "as In[1] has made it"),
    (("class links:\n    pass", "class links(Missing):\n    pass"), 2, "as In[1] has made it"),
    (("if True:\n    links = 7", "links = {"), 2, "as In[1] has made it"),
    (("globals()['links'] = 7", "links = {"), 2, "as it was before"),
])
def test_a_value_that_is_older_than_the_last_run_of_its_cell_is_told(
    run: Run, texts: tuple[str, ...], last: int, made: str
) -> None:
    told = run(*texts)["told"]
    assert told == (f"The cell with links stopped with an error when it ran last, as In[{last}], so this is about "
                    f"links {made}: mend the cell and run it again.")


@pytest.mark.parametrize("texts", [
    ("links = 7",), ("links = {", "links = 7"), ("links = 7\nprint(seven)",), ("links = 7", "links == {"),
    ("links = 7", "other = {"), ("links = 7", "links = 8\n1 / 0"), (),
])
def test_nothing_is_told_of_a_value_that_its_cell_has_made(run: Run, texts: tuple[str, ...]) -> None:
    assert run(*texts)["told"] == ""


def test_where_ipython_does_not_tell_the_line_of_an_error_nothing_is_claimed(run: Run, shell: InteractiveShell) -> None:
    shell.run_line_magic("xmode", "Minimal")
    assert run("links = 7\nprint(seven)", "1")["told"] == ""
    shell.run_line_magic("xmode", "Context")


def test_an_answer_in_the_cell_of_its_check_is_as_new_as_that_cell(shell: InteractiveShell, run: Run) -> None:
    run("links = {")
    shell.run_cell('links = 7\ntold = older("links", globals())', store_history=True)
    assert shell.user_ns["told"] == ""


@pytest.mark.parametrize(("text", "told"), [("links = seven", True), ("links = 8\nseven", False), ("links = (", True)])
def test_an_ipython_that_keeps_no_errors_tells_of_the_cell_that_ran_last(text: str, told: bool) -> None:
    names: dict[str, Any] = {"In": ["", "links = 7", text, "check"]}
    try:
        exec(text, names)
    except (NameError, SyntaxError) as why:
        last = SimpleNamespace(success=False, execution_count=2, error_in_exec=why)
    names["get_ipython"] = lambda: SimpleNamespace(last_execution_result=last)
    assert ("as In[2], so this is about links as In[1]" in older("links", names)) is told


def test_where_no_cells_are_numbered_nothing_is_told() -> None:
    assert older("links", {"links": 7}) == ""
