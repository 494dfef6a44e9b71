"""Bad weather on any topology: links cut and healed, agents crashed and restarted, while clients ask."""

from collections.abc import Callable
from random import Random

from labkit.engine import Simulator
from labkit.network import Cut


def gale(sim: Simulator, seed: int, until: int, ask: Callable[[str, int], object]) -> None:
    """What comes is drawn from the seed. ask: what a client asks of an agent, given a number from 1 on."""
    draw = Random(seed)
    links = sorted(sim.system.network.graph.edges)
    while sim.now < until:
        time = sim.now + draw.randint(1, 30)
        sim.run(until=time)
        (a, b), name = draw.choice(links), draw.choice(sorted(sim.system.agents))
        match draw.randint(0, 7):
            case 0:
                sim.do(Cut(a, b), time=time)
            case 1:
                sim.cut(a, b)
            case 2 | 3:
                sim.heal(a, b)
            case 4 if name not in sim.system.down:
                sim.crash(name)
            case 5 if sim.system.down:
                sim.restart(min(sim.system.down))
            case 6 | 7 if name not in sim.system.down and (wish := ask(name, draw.randint(1, 9))) is not None:
                sim.request(name, wish)
