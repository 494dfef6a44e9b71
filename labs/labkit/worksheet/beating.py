"""An agent that shows signs of life, and measures how long its peers have shown none: what to make of it is left open.

The part of a failure detector that is the same for all: a beat to each peer every 50 units, and a timer for each peer.
Left out on purpose: the two rules. `silence` is called when a peer's timer has run out, `receive` when it is heard.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import ClassVar

from labkit.agents import Agent, Effect, Effects, Send, SetTimer, Suspects
from labkit.worksheet.open_rules import expect_no_dots

BEAT, SILENCE = "beat", "silence of "
EVERY, PATIENCE = 50, 200  # units from beat to beat, and those that a peer may be silent


@dataclass
class Beating(Agent, Suspects):
    """Sends a sign of life to each peer every 50 units, and waits 200 units for the next one of each."""

    suspects: frozenset[str] = frozenset()
    columns: ClassVar[tuple[tuple[str, str], ...]] = (("suspects", "Suspects"),)

    # ---- the rules: override them ------------------------------------------------------------------------------------

    def silence(self, peer: str) -> Effects:
        """Called when 200 units have passed since `wait_for(peer)` was last returned."""
        return None

    # ---- what happens ------------------------------------------------------------------------------------------------

    def wait_for(self, peer: str) -> Effect:
        """The effect that measures the silence of this peer from now on; an earlier measurement ends."""
        return SetTimer(SILENCE + peer, (PATIENCE, PATIENCE))

    def sign_of_life(self) -> Hashable:
        """What is sent with each beat."""
        return "alive"

    def start(self) -> Effects:
        expect_no_dots(self)
        return [SetTimer(BEAT, (1, EVERY)), *(self.wait_for(peer) for peer in self.peers)]

    def timeout(self, timer: str) -> Effects:
        return self.beat() if timer == BEAT else self.silence(timer.removeprefix(SILENCE))

    def beat(self) -> list[Effect]:
        """A sign of life to each peer, and the next one in time."""
        return [SetTimer(BEAT, (EVERY, EVERY)), *(Send(peer, self.sign_of_life()) for peer in self.peers)]
