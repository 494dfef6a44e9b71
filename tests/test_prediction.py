"""A prediction is the first guess: nothing that comes later, an explanation least of all, makes it a better one."""

import pytest
from labkit.views import Prediction, predict


@pytest.fixture
def asked() -> Prediction:
    return predict("star, hub crashes")


def test_the_first_guess_is_kept_when_another_is_recorded(asked: Prediction) -> None:
    asked.record("2")
    assert asked.status == "Recorded: “2”. Now try it below, then come back and press Explain."
    asked.record(asked.question.answer)
    assert (asked.predicted, asked.correct) == ("2", False)
    assert asked.status.startswith("Your first guess, “2”, is kept.")


def test_the_answer_that_the_explanation_names_is_no_prediction(asked: Prediction) -> None:
    asked.record("2")
    asked.explain()
    explained = asked.status
    assert explained.startswith(f"✘ You predicted “2”; it is “{asked.question.answer}”. ")
    asked.record(asked.question.answer)
    assert (asked.predicted, asked.correct) == ("2", False)
    assert asked.status == f"Your first guess, “2”, is kept. {explained}"


def test_nothing_is_explained_and_nothing_kept_before_a_choice_is_recorded(asked: Prediction) -> None:
    with pytest.raises(ValueError, match="record a prediction first"):
        asked.explain()
    for wrong in (None, "2.5", ""):
        with pytest.raises(ValueError, match="choose one of the answers first"):
            asked.record(wrong)
    assert (asked.predicted, asked.correct) == (None, None)
    asked.press("Record my prediction")
    assert asked.status == "Choose one of the answers first, then record it."


def test_a_right_guess_is_called_right(asked: Prediction) -> None:
    asked.record(asked.question.answer)
    asked.explain()
    assert asked.correct
    assert asked.status.startswith(f"✔ “{asked.question.answer}”, as you predicted. ")
