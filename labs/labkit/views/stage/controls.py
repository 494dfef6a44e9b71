"""Rows of buttons and menus round a picture."""

from typing import Any

import ipywidgets as widgets

from labkit.network import Network
from labkit.values import by_name


def bar(*controls: widgets.Widget, **options: Any) -> widgets.HBox:
    """A row of controls in the lab's look; a narrow page wraps it."""
    row = widgets.HBox(controls, **options)
    row.add_class("day13-controls")
    return row


def offer(menu: widgets.Dropdown | widgets.SelectionSlider, options: list[Any]) -> None:
    """Offer these; where they are new, the first of them is chosen."""
    if options != list(menu.options):
        menu.options = options
        menu.index = 0 if options else None


def offer_links(menu: widgets.Dropdown, network: Network, agent: str) -> None:
    """Offer the other ends of an agent's links."""
    offer(menu, sorted(network.graph[agent], key=by_name))
