"""The partition lab without a page: what is drawn is what is so, whatever is done to it."""

from random import Random

import pytest
from labkit.agents import Effects
from labkit.faults import GALLERY
from labkit.network import Crash, Cut
from labkit.observe import ACKNOWLEDGED, CONFLICT, LOST, OPEN, REFUSED
from labkit.protocols import Replica
from labkit.views import PartitionLab
from labkit.views.player.scene import SUSPECTED


def badges(lab: PartitionLab) -> list[str]:
    return [str(item[1]) for item in lab.scene["panels"]["sides"]["items"]]


def test_each_side_says_whether_it_can_decide_and_what_it_lacks() -> None:
    lab = PartitionLab("raft", seed=1)
    assert len(badges(lab)) == 1 and "can decide; leader" in badges(lab)[0]
    lab.strike("halves")
    lab.run_on(1_000)
    large, small = badges(lab)
    assert "can decide; leader" in large and "blocked" in small and "lacks" in small
    assert any(one.outcome in (OPEN, REFUSED) for one in lab.operations)
    lab.heal_all()
    lab.run_on(1_000)
    assert len(badges(lab)) == 1 and "lacks" not in badges(lab)[0]
    assert not lab.report.lost and lab.report.recovered is not None
    lab.tell()
    assert "recovered after" in lab.status


@pytest.mark.parametrize(("protocol", "outcome"), [("replicas", CONFLICT), ("last writer wins", LOST)])
def test_who_always_answers_pays_later(protocol: str, outcome: str) -> None:
    lab = PartitionLab(protocol, seed=1)
    lab.strike("halves")
    lab.run_on(900)
    assert all("can decide" in badge for badge in badges(lab))
    lab.heal_all()
    lab.run_on(900)
    assert outcome in {one.outcome for one in lab.operations}


@pytest.mark.parametrize("seed", range(4))
def test_after_two_hundred_random_faults_by_click_picture_and_model_agree(seed: int) -> None:
    draw, lab = Random(seed).random, PartitionLab("check quorum", seed=seed)
    links = sorted(lab.sim.system.network.graph.edges)
    for _ in range(50):
        if draw() < 0.7:
            lab.click(link=list(links[int(draw() * len(links))]))
        else:
            lab.click(agent="abcde"[int(draw() * 5)])
        if draw() < 0.5:
            lab.run_on(40)
        network, panel = lab.moment.system.network, lab.scene["panels"]["network"]
        drawn = {frozenset(panel["name"][i] for i in panel["links"][link]) for link in panel["cut"]}
        closed = {frozenset(way) for way in network.cut}
        assert drawn == {pair for pair in closed if not pair & network.crashed}
        assert [note == "down" for note in panel["note"]] == [name in network.crashed for name in panel["name"]]
        assert len(badges(lab)) == len(network.partitions())


@pytest.mark.parametrize("protocol", ["raft", "replicas", "last writer wins"])
def test_a_cluster_recovers_although_its_clients_go_on_asking(protocol: str) -> None:
    for seed in range(4):
        lab = PartitionLab(protocol, seed=seed)
        lab.strike("halves")
        lab.run_on(1_000)
        lab.heal_all()
        assert lab.report.recovered is None
        lab.run_on(700)
        assert lab.report.recovered


def test_replicas_that_never_compare_never_recover() -> None:
    class Deaf(Replica):
        def timeout(self, timer: str) -> Effects:
            return None

    lab = PartitionLab(Deaf, seed=1)
    lab.strike("halves")
    lab.run_on(500)
    lab.heal_all()
    lab.run_on(3_000)
    assert lab.report.recovered is None


def test_belief_is_drawn_beside_truth() -> None:
    lab = PartitionLab("fixed timeout", agents=4, seed=1)
    panels = lab.scene["panels"]
    assert "history" not in panels and "requests" not in panels, "nobody asks a detector for anything"
    assert {*panels["network"]["note"]} == {"▸", ""}, "all that is to be said: who acted last"
    lab.strike("isolate one")
    lab.run_on(300)
    network = lab.scene["panels"]["network"]
    said = [note.removeprefix("▸ ") for note in network["note"]]
    assert said == ["suspects b, c, d", "suspects a", "suspects a", "suspects a"]
    assert network["edge"] == [SUSPECTED] * 4, "whoever is suspected, also the one that acted last"
    assert badges(lab) == ["b, c and d: suspect a", "a: suspects b, c and d"]
    lab.heal_all()
    lab.run_on(300)
    assert {*lab.scene["panels"]["network"]["note"]} == {"▸", ""} and badges(lab) == ["a, b, c and d"]


