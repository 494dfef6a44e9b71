"""Where no kernel runs, the last picture stays: exported pages and previews show it without any script."""

from xml.etree import ElementTree

import pytest
from labkit.views import TopologyComparison, TopologyExplorer, VotingBooth, predict
from labkit.views.stage.guarded import Guarded


def still(widget: Guarded) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{widget._repr_mimebundle_()['text/html']}</div>")


def drawn(widget: Guarded, mark: str) -> list[ElementTree.Element]:
    return still(widget).findall(f".//{{http://www.w3.org/2000/svg}}{mark}")


def test_a_still_picture_shows_agents_links_and_the_sentence() -> None:
    lab = TopologyExplorer("star", 8)
    lab.cut("a", "c")
    assert (len(drawn(lab, "circle")), len(drawn(lab, "path"))) == (8, 7)
    assert len([path for path in drawn(lab, "path") if path.get("stroke-dasharray")]) == 1
    said = [text.text for text in still(lab).iter("p")]
    assert said[0] == lab.scene["panels"]["summary"]["text"]
    assert "widget-view" in "".join(lab._repr_mimebundle_()), "where a kernel runs, the widget itself is shown"


@pytest.mark.parametrize("widget", [
    lambda: TopologyExplorer("mesh", 200), lambda: TopologyExplorer("star", ["<b>", "a&b", '"']),
    lambda: TopologyComparison(12), VotingBooth, lambda: predict("bridge"),
])
def test_every_still_picture_is_sound_and_small(widget: type[Guarded]) -> None:
    made = widget()
    assert len(made._repr_mimebundle_()["text/html"]) < 60_000
    assert list(still(made).iter("p"))
