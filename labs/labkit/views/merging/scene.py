"""The bench of two merging replicas as plain data: a column for each, and in words what the merge cost."""

from labkit.lesson import LOST, OTHER, REPLICAS, STRATEGIES, YIELDS, Bench, fates, quoted, shown, summed
from labkit.views.stage import Scene, TablePanel, TextPanel, table_panel, text_panel

SHOWN, EMPTY = 5, "\N{NO-BREAK SPACE}"  # edits in a log, the earlier ones are counted; a row that keeps its height
DONE = {"write": "writes", "add": "adds", "remove": "removes"}


def merge_scene(bench: Bench, status: TextPanel) -> Scene:
    """A sentence, a column for each replica, and what became of the edits."""
    rows = [[fate.what, fate.outcome, fate.why] for fate in fates(bench)]
    rows += [[EMPTY, "", ""]] * (3 - len(rows))  # what comes below does not move
    return {
        "panels": {
            "summary": text_panel(sentence(bench)),
            **{replica: _column(bench, replica) for replica in REPLICAS},
            "fates": table_panel("below", "What the merge made of the edits", ["Edit", "Merged", "Why"], rows),
            "status": status,
        }
    }


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