def test_every_fault_of_the_gallery_can_be_let_happen_and_rewound() -> None:
    for name, fault in GALLERY.items():
        lab = PartitionLab("raft", agents=fault.agents, seed=1, relay=fault.relay)
        if fault.prepared:
            with pytest.raises(ValueError, match="from the beginning"):
                lab.strike(name)
            continue
        before = lab.moment.step
        lab.strike(name)
        lab.run_on(500)
        lab.go(before)
        assert not lab.moment.system.network.cut and not lab.moment.system.down
        lab.run_on(300)
        again = [done.event for done in lab.sim.trace[before : lab.moment.step]]
        assert any(isinstance(event, Cut | Crash) for event in again)


def test_a_report_before_the_heal_says_what_to_do() -> None:
    lab = PartitionLab(seed=1)
    lab.press("Report")
    assert "let a fault happen" in lab.status
    lab.strike("halves")
    lab.press("Report")
    assert "Heal all" in lab.status


def test_crashes_are_a_fault_too_and_a_report_asks_for_what_is_still_down() -> None:
    lab = PartitionLab(seed=1)
    lab.strike("cascading")
    lab.run_on(1_000)
    lab.press("Report")
    assert lab.status == "Still down: a, b and c; press Restart all, run on, and ask again."
    lab.press("Restart all")
    lab.run_on(2_000)
    lab.press("Report")
    assert "recovered after" in lab.status and lab.report.recovered is not None


def test_picture_and_report_count_the_requests_alike_and_the_report_says_why_a_gallery_counts_others() -> None:
    lab = PartitionLab("last writer wins", seed=1)
    lab.strike("halves")
    lab.run_on(900), lab.heal_all(), lab.run_on(900), lab.tell()
    shown = {words.split(" ", 1)[1]: int(words.split()[0]) for _, words, *_ in lab.scene["panels"]["outcomes"]["items"]
             if words[0].isdigit()}
    found = lab.report
    assert shown["lost"] == len(found.lost) > 0 and shown["in conflict"] == len(found.conflicts)
    assert shown["kept"] == len(found.acknowledged) - len(found.lost) - len(found.conflicts)
    assert shown["refused"] == len(found.refused) and shown["open"] == len(found.open)
    assert "so the numbers there are others" in lab.status and f"{len(found.acknowledged)} acknowledged" in lab.status


@pytest.mark.parametrize("topology", ["star", "ring", "tree"])
def test_what_is_broken_before_any_fault_is_said_at_once(topology: str) -> None:
    assert not PartitionLab("oral messages", order="attack", seed=1).status
    lab = PartitionLab("oral messages", topology, order="attack", seed=1)
    assert "is broken before any fault" in lab.status and "try the mesh" in lab.status


def test_agents_that_cannot_tell_what_they_hold_are_called_neither_whole_nor_recovered() -> None:
    lab = PartitionLab("fixed timeout", seed=1)
    lab.strike("halves")
    lab.run_on(500), lab.heal_all(), lab.run_on(500), lab.tell()
    assert "recovered not judged" in lab.status and "no client asked for anything" in lab.status


def test_going_back_shows_what_had_become_of_the_requests_by_then() -> None:
    lab = PartitionLab("last writer wins", seed=1)
    lab.strike("halves")
    lab.run_on(900)
    apart = lab.moment.step, lab.operations
    lab.heal_all()
    lab.run_on(900)
    assert lab.operations[: len(apart[1])] != apart[1]
    lab.go(apart[0])
    assert lab.operations == apart[1]


@pytest.mark.parametrize("name", ["quorum voting", "first-come voting"])
def test_clients_of_a_vote_decide_where_more_than_half_are(name: str) -> None:
    lab = PartitionLab(name)
    lab.run_on(600)
    assert lab.moment.system.decisions
    for a in "ab":
        for b in "cde":
            lab.cut(a, b)
    lab.run_on(100)  # what was on its way is lost or has arrived
    before = {(one.agent, one.about) for one in lab.moment.system.decisions}
    lab.run_on(1_200)
    assert {agent for agent, about in {(one.agent, one.about) for one in lab.moment.system.decisions} - before} == {
        "c", "d", "e"}
    lab.heal_all()
    lab.run_on(100)
    outcomes = {one.outcome for one in lab.operations}
    assert ACKNOWLEDGED in outcomes and OPEN not in outcomes and not lab.report.violated
    assert "history" in lab.scene["panels"]
