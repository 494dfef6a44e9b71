"""The gallery without a page: every fault has a question, a story and an outcome for each strategy."""

from typing import Any

import pytest
from labkit.agents import Agent
from labkit.faults import GALLERY, report_on
from labkit.lesson import question
from labkit.protocols import Raft, Replica
from labkit.views import FaultGallery
from labkit.views.recovery.fault_gallery import STRATEGIES
from seeds import at_night


@pytest.mark.parametrize("name", at_night(
    GALLERY, "isolate one", "isolate the leader", "bridge", "ring of majorities", "flapping", "3-3-3 split",
    "cascading", "cascading overload", "slow, not dead", "one-way links",
))
def test_each_fault_is_predicted_then_tried_on_every_strategy(name: str) -> None:
    gallery = FaultGallery(name)
    assert gallery.prediction.question is question(GALLERY[name].question)
    assert not gallery.reports and "Predict first" in gallery.status
    gallery.try_it()
    assert [report.strategy for report in gallery.reports] == [kind.__name__ for kind in STRATEGIES]
    raft, checked, replica, _ = gallery.reports
    assert not raft.lost and not checked.lost and not replica.lost
    panels = gallery.scene["panels"]
    assert "bars" in panels and [row[0] for row in panels["table"]["rows"]] == [kind.__name__ for kind in STRATEGIES]
    text_of_raft = report_on(name, Raft)
    assert len(text_of_raft.acknowledged) == len(raft.acknowledged)


def test_the_incident_is_told_where_one_is_documented() -> None:
    gallery = FaultGallery("ring of majorities")
    assert "Cloudflare" in gallery.scene["panels"]["summary"]["text"]
    gallery.show("bridge")
    assert "happened" not in gallery.scene["panels"]["summary"]["text"]


def test_what_was_predicted_and_tried_is_kept() -> None:
    gallery = FaultGallery("halves", kinds=[Raft])
    gallery.prediction.record("one")
    gallery.try_it()
    kept = gallery.reports
    gallery.show("flapping")
    assert gallery.prediction.predicted is None and not gallery.reports
    gallery.show("halves")
    assert gallery.prediction.predicted == "one" and gallery.reports == kept


@pytest.mark.long
def test_all_faults_fill_a_table_run_by_run_and_what_was_found_is_kept() -> None:
    gallery = FaultGallery("halves", kinds=[Replica])
    gallery.try_it()
    gallery.press("All faults")
    assert gallery.status == "1 of 11 runs are made …"
    first = gallery.scene["panels"]["clock"]["beat"]
    gallery.click(panel="clock", beat=first)
    assert gallery.status == "2 of 11 runs are made …"
    gallery.click(panel="clock", beat=first)  # a late beat makes no second run
    assert gallery.status == "2 of 11 runs are made …"
    gallery.complete()
    rows = gallery.scene["panels"]["faults"]["rows"]
    assert [row[:2] for row in rows] == [[name, "Replica"] for name in GALLERY]
    assert not gallery.scene["panels"]["clock"]["running"] and "…" not in str(rows)
    halves = report_on("halves", Replica)
    conflicts = str(len(halves.conflicts))
    assert rows[0][2:] == [str(len(halves.acknowledged)), "0", "0", "0", conflicts, str(halves.recovered)]
    gallery.choose("Fault", "cascading")
    assert "faults" not in gallery.scene["panels"] and gallery.reports


def test_a_class_that_breaks_ends_the_table_with_a_sentence() -> None:
    class Mute(Agent):
        pass

    gallery = FaultGallery(kinds=[Mute])
    gallery.press("All faults")
    gallery.click(panel="clock", beat=gallery.scene["panels"]["clock"]["beat"])
    assert "asked nothing" in gallery.status and not gallery.scene["panels"]["clock"]["running"]


@pytest.mark.parametrize("kinds", [Raft, ["raft"], "raft", [int]])
def test_what_is_no_list_of_agent_classes_is_refused(kinds: Any) -> None:
    with pytest.raises(ValueError, match=r"a list of agent classes, kinds=\[Raft\]"):
        FaultGallery(kinds=kinds)


def test_bad_input_is_answered_with_the_remedy() -> None:
    with pytest.raises(ValueError, match="give at least one class"):
        FaultGallery(kinds=[])
    with pytest.raises(ValueError, match="choose one of halves"):
        FaultGallery("half")

    class Mute(Agent):
        pass

    gallery = FaultGallery(kinds=[Mute])
    gallery.press("Let it happen to all")
    assert "asked nothing" in gallery.status
