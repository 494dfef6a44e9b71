"""Answers to exercise 2, agents that agree by messages and in rounds: right and wrong ones, each the text of a cell."""

from answers_to_topology import Tried


def voter(may: str = "self.yes_to is None", enough: str = "2 * len(voters) > len(self.everyone)",
          more: str = "") -> str:
    """The class of the blank with these rules. more: what else it overrides."""
    return f"""\
class Voter(Voting):
    def may_say_yes(self, value):
        return {may}

    def is_quorum(self, voters):
        return {enough}
{more}"""


AGENT = """\
from dataclasses import dataclass

from labkit.agents import Agent, Decide, Send


@dataclass
class Voter(Agent):
"""
# Of the agents of this class those that have said yes note no more what they hear.
DEAF = """
    def receive(self, sender, value):
        return super().receive(sender, value) if self.yes_to is None else []
"""
IN_A_TUPLE = """
    def receive(self, sender, value):
        self.heard += ((sender, value),)
        return self.say_yes(value)
"""
ALWAYS_RED = """
    def count(self, agent, value):
        return [Decide("red")]
"""
FIRST_VOTES = AGENT + """\
    ballots: tuple = ()

    def request(self, value):
        return self.hear(self.id, value)

    def receive(self, sender, value):
        return [*self.hear(sender, value), *self.hear(self.id, value)]

    def hear(self, agent, value):
        if agent in dict(self.ballots):
            return []
        self.ballots += ((agent, value),)
        news = [Send(peer, value) for peer in self.peers] if agent == self.id else []
        backers = [who for who, what in self.ballots if what == value]
        return [*news, Decide(value)] if len(backers) * 2 > len(self.everyone) else news
"""
PROPOSER_COUNTS = AGENT + """\
    mine: tuple = ()
    yes: frozenset = frozenset()

    def request(self, value):
        asked = [Send(peer, ("may I", value)) for peer in self.peers]
        return [*asked, *self.hear(self.id, ("may I", value))]

    def receive(self, sender, message):
        return self.hear(sender, message)

    def hear(self, sender, message):
        what, value = message
        if what == "may I" and not self.mine:
            self.mine = (value,)
            yes = ("yes", value)
            return self.hear(self.id, yes) if sender == self.id else [Send(sender, yes)]
        if what == "yes":
            self.yes |= {(sender, value)}
            if len(self.yes) == len(self.everyone) // 2 + 1:
                return [Decide(value), *(Send(peer, ("won", value)) for peer in self.peers)]
        return [Decide(value)] if what == "won" else []
"""

BY_MESSAGES = {
    "a vote by messages": Tried(
        right=(
            voter("all(agent != self.id for agent, _ in self.heard)", "len(voters) >= len(self.everyone) // 2 + 1"),
            voter("self.yes_to is None", "len(voters) > len(self.peers) - len(voters) + 1"),
            FIRST_VOTES, PROPOSER_COUNTS,
        ),
        wrong={
            voter("self.yes_to != value"): "decided",
            voter("not self.yes_to"): "decided",
            voter("self.yes_to"): "the rule may_say_yes returns None",
            voter("True"): "with 2 agents, when a is asked for 'red', your agents never stop sending",
            voter("self.yes_to is None or self.yes_to == value"): "your agents never stop sending",
            voter("False"): "never decide",
            voter("not self.heard"): "a and b never decide",
            voter("self.yes_to is None and value"): "a is asked for ''",
            voter("self.yes is None"): "with 2 agents, when a is asked for 'red', agent a broke in",
            voter(enough="len(voters) >= 2"): "4 agents",
            voter(enough="len(voters) == len(self.everyone)"): "c is down",
            voter(enough="2 * len(voters) >= len(self.everyone)"): "2 agents",
            voter(enough="2 * len(voters) > len(self.peers)"): "decided",
            voter(enough="len(voters) > 2"): "2 agents",
            voter(enough="2 * len(voters) > len({agent for agent, _ in self.heard})"): "decided",
            voter(enough="len(voters) >= {2: 2, 3: 2, 4: 3, 5: 3}.get(len(self.everyone), 3)"): "are cut off from",
            voter(enough="len(voters) > 1 and 2 * len(voters) >= len(self.everyone)"): "4 agents",
            voter(enough="voters"): "decided",
            voter(enough="False"): "never decide",
            voter(enough="None"): "the rule is_quorum returns None, which is neither yes nor no: is a return missing?",
            voter("print(self.yes_to is None)"): "the rule may_say_yes returns None, which",
            "class Voter(Voting):\n    def may_say_yes(self, value):\n        return self.yes_to is None\n":
                "the rule is_quorum is missing: write it",
            voter(more=DEAF): "never decide",
            voter(more=IN_A_TUPLE): "agent",
            "from labkit.agents import Decide\n\n\n" + voter(more=ALWAYS_RED): "decided 'red'",
            "class Voter:\n    pass\n": "class Voter(Voting)",
        },
    ),
    "what survives a crash": Tried(
        right=('durable = ["yes_to"]', 'durable = tuple(["yes_to"])'),
        wrong={
            "durable = ()": "a crashes and forgets yes_to (red) and heard, then a gets “blue” from b",
            'durable = ("heard",)': "a crashes and forgets yes_to (red), then a gets “blue” from b",
            'durable = ("yes_to", "heard")': "heard need not survive",
            'durable = ("yes_to")': "a tuple with one name needs a comma",
            'durable = ("yes", "heard")': "has no field yes",
            'durable = {"yes_to"}': "a tuple with one name needs a comma",
        },
    ),
    "messages per decision": Tried(
        right=("messages = {n: n * (n - 1) for n in (3, 5, 8)}",),
        wrong={
            "messages = {3: 3, 5: 10, 8: 28}": "3 agents do not send 3",
            "messages = {3: 2, 5: 4, 8: 7}": "3 agents do not send 2",
            "messages = {3: 9, 5: 25, 8: 64}": "3 agents do not send 9",
            "messages = {3: 6, 5: 12, 8: 21}": "5 agents do not send 12",
            "messages = {3: 6, 5: 20}": "one number for each",
            'messages = {3: "6", 5: 20, 8: 56}': "'6', for 3 agents, is no whole number",
            "messages = {3: 6, 5: 20.0, 8: 56}": "20.0, for 5 agents, is no whole number",
        },
    ),
}


