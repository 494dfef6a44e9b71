"""A list that only grows, and whose branches share what they have in common."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import eq
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class Growing(Sequence[T], Generic[T]):
    """Append to it, or `branch` at any length: the branch goes on by itself and holds nothing twice.

    A branch knows the lists of its ancestors and from where on each counts: it reads each of them only up to the next.
    """

    __slots__ = ("_lists", "_own", "_starts", "append")

    def __init__(self) -> None:
        self._own: list[T] = []
        self._starts, self._lists = [0], [self._own]
        self.append = self._own.append

    def branch(self, length: int) -> "Growing[T]":
        """Another one that begins with the first `length` items of this one."""
        new = Growing[T]()
        parts = max(1, bisect_right(self._starts, length - 1))
        new._starts = [*self._starts[:parts], length]
        new._lists = [*self._lists[:parts], new._own]
        return new

    def __len__(self) -> int:
        return self._starts[-1] + len(self._own)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return list(self._between(start, stop)) if step == 1 else [self[i] for i in range(start, stop, step)]
        if index < 0:
            index += len(self)
        part = bisect_right(self._starts, index) - 1
        if part < 0 or index >= len(self):
            raise IndexError("there are fewer items")
        return self._lists[part][index - self._starts[part]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    def __iter__(self) -> Iterator[T]:
        return self._between(0, len(self))

    def _between(self, start: int, stop: int) -> Iterator[T]:
        ends = [*self._starts[1:], stop]
        for begin, end, items in zip(self._starts, ends, self._lists, strict=True):
            yield from items[max(0, start - begin) : max(0, min(end, stop) - begin)]
