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


def met(reasons: Iterable[tuple[str, str]]) -> str:
    """What was refuted on the way: a list, or a sentence where nothing was."""
    lines = [f"**{step}**: {_sentence(reason)}" for step, reason in reasons]
    return bullets(lines) or "No answer to these steps was refuted."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", "”")) else ".")
