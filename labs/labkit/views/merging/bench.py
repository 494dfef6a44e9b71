"""Edit two replicas apart, merge them, and read what the merge cost; the strategy is the learner's choice."""

import ipywidgets as widgets
from ipywidgets.widgets.widget_description import DescriptionStyle
from ipywidgets.widgets.widget_string import TextStyle

from labkit.lesson import OTHER, REPLICAS, STRATEGIES, Bench, begin, quoted, shown
from labkit.views.merging.scene import DONE, merge_scene
from labkit.views.stage import Guarded, Scene, Stage, bar

HINT = "Let a and b edit while they are apart: the boxes hold a suggestion. Then press Merge."
LONGEST, MOST = 24, 999_999  # letters of a text, amount of one addition


class MergeBench(Guarded):
    """Two replicas, a and b, that start equal, edit apart and merge; `bench` holds them.

    strategy: 'last writer wins', 'keep both', 'counter' or 'set'. After a merge, editing goes on from the merged value.
    """

    def __init__(self, strategy: str = "last writer wins") -> None:
        self.bench = begin(strategy)
        self._status = (HINT, "")
        self._stage = Stage(self._scene())
        self._make_controls()
        self._offer()
        self._on(self._strategy, lambda: self.use(self._strategy.value))
        super().__init__(self._above, self._beside, self._stage)

    # ---- what a learner's code may ask and do: the same verbs as the buttons -----------------------------------------

    @property
    def held(self) -> dict[str, str]:
        """What each replica holds, in words."""
        return {replica: shown(self.bench.holds(replica)) for replica in REPLICAS}

    def edit(self, replica: str, verb: str, text: str | int) -> None:
        """Let a replica 'write' a text, 'add' an amount or an item, or 'remove' an item, as the strategy offers."""
        what = amount(text) if self.bench.strategy == "counter" else short(text)
        after = self.bench.after(replica, verb, what)
        told = f"{replica} {DONE[verb]} {quoted(what)} and acknowledges it at once"
        self._go(after, f"{told}; {OTHER[replica]} has not heard of it.")

    def merge(self) -> None:
        """Let both replicas hear of each other; to merge once more changes nothing."""
        again = self.bench.merged is not None
        told = "Merged. The next edit goes on from here, and the two are apart again."
        self._go(self.bench.met(), "They have merged already, and once more changes nothing." if again else told)

    def use(self, strategy: str) -> None:
        """Begin afresh with another strategy; edits of the old one mean nothing in it and are gone."""
        fresh, before = begin(strategy), self.bench
        self._go(fresh, f"“{strategy}” begins afresh; {_gone(before)}.")
        self._offer()

    def begin_again(self) -> None:
        """Forget all edits and merges; the strategy stays."""
        before = self.bench
        self._go(begin(before.strategy), f"Begun again; {_gone(before)}.")
        self._offer()

    def _go(self, bench: Bench, text: str) -> None:
        self.bench = bench
        self._say(text)

    def _scene(self) -> Scene:
        return merge_scene(self.bench, self._told("said"))

    def _make_controls(self) -> None:
        self._strategy = widgets.Dropdown(
            options=list(STRATEGIES), value=self.bench.strategy, description="Strategy",
            layout=widgets.Layout(width="260px"), style=DescriptionStyle(),
        )
        self._above = bar(
            self._strategy, self._button("Merge", self.merge), self._button("Begin again", self.begin_again)
        )
        text, half, wide = TextStyle(), widgets.Layout(width="49%"), widgets.Layout(width="210px")
        self._boxes = {name: widgets.Text(description=f"{name}:", layout=wide, style=text) for name in REPLICAS}
        # The second button of a replica keeps its place where a strategy has one verb only.
        self._seconds = widgets.Layout(width="auto")
        self._buttons = {name: [self._verb_button(name, number) for number in (0, 1)] for name in REPLICAS}
        sides = [widgets.HBox([self._boxes[name], *self._buttons[name]], layout=half) for name in REPLICAS]
        self._beside = bar(*sides)

    def _verb_button(self, replica: str, number: int) -> widgets.Button:
        def press() -> None:
            self.edit(replica, STRATEGIES[self.bench.strategy].verbs[number], self._boxes[replica].value)

        button = self._button("", press)
        if number:
            button.layout = self._seconds
        return button

    def _offer(self) -> None:
        """Show the verbs of the strategy, and suggest something in each box."""
        strategy = STRATEGIES[self.bench.strategy]
        with self._quietly():
            self._strategy.value = self.bench.strategy
        self._seconds.visibility = "visible" if len(strategy.verbs) > 1 else "hidden"
        for replica, suggested in zip(REPLICAS, strategy.suggested, strict=True):
            self._boxes[replica].value = suggested
            for button, verb in zip(self._buttons[replica], strategy.verbs, strict=False):
                button.description = f"{replica} {DONE[verb]}"


def short(text: str | int) -> str:
    """A typed text without spaces at its ends. ValueError where it is empty or long."""
    said = " ".join(str(text).split()) if isinstance(text, str | int) else ""
    if not 0 < len(said) <= LONGEST:
        raise ValueError(f"type a short text first, such as milk: 1 to {LONGEST} letters")
    return said


def amount(text: str | int) -> int:
    """A typed whole number. ValueError where it is none, 0 or very large."""
    said = str(text).strip().replace("−", "-")
    digits = said.removeprefix("-") if said.startswith("-") else said.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(MOST)) or int(digits) == 0:
        raise ValueError(f"{said[:LONGEST]!r} cannot be added: type a whole number such as 3 or -2, at most {MOST}")
    return -int(digits) if said.startswith("-") else int(digits)


def _gone(bench: Bench) -> str:
    if not bench.made:
        return "nothing had been edited yet"
    edits = "the edit under “{}” is" if bench.made == 1 else f"the {bench.made} edits under “{{}}” are"
    return f"{edits.format(bench.strategy)} gone"
