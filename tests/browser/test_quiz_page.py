"""The quiz in a real browser: choose, record, read, go on; what was answered first stays."""

from lab import Open, eventually
from labkit.worksheet import QUIZ
from playwright.sync_api import expect

CELL = "from labkit.views import Quiz\nquiz = Quiz()\nquiz"


def test_an_answer_is_explained_the_first_one_is_kept_and_the_buttons_stay_where_they_are(open_notebook: Open) -> None:
    notebook = open_notebook(CELL)
    page, (asked, following, *_) = notebook.page, QUIZ
    wrong = next(option for option in asked.options if option != asked.answer)
    record = page.get_by_role("button", name="Record my answer", exact=True)
    page.get_by_text(asked.text[:60]).wait_for()
    there = record.bounding_box()
    page.get_by_label(wrong).check()
    record.click()
    expect(page.locator("[data-panel='status']")).to_contain_text(asked.says[wrong])
    page.get_by_label(asked.answer).check()
    record.click()
    expect(page.locator("[data-panel='status']")).to_contain_text(f"Your first answer, “{wrong}”, is kept.")
    expect(page.get_by_role("link", name="01 Network topology")).to_be_visible()
    page.get_by_role("button", name="Next question", exact=True).click()
    page.get_by_text(following.text[:60]).wait_for()
    eventually(lambda: page.locator("input[type=radio]:checked").count() == 0, "nothing is chosen yet", page)
    assert record.bounding_box() == there
    assert notebook.settled("print(quiz.score, len(quiz.answers))") == "0 1"
    assert notebook.errors == []
