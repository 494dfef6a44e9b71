"""What agents are called, and the one order in which they are listed."""

from collections.abc import Iterable, Sequence

TYPE_ERROR = "agents is a whole number (5) or a sequence of names (['ann', 'bob']), not {!r}"


def agent_names(agents: int | Sequence[str]) -> tuple[str, ...]:
    """Names for that many agents (a, b, … z, aa, ab, …), or the given names once they are checked."""
    if isinstance(agents, bool) or not isinstance(agents, int | Sequence) or isinstance(agents, str):
        raise ValueError(TYPE_ERROR.format(agents))
    if isinstance(agents, int):
        return tuple(_letters(i) for i in range(agents))
    return distinct(agents)


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """The names as a tuple; a name that is no text, empty or used twice is a ValueError."""
    seen: dict[str, None] = {}
    for name in names:
        if not isinstance(name, str) or not name:
            raise ValueError(f"{name!r} is no name for an agent: use a text such as 'a'")
        if name in seen:
            raise ValueError(f"two agents are called {name!r}: give each agent a name of its own")
        seen[name] = None
    return tuple(seen)


def by_name(name: str) -> tuple[int, str]:
    """Sort key of the whole lab: shorter names first, then by alphabet (b before aa, w2 before w10)."""
    return len(name), name


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names as people write them in a sentence: 'a, b and c'; from `most` on, the rest is counted."""
    all_names = list(names)
    if len(all_names) > most:
        rest = len(all_names) - most + 1
        return ", ".join(all_names[: most - 1]) + f" and {rest} more"
    if len(all_names) < 2:
        return "".join(all_names)
    return ", ".join(all_names[:-1]) + " and " + all_names[-1]


def letters(index: int) -> str:
    """The index-th label in capitals: A, B, … Z, AA, AB, …"""
    return _letters(index).upper()


def _letters(index: int) -> str:
    label = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        label = chr(ord("a") + rest) + label
    return label
