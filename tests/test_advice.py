"""Advice can be redone by hand: constraints reject by name, priorities rank, and there is no hidden score."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from labkit.topology import CRITERIA, Candidate, Needs, advise, build, figures, measure
from random_networks import KINDS
from seeds import seeds

# Worked out on paper in test_measures_by_hand.
EIGHT = {
    "star": {"hops": 2, "messages": 7, "crashes": 0, "cuts": 0, "links_per_agent": 7, "links": 7},
    "mesh": {"hops": 1, "messages": 49, "crashes": 6, "cuts": 6, "links_per_agent": 7, "links": 28},
    "ring": {"hops": 4, "messages": 9, "crashes": 1, "cuts": 1, "links_per_agent": 2, "links": 8},
    "tree": {"hops": 5, "messages": 7, "crashes": 0, "cuts": 0, "links_per_agent": 3, "links": 7},
    "hybrid": {"hops": 3, "messages": 9, "crashes": 0, "cuts": 0, "links_per_agent": 4, "links": 8},
}
LIMITS = {"max_hops": "hops", "max_messages": "messages", "survive_crashes": "crashes", "survive_cuts": "cuts",
          "max_links_per_agent": "links_per_agent", "max_links": "links"}
MORE_IS_BETTER = ("crashes", "cuts")


def some_needs(random: Random) -> Needs:
    """Needs with any of the limits, and priorities in any order."""
    size = random.choice([4, 8, 13, 30])
    asked: dict[str, Any] = {
        "max_hops": random.randint(1, 10), "max_latency": random.choice([30, 60, 90.5]),
        "max_messages": random.randint(size - 1, size * size), "survive_crashes": random.randint(0, 2),
        "survive_cuts": random.randint(0, 3), "max_links_per_agent": random.randint(2, size),
        "max_links": random.randint(size - 1, size * size), "grow_to": random.choice([5, 20, 60]),
        "time_per_hop": random.choice([1, 7.5, 20]),
    }
    chosen = random.sample(sorted(asked), random.randint(0, 4))
    priorities = tuple(random.sample(sorted(CRITERIA), random.randint(0, 4)))
    return Needs(agents=size, priorities=priorities, **{name: asked[name] for name in chosen})


def broken(kind: str, needs: Needs) -> list[tuple[str, int]]:
    """The constraints that a topology breaks, each with the number of agents at which it does: redone by hand."""
    found = []
    for size in dict.fromkeys([needs.agents, needs.grow_to or needs.agents]):
        row = figures(kind, size)
        for limit, name in LIMITS.items():
            allowed = getattr(needs, limit)
            if allowed is not None and (row[name] < allowed if name in MORE_IS_BETTER else row[name] > allowed):
                found.append((CRITERIA[name].label, size))
        if needs.max_latency is not None and row["hops"] * needs.time_per_hop > needs.max_latency:
            found.append(("worst latency", size))
    return found


def merit(candidate: Candidate, needs: Needs) -> list[int]:
    return [-candidate.figures[name] if name in MORE_IS_BETTER else candidate.figures[name]
            for name in needs.priorities]


def order(needs: Needs) -> list[str]:
    return [candidate.kind for candidate in advise(needs).ranking]


@pytest.mark.parametrize("kind", KINDS)
def test_the_figures_of_eight_agents_are_those_on_paper(kind: str) -> None:
    assert figures(kind, 8) == EIGHT[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_figures_are_those_that_measure_shows(kind: str) -> None:
    for n in (2, 5, 30):
        seen, row = measure(build(kind, n)), figures(kind, n)
        faults, asked = seen.fault_tolerance, seen.constraints
        assert (row["hops"], row["messages"]) == (seen.communication.diameter, seen.communication.broadcast_messages)
        assert (row["crashes"], row["cuts"]) == (faults.agent_connectivity - 1, faults.link_connectivity - 1)
        assert (row["links_per_agent"], row["links"]) == (asked.most_links, asked.links)


@pytest.mark.parametrize(("priorities", "ranking"), [
    (("hops",), ["mesh", "star", "hybrid", "ring", "tree"]),  # 1 2 3 4 5
    (("messages", "hops"), ["star", "tree", "hybrid", "ring", "mesh"]),  # 7: 2, 5; 9: 3, 4; 49
    (("cuts", "messages"), ["mesh", "ring", "star", "tree", "hybrid"]),  # 6; 1; 0: 7, 7 (as listed), 9
    (("links_per_agent",), ["ring", "tree", "hybrid", "star", "mesh"]),  # 2 3 4, then 7 and 7 as listed
    ((), list(KINDS)),
])
def test_priorities_rank_by_the_figures_alone(priorities: tuple[str, ...], ranking: list[str]) -> None:
    assert order(Needs(agents=8, priorities=priorities)) == ranking


def test_a_limit_throws_out_whoever_breaks_it_and_says_so() -> None:
    advice = advise(Needs(agents=8, max_links=10))
    assert order(advice.needs) == ["star", "hybrid", "ring", "tree", "mesh"]
    assert [candidate.fits for candidate in advice.ranking] == [True, True, True, True, False]
    assert advice.ranking[-1].breaks == ("links in all 28, allowed 10",)
    assert advice.ranking[0].reasons == ("links in all 7, allowed 10",)


@pytest.mark.parametrize(("need", "value", "kind", "said"), [
    ("max_hops", 3, "ring", "hops at worst 4, allowed 3"),
    ("max_messages", 20, "mesh", "messages of a broadcast 49, allowed 20"),
    ("survive_crashes", 1, "star", "crashes survived for sure 0, wanted 1"),
    ("survive_cuts", 2, "ring", "cuts survived for sure 1, wanted 2"),
    ("max_links_per_agent", 3, "hybrid", "links of the busiest agent 4, allowed 3"),
    ("max_links", 7, "ring", "links in all 8, allowed 7"),
    ("max_hops", 0, "mesh", "hops at worst 1, allowed 0"),
    ("max_latency", 4.5, "tree", "worst latency 5 × 1 = 5, allowed 4.5"),
])
def test_every_rejection_names_its_constraint_with_both_figures(need: str, value: Any, kind: str, said: str) -> None:
    rows = {candidate.kind: candidate for candidate in advise(Needs(agents=8, **{need: value})).ranking}
    assert rows[kind].breaks == (said,)
    assert not rows[kind].fits


@pytest.mark.parametrize("seed", seeds(10, 30))
def test_any_advice_can_be_redone_by_hand(seed: int) -> None:
    random = Random(seed)
    for _ in range(15):
        needs = some_needs(random)
        advice = advise(needs)
        assert sorted(candidate.kind for candidate in advice.ranking) == sorted(KINDS)
        for candidate in advice.ranking:
            missed = broken(candidate.kind, needs)
            assert len(candidate.breaks) == len(missed)
            for said, (_, size) in zip(candidate.breaks, missed, strict=True):
                assert said.endswith(f" at {size} agents") == (size != needs.agents)
            assert sorted(label for label, _ in missed) == sorted(
                label for said in candidate.breaks
                for label in [*(c.label for c in CRITERIA.values()), "worst latency"] if said.startswith(label + " "))
        fitting = [candidate for candidate in advice.ranking if candidate.fits]
        assert list(advice.ranking[:len(fitting)]) == fitting
        assert [merit(c, needs) for c in fitting] == sorted(merit(c, needs) for c in fitting)
        rejected = [(len(c.breaks), merit(c, needs)) for c in advice.ranking[len(fitting):]]
        assert rejected == sorted(rejected)  # whoever breaks least comes first among them
        assert advice.best == (fitting[0] if fitting else None)


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_one_more_constraint_never_lets_a_rejected_topology_in(seed: int) -> None:
    random = Random(seed)
    for _ in range(10):
        needs, more = some_needs(random), some_needs(random)
        for limit in (*LIMITS, "max_latency"):
            if not getattr(needs, limit):
                narrower = replace(needs, **{limit: getattr(more, limit)})
                if narrower.survive_crashes <= min(needs.agents, needs.grow_to or needs.agents) - 2:
                    fits = {c.kind for c in advise(needs).ranking if c.fits}
                    assert {c.kind for c in advise(narrower).ranking if c.fits} <= fits


@pytest.mark.parametrize("seed", range(10))
def test_others_in_the_race_never_change_who_of_two_is_better(seed: int) -> None:
    random = Random(seed)
    needs = replace(some_needs(random), priorities=("hops", "links", "messages"))
    one, other = random.sample(KINDS, 2)
    both = advise(needs, among=[one, other]).ranking
    among_all = [candidate for candidate in advise(needs).ranking if candidate.kind in (one, other)]
    assert list(both) == among_all or merit(both[0], needs) == merit(both[1], needs)
