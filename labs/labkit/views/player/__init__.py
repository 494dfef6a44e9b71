"""Runs to watch, rewind and branch."""

from labkit.views.player.by_hand import ByHand
from labkit.views.player.player import Player
from labkit.views.player.scene import spacetime_panel
from labkit.views.player.side_by_side import SideBySide
