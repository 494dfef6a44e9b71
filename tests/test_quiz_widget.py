"""The quiz as a widget: the first answer counts, every option taken is explained, and the end names the lessons."""

import pytest
from labkit.views import Quiz
from labkit.worksheet import QUIZ, QuizQuestion
from test_words import RAW, texts


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
    for option in asked.options:
        quiz = Quiz([asked])
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
    quiz = taken(Quiz(QUIZ[:5]), right=4)
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
    quiz = Quiz(QUIZ[:1])
    quiz.press("Next question")
    assert quiz.status == "This is the last open question: answer it first."
    with pytest.raises(ValueError, match="at least one"):
        Quiz([])
    with pytest.raises(ValueError, match="Quiz asks questions of the quiz"):
        Quiz(["Is it so?"])  # type: ignore[list-item]


def test_a_learner_reads_words_only() -> None:
    quiz = taken(Quiz(), right=3)
    assert not [text for text in texts(quiz.scene["panels"]) if RAW.search(text) or "*" in text]
