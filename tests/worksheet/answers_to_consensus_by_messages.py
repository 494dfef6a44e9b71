"""Answers to exercise 2, agents that agree by messages and in rounds: right and wrong ones, each the text of a cell."""

from answers_to_topology import Tried


def voter(silent: str = "self.yes_to is not None", enough: str = "2 * len(voters) > len(self.everyone)",
          heard: str = "self.heard |= {(sender, value)}", count: str = "") -> str:
    """The class of the blank with these conditions."""
    count = count or f"""\
        voters = {{agent for agent, said in self.heard if said == value}}
        return [Decide(value)] if {enough} else []"""
    return f"""\
@dataclass
class Voter(Agent):
    yes_to: str | None = None
    heard: frozenset = frozenset()

    def request(self, value):
        return self.say_yes(value)

    def receive(self, sender, value):
        {heard}
        return [*self.say_yes(value), *self.count(value)]

    def say_yes(self, value):
        if {silent}:
            return []
        self.yes_to = value
        self.heard |= {{(self.id, value)}}
        return [*(Send(peer, value) for peer in self.peers), *self.count(value)]

    def count(self, value):
{count}
"""


FIRST_VOTES = """\
@dataclass
class Voter(Agent):
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
PROPOSER_COUNTS = """\
@dataclass
class Voter(Agent):
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
            voter("any(agent == self.id for agent, _ in self.heard)", "len(voters) >= len(self.everyone) // 2 + 1"),
            voter("self.yes_to is not None", "len(voters) > len(self.peers) - len(voters) + 1"),
            FIRST_VOTES, PROPOSER_COUNTS,
        ),
        wrong={
            voter("self.yes_to == value"): "decided",
            voter("self.yes_to"): "decided",
            voter("False"): "2 agents, a is asked for 'red': your agents never stop sending",
            voter("self.yes_to is not None and self.yes_to != value"): "your agents never stop sending",
            voter("True"): "never decide",
            voter(enough="len(voters) >= 2"): "4 agents",
            voter(enough="len(voters) == len(self.everyone)"): "c is down",
            voter(enough="2 * len(voters) >= len(self.everyone)"): "2 agents",
            voter(enough="2 * len(voters) > len(self.peers)"): "decided",
            voter(enough="len(voters) > 2"): "2 agents",
            voter(enough="2 * len(voters) > len({agent for agent, _ in self.heard})"): "decided",
            voter(enough="len(voters) >= {2: 2, 3: 2, 4: 3, 5: 3}.get(len(self.everyone), 3)"): "are cut off from",
            voter(enough="len(voters) > 1 and 2 * len(voters) >= len(self.everyone)"): "4 agents",
            voter(heard="if self.yes_to is None: self.heard |= {(sender, value)}"): "never decide",
            voter(enough="voters"): "decided",
            voter(enough="False"): "never decide",
            voter(heard="self.heard += ((sender, value),)"): "agent",
            voter(count="        return [Decide('red')]"): "decided 'red'",
            "class Voter:\n    pass\n": "class Voter(Agent)",
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
            rounds("return 'red'"): "3 agents, c is asked for 'blue': c decided 'red', which nobody asked for",
            rounds("return max(reported).value if reported else self.wanted"):
                "proposals have no order by themselves, so there is no largest one",
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
            "class RoundVoter(Agent):\n    pass\n": "class RoundVoter(Rounds)",
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
