"""A class in real browsers' pages: two notebooks with kernels of their own, and an instructor who cuts them apart."""

import pytest
from access import objections
from for_real import FOR_REAL
from lab import Open
from playwright.sync_api import expect

pytestmark = FOR_REAL
LAB = "from labkit.views.real import ClassLab\nlab = ClassLab('raft', seats=2, pace=3)\nlab"
SEAT = "from labkit.views.real import join\n{}"


@pytest.mark.long
def test_a_student_joins_and_the_instructor_cuts_the_two_apart(open_notebook: Open) -> None:
    instructor = open_notebook(LAB)
    page, stage = instructor.page, instructor.stage()
    status, table = stage.locator("[data-panel=status]"), stage.locator("[data-panel=seats]")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(status).to_contain_text("The class is open", timeout=60_000)
    lines = instructor.run_more("print(*lab.invitations.values(), sep='\\n')").split("\n")
    here = instructor.run_more(f"from labkit.views.real import join\nseat = {lines[0]}\nprint(seat.status)")
    assert here == "Your agent has joined the class."

    student = open_notebook(SEAT.format(lines[1]), path="student.ipynb", fresh=True)
    theirs = student.page.locator(".day13-stage").first
    expect(theirs.locator("[data-panel=status]")).to_contain_text("Your agent has joined the class", timeout=60_000)
    expect(theirs.locator("[data-panel=log]")).to_contain_text("a sent:", timeout=60_000)
    page.bring_to_front()
    expect(table).to_contain_text("leader", timeout=60_000)
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
    page.bring_to_front()
    expect(stage).to_contain_text("left", timeout=10_000)
    page.get_by_role("button", name="End", exact=True).click()
    expect(status).to_contain_text("all agents have heard it")
