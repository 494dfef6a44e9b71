"""The quiz asks about twenty misconceptions, explains every wrong option, and answers with what the agents do."""

import json
import re
from collections import Counter

import pytest
from answers_in_quiz import QUIZ_CHECKS
from labkit.worksheet import QUIZ, QuizQuestion
from lesson_text import NOTEBOOKS
from seeds import at_night

every = pytest.mark.parametrize("asked", QUIZ, ids=[asked.misconception for asked in QUIZ])


def test_there_are_twenty_misconceptions_and_each_is_asked_once() -> None:
    assert len(QUIZ) == len({asked.misconception for asked in QUIZ}) == len({asked.text for asked in QUIZ}) == 20
    assert {asked.misconception for asked in QUIZ} == {*QUIZ_CHECKS}


@pytest.mark.parametrize("name", at_night(QUIZ_CHECKS, "Retrying fixes it.", "A time-out means no.", "Half is enough."))
def test_the_answer_is_what_the_agents_say_and_so_are_the_figures(name: str) -> None:
    answer, reasons = QUIZ_CHECKS[name]()
    (asked,) = (asked for asked in QUIZ if asked.misconception == name)
    assert asked.answer == answer
    told = " ".join([asked.text, *asked.says, *asked.says.values()])
    for said, holds in reasons.items():
        assert said in told
        assert holds, said


@every
def test_every_option_has_an_explanation_in_sentences(asked: QuizQuestion) -> None:
    assert 3 <= len(asked.options) <= 4 and asked.answer in asked.options
    for option, explained in asked.says.items():
        assert not option.endswith(".")
        assert 60 < len(explained) < 330 and explained[0].isupper() and explained.endswith((".", "?"))


def test_no_explanation_is_used_twice() -> None:
    explained = Counter(words for asked in QUIZ for words in asked.says.values())
    assert {words for words, times in explained.items() if times > 1} == set()


def test_neither_its_place_nor_its_length_gives_the_answer_away() -> None:
    places = Counter(asked.options.index(asked.answer) for asked in QUIZ)
    assert max(places.values()) <= 9 and len(places) >= 3
    longest = [asked for asked in QUIZ if max(asked.options, key=len) == asked.answer]
    assert len(longest) <= 9


@every
def test_the_experiment_is_in_a_lesson_in_a_section_that_is_there(asked: QuizQuestion) -> None:
    cells = json.loads((NOTEBOOKS / f"{asked.lesson}.ipynb").read_text(encoding="utf-8"))["cells"]
    headings = re.findall(r"^## (.+)$", "\n".join("".join(cell["source"]) for cell in cells), re.M)
    assert asked.section in headings
    assert asked.experiment.endswith(".")


def test_an_answer_that_is_no_option_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the answer 'c' is none of the options: add it to \['a'\]"):
        QuizQuestion("x", "?", {"a": "b"}, "c", "01-network-topology", "1. Star", "Look.")
