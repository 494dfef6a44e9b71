"""Two replicas that edit separately and then merge: what each holds, what it did, and what became of every edit.

The values merge as in `labkit.protocols.replication.crdt`; what became of an edit follows from the edits and the merged
value. Left out: a third replica, and edits that are undone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from labkit.protocols import Counter, LastWriterWins, Mergeable, ObservedRemoveSet, Siblings
from labkit.values import listed

REPLICAS = ("a", "b")
OTHER = {"a": "b", "b": "a"}
STAYS, LOST, REPLACED, YIELDS = "✔ stays", "✘ lost", "– replaced", "✘ does not reach it"


@dataclass(frozen=True)
class Strategy:
    """A way of merging: the value both start from, the possible edits, the suggested inputs, and the rule."""

    start: Mergeable
    verbs: tuple[str, ...]
    suggested: tuple[str, str]
    rule: str


STRATEGIES = {
    "last writer wins": Strategy(
        LastWriterWins(), ("write",), ("milk", "tea"), "the write with the higher count wins, the other is forgotten"
    ),
    "keep both": Strategy(
        Siblings(), ("write",), ("milk", "tea"), "writes that have not seen each other are both kept"
    ),
    "counter": Strategy(Counter(), ("add",), ("3", "4"), "each replica keeps its own sum, and the sums are added"),
    "set": Strategy(
        ObservedRemoveSet().add("a", "milk"), ("add", "remove"), ("milk", "milk"),
        "a removal removes the additions that it has seen, and no others",
    ),
}


@dataclass(frozen=True)
class Edit:
    """What a replica did, and the value that it held afterwards."""

    replica: str
    verb: str
    what: Any
    then: Any

    def __str__(self) -> str:
        return f"{quoted(self.what)} of {self.replica}"


@dataclass(frozen=True)
class Bench:
    """Two replicas that diverged from `base`, their edits since, and the merged value once there is one."""

    strategy: str
    base: Any
    edits: tuple[Edit, ...] = ()
    merged: Any = None
    merges: int = 0
    made: int = 0  # edits since the beginning

    def holds(self, replica: str) -> Any:
        """The value that this replica holds now."""
        return self.merged if self.merged is not None else self.left_with(replica)

    def left_with(self, replica: str) -> Any:
        """The value that this replica brings to the merge."""
        return next((edit.then for edit in reversed(self.edits) if edit.replica == replica), self.base)

    def by(self, replica: str) -> tuple[Edit, ...]:
        """The edits of this replica since they diverged, in order."""
        return tuple(edit for edit in self.edits if edit.replica == replica)

    def after(self, replica: str, verb: str, what: str | int) -> "Bench":
        """The bench after an edit by this replica; after a merge, both continue from the merged value."""
        if replica not in REPLICAS:
            raise ValueError(f"there is no replica {replica!r}: choose 'a' or 'b'")
        offered = STRATEGIES[self.strategy].verbs
        if verb not in offered:
            raise ValueError(f"{self.strategy!r} cannot {verb!r}: choose {' or '.join(map(repr, offered))}")
        value = self.holds(replica)
        edit = Edit(replica, verb, what, _changed(value, replica, verb, what))
        if self.merged is not None:
            return replace(self, base=self.merged, edits=(edit,), merged=None, made=self.made + 1)
        return replace(self, edits=(*self.edits, edit), made=self.made + 1)

    def met(self) -> "Bench":
        """The bench after the two have merged."""
        if self.merged is not None:
            return self
        a, b = map(self.left_with, REPLICAS)
        return replace(self, merged=a.merge(b), merges=self.merges + 1)


def begin(strategy: str) -> Bench:
    """Two replicas that hold the same value and merge by that strategy."""
    if strategy not in STRATEGIES:
        raise ValueError(f"there is no strategy {strategy!r}: choose {', '.join(map(repr, STRATEGIES))}")
    return Bench(strategy, STRATEGIES[strategy].start)


def _changed(value: Any, replica: str, verb: str, what: Any) -> Any:
    if verb == "write":
        return value.write(replica, what)
    if verb == "add":
        return value.add(replica, what)
    if what not in value.value:
        held = listed(map(quoted, sorted(value.value))) or "nothing"
        raise ValueError(f"{replica} does not hold {quoted(what)}: it holds {held}; add it first")
    return value.remove(what)


# ---- what became of the edits --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fate:
    """What became of a write, an item or a sum in the merge, and why."""

    what: str
    outcome: str
    why: str


def fates(bench: Bench) -> list[Fate]:
    """What became of each edit since they diverged; empty before the merge."""
    if bench.merged is None or not bench.edits:
        return []
    if bench.strategy == "set":
        return [fate for item in dict.fromkeys(edit.what for edit in bench.edits) for fate in _of_item(bench, item)]
    kinds = {"last writer wins": _of_last_writes, "keep both": _of_siblings, "counter": _of_sums}
    return kinds[bench.strategy](bench)


def _of_last_writes(bench: Bench) -> list[Fate]:
    winner = bench.merged.stamp[1]
    loser = OTHER[winner]
    won, lost = bench.by(winner)[-1], bench.by(loser)
    own = f"{winner} wrote {quoted(won.what)} at count {won.then.stamp[0]}"
    if not lost:
        return [Fate(str(won), STAYS, f"{own}; {loser} wrote nothing meanwhile and takes it over."), *_replaced(bench)]
    last = lost[-1]
    if last.then.stamp[0] == won.then.stamp[0]:
        rule = "had the same count, and with equal counts the later name wins"
    else:
        rule = f"had count {last.then.stamp[0]}, and the higher count wins"
    cost = Fate(str(last), "= the same", f"{loser}’s write was dropped, but it wrote the same.")
    if last.what != won.what:
        late = bench.edits.index(last) > bench.edits.index(won)
        remark = "; it was even written last, but a count is not a clock" if late else ""
        cost = Fate(str(last), LOST, f"Only one write can be kept. {loser} had acknowledged this one{remark}.")
    return [Fate(str(won), STAYS, f"{own}; {loser}’s {quoted(last.what)} {rule}."), cost, *_replaced(bench)]


def _of_siblings(bench: Bench) -> list[Fate]:
    seen = listed(quoted(value) for value in sorted(bench.base.value))
    found = []
    for replica in REPLICAS:
        for last in bench.by(replica)[-1:]:
            unseen = bench.by(OTHER[replica])
            beside = f"It is kept beside {unseen[-1]}: neither had seen the other" if unseen else (
                f"{OTHER[replica]} wrote nothing meanwhile and takes it over")
            before = f" It replaces {seen}, which {replica} had seen." if seen else ""
            found.append(Fate(str(last), STAYS, f"{beside}.{before}"))
    return [*found, *_replaced(bench)]


def _replaced(bench: Bench) -> list[Fate]:
    """The writes that their own writer overwrote."""
    return [
        Fate(str(edit), REPLACED, f"{replica} itself wrote {quoted(later[-1].what)} over it, having seen it: no loss.")
        for replica in REPLICAS for later in [bench.by(replica)] for edit in later[:-1]
    ]


def _of_sums(bench: Bench) -> list[Fate]:
    why = "Only {0} changes {0}’s sum, so no addition is lost and none is counted twice."
    sums = {replica: [edit.what for edit in bench.by(replica)] for replica in REPLICAS}
    return [Fate(f"{summed(made)} of {replica}", STAYS, why.format(replica)) for replica, made in sums.items() if made]


def _of_item(bench: Bench, item: str) -> list[Fate]:
    last = {replica: [edit.verb for edit in bench.by(replica) if edit.what == item][-1:] for replica in REPLICAS}
    adders, removers = ([who for who in REPLICAS if last[who] == [verb]] for verb in ("add", "remove"))
    what, stays = quoted(item), item in bench.merged.value
    if stays and removers:  # then the other's addition was unseen
        (gone,), (came,) = removers, adders
        return [
            Fate(f"{what} of {came}", STAYS, f"{came} added it without having seen that {gone} removed {what}."),
            Fate(f"removal by {gone}", YIELDS, f"{gone} had not seen {came}’s addition, so the addition stays."),
        ]
    if stays:
        both = "Both added it; it is there once." if len(adders) == 2 else f"{adders[0]} added it; both hold it now."
        return [Fate(what, STAYS, both)]
    if len(removers) == 2:
        return [Fate(what, "– gone", "Both removed it.")]
    (gone,) = removers
    known = "what both had seen" if item in bench.base.value else "its own addition"
    return [Fate(what, "– gone", f"{gone} removed {known}.")]


# ---- in words ------------------------------------------------------------------------------------------------------


def quoted(what: object) -> str:
    return str(what) if isinstance(what, int) else f"‘{what}’"


def shown(value: Mergeable) -> str:
    """What a replica holds, in short."""
    match value:
        case LastWriterWins(None):
            return "nothing yet"
        case LastWriterWins(text, (count, by)):
            return f"{quoted(text)} (count {count}, by {by})"
        case Counter():
            return str(value.value)
        case Siblings():
            texts = listed(map(quoted, sorted(map(str, value.value)))) or "nothing yet"
            return f"{texts}, side by side" if len(value.value) > 1 else texts
        case ObservedRemoveSet():
            return ", ".join(map(quoted, sorted(map(str, value.value)))) or "nothing"
    raise TypeError(f"{value!r} is none of the values that merge here")


def summed(amounts: Iterable[int]) -> str:
    first, *rest = amounts
    return str(first) + "".join(f" {'−' if amount < 0 else '+'} {abs(amount)}" for amount in rest)
