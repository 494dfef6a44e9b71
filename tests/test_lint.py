"""What would fail in silence is said before the first run, with its line; what is fine is not complained of."""

import random
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from random import randint
from typing import Any, ClassVar

import pytest
from labkit.agents import Agent, AgentError, Effects, Send, SetTimer
from labkit.agents.lint import findings
from labkit.engine import Model, Simulator
from labkit.protocols import CATALOGUE
from labkit.search import explore
from labkit.topology import build


@dataclass
class NotReturned(Agent):
    def request(self, value: str) -> Effects:
        Send("b", value)
        return None


@dataclass
class NotReturnedList(Agent):
    def request(self, value: str) -> Effects:
        [Send(peer, value) for peer in self.peers]
        return None


@dataclass
class Misspelt(Agent):
    def recieve(self, sender: str, message: str) -> Effects:
        return Send(sender, message)


@dataclass
class Async(Agent):
    async def receive(self, sender: str, message: str) -> Any:
        return Send(sender, message)


@dataclass
class ListForAll(Agent):
    seen: ClassVar[list[str]] = []

    def request(self, value: str) -> Effects:
        self.seen.append(value)
        return None


class NoDataclass(Agent):
    votes: int = 0


@dataclass
class Undeclared(Agent):
    votes: int = 0

    def request(self, value: str) -> Effects:
        self.vote = value
        return None


@dataclass
class Dice(Agent):
    def request(self, value: str) -> Effects:
        return Send("b", random.random())


@dataclass
class MoreDice(Agent):
    def request(self, value: str) -> Effects:
        return Send("b", randint(1, 6))


@dataclass
class Watch(Agent):
    def request(self, value: str) -> Effects:
        return Send("b", time.time())


WRONG = {
    NotReturned: r"NotReturned.request, line \d+, makes Send\(…\) but neither returns nor yields it",
    NotReturnedList: r"NotReturnedList.request, line \d+, makes Send",
    Misspelt: "Misspelt.recieve is never called: did you mean receive",
    Async: "Async.receive is async: a handler is a plain def",
    ListForAll: "ListForAll.seen is one and the same for all agents",
    NoDataclass: "NoDataclass declares votes but is no dataclass: write @dataclass",
    Undeclared: r"Undeclared.request, line \d+, sets self.vote, which is not declared",
    Dice: r"Dice.request, line \d+, uses random", MoreDice: "uses random", Watch: "uses time",
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_would_fail_in_silence_is_refused_before_the_first_run(kind: type[Agent]) -> None:
    for _ in range(2):  # the second time, too
        with pytest.raises(AgentError, match=WRONG[kind]):
            Simulator(build("mesh", 2), kind)
    found = explore(Model(build("mesh", 2), kind, [lambda world: None]), progress=False)
    assert found.violated is not None and found.trace == ()


def test_the_line_is_that_of_the_file() -> None:
    with pytest.raises(AgentError) as caught:
        Simulator(build("mesh", 2), NotReturned)
    line = int(str(caught.value).split("line ")[1].split(",")[0])
    with open(__file__, encoding="utf-8") as file:
        assert file.read().split("\n")[line - 1].strip() == 'Send("b", value)'


@dataclass
class Dropped(Agent):
    def request(self, value: str) -> Effects:
        self.tell(value)
        return None

    def tell(self, value: str) -> list[Send]:
        return [Send(peer, value) for peer in self.peers]


@dataclass
class Table(Agent):
    names: ClassVar[dict[str, int]] = {"red": 1}


@pytest.mark.parametrize("kind, sentence", [(Dropped, "whose effects get lost: return self.tell"), (Table, "one and")])
def test_what_may_be_meant_is_a_warning(kind: type[Agent], sentence: str) -> None:
    with pytest.warns(UserWarning, match=sentence):
        Simulator(build("mesh", 2), kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Simulator(build("mesh", 2), kind)  # said once


@dataclass
class Fine(Agent):
    """Everything that looks like a mistake and is none."""

    durable: ClassVar[tuple[str, ...]] = ("count",)
    count: int = 0

    def start(self) -> Iterator[Any]:
        yield SetTimer("again", (1, 2))
        yield from self.restarting()

    def restarting(self) -> list[Send]:
        return [Send(peer, 1) for peer in self.peers]

    def receive(self, sender: str, message: int) -> Effects:
        self.count += message
        answers = []
        answers.append(Send(sender, 0))
        return answers

    @property
    def requests(self) -> int:
        return self.count


def test_what_is_fine_is_not_complained_of() -> None:
    assert list(findings(Fine)) == []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Simulator(build("mesh", 2), Fine)


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_protocol_of_the_lab_is_complained_of(name: str) -> None:
    for kind in CATALOGUE[name].kind.__mro__:
        if kind is not Agent and issubclass(kind, Agent):
            assert list(findings(kind)) == []


def test_a_class_typed_into_a_console_can_be_used() -> None:
    space: dict[str, Any] = {"Agent": Agent, "dataclass": dataclass, "Send": Send, "__name__": "__main__"}
    exec("@dataclass\nclass Typed(Agent):\n    def request(self, value):\n        return Send('b', value)\n", space)
    Simulator(build("mesh", 2), space["Typed"])
