"""A student's seat in a class: what the own agent is, and what happens to it; it runs in a process of its own.

So a cell that takes long does not stop it, and it ends with the notebook's kernel, however that ends. Left out: what
the others are; the instructor's picture shows that.
"""

from typing import Any

from labkit.agents import Agent
from labkit.deploy import Joined, take_seat
from labkit.protocols import described
from labkit.values import ArgumentError, brief, plain_arguments
from labkit.views.real.class_scene import CLIENTS, QUESTIONS, asked_and_told, filled
from labkit.views.stage import Guarded, Panel, Scene, Stage, bar, clock_panel, table_panel, text_panel

EVERY = 500  # milliseconds from one look to the next
LINES = 9  # of the log
LONGEST = 50  # letters of a request, and of its answer
ALONE = "The class cannot be reached. Your agent goes on, and tries again every second, ten times."
HEAD = ["Seconds", "What happened to it"]


@plain_arguments
def join(invitation: str, protocol: str | type[Agent] = "raft", *, source: str = "") -> "Seat":
    """Bring one agent into the class that has invited you; the result shows it, in the last line of a cell.

    invitation: the line that you were given. protocol: a name of the catalogue, or a class of your own. source: the
    text of the cells that define that class, where it is neither in a module nor found in this notebook.
    """
    try:
        joined = take_seat(invitation, protocol, source)
    except ValueError as wrong:
        raise ArgumentError(str(wrong)) from wrong
    return Seat(joined)


class Seat(Guarded):
    """An agent in its seat; made by `join`. `leave` gives the seat back."""

    def __init__(self, joined: Joined) -> None:
        self._joined, self._protocol = joined, described(joined.kind)
        self._beat = 0
        self._told_why = False  # it is said once that it has ended, and why
        before = "another agent was" if joined.life == 1 else f"{joined.life} other agents were"
        life = f" Before it, {before} in this seat." if joined.life else ""
        self._status = f"Your agent has joined the class.{life}", ""
        self._stage = Stage(self._scene(), self.click)
        super().__init__(self._stage, bar(self._button("Ask", self.ask), self._button("Leave", self.leave)))

    def ask(self) -> None:
        """Let a client ask the agent for something."""
        wish = self._protocol.ask(self._joined.name, self._joined.number)
        if wish is None:
            raise ValueError(f"agents of {self._protocol.name} are asked for nothing: they act by themselves")
        self._joined.ask(wish)
        self._say(f"A client asks your agent for {brief(wish)}.")

    def leave(self) -> None:
        """Give the seat back; the same invitation is good for joining again."""
        self._told_why = True
        self._joined.leave()
        self._say("Your agent has left the class. To join again, run the cell again.")

    def look(self) -> None:
        """Draw what has happened by now, without waiting for the page."""
        self._draw()

    @property
    def agent(self) -> Agent | None:
        """Your agent as it is now."""
        self._joined.look()
        return self._joined.agent

    def _scene(self) -> Scene:
        joined = self._joined
        joined.look()
        if joined.over and not self._told_why:
            self._told_why, self._status = True, (f"Your agent is no longer in the class: {joined.over}.", "warning")
        note = joined.agent.note if joined.agent is not None else ""
        what = f"Seat {joined.name}, {joined.kind.__name__}: {brief(note) or 'at work'}"
        rows = [[f"{seconds:.1f}", text if times == 1 else f"{text} ({times} times)"]
                for seconds, text, times in [*joined.log][:-LINES - 1:-1]]
        status, tone = self._status if joined.reached or joined.over else (ALONE, "warning")
        panels: dict[str, Panel] = {
            "status": text_panel(status, "main", "warning" if tone else ""),
            "summary": text_panel(what, "side"),
            "clients": self._clients(),
            "log": table_panel("advice", "Log, the latest first", HEAD, rows),  # a place of fixed height
            "clock": clock_panel("below", joined.running, self._beat, EVERY),
        }
        return {"panels": panels}

    def _clients(self) -> Panel:
        """The last questions of the agent's clients, each with its answer; as high whether there are many or none."""
        answered = self._joined.answered
        rows = [asked_and_told(request, told, LONGEST) for _, request, told in answered[:-QUESTIONS - 1:-1]]
        return table_panel("clients", f"Clients of your agent, the last first ({len(answered):,} in all)", CLIENTS[1:],
                           filled(rows, 2))

    def _act_on(self, click: dict[str, Any]) -> None:
        match click:
            case {"beat": beat} if beat == self._beat:
                self._beat += 1
                self._draw()
