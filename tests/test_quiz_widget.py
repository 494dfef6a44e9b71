"""The quiz as a widget: the first answer counts, every option taken is explained, and the end names the lessons."""

from pathlib import Path

import pytest
from labkit.views import Quiz
from labkit.worksheet import QUIZ, Progress, QuizQuestion
from test_words import RAW, texts


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of the learner's, and what is in it of the progress."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "day13"


def wrong(asked: QuizQuestion) -> str:
    return next(option for option in asked.options if option != asked.answer)


def taken(quiz: Quiz, *, right: int) -> Quiz:
    """Answer all questions, so many of them rightly."""
    for number, asked in enumerate(quiz.questions):
        quiz.answer(asked.answer if number < right else wrong(asked))
        if number + 1 < len(quiz.questions):
            quiz.go_on()
    return quiz


def test_questions_come_one_after_the_other_and_nothing_is_explained_before_an_answer() -> None:
    quiz = Quiz()
    for number, asked in enumerate(QUIZ, 1):
        panels = quiz.scene["panels"]
        assert panels["question"]["text"] == f"Question {number} of 20. {asked.text}"
        assert quiz.status == "" and panels["answers"]["rows"] == []
        if number < 20:
            quiz.go_on()


def test_the_first_answer_is_kept_and_another_option_is_explained_all_the_same() -> None:
    quiz = Quiz()
    asked = quiz.asked
    quiz.answer(wrong(asked))
    assert quiz.status.startswith(f"✘ “{wrong(asked)}”: no. {asked.says[wrong(asked)]}")
    assert f"The answer is “{asked.answer}”. {asked.says[asked.answer]} See it in {asked.where}." in quiz.status
    quiz.answer(asked.answer)
    assert quiz.status.startswith(f"Your first answer, “{wrong(asked)}”, is kept. ✔ “{asked.answer}”: yes.")
    assert quiz.answers == {asked.misconception: wrong(asked)} and quiz.score == 0


@pytest.mark.parametrize("asked", QUIZ, ids=[asked.misconception for asked in QUIZ])
def test_each_option_is_met_with_its_own_explanation(asked: QuizQuestion) -> None:
    for number, option in enumerate(asked.options):
        quiz = Quiz([asked], folder=f"learner {number}")
        quiz.answer(option)
        assert f"{'✔' if option == asked.answer else '✘'} “{option}”: " in quiz.status
        assert asked.says[option] in quiz.status


def test_the_end_tells_the_score_and_which_experiment_refutes_each_misconception() -> None:
    quiz = taken(Quiz(), right=14)
    assert quiz.score == 14
    assert "You have answered all 20 questions, 14 of them right at the first try. The table below" in quiz.status
    table = quiz.scene["panels"]["answers"]
    assert table["open"] and table["title"] == "Your answers: 14 right of 20"
    assert [row[0] for row in table["rows"]] == ["✔"] * 14 + ["✘"] * 6
    assert [row[1] for row in table["rows"]] == [asked.misconception for asked in QUIZ]


def test_the_lessons_of_wrong_answers_are_linked_and_no_others() -> None:
    quiz = taken(Quiz(), right=20)
    links = quiz.children[-1]
    assert links.value == ""
    quiz = taken(Quiz(QUIZ[:5], folder="another"), right=4)
    assert quiz.children[-1].value.count("<a ") == 1
    assert f'href="../notebooks/{QUIZ[4].lesson}.ipynb"' in quiz.children[-1].value


def test_one_can_go_back_and_leave_questions_out_and_is_led_to_what_is_open() -> None:
    quiz = Quiz(QUIZ[:3])
    quiz.go_on()
    quiz.answer(QUIZ[1].answer)
    quiz.go_back()
    assert quiz.asked is QUIZ[0] and quiz.status == ""
    quiz.go_on()
    assert quiz.status.startswith("✔")
    quiz.go_on()
    quiz.answer(QUIZ[2].answer)
    quiz.go_on()
    assert quiz.asked is QUIZ[0]
    quiz.answer(QUIZ[0].answer)
    assert "all 3 questions, 3 of them right" in quiz.status


