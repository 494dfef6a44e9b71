"""Every order of calls to a class that counts votes, shortest first, against what a sound vote would answer.

The specification is a value of its own (`Vote`), not a class to compare with: a learner's class may keep its votes in
any way. Two orders that leave equal objects behind are tried on once. Complete for up to two members; three members
vote in every order; four and five in the order of their names and the reverse one, all ways to vote; six to nine say
yes one after the other.
"""

from collections.abc import Callable, Collection, Hashable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import Any, Literal

from labkit.agents import AgentError
from labkit.values import agent_names, listed
from labkit.worksheet.exercises.ballot_box import BallotBox
from labkit.worksheet.refuting import Refuted, Unusable, call

Call = tuple[Any, ...]  # ("propose", "p") or ("vote", "p", "a", True)
Trap = Literal["", "stranger", "second vote", "second yes", "proposed again"]
Outcome = Literal["won", "lost", "pending"]
Ask = Callable[[Any, str, "Vote"], str | None]  # council, id, what should be → what is wrong with its answer
IDS = ("p", "q")
STRANGER = "x"
CARDS = tuple((p, q) for p in (None, True, False) for q in (None, True, False) if not (p and q))  # one yes each
_ATOMS = frozenset((str, bool, int, float, type(None)))
MOST = 6_000  # objects that are kept apart; a class that never forgets anything is cut off there
REASONS = {
    "": "",
    "stranger": "the last vote must not count: x is no member",
    "second vote": "the last vote must not count: it is a second vote on the same proposal, and the first vote stands",
    "second yes": "the last vote must not count: it is a second yes, and each agent has one",
    "proposed again": "to propose an id again must change nothing",
}


@dataclass(frozen=True)
class Vote:
    """What has been voted so far, as a sound vote would keep it."""

    members: tuple[str, ...]
    cast: frozenset[tuple[str, str, bool]] = frozenset()  # id, agent, yes or no

    def trap(self, made: Call) -> Trap:
        """Which trap this call is, if it is one."""
        match made:
            case ("vote", id_, agent, yes):
                if agent not in self.members:
                    return "stranger"
                if any((id_, agent, said) in self.cast for said in (True, False)):
                    return "second vote"
                return "second yes" if yes and any((other, agent, True) in self.cast for other in IDS) else ""
        return "proposed again"

    def after(self, made: Call) -> "Vote":
        """After a call: a trap changes nothing."""
        return self if self.trap(made) else replace(self, cast=self.cast | {(made[1], made[2], made[3])})

    def yes(self, id_: str) -> list[str]:
        """The members that have said yes to it."""
        return [agent for agent in self.members if (id_, agent, True) in self.cast]

    def could_say_yes(self, id_: str) -> list[str]:
        """The members that have said nothing of it yet, and have their yes to give."""
        return [agent for agent in self.members if not self.trap(("vote", id_, agent, True))]

    @property
    def quorum(self) -> int:
        """More than half of the members."""
        return len(self.members) // 2 + 1

    def outcome(self, id_: str) -> Outcome:
        """Won, or lost because no further vote can make it win, or pending."""
        so_far = len(self.yes(id_))
        if so_far >= self.quorum:
            return "won"
        return "pending" if so_far + len(self.could_say_yes(id_)) >= self.quorum else "lost"


def answered(method: Callable[[str], Any], id_: str) -> Any:
    """What a method says of a proposal; Refuted if it stops with an error. Called too often for `call`."""
    try:
        return method(id_)
    except AgentError as why:
        raise Unusable(str(why)) from why
    except Exception as why:
        raise Unusable(f"{method.__name__}({id_!r}) stops with an error: {type(why).__name__}: {why}") from why


def refused(council: Any, id_: str) -> bool:
    """Whether the rule has refused this proposal, as far as that can be seen."""
    return isinstance(council, BallotBox) and id_ not in council.proposals


def _unwritten(council: Any, vote: Vote, because: str) -> str:
    """A vote that counts and was not written down, as far as that can be seen; it may make no difference so far."""
    if not isinstance(council, BallotBox) or type(council).vote is not BallotBox.vote:
        return ""
    for id_, agent, yes in sorted(vote.cast):
        if council.votes.get(id_, {}).get(agent) is not yes:
            what = "the yes" if yes else "the no"
            why = because or ("it is the first vote of a member that has its yes to give" if yes
                              else "a member may say no to as many proposals as it likes")
            gone = "is lost" if because else "is not written down, and it should be"
            return f"{what} of {agent} on {id_} {gone}: {why}"
    return ""


def in_words(members: tuple[str, ...], values: dict[str, Any], calls: tuple[Call, ...]) -> str:
    """The calls as a sentence without its full stop; what is proposed is named where it looks like nothing."""
    told = []
    for made in calls:
        match made:
            case ("vote", id_, agent, yes):
                told.append(f"{agent} votes {'yes' if yes else 'no'} on {id_}")
            case (_, id_):
                told.append(f"{id_} is proposed again")
    who = f"the members {listed(members)}" if len(members) > 1 else f"{members[0]} as the only member"
    odd = listed(f"the value of {id_} is {value!r}" for id_, value in values.items() if not value)
    return f"With {who}{f', where {odd}' if odd else ''}, {listed(told, most=12) or 'nobody has voted yet'}"


