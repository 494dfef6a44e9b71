"""Properties of what clients see: each is answered once, nothing acknowledged is lost, a register is one register.

They read the history of a world: who was asked for what, and who answered what, in order.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from labkit.agents.facets import Holds
from labkit.agents.properties import Invariant
from labkit.agents.world import Asked, Replied, Said, World

MOST = 12  # operations of a history that can be judged: the ways to order them grow like factorials


def _answered_too_often(world: World) -> str | None:
    asked = Counter((agent, value) for agent, value in world.requests)
    told = Counter((reply.agent, reply.request) for reply in world.replies)
    for (agent, request), times in told.items():
        if times > asked[agent, request]:
            often = {0: "was never asked", 1: "was asked once"}.get(asked[agent, request], f"was asked {asked} times")
            return f"{agent} {often} for {request!r}, but has answered {'once' if times == 1 else f'{times} times'}"
    return None


ANSWERED_ONCE = Invariant(
    "answered once", "A request is answered once at the most, by the agent that was asked.", _answered_too_often, True
)


def _lost(world: World) -> str | None:
    for reply in world.replies:
        if reply.ok and isinstance(world.agents[reply.agent], Holds):
            holders = [agent for agent in world.agents.values() if isinstance(agent, Holds)]
            if not any(reply.request in agent.stored for agent in holders):
                return f"{reply.agent} has acknowledged {reply.request!r}, but no agent has it stored"
    return None


NOTHING_LOST = Invariant(
    "nothing lost", "What is acknowledged is stored by an agent, of those that can tell what they store.", _lost, True
)


@dataclass(frozen=True)
class _Operation:
    """A request of the register, from asking to the answer."""

    agent: str
    request: tuple[Hashable, ...]
    asked: int
    answered: int | None = None
    result: Hashable = None


def linearizable(initial: Hashable = None) -> Invariant:
    """A register behaves as if there were one copy: each operation takes effect between its request and its answer.

    Requests are ("write", value) and ("read",); a read is answered with the value. A write that was not answered may
    have taken effect or not; one that was refused has not. Herlihy & Wing, "Linearizability: A Correctness Condition
    for Concurrent Objects" (1990); the search is that of Wing & Gong (1993). ValueError for a history of more than
    twelve operations, which cannot be judged.
    """
    return Invariant(
        "linearizable", "A read gives back the latest value written, as if there were one copy only.",
        lambda world: _not_one_copy(_operations(world.history), initial),
    )


def _operations(history: Sequence[Said]) -> list[_Operation]:
    found: list[_Operation] = []
    for time, said in enumerate(history):
        match said:
            case Asked(agent, tuple() as request) if request[:1] in (("write",), ("read",)):
                found.append(_Operation(agent, request, time))
            case Replied(agent, tuple() as request, result, ok) if request[:1] in (("write",), ("read",)):
                for number, one in enumerate(found):
                    if (one.agent, one.request, one.answered) == (agent, request, None):
                        found[number] = _Operation(agent, request, one.asked, time, result)
                        if not ok:
                            del found[number]
                        break
    if len(found) > MOST:
        raise ValueError(f"{len(found)} operations are too many to judge: make at most {MOST} requests")
    return found


def _not_one_copy(operations: list[_Operation], initial: Hashable) -> str | None:
    """Whether no order of the operations explains what the clients were told."""
    done = frozenset[int]()
    todo, seen = [(done, initial)], {(done, initial)}
    while todo:
        done, value = todo.pop()
        left = [i for i in range(len(operations)) if i not in done]
        if all(operations[i].answered is None for i in left):
            return None
        first = min(operations[i].answered or 1 << 60 for i in left if operations[i].answered is not None)
        for i in left:
            one = operations[i]
            if one.asked > first:  # another was answered before this was asked
                continue
            if one.request[0] == "write":
                after = one.request[1]
            elif one.answered is not None and one.result == value:
                after = value
            else:
                continue
            state = done | {i}, after
            if state not in seen:
                seen.add(state)
                todo.append(state)
    reads = [f"{one.agent} read {one.result!r}" for one in operations if one.request[0] == "read" and one.answered]
    return f"no order of the writes explains that {', then '.join(reads)}"
