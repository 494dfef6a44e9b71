"""A checked answer: the verdict in a sentence, hints, and what shows why it is wrong, where something does."""

from typing import Any

import ipywidgets as widgets

from labkit.views.stage import Guarded, Scene, Stage, bar, text_panel
from labkit.views.worksheet.case import Case
from labkit.views.worksheet.evidence import opened
from labkit.worksheet import CORRECT, NOT_TRIED, Progress, Step, Verdict, following, score, witness

KEPT = "Your earlier correct answer is kept."
HOW_IT_CAME = "Press Back, or move the slider to the beginning, to see how it came to this."
AND_THEN = "The run goes on from there: press Step to see what follows."
BLANK = "Not tried yet: replace the three dots (...) by your answer, run the cell above, then this one."


class Checked(Guarded):
    """The verdict on one answer; `verdict` has it. It reads as text, too, where no widget is drawn.

    remark: what is to be known of the answer before its verdict is read.
    """

    def __init__(self, step: Step, answer: Any, verdict: Verdict, progress: Progress, remark: str = "") -> None:
        self.step, self.verdict, self.remark = step, verdict, remark
        self._answer, self._progress = answer, progress
        self._hints: list[str] = []
        self._kept = not verdict.correct and progress.of(step.name).state == CORRECT
        self._view: widgets.Widget | None = None
        self._stage = Stage(self._scene())
        self._hint = self._button("Hint", self.hint)
        buttons = [self._hint] if verdict.state != CORRECT else []
        if verdict.shows:
            buttons.append(self._button("Show it", self.show_it))
        super().__init__(self._stage, *([bar(*buttons)] if buttons else []))
        self.add_class("day13-checked")

    def __repr__(self) -> str:
        texts = [panel["text"] for panel in self.scene["panels"].values() if panel["kind"] == "text"]
        return "\n".join(filter(None, texts))

    def hint(self) -> None:
        """Open the next hint, with those opened before; after the last, say what else helps, and hide the button."""
        self._hints = next_hints(self.step, self._progress)
        if len(self._hints) > len(self.step.hints):
            self._hint.layout = widgets.Layout(display="none")  # one of its own: buttons share theirs
        self._say("")

    def show_it(self) -> None:
        """Open what shows why the answer is wrong."""
        if self._view is not None:
            raise ValueError("it is open already, below")
        self._view = opened(witness(self.step, self._answer))
        if self._view is None:
            raise ValueError("this time nothing came of it that could be shown: run the cell of the check again")
        self.children = (*self.children, self._view)
        told = ["Below is the case that breaks it."]
        if isinstance(self._view, Case):
            told += [HOW_IT_CAME] if self._view.moment.step == len(self._view.sim) else [HOW_IT_CAME, AND_THEN]
        self._say(" ".join(told))

    def _scene(self) -> Scene:
        hints = {f"hint {number}": text_panel(text, "below") for number, text in enumerate(self._hints)}
        said = self.verdict.printed.strip()
        printed = f"It printed, in the first run that printed anything: {said}" if said else ""
        return {"panels": {
            **({"remark": text_panel(self.remark)} if self.remark else {}),
            "verdict": text_panel(f"{sentence(self.step, self.verdict)}{f' {KEPT}' if self._kept else ''}"),
            **({"printed": text_panel(printed, "below")} if printed else {}),
            **hints,
            "score": text_panel(" ".join([score(self.step.exercise, self._progress), self._progress.remark]).strip(),
                                "below"),
            "status": self._told("below"),
        }}


def sentence(step: Step, verdict: Verdict) -> str:
    """The verdict as the learner reads it."""
    if verdict.state == NOT_TRIED:
        return BLANK
    if verdict.correct:
        return f"✔ Correct: {step.name}. {unmarked(step.because)}"
    return f"✘ Not yet{following(unmarked(verdict.because))}"


def next_hints(step: Step, progress: Progress) -> list[str]:
    """The hints opened so far and the next one, which counts as opened; after the last, what else helps."""
    most = len(step.hints)
    many = progress.open_hint(step.name, most).hints
    told = [f"Hint {number} of {most}: {unmarked(text)}" for number, text in enumerate(step.hints[:many], 1)]
    if many == most:
        told.append(f'That was the last hint of {most}. Write solution("{step.name}") to see our solution.')
    return told


def unmarked(text: str) -> str:
    """A text without the marks round pieces of program, which these sentences would show as they are."""
    return text.replace("`", "")
