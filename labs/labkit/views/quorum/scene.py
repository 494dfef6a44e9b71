"""Quorums as plain data: the replicas that a write and a read wait for, the answer in sentences, and what it costs."""

from typing import Any

from labkit.search import Exploration
from labkit.values import by_name, listed
from labkit.views import stage
from labkit.views.quorum.answer import Question, most_states, settled

WRITTEN, READ, SHARED = stage.partition_look(0), stage.partition_look(1), stage.partition_look(2)
IDLE = stage.Look("#C8CDD2", stage.BLACK, "circle")
SIGNS = {"written": "W", "read": "R", "shared": "W+R", "idle": "–"}
LOOKS = {"written": WRITTEN, "read": READ, "shared": SHARED, "idle": IDLE}
STAND_IN = "hexagon2"
HEIGHT = 300
PLACES = ("", "2nd ", "3rd ", "4th ")  # fastest of the answers


def answer(question: Question) -> str:
    """The question and the answer that the rule gives."""
    n, r, w = question.replicas, question.reads, question.writes
    told = f"R + W = {r + w}, N = {n}"
    if question.sloppy and question.overlap > 0:
        return (f"Can a read be stale? Yes, although R + W > N ({told}): after a time-out stand-ins answer in place of "
                "replicas, and they need not know of the write.")
    if question.stale:
        sign = "=" if not question.overlap else "<"
        return (f"Can a read be stale? Yes: R + W {sign} N ({told}), so a read may wait for {replicas(r)} and meet "
                "none that the write has reached.")
    return (f"Can a read be stale? No: R + W > N ({told}), so whichever {replicas(r)} a read waits for, "
            f"{question.overlap} of them at least {'has' if question.overlap == 1 else 'have'} stored the write.")


def check(question: Question, found: Exploration, events: int) -> str:
    """What the search has to say to that, within which bounds; events: of the run that can be shown."""
    runs = f"one write and one read at {question.agents} agents, one time-out at most, no other fault"
    if not settled(found) and found.states < most_states(question):
        return f"Searching every order of events: {runs}. {found.states:,} states so far, no stale read among them."
    within = f"({runs}; {found.states:,} states)"
    if found.violated:
        return f"✘ Found by search: a shortest run to a stale read has {events} events {within}."
    if found.complete:
        return f"✔ Checked by search: every order of events was looked at, no read is stale {within}."
    cut = f"? The search was cut short at {found.states:,} states, no stale read among them ({runs}). "
    if question.stale:
        return f"{cut}There is one: the run of {events} events was put together by the rule, shorter ones may exist."
    return f"{cut}The answer above rests on the rule."


def title(question: Question) -> str:
    """Whose run it is: the setting, and who stores the key."""
    agents, homes, _ = question.cast
    others = sorted(set(agents) - set(homes), key=by_name)
    more = f"; {listed(others)} {'stands' if len(others) == 1 else 'stand'} in" if question.sloppy else ""
    dials = f"N = {question.replicas}, R = {question.reads}, W = {question.writes}"
    return f"{dials} (k is stored by {listed(homes)}{more})"


def replicas(number: int) -> str:
    """1 replica, 2 replicas."""
    return f"{number} replica{'s' if number > 1 else ''}"


def roles(question: Question) -> list[str]:
    """What each home is, then each stand-in, where a write and a read share as few as they can."""
    n, r, w = question.replicas, question.reads, question.writes
    first = w if question.sloppy and question.overlap > 0 else n - r
    total = n + (question.overlap if question.sloppy and question.overlap > 0 else 0)
    kinds = {(True, False): "written", (False, True): "read", (True, True): "shared", (False, False): "idle"}
    return [kinds[i < w, first <= i < first + r] for i in range(total)]


