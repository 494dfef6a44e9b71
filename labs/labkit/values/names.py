"""What agents are called, and the one order in which they are listed."""

from collections.abc import Iterable, Sequence

MOST = 100_000


def agent_names(agents: int | Sequence[str]) -> tuple[str, ...]:
    """That many names (a, b, … z, aa, ab, …), or the given names; ValueError if one is not a text or not unique."""
    if isinstance(agents, bool | str) or not isinstance(agents, int | Sequence):
        raise ValueError(f"agents is a whole number (5) or a sequence of names (['ann', 'bob']), not {agents!r}")
    if isinstance(agents, int):
        if agents > MOST:
            raise ValueError(f"{agents:,} agents are more than anybody can look at: at most {MOST:,}")
        return tuple(letters(i).lower() for i in range(agents))
    seen: set[str] = set()
    for name in agents:
        if not isinstance(name, str) or not name:
            raise ValueError(f"{name!r} is not a name for an agent: use a text such as 'a'")
        if name in seen:
            raise ValueError(f"two agents are called {name!r}: give each agent a name of its own")
        seen.add(name)
    return tuple(agents)


def by_name(name: str) -> tuple[int, str]:
    """The sort key used everywhere: shorter names first, then alphabetical (b before aa, w2 before w10)."""
    return len(name), name


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names as in a sentence: 'a, b and c'; if there are more than `most`, the rest are only counted."""
    all_names = list(names)
    if len(all_names) > most:
        rest = len(all_names) - most + 1
        return ", ".join(all_names[: most - 1]) + f" and {rest} more"
    if len(all_names) < 2:
        return "".join(all_names)
    return ", ".join(all_names[:-1]) + " and " + all_names[-1]


def letters(index: int) -> str:
    """The index-th label in capitals: A, B, … Z, AA, AB, …"""
    label = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        label = chr(ord("A") + rest) + label
    return label
