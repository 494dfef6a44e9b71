"""Colours after Okabe and Ito, each with a symbol and a letter beside it: never colour alone.

Text on each fill reaches WCAG contrast AA (a test computes it).
"""

from dataclasses import dataclass

from labkit.values import letters

WHITE, BLACK = "#FFFFFF", "#000000"
LINE = "#5B6770"  # quiet outlines
INK = "#1F2933"  # text


@dataclass(frozen=True)
class Look:
    """How an agent is drawn: fill, the colour of text on it, plotly's name of its symbol."""

    fill: str
    ink: str
    symbol: str


DEAD = Look("#D55E00", BLACK, "x")
_PARTITIONS = (
    Look("#0072B2", WHITE, "circle"),
    Look("#E69F00", BLACK, "square"),
    Look("#009E73", BLACK, "diamond"),
    Look("#CC79A7", BLACK, "hexagon"),
    Look("#56B4E9", BLACK, "pentagon"),
    Look("#F0E442", BLACK, "octagon"),
)
_MANY = Look("#C8CDD2", BLACK, "circle")


def partition_look(index: int) -> Look:
    """The look of the index-th largest partition; from the seventh on they are grey and told apart by letter."""
    return _PARTITIONS[index] if index < len(_PARTITIONS) else _MANY


def partition_letter(index: int) -> str:
    """A for the largest partition, B for the next …"""
    return letters(index)