def replicas_panel(question: Question) -> stage.ChartPanel:
    """The replicas of a key as marks in a row, above them what a write waits for, below them what a read waits for."""
    found = roles(question)
    homes, total = question.replicas, len(found)
    middle = (total - 1) / 2
    marks = {
        "type": "scatter", "mode": "markers+text", "x": list(range(total)), "y": [0] * total,
        "text": [SIGNS[role] for role in found], "hoverinfo": "skip", "cliponaxis": False,
        "textfont": {"size": 17, "color": [LOOKS[role].ink for role in found]},
        "marker": {"size": 54 if total < 8 else 46, "color": [LOOKS[role].fill for role in found],
                   "symbol": ["circle" if i < homes else STAND_IN for i in range(total)],
                   "line": {"width": 2, "color": stage.LINE}},
    }
    written = [i for i, role in enumerate(found) if role in ("written", "shared")]
    read = [i for i, role in enumerate(found) if role in ("read", "shared")]
    words = [(written, 1, f"a write waits for W = {question.writes}", WRITTEN),
             (read, -1, f"a read waits for R = {question.reads}", READ)]
    half = max(3.4, total / 2 + 0.2)  # ten marks at most
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for places, side, text, look in words:
        low, high = places[0] - 0.36, places[-1] + 0.36
        shapes.append({"type": "rect", "x0": low, "x1": high, "y0": side * 0.62, "y1": side * 0.8,
                       "fillcolor": look.fill, "line": {"width": 1, "color": stage.LINE}})
        left = side > 0
        notes.append({"x": low if left else high, "y": side * 1.12, "text": text, "showarrow": False,
                      "xanchor": "left" if left else "right", "font": {"size": 17, "color": stage.INK}})
    standing_in = f", {total - homes} stand-in{'s' if total - homes > 1 else ''}" if total > homes else ""
    shared = found.count("shared") or "none"
    return stage.chart_panel(
        "main", HEIGHT, [marks], showlegend=False, shapes=shapes, annotations=notes,
        title={"text": f"{replicas(homes)}{standing_in}; shared in the worst case: {shared}",
               "font": {"size": 17}, "y": 0.96},
        xaxis={**stage.BARE, "visible": False, "range": [middle - half, middle + half]},
        yaxis={**stage.BARE, "visible": False, "range": [-1.5, 1.5]},
        margin={"l": 4, "r": 4, "t": 40, "b": 4},
    )


def legend_panel() -> stage.BadgesPanel:
    """What the marks mean."""
    items = [
        [SIGNS["written"], "has stored the write when it is acknowledged", WRITTEN.fill, WRITTEN.ink],
        [SIGNS["read"], "answers the read", READ.fill, READ.ink],
        [SIGNS["shared"], "shared: tells the read of the write", SHARED.fill, SHARED.ink],
        [SIGNS["idle"], "too slow for both", IDLE.fill, IDLE.ink],
        ["⬡", "stand-in (sloppy): no replica of the key", stage.WHITE, stage.BLACK],
    ]
    return {"kind": "badges", "place": "main", "items": items}


def price_panel(question: Question) -> stage.TablePanel:
    """What a read and a write cost: how long they wait, how many replicas may be down, how many messages they take."""
    n, r, w = question.replicas, question.reads, question.writes
    more = " and more" if question.sloppy else ""
    rows = [
        ["Waits for", f"{nth(r, n)} answer", f"{nth(r, n)} answer (what is newest?), then {nth(w, n)} copy"],
        ["Replicas that may be down", f"{n - r} of {n}{more}", f"{n - max(r, w)} of {n}{more}"],
        ["Messages", str(2 * (n - 1)), str(4 * (n - 1))],
    ]
    hints = [
        "A write first asks R replicas for the newest version, then stores the next one at W.",
        "So many replicas may be down, and the request still succeeds.",
        "Questions and answers, where the agent asked is a replica itself.",
    ]
    return stage.table_panel("side", "What it costs", ["", "Read", "Write"], rows, hints=hints)


def nth(number: int, of: int) -> str:
    """Which of the answers: fastest, 2nd fastest, slowest."""
    if of == 1:
        return "only"
    return "slowest" if number == of else f"{PLACES[number - 1]}fastest"


def known_panel(settings: dict[str, str]) -> stage.TablePanel:
    """The settings that have a name."""
    return stage.table_panel("below", "Settings known by name", ["Name", "What it is good for"],
                             [[name, text] for name, text in settings.items()], unfolded=False)
