"""A broken rule in a notebook: the sentence and the learner's own line, and nothing of the lab's."""

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

CLASS = """
from dataclasses import dataclass
from labkit.agents import Agent, Send
from labkit.engine import Simulator
from labkit.topology import build
@dataclass
class Mine(Agent):
    def request(self, value):
        return self.answer(value)
    def answer(self, value):
        BODY
sim = Simulator(build("mesh", 2), Mine)
"""


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("body, sentence, line", [
    ("return 1 // 0", "agent a broke in request('x'): ZeroDivisionError", "line 10 of answer: return 1 // 0"),
    ("return max([])", "ValueError", "line 10 of answer: return max([])"),
    ("import json; json.loads('{')", "(answer, line 10)", "line 10 of answer: import json"),
    ("return Send('z', 1)", "which does not exist", 'line 1 of <module>: sim.request("a", "x")'),
])
def test_a_notebook_shows_the_sentence_and_the_learners_line(
    shell: InteractiveShell, body: str, sentence: str, line: str
) -> None:
    assert shell.run_cell(CLASS.replace("BODY", body)).success
    with capture_output() as shown:
        result = shell.run_cell('sim.request("a", "x")')
    assert not result.success
    text = str(shown.stdout)
    assert sentence in text and line in text
    assert "labkit/" not in text and "json/" not in text and text.count("\n") <= 5


def test_a_mistake_in_a_class_is_shown_with_its_line(shell: InteractiveShell) -> None:
    cell: Any = CLASS.replace("BODY", "Send(self.peers[0], value)")
    with capture_output() as shown:
        shell.run_cell(cell)
    assert "Mine.answer, line 10, makes Send(…) but neither returns nor yields it" in str(shown.stdout)
