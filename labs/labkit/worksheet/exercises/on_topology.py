"""Exercise 1: design the topology of the team, by hand, by measures, and as a function."""

from typing import Any

from labkit.topology import build
from labkit.worksheet.refuting import Refuted, plain
from labkit.worksheet.step import Step

LINKS = {kind: build(kind, 8).number_of_edges() for kind in ("star", "mesh", "ring", "tree")}


def _count_links(links: Any) -> None:
    if type(plain(links)) is not dict or set(links) != set(LINKS):
        raise Refuted("give one number for each of star, mesh, ring and tree")
    for kind, number in LINKS.items():
        if links[kind] != number:
            raise Refuted(f"a {kind} of eight agents has another number of links than {links[kind]}", build(kind, 8))


STEPS = (
    Step(
        "count the links", 1,
        "The team has eight agents. How many links has each topology? Count by hand.", "figure",
        blank='links = {"star": ..., "mesh": ..., "ring": ..., "tree": ...}',
        solution='links = {"star": 7, "mesh": 28, "ring": 8, "tree": 7}',
        because="A star and a tree of n agents have n − 1 links: each agent but the first is joined by one. A ring has "
        "n. In a mesh each of n agents has a link to n − 1 others, and each link was counted twice: n(n − 1)/2.",
        hints=("Draw three agents, then add one. How many links does the new one bring?",
               "In the mesh each of the eight has seven links, and each link has two ends."),
        judge=_count_links,
    ),
)
