"""What Raft promises (Ongaro & Ousterhout 2014, figure 3), as properties of every state.

Left out: "a leader only appends to its log", which speaks of steps and not of states.
"""

from collections.abc import Hashable, Iterator
from itertools import combinations
from typing import Any

from labkit.agents import Invariant, Property, Sometimes, World, agreement_on, term_led
from labkit.protocols.consensus.raft_messages import Applied


def leaders(world: World) -> list[Any]:
    """The agents that are up and believe that they lead."""
    return [agent for name, agent in world.agents.items() if name not in world.down and term_led(agent) is not None]


def applied(world: World) -> Iterator[tuple[Any, int, Any]]:
    """All (agent, index, value) where the agent has said that it applied this entry."""
    for decision in world.decisions:
        if decision.about.startswith("entry "):
            yield world.agents[decision.agent], int(decision.about.removeprefix("entry ")), decision.value


def holds(agent: Any, index: int, term: int, value: Hashable) -> bool:
    return len(agent.log) >= index and (agent.log[index - 1].term, agent.log[index - 1].value) == (term, value)


def _two_leaders(world: World) -> str | None:
    for one, other in combinations(leaders(world), 2):
        if one.term == other.term:
            return f"{one.id} and {other.id} both lead term {one.term}"
    return _ELECTED.violation(world)


def _logs_differ(world: World) -> str | None:
    agents: list[Any] = list(world.agents.values())
    for one, other in combinations(agents, 2):
        for index in range(min(len(one.log), len(other.log)), 0, -1):
            if one.log[index - 1].term == other.log[index - 1].term:
                if one.log[:index] != other.log[:index]:
                    entry = f"entry {index} of term {one.log[index - 1].term}"
                    return f"{one.id} and {other.id} both hold an {entry}, but their logs differ up to there"
                break
    return None


def _entry_missing(world: World) -> str | None:
    # A decision was committed in the term that its agent has now, or before: later leaders must have it, and only they.
    now = leaders(world)
    for agent, index, value in applied(world) if now else ():
        for leader in now:
            log = leader.log
            if leader.term >= agent.term and (len(log) < index or log[index - 1].value != value):
                lead = f"{leader.id} leads term {leader.term}"
                return f"{lead} without {value!r} as entry {index}, which {agent.id} has applied"
    return None


def _answer_lost(world: World) -> str | None:
    for answer in world.replies:
        if isinstance(answer.result, Applied):
            index, term = answer.result.index, answer.result.term
            copies = sum(holds(agent, index, term, answer.request) for agent in world.agents.values())
            if 2 * copies <= len(world.agents):
                of_all = f"{copies} of {len(world.agents)} logs"
                return f"{answer.agent} has acknowledged {answer.request!r}, but only {of_all} hold it"
    return None


def _taken_twice(world: World) -> str | None:
    agents: list[Any] = list(world.agents.values())
    for agent in agents:
        first: dict[tuple[str, int], int] = {}
        for index, entry in enumerate(agent.log, start=1):
            before = first.setdefault((entry.asked, entry.number), index)
            if entry.asked and before != index:
                return f"{agent.id} holds one request of {entry.asked} twice: {entry.value!r}, as {before} and {index}"
    return None


_ELECTED = agreement_on("leader of term ", "one winner a term", "No term is won twice.")

ELECTION_SAFETY = Invariant("election safety", "A term has one leader at most.", _two_leaders, any_order=True)
LOG_MATCHING = Invariant(
    "log matching", "Two logs with an entry of the same index and term are the same up to there.", _logs_differ
)
LEADER_COMPLETENESS = Invariant(
    "leader completeness", "A leader has every entry that was committed in a term before its own.", _entry_missing,
    any_order=True,
)
STATE_MACHINE_SAFETY = agreement_on(
    "entry ", "state machine safety", "No two agents ever apply different entries at the same index."
)
NOTHING_LOST = Invariant(
    "no lost request", "An acknowledged request is in the logs of more than half of all agents.", _answer_lost,
    any_order=True,
)
TAKEN_ONCE = Invariant("requests taken once", "No log has two entries for one request.", _taken_twice, any_order=True)
A_LEADER = Sometimes(
    "a leader is elected", "In some run an agent wins an election.", lambda world: bool(leaders(world))
)
ACKNOWLEDGED = Sometimes(
    "a request is acknowledged",
    "In some run a client hears that its request is applied.",
    lambda world: any(isinstance(answer.result, Applied) for answer in world.replies),
    any_order=True,
)

RAFT_PROPERTIES: tuple[Property, ...] = (
    ELECTION_SAFETY,
    LOG_MATCHING,
    LEADER_COMPLETENESS,
    STATE_MACHINE_SAFETY,
    NOTHING_LOST,
    TAKEN_ONCE,
    A_LEADER,
    ACKNOWLEDGED,
)
