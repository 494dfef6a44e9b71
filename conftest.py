"""What holds for all tests: a file without a test is an error, and a busy machine is no failure."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("busy machines", deadline=None)
settings.load_profile("busy machines")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Fail the collection of a file or notebook in which there is nothing to collect."""
    report: Any = yield
    if isinstance(collector, pytest.File) and report.passed and not report.result:
        report.outcome = "failed"
        report.longrepr = f"{collector.path.name} holds no test."
    return report
