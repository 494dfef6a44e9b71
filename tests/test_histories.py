"""Properties of what clients see hold for what is right, and a shortest run shows where it is wrong."""

from dataclasses import dataclass, field
from itertools import permutations
from random import Random
from typing import Any, ClassVar

import pytest
from labkit.agents import Agent, Asked, Effects, Holds, Replied, Reply, Send
from labkit.agents.histories import ANSWERED_ONCE, NOTHING_LOST, linearizable
from labkit.engine import Model
from labkit.search import explore
from labkit.topology import build
from seeds import seeds


@dataclass
class OneCopy(Agent):
    """All ask agent a, which alone keeps the value."""

    value: Any = None

    def request(self, value: Any) -> Effects:
        return self.serve(self.id, value) if self.id == "a" else Send("a", ("do", value))

    def serve(self, client: str, request: Any) -> Effects:
        if request[0] == "write":
            self.value = request[1]
        result = "ok" if request[0] == "write" else self.value
        return Reply(request, result) if client == self.id else Send(client, ("done", request, result))

    def receive(self, sender: str, message: Any) -> Effects:
        return self.serve(sender, message[1]) if message[0] == "do" else Reply(message[1], message[2])


@dataclass
class TwoCopies(Agent):
    """Each writes and reads its own copy, and tells the others later."""

    value: Any = None

    def request(self, value: Any) -> Effects:
        if value[0] == "read":
            return Reply(value, self.value)
        self.value = value[1]
        return [Reply(value, "ok"), *(Send(peer, value[1]) for peer in self.peers)]

    def receive(self, sender: str, message: Any) -> Effects:
        self.value = message
        return None


ASKED = [("a", ("write", 1)), ("b", ("write", 2)), ("b", ("read",))]


def test_one_copy_is_linearizable_and_two_are_not() -> None:
    model = Model(build("mesh", 2), OneCopy, [linearizable(), ANSWERED_ONCE], ASKED)
    assert explore(model, progress=False).holds
    broken = explore(model.played_by(TwoCopies), progress=False)
    assert broken.violated is not None and broken.violated.name == "linearizable"
    assert "no order of the writes explains that b read" in broken.why
    assert len(broken.trace) <= 3  # a writes, b reads the old value


def test_an_answer_that_comes_twice_is_found_with_a_duplicate() -> None:
    found = explore(Model(build("mesh", 2), OneCopy, [ANSWERED_ONCE], ASKED[1:2]), duplicates=1, progress=False)
    assert found.violated is ANSWERED_ONCE
    assert "b was asked once for ('write', 2), but has answered 2 times" in found.why


@dataclass
class Keeper(Agent, Holds):
    """Acknowledges what it has, but forgets it in a crash."""

    durable: ClassVar[tuple[str, ...]] = ()
    kept: frozenset[Any] = field(default=frozenset())

    def request(self, value: Any) -> Effects:
        self.kept = self.kept | {value}
        return Reply(value, "ok")

    @property
    def holds(self) -> frozenset[Any]:
        return self.kept


@dataclass
class GoodKeeper(Keeper):
    durable: ClassVar[tuple[str, ...]] = ("kept",)


def test_what_is_acknowledged_and_forgotten_in_a_crash_is_lost() -> None:
    model = Model(build("mesh", 2), Keeper, [NOTHING_LOST], [("a", "x")])
    assert explore(model, progress=False).holds
    lost = explore(model, crashes=1, progress=False)
    assert lost.violated is NOTHING_LOST and "a has acknowledged 'x'" in lost.why
    assert explore(model.played_by(GoodKeeper), crashes=1, progress=False).holds


# ---- judged by trying every order ---------------------------------------------------------------------------------


def explained(history: list[Any]) -> bool:
    """Whether some order of some of the operations explains the answers: tried one after the other."""
    operations: list[list[Any]] = []
    for time, said in enumerate(history):
        if isinstance(said, Asked):
            operations.append([said.agent, said.value, time, None, None])
        else:
            open_ = [one for one in operations if one[0] == said.agent and one[1] == said.request and one[3] is None]
            open_[0][3:] = [time, said.result]
    done = [one for one in operations if one[3] is not None]
    unanswered = [one for one in operations if one[3] is None and one[1][0] == "write"]
    for number in range(2 ** len(unanswered)):
        chosen = done + [one for i, one in enumerate(unanswered) if number >> i & 1]
        for order in permutations(chosen):
            value, fine = None, True
            for i, one in enumerate(order):
                fine = fine and not any(later[3] is not None and later[3] < one[2] for later in order[i + 1:])
                if one[1][0] == "write":
                    value = one[1][1]
                else:
                    fine = fine and one[4] == value
            if fine:
                return True
    return False


class Story:
    """A world with a history and nothing else."""

    agents: ClassVar[dict[str, Agent]] = {}
    down: frozenset[str] = frozenset()

    def __init__(self, history: list[Any]) -> None:
        self.history = history


@pytest.mark.parametrize("seed", seeds(50, 3_000))
def test_linearizability_is_judged_as_by_trying_every_order(seed: int) -> None:
    random = Random(seed)
    history: list[Any] = []
    open_: dict[str, Any] = {}
    for _ in range(random.randint(2, 9)):
        agent = random.choice("abc")
        if agent in open_:
            request = open_.pop(agent)
            result = "ok" if request[0] == "write" else random.choice([None, 1, 2])
            history.append(Replied(agent, request, result))
        else:
            open_[agent] = request = random.choice([("write", 1), ("write", 2), ("read",)])
            history.append(Asked(agent, request))
    world: Any = Story(history)
    assert (linearizable().violation(world) is None) == explained(history)


def test_a_history_too_long_to_judge_is_no_success() -> None:
    world: Any = Story([Asked("a", ("write", number)) for number in range(13)])
    with pytest.raises(ValueError, match="13 operations are too many to judge"):
        linearizable().violation(world)
