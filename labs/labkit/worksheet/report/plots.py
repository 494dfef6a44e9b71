"""Where a class got stuck, as pictures: what became of each step, and how many tries and hints it took."""

from collections.abc import Sequence
from statistics import mean

from labkit.values import Svg
from labkit.worksheet.exercises import STEPS
from labkit.worksheet.report.handed import FORGED, HOLDS, NO_CODE, UNKNOWN, Handed, Kind

LOOKS: dict[Kind, tuple[str, str]] = {  # its sign and its colour
    HOLDS: ("✔", "#009E73"), FORGED: ("✘", "#D55E00"), NO_CODE: ("?", "#CC79A7"), UNKNOWN: ("…", "#56B4E9"),
    "not yet": ("○", "#F0E442"), "not tried yet": ("·", "#FFFFFF"),
}
LEFT, BAR, ROW = 260, 420, 24


def states(hand_ins: Sequence[Handed]) -> str:
    """One bar per step: how many students are where."""
    picture = Svg(LEFT + BAR + 40, ROW * (len(STEPS) + 2), "What became of each step", anchor="start")
    x = 10.0
    for name, (sign, fill) in LOOKS.items():
        picture.box(x, 4, 14, 14, fill)
        picture.label(x + 19, 16, f"{sign} {name}")
        x += 46 + 7.5 * len(name)
    for number, step in enumerate(STEPS):
        y, x = ROW * (number + 1) + 6, float(LEFT)
        picture.label(LEFT - 8, y + 14, step, anchor="end")
        for kind, (sign, fill) in LOOKS.items():
            many = sum(one.results[step].kind == kind for one in hand_ins)
            wide = BAR * many / len(hand_ins)
            if many:
                picture.box(x, y, wide, ROW - 6, fill, f"{step}: {many} {kind}")
                if wide > 26:
                    picture.label(x + 3, y + 14, f"{sign} {many}")
            x += wide
    return str(picture)


def efforts(hand_ins: Sequence[Handed]) -> str:
    """Two bars per step: tries on average above, hints below; only students that tried it count."""
    found = {step: _effort(hand_ins, step) for step in STEPS}
    most = max([1.0, *(max(pair) for pair in found.values())])
    picture = Svg(LEFT + BAR + 60, ROW * (len(STEPS) + 2), "Tries and hints for each step", anchor="start")
    for place, (name, fill) in enumerate((("tries, on average", "#0072B2"), ("hints, on average", "#E69F00"))):
        picture.box(10 + 170 * place, 4, 14, 14, fill)
        picture.label(29 + 170 * place, 16, name)
    for number, (step, (tries, hints)) in enumerate(found.items()):
        y = ROW * (number + 1) + 6
        picture.label(LEFT - 8, y + 14, step, anchor="end")
        picture.box(LEFT, y, BAR * tries / most, 9, "#0072B2", f"{step}: {tries:.1f} tries")
        picture.box(LEFT, y + 9, BAR * hints / most, 9, "#E69F00", f"{step}: {hints:.1f} hints")
        picture.label(LEFT + BAR * max(tries, hints) / most + 5, y + 14, f"{tries:.1f} / {hints:.1f}")
    return str(picture)


def _effort(hand_ins: Sequence[Handed], step: str) -> tuple[float, float]:
    tried = [one.results[step].record for one in hand_ins if one.results[step].record.tries]
    return (mean(min(one.tries, 999) for one in tried), mean(min(one.hints, 99) for one in tried)) if tried else (0, 0)
