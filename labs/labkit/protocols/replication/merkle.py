"""A table with a fingerprint of every part: two that are nearly alike find where they differ by comparing few of them.

Merkle, "A digital signature based on a conventional encryption function" (1987); for replicas as in Dynamo (DeCandia
et al. 2007, §4.7). A key's place follows from its own fingerprint, so two tables with the same entries have the same
tree, whatever the order in which they were written. Left out: removal of keys.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from labkit.values import brief, canonical, frozendict

WIDTH = 16  # children of a node
CROWDED = 8  # entries that a leaf holds before it becomes a node


def fingerprint(*parts: object) -> str:
    """16 hexadecimal digits for what the parts say; the same on any machine."""
    return blake2b("\x00".join(map(str, parts)).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Merkle:
    """A tree, or the part of one below a path; `mark` is the fingerprint of all that it holds.

    A change makes a new tree, which shares all parts that stayed the same. path: hexadecimal digits.
    """

    path: str = ""
    entries: frozendict[str, Hashable] = field(default_factory=frozendict)  # of a leaf
    parts: tuple["Merkle", ...] = ()  # of a node: WIDTH of them
    mark: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        below = (part.mark for part in self.parts)
        held = (fingerprint(key, canonical(self.entries[key])) for key in sorted(self.entries))
        object.__setattr__(self, "mark", fingerprint(*below, *held) if self.parts or self.entries else "")

    def __str__(self) -> str:
        return ", ".join(f"{key}: {brief(held)}" for key, held in sorted(self.items()))

    def put(self, key: str, value: Hashable) -> "Merkle":
        """The tree with this entry; an older one of that key is replaced."""
        return self._put(fingerprint(key), key, value)

    def get(self, key: str) -> Hashable:
        """What stands under this key; None for nothing."""
        return self._toward(fingerprint(key)).entries.get(key)

    def at(self, path: str) -> "Merkle | None":
        """The part below that path, None where a leaf ends the way before."""
        here = self._toward(path)
        return here if here.path == path else None

    def below(self, path: str) -> frozendict[str, Hashable]:
        """All entries whose place begins with that path."""
        found = self._toward(path).items()
        return frozendict({key: held for key, held in found if fingerprint(key).startswith(path)})

    def items(self) -> Iterator[tuple[str, Hashable]]:
        """All entries, in the order of their places."""
        for part in self.parts:
            yield from part.items()
        for key in sorted(self.entries):
            yield key, self.entries[key]

    def _toward(self, path: str) -> "Merkle":
        """The part at that path, or the leaf that ends the way before."""
        here = self
        while here.parts and len(here.path) < len(path):
            here = here.parts[int(path[len(here.path)], WIDTH)]
        return here

    def _put(self, place: str, key: str, value: Hashable) -> "Merkle":
        if self.parts:
            turn = int(place[len(self.path)], WIDTH)
            part = self.parts[turn]._put(place, key, value)
            return Merkle(self.path, parts=(*self.parts[:turn], part, *self.parts[turn + 1 :]))
        entries = self.entries | {key: value}
        if len(entries) <= CROWDED or len(self.path) == len(place):
            return Merkle(self.path, entries)
        node = Merkle(self.path, parts=tuple(Merkle(f"{self.path}{digit:x}") for digit in range(WIDTH)))
        for name, held in entries.items():
            node = node._put(fingerprint(name), name, held)
        return node
