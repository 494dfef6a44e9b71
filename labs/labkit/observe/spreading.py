"""How word spreads in a run: what was sent until all had heard, how long that took, and who never did.

Works with any agent class that inherits Holds. Messages count from the client's request on; those before it, which may
have built a tree, are told apart.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from labkit.agents import Holds, Send
from labkit.engine import Request, Simulator
from labkit.values import expect, frozendict


@dataclass(frozen=True)
class Spread:
    """One piece of news in one run: who heard it when, and what it took."""

    messages: int  # sent until all had heard it, or until the end of the run
    time: int | None  # from the request until all had heard it; None: not all have
    share: float  # of the agents that have heard it, 0 … 1
    heard: frozendict[str, int]  # the time at which each agent heard it, since the request
    before: int  # messages sent before the request

    def __str__(self) -> str:
        told = f"all know after {self.time} units" if self.time is not None else f"{self.share:.0%} know"
        return f"{told}, {self.messages:,} messages"


def spread(sim: Simulator, news: Hashable = None) -> Spread:
    """How this news spread in the run, by default what a client said first; ValueError if no client said it."""
    expect(sim, Simulator, "spread takes a simulation")
    began = next((step for step, done in enumerate(sim.trace) if isinstance(done.event, Request)
                  and news in (None, done.event.value)), None)
    if began is None:
        raise ValueError("no client has said that: let one say it, sim.request('a', 'news')")
    first = sim[began]
    told = first.event.value if isinstance(first.event, Request) else news
    since, everyone = first.time, len(sim.system.agents)
    heard: dict[str, int] = {}
    before, messages = len(sim.at(0).system.flight), 0  # what agents sent when they started
    for step, done in enumerate(sim.trace):
        agent, effects = done.transition
        sent = sum(effect.__class__ is Send for effect in effects)
        if step < began:
            before += sent
            continue
        messages += sent
        if agent is not None and agent.id not in heard and isinstance(agent, Holds) and told in agent.holds:
            heard[agent.id] = done.time - since
            if len(heard) == everyone:
                break
    done_after = max(heard.values()) if len(heard) == everyone else None
    return Spread(messages, done_after, len(heard) / everyone, frozendict(heard), before)
