"""Push–pull gossip: in each round every agent calls a random peer, and the two tell each other what the other lacks.

After Demers et al., "Epidemic algorithms for replicated database maintenance" (1987), §1.3 (anti-entropy, push–pull),
with the count of rounds by Karp, Schindelhauer, Shenker & Vöcking, "Randomized rumor spreading" (2000): among n agents
that may all call each other, all know after log₃ n + O(ln ln n) rounds. At first each round triples those that know
(they push, and others pull from them); at the end pulling squares the share of those that do not. Promise: after loss,
a cut or a crash a later round brings what is missing, without anybody noticing that it was lost. The price: nobody
knows that it is done, so the calls go on for ever. Left out: losing interest in old news (rumour mongering, §1.4), and
fingerprints instead of all that is known in each call (`merkle` has them).

An agent has no random number. The peer of a call is picked by a stable hash of the agent's name, the number of the call
and `luck`: it looks random, and the same run comes again. Another `luck` is another draw.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents import Effect, Effects, Send, SetTimer
from labkit.protocols.dissemination.news import NEWS_PROPERTIES, Hearer
from labkit.protocols.protocol import Protocol
from labkit.values import brief, cell, stable_hash

CALL = "call"


@dataclass(frozen=True)
class Call:
    """All that I know (push); tell me what I lack (pull)."""

    knows: tuple[Hashable, ...]

    def __str__(self) -> str:
        return f"call: {cell(self.knows) if self.knows else 'nothing known'}"


@dataclass(frozen=True)
class Tell:
    """What you lack."""

    news: tuple[Hashable, ...]

    def __str__(self) -> str:
        return f"answer: {brief(cell(self.news))}"


@dataclass
class PushPull(Hearer):
    """Calls one peer in each round, whether or not it has news.

    every: how long a round takes. luck: which of the random looking orders of calls. calls: how many so far.
    """

    every: tuple[int, int] = (8, 12)
    luck: int = 0
    calls: int = 0
    durable: ClassVar[tuple[str, ...]] = ("heard", "calls")

    # ---- the rules ---------------------------------------------------------------------------------------------------

    def pushes(self) -> tuple[Hashable, ...]:
        """What a call tells."""
        return self.heard

    def pulls(self, known: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
        """What the answer to a call tells: all that the caller lacks."""
        return tuple(text for text in self.heard if text not in known)

    def next_peer(self) -> str:
        """Any of the peers, with equal chances, whatever was picked before."""
        return self.peers[stable_hash(f"{self.luck} {self.calls} {self.id}") % len(self.peers)]

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> Effects:
        return SetTimer(CALL, self.every) if self.peers else None

    def timeout(self, timer: str) -> list[Effect]:
        self.calls += 1
        return [Send(self.next_peer(), Call(self.pushes())), SetTimer(CALL, self.every)]

    def receive(self, sender: str, message: Any) -> Iterator[Effect]:
        match message:
            case Call(known):
                if lacking := self.pulls(known):
                    yield Send(sender, Tell(lacking))
                yield from self._take(known)
            case Tell(news):
                yield from self._take(news)

    def _take(self, news: tuple[Hashable, ...]) -> Iterator[Effect]:
        for text in news:
            yield from self.hear(text)


PushPull.expected = NEWS_PROPERTIES
PROTOCOL = Protocol(
    "push-pull", PushPull,
    "In each round every agent calls a random peer, and both tell what the other lacks; lost messages are made good.",
    settings=("every", "luck"), place=146,
)
