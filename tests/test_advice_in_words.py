"""Advice speaks: which topology to take and why, what holds after growth, and what is wrong with the needs."""

from typing import Any

import pytest
from labkit.topology import Needs, advise, figures


def test_the_advice_is_one_sentence_with_the_reason() -> None:
    assert advise(Needs(agents=8, max_links=10)).sentence() == (
        "Take the star (hops at worst: 2); next best: hybrid, ring, tree.")
    assert advise(Needs(agents=8, max_hops=1)).sentence() == (
        "Take the mesh (hops at worst: 1); all others break a constraint.")
    assert advise(Needs(agents=8, priorities=()), among=["ring"]).sentence() == (
        "Take the ring; all others break a constraint.")


def test_where_nothing_fits_there_is_no_best_but_a_way_on() -> None:
    advice = advise(Needs(agents=8, max_hops=1, max_links=10))
    assert advice.best is None
    assert advice.sentence() == "No topology meets all of these needs: loosen the constraint that matters least to you."
    assert all(candidate.breaks for candidate in advice.ranking)


def test_among_names_who_takes_part() -> None:
    assert [candidate.kind for candidate in advise(Needs(), among=["tree", "star"]).ranking] == ["star", "tree"]
    assert advise(Needs(), among=[]).best is None
    with pytest.raises(ValueError, match="there is no topology 'bus': choose one of star"):
        advise(Needs(), among=["bus"])


def test_growing_throws_out_what_holds_only_while_small() -> None:
    today = Needs(agents=8, max_links_per_agent=10)
    assert advise(today, among=["star"]).best is not None
    grown = advise(Needs(agents=8, max_links_per_agent=10, grow_to=50), among=["star"]).ranking[0]
    assert grown.reasons == ("links of the busiest agent 7, allowed 10",)
    assert grown.breaks == ("links of the busiest agent 49, allowed 10 at 50 agents",)
    assert grown.figures == figures("star", 8)


def test_growing_to_the_same_size_asks_nothing_more() -> None:
    assert advise(Needs(agents=8, max_hops=3, grow_to=8)).ranking == advise(Needs(agents=8, max_hops=3)).ranking


def test_latency_counts_hops_in_the_unit_of_a_hop() -> None:
    ring = advise(Needs(agents=8, max_latency=80, time_per_hop=20), among=["ring"])
    assert ring.ranking[0].reasons == ("worst latency 4 × 20 = 80, allowed 80",)
    slower = advise(Needs(agents=8, max_latency=80, time_per_hop=20.5), among=["ring"])
    assert slower.ranking[0].breaks == ("worst latency 4 × 20.5 = 82, allowed 80",)


def test_a_caller_who_changes_figures_changes_only_a_copy() -> None:
    figures("star", 8)["hops"] = 99
    assert figures("star", 8)["hops"] == 2


@pytest.mark.parametrize(("needs", "remedy"), [
    ({"agents": 8, "survive_crashes": 7}, "survive_crashes=7: choose 0 to 6, so that two of 8 agents remain"),
    ({"agents": 8, "survive_crashes": 20}, "choose 0 to 6, so that two of 8 agents remain"),
    ({"agents": 8, "survive_crashes": 3, "grow_to": 4}, "choose 0 to 2, so that two of 4 agents remain"),
    ({"agents": 8, "survive_crashes": -1}, "survive_crashes=-1"),
    ({"agents": 8, "survive_cuts": -1}, "survive_cuts=-1: choose 0 or more"),
    ({"agents": 8, "time_per_hop": 0}, "time_per_hop=0: a hop takes a positive time"),
    ({"agents": 8, "priorities": ("speed",)}, "priorities may be hops, messages, crashes, cuts, .*'speed'"),
    ({"agents": 8, "priorities": "hops"}, r"write \('hops',\) with a comma"),
    ({"agents": 201}, "2 to 200 agents, not 201"),
    ({"agents": 8, "grow_to": 500}, "2 to 200 agents, not 500"),
    ({"agents": 8, "grow_to": 0}, "2 to 200 agents, not 0"),
    ({"agents": 1}, "2 to 200 agents, not 1"),
])
def test_needs_that_make_no_sense_are_refused_with_a_remedy(needs: dict[str, Any], remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        advise(Needs(**needs))


def test_as_many_crashes_as_leave_two_are_not_too_many() -> None:
    best = advise(Needs(agents=8, survive_crashes=6)).best
    assert best is not None
    assert best.kind == "mesh"


def test_printed_advice_shows_everyone_and_why() -> None:
    lines = str(advise(Needs(agents=8, max_links=10))).splitlines()
    assert lines[0].startswith("Take the star")
    assert len(lines) == 6
    assert "mesh" in lines[-1]
    assert "links in all 28, allowed 10" in lines[-1]
