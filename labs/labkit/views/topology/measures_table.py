"""The measures of a network beside those of the intact topology: what a fault has changed, in two tables.

Four rows are always on show, the others unfold. Each explains itself in a tooltip.
"""

from math import comb

import networkx as nx

from labkit.network import Groups, Network
from labkit.topology import communication, constraints, fault_tolerance, one_way_hops, share_after
from labkit.values import listed
from labkit.views.stage import TablePanel, percent, table_panel

Row = tuple[str, str]

# Each measure with its tooltip.
FIRST = {
    "Pairs that can talk": "The share of all pairs of agents that are in one partition.",
    "Hops, farthest": "Links on the way between the two agents that are farthest apart, among pairs that a message "
                      "can still join.",
    "Broadcast costs": "Messages that flood the network with news: each agent passes it on over all its links, except "
                       "the one it came by. In a split network, one agent of each partition has the news.",
    "What splits it": "The fewest crashes, and the fewest cuts, that split the network if they hit the worst place.",
}
MORE = {
    "Busiest relay": "The agent that most shortest paths run through, and the share of the pairs of other agents that "
                     "it relays.",
    "Linked to a majority": "Agents that can exchange messages with more than half of all agents, themselves included, "
                            "over their own links alone: nobody relays.",
    "Most links": "The links of the agent that has the most of them.",
    "Working links": "Links that work in both directions.",
    "Hops, mean": "Links on a shortest way, on average over the pairs that a message can still join.",
    "Splits if it crashes": "Agents whose crash alone splits the others.",
    "Splits if it is cut": "Links whose cut alone splits the network.",
    "After 2 crashes": "How large the largest partition is, on average over all pairs of agents that might crash.",
}


def measures_panels(network: Network, groups: Groups, intact: tuple[Row, ...]) -> dict[str, TablePanel]:
    """Intact, and now with an arrow where that differs; intact: the `figures` of the same topology without faults."""
    now = figures(network, groups) if network.cut or network.crashed else intact
    rows = [
        [label, before, after if before == after else f"→ {after}"]
        for (label, before), (_, after) in zip(intact, now, strict=True)
    ]
    head, hints = ["Measure", "Intact", "Now"], [*FIRST.values(), *MORE.values()]
    few = len(FIRST)
    return {
        "measures": table_panel("beside", "Measures", head, rows[:few], hints=hints[:few]),
        "more": table_panel("beside", "More measures", head, rows[few:], unfolded=False, hints=hints[few:]),
    }


def figures(network: Network, groups: Groups) -> tuple[Row, ...]:
    """Label and value, in words a learner reads.

    Pairs and hops follow each message, so also a link that works one way; all else counts agents that are up and links
    that work both ways, and says so where that makes a difference.
    """
    labels = (*FIRST, *MORE)
    graph = network.two_way()
    if len(graph) == 0:
        return tuple((label, "–") for label in labels)
    told, faults = communication(graph), fault_tolerance(graph)
    both = all((b, a) in network.cut for a, b in network.cut)
    ways = (told.diameter, told.mean_hops) if both else one_way_hops(nx.DiGraph(network.connectivity()))
    total = len(network.graph)
    pairs, talking = comb(total, 2), sum(comb(len(group), 2) for group in groups)
    among = "" if talking == pairs else f" ({percent(talking, pairs)} of pairs)"
    parts = nx.number_connected_components(graph)
    two_way = "" if both else ", two-way"
    asked = constraints(graph, told.diameter)
    values = (
        percent(talking, pairs), f"{ways[0]}{among}",
        f"{told.broadcast_messages} msgs{f' in {parts} parts' if parts > 1 else ''}{two_way}",
        _what_splits(graph, faults.agent_connectivity, faults.link_connectivity),
        f"{told.busiest}: {told.busiest_load:.0%}" if told.busiest_load > 1e-9 else "nobody",
        f"{sum(2 * degree + 2 > total for _, degree in graph.degree())} of {total}",
        f"{asked.most_links} ({asked.most_linked})", str(asked.links), f"{ways[1]:.2f}{among}",
        listed(faults.articulation_points, most=3) or "none",
        listed((f"{a}–{b}" for a, b in faults.bridges), most=2) or "none",
        _left(graph),
    )
    return tuple(zip(labels, values, strict=True))


def _what_splits(graph: "nx.Graph[str]", crashes: int, cuts: int) -> str:
    """The fewest crashes and cuts; where each two agents are linked, no crash splits the rest."""
    n = len(graph)
    if n == 1:
        return "nothing"
    if not nx.is_connected(graph):
        return "is split"
    complete = graph.number_of_edges() - nx.number_of_selfloops(graph) == comb(n, 2)
    return f"{'no crash' if complete else _many(crashes, 'crash', 'es')}, {_many(cuts, 'cut', 's')}"


def _many(count: int, what: str, ending: str) -> str:
    return f"{count} {what}{ending if count > 1 else ''}"


def _left(graph: "nx.Graph[str]") -> str:
    """How large the largest partition is on average, once two random agents of those that are up crash."""
    if len(graph) < 3:
        return "–"
    share = share_after(graph, 2)
    return f"{'' if share.exact else 'about '}{share.mean:.0%} together"
