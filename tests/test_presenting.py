"""Presenter mode: one switch for every widget, a list of keys in each, and what the keys call up."""

from collections.abc import Iterator
from typing import Any

import pytest
from labkit.engine import Simulator
from labkit.protocols import Paxos
from labkit.topology import build
from labkit.views import (
    ClockBench,
    DetectorTuner,
    FaultGallery,
    LoadPanel,
    MergeBench,
    PartitionLab,
    Player,
    QuorumDial,
    SideBySide,
    TaskBoard,
    TopologyComparison,
    TopologyExplorer,
    VotingBooth,
    present,
)
from labkit.views.stage import Guarded, Stage
from seeds import one_in


def player() -> Player:
    sim = Simulator(build("mesh", 3), Paxos)
    sim.request("a", "red")
    return Player(sim)


def keys(widget: Guarded) -> dict[str, str]:
    """The keys that the widget lists, with what they do."""
    panel: Any = widget.scene["panels"]["keys"]
    return dict(panel["items"])


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    present(False)


def test_one_switch_reaches_widgets_made_before_and_after_it() -> None:
    before = TopologyExplorer()
    assert "keys" not in before.scene["panels"]
    present()
    after = VotingBooth()
    assert "5" in keys(before) and "r" in keys(after)
    present(False)
    assert "keys" not in before.scene["panels"] and "keys" not in after.scene["panels"]


def test_all_stages_of_a_widget_become_large_and_one_of_them_lists_the_keys() -> None:
    booth = VotingBooth()
    present()
    stages = [part for part in booth.children if isinstance(part, Stage)]
    assert [[name for name, one in stage.scene["panels"].items() if one["kind"] == "keys"] for stage in stages] == [
        ["keys"], ["large"]]


def test_a_scene_that_changes_meanwhile_stays_large(monkeypatch: pytest.MonkeyPatch) -> None:
    explorer = TopologyExplorer()
    present()
    sent: list[Any] = []
    stage = next(part for part in explorer.children if isinstance(part, Stage))
    monkeypatch.setattr(stage, "send", lambda message, **_more: sent.append(message))
    explorer.crash("a")
    assert "keys" in explorer.scene["panels"]
    assert all(path[:2] != ("panels", "keys") for path, _ in sent[-1]["changes"]), "the keys are not sent again"


@pytest.mark.parametrize("kind", one_in(3, [
    PartitionLab, DetectorTuner, FaultGallery, VotingBooth, LoadPanel, MergeBench, player, QuorumDial, TaskBoard,
    TopologyExplorer, ClockBench,
]))
def test_each_key_that_a_widget_listens_to_is_listed_and_does_something(kind: Any) -> None:
    present()
    widget = kind()
    panel: Any = widget.scene["panels"]["keys"]
    listed = {key for key, _ in panel["items"]} | ({"PageUp", "PageDown"} if "1" in keys(widget) else set())
    assert panel["keys"] and set(panel["keys"]) <= listed
    for key in panel["keys"]:
        widget.click(key=key)
        assert "raised" not in widget.status, key


@pytest.mark.parametrize("kind", [TopologyComparison])
def test_a_widget_without_scenarios_lists_no_keys(kind: Any) -> None:
    present()
    assert "keys" not in kind().scene["panels"]


def test_a_number_and_the_next_key_call_up_presets_of_an_intact_network() -> None:
    explorer = TopologyExplorer("ring", 6)
    explorer.crash("a")
    explorer.click(key="2")  # isolate one
    assert explorer.network.crashed == frozenset() and len(explorer.groups) == 2
    explorer.click(key="PageDown")
    third = explorer.network
    explorer.click(key="PageUp")
    explorer.click(key="3")
    assert explorer.network.cut == third.cut
    for _ in range(9):
        explorer.click(key="PageDown")
    last = explorer.network
    explorer.click(key="5")
    assert explorer.network.cut == last.cut, "the last scenario stays"
    explorer.click(key="r")
    assert not explorer.network.cut
    explorer.click(key="PageDown")
    first = explorer.network
    explorer.click(key="1")
    assert explorer.network.cut == first.cut, "after the beginning comes the first scenario"


def test_a_fault_of_the_partition_lab_begins_where_the_lab_began() -> None:
    lab = PartitionLab("raft")
    begun = lab.moment.time
    lab.click(key="1")
    lab.run_on(300)
    lab.click(key="2")
    assert lab.moment.time == begun and lab.status.startswith("One agent loses all its links")
    assert len(lab.moment.system.network.partitions()) == 2
    lab.click(key="r")
    assert lab.moment.time == begun and not lab.moment.system.network.cut
    for _ in range(20):
        lab.step()
    assert not lab.moment.system.network.cut, "what was done before does not come back"


def test_a_player_starts_over_at_the_step_that_it_showed_first() -> None:
    sim = Simulator(build("mesh", 3), Paxos, seed=2)
    sim.request("a", "red")
    sim.run(until=60)
    shown = Player(sim, at=2)
    for key in ("ArrowRight", "ArrowRight"):
        shown.click(key=key)
    assert shown.moment.step == 4
    shown.click(key="r")
    assert shown.moment.step == 2 and shown.branches == ("main",)


def test_a_pair_of_runs_starts_over_together() -> None:
    pair = SideBySide(player(), player())
    pair.step()
    assert {one.moment.step for one in pair.players} == {1}
    pair.click(key="r")
    assert {one.moment.step for one in pair.players} == {0}


def test_present_takes_yes_or_no() -> None:
    with pytest.raises(ValueError, match=r"present\(False\) switches it off"):
        present("off")
