"""Every step of the worksheet, blank, solved by us, solved otherwise, and answered wrongly in typical ways.

Wrong answers accepted: none. Correct ones refused: none. The last claim prints the table (pytest -s).
"""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import pytest
from cell_by_cell import Notebook, notebook
from labkit.worksheet import STEPS, Step, Verdict, judge, witness
from labkit.worksheet.blank import is_blank
from labkit.worksheet.child import CHILDREN
from labkit.worksheet.trial import tried

STEPS_AT_LEAST, WRONG_AT_LEAST = 45, 448
LEAST_WRONG_OF_A_STEP = 4
RIGHT_BY_DAY, WRONG_BY_DAY = 1, 3  # of each step; at night all of them
FILES = sorted(path.stem for path in Path(__file__).parent.glob("worksheet/answers_to_*.py"))
ANSWERS: dict[str, Any] = {
    name: answers for file in FILES for name, answers in import_module(file).ANSWERS.items()
}
EVERY = pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))


class Case(NamedTuple):
    step: Step
    text: str
    words: str | None  # of the reason; None for a right answer


RIGHT = [Case(STEPS[name], text, None) for name in ANSWERS for text in (STEPS[name].solution, *ANSWERS[name].right)]
WRONG = [Case(STEPS[name], text, words) for name in ANSWERS for text, words in ANSWERS[name].wrong.items()]


def numbered(cases: list[Case], by_day: int = 1_000) -> pytest.MarkDecorator:
    """Each case with the name of its step and its number in it; later ones of a step run at night."""
    seen: Counter[str] = Counter()
    found = []
    for case in cases:
        seen[case.step.name] += 1
        number = seen[case.step.name]
        marks = [pytest.mark.long] if number > by_day else []
        found.append(pytest.param(case, id=f"{case.step.name} {number}", marks=marks))
    return pytest.mark.parametrize("case", found)


@pytest.fixture
def cells() -> Iterator[Notebook]:
    with notebook() as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def children() -> Iterator[None]:
    yield
    CHILDREN.close()


def answered(cells: Notebook, step: Step, text: str) -> Any:
    """What the learner hands to the check once these cells have run."""
    return cells.run(step.imports).run(text)[step.answer]


def here(step: Step, answer: Any) -> Verdict:
    """The verdict without a child process."""
    assert not is_blank(answer)
    return tried(step, answer)


@EVERY
def test_a_blank_step_was_not_tried_yet(cells: Notebook, step: Step) -> None:
    assert str(judge(step, answered(cells, step, step.blank))) == "not tried yet"


@numbered(RIGHT, RIGHT_BY_DAY)
def test_no_correct_answer_is_refused(cells: Notebook, case: Case) -> None:
    answer, began = answered(cells, case.step, case.text), process_time()
    assert str(here(case.step, answer)) == "correct"
    assert process_time() - began < 10


@numbered(WRONG, WRONG_BY_DAY)
def test_no_wrong_answer_is_accepted_and_each_is_refuted_for_the_right_reason(cells: Notebook, case: Case) -> None:
    verdict = here(case.step, answered(cells, case.step, case.text))
    assert verdict.state == "not yet" and str(case.words) in verdict.because
    assert "\n" not in verdict.because and "object at 0x" not in verdict.because


@EVERY
def test_each_step_is_tried_with_another_solution_than_ours_and_with_four_wrong_answers(step: Step) -> None:
    answers = ANSWERS[step.name]
    texts = [step.blank, step.solution, *answers.right, *answers.wrong]
    assert len(set(texts)) == len(texts) and answers.right
    assert len(answers.wrong) >= LEAST_WRONG_OF_A_STEP


@EVERY
def test_a_step_has_hints_a_reason_and_a_task_that_do_not_give_the_solution_away(step: Step) -> None:
    assert len(step.hints) >= 2 and step.because and step.task
    assert step.solution not in "".join([step.task, *step.hints])


PROGRAMS = [step for step in STEPS.values() if step.kind == "code"]
BY_DAY = ("tree", "three answers")


@pytest.mark.parametrize("step", [
    pytest.param(step, id=step.name, marks=[] if step.name in BY_DAY else pytest.mark.long) for step in PROGRAMS
])
def test_a_program_gets_the_same_verdict_in_a_child_process(cells: Notebook, step: Step) -> None:
    verdict = judge(step, answered(cells, step, step.solution), cells.names)
    assert str(verdict) == "correct"
    wrong, words = next(iter(ANSWERS[step.name].wrong.items()))
    verdict = judge(step, cells.run(wrong)[step.answer], cells.names)
    assert verdict.state == "not yet" and words in verdict.because


@pytest.mark.long
@numbered([case for case in (*RIGHT, *WRONG) if case.step.kind == "code"])
def test_every_answer_gets_the_same_verdict_and_the_same_evidence_in_a_child_process(
    cells: Notebook, case: Case
) -> None:
    answer = answered(cells, case.step, case.text)
    near, far = here(case.step, answer), judge(case.step, answer, cells.names)
    assert (near.state, near.because, near.shows) == (far.state, far.because, far.shows)
    assert (witness(case.step, answer) is not None) == far.shows


def test_the_worksheet_is_as_large_as_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{'step':44} right wrong")
        for name in STEPS:
            print(f"{name:44} {len(ANSWERS[name].right) + 1:5} {len(ANSWERS[name].wrong):5}")
        print(f"{f'{len(STEPS)} steps':44} {len(RIGHT):5} {len(WRONG):5}")
    assert set(ANSWERS) == set(STEPS)
    assert len(STEPS) >= STEPS_AT_LEAST and len(WRONG) >= WRONG_AT_LEAST
