"""Kinds of messages that the simulator allows: each crosses between processes unchanged, or a sentence says why not."""

from dataclasses import KW_ONLY, InitVar, dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Flag, IntFlag
from fractions import Fraction
from typing import Any

import pytest
from labkit.agents.codec import Codec
from labkit.search.exact import exact
from labkit.values import frozendict


class Perm(Flag):
    NONE = 0
    R = 1
    W = 2
    X = 4


class Mode(IntFlag):
    OPEN = 1
    LOCKED = 2


@dataclass(frozen=True, kw_only=True)
class Vote:
    voter: str
    yes: bool = True


@dataclass(frozen=True)
class Bid:
    price: int = field(kw_only=True)
    task: str
    _: KW_ONLY
    urgent: bool = False


@dataclass(frozen=True)
class Route:
    hops: tuple[str, ...]
    length: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hops", tuple(sorted(self.hops)))
        object.__setattr__(self, "length", len(self.hops))


@dataclass(frozen=True)
class Ticket:
    number: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", self.number + 1)


@dataclass(frozen=True)
class Words:
    found: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", tuple(self.found.split()))


@dataclass(frozen=True)
class Stamp:
    mark: int = field(init=False, default=0)

    @classmethod
    def of(cls, mark: int) -> "Stamp":
        made = cls()
        object.__setattr__(made, "mark", mark)
        return made


@dataclass(frozen=True)
class Sum:
    total: int = field(init=False)
    terms: InitVar[tuple[int, ...]]

    def __post_init__(self, terms: tuple[int, ...]) -> None:
        object.__setattr__(self, "total", sum(terms))


CODEC = Codec([Perm, Mode, Vote, Bid, Route, Ticket, Words, Stamp, Sum])


def kind(value: object) -> str:
    """Its class: what a set or an object looks like differs from process to process."""
    return type(value).__name__


@pytest.mark.parametrize("value", [
    Vote(voter="a"), Vote(voter="b", yes=False), Bid("clean", price=3, urgent=True), Perm.R, Perm.R | Perm.W, Perm.NONE,
    ~Perm.R, Mode.OPEN | Mode.LOCKED, Mode(0), Mode(8), Mode(2**70 + 1), Route(("b", "a")), Stamp(),
    frozendict({Perm.R | Perm.X: frozenset({Vote(voter="a"), Perm.W | Perm.X})}),
], ids=kind)
def test_keywords_flags_and_fields_that_follow_from_others_survive(value: Any) -> None:
    read = CODEC.value(CODEC.text(value))
    assert exact(read) == exact(value) and read == value
    assert CODEC.text(read) == CODEC.text(value)


def test_a_flag_with_a_name_is_written_by_it_and_a_combination_by_its_number() -> None:
    assert CODEC.text(Perm.R) == '["Perm","R"]' and CODEC.text(Perm.R | Perm.W) == '["Perm",3]'
    assert CODEC.text(Vote(voter="a")) == '["Vote","a",true]'


@pytest.mark.parametrize("text", [
    '["Perm","R|W"]', '["Perm",8]', '["Perm",true]', '["Perm",null]', '["Perm",[]]', '["Perm",["tuple"]]',
    '["Perm",["int","x"]]', '["Perm",1,2]', '["Perm",["Vote","a",true]]', '["Vote","a"]', '["Vote","a",true,1]',
    '["Words",1]', '["Ticket","a"]', '["Ticket",null]', '["Sum"]', r'"\ud800"', r'["tuple","a\uDC80"]', '"\ud800"',
    r'["frozendict",["\ud800",1]]', '"' + "\ud83d" + 'x"',
])
def test_a_text_that_makes_no_value_of_these_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"this is no message: ."):
        CODEC.value(text)


@pytest.mark.parametrize("value", [Ticket(1), Words("a b"), Stamp.of(3), Sum((1, 2)), (Ticket(1),)], ids=kind)
def test_a_message_that_would_be_another_at_its_receiver_is_refused_where_it_is_sent(value: Any) -> None:
    with pytest.raises(ValueError, match=r"cannot be sent.*receiver.*__post_init__"):
        CODEC.text(value)


@pytest.mark.parametrize("value", ["\ud800", "ü\udc80", ("a", frozendict({"\ud800": 1})), Vote(voter="x\udfff")])
def test_half_a_character_is_refused_before_it_reaches_the_wire(value: Any) -> None:
    with pytest.raises(ValueError, match=r"half of a character: replace it.*errors='replace'"):
        CODEC.text(value)


@pytest.mark.parametrize("text", ["", "ä", "\U0001f600", "\x00\x1f\x7f", r"\ud800", "\u2028"])
def test_whole_characters_of_any_kind_survive(text: str) -> None:
    assert CODEC.value(CODEC.text(text)) == text


@pytest.mark.parametrize("value", [
    1j, range(3), Decimal("1.5"), date(2024, 1, 2), time(1, 2), timedelta(1), object()], ids=kind)
def test_a_kind_that_only_the_simulator_knows_is_refused_with_the_remedy(value: Any) -> None:
    with pytest.raises(ValueError, match="send a tuple, a text or a number instead, or a frozen dataclass of your own"):
        CODEC.text((value,))


def test_a_class_that_the_agents_do_not_name_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match="the class Vote, so define it at the top of the agents' module or import it"):
        Codec([]).text(Vote(voter="a"))


@pytest.mark.parametrize("value", [10**5000, -(10**5000), (Vote(voter="a"), 10**5000), Fraction(10**5000, 7)],
                         ids=["long", "negative", "inside", "fraction"])
def test_a_number_with_too_many_digits_is_refused_with_the_remedy(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^a number of more than 4,300 digits cannot be sent: .*hex") as refused:
        CODEC.text(value)
    assert len(str(refused.value)) < 200


def test_the_longest_number_that_can_be_sent_survives() -> None:
    for value in (10**4299, Fraction(10**4299, 7)):
        assert CODEC.value(CODEC.text(value)) == value


def test_a_fraction_is_two_whole_numbers_and_no_power_that_takes_forever() -> None:
    for text in ("1e999999999", "1.5", "1/-2", " 1/2", "1/2/3", "1_0"):
        with pytest.raises(ValueError, match="no number"):
            CODEC.value(f'["Fraction","{text}"]')
    assert CODEC.value('["Fraction","-1/2"]') == Fraction(-1, 2)
