"""Watch what becomes of each task while agents crash, are cut off or are slow: a cluster, and a board of its work."""

import ipywidgets as widgets

from labkit.agents import Agent, Works, create
from labkit.engine import Request, Simulator
from labkit.observe import TaskState, work_of
from labkit.protocols import TaskQueue, described
from labkit.topology import build
from labkit.values import by_name
from labkit.views.coordination.scene import columns, counts, meaning_panel, never_arrived, still_to_come, tasks_panel
from labkit.views.player import Player
from labkit.views.stage import Panel, bar

LEAST_AGENTS, MOST_AGENTS = 3, 8
MOST_TASKS = 100
SLOW = 200  # for how many units a slowed agent does nothing
ERRANDS = ("pay", "mail")


class TaskBoard(Player):
    """A cluster whose clients hand in tasks at a fixed rhythm; the board shows which are done, redone, doubled, lost.

    kind: a class of agents with the facet Works. The agent that its option `queue` names takes the tasks, without such
    an option the first one. tasks: how many are handed in. every: one in so many units. begin: how long the cluster
    has run when it is first shown. options go to the agents.
    """

    tall, low = 0.4, 212  # room for the board
    picture = 212  # pixels of the space–time diagram, for any number of agents

    def __init__(
        self, kind: type[Agent] = TaskQueue, agents: int = 6, *, seed: int = 0, tasks: int = 6, every: int = 40,
        begin: int = 60, **options: object,
    ) -> None:
        if not isinstance(kind, type) or not issubclass(kind, Agent) or not issubclass(kind, Works):
            raise ValueError("kind is a class of agents that tell of their work (the facet Works), such as TaskQueue, "
                             f"not {getattr(kind, '__name__', repr(kind))}")
        for name, number, least, most in (("agents", agents, LEAST_AGENTS, MOST_AGENTS),
                                          ("tasks", tasks, 0, MOST_TASKS), ("every", every, 1, 10_000),
                                          ("begin", begin, 0, 10_000)):
            if number.__class__ is not int or not least <= number <= most:
                raise ValueError(f"{name} is a whole number from {least} to {most:,}, not {number!r}")
        found, graph = described(kind), build("mesh", agents)
        names = sorted(graph, key=by_name)
        chosen = {option.name: option.default for option in found.options} | found.checked(options)
        for role in ("queue", "world"):
            if chosen.get(role, names[0]) not in names:
                raise ValueError(f"{role} is one of the agents {names[0]} to {names[-1]}, not {chosen[role]!r}")
        self._takes = str(chosen.get("queue", names[0]))
        self._numbered = tasks
        sim = Simulator(graph, create(kind, names, **options), seed=seed)
        for number in range(1, tasks + 1):
            sim.plan(every * number, Request(self._takes, errand(number)))
        sim.run(until=begin)
        self._called = found.name
        self.row = (self.picture - 80) // agents
        super().__init__(sim, found.properties, at=None)
        self._controls.span.value = 300
        self._controls.agent.value = next(name for name in names if name not in (self._takes, chosen.get("world")))
        self.add_class("day13-tasks")

    def _below(self, whole: widgets.Layout) -> tuple[widgets.HBox, ...]:
        agent, crash, restart, other, cut, heal, *_, message, drop = self._controls.acts
        work = bar(
            self._button("Run 100", lambda: self.run_on(100)), self._button("Run 500", lambda: self.run_on(500)),
            self._button("Hand in a task", self.hand_in), *self._controls.mending, message, drop, layout=whole,
        )
        slow = self._button("Slow down", lambda: self.slow_down(self._controls.agent.value))
        return work, bar(agent, crash, restart, slow, other, cut, heal, layout=whole)

    @property
    def work(self) -> list[TaskState]:
        """What has become of each task by now."""
        return work_of(self._moment)

    def hand_in(self) -> None:
        """A client hands in another task."""
        self._numbered += 1
        self.request(self._takes, errand(self._numbered))

    def slow_down(self, agent: str) -> None:
        """Let the agent do nothing for 200 units, without noticing it."""
        until = self._moment.time + SLOW
        self.pause(agent, SLOW)
        self._say(f"{self.status} {agent} does nothing until {until}, and does not notice it.".strip())

    def summary(self) -> str:
        """How many tasks there are in each state, and where we are in the run."""
        moment = self._moment
        missed = never_arrived(self.sim, moment.step, self._takes)
        told = counts(self.work, still_to_come(moment), missed, self._takes)
        return f"{self._called}, {told} {super().summary()}"

    def extra_panels(self) -> dict[str, Panel]:
        """The board, and below the picture every task and what the states mean."""
        tasks = self.work
        return {**columns(tasks), "tasks": tasks_panel(tasks), "meaning": meaning_panel()}


def errand(number: int) -> str:
    """What the client wants that hands in the task of that number: mail 1, pay 2, mail 3 …"""
    return f"{ERRANDS[number % len(ERRANDS)]} {number}"
