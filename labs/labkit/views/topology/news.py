"""News on its way through a network: who has heard it by now, what was sent for that, and what of it was a repeat."""

from dataclasses import dataclass
from functools import cached_property

from labkit.network import Network, Way
from labkit.topology import Told, flood
from labkit.views.stage import Rounds


@dataclass(frozen=True)
class News:
    """The news of `source` after that many hops, one of them for each time it was passed on."""

    network: Network
    source: str
    hop: int = 0

    @cached_property
    def told(self) -> tuple[tuple[Told, ...], ...]:
        """The messages of each hop until the last repeat; none where the source is down or no longer there."""
        near = self.network.connectivity()
        return flood(near, self.source) if self.source in near else ()

    @property
    def over(self) -> bool:
        """Whether all that will ever be sent has been sent."""
        return self.hop >= len(self.told)

    @cached_property
    def rounds(self) -> Rounds:
        """Who has heard it after 0, 1, 2 … hops, so far."""
        if self.source not in self.network.graph or self.source in self.network.crashed:
            return ()
        return self.network.broadcast(self.source)[: self.hop + 1]

    @property
    def repeats(self) -> tuple[Way, ...]:
        """The directions over which agents were told what they knew."""
        return tuple((told.teller, told.hearer) for told in self._sent() if not told.news)

    def sentence(self) -> str:
        """How far the news has come, and what that cost; empty where there is none."""
        if not self.rounds:
            return ""
        heard, total = sum(map(len, self.rounds)), len(self.network.graph)
        sent = self._sent()
        news = sum(told.news for told in sent)
        last = "; nobody else ever will" if self.over and heard < total else ""
        cost = f" {len(sent)} message{'s'[: len(sent) != 1]} sent, {news} {'was' if news == 1 else 'were'} news."
        return (f" After hop {min(self.hop, len(self.told))}: {heard} of {total} have heard the news "
                f"from {self.source}{last}.{cost if sent else ''}")

    def _sent(self) -> list[Told]:
        return [told for hop in self.told[: self.hop] for told in hop]
