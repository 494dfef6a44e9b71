"""Pieces of a document: tables, lists and paragraphs as Markdown that GitHub shows."""

from collections.abc import Iterable, Sequence


def document(title: str, *parts: str) -> str:
    """A title and parts, empty ones left out."""
    return "\n\n".join([f"# {title}", *filter(None, parts)]) + "\n"


def section(title: str, *parts: str) -> str:
    return "\n\n".join([f"## {title}", *filter(None, parts)])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in lines)


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def met(cases: Iterable[tuple[str, str]]) -> str:
    """The cases by which answers were refuted on the way: a list, or a sentence where there was none."""
    lines = [f"**{step}**: {_sentence(case)}" for step, case in cases]
    return bullets(lines) or "No answer to these steps was refuted by a case."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _sentence(text: str) -> str:
    """On one line and with its end; its beginning stays, for it may be the name of an agent or a call."""
    text = " ".join(text.split())
    return text + ("" if text.endswith((".", "?", "!", "”")) else ".")
