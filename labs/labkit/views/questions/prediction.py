"""Predict, then see, then explain: a question that records an answer before the experiment shows one."""

import ipywidgets as widgets

from labkit.lesson import Question, question
from labkit.values import expect
from labkit.views.stage import Guarded, Stage, text_panel


class Prediction(Guarded):
    """A question with its choices; what the learner chose is in `predicted`, whether it was right in `correct`."""

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
        """Keep this choice; a later one replaces it. ValueError where it is none of the choices."""
        if choice not in self.question.choices:
            raise ValueError("choose one of the answers first, then record it")
        self.predicted = self._choice.value = choice
        self._say(f"Recorded: “{choice}”. Now try it below, then come back and press Explain.")

    def explain(self) -> None:
        """Show the explanation, once something was predicted."""
        if self.predicted is None:
            raise ValueError("record a prediction first: a guess that can be wrong is what makes the answer stick")
        wrong = f"✘ You predicted “{self.predicted}”; it is “{self.question.answer}”"
        self._say(f"{'✔ As you predicted' if self.correct else wrong}. {self.question.because}")


def predict(name: str) -> Prediction:
    """Ask a question of the lesson, by its name in `labkit.lesson.questions`."""
    expect(name, str, "a question is called by its name, predict('split vote')")
    return Prediction(question(name))
