"""What the steps on partition and recovery say is so: in runs, in all small networks, over many seeds."""

from collections.abc import Hashable

import pytest
from labkit.agents import AgentError, Holds, suspects_of
from labkit.engine import Deliver, Simulator
from labkit.faults import GALLERY
from labkit.network import Crash, Network, NetworkChange, isolate, partitions
from labkit.protocols import FixedTimeout
from labkit.topology import build
from labkit.views.stage import Stage
from labkit.views.worksheet.evidence import opened
from labkit.worksheet import STEPS, Beating, Refuted, Teammate, reports_of
from labkit.worksheet.exercises.on_recovery_from_above import VISITOR, networks, reach, shown, together
from labkit.worksheet.exercises.on_recovery_merging import counts, last_writes, pairs
from labkit.worksheet.exercises.on_recovery_team import Sound, crashed
from labkit.worksheet.team import COUNCIL
from labkit.worksheet.through_faults import report_of, through
from seeds import seeds


def test_the_networks_are_all_those_of_four_agents_and_all_two_way_ones_of_five() -> None:
    sizes = [len(agents) for agents, links in networks() if VISITOR not in str(links)]
    assert [sizes.count(size) for size in range(1, 6)] == [1, 2 * 4, 2 * 64, 4_096, 1_024]
    assert sizes == sorted(sizes)


def test_the_groups_by_which_a_detector_is_judged_are_those_of_the_lab() -> None:
    for agents, links in list(networks())[::5]:
        if VISITOR not in str(links):
            assert tuple(map(tuple, together(reach(agents, links)))) == partitions(agents, links, reach="mutual")


def test_a_picture_of_a_case_with_a_visitor_shows_the_visitor_but_nothing_passes_through_it() -> None:
    for links in ({"a": [VISITOR]}, {"a": [VISITOR], "b": [VISITOR], VISITOR: ["a", "b"]}):
        agents = tuple(name for name in links if name != VISITOR)
        network = shown(agents, links)
        assert network is not None and VISITOR in network.graph and VISITOR in network.crashed
        assert [list(group) for group in network.partitions()] == together(reach(agents, links))
    assert shown(("a",), {"a": []}) is None


def heard_by_coder(*breaks: NetworkChange) -> list[tuple[int, str]]:
    """When coder heard from whom in a run in which this happens at 300, and what it believed in the end."""
    sim = Simulator(build("mesh", COUNCIL), FixedTimeout, seed=1)
    for event in breaks:
        sim.plan(300, event)
    sim.run(until=2_000)
    heard = [(done.time, done.event.source) for done in sim.trace
             if isinstance(done.event, Deliver) and done.event.target == "coder"]
    return [*heard, (2_000, str(sorted(suspects_of(sim.system.agents["coder"]))))]


def test_a_crash_and_a_cut_are_the_same_to_coder() -> None:
    cut_off = heard_by_coder(*isolate(build("mesh", COUNCIL), "tester"))
    assert heard_by_coder(Crash("tester")) == cut_off
    assert cut_off[-1][1] == "['tester']" and len(cut_off) > 100


@pytest.mark.parametrize("seed", seeds(10, 200))
def test_a_crash_is_noticed_within_the_times_that_can_be_found_by_hand(seed: int) -> None:
    _, first, last = crashed(seed)
    assert 155 <= first <= last <= 215


@pytest.mark.parametrize("fault", GALLERY)
def test_a_sound_team_loses_nothing_in_a_fault_and_all_know_all_after_one_round(fault: str) -> None:
    report = report_of(through(fault, Sound), fault)
    assert report.judged and not (report.lost or report.conflicts or report.violated)
    assert report.acknowledged and report.strategy == fault
    if not GALLERY[fault].prepared:
        assert report.recovered is not None and report.recovered <= 65
    if fault == "halves":
        assert report.recovered, "healed is not recovered"


@pytest.mark.long
def test_there_is_a_report_for_each_fault_in_the_order_of_the_gallery() -> None:
    assert list(reports_of(Sound)) == list(GALLERY)


