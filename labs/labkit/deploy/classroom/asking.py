"""What clients ask the agents of a class for, and which answer belongs to which question.

The instructor's client and those of the students number their requests apart, so two requests differ, as long as none
has asked a thousand times. Where two are equal, the answers belong to them in the order in which they were asked.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from labkit.agents import Replied

APART = 1_000  # from the first request of one client to the first of the next
Answered = tuple[str, Hashable, Replied | str]  # the agent, what it was asked for, its answer or why there is none


class Question(NamedTuple):
    """What a client asked an agent for; life: of the agent that was in the seat, None where it was empty."""

    agent: str
    request: Hashable
    life: int | None


def numbered(asked: int, life: int) -> int:
    """The number of the next request from a seat's own client, which has asked that often in this life."""
    return APART * (life + 1) + asked + 1


def answered(
    questions: Sequence[Question], replies: Iterable[tuple[int | None, Replied]], why_not: Callable[[Question], str],
) -> list[Answered]:
    """Each question with its answer, or why there is none: "" where one may still come. replies: with their lives."""
    told: dict[Hashable, list[Replied]] = {}
    for life, reply in replies:
        told.setdefault((reply.agent, life, reply.request), []).append(reply)
    waiting: dict[Hashable, Iterator[Replied]] = {key: iter(found) for key, found in told.items()}
    found = list[Answered]()
    for one in questions:
        replied = None if one.life is None else next(waiting.get((one.agent, one.life, one.request), iter(())), None)
        found.append((one.agent, one.request, replied or why_not(one)))
    return found
