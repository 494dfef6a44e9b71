"""Flooding: whoever hears the news first passes it on to all its peers, except the one that it came from.

The oldest way to reach everybody (Segall, "Distributed network protocols" (1983), §II, calls it propagation of
information). Promise: without loss everyone in the sender's partition hears it, by a shortest path if all links are
equally fast, and it ends by itself. The price: on m links between n agents 2m − (n − 1) messages for each piece of
news, as each link is used from both ends except the n − 1 that brought it. Left out: asking again for what was lost.
The same hop by hop, without agents and time, is `flood` in `labkit.topology`.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from labkit.agents import Effect, Effects, Send
from labkit.protocols.dissemination.news import NEWS_PROPERTIES, Hearer, News
from labkit.protocols.protocol import Protocol


@dataclass
class Flooding(Hearer):
    """Tells all its peers what is news to it, once."""

    def tell(self, text: Hashable, *, but: str = "") -> list[Effect]:
        return [Send(peer, News(text)) for peer in self.peers if peer != but]

    def receive(self, sender: str, message: Any) -> Effects:
        match message:
            case News(text):
                return self.hear(text, sender)
        return None


Flooding.expected = NEWS_PROPERTIES
PROTOCOL = Protocol(
    "flooding", Flooding, "Whoever hears news for the first time passes it on to all its peers but the sender.",
    place=142,
)
