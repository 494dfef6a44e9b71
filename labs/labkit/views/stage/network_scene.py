"""A network as plain data: columns for the picture, a sentence, badges and a table that say the same.

A test reads it without a widget; a stage draws it. Truth is the fill, so the fill is the partition.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import networkx as nx

from labkit.network import Groups, Network, Way
from labkit.topology import places_of
from labkit.values import by_name, listed
from labkit.views.stage.palette import BLACK, DEAD, LINE, Look, partition_letter, partition_look
from labkit.views.stage.panels import BadgesPanel, NetworkPanel, TablePanel, table_panel

Rounds = tuple[tuple[str, ...], ...]  # who hears the news at hop 0, 1, 2 …

LEGEND: list[list[str]] = [
    ["fill colour, shape and small letter", "the partition of an agent: A is the largest; from the seventh on all are "
     "grey, and the letter tells them apart"],
    ["✕", "the agent is down"],
    ["solid line in the colour of a partition", "the link works in both directions"],
    ["violet arrow", "the link works in this direction only"],
    ["dotted brown line", "the link is cut"],
    ["dotted grey line", "the link leads to an agent that is down"],
    ["thick black outline, black band", "the agent has heard the news; the news came over this link"],
    ["grey band", "the news was told over this link to an agent that knew it already"],
    ["pale blue band with ?", "the link waits for your prediction"],
]
STATE_COLUMNS = ["Agent", "State", "Partition", "Working links", "Linked to a majority", "Heard at hop", "Cut from"]


def network_panel(network: Network, groups: Groups, rounds: Rounds = ()) -> NetworkPanel:
    """The picture: one column per property, one entry per agent; links by number."""
    looks = _looks(network, groups)
    fixed, number = _fixed(network.graph)
    names, filled = fixed["name"], [looks[name][0] for name in fixed["name"]]
    heard = {name: hop for hop, fresh in enumerate(rounds) for name in fresh}
    notes = {name: f"hop {hop}" for name, hop in heard.items()} | dict.fromkeys(network.crashed, "down")
    down = {number[agent, near] for agent in network.crashed for near in network.graph[agent]}
    closed = {number[way] for way in network.cut} - down
    works = {i: tuple(network.works(*way) for way in (fixed["ends"][i], fixed["ends"][i][::-1])) for i in closed}
    return {
        "kind": "network", "place": "main", "clickable": True, "alt": network_sentence(network, groups),
        "name": names, "x": fixed["x"], "y": fixed["y"], "links": fixed["links"],
        "fill": [look.fill for look in filled], "ink": [look.ink for look in filled],
        "symbol": [look.symbol for look in filled],
        "letter": [looks[name][1] if len(groups) > 1 else "" for name in names],
        "edge": [BLACK if name in heard else LINE for name in names],
        "note": [notes.get(name, "") for name in names],
        "cut": sorted(i for i in closed if not any(works[i])),
        "down": sorted(down),
        "oneway": [[i, 1 if works[i][0] else -1] for i in sorted(closed) if any(works[i])],
        "lit": sorted(number[way] for way in _carried(network, rounds)),
    }


def link_numbers(network: Network, ways: Iterable[Way]) -> list[int]:
    """The numbers of these links in the picture of the network."""
    number = _fixed(network.graph)[1]
    return sorted({number[way] for way in ways})


def legend_panel(place: str = "folded") -> TablePanel:
    """What each mark of a network means."""
    return table_panel(place, "What the marks mean", ["Mark", "Meaning"], LEGEND, unfolded=False)


@lru_cache(maxsize=16)
def _fixed(graph: "nx.Graph[str]") -> tuple[dict[str, list[Any]], dict[Way, int]]:
    """What no fault changes: columns of the picture, and the number of each link by either of its directions."""
    names = list(graph)
    index = {name: i for i, name in enumerate(names)}
    ends = list(graph.edges)
    placed = places_of(graph)
    places = [placed[name] for name in names]
    columns: dict[str, list[Any]] = {
        "name": names, "x": [x for x, _ in places], "y": [y for _, y in places],
        "ends": ends, "links": [[index[a], index[b]] for a, b in ends],
    }
    return columns, {way: i for i, (a, b) in enumerate(ends) for way in ((a, b), (b, a))}


def _looks(network: Network, groups: Groups) -> dict[str, tuple[Look, str]]:
    """The look and the letter of each agent's partition; a crashed agent is in none."""
    looks = dict.fromkeys(network.graph, (DEAD, ""))
    for i, group in enumerate(groups):
        looks |= dict.fromkeys(group, (partition_look(i), partition_letter(i)))
    return looks


