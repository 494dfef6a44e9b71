"""hand_in: what a learner writes in the last cell; it writes the folder and says the Git commands, and never raises."""

from collections.abc import Mapping
from pathlib import Path

from labkit.views.stage import Panel, table_panel, text_panel
from labkit.views.worksheet.asking import Told
from labkit.worksheet import FOLDER, HAND_IN, HandedIn, hand_in as written

WHAT = {
    "topology.md": "the topology: its picture, needs, measures, and why this one",
    "consensus.md": "the analysis of consensus: rules, searches with their bounds, messages per decision",
    "recovery.md": "the report over the faults of the gallery, with its plot",
    "system.py": "your system as one program: python system.py",
    "reflection.md": "your answers to the three questions",
    "progress.json": "which steps are correct, with the text of each answer, and your answers to the quiz",
}


def hand_in(
    folder: str | Path = HAND_IN, *, answers: Mapping[str, str] | None = None, progress: str | Path = FOLDER
) -> Told:
    """Write what is to be handed in; answers: {"topology": …, "consensus": …, "challenges": …} for the reflection."""
    try:
        return _shown(written(folder, answers=answers, progress=progress))
    except ValueError as why:
        return Told({"said": text_panel(f"{str(why)[:1].upper()}{str(why)[1:]}.")})


def _shown(done: HandedIn) -> Told:
    if done.problem:
        return Told({"said": text_panel(done.problem, tone="warning")})
    rows = [[name, WHAT.get(name, "a picture in one of the documents")] for name in done.files]
    said = f"Written to {done.where}. {done.done} of {done.steps} steps are correct."
    panels: dict[str, Panel] = {
        "said": text_panel(said),
        **{f"remark {i}": text_panel(remark, "below")
           for i, remark in enumerate((*done.missing, *done.remarks))},
        "files": table_panel("below", "What is in it", ["File", "What it is"], rows),
        "then": text_panel(done.then, "below"),
    }
    return Told(panels, "\n".join(done.commands))
