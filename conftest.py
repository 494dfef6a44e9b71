"""What holds for all tests: a file without a test is an error, and coverage watches one seed of each claim."""

from collections.abc import Iterator
from typing import Any

import pytest

SEEDS = {"seed", "batch"}  # parameters that only repeat a claim


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Fail the collection of a file or notebook in which there is nothing to collect."""
    report: Any = yield
    if isinstance(collector, pytest.File) and report.passed and not report.result:
        report.outcome = "failed"
        report.longrepr = f"{collector.path.name} holds no test."
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let coverage rest while a claim is repeated: it makes the search three times slower, and sees nothing new."""
    plugin = item.config.pluginmanager.getplugin("_cov")
    watching = plugin.cov_controller.cov if plugin and plugin.cov_controller else None
    if watching is None or not repeats(item):
        return (yield)
    watching.stop()
    try:
        return (yield)
    finally:
        watching.start()


def repeats(item: pytest.Item) -> bool:
    """Whether this is a claim's second or later seed."""
    given = getattr(item, "callspec", None)
    return given is not None and any(index > 0 for name, index in given.indices.items() if name in SEEDS)
