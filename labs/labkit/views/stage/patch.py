"""What differs between two plain values, so that one click sends what it changed and not the whole scene."""

from typing import Any

Path = tuple[str | int, ...]
Change = tuple[Path, Any]  # where, and the new value there


def changes(old: Any, new: Any, path: Path = ()) -> list[Change]:
    """The assignments that turn `old` into `new`: down to single elements, or a whole list where that is shorter."""
    if old is new or old == new:
        return []
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [change for key in new for change in changes(old[key], new[key], (*path, key))]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        differ = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if 4 * len(differ) < len(new):
            return [change for i in differ for change in changes(old[i], new[i], (*path, i))]
    return [(path, new)]
