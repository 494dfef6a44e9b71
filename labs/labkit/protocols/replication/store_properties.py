"""What quorum reads and writes promise their clients, and what they do not promise.

The answers to clients are versions, so the properties need not guess which of two values is the newer.
"""

from collections.abc import Hashable, Iterator

from labkit.agents import Asked, Invariant, Replied, Sometimes, World
from labkit.protocols.replication.replicas import Write
from labkit.protocols.replication.store_messages import NOTHING, Read, Version


def _answered(world: World, kind: type[Read | Write], *told_by: type) -> Iterator[tuple[Replied, Version, Version]]:
    """Each request of this kind that had success, its version, and the newest that had been told when it was asked.

    Told by answers to these kinds of requests. If equal requests are open at one agent, an answer belongs to the latest
    of them that it does not make stale, as nobody can tell.
    """
    told: dict[str, Version] = {}
    asked: dict[tuple[str, Hashable], list[Version]] = {}
    for said in world.history:
        match said:
            case Asked(agent, (Read() | Write()) as request):
                asked.setdefault((agent, request), []).append(told.get(request.key, NOTHING))
            case Replied(agent, (Read() | Write()) as request, result, ok):
                waiting = asked[agent, request]  # those asked later have been told of more
                if not ok or not isinstance(result, Version):
                    waiting.pop()
                    continue
                fits = [i for i, least in enumerate(waiting) if least.order <= result.order]
                least = waiting.pop(fits[-1] if fits else 0)
                if isinstance(request, kind):
                    yield said, result, least
                if isinstance(request, told_by):
                    told[request.key] = max(result, told.get(request.key, NOTHING), key=lambda version: version.order)


def _stale(world: World) -> str | None:
    for reply, found, least in _answered(world, Read, Write):
        if found.order < least.order:
            return f"{reply.agent} answered “{reply.request}” with {found}; acknowledged before was {least}"
    return None


def _back(world: World) -> str | None:
    for reply, found, least in _answered(world, Read, Read, Write):
        if found.order < least.order:
            return f"{reply.agent} answered “{reply.request}” with {found}; a client had already been told {least}"
    return None


def _overtaken(world: World) -> str | None:
    for reply, found, least in _answered(world, Write, Write):
        if found.order <= least.order:
            return f"{reply.agent} acknowledged “{reply.request}” as {found}; acknowledged before it began was {least}"
    return None


def _invented(world: World) -> str | None:
    written = {value for _, value in world.requests if isinstance(value, Write)}
    for reply in world.replies:
        match reply:
            case Replied(agent, Read(key) as read, Version(value, stamp) as found) if stamp:
                if Write(key, value) not in written:
                    return f"{agent} answered “{read}” with {found}, which nobody wrote"
    return None


NO_STALE_READ = Invariant(
    "no stale read", "A read that began after a write was acknowledged returns it or a newer one.", _stale
)
NEVER_BACK = Invariant(
    "never back", "A read never returns an older version than clients had been told before it began.", _back
)
NOTHING_MADE_UP = Invariant("written before", "What a read returns was written by a client.", _invented, any_order=True)
IN_TURN = Invariant(
    "newer by turn", "A write that began after another was acknowledged has a newer version.", _overtaken
)
READ_BACK = Sometimes(
    "read back", "In some run a read returns what a client wrote.",
    lambda world: any(isinstance(reply.request, Read) and isinstance(reply.result, Version) and reply.result.stamp > 0
                      for reply in world.replies), any_order=True,
)
QUORUM_STORE_PROPERTIES = (NO_STALE_READ, NOTHING_MADE_UP, IN_TURN, READ_BACK)
SLOPPY_STORE_PROPERTIES = (NOTHING_MADE_UP, READ_BACK)
