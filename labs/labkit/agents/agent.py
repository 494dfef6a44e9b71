"""An agent answers what happens with effects; it knows no clock, no random number, no network and no screen.

So the same class runs in a simulator, in an exhaustive search and for real. The idea is that of "sans I/O" libraries
and of the pure core of etcd's raft.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.agents.effects import Effects


@dataclass
class Agent:
    """Base of all agents: override the handlers; each returns (or yields) effects, or nothing.

    Subclasses are dataclasses. Fields hold immutable values (numbers, texts, tuples, frozensets, frozendicts, frozen
    dataclasses) and are bound anew, never changed in place: self.votes = self.votes | {voter}. A message is such a
    value, too; give its dataclass a __str__, and pictures and logs show the message in those words.
    """

    id: str
    peers: tuple[str, ...]  # all other agents, by name
    durable: ClassVar[tuple[str, ...]] = ()  # names of the fields that survive a crash
    expected: ClassVar[tuple[Any, ...]] = ()  # the properties that are expected of such agents
    columns: ClassVar[tuple[tuple[str, str], ...]] = ()  # (field, heading): what to show of them first; none: all

    def start(self) -> Effects:
        """Called once at the beginning, and again after each restart."""
        return None

    def receive(self, sender: str, message: Any) -> Effects:
        """Called when a message arrives."""
        return None

    def timeout(self, timer: str) -> Effects:
        """Called when a timer has run out; it is no longer set."""
        return None

    def request(self, value: Any) -> Effects:
        """Called when a client asks this agent for something."""
        return None

    @property
    def role(self) -> str:
        """What this agent is at present, in a word: 'leader', say."""
        return ""

    @property
    def note(self) -> str:
        """What to write beside this agent in a picture: its role, or more: 'leader, term 3'."""
        return self.role

    @property
    def everyone(self) -> tuple[str, ...]:
        """The membership: this agent and its peers."""
        return (self.id, *self.peers)
