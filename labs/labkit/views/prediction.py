"""Predict, then see, then explain: a question that records an answer before the experiment shows one."""

from collections.abc import Sequence
from html import escape

import ipywidgets as widgets


class Prediction(widgets.VBox):
    """A question with choices; what the learner chose is in `predicted`, whether it was right in `correct`.

    answer: one of the choices. because: the explanation, shown only after a prediction has been recorded.
    """

    def __init__(self, question: str, choices: Sequence[str], answer: str, because: str) -> None:
        if answer not in choices:
            raise ValueError(f"the answer {answer!r} is none of the choices: add it to {list(choices)}")
        self.answer, self.because = answer, because
        self.predicted: str | None = None
        self._choice = widgets.RadioButtons(options=list(choices), value=None, layout=widgets.Layout(width="auto"))
        self._record = widgets.Button(description="Record my prediction", layout=widgets.Layout(width="auto"))
        self._explain = widgets.Button(description="Explain", layout=widgets.Layout(width="auto"))
        self._said = widgets.HTML()
        self._record.on_click(lambda _button: self.record(self._choice.value))
        self._explain.on_click(lambda _button: self.explain())
        asked = widgets.HTML(f"<b>Predict.</b> {escape(question)}")
        super().__init__([asked, self._choice, widgets.HBox([self._record, self._explain]), self._said])
        self.add_class("day13-controls")
        self.add_class("day13-prediction")

    @property
    def correct(self) -> bool | None:
        """Whether the prediction was right; None before there is one."""
        return None if self.predicted is None else self.predicted == self.answer

    def record(self, choice: str | None) -> None:
        """Keep this choice; a later one replaces it."""
        if choice not in self._choice.options:
            self._say("Choose one of the answers first, then record it.")
            return
        self.predicted = choice
        self._choice.value = choice
        self._say(f"Recorded: “{choice}”. Now try it below, then come back and press Explain.")

    def explain(self) -> None:
        """Show the explanation, once something was predicted."""
        if self.predicted is None:
            self._say("Record a prediction first: a guess that can be wrong is what makes the answer stick.")
            return
        verdict = "✔ As you predicted" if self.correct else f"✘ You predicted “{self.predicted}”; it is “{self.answer}”"
        self._say(f"{verdict}. {self.because}")

    def _say(self, text: str) -> None:
        self._said.value = f'<div role="status" class="day13-said">{escape(text)}</div>'