def network_sentence(network: Network, groups: Groups) -> str:
    """What the picture shows, in one sentence."""
    total = len(network.graph)
    up = f"{total} agents" if not network.crashed else f"{total - len(network.crashed)} of {total} agents are up,"
    if len(groups) == 1:
        return f"{up.rstrip(',')}: all of them can reach each other, in one partition."
    if not groups:
        return f"All {total} agents are down."
    most = len(groups[0])
    holds = "a majority" if 2 * most > total else "no partition holds a majority"
    return f"{up} in {len(groups)} partitions. The largest, A, has {most} of {total} ({percent(most, total)}): {holds}."


def percent(part: int, whole: int) -> str:
    """A share in whole percent; what is not all is never called 100 %, what is not nothing never 0 %."""
    share = part / whole
    return "over 99%" if 0.995 < share < 1 else "under 1%" if 0 < share < 0.005 else f"{share:.0%}"


def badges_panel(network: Network, groups: Groups, most: int = 12) -> BadgesPanel:
    """Each partition with its letter, size and share; from `most` on they are counted."""
    total = len(network.graph)
    items = []
    for index, group in enumerate(groups[:most]):
        look = partition_look(index)
        majority = ", majority" if 2 * len(group) > total else ""
        who = "everyone" if len(group) == total else listed(group, most=7)
        said = f"{len(group)} of {total} ({percent(len(group), total)}{majority}): {who}"
        items.append([partition_letter(index), said, look.fill, look.ink])
    if len(groups) > most:
        rest = sum(len(group) for group in groups[most:])
        items.append(["…", f"{len(groups) - most} more partitions with {rest} agents", "#FFFFFF", BLACK])
    if network.crashed:
        names = listed(sorted(network.crashed, key=by_name), most=7)
        items.append(["✕", f"{len(network.crashed)} down: {names}", DEAD.fill, DEAD.ink])
    return {"kind": "badges", "place": "beside", "items": items}


def state_panel(network: Network, groups: Groups, rounds: Rounds = ()) -> TablePanel:
    """The state of every agent, one row each: what the picture shows, in words."""
    heard = {name: hop for hop, fresh in enumerate(rounds) for name in fresh}
    majority = len(network.graph) // 2 + 1
    looks, lost = _looks(network, groups), _lost(network)
    rows = []
    for name in sorted(network.graph, key=by_name):
        links, up = network.graph.degree(name), name not in network.crashed
        works = links - len(lost[name])
        missing = (_loss(network, name, other) for other in sorted(lost[name], key=by_name))
        rows.append([
            name, "up" if up else "down", looks[name][1] or "–", f"{works} of {links}",
            ("yes" if works + 1 >= majority else "no") if up else "–",
            str(heard.get(name, "–")), listed(missing, most=5) or "–",
        ])
    return table_panel("folded", "State of every agent", STATE_COLUMNS, rows, unfolded=False)


def _carried(network: Network, rounds: Rounds) -> set[Way]:
    """The directions by which agents first heard the news."""
    return {
        (teller, hearer)
        for before, fresh in pairwise(rounds)
        for hearer in fresh
        for teller in before
        if network.graph.has_edge(teller, hearer) and network.works(teller, hearer)
    }


def _lost(network: Network) -> dict[str, set[str]]:
    """For each agent, the neighbours with whom it can no longer exchange messages both ways."""
    lost: dict[str, set[str]] = {agent: set() for agent in network.graph}
    ways = {(agent, near) for agent in network.crashed for near in network.graph[agent]}
    for a, b in network.cut | ways:
        lost[a].add(b)
        lost[b].add(a)
    return lost


def _loss(network: Network, name: str, other: str) -> str:
    """How `name` has lost its neighbour, in words."""
    if network.crashed & {name, other}:
        return f"{other} (down)" if other in network.crashed else other
    if network.works(name, other):
        return f"{other} (hears {name}, but is not heard)"
    if network.works(other, name):
        return f"{other} (is heard, but does not hear {name})"
    return other
