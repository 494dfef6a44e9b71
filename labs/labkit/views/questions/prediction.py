"""Predict, then see, then explain: a question that records an answer before the experiment shows one."""

import ipywidgets as widgets

from labkit.lesson import Question, question
from labkit.values import expect
from labkit.views.stage import Guarded, Stage, text_panel


class Prediction(Guarded):
    """A question with its choices; the first guess is in `predicted`, whether it was right in `correct`."""

    _explained = False

    def __init__(self, asked: Question) -> None:
        self.question = asked
        self.predicted: str | None = None
        self._choice = widgets.RadioButtons(options=asked.choices, value=None, layout=widgets.Layout(width="auto"))
        buttons = (
            self._button("Record my prediction", lambda: self.record(self._choice.value)),
            self._button("Explain", self.explain),
        )
        self._stage = Stage(self._scene())
        text = Stage({"panels": {"question": text_panel(f"Predict. {asked.text}")}})
        super().__init__(text, self._choice, widgets.HBox(buttons), self._stage)
        for name in ("day13-controls", "day13-prediction"):
            self.add_class(name)

    @property
    def correct(self) -> bool | None:
        """Whether the prediction was right; None before there is one."""
        return None if self.predicted is None else self.predicted == self.question.answer

    def record(self, choice: str | None) -> None:
        """Keep this choice if it is the first; ValueError where it is none of the choices."""
        if choice not in self.question.choices:
            raise ValueError("choose one of the answers first, then record it")
        again, self.predicted = self.predicted is not None, self.predicted or choice
        self._choice.value = self.predicted
        said = f"Your first guess, “{self.predicted}”, is kept." if again else f"Recorded: “{choice}”."
        later = self._explanation() if self._explained else "Now try it below, then come back and press Explain."
        self._say(f"{said} {later}")

    def explain(self) -> None:
        """Show the explanation, once something was predicted."""
        if self.predicted is None:
            raise ValueError("record a prediction first: a guess that can be wrong is what makes the answer stick")
        self._explained, self._choice.value = True, self.predicted
        self._say(self._explanation())

    def _explanation(self) -> str:
        answer = self.question.answer
        right, wrong = f"✔ “{answer}”, as you predicted", f"✘ You predicted “{self.predicted}”; it is “{answer}”"
        return f"{right if self.correct else wrong}. {self.question.because}"


def predict(name: str) -> Prediction:
    """Ask a question of the lesson, by its name in `labkit.lesson.questions`."""
    expect(name, str, "a question is called by its name, predict('split vote')")
    return Prediction(question(name))
