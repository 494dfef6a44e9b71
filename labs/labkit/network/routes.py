"""How messages are routed: hop by hop along a shortest path of working links through agents that are up.

In a network built with relay=False agents do not forward messages: a message crosses one link or does not arrive.
"""

from collections import deque

from labkit.network.network import Network
from labkit.values import by_name


class Routes:
    """The next hop from any agent to any other, computed when first asked for and then kept."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._ways: dict[str, dict[str, str]] = {}
        self._hops: dict[str, dict[str, str | None]] = {}

    def hop(self, at: str, target: str) -> str | None:
        """The next agent on a shortest path, the first by name if there are several; None if there is no path."""
        try:
            return self._hops[at][target]
        except KeyError:
            hop = target if self.direct(at, target) else self._toward(at, target) if self.network.relays else None
            self._hops.setdefault(at, {})[target] = hop
            return hop

    def direct(self, at: str, to: str) -> bool:
        """Whether there is a link to `to` that is not cut; the agent at its end may be down."""
        return self.network.graph.has_edge(at, to) and (at, to) not in self.network.cut

    def _toward(self, at: str, target: str) -> str | None:
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
