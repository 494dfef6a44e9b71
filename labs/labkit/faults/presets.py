"""Faults worth knowing by name: each turns an intact network into one that has gone wrong in a typical way."""

from collections.abc import Callable
from dataclasses import dataclass

from labkit.network import Network, NetworkChange, cut, isolate
from labkit.topology import places_of
from labkit.values import by_name


@dataclass(frozen=True)
class Preset:
    """A fault with its name and the sentence that says what it does."""

    name: str
    sentence: str
    events: Callable[[Network, str], tuple[NetworkChange, ...]]  # (intact network, chosen agent) → events


def halves(network: Network) -> tuple[frozenset[str], frozenset[str]]:
    """The agents in two groups of equal size (one more on the right if odd), left and right in the picture."""
    places = places_of(network.graph)
    across = sorted(places, key=lambda name: (places[name][0], -places[name][1], by_name(name)))
    middle = len(across) // 2
    return frozenset(across[:middle]), frozenset(across[middle:])


def halve(network: Network, _agent: str = "") -> tuple[NetworkChange, ...]:
    """Cut every link between the left and the right half."""
    return tuple(event for link in _crossing(network) for event in cut(*link))


def bridge(network: Network, _agent: str = "") -> tuple[NetworkChange, ...]:
    """Cut every link between the halves but one."""
    return tuple(event for link in _crossing(network)[1:] for event in cut(*link))


def isolate_one(network: Network, agent: str) -> tuple[NetworkChange, ...]:
    """Cut every link of one agent, which stays up and notices only silence."""
    return isolate(network.graph, agent)


def cut_the_hub(network: Network, _agent: str = "") -> tuple[NetworkChange, ...]:
    """Isolate the agent with the most links."""
    return isolate(network.graph, min(network.graph, key=lambda name: (-network.graph.degree(name), by_name(name))))


def ring_of_majorities(network: Network, _agent: str = "") -> tuple[NetworkChange, ...]:
    """Leave each agent about as many neighbours as it needs to see a majority, and nobody the same majority.

    After the "majorities ring" of Jepsen. Needs a network in which agents next to each other by name are linked.
    """
    agents = sorted(network.graph, key=by_name)
    n = len(agents)
    reach = -(-(n // 2) // 2)  # that many neighbours on each side, with oneself, are a majority
    kept = {frozenset((agents[i], agents[(i + step) % n])) for i in range(n) for step in range(1, reach + 1)}
    missing = sorted(" and ".join(sorted(pair, key=by_name)) for pair in kept if not network.graph.has_edge(*pair))
    if n < 4 or missing:
        why = f"here {missing[0]} have no link" if missing else f"{n} agents are too few"
        raise ValueError(f"a ring of majorities does not fit this network ({why}): take a mesh of 4 or more")
    return tuple(event for a, b in network.graph.edges if frozenset((a, b)) not in kept for event in cut(a, b))


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("halve", "Every link between the left and the right half is cut.", halve),
        Preset("isolate one", "The chosen agent loses all its links but stays up.", isolate_one),
        Preset("cut the hub", "The agent with the most links loses them all.", cut_the_hub),
        Preset("bridge", "Only one link is left between the two halves.", bridge),
        Preset("ring of majorities", "Everyone sees a majority, nobody the same one.", ring_of_majorities),
    )
}


def _crossing(network: Network) -> list[tuple[str, str]]:
    """The links between the halves, by name."""
    left, _ = halves(network)
    links = [tuple(sorted(link, key=by_name)) for link in network.graph.edges if len(left.intersection(link)) == 1]
    return sorted(((a, b) for a, b in links), key=lambda link: (by_name(link[0]), by_name(link[1])))
