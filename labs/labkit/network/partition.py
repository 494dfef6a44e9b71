"""Which agents can still reach each other: a hardened version of the lesson's detector, and one that follows changes.

Left out on purpose: a group with a one-way link is searched again for its *mutual* groups. Only networks whose links
all work both ways are followed without a second search.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

import networkx as nx

from labkit.values import agent_names, by_name, expect, listed

Reach = Literal["mutual", "any"]
Groups = tuple[tuple[str, ...], ...]
Connectivity: TypeAlias = "Mapping[str, Iterable[str]] | nx.Graph[str]"  # a DiGraph is a Graph as well


def partitions(agents: Sequence[str], connectivity: Connectivity, reach: Reach | None = None) -> Groups:
    """Groups of agents that can still talk, largest first, ties by name, members by name.

    connectivity: the agents that each agent sends to, or a networkx graph. reach: what talking means if a link works
    one way only: "mutual", each can reach the other (strong), or "any", messages pass in at least one direction
    (weak). Raises ValueError for an unknown or repeated agent, and for a one-way link when reach is not chosen.
    """
    expect(agents, (list, tuple, set, frozenset, str, dict, nx.Graph), "agents is a list of names")
    expect(connectivity, (Mapping, nx.Graph), "connectivity is a table {agent: [whom it sends to]}, or a network")
    for near in connectivity.values() if isinstance(connectivity, Mapping) else ():
        expect(near, Iterable, "connectivity is a table {agent: [whom it sends to]}; one agent sends to")
    return IncrementalPartitions(agents, connectivity, reach).groups()


class IncrementalPartitions:
    """Partitions that follow single cuts and heals without searching the whole network again.

    A cut starts two searches that take turns, one from each end of the link: if they meet, nothing has split; if one
    has nowhere left to go, what it has seen is the part that split off. So a cut costs at most twice the smaller part,
    or twice the way round; a heal costs the smaller of the two groups. The worst case is the first cut of a long ring.
    """

    def __init__(self, agents: Sequence[str], connectivity: Connectivity, reach: Reach | None = None) -> None:
        if reach not in ("mutual", "any", None):
            raise ValueError(f"reach={reach!r}: choose 'mutual' (both must hear each other) or 'any' (one is enough)")
        self.agents = agent_names(agents)
        self.reach = reach
        self._out: dict[str, set[str]] = {agent: set() for agent in self.agents}
        self._near: dict[str, set[str]] = {agent: set() for agent in self.agents}  # either direction works
        self._oneway: set[tuple[str, str]] = set()
        self._group: dict[str, int] = {}
        self._members: dict[int, set[str]] = {}
        self._unused = len(self.agents)
        for source, target in _ways(connectivity):
            self._known(source, target)
            self._open(source, target)
        self._label_all()
        self._refuse_a_oneway_link()

    def cut_way(self, source: str, target: str) -> None:
        """Close one direction: from now on nothing that `source` sends over this link arrives."""
        self._known(source, target)
        if target not in self._out[source]:
            return
        self._out[source].discard(target)
        self._oneway.discard((source, target))
        if source in self._out[target]:
            self._oneway.add((target, source))
            return
        self._near[source].discard(target)
        self._near[target].discard(source)
        if fell_off := self._cut_off(source, target):
            self._members[self._group[source]] -= fell_off
            self._move(fell_off, self._unused)
            self._unused += 1

    def heal_way(self, source: str, target: str) -> None:
        """Open one direction of a link; the link may be new."""
        self._known(source, target)
        self._open(source, target)
        one, other = self._group[source], self._group[target]
        if one == other:
            return
        if len(self._members[one]) < len(self._members[other]):
            one, other = other, one
        self._move(self._members.pop(other), one)

    def groups(self) -> Groups:
        """The groups, largest first, ties by name, members by name."""
        self._refuse_a_oneway_link()
        mixed = self._mixed_groups()
        found: list[Iterable[str]] = [self._members[group] for group in self._members if group not in mixed]
        for group in sorted(mixed):
            found += self._refined(group)
        named = [tuple(sorted(group, key=by_name)) for group in found]
        return tuple(sorted(named, key=lambda group: (-len(group), by_name(group[0]))))

    def _cut_off(self, a: str, b: str) -> set[str]:
        """The side of a or b that the other no longer reaches; empty if there is another way."""
        if not self._near[a].isdisjoint(self._near[b]):
            return set()  # they have a neighbour in common
        seen, other = {a}, {b}
        waiting, other_waiting = [a], [b]
        walked = other_walked = 0
        while waiting:
            agent = waiting.pop()
            walked += len(self._near[agent]) + 1
            for near in self._near[agent]:
                if near in other:
                    return set()
                if near not in seen:
                    seen.add(near)
                    waiting.append(near)
            if waiting and walked > other_walked:  # the search that has walked less goes on
                seen, other, waiting, other_waiting = other, seen, other_waiting, waiting
                walked, other_walked = other_walked, walked
        return seen

    def _move(self, agents: set[str], group: int) -> None:
        self._members.setdefault(group, set()).update(agents)
        for agent in agents:
            self._group[agent] = group

    def _open(self, source: str, target: str) -> None:
        if target in self._out[source] or source == target:  # a link to itself joins nothing
            return
        self._out[source].add(target)
        self._near[source].add(target)
        self._near[target].add(source)
        if source in self._out[target]:
            self._oneway.discard((target, source))
        else:
            self._oneway.add((source, target))

    def _label_all(self) -> None:
        """Number the connected groups, once, at the start."""
        for number, start in enumerate(self.agents):
            if start not in self._group:
                group, edge = {start}, {start}
                while edge:
                    edge = set().union(*(self._near[agent] for agent in edge)) - group
                    group |= edge
                self._move(group, number)

    def _mixed_groups(self) -> set[int]:
        """Groups whose *mutual* partitions may be smaller than the group."""
        return {self._group[source] for source, _ in self._oneway} if self.reach == "mutual" else set()

    def _refined(self, group: int) -> list[set[str]]:
        """The parts of a group in which all members can reach each other."""
        ways: nx.DiGraph[str] = nx.DiGraph({agent: list(self._out[agent]) for agent in self._members[group]})
        return list(nx.strongly_connected_components(ways))

    def _known(self, *agents: str) -> None:
        for agent in agents:
            if agent not in self._out:
                raise ValueError(f"{agent!r} is linked but not in the list of agents: add it there or drop the link")

    def _refuse_a_oneway_link(self) -> None:
        if self._oneway and self.reach is None:
            source, target = min(self._oneway, key=lambda way: (by_name(way[0]), by_name(way[1])))
            raise ValueError(
                f"{source} reaches {target} but not the other way round: choose reach='mutual' (both must hear each "
                "other) or reach='any' (one direction is enough)"
            )


def _ways(connectivity: Connectivity) -> Iterable[tuple[str, str]]:
    """Each direction that works, as (source, target)."""
    if isinstance(connectivity, nx.Graph):
        edges = list(connectivity.edges())
        return edges if connectivity.is_directed() else [*edges, *((b, a) for a, b in edges)]
    lonely = [source for source, targets in connectivity.items() if isinstance(targets, str)]
    if lonely:
        raise ValueError(f"the neighbours of {listed(lonely)} are a text: write a list, ['b'] instead of 'b'")
    return [(source, target) for source, targets in connectivity.items() for target in targets]
