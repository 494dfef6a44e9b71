"""Predict, then see, then explain: a question that records an answer before the experiment shows one."""

from html import escape

import ipywidgets as widgets

from labkit.questions import Question, question


class Prediction(widgets.VBox):
    """A question with its choices; what the learner chose is in `predicted`, whether it was right in `correct`."""

    def __init__(self, asked: Question) -> None:
        self.question = asked
        self.predicted: str | None = None
        wide = widgets.Layout(width="auto")
        self._choice = widgets.RadioButtons(options=asked.choices, value=None, layout=wide)
        record = widgets.Button(description="Record my prediction", layout=wide)
        explain = widgets.Button(description="Explain", layout=wide)
        record.on_click(lambda _button: self.record(self._choice.value))
        explain.on_click(lambda _button: self.explain())
        self._said = widgets.HTML()
        text = widgets.HTML(f"<b>Predict.</b> {escape(asked.text)}")
        super().__init__([text, self._choice, widgets.HBox([record, explain]), self._said])
        self.add_class("day13-controls")
        self.add_class("day13-prediction")

    @property
    def correct(self) -> bool | None:
        """Whether the prediction was right; None before there is one."""
        return None if self.predicted is None else self.predicted == self.question.answer

    def record(self, choice: str | None) -> None:
        """Keep this choice; a later one replaces it."""
        if choice not in self.question.choices:
            self._say("Choose one of the answers first, then record it.")
            return
        self.predicted = self._choice.value = choice
        self._say(f"Recorded: “{choice}”. Now try it below, then come back and press Explain.")

    def explain(self) -> None:
        """Show the explanation, once something was predicted."""
        if self.predicted is None:
            self._say("Record a prediction first: a guess that can be wrong is what makes the answer stick.")
            return
        wrong = f"✘ You predicted “{self.predicted}”; it is “{self.question.answer}”"
        self._say(f"{'✔ As you predicted' if self.correct else wrong}. {self.question.because}")

    def _say(self, text: str) -> None:
        self._said.value = f'<div role="status" class="day13-said">{escape(text)}</div>'


def predict(name: str) -> Prediction:
    """Ask a question of the lesson, by its name in `labkit.questions`."""
    return Prediction(question(name))
