"""Answers to exercise 1, right and wrong: each is the text of a cell; a wrong one with words of the reason."""

from typing import NamedTuple


class Tried(NamedTuple):
    """right: other solutions than the lab's. wrong: cell → words that the refutation must contain; at least four."""

    right: tuple[str, ...]
    wrong: dict[str, str]


ANSWERS = {
    "count the links": Tried(
        right=('links = dict(tree=8 - 1, ring=8, mesh=8 * 7 // 2, star=7)',),
        wrong={
            'links = {"star": 8, "mesh": 28, "ring": 8, "tree": 7}': "a star of eight",
            'links = {"star": 7, "mesh": 56, "ring": 8, "tree": 7}': "a mesh of eight",
            'links = {"star": 7, "mesh": 28, "ring": 8}': "one number for each",
            'links = 28': "one number for each",
            'links = {"star": 7, "mesh": 28, "ring": 8, "tree": type("Any", (int,), {"__eq__": lambda *a: True})()}':
                "type Any",
        },
    ),
}
