"""A file of tests from which no test is collected is an error: it looks as if it checked something."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Fail the collection of a file or notebook in which there is nothing to collect."""
    report: Any = yield
    if isinstance(collector, pytest.File) and report.passed and not report.result:
        report.outcome = "failed"
        report.longrepr = f"{collector.path.name} holds no test."
    return report
