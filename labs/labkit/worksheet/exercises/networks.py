"""From an answer to a network: what a learner's function makes of some agents, and how far apart they are then."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import islice
from typing import Any

import networkx as nx

from labkit.network import Crash, Network
from labkit.topology import measure, places_of
from labkit.values import brief, listed
from labkit.worksheet.refuting import Refuted, call

MOST = 1_000  # links that an answer may give, more than any mesh here has


def network_of(rule: Callable[..., Any], agents: tuple[str, ...], *options: Any) -> "nx.Graph[str]":
    """The network that the learner's rule makes of these agents; Refuted where it makes none.

    Any collection of pairs will do, and a link that is given twice is one link.
    """
    links = call(_collected(rule), agents, *options, gives=list, words="a list of links, each a pair of agents")
    for link in links:
        if type(link) not in (tuple, list) or len(link) != 2 or link[0] == link[1] or not _all_in(link, agents):
            raise Refuted(f"with the agent{'s' * (len(agents) > 1)} {listed(agents, most=20)}, your function gives "
                          f"the link {brief(link)}, but a link is a pair of two different agents of the list")
    return drawn(agents, links)


def drawn(agents: Iterable[str], links: Iterable[Sequence[str]]) -> "nx.Graph[str]":
    """These agents and links as a network that can be shown."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(agents)
    graph.add_edges_from((link[0], link[1]) for link in links)
    nx.set_node_attributes(graph, places_of(graph), "pos")
    return graph


def longest_way(graph: "nx.Graph[str]") -> int:
    """Hops between the two agents that are farthest apart."""
    return measure(graph).communication.diameter


def figures_of(graph: "nx.Graph[str]") -> dict[str, int]:
    """One whole number for each of the measures by which the lab compares topologies."""
    found = measure(graph)
    return {
        "hops": found.communication.diameter,
        "messages": found.communication.broadcast_messages,
        "crashes": max(0, found.fault_tolerance.agent_connectivity - 1),
        "cuts": max(0, found.fault_tolerance.link_connectivity - 1),
        "links_per_agent": found.constraints.most_links,
        "links": found.constraints.links,
    }


def after_crashes(graph: "nx.Graph[str]", *agents: str) -> Network:
    """The network with these agents down."""
    return Network(graph).after(*map(Crash, agents))


def _all_in(link: Any, agents: tuple[str, ...]) -> bool:
    return all(type(end) is str and end in agents for end in link)


def _collected(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The same rule; what it yields, zips or combines is put into a list."""
    @wraps(rule)
    def collected(*given: Any) -> Any:
        result = rule(*given)
        many = isinstance(result, Iterable) and type(result) not in (str, dict)
        return list(islice(result, MOST)) if many else result
    return collected