def test_what_cannot_be_done_is_said_in_a_sentence() -> None:
    quiz = Quiz(QUIZ[:2])
    quiz.press("Record my answer")
    assert quiz.status == "Choose one of the options first, then record it."
    quiz.press("Question before")
    assert quiz.status == "This is the first question."
    taken(quiz, right=2)
    quiz.press("Next question")
    assert quiz.status == "This is the last question."
    quiz = Quiz(QUIZ[:1], folder="another")
    quiz.press("Next question")
    assert quiz.status == "This is the last open question: answer it first."
    with pytest.raises(ValueError, match="at least one"):
        Quiz([])
    with pytest.raises(ValueError, match="Quiz asks questions of the quiz"):
        Quiz(["Is it so?"])  # type: ignore[list-item]


def test_a_learner_reads_words_only() -> None:
    quiz = taken(Quiz(), right=3)
    assert not [text for text in texts(quiz.scene["panels"]) if RAW.search(text) or "*" in text]


def test_after_a_restart_the_first_answers_are_there_and_it_goes_on_with_the_first_open_question() -> None:
    before = Quiz(QUIZ[:4])
    before.answer(wrong(QUIZ[0]))
    before.answer(QUIZ[0].answer)
    before.go_on()
    before.answer(QUIZ[1].answer)
    quiz = Quiz(QUIZ[:4])
    assert quiz.answers == {QUIZ[0].misconception: wrong(QUIZ[0]), QUIZ[1].misconception: QUIZ[1].answer}
    assert quiz.asked is QUIZ[2] and quiz.score == 1
    assert quiz.status == "Your answers to 2 of these 4 questions are kept: see the table below."
    table = quiz.scene["panels"]["answers"]
    assert [row[0] for row in table["rows"]] == ["✘", "✔"] and QUIZ[0].lesson in quiz.children[-1].value
    quiz.go_back()
    assert quiz.asked is QUIZ[1] and quiz.status.startswith("✔")
    quiz.go_back()
    quiz.answer(QUIZ[0].answer)
    assert quiz.status.startswith(f"Your first answer, “{wrong(QUIZ[0])}”, is kept.")


def test_a_finished_quiz_opens_with_its_score_and_its_first_question() -> None:
    taken(Quiz(QUIZ[:3]), right=2)
    quiz = Quiz(QUIZ[:3])
    assert quiz.asked is QUIZ[0] and quiz.score == 2
    assert "You have answered all 3 questions, 2 of them right at the first try." in quiz.status
    assert quiz.scene["panels"]["answers"]["open"]


def test_an_answer_in_a_shorter_quiz_is_the_first_one_in_the_whole_quiz_also_if_that_is_open_already() -> None:
    whole, some = Quiz(), Quiz(QUIZ[::4])
    some.answer(wrong(QUIZ[0]))
    whole.answer(QUIZ[0].answer)
    assert whole.answers == {QUIZ[0].misconception: wrong(QUIZ[0])}
    assert Quiz().answers == whole.answers


def test_an_option_that_is_not_offered_any_more_counts_as_no_answer(folder: Path) -> None:
    Progress(folder).note_quiz(QUIZ[0].misconception, "an option of last year")
    quiz = Quiz(QUIZ[:2])
    assert quiz.answers == {} and quiz.status == ""
    quiz.answer(QUIZ[0].answer)
    assert quiz.score == Quiz(QUIZ[:2]).score == 1


def test_answers_that_cannot_be_saved_count_all_the_same_and_that_is_said(folder: Path) -> None:
    folder.write_text("a file in the place of the folder")
    quiz = Quiz(QUIZ[:2])
    quiz.answer(QUIZ[0].answer)
    assert quiz.score == 1 and "could not be saved" in quiz.status


def test_the_steps_are_none_the_wiser(folder: Path) -> None:
    taken(Quiz(), right=20)
    assert Progress(folder).all() == {} and len(Progress(folder).quiz()) == 20
