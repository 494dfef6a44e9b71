"""The stories that the lab keeps a recording of, for where nothing can run for real.

After a change of a story or of an agent in one: python tests/recordings.py --renew
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import labkit
from labkit.agents import term_led
from labkit.deploy import play_for_real
from labkit.deploy.recording import SUFFIX, recording_of
from labkit.engine import Model, Simulator, System
from labkit.protocols import find
from labkit.scenario import Scenario, parse

FOLDER = Path(labkit.__file__).parent / "deploy" / "recordings"
PACE = 2.0  # milliseconds a unit
STORIES = {
    "a leader cut off": """topology mesh 5
protocol raft
seed 26
at 600 isolate d
at 1300 request d red
at 1400 request a blue
at 2200 heal all
run until 3600
""",
    "a minority returns": """topology mesh 5
protocol raft
seed 26
at 600 isolate b
at 2600 heal all
run until 4600
""",
}


def model_of(scenario: Scenario) -> Model:
    """Its agents, without its requests."""
    return Model(scenario.graph, scenario.cast(), find(scenario.protocol).properties)


def leaders(run: Simulator) -> list[tuple[int, dict[str, int]]]:
    """From which time on which agents believed to lead, with their terms."""
    moment = run.at(0)
    found = [(0, led(moment.system))]
    for step in run.trace:
        moment.redo(step)
        if (now := led(moment.system)) != found[-1][1]:
            found.append((step.time, now))
    return found


def led(system: System) -> dict[str, int]:
    """The agents that believe to lead, with their terms."""
    return {name: term for name, agent in system.agents.items() if (term := term_led(agent)) is not None}


def renew() -> None:
    """Run every story for real, and keep what happened."""
    today = datetime.now(UTC)
    for name, text in STORIES.items():
        scenario = parse(text)
        run = play_for_real(scenario, pace=PACE).run
        about = f"It was recorded on {today.day} {today:%B %Y}, on a computer with two processors, {PACE:g} ms a unit."
        path = FOLDER / f"{name.replace(' ', '-')}{SUFFIX}"
        path.write_text(recording_of(run, model_of(scenario), about, text), encoding="utf-8")


if __name__ == "__main__" and sys.argv[1:] == ["--renew"]:
    renew()
