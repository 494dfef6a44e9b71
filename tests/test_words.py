"""A learner reads words: no repr of a dataclass, no name of a field, in anything that is drawn or told of a run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

import pytest
from labkit.agents import Agent, Send, create
from labkit.engine import Simulator, packet_of
from labkit.observe import log
from labkit.protocols import CATALOGUE, Protocol, army
from labkit.topology import build
from labkit.values import agent_names, brief, cell, kind
from labkit.views import Player
from seeds import one_in

EVERY = pytest.mark.parametrize("protocol", CATALOGUE.values(), ids=list(CATALOGUE))
IN_TURN = pytest.mark.parametrize("protocol", one_in(4, (pytest.param(one, id=one.name) for one in CATALOGUE.values())))
RAW = re.compile(r"\b[A-Z]\w*\(|[a-z]_[a-z]|\bNone\b|\bTrue\b|\bFalse\b|frozen|Fraction|<[a-z]|\b[0-9a-f]{16}\b")
FATES = {"arrived", "flight", "lost"}


def run(protocol: Protocol) -> Simulator:
    """Every client asks twice; a link is cut, an agent crashes and comes back, some messages are lost or doubled."""
    cast = army(5, "attack") if protocol.name == "oral messages" else create(protocol.kind, agent_names(5))
    sim = Simulator(build("mesh", 5), cast, seed=4, loss=0.03, duplication=0.05)
    for number in (1, 2):
        sim.run(until=300 * number)
        for agent in "abcde":
            if agent not in sim.system.down and (wish := protocol.ask(agent, number)) is not None:
                sim.request(agent, wish)
        sim.run(until=300 * number + 20)
        if number == 1:
            sim.isolate("a", "b")
            sim.crash("c")
    sim.heal_all()
    sim.restart("c")
    sim.run(until=900)
    return sim


def texts(drawn: object) -> Iterator[str]:
    if isinstance(drawn, str):
        yield drawn
    elif isinstance(drawn, dict):
        for name, value in drawn.items():
            yield from () if name in ("kind", "place", "symbol") else texts(value)
    elif isinstance(drawn, list | tuple):
        for value in drawn:
            yield from texts(value)


@IN_TURN
def test_nothing_that_is_drawn_of_a_run_is_raw_python(protocol: Protocol) -> None:
    sim = run(protocol)
    shown = Player(sim, at=0)
    for step in range(0, len(sim) + 1, max(1, len(sim) // 60)):
        shown.go(step)
        panels = shown.scene["panels"]
        raw = [text for text in texts(panels) if RAW.search(text)]
        assert not raw, f"step {step}: {raw[:3]}"


@EVERY
def test_the_log_of_a_run_is_not_raw_python(protocol: Protocol) -> None:
    raw = [line for line in log(run(protocol)).splitlines() if RAW.search(line)]
    assert not raw, raw[:3]


@EVERY
def test_the_label_on_a_link_is_how_the_message_begins(protocol: Protocol) -> None:
    messages = {packet.message for done in run(protocol).trace if (packet := packet_of(done.event))}
    assert messages
    for message in messages:
        label = kind(message)
        assert 0 < len(label) <= 14 and brief(message).startswith(label.removesuffix("…"))


@EVERY
def test_every_light_explains_itself(protocol: Protocol) -> None:
    lights = Player(run(protocol)).scene["panels"]["lights"]["items"]
    assert [item[4] for item in lights] == [prop.sentence for prop in protocol.properties]


# ---- what a learner writes -------------------------------------------------------------------------------------------

class Mood(Enum):
    VERY_HAPPY = 1


@dataclass(frozen=True)
class Ping:
    round: int


@dataclass(frozen=True)
class NotYet:
    """Nothing to tell."""


@dataclass(frozen=True)
class AskAgain:
    because_of: str
    friends: frozenset[str]
    sure: bool = False
    share: Fraction = Fraction(1, 3)


@dataclass(frozen=True)
class Greeting:
    to: str

    def __str__(self) -> str:
        return f"greeting, for {self.to}"


@pytest.mark.parametrize(("value", "words", "label"), [
    (Ping(3), "Ping: round 3", "Ping"),
    (NotYet(), "Not yet", "Not yet"),
    (AskAgain("rain", frozenset("ba")), "Ask again: because of rain, friends {a, b}, sure no, share 0.3333",
     "Ask again"),
    (Greeting("b"), "greeting, for b", "greeting"),
    ("hello, all", "hello, all", "hello, all"),
    (("tick", 3), "(tick, 3)", "(tick, 3)"),
    (Mood.VERY_HAPPY, "very happy", "very happy"),
    (None, "–", "–"),
])
def test_a_message_of_ones_own_is_read_as_words(value: object, words: str, label: str) -> None:
    assert (brief(value), kind(value)) == (words, label)


def test_a_cell_of_a_table_needs_no_brackets_and_shows_where_there_is_nothing() -> None:
    assert [cell(value) for value in (frozenset("ba"), {"a": 1, "b": Ping(2)}, (), None, 0, False)] == [
        "a, b", "a: 1, b: Ping: round 2", "–", "–", "0", "no"]


@dataclass
class Diary(Agent):
    last_seen: str = ""
    _pages: tuple[int, ...] = ()

    def request(self, value: str) -> list[Send]:
        self.last_seen, self._pages = value, (1, 2)
        return [Send(peer, Ping(1)) for peer in self.peers]


@dataclass
class Memo(Agent):
    kept: object = None

    def receive(self, sender: str, message: object) -> None:
        self.kept = message


def test_an_agent_of_ones_own_shows_all_its_fields_in_words() -> None:
    sim = Simulator(build("ring", 3), Diary)
    sim.request("a", "fox")
    table = Player(sim, at=None).scene["panels"]["agents"]
    assert table["head"] == ["Agent", "State", "Last seen", "Pages"] and "more" not in table
    assert table["rows"][:2] == [["a", "up", "fox", "1, 2"], ["b", "up", "–", "–"]]


def test_a_cast_of_two_classes_shows_the_fields_of_both() -> None:
    cast = {"a": Diary("a", ("b",)), "b": Memo("b", ("a",))}
    sim = Simulator(build("ring", 2), cast)
    sim.request("a", "fox")
    sim.run()
    table = Player(sim, at=None).scene["panels"]["agents"]
    assert table["head"] == ["Agent", "State", "Last seen", "Pages", "Kept"]
    assert table["rows"] == [["a", "up", "fox", "1, 2", "–"], ["b", "up", "–", "–", "Ping: round 1"]]


# ---- what agents know ------------------------------------------------------------------------------------------------

def test_a_table_says_first_what_a_learner_needs_and_keeps_the_bookkeeping_folded() -> None:
    table = Player(run(CATALOGUE["raft"]), at=None).scene["panels"]["agents"]
    assert table["head"] == ["Agent", "State", "Term", "Voted for", "Leader", "Log", "Committed up to"]
    assert table["more"]["title"] == "More: bookkeeping" and not table["more"]["open"]
    assert {"Next index", "Match index"} <= {*table["more"]["head"]}
    assert not {"Standing", "State"} & {*table["more"]["head"]}, "the state is told already"


@EVERY
def test_the_columns_of_a_class_are_fields_with_words_above_them(protocol: Protocol) -> None:
    agent = next(iter(create(protocol.kind, ("a", "b")).values()))
    for field, heading in agent.columns:
        assert hasattr(agent, field) and heading[0].isupper() and "_" not in heading


def test_notes_carry_the_value() -> None:
    paxos, voting = CATALOGUE["paxos"], CATALOGUE["first-come voting"]
    sim = Simulator(build("mesh", 5), paxos.kind, seed=1)
    sim.request("a", "red")
    sim.run(until=300)
    assert {agent.note for agent in sim.system.agents.values()} == {"decided red"}
    sim = Simulator(build("mesh", 5), voting.kind, seed=1)
    sim.request("a", voting.request("propose q refuse"))
    sim.run(until=300)
    assert {agent.note for agent in sim.system.agents.values()} == {"decided q: refuse"}


def test_the_signs_of_the_pictures_are_explained_once() -> None:
    chart = Player(run(CATALOGUE["raft"]), at=None).scene["panels"]["spacetime"]
    words = " ".join(item[1] for item in chart["legend"])
    for sign in ("arrived", "on its way", "lost", "decides", "timer", "client", "crashes", "restarts", "partition",
                 "link is cut", "now", "acted last", "suspects", "leads"):
        assert sign in words, sign
    assert {arrow[5] for arrow in chart["arrows"]} <= FATES
