"""One text for each value that an agent may hold: equal texts for equal values, and different texts for different ones.

It tells apart what an agent can tell apart, even 1, True and "1"; sets and tables come in a fixed order, so the text is
the same in every process. A class of one's own that is no dataclass must have a repr that does the same.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass


def canonical(value: object) -> str:
    """The value as a text that tells it from any other, whatever its repr leaves out."""
    if is_dataclass(value) and not isinstance(value, type):
        named = (f"{field.name}={canonical(getattr(value, field.name))}" for field in fields(value))
        return f"{type(value).__name__}({', '.join(named)})"
    match value:
        case frozenset():
            return "{" + ", ".join(sorted(map(canonical, value))) + "}" if value else "set()"
        case Mapping():
            return "{" + ", ".join(sorted(f"{canonical(key)}: {canonical(of)}" for key, of in value.items())) + "}"
        case tuple():
            name = "" if type(value) is tuple else type(value).__name__
            return f"{name}({', '.join(map(canonical, value))}{',' if len(value) == 1 else ''})"
    return repr(value)
