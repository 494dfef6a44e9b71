"""The task board in a real browser: slow an agent down, run on, and read on the board what became of its task."""

import json
from random import Random

import pytest
from lab import Notebook, Open, eventually
from labkit.observe import WORK_STATES
from labkit.views.stage.palette import DEAD
from picture import Picture
from playwright.sync_api import expect

BOARD = "from labkit.protocols import TaskQueue\nfrom labkit.views import TaskBoard\nboard = TaskBoard(seed=1)\nboard"
WITHOUT_KEY = """from labkit.protocols import TaskQueue
from labkit.views import TaskBoard

class WithoutKey(TaskQueue):
    def is_known(self, key):
        return False

board = TaskBoard(WithoutKey, seed=1)
board"""
MODEL = """import json
from collections import Counter
now = board.moment.system
print(json.dumps([Counter(task.state for task in board.work), sorted(now.down)]))"""


def press(notebook: Notebook, name: str) -> None:
    notebook.page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize(("cell", "state"), [(BOARD, "redone"), (WITHOUT_KEY, "doubled")], ids=["keys", "no keys"])
def test_a_task_of_a_slowed_agent_is_redone_and_without_keys_doubled(
    open_notebook: Open, cell: str, state: str
) -> None:
    notebook = open_notebook(cell)
    stage = notebook.stage()
    running, column = stage.locator("[data-panel='board running']"), stage.locator(f"[data-panel='board {state}']")
    expect(running).to_contain_text("mail 1: c until 190")
    press(notebook, "Slow down")
    expect(stage.locator("[data-panel=status]")).to_contain_text("c does nothing until 260")
    press(notebook, "Run 500")
    expect(column).to_contain_text("mail 1 ×2")
    expect(column.locator(".day13-badge").first).to_contain_text(f"{state.capitalize()}: 1")
    expect(stage.locator("[data-panel=summary]")).to_contain_text(f"6 tasks: 5 done, 1 {state}.")
    press(notebook, "Hand in a task")
    expect(stage.locator("[data-panel=summary]")).to_contain_text("7 tasks")
    assert notebook.errors == []


@pytest.mark.long
def test_nothing_moves_when_something_is_clicked_and_all_fits_one_screen(open_notebook: Open) -> None:
    notebook = open_notebook(BOARD.replace("seed=1", "seed=1, tasks=30, every=15"))
    page = notebook.page
    notebook.stage()
    page.set_viewport_size({"width": 1280, "height": 800})
    boxes = page.locator(".day13-player > .day13-controls, .day13-player [data-panel]")

    def places() -> list[int]:
        top = page.locator(".day13-player").bounding_box()
        assert top is not None and top["height"] <= 688
        return [round(box["y"] - top["y"]) for box in (box.bounding_box() for box in boxes.all()) if box]

    before = places()
    for name in ("Slow down", "Run 100", "Crash", "Run 500", "Hand in a task", "Play", "Pause", "Cut", "Restart all",
                 "Heal all", "Back", "Slow down", "Run 500"):
        press(notebook, name)
        notebook.settled("print(board.status)")
        assert places() == before, f"{name} has moved something"
    page.set_viewport_size({"width": 1280, "height": 1100})


@pytest.mark.long
@pytest.mark.parametrize("faults", [20, 200])
def test_after_random_faults_by_click_board_and_model_agree(open_notebook: Open, faults: int) -> None:
    """Clicks on agents and links, and agents slowed down; a click that hits a message drops it."""
    notebook = open_notebook(BOARD.replace("seed=1", "seed=1, tasks=100, every=30"))
    stage, page = notebook.stage(), notebook.page
    board, random = Picture(page, stage), Random(faults)
    places = board.places()
    for done in range(1, faults + 1):
        what = random.random()
        if what < 0.35:
            page.mouse.click(*places[random.randrange(6)])
        elif what < 0.6:
            board.control("Agent").select_option("abcdef"[random.randrange(6)])
            press(notebook, "Slow down")
        else:
            (ax, ay), (bx, by) = random.sample(places, 2)
            page.mouse.click(ax + 0.3 * (bx - ax), ay + 0.3 * (by - ay))
        if done % 5 == 0:
            press(notebook, "Run 100")
            places = board.places()
    counted, down = json.loads(notebook.settled(MODEL))
    wanted = {state: counted.get(state, 0) for state in WORK_STATES}

    def headings() -> dict[str, int]:
        found = {state: stage.locator(f"[data-panel='board {state}'] .day13-badge").first.inner_text()
                 for state in WORK_STATES}
        return {state: int(text.split(": ")[1].split()[0]) for state, text in found.items()}

    eventually(lambda: headings() == wanted, f"the columns count {wanted}", page)
    eventually(lambda: {name for name, fill in zip("abcdef", board.fills(), strict=True) if fill == DEAD.fill}
               == set(down), f"down: {down}", page)
    assert notebook.errors == []