def rounds(body: str) -> str:
    return "class RoundVoter(Rounds):\n    def choose_value(self, reported):\n" + "".join(
        f"        {line}\n" for line in body.splitlines())


IN_ROUNDS = {
    "a vote in rounds": Tried(
        right=(
            rounds("best = None\nfor one in reported:\n    if best is None or one.ballot > best.ballot:\n"
                   "        best = one\nreturn self.wanted if best is None else best.value"),
            rounds("ordered = sorted(reported, key=lambda one: (one.ballot.number, one.ballot.agent))\n"
                   "return ordered[-1].value if ordered else self.wanted"),
        ),
        wrong={
            rounds("return self.wanted"): "decided",
            rounds("return reported[0].value if reported else self.wanted"): "a begins ballot 2",
            rounds("return reported[-1].value if reported else self.wanted"):
                "their numbers are equal, and the name breaks the tie",
            rounds("return 'red'"): "c is asked for 'blue'. In the end c decided 'red', which nobody asked for",
            rounds("return max(reported).value if reported else self.wanted"):
                "compares proposals, which have no order by themselves",
            rounds("for one in reported:\n    return one.value"): "choose_value returns nothing",
            rounds("return min(reported, key=lambda one: one.ballot).value if reported else self.wanted"):
                "a begins ballot 2",
            rounds("values = [one.value for one in reported]\n"
                   "return max(values, key=values.count) if values else self.wanted"): "a begins ballot 2",
            rounds("return max(reported, key=lambda one: one.ballot).value"): "choose_value stops with an error",
            rounds("return max((one.value for one in reported), default=self.wanted)"): "a begins ballot 2",
            rounds("return max(reported, key=lambda one: one.ballot.number).value if reported else self.wanted"):
                "a begins ballot 2",
            rounds("for one in sorted(reported, key=lambda one: one.ballot, reverse=True):\n    if one.value:\n"
                   "        return one.value\nreturn self.wanted"): "the value must be the empty text",
            rounds("return max(reported, key=lambda one: one.ballot) if reported else self.wanted"):
                "returns a whole proposal",
            "from labkit.agents import Agent\n\n\nclass RoundVoter(Agent):\n    pass\n": "class RoundVoter(Rounds)",
        },
    ),
    "what a round must remember": Tried(
        right=('remembered = ["accepted", "promised"]',),
        wrong={
            "remembered = ()": "forgets promised (ballot 1 of a) and accepted (red in ballot 1 of a)",
            'remembered = ("promised",)': "b crashes and forgets accepted (red in ballot 1 of a)",
            'remembered = ("accepted",)': "forgets promised (ballot 1 of c), then b gets “accept red, ballot 1 of a”",
            'remembered = ("promised", "accepted", "ballot")': "ballot need not survive",
            'remembered = ("promised", "accepted", "wishes")': "wishes need not survive",
            'remembered = ("promised", "accepted", "chosen")': "chosen is not among",
            'remembered = "promised"': "a tuple with one name needs a comma",
        },
    ),
}

ANSWERS = BY_MESSAGES | IN_ROUNDS
