"""The document of the topology: its picture, its needs, its measures, and why it was chosen and not another."""

import networkx as nx

from labkit.topology import build, measure, places_of
from labkit.values import Svg, listed, pixels
from labkit.worksheet.documents.markdown import bullets, document, met, section, table
from labkit.worksheet.documents.work import Work
from labkit.worksheet.exercises.networks import figures_of, network_of
from labkit.worksheet.refuting import Refuted
from labkit.worksheet.team import TEAM

OWN, FIVE = "team topology", ("star", "mesh", "ring", "tree", "hybrid")
MOST_HOPS, GROWN = 3, 16
WIDTH, HEIGHT, RADIUS = 560, 380, 30
NEEDS = (
    "Whichever one agent crashes, the others still reach each other.",
    f"The longest way is at most {MOST_HOPS} hops.",
    "There are at most twice as many links as agents.",
    f"All of it for teams of 3 to {GROWN} agents.",
)


def topology_document(work: Work) -> tuple[str, dict[str, str]]:
    """The document, and the pictures that it shows, by the names of their files."""
    title, todo = "The topology of the team", work.undone(1)
    refuted = met(work.cases(1))
    if missing := work.missing([OWN]):
        return document(title, missing, todo, refuted), {}
    try:
        own = {n: network_of(work.answer(OWN), TEAM if n == len(TEAM) else _names(n)) for n in (len(TEAM), GROWN)}
    except Refuted as why:
        return document(title, f"The topology cannot be drawn: {why}.", todo, refuted), {}
    graph = own[len(TEAM)]
    text = document(
        title,
        f"{len(TEAM)} agents, {graph.number_of_edges()} links: {listed(TEAM, most=8)}.",
        "![The topology of the team](topology.svg)",
        section("Needs", bullets(NEEDS)),
        section("Measures", _measures(own)),
        section("Single points of failure", _single_points(graph)),
        section("Why this one and not another", _compared(own), _not_the_others(own)),
        refuted, todo,
    )
    return text, {"topology.svg": drawing(graph)}


def drawing(graph: "nx.Graph[str]") -> str:
    """The network as SVG."""
    places = places_of(graph)
    names = list(graph)
    x = pixels([places[name][0] for name in names], WIDTH, 2 * RADIUS)
    y = pixels([-places[name][1] for name in names], HEIGHT, 2 * RADIUS)
    at = dict(zip(names, zip(x, y, strict=True), strict=True))
    picture = Svg(WIDTH, HEIGHT, f"A network of {len(names)} agents with {graph.number_of_edges()} links")
    for a, b in graph.edges:
        picture.line(*at[a], *at[b])
    for name in names:
        picture.circle(*at[name], RADIUS, "#0072B2")
        picture.label(at[name][0], at[name][1] + 4, name[:9], "#FFFFFF")
    return str(picture)


def _names(number: int) -> tuple[str, ...]:
    return (*TEAM, *(f"helper {i}" for i in range(1, number - len(TEAM) + 1)))


def _measures(own: dict[int, "nx.Graph[str]"]) -> str:
    rows = []
    found = [measure(graph) for graph in own.values()]
    for words, figure in (
        ("Links", lambda one: one.constraints.links),
        ("Links of the busiest agent", lambda one: one.constraints.most_links),
        ("Hops, farthest", lambda one: one.communication.diameter),
        ("Hops, mean", lambda one: f"{one.communication.mean_hops:.2f}"),
        ("Messages of a broadcast", lambda one: one.communication.broadcast_messages),
        ("Crashes that split it, at least", lambda one: one.fault_tolerance.agent_connectivity),
        ("Cuts that split it, at least", lambda one: one.fault_tolerance.link_connectivity),
    ):
        rows.append([words, *(str(figure(one)) for one in found)])
    return table(["Measure", *(f"{n} agents" for n in own)], rows)


def _single_points(graph: "nx.Graph[str]") -> str:
    points = measure(graph).fault_tolerance.articulation_points
    if not points:
        return "There is none: no crash of one agent separates two others."
    return f"The crash of one of these splits the team: {listed(points)}."


def _broken(graph: "nx.Graph[str]") -> list[str]:
    """Which needs this network does not meet, in words."""
    found, agents = figures_of(graph), len(graph)
    broken = []
    if found["crashes"] < 1:
        broken.append("one crash splits it")
    if found["hops"] > MOST_HOPS:
        broken.append(f"the longest way is {found['hops']} hops")
    if found["links"] > 2 * agents:
        broken.append(f"it has {found['links']} links, more than {2 * agents}")
    return broken


def _networks(own: dict[int, "nx.Graph[str]"]) -> dict[str, dict[int, "nx.Graph[str]"]]:
    return {"**ours**": own, **{kind: {n: build(kind, n) for n in own} for kind in FIVE}}


def _compared(own: dict[int, "nx.Graph[str]"]) -> str:
    rows = []
    for name, sizes in _networks(own).items():
        found = {n: figures_of(graph) for n, graph in sizes.items()}
        rows.append([name, *(f"{one['hops']} / {one['links']} / {one['crashes']}" for one in found.values())])
    head = ["Topology", *(f"{n} agents: hops / links / crashes survived" for n in own)]
    return table(head, rows)


def _not_the_others(own: dict[int, "nx.Graph[str]"]) -> str:
    lines = []
    for name, sizes in _networks(own).items():
        broken = [f"with {n} agents {listed(why)}" for n, graph in sizes.items() if (why := _broken(graph))]
        lines.append(f"{name}: {'; '.join(broken)}" if broken else f"{name}: meets the needs at both sizes")
    return bullets(f"{line}." for line in lines)
