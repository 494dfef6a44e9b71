"""A class in real browsers' pages: two notebooks with kernels of their own, and an instructor who cuts them apart."""

import re

import pytest
from access import objections
from for_real import FOR_REAL
from lab import Notebook, Open
from playwright.sync_api import expect

pytestmark = FOR_REAL
LAB = "from labkit.views.real import ClassLab\nlab = ClassLab('raft', seats=2, pace=3)\nlab"
SEAT = "from labkit.views.real import join\n{}"
HEIGHT = "() => Math.round(document.querySelector('.day13-lab').getBoundingClientRect().height)"


def height(notebook: Notebook) -> int:
    """How high its first widget is."""
    found: int = notebook.page.evaluate(HEIGHT)
    return found


@pytest.mark.long
def test_a_student_joins_and_the_instructor_cuts_the_two_apart(open_notebook: Open) -> None:
    instructor = open_notebook(LAB)
    page, stage = instructor.page, instructor.stage()
    status, table = stage.locator("[data-panel=status]"), stage.locator("[data-panel=seats]")
    room, seat = [height(instructor)], list[int]()
    page.get_by_role("button", name="Open", exact=True).click()
    expect(status).to_contain_text("The class is open", timeout=60_000)
    lines = instructor.run_more("print(*lab.invitations.values(), sep='\\n')").split("\n")
    here = instructor.run_more(f"from labkit.views.real import join\nseat = {lines[0]}\nprint(seat.status)")
    assert here == "Your agent has joined the class."

    student = open_notebook(SEAT.format(lines[1]), path="student.ipynb", fresh=True)
    theirs = student.page.locator(".day13-stage").first
    expect(theirs.locator("[data-panel=clients] td").first).to_be_attached(timeout=60_000)
    seat.append(height(student))
    expect(theirs.locator("[data-panel=status]")).to_contain_text("Your agent has joined the class", timeout=60_000)
    expect(theirs.locator("[data-panel=log]")).to_contain_text("a sent:", timeout=60_000)
    seat.append(height(student))
    student.page.get_by_role("button", name="Ask", exact=True).click()
    first = theirs.locator("[data-panel=clients] tr", has_text="b1001")
    expect(first).to_be_attached()
    expect(first).not_to_contain_text("no answer yet")
    for _ in range(8):  # each of them is a line of the log
        student.page.get_by_role("button", name="Ask", exact=True).click()
    expect(theirs.locator("[data-panel=clients]")).to_contain_text("b109")
    expect(theirs.locator("[data-panel=log] tr")).to_have_count(10)
    page.bring_to_front()
    expect(table).to_contain_text("leader", timeout=60_000)
    expect(stage.locator("[data-panel=clients]")).to_contain_text("b109")
    room.append(height(instructor))
    assert objections(instructor) == []

    page.get_by_role("button", name="Isolate", exact=True).click()
    expect(status).to_contain_text("cut off from all others")
    expect(table).to_contain_text("nobody", timeout=10_000)
    page.get_by_role("button", name="Mend all", exact=True).click()
    expect(status).to_contain_text("pass everywhere again")

    student.page.bring_to_front()
    student.page.get_by_role("button", name="Leave", exact=True).click()
    expect(theirs.locator("[data-panel=status]")).to_contain_text("has left the class")
    assert objections(student) == []
    seat.append(height(student))
    assert len({*seat}) == 1 and seat[0] <= 600, f"nothing below the seat has moved: {seat}"
    page.bring_to_front()
    expect(stage).to_contain_text("left", timeout=10_000)
    page.get_by_role("button", name="End", exact=True).click()
    expect(status).to_contain_text("all agents have heard it")
    expect(stage).to_contain_text(re.compile("At the end: .* leader|At the end: .* candidate", re.DOTALL))
    stage.locator("[data-panel=invitations] summary").click()  # the search for objections has unfolded it
    room.append(height(instructor))
    assert len({*room}) == 1 and room[0] <= 640, f"nothing below the room has moved: {room}"
