"""Reports side by side: each request is counted once, and bars and table say what the reports say."""

import pytest
from labkit.faults import recover
from labkit.protocols import LastWriterReplica, Raft, Replica, Write
from labkit.views.recovery.reports import Reports, counts


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


def test_no_report_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match="give at least one"):
        Reports([])
