"""A running system as plain data: the network as it is cut, what each agent believes, its process, and the links."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from traceback import extract_tb
from typing import NamedTuple

from labkit.agents import Replied, suspects_of, term_led
from labkit.engine import System
from labkit.network import Network, Way
from labkit.observe import Verdict
from labkit.values import brief, by_name, listed
from labkit.views import stage

TRUTH, TRUTH_THEN = ("Truth: which cables are cut, which processes run",
                     "At the end: cut cables and running processes")
BELIEF, BELIEF_THEN = ("Belief: what processes and servers say of themselves",
                       "At the end: what processes and servers said of themselves")
BELIEF_BEFORE = "Before it broke: what processes and servers said"
HEAD = ["Agent", "Process", "Memory", "What it is", "Linked with (ms)"]
CLIENTS = ["Agent", "Its client asked for", "It was told"]
LONGEST = 50  # letters of a request, and of its answer
QUESTIONS = 3  # that are shown, the last first


class Question(NamedTuple):
    """What a client has asked an agent for; heard: whether the agent ran then."""

    agent: str
    request: Hashable
    heard: bool


def reached(network: Network) -> str:
    """Who is connected with whom, in one sentence; nobody finds a way round a cut cable here."""
    partitions = network.partitions()
    said = stage.network_sentence(network, partitions)
    if len(partitions) > 1 or not network.cut:
        return said
    return said.partition(":")[0] + ": one partition; across a cut cable nobody hears the other."


def picture(system: System, broken: Collection[str], alt: str) -> stage.NetworkPanel:
    """The network: truth as fill, belief as outline; beside each agent what it is."""
    panel = stage.network_panel(system.network, system.network.partitions())
    suspected = {who for agent in system.agents.values() if agent.id not in system.down for who in suspects_of(agent)}
    panel["edge"] = [stage.DEAD.fill if name in suspected else stage.LINE for name in panel["name"]]
    panel["note"] = [note(system, broken, name) for name in panel["name"]]
    return panel | {"place": "left", "title": TRUTH, "alt": alt, "low": 260, "tall": 0.74, "margin": 110}


def note(system: System, broken: Collection[str], name: str) -> str:
    """What the agent is, by its own belief; a star if it believes that it leads."""
    if name in broken:
        return "broken"
    if name in system.down:
        return "killed"
    agent = system.agents[name]
    return " ".join(filter(None, ["" if term_led(agent) is None else "★", agent.note]))


def processes_panel(
    system: System, broken: Collection[str], processes: Mapping[str, int], latencies: Mapping[Way, float],
    memory: Callable[[int], str], title: str = BELIEF,
) -> stage.TablePanel:
    """One row per agent: its process, and with whom its server says that it is linked, with the round trip."""
    rows, alone = [], "nobody" if processes or latencies else "–"
    for name in sorted(system.agents, key=by_name):
        near = sorted(((other, time) for (one, other), time in latencies.items() if one == name),
                      key=lambda link: by_name(link[0]))
        pid = processes.get(name)
        rows.append([name, str(pid) if pid else "–", memory(pid) if pid else "–", note(system, broken, name) or "–",
                     ", ".join(f"{other} {time:.1f}" for other, time in near) or alone])
    return stage.table_panel("right", title, HEAD, rows)


def counts(events: int, lost: Mapping[str, int], *, cut: bool) -> str:
    """How much has happened, and which losses are known; cut: whether messages may be lost without being known."""
    if cut and not lost:
        return f"{events:,} events. Lost messages: none known until a later one arrives."
    told = listed(f"{count:,} ({why})" for why, count in sorted(lost.items()))
    return f"{events:,} events. Known to be lost: {told or 'no message'}."


def clients_panel(
    questions: Sequence[Question], replies: Iterable[Replied], running: Collection[str],
) -> stage.TablePanel:
    """The last questions of clients, each with its answer; as high whether there are many or none."""
    told: dict[tuple[str, Hashable], list[Replied]] = {}
    for reply in replies:
        told.setdefault((reply.agent, reply.request), []).append(reply)
    rows, before = [], Counter[tuple[str, Hashable]]()
    for one in questions:
        answers = told.get((one.agent, one.request), [])[before[one.agent, one.request]:]
        before[one.agent, one.request] += one.heard
        rows.append([one.agent, brief(one.request, LONGEST), _told(one, answers, running)])
    rows = rows[:-QUESTIONS - 1:-1]
    rows += [["\N{NO-BREAK SPACE}"] * len(CLIENTS)] * (QUESTIONS - len(rows))
    return stage.table_panel("right", f"Clients, the last first ({len(questions):,} in all)", CLIENTS, rows)


def _told(one: Question, answers: Sequence[Replied], running: Collection[str]) -> str:
    if not one.heard:
        return f"nothing: {one.agent} was down"
    if answers:
        return brief(answers[0].result, LONGEST)
    return "no answer yet" if one.agent in running else f"nothing: {one.agent} has ended"


def reason(wrong: Exception) -> str:
    """Why the picture is not drawn any further, in a sentence or two."""
    if isinstance(wrong, ValueError):
        text = str(wrong)
        return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
    last = extract_tb(wrong.__traceback__)[-1]
    return f"{last.name}, line {last.lineno}, failed on what was reported: {wrong}. Mend it, press Stop, then Start."


def lights_panel(verdicts: Collection[Verdict], events: int) -> stage.BadgesPanel:
    """One badge per property that is broken, or one that says that none is; without events nothing is known yet."""
    items = [["✘", f"{one.prop.name}: {one.why}", stage.DEAD.fill, stage.DEAD.ink] for one in verdicts if one.bad]
    if not verdicts:
        sign, words = "–", "not judged: this class names no property that it keeps"
    elif not events:
        sign, words = "–", "nothing has happened yet that could be judged"
    else:
        sign, words = "✔", "no property is broken so far"
    return {"kind": "badges", "place": "lights", "items": items or [[sign, words, stage.WHITE, stage.BLACK]]}


def memory_of(pid: int) -> str:
    """How much memory the process holds, its share of what several hold together; – where the system does not say."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        return f"{next(int(line.split()[1]) for line in lines if line.startswith('Pss:')) / 1024:.0f} MB"
    except (OSError, StopIteration):
        return "–"
