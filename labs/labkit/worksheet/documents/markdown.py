"""Pieces of a document: tables, lists and paragraphs as Markdown that GitHub shows."""

from collections.abc import Iterable, Sequence

from labkit.worksheet.verdict import ended


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
    """The cases that broke programs on the way: a list, or a sentence where there was none."""
    lines = [f"**{step}**: {ended(' '.join(case.split()))}" for step, case in cases]
    return section("Counterexamples met on the way", bullets(lines) or "No program was broken by a case.")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
