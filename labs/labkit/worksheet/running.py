"""A short run of the learner's system, told in sentences: its network, a vote, and tasks through a partition."""

from collections.abc import Callable, Iterator
from typing import Any

from labkit.agents import Agent
from labkit.engine import Request, Simulator
from labkit.network import Heal, isolate
from labkit.observe import sent
from labkit.topology import build, measure
from labkit.values import brief, listed
from labkit.worksheet.exercises.networks import network_of
from labkit.worksheet.team import COUNCIL, TEAM
from labkit.worksheet.teammate import Teammate

CUT, HEALED, END, ASK_EVERY = 400, 1_200, 1_600, 80  # when; one task is asked for in so many units
VALUE = "ship it"


def short_run(
    *, topology: Callable[..., Any] | None = None, voter: type[Agent] | None = None, team: type[Teammate] | None = None
) -> str:
    """What the system does: the learner's topology, the class that votes, the class of the team; the text of a run."""
    graph = network_of(topology, TEAM) if topology else build("mesh", TEAM)
    told = [*_network(graph, bool(topology))]
    if voter:
        told += _vote(voter)
    if team:
        told += _tasks(graph, team)
    return "\n".join(told)


def _network(graph: Any, own: bool) -> Iterator[str]:
    found = measure(graph)
    points = found.fault_tolerance.articulation_points
    yield (f"The team: {len(graph)} agents, {graph.number_of_edges()} links{'' if own else ' (a mesh of the lab)'}; "
           f"longest way: {found.communication.diameter} hops; single points of failure: {listed(points) or 'none'}.")


def _vote(voter: type[Agent]) -> Iterator[str]:
    sim = Simulator(build("mesh", COUNCIL), voter, seed=1)
    sim.request(COUNCIL[0], VALUE)
    sim.run(until=END)
    values = sorted({brief(decision.value) for decision in sim.system.decisions})
    many = len({decision.agent for decision in sim.system.decisions})
    yield (f"The council votes: {COUNCIL[0]} is asked for “{VALUE}”; {many} of {len(COUNCIL)} decide "
           f"{listed(values) or 'nothing'}, with {sent(sim).total()} messages.")


def _tasks(graph: Any, team: type[Teammate]) -> Iterator[str]:
    """Requests before, during and after a cut that leaves five agents on one side and three on the other."""
    sim = Simulator(graph, team, seed=1)
    for number, time in enumerate(range(ASK_EVERY, END - ASK_EVERY, ASK_EVERY)):
        sim.plan(time, Request(TEAM[number * 3 % len(TEAM)], f"task {number + 1}"))
    for event in isolate(graph, *TEAM[5:]):
        sim.plan(CUT, event)
        sim.plan(HEALED, Heal(event.source, event.target))
    sim.run(until=END)
    yield f"At {CUT} the network is cut: {listed(TEAM[5:])} on one side. At {HEALED} it is healed."
    for when, before in (("Before the cut", CUT), ("During the cut", HEALED), ("After the heal", END)):
        replies = [one for one in sim.system.replies if _asked(one.request) < before]
        replies = [one for one in replies if _asked(one.request) >= {CUT: 0, HEALED: CUT, END: HEALED}[before]]
        yield f"{when}: {listed([_reply(one) for one in replies], most=20) or 'nothing is asked for'}."
    boards = [agent.board for agent in sim.system.agents.values() if isinstance(agent, Teammate)]
    same = "the same board" if all(board == boards[0] for board in boards) else "different boards"
    yield f"At {END} all have {same}, with {max(map(len, boards))} tasks. Messages in all: {sent(sim).total()}."


def _asked(task: Any) -> int:
    return ASK_EVERY * int(str(task).split()[-1])


def _reply(reply: Any) -> str:
    return f"{reply.agent} {'takes' if reply.ok else 'refuses'} {reply.request}"
