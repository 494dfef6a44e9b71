"""Watch a run, rewind it, branch it: the network with its messages, and the space–time diagram beside it."""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import ipywidgets as widgets

from labkit.agents import Properties, as_properties
from labkit.engine import Event, Simulator, Snapshot
from labkit.protocols import described
from labkit.values import expect
from labkit.views.player import scene as show
from labkit.views.player.branch import Branch
from labkit.views.player.by_hand import ByHand
from labkit.views.player.controls import KEYS, SPEEDS, PlayerControls, example, nothing_left
from labkit.views.stage import Cues, Panel, Scene, Stage, bar, clock_panel, text_panel

AT_LEAST, ENOUGH = 1_000, 2.0  # a single command makes so many steps, and no more after so many seconds


class Player(ByHand):
    """A simulation to play with: step, scrub, branch; drop a message, cut a link, crash an agent, ask as a client.

    sim: where to begin; what has already happened in it can be scrubbed. properties: a light for each, those of the
    simulation if left out. at: the step to show first (the last one if None). What is done at an earlier step opens a
    new branch, and so does what is done at the end of a recorded run; old branches stay.
    """

    def __init__(
        self, sim: Simulator, properties: Properties | None = None, *, at: int | None = 0, title: str = ""
    ) -> None:
        expect(sim, Simulator, "a Player shows a simulation, Player(Model(topology, agents).simulate(seed=1))")
        self._properties = sim.properties if properties is None else as_properties(properties)
        self._branches: list[Branch] = []
        self._title, self._running, self._beat = title, False, 0
        self._show(Branch.main(sim, self._properties))
        self._moment = self._here.at(len(sim) if at is None else at)
        whole = widgets.Layout()
        self._controls = PlayerControls(self._button_for, whole, sim.system.agents)
        self._controls.span.value = show.span_for(self._here.chart)
        if sim.skipped:
            events, why = len(sim) + len(sim.skipped), sim.skipped[0][1]
            self._status = f"{len(sim)} of {events} events of the run happen here; the first that cannot: {why}.", ""
        self._stage = Stage(self._scene(), self.click, layout=whole)
        self._offer()
        self._on(self._controls.scrub, lambda: self.go(self._controls.scrub.value))
        self._on(self._controls.branch, lambda: self.show_branch(self._controls.branch.value))
        self._on(self._controls.agent, lambda: self._controls.offer_links(self._moment.system.network))
        self._on(self._controls.span, self._draw)
        super().__init__(self._controls.above, self._stage, *self._below(whole), layout=whole)
        self.add_class("day13-player")

    # ---- what a learner's code may ask and do: the same verbs as the buttons -----------------------------------------

    @property
    def sim(self) -> Simulator:
        """The simulation of the branch on show, at its end."""
        return self._here.sim

    @property
    def moment(self) -> Snapshot:
        """What is on show."""
        return self._moment

    @property
    def times(self) -> Sequence[int]:
        """The time of each step of the branch on show, the beginning first."""
        return self._here.chart.times

    @property
    def window(self) -> tuple[int, int]:
        """The first and the last time in the diagram; where nothing is left to happen, around what happened last."""
        return show.window(self._here.middle(self._moment), self._controls.span.value)

    @property
    def branches(self) -> tuple[str, ...]:
        """The names of all branches."""
        return tuple(branch.name for branch in self._branches)

    def step(self) -> bool:
        """One step on, into what was kept or into what happens next; False where nothing is left to happen."""
        if self._moment.step < len(self.sim):
            self.go(self._moment.step + 1)
        elif self.sim.step() is not None:
            self._refresh()
        else:
            self._pause()
            self._say(nothing_left(self.sim))
            return False
        return True

    def back(self) -> None:
        """One step back."""
        if self._moment.step == 0:
            raise ValueError("this is the beginning: there is nothing to go back to")
        self.go(self._moment.step - 1)

    def go(self, step: int) -> None:
        """Show the run as it was after that many steps."""
        if step == self._moment.step + 1 and step < len(self.sim):
            self._moment.redo(self.sim[self._moment.step])
        else:
            self._moment = self._here.at(step)
        self._refresh()

    def go_to_time(self, time: int) -> None:
        """Show the run as it was at that time, or at its end where it ended earlier."""
        self._moment = self._here.at_time(time)
        self._refresh()

    def run(self, until: int) -> None:
        """Play on to that time, or as far towards it as two seconds allow, from the end of what was kept."""
        self._pause()  # a beat would take the sentence below away
        began, sim = perf_counter(), self.sim
        if not self._here.recorded:
            sim.run(until=until, steps=AT_LEAST)
            while sim.now < until and perf_counter() - began < ENOUGH:
                sim.run(until=until, steps=200)
        self.go(len(sim))
        if self._here.recorded:
            self._say(nothing_left(sim))
        elif sim.now < until:
            self._say(f"Stopped at time {sim.now:,} after {ENOUGH:.0f} seconds: do it again to go on.")

    def run_on(self, units: int) -> None:
        """Play on for that many units of time, at once."""
        if units.__class__ is not int or units < 1:
            raise ValueError(f"units is a whole number of at least 1, not {units!r}")
        until = self._moment.time + units
        (self.run if self.sim.now < until else self.go_to_time)(until)

    def play(self) -> None:
        """Go on step by step, or pause."""
        self._running = not self._running
        self._beat += 1
        self._refresh()

    def branch(self, why: str = "") -> None:
        """Begin another line of history here; the old one stays."""
        self._refresh(self._branch_off(why))

    def show_branch(self, index: int) -> None:
        """Show another line of history, at the same step or at its end."""
        if not 0 <= index < len(self._branches):
            raise ValueError(f"there is no branch {index}: there are {len(self._branches)}, counted from 0")
        self._here = self._branches[index]
        self.go(min(self._moment.step, len(self.sim)))

    def do(self, *events: Event, why: str = "") -> None:
        """Let events happen by hand at the moment on show; in the past or in a recorded run a new branch begins."""
        for event in events:
            self._moment.system.evaluate(event)  # may refuse; then there is no new branch
        past = self._moment.step < len(self.sim)
        remark = self._branch_off(why) if past or self._here.recorded else ""
        for event in events:
            self.sim.do(event)
        self._refresh(remark)

    def see_whole(self) -> None:
        """Let the diagram show so much time, up to its end, that a run is seen whole if it is short enough."""
        self._controls.span.value = show.span_for(self._here.chart, 1.25 * self.times[-1])

    # ---- what a subclass shows beside the run ------------------------------------------------------------------------

    # Height of the network by its width, its least height, and pixels for each agent of the diagram.
    tall, low, row = 0.62, 260, 44

    def fit(self, tall: float, low: int, row: int, span: int = 0) -> None:
        """The network's height by its width, at least `low` pixels; `row` of an agent's line; span: units, if given."""
        self.tall, self.low, self.row = tall, low, row
        self._controls.span.value = span or self._controls.span.value
        self._draw()

    def summary(self) -> str:
        """Where we are in the run, in words."""
        step, branch = self._moment.step, self._here
        era = branch.chart.era(step)
        last, since = len(branch.sim), branch.chart.times[step]
        return show.sentence(self._moment, last, since, branch.event(step), era.network, era.groups)

    def extra_panels(self) -> dict[str, Panel]:
        """More panels by name; each place shows them after the player's own, but before its tables."""
        return {}

    def _below(self, whole: widgets.Layout) -> tuple[widgets.HBox, ...]:
        """The rows of controls below the picture."""
        return (bar(*self._controls.acts, *self._controls.mending, layout=whole),)

    def _show(self, branch: Branch) -> None:
        """Show a new branch, at its end."""
        self._here, self._moment = branch, branch.sim.present
        self._branches.append(branch)

    def _branch_off(self, why: str) -> str:
        """Go on from here on a new branch; the sentence that says so."""
        self._show(self._here.branch(len(self._branches) + 1, self._moment, why))
        return f"You are now on branch {self._here.name}. The old one is kept: choose it in the menu."

    def _offer(self) -> None:
        flying = self._here.chart.flying(self._moment.step)
        with self._quietly():
            here = self._branches.index(self._here)
            self._controls.offer(self._moment, len(self.sim), flying, self.branches, here)

    def _refresh(self, remark: str = "") -> None:
        self._status = (remark, "")
        self._controls.play.description = "Pause" if self._running else "Play"
        self._offer()
        self._draw()

    def _go_on(self) -> None:
        self._beat += 1
        try:
            self.step()
        except ValueError:
            self._pause()
            raise

    def _pause(self) -> None:
        self._running, self._controls.play.description = False, "Play"

    def _scene(self) -> Scene:
        moment, branch, summary = self._moment, self._here, self.summary()
        network = show.run_network_panel(branch.chart, moment, branch.event(moment.step), summary)
        return {"panels": {
            "summary": text_panel(": ".join(filter(None, [branch.titled(self._title), summary]))),
            "network": network | {"tall": self.tall, "low": self.low},
            "spacetime": show.spacetime_panel(branch.chart, moment, *self.window) | {"row": self.row},
            "lights": branch.lights(moment.step),
            "status": self._told("lights"),
            **self.extra_panels(),
            "agents": show.agents_panel(moment.system.agents, moment.system.down),
            "flight": show.flight_panel(branch.chart.flying(moment.step)),
            "clock": {**clock_panel("below", self._running, self._beat, SPEEDS[self._controls.speed.value]),
                      "keys": list(self._keys())},
        }}

    def _for_presenters(self) -> Cues:
        begin = self._moment.step, len(self.sim)
        return Cues(lambda: self._begin_again(*begin), self._scenarios(begin), KEYS)

    def _scenarios(self, _begin: tuple[int, int]) -> dict[str, Callable[[], object]]:
        return {}

    def _begin_again(self, step: int, last: int) -> None:
        """As it was first shown; where that was the end of the run, what came later is left behind."""
        self._pause()
        self.show_branch(0)
        self.go(step)
        if step == last < len(self.sim):
            self.branch("begun again")

    # ---- from click and button to verb -----------------------------------------------------------------------------

    def _button_for(self, label: str) -> widgets.Button:
        acts: dict[str, Callable[[], object]] = {
            "Back": self.back, "Step": self.step, "Play": self.play, "Branch here": self.branch,
            "Crash": lambda: self.crash(self._controls.agent.value),
            "Restart": lambda: self.restart(self._controls.agent.value),
            "Cut": lambda: self.cut(self._controls.agent.value, self._controls.other.value),
            "Heal": lambda: self.heal(self._controls.agent.value, self._controls.other.value),
            "Heal all": self.heal_all, "Restart all": self.restart_all, "Drop": self._drop_chosen,
            "Send request": self._ask,
        }
        return self._button(label, acts[label])

    def _ask(self) -> None:
        agent, wish = self._controls.agent.value, self._controls.value.value.strip()
        if not wish:
            raise ValueError(f"type what the client asks for first, such as {example(self._moment.system.agents)}")
        self.request(agent, described(type(self._moment.system.agents[agent])).request(wish))

    def _drop_chosen(self) -> None:
        if self._controls.message.value is None:
            raise ValueError("no message is on its way: step on until there is one")
        self.drop(self._controls.message.value)

    def _keys(self) -> dict[str, Callable[[], object]]:
        return {
            "ArrowRight": self.step, "ArrowLeft": self.back, " ": self.play,
            "Home": lambda: self.go(0), "End": lambda: self.go(len(self.sim)),
        }

    def _act_on(self, click: dict[str, Any]) -> None:
        match click:
            case {"beat": beat}:
                if self._running and beat == self._beat:
                    self._go_on()
            case {"key": str(key)}:
                self._keys()[key]()
            case {"packet": int(number)}:
                self.drop(number)
            case {"time": int(time)}:
                self.go_to_time(time)
            case {"agent": str(agent)}:
                (self.restart if agent in self._moment.system.down else self.crash)(agent)
            case {"link": [str(a), str(b)]}:
                closed = {(a, b), (b, a)} <= self._moment.system.network.cut
                (self.heal if closed else self.cut)(a, b)
