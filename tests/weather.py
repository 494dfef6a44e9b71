"""Bad weather for a simulation: seeded faults of all kinds while clients ask, and then none any more."""

from collections.abc import Callable, Hashable, Iterable
from random import Random

from labkit.agents import Property, first_violation
from labkit.engine import Simulator
from labkit.network import Cut


def storm(
    sim: Simulator, seed: int, until: int, properties: Iterable[Property], ask: Callable[[str, int], Hashable]
) -> None:
    """Links cut one way or both, agents crashed, some of it mended again; the properties hold after each blow.

    ask: what a client asks of an agent, given a random number below 9.
    """
    draw, properties = Random(seed).random, tuple(properties)
    while sim.now < until:
        sim.run(until=sim.now + 1 + int(draw() * 30))
        a, b = sorted(sim.system.agents, key=lambda _: draw())[:2]
        match int(draw() * 7):
            case 0:
                sim.do(Cut(a, b))
            case 1:
                sim.cut(a, b)
            case 2:
                sim.heal(a, b)
            case 3 if a not in sim.system.down:
                sim.crash(a)
            case 4 if sim.system.down:
                sim.restart(min(sim.system.down))
            case 5 | 6 if a not in sim.system.down:
                sim.request(a, ask(a, int(draw() * 9)))
        assert first_violation(properties, sim.system) is None
        if sim.next_due() is None:
            sim.do(Cut(a, b), time=sim.now + 20)


def mend(sim: Simulator) -> None:
    """From now on nothing fails any more."""
    sim.weather.loss = sim.weather.duplication = 0
    sim.heal_all()
    for agent in sorted(sim.system.down):
        sim.restart(agent)
