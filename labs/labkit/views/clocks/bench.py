"""Choose two events of a run: could one have caused the other? With the chain, stamps, and runs of one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from labkit.engine import Event, Simulator
from labkit.observe import Happening
from labkit.protocols import Note, Stamped, Tell
from labkit.values import expect, listed
from labkit.views.clocks.chat import chat, empty
from labkit.views.clocks.controls import ClockControls
from labkit.views.clocks.scene import diagram, events_panel, left_out
from labkit.views.clocks.words import MEANING, Account, by_clocks, counts, verdict
from labkit.views.player import ByHand
from labkit.views.stage import Cues, Scene, Stage, clock_panel, text_panel

STEP = 15  # units of time that pass with each press
WAIT = f"Run {STEP}"
MOST = 300  # events on show


@dataclass(frozen=True)
class Before:
    """What was on show before something was done; the simulation as a branch, which has not gone on."""

    sim: Simulator
    chosen: tuple[int | None, int | None]


class ClockBench(ByHand):
    """A run whose events can be compared: click two of them. Without `sim` a short chat of three agents.

    sim: a simulation of any agents, of which the bench takes a branch; what is done here does not change it. seed: for
    the delays of the chat, and of runs that begin here. Agents of the class Stamped can be told to note and to send.
    """

    def __init__(self, sim: Simulator | None = None, *, seed: int = 1) -> None:
        if sim is not None:
            expect(sim, Simulator, "a ClockBench shows a simulation, ClockBench(Model(topology, agents).simulate(1))")
        self._seed, self._given = seed, None if sim is None else sim.branch()
        self._past: list[Before] = []
        self._first: int | None = None
        self._second: int | None = None
        self._show(self._example())
        if len(self._run.events) > MOST:
            raise ValueError(f"this run has {len(self._run.events):,} events, and a ClockBench shows {MOST} at most: "
                             "give it a shorter one, such as sim.branch(100)")
        again = "Example" if sim is None else "Start again"
        self._controls = ClockControls(self._button_for, self._run.agents, again, WAIT)
        self._offer()
        for menu in self._controls.events:
            self._on(menu, self._compare_chosen)
        self._on(self._controls.stamps, self._draw)
        self._on(self._controls.agent, self._offer)
        self._stage = Stage(self._scene(), self.click)
        super().__init__(self._controls.above, self._stage, self._controls.below)
        self.add_class("day13-player")
        self.add_class("day13-clocks")

    # ---- the two events ----------------------------------------------------------------------------------------------

    @property
    def sim(self) -> Simulator:
        """The run on show."""
        return self._run.sim

    @property
    def events(self) -> tuple[Happening, ...]:
        """All events of agents so far, in order."""
        return self._run.events

    @property
    def chosen(self) -> tuple[int | None, int | None]:
        """The steps of the two chosen events; None where none is chosen."""
        return self._first, self._second

    @property
    def relation(self) -> str:
        """How the first chosen event is related to the second: before, after or concurrent; "" until two are chosen."""
        if self._first is None or self._second is None:
            return ""
        return self._run.causes.relation(self._first, self._second)

    def compare(self, first: int | None, second: int | None = None) -> None:
        """Choose the events of these two steps; None takes a choice away."""
        for step in (first, second):
            if step is not None:
                self._run.causes.lamport(step)  # refuses a step that is no event
        if first is not None and first == second:
            raise ValueError(f"choose another event: {self._run.names[first]} is chosen already")
        self._first, self._second = first, second
        self._refresh()

    def pick(self, step: int) -> None:
        """Choose an event as a click does: the first, then the second, then the first of a new pair."""
        if step in self.chosen:
            self.compare(*(None if one == step else one for one in self.chosen))
        elif self._first is not None and self._second is None:
            self.compare(self._first, step)
        else:
            self.compare(step, None if self._first is not None else self._second)

    # ---- a run of one's own ------------------------------------------------------------------------------------------

    def do(self, *events: Event, why: str = "") -> None:
        """Let events happen by hand now; then some time passes."""
        if len(self.events) >= MOST:
            raise ValueError(f"this run has {len(self.events)} events, more than a picture can show: press Start empty")
        for event in events:
            self._moment.system.evaluate(event)  # may refuse; then nothing is kept
        self._keep()
        try:
            for event in events:
                self.sim.do(event)
            self.sim.run(until=self.sim.now + STEP)
        except ValueError:  # of an agent; what has happened until then is taken back
            self.back()
            raise
        self._refresh()

    def note(self, agent: str) -> None:
        """Let something happen at this agent alone."""
        now = self.sim.now
        self._ask(agent, Note(f"note {len(self.events) + 1}"))
        self._say(f"{agent} notes something at time {now}. It is {self.sim.now} now.")

    def tell(self, agent: str, to: str) -> None:
        """Let the agent send a message."""
        now = self.sim.now
        if to == agent:
            raise ValueError(f"{agent} cannot send to itself: choose another agent")
        self._ask(agent, Tell(to, f"word {len(self.events) + 1}"))
        flying = self._run.chart.flying(len(self.sim))
        self._say(f"{agent} sends to {to} at time {now}. It is {self.sim.now} now"
                  f"{': the message is still on its way. Run 15 lets it arrive' if flying else ''}.")

    def wait(self) -> None:
        """Let some time pass."""
        self.do()
        self._say(f"It is {self.sim.now} now.")

    def back(self) -> None:
        """Take back what was done last; where nothing was done, the last event of the run."""
        if self._past:
            before = self._past.pop()
            self._show(before.sim)
            self._first, self._second = before.chosen
        elif self.events:
            last = self.events[-1].step
            self._show(self.sim.branch(last - 1))
            self._first, self._second = (None if step == last else step for step in self.chosen)
        else:
            raise ValueError("this is the beginning: there is nothing to take back")
        self._refresh()

    def start_empty(self) -> None:
        """Begin a run of three agents in which nothing has happened."""
        self._begin(empty(self._seed))

    def start_again(self) -> None:
        """Show again what was there at first."""
        self._begin(self._example())

    def _begin(self, sim: Simulator) -> None:
        self._keep()
        self._first = self._second = None
        self._show(sim)
        self._refresh()

    def _ask(self, agent: str, wish: Note | Tell) -> None:
        system = self._moment.system
        if agent not in system.agents:
            raise ValueError(f"there is no agent {agent!r}: there are {listed(self._run.agents)}")
        if agent in system.down:
            raise ValueError(f"agent {agent} is down, so nothing can happen there: choose another one")
        if not isinstance(system.agents.get(agent), Stamped):
            raise ValueError("these agents take no notes and send nothing on request: press Run 15 to let this run go "
                             "on, or Start empty for agents that do")
        self.request(agent, wish)

    def _keep(self) -> None:
        self._past.append(Before(self.sim.branch(), self.chosen))

    def _example(self) -> Simulator:
        return chat(self._seed) if self._given is None else self._given.branch()

    def _show(self, sim: Simulator) -> None:
        """Show that run, at its end."""
        self._run, self._moment = Account(sim), sim.present

    # ---- what is on show ---------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """How the two events are related, in words."""
        return verdict(self._run, self._first, self._second)

    def facts(self) -> str:
        """How many events are before and after the first one, and what the stamps of the two tell."""
        stamps = self._controls.stamps.value
        if self._first is None:
            return MEANING.get(stamps, "")
        told = counts(self._run, self._first)
        if self._second is not None:
            told += " " + by_clocks(self._run, self._first, self._second, stamps)
        return told.strip()

    def _button_for(self, label: str) -> widgets.Button:
        agent, to = (lambda: self._controls.agent.value), (lambda: self._controls.to.value)
        acts: dict[str, Callable[[], object]] = {
            "Back": self.back, "Start empty": self.start_empty, "Example": self.start_again,
            "Start again": self.start_again, "Local event": lambda: self.note(agent()),
            "Send": lambda: self.tell(agent(), to()), WAIT: self.wait, "Drop": self._drop_chosen,
        }
        return self._button(label, acts[label])

    def _compare_chosen(self) -> None:
        first, second = (menu.value for menu in self._controls.events)
        if first is not None and first == second:
            if None in (self._first, self._second):
                self._offer()  # the menus as they were
                raise ValueError(f"choose another event: {self._run.names[first]} is chosen already")
            first, second = self._second, self._first  # what is chosen already changes its place
        self.compare(first, second)

    def _drop_chosen(self) -> None:
        if self._controls.message.value is None:
            raise ValueError("no message is on its way: press Send first")
        self.drop(self._controls.message.value)

    def _offer(self) -> None:
        flying = [arrow.packet for arrow in self._run.chart.flying(len(self.sim))]
        with self._quietly():
            self._controls.offer(self._run.names, self.chosen, self._moment, flying)

    def _refresh(self, remark: str = "") -> None:
        self._status = (remark, "")
        self._offer()
        self._draw()

    def _scene(self) -> Scene:
        said, facts, stamps = self.summary(), self.facts(), self._controls.stamps.value
        picture = diagram(self._run, self.chosen, stamps, f"{said} {facts}".strip())
        return {"panels": {
            "summary": text_panel(said), "spacetime": picture,
            "facts": text_panel(f"{facts} {left_out(picture, self._run, stamps)}".strip(), "said"),
            "status": self._told("said"),
            "events": events_panel(self._run, self._first),
            "clock": {**clock_panel("below", False, 0, 1000), "keys": ["ArrowLeft", "ArrowRight"]},
        }}

    def _for_presenters(self) -> Cues:
        return Cues(self.start_again, own={"← →": "other event"})

    def _act_on(self, click: dict[str, Any]) -> None:
        match click:
            case {"step": int(step)}:
                self.pick(step)
            case {"packet": int(number)}:
                self.drop(number)
            case {"key": "ArrowLeft"}:
                self._move(-1)
            case {"key": "ArrowRight"}:
                self._move(1)

    def _move(self, by: int) -> None:
        """Choose the neighbour of the event chosen last; where none is chosen, the first event of all."""
        if self._first is None:
            steps, here = [one.step for one in self.events], None
        else:
            steps, here = [one.step for one in self.events if one.step != self._first], self._second
        if not steps:
            raise ValueError("there is no event to choose yet: press Local event or Send")
        place = steps.index(here) + by if here in steps else 0
        step = steps[max(0, min(place, len(steps) - 1))]
        self.compare(*((step, self._second) if self._first is None else (self._first, step)))
