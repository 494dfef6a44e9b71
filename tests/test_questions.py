"""Every answer to a lesson's question is what the networks themselves say, and so are the figures in its reason.

A question without a check is an error: its answer would be no more than an opinion. The checks stand in answers_*.py.
"""

import answers_for_real  # noqa: F401  the checks are kept on import
import answers_on_consensus  # noqa: F401
import answers_on_coordination  # noqa: F401
import answers_on_partition  # noqa: F401
import answers_on_patterns  # noqa: F401
import answers_on_takeaways  # noqa: F401
import answers_on_topology  # noqa: F401
import pytest
from answers import CHECKS
from labkit.lesson import QUESTIONS, Question, question
from seeds import at_night


@pytest.mark.parametrize("name", at_night(  # those that need long runs
    QUESTIONS, "what ends it", "slow, not dead", "overload", "exactly once", "no answer", "half is a quorum",
    "asked the wrong leader", "one link left", "isolate one", "one-way links", "two and one", "late rival",
    "retry storm", "two of three",
))
def test_the_answer_is_what_the_networks_say(name: str) -> None:
    assert name in CHECKS, "work the answer out of the networks, in answers_on_*.py"
    answer, reasons = CHECKS[name]()
    asked = question(name)
    assert asked.answer == answer
    for said, holds in reasons.items():
        assert said in f"{asked.text} {asked.because}"
        assert holds, said


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_offers_different_choices_and_says_why(name: str) -> None:
    asked = question(name)
    assert len(set(asked.choices)) == len(asked.choices) >= 2
    assert asked.answer in asked.choices
    assert asked.because.endswith(".")


def test_an_answer_that_is_no_choice_and_a_question_that_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match=r"the answer 'c' is none of the choices: add it to \['a', 'b'\]"):
        Question("Which?", ("a", "b"), "c", "Because.")
    with pytest.raises(ValueError, match="there is no question 'moon': choose one of star, hub crashes"):
        question("moon")
