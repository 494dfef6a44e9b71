"""The measures beside each picture against networkx computing the same numbers; both must agree.

The picture shows them after every click, so what they take is part of what a click takes.
"""

from collections.abc import Callable
from math import isclose
from multiprocessing import Pool, TimeoutError as TookTooLong

import networkx as nx
from figures import Seconds, growth, in_turns, spell, table, timed, times
from labkit.topology import build, communication, fault_tolerance, kinds, register
from subjects.situation import chords

Graph = "nx.Graph[str]"
Numbers = tuple[float, ...]
Count = Callable[[Graph], Numbers]

SIZES = (10, 50, 200)
KINDS = ("ring", "mesh", "hybrid", "chords")
PATIENCE: Seconds = 20  # for one call
QUICK: Seconds = 1  # what is slower is not repeated
NETWORKX, OURS = "networkx", "ours"


def main() -> None:
    if "chords" not in kinds():
        register("chords", chords)
    _compare("communication(): diameter, mean path, betweenness", _told, _told_by_networkx)
    _compare("fault_tolerance(): articulation points, bridges, connectivities", _faults, _faults_by_networkx)


def _told(graph: Graph) -> Numbers:
    found = communication(graph)
    return found.diameter, found.mean_hops, found.busiest_load


def _told_by_networkx(graph: Graph) -> Numbers:
    return nx.diameter(graph), nx.average_shortest_path_length(graph), max(nx.betweenness_centrality(graph).values())


def _faults(graph: Graph) -> Numbers:
    found = fault_tolerance(graph)
    return len(found.articulation_points), len(found.bridges), found.agent_connectivity, found.link_connectivity


def _faults_by_networkx(graph: Graph) -> Numbers:
    points, bridges = list(nx.articulation_points(graph)), list(nx.bridges(graph))
    return len(points), len(bridges), nx.node_connectivity(graph), nx.edge_connectivity(graph)


def _compare(title: str, ours: Count, rival: Count) -> None:
    rows = []
    for kind in KINDS:
        before: tuple[int, dict[str, Seconds]] = (1, {})
        for n in SIZES:
            found = _both(build(kind, n), {NETWORKX: rival, OURS: ours})
            said = [spell(found[name]) if name in found else f"> {PATIENCE} s" for name in (NETWORKX, OURS)]
            rows.append((
                kind, str(n), *said, times(found[NETWORKX] / found[OURS]) if len(found) == 2 else "–",
                *(growth(before[1].get(name), found.get(name), n / before[0]) for name in (NETWORKX, OURS)),
            ))
            before = n, found
    head = ("", "agents", NETWORKX, OURS, "ratio", "growth networkx", "growth ours")
    table(f"{title}; above 1x ours is faster", head, rows)


def _both(graph: Graph, counts: dict[str, Count]) -> dict[str, Seconds]:
    """Median times by name; who loses patience is missing."""
    found = {name: once for name, count in counts.items() if (once := _once(count, graph))}
    if len(found) == 2:
        numbers = zip(found[NETWORKX][1], found[OURS][1], strict=True)
        assert all(isclose(a, b, abs_tol=1e-9) for a, b in numbers), f"{graph}: the two disagree, {found}"
    quick = {name: lambda count=count: count(graph) for name, count in counts.items()
             if name in found and found[name][0] < QUICK}
    return {name: taken for name, (taken, _) in found.items()} | in_turns(quick, 5)


def _once(count: Count, graph: Graph) -> tuple[Seconds, Numbers] | None:
    """What one call takes and gives; in a process of its own, so that it can be stopped."""
    with Pool(1) as aside:
        try:
            return aside.apply_async(_timed, (count, graph)).get(PATIENCE)
        except TookTooLong:
            return None


def _timed(count: Count, graph: Graph) -> tuple[Seconds, Numbers]:
    return timed(lambda: count(graph))