def test_the_run_that_refutes_a_team_ends_where_its_rule_breaks() -> None:
    class Half(Sound):
        def may_go_on(self, together: frozenset[str]) -> bool:
            return 2 * len(together) >= len(self.everyone)

    with pytest.raises(Refuted, match="a team of four that is cut into two pairs") as refuted:
        STEPS["team"].judge(Half)
    sim = refuted.value.witness
    taken = [agent.id for agent in sim.system.agents.values() if isinstance(agent, Teammate)
             and any(by == agent.id and any(other.board.get(task) not in (None, by)
                     for other in sim.system.agents.values() if isinstance(other, Teammate))
                     for task, by in agent.board.items())]
    assert len(taken) == 2 and sim[len(sim) - 1].transition.agent.id in taken


def test_a_team_that_never_repeats_a_promise_is_refuted_by_a_run_in_which_a_free_task_is_never_taken() -> None:
    class Once(Sound):
        def promises(self, task: Hashable, asker: str) -> bool:
            return task not in self.promised

    with pytest.raises(Refuted, match="promised to nobody but a") as refuted:
        STEPS["team"].judge(Once)
    moment, system = refuted.value.witness, refuted.value.witness.sim.system
    assert [reply.ok for reply in system.replies] == [False, False] and moment.time == 500
    assert all(to == "a" for agent in system.agents.values() for to in agent.promised.values())


class BlankWatcher(Beating):
    def silence(self, peer: str) -> None:
        self.suspects = ...  # type: ignore[assignment]


class BlankTeam(Sound):
    def may_go_on(self, together: frozenset[str]) -> bool:
        return ...  # type: ignore[return-value]


@pytest.mark.parametrize("kind", [BlankWatcher, BlankTeam])
def test_an_agent_with_dots_left_says_so_before_it_runs(kind: type[Beating]) -> None:
    with pytest.raises(AgentError, match="still has dots"):
        Simulator(build("mesh", 2), kind, seed=1).run(until=10)


def test_the_counts_of_the_edits_decide_the_merge_of_the_report_and_the_names_that_of_the_mail() -> None:
    assert counts() == {"draft": 1, "version 2": 2, "version 3": 3, "checked": 2, "to bob": 1, "to ann": 1}


def test_of_six_acknowledged_edits_four_are_on_no_board_in_the_end() -> None:
    sim = last_writes()
    held = {str(write) for agent in sim.system.agents.values() if isinstance(agent, Holds) for write in agent.holds}
    assert held == {"write report version 3", "write mail to bob"}
    assert len(sim.system.replies) == 6 and all(reply.ok for reply in sim.system.replies)


def test_boards_that_are_merged_in_any_order_and_any_number_of_times_are_the_same() -> None:
    known = {(str(mine), str(theirs)): right for mine, theirs, right in pairs()}
    cases = list(pairs())
    assert len(cases) > 1_000
    for mine, theirs, right in cases:
        assert known[str(theirs), str(mine)] == right, "in either order"
    assert all(right == mine for mine, theirs, right in cases if mine == theirs), "twice is as good as once"


def test_what_refutes_a_merge_shows_both_boards_what_the_merge_gave_and_what_is_missing() -> None:
    with pytest.raises(Refuted, match="“bob 1” is lost") as refuted:
        STEPS["merge"].judge(lambda mine, theirs: theirs | mine)
    table = refuted.value.witness
    assert table.head == ("Task", "Edit", "Mine", "Theirs", "Your merge", "A right merge")
    there = "✔, had seen nothing"
    assert table.rows == (("report", "ann 1", there, "–", there, there), ("report", "bob 1", "–", there, "–", there))
    stage = opened(table)
    assert isinstance(stage, Stage) and stage.scene["panels"]["case"]["rows"] == [[*row] for row in table.rows]


def test_a_rule_that_counts_strangers_is_refuted_by_a_picture_with_a_stranger_on_the_side_that_it_helps() -> None:
    with pytest.raises(Refuted, match="strangers do not count") as refuted:
        STEPS["may go on"].judge(lambda members, reachable: 2 * len(reachable) > len(members))
    network = refuted.value.witness
    assert isinstance(network, Network) and "visitor" in network.graph
    (side,) = [group for group in network.partitions() if "visitor" in group]
    assert 2 * len(side) > len(network.graph) - 1 >= 2 * (len(side) - 1)
