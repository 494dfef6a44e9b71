"""Undo and redo over values: what was is kept, so going back is only a step."""

from typing import Generic, TypeVar

T = TypeVar("T")


class UndoStack(Generic[T]):
    """A line of values with a place on it; a new value cuts off what had been undone."""

    def __init__(self, first: T) -> None:
        self._line: tuple[T, ...] = (first,)
        self._here = 0

    @property
    def now(self) -> T:
        return self._line[self._here]

    def go(self, value: T) -> None:
        """Make `value` the present."""
        self._line = (*self._line[: self._here + 1], value)
        self._here += 1

    def undo(self) -> T:
        """Back to the value before; ValueError at the beginning."""
        if self._here == 0:
            raise ValueError("there is nothing to undo: change something first")
        self._here -= 1
        return self.now

    def redo(self) -> T:
        """Forward again to the value that was undone; ValueError at the end."""
        if self._here == len(self._line) - 1:
            raise ValueError("there is nothing to redo: undo something first")
        self._here += 1
        return self.now
