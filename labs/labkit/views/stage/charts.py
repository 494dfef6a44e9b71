"""Charts of the scenes: one look for all Plotly figures, and the two kinds of axes that they use."""

from typing import Any

from labkit.views.stage.palette import INK, WHITE
from labkit.views.stage.panels import ChartPanel

BARE = {"fixedrange": True, "zeroline": False, "showgrid": False}
FROM_ZERO = {"gridcolor": "#E3E7EA", "zerolinecolor": "#9AA3AB", "rangemode": "tozero"}


def chart_panel(place: str, height: int, data: list[dict[str, Any]], **layout: object) -> ChartPanel:
    """Plotly traces on white, in the lab's letters; the layout adds to that."""
    look = {
        "font": {"size": 16, "color": INK}, "paper_bgcolor": WHITE, "plot_bgcolor": WHITE, "dragmode": False, **layout,
    }
    return {"kind": "chart", "place": place, "height": height, "figure": {"data": data, "layout": look}}
