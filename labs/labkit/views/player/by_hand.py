"""What can be done to a run by hand at the moment on show: each verb lets some events happen there."""

from collections.abc import Hashable, Iterable

from labkit.engine import Drop, Event, Pause, Request, Snapshot
from labkit.network import Crash, Heal, Restart, cut, heal
from labkit.values import by_name, kind, listed
from labkit.views.stage import Guarded


class ByHand(Guarded):
    """A widget that shows a moment of a run and lets events happen there."""

    _moment: Snapshot

    def do(self, *events: Event, why: str = "") -> None:
        """Let events happen by hand at the moment on show."""
        raise NotImplementedError

    def cut(self, a: str, b: str) -> None:
        """Cut a link in both directions."""
        self.do(*cut(a, b), why=f"cut {a}–{b}")

    def heal(self, a: str, b: str) -> None:
        """Heal a link in both directions."""
        self.do(*heal(a, b), why=f"heal {a}–{b}")

    def heal_all(self) -> None:
        """Heal every link; crashed agents stay down."""
        down = sorted(self._moment.system.down, key=by_name)
        more = f" Still down: {listed(down)}. Restart all starts what is down." if down else ""
        closed = sorted(self._moment.system.network.cut)
        self._do_all((Heal(*way) for way in closed), "heal all", "Every link works", more)

    def crash(self, agent: str) -> None:
        """Stop an agent."""
        self.do(Crash(agent), why=f"crash {agent}")

    def restart(self, agent: str) -> None:
        """Start a crashed agent again."""
        self.do(Restart(agent), why=f"restart {agent}")

    def restart_all(self) -> None:
        """Start every crashed agent again."""
        down = sorted(self._moment.system.down, key=by_name)
        self._do_all(map(Restart, down), "restart all", "Every agent is up")

    def pause(self, agent: str, units: int) -> None:
        """Let the agent do nothing for so long, without noticing it; what arrives meanwhile waits."""
        self.do(Pause(agent, units), why=f"pause {agent}")

    def request(self, agent: str, value: Hashable) -> None:
        """A client asks the agent for something."""
        self.do(Request(agent, value), why=f"ask {agent}")

    def drop(self, number: int) -> None:
        """Lose the message of that number."""
        packet = self._moment.system.flight.get(number)
        if packet is None:
            raise ValueError("this message is not on its way any more: choose one that is")
        self.do(Drop(packet), why=f"drop {kind(packet.message)}")

    def _do_all(self, events: Iterable[Event], why: str, so: str, more: str = "") -> None:
        """Let all of these happen, and say what is so now; where there are none, that it was so already."""
        wanted = tuple(events)
        if wanted:
            self.do(*wanted, why=why)
        self._say(f"{self.status} {so}.{more}".strip() if wanted else f"{so} already.{more}")
