"""The report of recovery: the team through every fault of the gallery, as a table and as a plot."""

from collections.abc import Mapping

from labkit.faults import GALLERY, Recovery
from labkit.values import Svg
from labkit.worksheet.budget import Budget
from labkit.worksheet.documents.markdown import document, met, section, table
from labkit.worksheet.documents.work import Work
from labkit.worksheet.through_faults import BEGIN, END, UNTIL, reports_of
from labkit.worksheet.trial import finished
from labkit.worksheet.verdict import ended

TEAM = "team"
SECONDS = 60.0  # of work for all faults
LOOKS = {"acknowledged": "#009E73", "refused": "#FFFFFF", "open": "#F0E442", "lost": "#D55E00"}
LEFT, BAR, ROW = 190, 420, 30


def recovery_document(work: Work) -> tuple[str, dict[str, str]]:
    """The document, and its plot by the name of its file."""
    title, end = "Partition and recovery", (met(work.cases(3)), work.undone(3))
    if missing := work.missing([TEAM]):
        return document(title, missing, *end), {}
    found: dict[str, Recovery] = {}
    verdict = finished(lambda: found.update(reports_of(work.answer(TEAM))), Budget(seconds=SECONDS))
    if not verdict.correct:
        return document(title, ended(f"The team could not be run through the faults: {verdict.because}"), *end), {}
    text = document(
        title,
        f"The same team in all {len(found)} faults of the gallery. A fault begins at {BEGIN}, all is healed at {END}, "
        f"the run ends at {UNTIL}; times in units.",
        "![How the requests ended in each fault](recovery.svg)",
        section("What came of each fault", _table(found), _sums(found)),
        section("What the faults are", table(["Fault", "What happens"],
                                             [[name, GALLERY[name].sentence] for name in found])),
        *end,
    )
    return text, {"recovery.svg": plot(found)}


def plot(found: Mapping[str, Recovery]) -> str:
    """How the requests ended in each fault, one bar per fault."""
    height = ROW * (len(found) + 2)
    picture = Svg(LEFT + BAR + 130, height, "How the requests of the clients ended in each fault", anchor="start")
    for place, (name, fill) in enumerate(LOOKS.items()):
        picture.box(LEFT + 130 * place, 8, 14, 14, fill)
        picture.label(LEFT + 130 * place + 20, 20, name)
    for number, (fault, report) in enumerate(found.items()):
        y = ROW * (number + 1) + 8
        picture.label(LEFT - 10, y + 15, fault, anchor="end")
        parts = _parts(report)
        unit, x = BAR / max(1, sum(parts.values())), float(LEFT)
        for name, many in parts.items():
            if many:
                picture.box(x, y, many * unit, ROW - 8, LOOKS[name], f"{fault}: {many} {name}")
                words = f"{many} {name}"
                if many * unit > 16:
                    picture.label(x + 4, y + 15, words if many * unit > 8 * len(words) else str(many))
            x += many * unit
        picture.label(LEFT + BAR + 8, y + 15, _recovered(report))
    return str(picture)


def _parts(report: Recovery) -> dict[str, int]:
    """How many requests ended how; those lost were acknowledged first."""
    lost = len(report.lost)
    return {"acknowledged": len(report.acknowledged) - lost, "refused": len(report.refused), "open": len(report.open),
            "lost": lost}


def _recovered(report: Recovery) -> str:
    return "never whole" if report.recovered is None else f"whole after {report.recovered}"


def _table(found: Mapping[str, Recovery]) -> str:
    rows = []
    for fault, report in found.items():
        noticed, recovered = report.took
        many = [str(len(part)) for part in (report.acknowledged, report.refused, report.open, report.lost)]
        rows.append([fault, noticed, recovered, *many, str(report.messages), report.violated or "none"])
    return table(["Fault", "Noticed", "Recovered", "Acknowledged", "Refused", "Open", "Lost", "Messages",
                  "Broken promises"], rows)


def _sums(found: Mapping[str, Recovery]) -> str:
    acknowledged = sum(len(report.acknowledged) for report in found.values())
    lost = sum(len(report.lost) for report in found.values())
    slowest = max((report.recovered for report in found.values() if report.recovered is not None), default=None)
    never = [fault for fault, report in found.items() if report.recovered is None]
    said = f"In all {acknowledged} requests were acknowledged, and {lost} of them were lost."
    if slowest is not None:
        said += f" The slowest recovery took {slowest} units."
    return said + (f" Not whole at the end: {', '.join(never)}." if never else "")
