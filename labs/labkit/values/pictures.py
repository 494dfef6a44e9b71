"""Small pictures as SVG text: lines, circles, boxes, letters; no package draws them, every browser shows them.

Left out: axes, layouts and all else that a plotting package does.
"""

from collections.abc import Sequence
from html import escape

INK, PAPER = "#1F2933", "#FFFFFF"


class Svg:
    """A picture to which parts are added; its text draws it. Lines lie below all else. alt: what it shows, in words."""

    def __init__(self, width: int, height: int, alt: str, letters: int = 13, anchor: str = "middle") -> None:
        self._head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
            f'aria-label="{escape(alt)}" style="background:{PAPER}">'
        )
        self._letters = f'font-family="sans-serif" font-size="{letters}" text-anchor="{anchor}"'
        self._lines: list[str] = []
        self._marks: list[str] = []

    def __str__(self) -> str:
        lines, marks = "".join(self._lines), "".join(self._marks)
        return f'{self._head}<g stroke-width="2">{lines}</g><g {self._letters}>{marks}</g></svg>'

    def line(self, x: float, y: float, to_x: float, to_y: float, look: str = f'stroke="{INK}"') -> None:
        self._lines.append(f'<path d="M{x:g} {y:g}L{to_x:g} {to_y:g}" {look}/>')

    def circle(self, x: float, y: float, radius: float, fill: str) -> None:
        self._marks.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"/>')

    def box(self, x: float, y: float, width: float, height: float, fill: str, says: str = "") -> None:
        """A rectangle; says: what a pointer on it reads."""
        told = f"<title>{escape(says)}</title>" if says else ""
        place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
        self._marks.append(f'<rect {place} fill="{fill}" stroke="{INK}" stroke-width="0.5">{told}</rect>')

    def label(self, x: float, y: float, text: str, fill: str = INK, anchor: str = "") -> None:
        where = f' text-anchor="{anchor}"' if anchor else ""
        self._marks.append(f'<text x="{x:g}" y="{y:g}" fill="{fill}"{where}>{escape(text)}</text>')


def pixels(values: Sequence[float], length: int, margin: int) -> list[int]:
    """Pixels for these places, with that much room at both ends."""
    low, high = min(values), max(values)
    if high == low:
        return [length // 2] * len(values)
    return [round(margin + (length - 2 * margin) * (value - low) / (high - low)) for value in values]
