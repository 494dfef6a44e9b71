"""Undo and redo over values: every earlier value is kept, so undo only moves a position."""

from typing import Generic, TypeVar

T = TypeVar("T")


class UndoStack(Generic[T]):
    """A sequence of values and a position in it; a new value discards whatever was undone."""

    def __init__(self, first: T) -> None:
        self._line: tuple[T, ...] = (first,)
        self._here = 0

    @property
    def now(self) -> T:
        return self._line[self._here]

    def go(self, value: T) -> None:
        """Make `value` the current one."""
        self._line = (*self._line[: self._here + 1], value)
        self._here += 1

    def undo(self) -> T:
        """Return to the previous value; ValueError at the beginning."""
        if self._here == 0:
            raise ValueError("there is nothing to undo: change something first")
        self._here -= 1
        return self.now

    def redo(self) -> T:
        """Return to the value that was undone last; ValueError at the end."""
        if self._here == len(self._line) - 1:
            raise ValueError("there is nothing to redo: undo something first")
        self._here += 1
        return self.now
