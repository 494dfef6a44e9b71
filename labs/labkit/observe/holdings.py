"""Which of the clients' requests each agent holds; an agent that cannot tell holds what it has decided."""

from collections.abc import Hashable, Iterator

from labkit.agents import Agent, Decide, Holds
from labkit.engine import Step, System


class Holdings:
    """What the agents of a system hold; `follow` goes on step by step."""

    def __init__(self, system: System) -> None:
        self._agents = system.agents
        self._decided: dict[str, set[Hashable]] = {name: set() for name in system.agents}
        for decision in system.decisions:
            self._decided[decision.agent].add(decision.value)
        self.of = {name: self._held(agent) for name, agent in system.agents.items()}

    def follow(self, done: Step) -> frozenset[Hashable]:
        """Take in one step; gives what its agent held before it."""
        agent, effects = done.transition
        if agent is None:
            return frozenset()
        self._decided[agent.id] |= {effect.value for effect in effects if isinstance(effect, Decide)}
        before, self.of[agent.id] = self.of[agent.id], self._held(agent)
        return before

    def all(self) -> frozenset[Hashable]:
        """All that somebody holds."""
        return frozenset[Hashable]().union(*self.of.values())

    def stored(self) -> frozenset[Hashable]:
        """All that somebody has in durable storage, whether or not it could give it back now."""
        able = [agent for agent in self._agents.values() if isinstance(agent, Holds)]
        return frozenset[Hashable]().union(*(agent.stored for agent in able))

    def _held(self, agent: Agent) -> frozenset[Hashable]:
        return agent.holds if isinstance(agent, Holds) else frozenset(self._decided[agent.id])


def conflicts_in(system: System) -> Iterator[Hashable]:
    """The requests that stand side by side at some agent."""
    return (value for agent in system.agents.values() if isinstance(agent, Holds) for value in agent.conflicts)
