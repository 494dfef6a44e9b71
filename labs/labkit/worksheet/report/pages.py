"""The pages of a class report: an overview with a table and plots, and one page for each student. No page needs another
file or the network; whatever students wrote is shown as text.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from labkit.values import listed
from labkit.worksheet.exercises import STEPS
from labkit.worksheet.report.handed import HOLDS, Handed, Result
from labkit.worksheet.report.plots import LOOKS, efforts, states
from labkit.worksheet.scoring import EXERCISES

STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; color: #1F2933; max-width: 1560px; margin: 1em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: 0.6em 0; }
th, td { border: 1px solid #D5DADF; padding: 2px 8px; text-align: left; vertical-align: top; }
td.sign { text-align: center; min-width: 1.1em; padding: 2px 0; }
th.step { height: 13em; vertical-align: bottom; padding: 2px; font-weight: 400; }
th.step span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
.doubt { color: #A33F00; font-weight: 600; }
.wide { overflow-x: auto; }
pre { background: #F3F5F7; padding: 8px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
"""
MOST_REASONS, LONGEST = 4, 4_000


def write_pages(hand_ins: Sequence[Handed], out: Path) -> Path:
    """Write the report into that folder; gives its first page."""
    pages = {f"student-{number:03}.html": handed for number, handed in enumerate(hand_ins, 1)}
    out.mkdir(parents=True, exist_ok=True)
    for name, handed in pages.items():
        _write(out / name, _student(handed))
    first = out / "index.html"
    _write(first, _overview(pages))
    return first


def _write(page: Path, text: str) -> None:
    page.write_text(text, encoding="utf-8", errors="replace")  # a name or a reason may hold half a letter


def _overview(pages: dict[str, Handed]) -> str:
    hand_ins = [*pages.values()]
    doubtful = [handed for handed in hand_ins if handed.doubtful]
    said = [f"{len(hand_ins)} hand-ins, {len(STEPS)} steps. Every answer that counts as correct was checked again."]
    if doubtful:
        names = listed([handed.student for handed in doubtful], most=40)
        said.append(f'<span class="doubt">✘ More is claimed than the code shows: {escape(names)}.</span>')
    return _page(
        "Class report, Day 13", *(f"<p>{one if one.startswith('<') else escape(one)}</p>" for one in said),
        "<h2>Students</h2>", f'<div class="wide">{_table(pages)}</div>', _legend(),
        "<h2>Where the class got stuck</h2>", states(hand_ins), "<h2>Tries and hints</h2>", efforts(hand_ins),
        "<h2>What was refuted most often</h2>", _most_often(hand_ins),
    )


def _table(pages: dict[str, Handed]) -> str:
    head = ["Student", "Hold", "Claimed", "system.py"]
    cells = [*(f"<th>{one}</th>" for one in head),
             *(f'<th class="step" scope="col"><span>{step.exercise}. {escape(name)}</span></th>'
               for name, step in STEPS.items())]
    rows = [f"<tr>{''.join(cells)}</tr>"]
    for page, handed in pages.items():
        doubt = ' class="doubt"' if handed.doubtful else ""
        runs = "runs" if handed.system.startswith("runs") else "–" if not handed.system else "does not run"
        signs = (f'<td class="sign" title="{escape(name)}: {result.kind}" style="background:{LOOKS[result.kind][1]}">'
                 f"{LOOKS[result.kind][0]}</td>" for name, result in handed.results.items())
        rows.append(f'<tr><th scope="row"><a href="{page}">{escape(handed.student)}</a></th><td>{handed.done}</td>'
                    f"<td{doubt}>{handed.claimed}</td><td>{runs}</td>{''.join(signs)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _legend() -> str:
    meaning = {HOLDS: "holds: correct, and its code was checked again"}
    items = (f'<li><span style="background:{fill}; padding: 0 5px">{sign}</span> {meaning.get(kind, kind)}</li>'
             for kind, (sign, fill) in LOOKS.items())
    return f"<ul>{''.join(items)}</ul>"


def _most_often(hand_ins: Iterable[Handed]) -> str:
    """For each step the reasons that most students met, the steps with the most of them first."""
    met: dict[str, Counter[str]] = {}
    for handed in hand_ins:
        for name, result in handed.results.items():
            met.setdefault(name, Counter()).update(set(result.record.reasons))
    order = sorted((name for name in met if met[name]), key=lambda name: -met[name].total())
    rows = [[name, f"{many}", reason[:300]] for name in order for reason, many in met[name].most_common(MOST_REASONS)]
    return _rows(["Step", "Students", "Because"], rows) if rows else "<p>Nothing was refuted.</p>"


def _student(handed: Handed) -> str:
    parts = [f"<p>{handed.done} of {len(STEPS)} steps hold; {handed.claimed} were claimed.</p>"]
    parts += [f'<p class="doubt">{escape(problem)}</p>' for problem in handed.problems]
    if handed.doubtful:
        names = listed([f"“{name}”" for name in handed.doubtful], most=40)
        parts.append(f'<p class="doubt">✘ Claimed as correct, but not so by the code: {escape(names)}.</p>')
    if handed.system:
        parts.append(f"<p>system.py {escape(handed.system)}.</p>")
    for number, title in EXERCISES.items():
        results = {name: result for name, result in handed.results.items() if STEPS[name].exercise == number}
        if results:
            head = ["", "Step", "State", "Tries", "Hints", "Solution", "Because"]
            parts += [f"<h2>Exercise {number}: {escape(title)}</h2>",
                      _rows(head, [_row(name, result) for name, result in results.items()])]
    parts.append("<h2>Answers</h2>")
    for name, result in handed.results.items():
        if text := result.record.source.strip():
            told = text if len(text) <= LONGEST else f"{text[:LONGEST]}\n…"
            parts.append(f"<details><summary>{escape(name)}</summary><pre>{escape(told)}</pre></details>")
    return _page(handed.student, '<p><a href="index.html">The class</a></p>', *parts)


def _row(name: str, result: Result) -> list[str]:
    record = result.record
    because = result.because or (record.reasons[-1] if record.reasons and result.kind == "not yet" else "")
    return [LOOKS[result.kind][0], name + (" (stretch)" if STEPS[name].stretch else ""), result.kind,
            str(min(record.tries, 9_999)), str(min(record.hints, 99)), "opened" if record.opened else "–",
            because[:500]]


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    lines = (f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{''.join(lines)}</table>"


def _page(title: str, *parts: str) -> str:
    return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
            f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>\n" + "\n".join(parts) + "\n</body></html>\n")
