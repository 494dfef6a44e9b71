"""A class as plain data: the network as it is cut, and what each seat says of itself, which nobody here can check."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from labkit.agents import Replied, suspects_of, term_led
from labkit.engine import System
from labkit.network import Network
from labkit.observe import Verdict
from labkit.values import brief, by_name, listed
from labkit.views import stage
from labkit.views.real.scene import lights_panel, reached

TRUTH, TRUTH_THEN = ("Truth: which links are cut, which seats are taken",
                     "At the end: cut links and taken seats")
TOLD, TOLD_THEN = ("Told, not proved: what each agent says of itself",
                   "At the end, told and not proved: what each agent said of itself")
HEAD = ["Seat", "Class", "What it is, as it says", "Messages pass to", "Refused"]
LINES = ["The line for the student's notebook: the letter after nats:// is the seat"]
CLIENTS = ["Agent", "What its client asked for", "What the client was told"]
QUESTIONS = 3  # that are shown, the last first
SHORTER = 32  # letters of a request, and of its answer: more need a second line
REASONS = 2  # for lost messages that are shown: more need a second line
LONGEST = 60  # letters beside an agent
SHORT = {"its connection is lost": "is gone"}  # what is beside an agent must not reach the next
DOWN = " is down"  # so ends why a message to an empty seat is lost
STRANGE, EMPTY = "cannot be shown", "empty"


def joined(network: Network) -> str:
    """How many seats are taken, and who is connected with whom, in one sentence."""
    taken = [name for name in network.graph if name not in network.crashed]
    if not taken:
        return f"all {len(network.graph)} seats are empty."
    return f"only seat {taken[0]} is taken." if len(taken) == 1 else reached(network).replace("cut cable", "cut link")


def picture(
    system: System, kinds: Mapping[str, str], ends: Mapping[str, str], alt: str,
) -> stage.NetworkPanel:
    """The network: truth as fill, belief as outline; beside each agent what it says that it is."""
    panel = stage.network_panel(system.network, system.network.partitions())
    suspected = {who for name, agent in system.agents.items() if name not in system.down for who in _suspects(agent)}
    panel["edge"] = [stage.DEAD.fill if name in suspected else stage.LINE for name in panel["name"]]
    panel["note"] = [note(system, kinds, ends, name) for name in panel["name"]]
    return panel | {"place": "left", "title": TRUTH, "alt": alt, "low": 260, "tall": 0.74, "margin": 110}


def note(system: System, kinds: Mapping[str, str], ends: Mapping[str, str], name: str) -> str:
    """What the agent says that it is, with a star if it says that it leads; of an empty seat, why it is empty."""
    if name in system.down:
        why = ends.get(name, "joins" if name in kinds else EMPTY)
        if why in SHORT:
            return SHORT[why]
        return "does not fit" if why.startswith("it does not fit") else why.removeprefix("it ").removeprefix("its ")
    agent = system.agents[name]
    try:
        return brief(" ".join(filter(None, ["" if term_led(agent) is None else "★", agent.note])), LONGEST)
    except Exception:  # our class, asked about fields that somebody else's has told
        return STRANGE


def seats_panel(
    system: System, kinds: Mapping[str, str], ends: Mapping[str, str], links: Collection[tuple[str, str]],
    refused: Mapping[str, Counter[str]], title: str = TOLD,
) -> stage.TablePanel:
    """One row per seat; the hint of a row says what was refused, and why it is empty."""
    rows, hints = [], []
    for name in sorted(system.agents, key=by_name):
        near = sorted({other for way in links if name in way for other in way} - {name, *system.down}, key=by_name)
        counts = refused.get(name, Counter())
        passing = "–" if name in system.down else listed(near, most=6) or "nobody"
        rows.append([name, kinds.get(name, "–"), note(system, kinds, ends, name) or "–", passing,
                     f"{counts.total():,}" if counts else "–"])
        hints.append(". ".join(filter(None, [ends.get(name, ""), counted(counts)])))
    return stage.table_panel("right", title, HEAD, rows, hints=hints)


def clients_panel(answered: Sequence[tuple[str, Hashable, Replied | str]]) -> stage.TablePanel:
    """The last questions of all clients, each with its answer or why it has none; an empty table is as high."""
    rows = [[agent, *asked_and_told(request, told, SHORTER)] for agent, request, told in answered[:-QUESTIONS - 1:-1]]
    return stage.table_panel("right", f"Clients, the last first ({len(answered):,} in all)", CLIENTS,
                             filled(rows, len(CLIENTS)))


def asked_and_told(request: Hashable, told: Replied | str, most: int) -> list[str]:
    """A question, and its answer or why it has none, in that many letters each."""
    if isinstance(told, Replied):
        return [brief(request, most), brief(told.result, most)]
    return [brief(request, most), f"nothing: {told}" if told else "no answer yet"]


def filled(rows: Sequence[list[str]], cells: int) -> list[list[str]]:
    """These rows, and as many empty ones as a table of clients has more."""
    return [*rows, *[["\N{NO-BREAK SPACE}"] * cells] * (QUESTIONS - len(rows))]


def invitations_panel(lines: Iterable[str]) -> stage.TablePanel:
    """The line for each seat's student; its row holds nothing else, so a copied row runs."""
    return stage.table_panel("folded", "Invitations: one line for each student, good for one seat", LINES,
                             [[line] for line in lines], unfolded=False)


def judged_panel(verdicts: Collection[Verdict], events: int, unjudged: Collection[str]) -> stage.BadgesPanel:
    """Which properties are broken, if agents tell the truth; which could not be judged."""
    panel = lights_panel(verdicts, events)
    if not unjudged:
        return panel
    odd = [["?", f"{name}: cannot be judged by what was told", stage.WHITE, stage.BLACK] for name in unjudged]
    broken = [item for item in panel["items"] if item[0] == "✘"]
    return {**panel, "items": [*broken, *odd]}


def counted(counts: Counter[str]) -> str:
    """What was refused, and how often."""
    return listed(why if count == 1 else f"{why} ({count:,} times)" for why, count in sorted(counts.items()))


def losses(counts: Mapping[str, int]) -> str:
    """How many messages are known to be lost, and the most frequent reasons."""
    if not counts:
        return "No message is known to be lost."
    counts = _seats_together(counts)
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:REASONS]
    told = [f"{count:,} {_because(why)}" for why, count in most]
    if others := sum(counts.values()) - sum(count for _, count in most):
        told.append(f"{others:,} for other reasons")
    return f"Messages known to be lost: {listed(told)}."


def _seats_together(counts: Mapping[str, int]) -> Counter[str]:
    """The same losses, and those at empty seats as one reason: a sentence about each seat needs a second line."""
    empty = [why.removesuffix(DOWN) for why in counts if why.endswith(DOWN)]
    reason = "seats were empty" if len(empty) > 1 else f"seat {listed(empty)} was empty"
    found = Counter[str]()
    for why, count in counts.items():
        found[reason if why.endswith(DOWN) else why] += count
    return found


def _because(why: str) -> str:
    if why == "on the way":
        return why
    return f"because there is {why}" if why.startswith("no ") else f"because {why}"


def _suspects(agent: object) -> Collection[str]:
    try:
        return suspects_of(agent)
    except Exception:  # as above
        return ()
