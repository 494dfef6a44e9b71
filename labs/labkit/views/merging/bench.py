"""Edit two replicas apart, merge them, and read what the merge cost; the strategy is the learner's choice."""

from functools import partial

import ipywidgets as widgets
from ipywidgets.widgets.widget_description import DescriptionStyle
from ipywidgets.widgets.widget_string import TextStyle

from labkit.lesson import LOST, OTHER, REPLICAS, STRATEGIES, YIELDS, Bench, begin, fates, quoted, shown, summed
from labkit.views.merging.goals import is_reached, told
from labkit.views.stage import Cues, Guarded, Scene, Stage, TablePanel, bar, table_panel, text_panel

HINT = "Let a and b edit while they are apart: the boxes hold a suggestion. Then press Merge."
LONGEST, MOST = 24, 999_999  # letters of a text, amount of one addition
SHOWN, EMPTY = 5, "\N{NO-BREAK SPACE}"  # edits in a log, the earlier ones are counted; a row that keeps its height
DONE = {"write": "writes", "add": "adds", "remove": "removes"}


class MergeBench(Guarded):
    """Two replicas, a and b, that start equal, edit apart and merge; `bench` holds them, `reached` the goals reached.

    strategy: 'last writer wins', 'keep both', 'counter' or 'set'. After a merge, editing goes on from the merged value.
    """

    def __init__(self, strategy: str = "last writer wins") -> None:
        self.bench = begin(strategy)
        self.reached: frozenset[str] = frozenset()
        self._status = (HINT, "")
        self._stage = Stage(self._scene(), self.click)
        self._make_controls()
        self._offer()
        self._on(self._strategy, lambda: self.use(self._strategy.value))
        super().__init__(self._above, self._beside, self._stage)

    @property
    def held(self) -> dict[str, str]:
        """What each replica holds, in words."""
        return {replica: shown(self.bench.holds(replica)) for replica in REPLICAS}

    def edit(self, replica: str, verb: str, text: str | int) -> None:
        """Let a replica 'write' a text, 'add' an amount or an item, or 'remove' an item, as the strategy offers."""
        what = amount(text) if self.bench.strategy == "counter" else short(text)
        after = self.bench.after(replica, verb, what)
        what_is_so = f"{replica} {DONE[verb]} {quoted(what)} and acknowledges it at once"
        self._go(after, f"{what_is_so}; {OTHER[replica]} has not heard of it.")

    def merge(self) -> None:
        """Let both replicas hear of each other; to merge once more changes nothing."""
        again = self.bench.merged is not None
        first = "Merged. The next edit goes on from here, and the two are apart again."
        self._go(self.bench.met(), "They have merged already, and once more changes nothing." if again else first)

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
        if is_reached(bench):
            self.reached |= {bench.strategy}
        self._say(text)

    def _scene(self) -> Scene:
        """A sentence, a column for each replica, and what became of the edits."""
        rows = [[fate.what, fate.outcome, fate.why] for fate in fates(self.bench)]
        rows += [[EMPTY, "", ""]] * (3 - len(rows))  # what comes below does not move
        return {"panels": {
            "summary": text_panel(sentence(self.bench)),
            "goal": text_panel(told(self.bench.strategy, self.reached)),
            **{replica: _column(self.bench, replica) for replica in REPLICAS},
            "fates": table_panel("below", "What the merge made of the edits", ["Edit", "Merged", "Why"], rows),
            "status": self._told("said"),
        }}

    def _for_presenters(self) -> Cues:
        return Cues(self.begin_again, {name: partial(self.use, name) for name in STRATEGIES})

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
    if not said:
        raise ValueError("type a whole number first, such as 3 or -2")
    digits = said.removeprefix("-") if said.startswith("-") else said.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(MOST)) or int(digits) == 0:
        raise ValueError(f"{said[:LONGEST]!r} cannot be added: type a whole number such as 3 or -2, at most {MOST}")
    return -int(digits) if said.startswith("-") else int(digits)


def _gone(bench: Bench) -> str:
    if not bench.made:
        return "nothing had been edited yet"
    edits = "the edit under “{}” is" if bench.made == 1 else f"the {bench.made} edits under “{{}}” are"
    return f"{edits.format(bench.strategy)} gone"


def sentence(bench: Bench) -> str:
    """The present situation, and after a merge what it cost."""
    rule = f"Strategy “{bench.strategy}”: {STRATEGIES[bench.strategy].rule}."
    if bench.merged is None and not bench.edits:
        return f"{rule} a and b hold the same: {shown(bench.base)}. Edit both while they are apart, then merge."
    if bench.merged is None:
        done = " and ".join(f"{len(bench.by(replica))} by {replica}" for replica in REPLICAS)
        return f"{rule} Apart, with edits ({done}) that the other knows nothing of. Press Merge."
    return f"Merged: both hold {shown(bench.merged)}. {_cost(bench)}"


def _cost(bench: Bench) -> str:
    gone = [fate for fate in fates(bench) if fate.outcome in (LOST, YIELDS)]
    if not bench.edits:
        return "Nothing was edited since they parted, so merging changes nothing."
    if gone and bench.strategy == "set":
        return f"No addition is lost, but the {gone[0].what} did not reach what it had not seen."
    if gone:
        return f"✘ {gone[0].what} is lost, although {OTHER[bench.merged.stamp[1]]} had acknowledged it."
    if bench.strategy == "counter":
        total = summed((bench.base.value, *(edit.what for edit in bench.edits)))
        alone = sorted({bench.left_with(replica).value for replica in REPLICAS})
        if not all(map(bench.by, REPLICAS)):
            return f"{total} = {bench.merged.value}: nothing is lost."
        plain = f"A register would have kept only {' or '.join(map(str, alone))}."
        return f"{total} = {bench.merged.value}: the additions of both count. {plain}"
    if bench.strategy == "keep both" and len(bench.merged.value) > 1:
        return "Nothing is lost: the writes are kept side by side, and somebody who sees all of them must choose."
    return "Nothing is lost."


def _column(bench: Bench, replica: str) -> TablePanel:
    rows = [[f"{replica} {DONE[edit.verb]} {quoted(edit.what)}", shown(edit.then)] for edit in bench.by(replica)]
    if len(rows) > SHOWN:
        rows = [[f"… {len(rows) - SHOWN} earlier edits", ""], *rows[-SHOWN:]]
    rows.insert(0, ["both agree" if bench.merges - (bench.merged is not None) else "the beginning", shown(bench.base)])
    if bench.merged is not None:
        rows.append([f"{replica} merges with {OTHER[replica]}", shown(bench.merged)])
    rows += [[EMPTY, ""]] * (SHOWN - len(rows))
    title = f"{replica} holds: {shown(bench.holds(replica))}"
    return table_panel("row", title, ["What happens", f"{replica} holds"], rows)
