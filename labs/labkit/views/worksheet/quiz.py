"""Take the quiz: one question after the other, each option explained, and at the end the score with its lessons.

The first answer to a question is kept, beside the progress, also when the kernel restarts. Other options may be taken
afterwards, to read what is said of them.
"""

from collections.abc import Iterable
from html import escape
from pathlib import Path

import ipywidgets as widgets

from labkit.values import expect
from labkit.views.stage import Guarded, Scene, Stage, TablePanel, bar, offer, table_panel, text_panel
from labkit.worksheet import FOLDER, QUIZ, Progress, QuizQuestion

NOTEBOOKS = "../notebooks/"  # from the folder of the worksheet, and from that of the lessons
LETTERS, LINK = "font-size: 16px; color: var(--day13-ink)", "color: inherit; text-decoration: underline"
HEAD = ["", "A misconception", "Your answer", "The experiment that refutes it", "Where"]


class Quiz(Guarded):
    """Questions one after the other; `answers` has the first answer to each, `score` how many of them are right."""

    def __init__(self, questions: Iterable[QuizQuestion] = QUIZ, *, folder: str | Path = FOLDER) -> None:
        expect(questions, Iterable, "Quiz asks questions, Quiz(), or Quiz(QUIZ[:5]) for some of them")
        self.questions = tuple(questions)
        for asked in self.questions:
            expect(asked, QuizQuestion, "Quiz asks questions of the quiz, Quiz(QUIZ[:5])")
        if not self.questions:
            raise ValueError("there is no question to ask: give at least one, or none at all for all twenty, Quiz()")
        self.answers: dict[str, str] = {}  # by misconception
        self._progress = Progress(folder)
        self._recall()
        self._place = next(iter(self._open), 0)
        tall, room = widgets.Layout(min_height="104px"), widgets.Layout(width="auto", min_height="128px")
        self._text = Stage(self._question(), layout=tall)
        self._choice = widgets.RadioButtons(options=self.asked.options, value=None, layout=room)
        self._lessons = widgets.HTML()
        self._stage = Stage(self._scene())
        buttons = bar(
            self._button("Record my answer", lambda: self.answer(self._choice.value)),
            self._button("Next question", self.go_on), self._button("Question before", self.go_back),
        )
        super().__init__(self._text, self._choice, buttons, self._stage, self._lessons)
        for name in ("day13-controls", "day13-prediction"):
            self.add_class(name)
        self._resume()

    @property
    def asked(self) -> QuizQuestion:
        """The question on show."""
        return self.questions[self._place]

    @property
    def score(self) -> int:
        """How many first answers are right."""
        return sum(self._right(asked) is True for asked in self.questions)

    def answer(self, option: str | None) -> None:
        """Keep this option as the answer to the question on show, if it is the first, and explain it."""
        if option not in self.asked.options:
            raise ValueError("choose one of the options first, then record it")
        self._recall()
        if self.asked.misconception not in self.answers:
            self.answers[self.asked.misconception] = option
            self._progress.note_quiz(self.asked.misconception, option)
        first = self.answers[self.asked.misconception]
        kept = "" if first == option else f"Your first answer, “{first}”, is kept. "
        self._choice.value = option
        self._offer_lessons()
        self._say(f"{kept}{self._explained(option)}{self._total()} {self._progress.remark}".rstrip())

    def go_on(self) -> None:
        """Show the next question, or after the last the first that is not answered yet."""
        if self._place + 1 < len(self.questions):
            self._show(self._place + 1)
        elif self._open and self._open[0] != self._place:
            self._show(self._open[0])
        else:
            raise ValueError("this is the last open question: answer it first" if self._open else "this is the last "
                             "question")

    def go_back(self) -> None:
        """Show the question before."""
        if not self._place:
            raise ValueError("this is the first question")
        self._show(self._place - 1)

    @property
    def _open(self) -> list[int]:
        """The places of the questions that are not answered yet."""
        return [place for place, asked in enumerate(self.questions) if asked.misconception not in self.answers]

    def _recall(self) -> None:
        """Take up what was answered before, here or in another quiz, as far as it can still be answered so."""
        known = self._progress.quiz()
        for asked in self.questions:
            if known.get(asked.misconception) in asked.options:
                self.answers.setdefault(asked.misconception, known[asked.misconception])

    def _resume(self) -> None:
        """Say what was answered before this widget was opened, if anything was."""
        done, all_of_them = len(self.answers), len(self.questions)
        if not done:
            return
        self._offer_lessons()
        self._choice.value = self.answers.get(self.asked.misconception)
        self._say(self._total().strip() if done == all_of_them else
                  f"Your answers to {done} of these {all_of_them} questions are kept: see the table below.")

    def _show(self, place: int) -> None:
        self._place = place
        given = self.answers.get(self.asked.misconception)
        offer(self._choice, self.asked.options, given)
        self._text.show(self._question())
        self._say(self._explained(given) if given else "")

    def _right(self, asked: QuizQuestion) -> bool | None:
        """Whether its first answer is right; None before there is one."""
        given = self.answers.get(asked.misconception)
        return None if given is None else given == asked.answer

    def _explained(self, option: str) -> str:
        asked = self.asked
        if option == asked.answer:
            return f"✔ “{option}”: yes. {asked.says[option]}"
        return (f"✘ “{option}”: no. {asked.says[option]} The answer is “{asked.answer}”. {asked.says[asked.answer]} "
                f"See it in {asked.where}.")

    def _total(self) -> str:
        """The score, once all is answered."""
        if len(self.answers) < len(self.questions):
            return ""
        return (f" You have answered all {len(self.questions)} questions, {self.score} of them right at the first try. "
                "The table below names the experiment that refutes each misconception.")

    def _question(self) -> Scene:
        number = f"Question {self._place + 1} of {len(self.questions)}."
        return {"panels": {"question": text_panel(f"{number} {self.asked.text}")}}

    def _scene(self) -> Scene:
        return {"panels": {"status": self._told("below"), "answers": self._table()}}

    def _table(self) -> TablePanel:
        """One row per answered question, in the order of the lessons; open once all are answered."""
        done = [asked for asked in self.questions if asked.misconception in self.answers]
        rows = [["✔" if self._right(asked) else "✘", asked.misconception, self.answers[asked.misconception],
                 asked.experiment, asked.where] for asked in done]
        title = f"Your answers: {self.score} right of {len(done)}"
        return table_panel("below", title, HEAD, rows, unfolded=len(done) == len(self.questions))

    def _offer_lessons(self) -> None:
        """Links to the lessons of what was answered wrongly."""
        missed = sorted({asked.lesson for asked in self.questions if self._right(asked) is False})
        links = [f'<a href="{NOTEBOOKS}{lesson}.ipynb" target="_blank" rel="noopener" style="{LINK}">'
                 f'{escape(spelled(lesson))}</a>' for lesson in missed]
        self._lessons.value = f'<span style="{LETTERS}">Look again at: {", ".join(links)}</span>' if links else ""


def spelled(lesson: str) -> str:
    """The name of a lesson for a reader: 03 Partitioning and recovery."""
    number, words = lesson.split("-", 1)
    return f"{number} {words[:1].upper()}{words[1:].replace('-', ' ').replace('raft', 'Raft')}"
