"""The way of a message, one rule: hop by hop along a shortest path of links that work through agents that are up."""

from collections import deque

from labkit.names import by_name
from labkit.network import Network


class Routes:
    """The next hop from everywhere to everywhere in a network; found when first asked for, then kept."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._ways: dict[str, dict[str, str]] = {}
        self._near: dict[str, frozenset[str]] = {}

    def direct(self, at: str, to: str) -> bool:
        """Whether one link leads there, and works at its beginning; the agent at its end may be down."""
        if at not in self._near:
            cut = self.network.cut
            self._near[at] = frozenset(near for near in self.network.graph[at] if (at, near) not in cut)
        return to in self._near[at]

    def hop(self, at: str, target: str) -> str | None:
        """The next agent on the way, the first by name where there are several; None where there is no way."""
        if self.direct(at, target):
            return target
        if target not in self._ways:
            self._ways[target] = self._search(target)
        return self._ways[target].get(at)

    def _search(self, target: str) -> dict[str, str]:
        network, ways = self.network, {target: target}
        far = deque([target])
        while far:
            near = far.popleft()
            for agent in sorted(network.graph[near], key=by_name):
                if agent not in ways and (agent, near) not in network.cut:
                    ways[agent] = near
                    if agent not in network.crashed:
                        far.append(agent)
        return ways
