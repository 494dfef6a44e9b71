"""A running system as plain data: the network as it is cut, what each agent believes, its process, and the links."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from labkit.agents import suspects_of, term_led
from labkit.engine import System
from labkit.network import Way
from labkit.observe import Verdict
from labkit.values import by_name
from labkit.views import stage

HEAD = ["Agent", "Process", "Memory", "What it is", "Server linked with (ms)"]


def picture(system: System, alt: str) -> stage.NetworkPanel:
    """The network: truth as fill, belief as outline; beside each agent what it is."""
    panel = stage.network_panel(system.network, system.network.partitions())
    suspected = {who for agent in system.agents.values() if agent.id not in system.down for who in suspects_of(agent)}
    panel["edge"] = [stage.DEAD.fill if name in suspected else stage.LINE for name in panel["name"]]
    panel["note"] = [note(system, name) for name in panel["name"]]
    return panel | {"place": "left", "title": "Truth: which cables are cut, which processes run", "alt": alt,
                    "low": 260, "margin": 110}


def note(system: System, name: str) -> str:
    """What the agent is, by its own belief; a star if it believes that it leads."""
    if name in system.down:
        return "killed"
    agent = system.agents[name]
    return " ".join(filter(None, ["" if term_led(agent) is None else "★", agent.note]))


def processes_panel(
    system: System, processes: Mapping[str, int], latencies: Mapping[Way, float], memory: Callable[[int], str]
) -> stage.TablePanel:
    """One row per agent: its process, and what its server says: with whom it is connected, how far that is."""
    rows = []
    for name in sorted(system.agents, key=by_name):
        near = sorted(((other, time) for (one, other), time in latencies.items() if one == name),
                      key=lambda link: by_name(link[0]))
        pid = processes.get(name)
        rows.append([name, str(pid) if pid else "–", memory(pid) if pid else "–", note(system, name) or "–",
                     ", ".join(f"{other} {time:.1f}" for other, time in near) or "nobody"])
    return stage.table_panel("right", "Belief: what processes and servers say of themselves", HEAD, rows)


def lights_panel(verdicts: Collection[Verdict]) -> stage.BadgesPanel:
    """One badge per property that is broken, or one that says that none is."""
    bad = [one for one in verdicts if one.bad]
    items = [["✘", f"{one.prop.name}: {one.why}", stage.DEAD.fill, stage.DEAD.ink] for one in bad]
    fine = ["✔", "no property is broken so far", stage.WHITE, stage.BLACK]
    return {"kind": "badges", "place": "lights", "items": items or [fine]}


def memory_of(pid: int) -> str:
    """How much memory the process holds, its share of what several hold together; – where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        return f"{next(int(line.split()[1]) for line in lines if line.startswith('Pss:')) / 1024:.0f} MB"
    except (OSError, StopIteration):
        return "–"
