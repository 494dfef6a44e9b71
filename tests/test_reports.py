"""Reports side by side: each request is counted once, and bars and table say what the reports say."""

import pytest
from labkit.faults import recover, report_on
from labkit.protocols import CheckQuorum, LastWriterReplica, Raft, Replica, Write
from labkit.views.recovery.reports import Reports, counts, labels


@pytest.mark.long
def test_every_request_is_counted_once_whatever_the_strategy() -> None:
    found = [
        recover(kind, ask=lambda side, number: Write(f"k{number}", f"{side}{number}"), seed=seed)
        for seed in range(5) for kind in (Raft, Replica, LastWriterReplica)
    ]
    assert {sum(counts(report).values()) for report in found} == {26}
    assert all(value >= 0 for report in found for value in counts(report).values())
    panels = Reports(found).scene["panels"]
    for bar in panels["bars"]["figure"]["data"]:
        assert bar["x"] == [counts(report)[bar["name"]] for report in found]
    assert [row[4] for row in panels["table"]["rows"]] == [str(len(report.lost)) for report in found]


def test_runs_of_one_class_stay_apart_and_are_called_by_what_differs() -> None:
    leases = Reports(report_on("isolate the leader", CheckQuorum, lease=lease) for lease in (40, 100))
    bars, table = leases.scene["panels"]["bars"], leases.scene["panels"]["table"]
    assert bars["figure"]["layout"]["yaxis"]["ticktext"] == ["CheckQuorum lease=40", "CheckQuorum lease=100"]
    assert [row[0] for row in table["rows"]] == ["CheckQuorum lease=40", "CheckQuorum lease=100"]
    assert all(len(set(bar["y"])) == 2 for bar in bars["figure"]["data"])
    seeds = [report_on("halves", LastWriterReplica, seed=seed) for seed in (1, 2)]
    assert labels(seeds) == ["LastWriterReplica seed=1", "LastWriterReplica seed=2"]
    assert labels([seeds[0], seeds[0]]) == ["LastWriterReplica seed=1 (1)", "LastWriterReplica seed=1 (2)"]


def test_a_name_with_markup_is_shown_as_it_is_written() -> None:
    shown = Reports([recover(Replica, name="<b>mine</b>")]).scene["panels"]["bars"]
    assert shown["figure"]["layout"]["yaxis"]["ticktext"] == ["&lt;b>mine&lt;/b>"]


def test_a_legend_lies_beside_the_bars_and_not_over_them() -> None:
    panels = Reports([recover(Replica)]).scene["panels"]
    assert not panels["bars"]["figure"]["layout"]["showlegend"]
    assert [words for _, words, *_ in panels["legend"]["items"]] == [
        "acknowledged and kept", "in conflict", "lost", "refused", "open"]


def test_no_report_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match="give at least one"):
        Reports([])


def test_many_reports_are_summed_up_and_only_what_went_wrong_is_told() -> None:
    sound = [recover(Raft, seed=seed) for seed in range(4)]
    told = Reports(sound, heading="Run").scene["panels"]
    acknowledged = sum(len(report.acknowledged) for report in sound)
    assert told["summary"]["text"] == (
        f"4 runs, {acknowledged} requests acknowledged: none of them is lost, and no promise is broken.")
    assert told["table"]["head"][0] == "Run"
    bad = [recover(LastWriterReplica, ask=lambda side, number: Write("k", f"{side}{number}"), seed=seed)
           for seed in range(5)]
    assert all(report.lost for report in bad)
    text = Reports([*sound, *bad[:1]]).scene["panels"]["summary"]["text"]
    assert "Raft" not in text and f"{len(bad[0].lost)} of them lost" in text
    assert "And 3 more, in the table." in Reports(bad).scene["panels"]["summary"]["text"]


def test_a_heading_is_a_text() -> None:
    with pytest.raises(ValueError, match="heading is a text"):
        Reports([recover(Replica)], heading=3)


def test_a_figure_stands_in_the_middle_of_its_part_on_a_plain_ground() -> None:
    reports = [recover(Replica), recover(Raft, seed=2)]
    layout = Reports(reports).scene["panels"]["bars"]["figure"]["layout"]
    shown = {(note["y"], note["text"]): note for note in layout["annotations"]}
    for row, report in enumerate(reports):
        left = 0
        for value in counts(report).values():
            if value:
                assert shown[row, f"<b>{value}</b>"]["bgcolor"].startswith("#")
                assert any(note["y"] == row and note["x"] == left + value / 2 for note in layout["annotations"])
            left += value
