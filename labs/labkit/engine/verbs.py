"""What a hand can do to a run, a verb for each kind of event: ask, cut, heal, crash, restart, pause."""

from collections.abc import Hashable
from typing import Any

from labkit.engine.events import Event, Pause, Request
from labkit.engine.system import System
from labkit.network import Crash, Cut, Heal, Restart, isolate
from labkit.values import plain_arguments


class Verbs:
    """A run that lets events happen by hand; `do` says how."""

    system: System

    def do(self, event: Event) -> Any:
        """Let this event happen by hand."""
        raise NotImplementedError

    def request(self, agent: str, value: Hashable) -> Any:
        """Let a client make a request to the agent."""
        return self.do(Request(agent, value))

    def cut(self, a: str, b: str) -> None:
        """Cut a link in both directions."""
        self.do(Cut(a, b))
        self.do(Cut(b, a))

    def heal(self, a: str, b: str) -> None:
        """Heal a link in both directions."""
        self.do(Heal(a, b))
        self.do(Heal(b, a))

    def isolate(self, *group: str) -> None:
        """Cut every link between these agents and all others."""
        for event in isolate(self.system.network.graph, *group):
            self.do(event)

    def heal_all(self) -> None:
        """Heal every link; crashed agents stay down."""
        for source, target in sorted(self.system.network.cut):
            self.do(Heal(source, target))

    def crash(self, agent: str) -> Any:
        """Stop an agent; its durable fields survive."""
        return self.do(Crash(agent))

    @plain_arguments
    def restart(self, agent: str) -> Any:
        """Start a crashed agent again."""
        return self.do(Restart(agent))

    @plain_arguments
    def pause(self, agent: str, units: int) -> Any:
        """Let the agent do nothing for so long, without noticing it; what arrives meanwhile waits."""
        return self.do(Pause(agent, units))
