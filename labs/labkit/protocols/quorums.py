"""Quorum systems: which agents may decide for all, whether any two such groups must meet, and how a vote stands.

Sources: Gifford 1979 (weighted votes, read and write quorums), Maekawa 1985 (a grid: one row and one column), Naor &
Wool 1998 (quorum systems as such). Left out: how much load a system bears, and quorums against liars.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

from labkit.values import Bar, agent_names, frozendict, listed

Said = Literal["yes", "no", "abstain"]
Outcome = Literal["pending", "won", "lost"]
Card = tuple[Said | None, ...]  # what one agent has said to each proposal; None: nothing yet
VOTES: tuple[Said, ...] = ("yes", "no", "abstain")
MOST_STATES = 1_000_000


@dataclass(frozen=True)
class Weighted:
    """A quorum is a group whose votes sum up to `need`; the votes of each member stand in `weights`."""

    weights: frozendict[str, int]
    need: int

    def __post_init__(self) -> None:
        for member, weight in self.weights.items():
            if not _whole(weight) or weight < 0:
                raise ValueError(f"{member} has {weight!r} votes: give each member a whole number, 0 or more")
        total = sum(self.weights.values())
        if not total:
            raise ValueError("nobody has a vote, so nothing can be decided: give at least one member a vote")
        if not _whole(self.need) or not 1 <= self.need <= total:
            raise ValueError(f"a quorum of {self.need!r} in {total} votes: choose a whole number from 1 to {total}")

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(self.weights)

    def is_quorum(self, agents: Iterable[str]) -> bool:
        """Whether these members may decide for all; ValueError for a stranger."""
        return sum(self.weights[agent] for agent in _known(self.members, agents)) >= self.need


@dataclass(frozen=True)
class Grid:
    """Members stand in rows of equal length; a quorum holds one whole row and one whole column."""

    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if not self.rows or not self.rows[0] or len({len(row) for row in self.rows}) > 1:
            raise ValueError("a grid has rows of the same length, at least one: fill up or drop the odd row")
        agent_names(self.members)  # no name twice

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(member for row in self.rows for member in row)

    def is_quorum(self, agents: Iterable[str]) -> bool:
        """Whether these members may decide for all; ValueError for a stranger."""
        here = _known(self.members, agents)
        return any(here.issuperset(row) for row in self.rows) and any(here.issuperset(col) for col in self._columns())

    def smallest(self) -> tuple[tuple[str, ...], ...]:
        """Each row with each column."""
        return tuple(tuple(dict.fromkeys((*row, *column))) for row in self.rows for column in self._columns())

    def _columns(self) -> tuple[tuple[str, ...], ...]:
        return tuple(zip(*self.rows, strict=True))


Quorums = Weighted | Grid


def majority(members: int | Sequence[str]) -> Weighted:
    """More than half of the members, one vote each; a number stands for that many names (a, b, …)."""
    return weighted(dict.fromkeys(agent_names(members), 1))


def at_least(need: int, members: int | Sequence[str]) -> Weighted:
    """Any `need` of the members: safe only above one half, ask `disjoint`."""
    return weighted(dict.fromkeys(agent_names(members), 1), need)


def weighted(weights: Mapping[str, int], need: int | None = None) -> Weighted:
    """Members with different numbers of votes; without `need`, a quorum has more than half of the votes."""
    if not weights:
        raise ValueError("nobody may vote: name at least one member")
    agent_names(tuple(weights))
    if need is None and all(map(_whole, weights.values())):
        need = sum(weights.values()) // 2 + 1
    return Weighted(frozendict(weights), 0 if need is None else need)


def grid(rows: Sequence[Sequence[str]]) -> Grid:
    """Members in rows: about 2√n of them decide, fewer than a majority, and any two quorums still meet."""
    return Grid(tuple(tuple(row) for row in rows))


def outcome(is_quorum: Callable[[tuple[str, ...]], bool], yes: Iterable[str], open_: Iterable[str]) -> Outcome:
    """Won with the yes there are; lost if even all votes still open could not help; else pending."""
    yes = tuple(yes)
    if is_quorum(yes):
        return "won"
    return "pending" if is_quorum((*yes, *open_)) else "lost"


@dataclass(frozen=True)
class Tally:
    """How the vote on one proposal stands: names by what they said, and three answers instead of yes or no."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    abstain: tuple[str, ...]  # heard, but no yes
    outstanding: tuple[str, ...]
    outcome: Outcome


def tally(quorums: Quorums, votes: Mapping[str, Said]) -> Tally:
    """Count the votes (member → vote); whoever is missing is outstanding. ValueError for strangers and odd votes."""
    _known(quorums.members, votes)
    for member, vote in votes.items():
        if vote not in VOTES:
            raise ValueError(f"{member} votes {vote!r}: a vote is 'yes', 'no' or 'abstain'")
    said: dict[str | None, list[str]] = {vote: [] for vote in (*VOTES, None)}
    for member in quorums.members:
        said[votes.get(member)].append(member)
    yes, no, abstain, open_ = map(tuple, said.values())
    return Tally(yes, no, abstain, open_, outcome(quorums.is_quorum, yes, open_))


