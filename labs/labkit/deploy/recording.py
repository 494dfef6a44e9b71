"""Runs that were recorded on a real network, for where none can be had: each is a scenario that is done by hand.

A recording is a text like any other scenario, and plays as one; behind each line, as a comment, is the time at which it
really happened. Its head says when it was made, and of which scenario. It is played in the simulator, so what it shows
is what these agents do with these messages; it ends where the recording ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from labkit.engine import Forward, Model, Recorded, Simulator, Wait
from labkit.protocols import find
from labkit.scenario import parse, scenario_of
from labkit.values import listed

SUFFIX = ".txt"
_TIME = re.compile(r"  # at (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Recording:
    """A run that was real: when and how it was made, the text of its scenario, and the run."""

    when: str
    story: str
    run: Recorded


def recording_of(run: Simulator, model: Model, when: str, story: str) -> str:
    """The run of these agents as a text, which `replayed` turns into a run again."""
    steps = [step for step in run.trace if not isinstance(step.event, Forward | Wait)]
    text = str(scenario_of(model, [step.event for step in steps], about=f"{when}\n{story}"))
    times = iter([step.time for step in steps])
    return "".join(f"{line}  # at {next(times)}\n" if line.startswith("do ") else f"{line}\n"
                   for line in text.splitlines())


def replayed(text: str) -> Recorded:
    """The run that the text holds, with its times. Raises ValueError where that is no recording."""
    scenario, times = parse(text), [int(time) for time in _TIME.findall(text)]
    if len(times) != len(scenario.lines):
        raise ValueError(f"a recording says a time for each of its {len(scenario.lines)} lines, this one "
                         f"{len(times)}: record it again")
    run = Model(scenario.graph, scenario.cast(), find(scenario.protocol).properties).simulate()
    for step, time in zip(scenario.play().trace, times, strict=True):
        run.do(step.event, time)
    return Recorded.of(run)


def recorded(name: str) -> Recording:
    """What the lab has recorded under that name."""
    known = dict(_known())
    if name not in known:
        raise ValueError(f"there is no recording {name!r}: choose one of {listed(sorted(known))}")
    when, _, story = parse(known[name]).about.partition("\n")
    return Recording(when, story, replayed(known[name]))


def _known() -> Iterator[tuple[str, str]]:
    for file in (files("labkit.deploy") / "recordings").iterdir():
        if file.name.endswith(SUFFIX):
            yield file.name.removesuffix(SUFFIX).replace("-", " "), file.read_text(encoding="utf-8")
