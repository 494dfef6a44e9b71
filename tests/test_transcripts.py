"""Runs that a person has read: each file in tests/transcripts holds a scenario, a line ---, and what must come of it.

When the engine or a protocol changes on purpose: python tests/test_transcripts.py --renew, then read what has changed.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import pytest
from labkit.agents import Agent, Effect, Reply, Send
from labkit.observe import log
from labkit.scenario import parse

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
LINE = "---\n"


@dataclass
class Ping(Agent):
    """A client names another agent, and this one finds out whether a message gets there and back."""

    def request(self, value: str) -> Iterator[Effect]:
        yield Send(value, "ping")

    def receive(self, sender: str, message: str) -> Iterator[Effect]:
        if message == "ping":
            yield Send(sender, "pong")
        else:
            yield Reply(sender, "is there")


def told(scenario: str) -> str:
    """The log of the scenario."""
    return log(parse(scenario).play(protocols={"Ping": Ping}))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_happens_as_it_is_written(file: Path) -> None:
    scenario, _, expected = file.read_text(encoding="utf-8").partition(LINE)
    now = told(scenario)
    if now != expected:
        diff = unified_diff(expected.splitlines(), now.splitlines(), "as it was", "as it is now", lineterm="")
        how = "If this is meant: python tests/test_transcripts.py --renew"
        pytest.fail("\n".join([file.name, *diff, how]), pytrace=False)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_person_can_read_it(file: Path) -> None:
    scenario, _, expected = file.read_text(encoding="utf-8").partition(LINE)
    assert parse(scenario).about, "say on top what to look for"
    assert str(parse(scenario)) == scenario, "write it as scenarios are printed"
    assert 3 <= expected.count("\n") <= 40


def renew() -> None:
    """Write each file anew as things are now."""
    for file in FILES:
        scenario = file.read_text(encoding="utf-8").partition(LINE)[0]
        file.write_text(str(parse(scenario)) + LINE + told(scenario), encoding="utf-8")
        print(f"renewed {file.name}")


if __name__ == "__main__":
    if sys.argv[1:] != ["--renew"]:
        sys.exit(__doc__)
    renew()
