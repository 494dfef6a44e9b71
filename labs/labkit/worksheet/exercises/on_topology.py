"""Exercise 1: design the topology of the team, by hand, by measures, and as a function."""

from collections.abc import Callable
from typing import Any

from labkit.topology import Needs, build, fault_tolerance
from labkit.values import listed
from labkit.worksheet.exercises import topology_by_code as by_code, topology_by_hand as by_hand
from labkit.worksheet.exercises.networks import after_crashes, figures_of
from labkit.worksheet.refuting import Refuted, Unusable, one_of, plain
from labkit.worksheet.step import Step
from labkit.worksheet.team import TEAM

FIVE = ("star", "mesh", "ring", "tree", "hybrid")
NEEDS = {
    "the team": (Needs(agents=8, survive_crashes=1), "A"),
    "the news desk": (Needs(agents=8, max_hops=2, max_messages=7), "B"),
}
REASONS: dict[str, tuple[str, Callable[[dict[str, int]], bool]]] = {  # in words, and as a test of the figures
    "A": ("it has no single point of failure", lambda found: found["crashes"] >= 1),
    "B": ("no one is farther than two hops, and no message repeats news",
          lambda found: found["hops"] <= 2 and found["messages"] == 7),
    "C": ("no connected network has fewer links", lambda found: found["links"] == 7),
    "D": ("everyone reaches everyone in one hop", lambda found: found["hops"] == 1),
    "E": ("no agent has more than two links", lambda found: found["links_per_agent"] <= 2),
}


def _choose(answer: Any) -> None:
    if type(plain(answer)) is not dict or set(answer) != set(NEEDS):
        raise Unusable(f"these are not two pairs: give a topology and a reason for each of {listed(NEEDS)}")
    for name, (needs, asked) in NEEDS.items():
        kind, letter = _pair(name, answer[name])
        graph = build(kind, TEAM)
        words, is_true = REASONS[letter]
        if broken := _broken(needs, figures_of(graph)):
            points = fault_tolerance(graph).articulation_points if needs.survive_crashes else ()
            raise Refuted(f"a {kind} does not meet the needs of {name}: {listed(broken)}",
                          after_crashes(graph, *points[:1]))
        if not is_true(figures_of(graph)):
            raise Refuted(f"a {kind} meets the needs of {name}, but it is not true of a {kind} that {words}", graph)
        if letter != asked:
            raise Refuted(f"it is true of a {kind} that {words}, but {name} did not ask for that", graph)


def _broken(needs: Needs, found: dict[str, int]) -> list[str]:
    """Which of the needs a topology with these figures does not meet, in words."""
    checks = (
        (found["crashes"] < needs.survive_crashes, "the crash of one agent can split it"),
        (needs.max_hops is not None and found["hops"] > needs.max_hops, f"its longest way has {found['hops']} hops"),
        (needs.max_messages is not None and found["messages"] > needs.max_messages,
         f"a broadcast takes {found['messages']} messages"),
    )
    return [words for broken, words in checks if broken]


def _pair(name: str, given: Any) -> tuple[str, str]:
    """The topology and the letter of the reason; Refuted if it is no such pair."""
    if type(given) not in (tuple, list) or len(given) != 2:
        raise Unusable(f'for {name} there is no pair: give a topology and a reason, such as ("tree", "C")')
    return (one_of(given[0], FIVE, f"the topology for {name}"), one_of(given[1], REASONS, f"the reason for {name}"))


CHOOSE = Step(
    "choose and say why", 1,
    """Choose a topology out of star, mesh, ring, tree and hybrid for each of two systems of eight agents, and the
reason that counts there.

- **The team** must go on whichever one agent crashes: the seven others still reach each other.
- **The news desk** wants each piece of news to be with all after two hops, and every message costs money: at most seven
  for a piece of news.

The reasons: """ + "; ".join(f"**{letter}** {words}" for letter, (words, _) in REASONS.items()) + ".",
    "choice",
    blank='''choice = {
    "the team": (..., ...),  # ("tree", "C"), say
    "the news desk": (..., ...),
}''',
    solution='''choice = {
    "the team": ("ring", "A"),
    "the news desk": ("star", "B"),
}''',
    because="Among the five only ring and mesh survive the crash of any one agent, so either will do for the team; the "
    "ring has 8 links and the mesh 28. Only the star brings news to all in two hops with seven messages, so a star is "
    "not always worse: the price is its hub. A reason counts only if it is true and was asked for.",
    hints=("Strike out, for each system, the topologies that break its need. Use your figures from the steps before.",
           "A broadcast over m links between n agents sends 2m − (n − 1) messages. Seven is the fewest possible.",
           "Several reasons may be true of your topology. Which of them is what the system needs?"),
    judge=_choose,
)

STEPS = (
    by_hand.COUNT_LINKS, by_hand.SINGLE_POINTS, by_hand.LONGEST_WAY, CHOOSE, by_code.TEAM_TOPOLOGY,
    by_hand.TWO_CUTS, by_hand.ONE_MORE_LINK, by_hand.TWO_HALVES,
    by_code.TREE, by_code.RING_WITH_CHORDS, by_code.SINGLE_POINTS,
)