def disjoint(one: Quorums, other: Quorums | None = None) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """A quorum of `one` and a quorum of `other` (or of `one` again) without a common member; None if all must meet.

    Exact; dear only where many members have very different numbers of votes. Two systems: readers and writers, say, or
    the old members and the new.
    """
    other = one if other is None else other
    for system in (one, other):
        if not isinstance(system, Quorums):
            raise ValueError(f"disjoint takes quorum systems, such as majority(5), not {system!r}")
    if isinstance(one, Grid):
        ways: Iterable[tuple[str, ...]] = one.smallest()
    elif isinstance(other, Weighted):
        ways = _sums(one, other)
    else:
        found = disjoint(other, one)
        return found and (found[1], found[0])
    for group in map(frozenset, ways):
        rest = tuple(member for member in other.members if member not in group)
        ours = tuple(member for member in one.members if member in group)
        if one.is_quorum(ours) and other.is_quorum(rest):
            return _smallest_in(one, ours), _smallest_in(other, rest)
    return None


@dataclass(frozen=True)
class Proof:
    """What came out when every way to vote was tried: how often who wins, and the first state with two winners."""

    states: int
    winners: frozendict[tuple[str, ...], int]
    witness: frozendict[str, Card] | None  # member → card; the one with the fewest votes

    @property
    def safe(self) -> bool:
        return self.witness is None


def one_yes(card: Card) -> bool:
    """A card says yes to one proposal at most."""
    return card.count("yes") <= 1


def every_way_to_vote(
    quorums: Quorums, proposals: Sequence[str] = ("p", "q"), rule: Callable[[Card], bool] = one_yes
) -> Proof:
    """Try all cards that the rule allows: each member says nothing, no or yes to each proposal.

    Five members with two proposals and one yes: 3 · 3 − 1 = 8 cards each, 8 ** 5 = 32,768 states.
    """
    said: tuple[Said | None, ...] = ("yes", "no", None)
    if len(said) ** len(proposals) > MOST_STATES:
        raise ValueError(f"{len(proposals)} proposals can be answered in 3 ** {len(proposals)} ways: take fewer")
    allowed = [card for card in product(said, repeat=len(proposals)) if rule(card)]
    states = len(allowed) ** len(quorums.members)
    if states > MOST_STATES:
        raise ValueError(f"{len(allowed)} cards for each of {len(quorums.members)} members: take fewer members")
    wins = cache(quorums.is_quorum)
    counts: Counter[tuple[str, ...]] = Counter()
    worst: tuple[int, tuple[Card, ...]] | None = None
    every_way = product(allowed, repeat=len(quorums.members))
    for cards in Bar(every_way, total=states, unit=" ways", delay=1, leave=False):
        winners = tuple(proposal for k, proposal in enumerate(proposals) if wins(_yes(quorums.members, cards, k)))
        counts[winners] += 1
        if len(winners) > 1:
            cast = sum(vote is not None for card in cards for vote in card)
            if worst is None or cast < worst[0]:
                worst = cast, cards
    return Proof(
        sum(counts.values()),
        frozendict(counts),
        None if worst is None else frozendict(dict(zip(quorums.members, worst[1], strict=True))),
    )


def _yes(members: tuple[str, ...], cards: tuple[Card, ...], k: int) -> tuple[str, ...]:
    return tuple(member for member, card in zip(members, cards, strict=True) if card[k] == "yes")


def _sums(one: Weighted, other: Weighted) -> list[tuple[str, ...]]:
    """One group for each pair of sums that groups can have: all others are no better and no worse."""
    groups: dict[tuple[int, int], tuple[str, ...]] = {(0, 0): ()}
    for member in dict.fromkeys((*one.members, *other.members)):
        for (ours, theirs), group in list(groups.items()):
            sums = ours + one.weights.get(member, 0), theirs + other.weights.get(member, 0)
            groups.setdefault(sums, (*group, member))
    return sorted(groups.values(), key=len)


def _smallest_in(quorums: Quorums, agents: tuple[str, ...]) -> tuple[str, ...]:
    """A quorum inside this one from which nobody can be missing."""
    for agent in reversed(agents):
        fewer = tuple(member for member in agents if member != agent)
        if quorums.is_quorum(fewer):
            agents = fewer
    return agents


def _known(members: Collection[str], agents: Iterable[str]) -> frozenset[str]:
    here = frozenset(agents)
    if strangers := sorted(here.difference(members)):
        raise ValueError(f"{listed(strangers)} may not vote: the members are {listed(members, most=12)}")
    return here


def _whole(number: Hashable) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
