"""An agent that votes by messages: all that is sent, remembered and counted, with two rules left open.

When an agent hears of a value, from a client or from another agent, the rule `may_say_yes` is asked. If it allows it,
the agent says yes: it remembers that and sends the value to all others. So a message is the value that its sender says
yes to. After each yes that it says or hears the agent counts: the rule `is_quorum` is asked about all whose yes to this
value it knows of. With the yes that makes them enough, the agent decides; further ones change nothing. Promise, with
sound rules: no two agents decide differently. Left out: a second round, if the votes are split.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from labkit.agents import Agent, AgentError, Decide, Effect, Send
from labkit.values import brief
from labkit.worksheet.open_rules import expect_no_dots, yes_or_no


@dataclass
class Voting(Agent):
    """Says yes to what it hears of as a rule allows, tells all others, and counts. heard: pairs (agent, value)."""

    yes_to: Hashable = None
    heard: frozenset[tuple[str, Hashable]] = frozenset()

    # ---- the rules: override them ------------------------------------------------------------------------------------

    def may_say_yes(self, value: Hashable) -> bool:
        """Whether I may say yes to this value, which I have just heard of."""
        raise AgentError("the rule may_say_yes is missing: write it")

    def is_quorum(self, voters: frozenset[str]) -> bool:
        """Whether these agents, all of which have said yes to the same value, are enough to decide."""
        raise AgentError("the rule is_quorum is missing: write it")

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        expect_no_dots(self)

    def request(self, value: Hashable) -> list[Effect]:
        return self.say_yes(value)

    def receive(self, sender: str, value: Hashable) -> list[Effect]:
        return [*self.count(sender, value), *self.say_yes(value)]

    def say_yes(self, value: Hashable) -> list[Effect]:
        """Say yes to the value if the rule allows it, and tell all others."""
        if not yes_or_no("may_say_yes", self.may_say_yes(value)):
            return []
        self.yes_to = value
        return [*(Send(peer, value) for peer in self.peers), *self.count(self.id, value)]

    def count(self, agent: str, value: Hashable) -> list[Effect]:
        """Take down the yes of this agent, and decide on the value if it makes those that I know of enough."""
        before = self.is_enough(value)
        self.heard |= {(agent, value)}
        return [Decide(value)] if self.is_enough(value) and not before else []

    def is_enough(self, value: Hashable) -> bool:
        """Whether those whose yes to the value I know of are enough; nobody is not."""
        voters = frozenset(agent for agent, said in self.heard if said == value)
        return bool(voters) and yes_or_no("is_quorum", self.is_quorum(voters))

    @property
    def note(self) -> str:
        """What I have decided, if anything."""
        values = sorted({value for _, value in self.heard}, key=str)
        return next((f"decided {brief(value)}" for value in values if self.is_enough(value)), "")
