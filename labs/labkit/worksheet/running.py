"""A short run of the learner's system, told in sentences: its network, a vote, and tasks through a partition."""

from collections.abc import Callable, Iterator
from typing import Any

from labkit.agents import Agent, Works
from labkit.engine import Request, Simulator
from labkit.network import Heal, isolate
from labkit.observe import sent
from labkit.protocols import TaskQueue
from labkit.topology import build, measure
from labkit.values import brief, listed
from labkit.worksheet.exercises.networks import network_of
from labkit.worksheet.mailing import office
from labkit.worksheet.team import COUNCIL, TEAM
from labkit.worksheet.teammate import Teammate

CUT, HEALED, END, ASK_EVERY = 400, 1_200, 1_600, 80  # when; one task is asked for in so many units
MOST_STEPS = 2_000  # events of one run, far more than a vote takes
MOST_OF_A_TEAM = 20_000
VALUE = "ship it"
MESH = " (a mesh of the lab, because the step “team topology” is missing)"


def short_run(
    *, topology: Callable[..., Any] | None = None, council: Callable[..., Any] | None = None,
    voter: type[Agent] | None = None, rounds: type[Agent] | None = None, team: type[Teammate] | None = None,
    board: type[Agent] | None = None, mailer: type[Agent] | None = None,
) -> str:
    """What the system does, one part after the other: those of the learner's that are given; the text of a run."""
    graph = network_of(topology, TEAM) if topology else build("mesh", TEAM)
    told = [*_network(graph, bool(topology))]
    if council:
        told.append(_counted(council))
    for kind, how in ((voter, "by messages"), (rounds, "in rounds")):
        if kind:
            told.append(_vote(kind, how))
    if team:
        told += _tasks(graph, team)
    if board or mailer:
        told.append(_office(board, mailer))
    return "\n".join(told)


def _network(graph: Any, own: bool) -> Iterator[str]:
    found = measure(graph)
    points, hops = found.fault_tolerance.articulation_points, found.communication.diameter
    yield (f"The team: {len(graph)} agents, {graph.number_of_edges()} links{'' if own else MESH}; "
           f"longest way: {hops} hop{'' if hops == 1 else 's'}; single points of failure: {listed(points) or 'none'}.")


def _counted(council: Callable[..., Any]) -> str:
    """The council in one dictionary: one member after the other says yes, until the proposal is won."""
    box, yes = council(COUNCIL), 0
    box.propose("release", VALUE)
    while box.reach_consensus("release") != VALUE and yes < len(COUNCIL):
        box.vote("release", COUNCIL[yes], True)
        yes += 1
    decided = "decided" if box.reach_consensus("release") == VALUE else "not decided"
    return f"The council counts in one place: “{VALUE}” is {decided} after {yes} yes of {len(COUNCIL)}."


def _vote(kind: type[Agent], how: str) -> str:
    sim = Simulator(build("mesh", COUNCIL), kind, seed=1)
    sim.request(COUNCIL[0], VALUE)
    sim.run(until=END, steps=MOST_STEPS)
    values = sorted({brief(decision.value) for decision in sim.system.decisions})
    many = len({decision.agent for decision in sim.system.decisions})
    return (f"The council votes {how}: {COUNCIL[0]} is asked for “{VALUE}”; {many} of {len(COUNCIL)} decide "
            f"{listed(values) or 'nothing'}, with {sent(sim).total()} messages.{_cut_short(sim)}")


def _office(board: type[Agent] | None, mailer: type[Agent] | None) -> str:
    """Clients hand in two tasks; where one of the two classes is missing, the lab's takes its place."""
    sim = office(board or TaskQueue, mailer or TaskQueue, tasks=("mail", "report")).simulate(seed=1)
    sim.run(until=END, steps=MOST_STEPS)
    mailed = [brief(what) for agent in sim.system.agents.values() if isinstance(agent, Works)
              for _, what in agent.executed]
    told = [brief(reply.request) for reply in sim.system.replies if reply.ok]
    lab = "" if board and mailer else f" (the {'mailer' if board else 'board'} is the lab's)"
    return (f"The office{lab}: clients hand in mail and report; mailed: {listed(mailed) or 'nothing'}; "
            f"told to be done: {listed(told) or 'none'}.{_cut_short(sim)}")


def _cut_short(sim: Simulator) -> str:
    return "" if sim.now >= END else f" Cut short after {len(sim):,} events: it does not stop sending."


def _tasks(graph: Any, team: type[Teammate]) -> Iterator[str]:
    """Requests before, during and after a cut that leaves five agents on one side and three on the other."""
    sim = Simulator(graph, team, seed=1)
    for number, time in enumerate(range(ASK_EVERY, END - ASK_EVERY, ASK_EVERY)):
        sim.plan(time, Request(TEAM[number * 3 % len(TEAM)], f"task {number + 1}"))
    for event in isolate(graph, *TEAM[5:]):
        sim.plan(CUT, event)
        sim.plan(HEALED, Heal(event.source, event.target))
    sim.run(until=END, steps=MOST_OF_A_TEAM)
    yield f"At {CUT} the network is cut: {listed(TEAM[5:])} on one side. At {HEALED} it is healed."
    for when, before in (("Before the cut", CUT), ("During the cut", HEALED), ("After the heal", END)):
        replies = [one for one in sim.system.replies if _asked(one.request) < before]
        replies = [one for one in replies if _asked(one.request) >= {CUT: 0, HEALED: CUT, END: HEALED}[before]]
        yield f"{when}: {listed([_reply(one) for one in replies], most=20) or 'nothing is asked for'}."
    boards = [agent.board for agent in sim.system.agents.values() if isinstance(agent, Teammate)]
    same = "the same board" if all(board == boards[0] for board in boards) else "different boards"
    many = f"{sent(sim).total()}.{_cut_short(sim)}"
    yield f"At {END} all have {same}, with {max(map(len, boards))} tasks. Messages in all: {many}"


def _asked(task: Any) -> int:
    return ASK_EVERY * int(str(task).split()[-1])


def _reply(reply: Any) -> str:
    return f"{reply.agent} {'takes' if reply.ok else 'refuses'} {reply.request}"