def try_all(
    new: Callable[..., Any], ask: Ask, traps: Collection[Trap], values: dict[str, Any], most: int = 9
) -> None:
    """Judge a class in every order of calls; Refuted with a shortest one that it answers wrongly.

    ask: what is wrong with an answer. traps: those that are tried. values: what is proposed, by id. most: members.
    """
    for number in range(1, most + 1):
        trial = _Trial(new, ask, traps, values, agent_names(number))
        if number <= 3:
            trial.in_every_order()
        elif number <= 5:
            trial.in_two_orders()
        else:
            trial.one_after_the_other()


@dataclass(frozen=True)
class _Trial:
    """A council of these members, tried."""

    new: Callable[..., Any]
    ask: Ask
    traps: Collection[Trap]
    values: dict[str, Any]
    members: tuple[str, ...]

    def in_every_order(self) -> None:
        """Breadth first, until no call leads to anything new."""
        start = self._opened()
        self._check(start, Vote(self.members), ())
        level: list[tuple[Any, Vote, tuple[Call, ...]]] = [(start, Vote(self.members), ())]
        known = {(_key(vars(start)), Vote(self.members))}
        while level and len(known) < MOST:
            fresh = []
            for council, vote, calls in level:
                for made in self._calls(vote):
                    then, there, story = _twin(council), vote.after(made), (*calls, made)
                    self._make(then, story)
                    key = _key(vars(then)), there
                    if key not in known:
                        known.add(key)
                        self._check(then, there, story, REASONS[vote.trap(made)])
                        fresh.append((then, there, story))
            level = fresh

    def in_two_orders(self) -> None:
        """All ways to vote, the fewest votes first: members by name, and the other way round."""
        opened = self._opened()
        ways = combinations_with_replacement(CARDS, len(self.members))
        for cards in sorted(ways, key=lambda way: sum(said is not None for card in way for said in card)):
            for order in (self.members, self.members[::-1]):
                council, vote = _twin(opened), Vote(self.members)
                story: tuple[Call, ...] = ()
                for made in _as_calls(order, cards):
                    vote, story = vote.after(made), (*story, made)
                    self._make(council, story)
                self._check(council, vote, story)

    def one_after_the_other(self) -> None:
        """All say yes to the same proposal."""
        council, vote = self._opened(), Vote(self.members)
        story: tuple[Call, ...] = ()
        for agent in self.members:
            made = ("vote", IDS[0], agent, True)
            vote, story = vote.after(made), (*story, made)
            self._make(council, story)
            self._check(council, vote, story)

    def _calls(self, vote: Vote) -> Iterator[Call]:
        small = len(self.members) < 3
        for id_ in self.values:
            for agent in (*self.members, STRANGER) if small else self.members:
                for yes in (True, False):
                    made = ("vote", id_, agent, yes)
                    if vote.trap(made) in ("", *self.traps):
                        yield made
            if small and "proposed again" in self.traps:
                yield "propose", id_

    def _opened(self) -> Any:
        """A new council with its proposals made."""
        council, before = call(self.new, self.members), ""
        for id_, value in self.values.items():
            call(council.propose, id_, value)
            if refused(council, id_):
                raise Refuted(f"{id_} is proposed for the first time{before}, and the rule refuses it")
            before = f", after {id_} was"
        return council

    def _make(self, council: Any, story: tuple[Call, ...]) -> None:
        """The last call of the story."""
        what, id_, *rest = story[-1]
        try:
            if what == "propose":
                council.propose(id_, f"another {self.values[id_]}")
            else:
                council.vote(id_, *rest)
        except AgentError as why:
            raise Unusable(f"{in_words(self.members, self.values, story)}. Then {why}") from why
        except Exception as why:
            told = in_words(self.members, self.values, story)
            raise Unusable(f"{told}. There {what} stops with an error: {type(why).__name__}: {why}") from why

    def _check(self, council: Any, vote: Vote, story: tuple[Call, ...], because: str = "") -> None:
        told = in_words(self.members, self.values, story)
        for id_ in self.values:
            try:
                wrong = self.ask(council, id_, vote)
            except Refuted as why:
                raise type(why)(f"{told}. Then {why.because}") from why
            if wrong:
                raise Refuted(f"{told}. Now {wrong}{'; ' if because else ''}{because}")
        if lost := _unwritten(council, vote, because):
            raise Refuted(f"{told}. But {lost}")


def _as_calls(order: tuple[str, ...], cards: tuple[Any, ...]) -> Iterator[Call]:
    for agent, card in zip(order, cards, strict=True):
        for id_, said in zip(IDS, card, strict=True):
            if said is not None:
                yield "vote", id_, agent, said


# ---- copies and keys of what holds only tables and plain values, quickly ---------------------------------------------


def _twin(council: Any) -> Any:
    """A council of its own in the same state."""
    new = object.__new__(type(council))
    new.__dict__.update({name: _copied(value) for name, value in vars(council).items()})
    return new


def _copied(value: Any) -> Any:
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is dict:
        return {key: _copied(of) for key, of in value.items()}
    if kind in (list, tuple):
        return kind([_copied(part) for part in value])
    return deepcopy(value)


def _key(value: Any) -> Hashable:
    """What tells two states apart, as far as fields do."""
    kind = type(value)
    if kind in _ATOMS:
        return kind, value
    if kind is dict:
        return frozenset([(key, _key(of)) for key, of in value.items()])
    if kind in (list, tuple):
        return tuple([_key(part) for part in value])
    return repr(value)
