"""What is wrong in kind is said in one sentence, before it fails somewhere inside in words that help nobody."""

from typing import Any


def expect(value: object, kind: Any, what: str) -> None:
    """ValueError with this sentence unless the value is of that kind (or one of those kinds)."""
    if not isinstance(value, kind):
        raise ValueError(f"{what}, not {value!r}")
