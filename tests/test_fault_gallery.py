"""The gallery without a page: every fault has a question, a story and an outcome for each strategy."""

import pytest
from labkit.agents import Agent
from labkit.faults import GALLERY, report_on
from labkit.lesson import question
from labkit.protocols import Raft
from labkit.views import FaultGallery, Reports
from labkit.views.recovery.fault_gallery import STRATEGIES


@pytest.mark.parametrize("name", GALLERY)
def test_each_fault_is_predicted_then_tried_on_every_strategy(name: str) -> None:
    gallery = FaultGallery(name)
    assert gallery.prediction.question is question(GALLERY[name].question)
    assert not gallery.reports and "Predict first" in gallery.status
    gallery.try_it()
    assert [report.strategy for report in gallery.reports] == [kind.__name__ for kind in STRATEGIES]
    raft, checked, replica, _ = gallery.reports
    assert not raft.lost and not checked.lost and not replica.lost
    assert isinstance(gallery.children[-1], Reports)
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
    assert gallery.prediction.predicted == "one" and gallery.reports is kept


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
