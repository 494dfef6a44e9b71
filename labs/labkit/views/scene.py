"""A network as plain data: columns for the picture, a sentence, badges and a table that say the same.

A test reads it without a widget; a stage draws it. Truth is the fill, so the fill is the partition.
"""

from typing import Any

from labkit.names import by_name, listed
from labkit.network import Network
from labkit.partition import Groups
from labkit.views.palette import BLACK, DEAD, LINE, Look, partition_letter, partition_look

Panel = dict[str, Any]
Rounds = tuple[tuple[str, ...], ...]  # who hears the news at hop 0, 1, 2 …

STATE_COLUMNS = ["Agent", "State", "Partition", "Working links", "Hears a majority", "Heard at hop", "Cut from"]


def network_panel(network: Network, groups: Groups, rounds: Rounds = ()) -> Panel:
    """The picture: one column a property, one entry an agent; links by number."""
    names = list(network.graph)
    number = {name: i for i, name in enumerate(names)}
    looks = {name: look_of(name, groups) for name in names}
    places = [network.graph.nodes[name]["pos"] for name in names]
    heard = {name: hop for hop, fresh in enumerate(rounds) for name in fresh}
    links = list(network.graph.edges)
    blocked = [(network.works(a, b), network.works(b, a)) for a, b in links]
    down = [bool(network.crashed.intersection(link)) for link in links]
    return {
        "kind": "network",
        "place": "main",
        "clickable": True,
        "alt": sentence(network, groups),
        "name": names,
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "fill": [looks[name][0].fill for name in names],
        "ink": [looks[name][0].ink for name in names],
        "symbol": [looks[name][0].symbol for name in names],
        "letter": [looks[name][1] if len(groups) > 1 else "" for name in names],
        "edge": [BLACK if name in heard else LINE for name in names],
        "note": [_note(name, network, heard) for name in names],
        "links": [[number[a], number[b]] for a, b in links],
        "cut": [i for i, ways in enumerate(blocked) if not any(ways) and not down[i]],
        "down": [i for i in range(len(links)) if down[i]],
        "oneway": [[i, 1 if there else -1] for i, (there, back) in enumerate(blocked) if there != back],
        "lit": [i for i, (a, b) in enumerate(links) if _carried(network, heard, a, b)],
    }


def look_of(agent: str, groups: Groups) -> tuple[Look, str]:
    """The look and the letter of an agent's partition; a crashed agent is in none."""
    for index, group in enumerate(groups):
        if agent in group:
            return partition_look(index), partition_letter(index)
    return DEAD, ""


def sentence(network: Network, groups: Groups) -> str:
    """What the picture shows, in one sentence."""
    total = len(network.graph)
    up = f"{total} agents" if not network.crashed else f"{total - len(network.crashed)} of {total} agents are up"
    if len(groups) == 1:
        return f"{up}: all of them can reach each other, in one partition."
    if not groups:
        return f"All {total} agents are down."
    most = len(groups[0])
    holds = "a majority" if 2 * most > total else "no partition holds a majority"
    return f"{up} in {len(groups)} partitions. The largest, A, has {most} of {total} ({most / total:.0%}): {holds}."


def badges_panel(network: Network, groups: Groups, most: int = 12) -> Panel:
    """Each partition with its letter, size and share; from `most` on they are counted."""
    total = len(network.graph)
    items = []
    for index, group in enumerate(groups[:most]):
        look = partition_look(index)
        majority = ", majority" if 2 * len(group) > total else ""
        who = "everyone" if len(group) == total else listed(group, most=7)
        said = f"{len(group)} of {total} ({len(group) / total:.0%}{majority}): {who}"
        items.append([partition_letter(index), said, look.fill, look.ink])
    if len(groups) > most:
        rest = sum(len(group) for group in groups[most:])
        items.append(["…", f"{len(groups) - most} more partitions with {rest} agents", "#FFFFFF", BLACK])
    if network.crashed:
        names = listed(sorted(network.crashed, key=by_name), most=7)
        items.append(["✕", f"{len(network.crashed)} down: {names}", DEAD.fill, DEAD.ink])
    return {"kind": "badges", "place": "side", "items": items}


def state_panel(network: Network, groups: Groups, rounds: Rounds = ()) -> Panel:
    """The state of every agent, a row each: what the picture shows, in words."""
    heard = {name: hop for hop, fresh in enumerate(rounds) for name in fresh}
    majority = len(network.graph) // 2 + 1
    rows = []
    for name in sorted(network.graph, key=by_name):
        near = sorted(network.graph[name], key=by_name)
        both = [other for other in near if network.works(name, other) and network.works(other, name)]
        lost = [_lost(network, name, other) for other in near if other not in both]
        up = name not in network.crashed
        rows.append([
            name,
            "up" if up else "down",
            look_of(name, groups)[1] or "–",
            f"{len(both)} of {len(near)}",
            ("yes" if len(both) + 1 >= majority else "no") if up else "–",
            str(heard.get(name, "–")),
            listed(lost, most=5) or "–",
        ])
    return {
        "kind": "table", "place": "below", "open": False, "title": "State of every agent",
        "head": STATE_COLUMNS, "rows": rows,
    }


def text_panel(text: str, place: str = "top", tone: str = "") -> Panel:
    return {"kind": "text", "place": place, "text": text, "tone": tone}


def _note(name: str, network: Network, heard: dict[str, int]) -> str:
    if name in network.crashed:
        return "down"
    return f"hop {heard[name]}" if name in heard else ""


def _carried(network: Network, heard: dict[str, int], a: str, b: str) -> bool:
    """Whether the news first came to one end of the link from the other."""
    if a not in heard or b not in heard:
        return False
    first, then = (a, b) if heard[a] < heard[b] else (b, a)
    return heard[then] - heard[first] == 1 and network.works(first, then)


def _lost(network: Network, name: str, other: str) -> str:
    if network.crashed & {name, other}:
        return f"{other} (down)" if other in network.crashed else other
    if network.works(name, other):
        return f"{other} (hears {name}, but is not heard)"
    if network.works(other, name):
        return f"{other} (is heard, but does not hear {name})"
    return other
