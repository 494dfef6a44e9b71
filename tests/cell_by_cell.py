"""A notebook without a page: cells run in a module of their own, and Python remembers their texts as Jupyter has it."""

import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from types import ModuleType
from typing import Any

_NUMBERS = count(1)


class Notebook:
    """run(text) runs a cell; `names` are those of the notebook."""

    def __init__(self) -> None:
        self.module = ModuleType("__main__")
        self.names: dict[str, Any] = vars(self.module)

    def run(self, text: str, *, remembered: bool = True) -> "Notebook":
        """Run a cell; remembered: whether its text can be looked up later."""
        name = f"<cell {next(_NUMBERS)} of a test>"
        if remembered:
            linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        exec(compile(text, name, "exec"), self.names)
        return self

    def __getitem__(self, name: str) -> Any:
        return self.names[name]


@contextmanager
def notebook() -> Iterator[Notebook]:
    """A fresh notebook in the place of the main module; the texts of its cells are forgotten at the end."""
    before, known, made = sys.modules["__main__"], set(linecache.cache), Notebook()
    sys.modules["__main__"] = made.module
    try:
        yield made
    finally:
        sys.modules["__main__"] = before
        for name in set(linecache.cache) - known:
            del linecache.cache[name]
