"""Exercise 2, by messages: each agent counts what it hears, and what it must remember over a crash.

Judged by every order of messages, with copies and crashes, within bounds that a search passes in about a second.
"""

from typing import Any

from labkit.agents import Agent
from labkit.engine import Model
from labkit.observe import sent
from labkit.topology import build
from labkit.values import listed
from labkit.worksheet.exercises.consensus_by_calls import IMPORTS
from labkit.worksheet.exercises.searching import an_agent_class, comes_to_rest, decides, divided, safe
from labkit.worksheet.refuting import Refuted, Unusable, plain
from labkit.worksheet.step import Step
from labkit.worksheet.voting import Voting

RIVALS = (("a", "red"), ("b", "blue"))
FIELDS = ("yes_to", "heard")
SIZES = (3, 5, 8)
VOTER = """\
class Voter(Voting):
    def may_say_yes(self, value):
        return {may_say_yes}

    def is_quorum(self, voters):
        return {is_quorum}
"""


class Voter(Voting):
    """The solution as a class, for the steps after it."""

    def may_say_yes(self, value: Any) -> bool:
        return self.yes_to is None

    def is_quorum(self, voters: frozenset[str]) -> bool:
        return 2 * len(voters) > len(self.everyone)


def _judge_voter(answer: Any) -> None:
    kind = an_agent_class(answer, "class Voter(Voting):", Agent)
    for agents in (2, 3):
        comes_to_rest(kind, agents, RIVALS[:1])
    for agents, down in ((2, ""), (3, ""), (3, "c"), (4, "d"), (5, "de")):
        decides(kind, agents, RIVALS[:1], down)
    decides(kind, 3, (("a", ""),))
    safe(kind, 2, RIVALS)
    comes_to_rest(kind, 3, RIVALS)
    safe(kind, 3, RIVALS)
    safe(kind, 3, (("a", ""), ("b", "red")))
    safe(kind, 3, RIVALS, duplicates=1)
    for agents in (4, 5, 6, 7):
        divided(kind, agents)
    safe(kind, 4, (("a", "red"), ("d", "blue")), limit=2_000)
    safe(kind, 5, (("a", "red"), ("e", "blue")), limit=1_000)


def _judge_durable(answer: Any) -> None:
    names = plain(answer)
    if type(names) not in (tuple, list) or not all(type(name) is str for name in names):
        raise Unusable('the answer is no tuple of names of fields; a tuple with one name needs a comma, ("heard",)')
    if unknown := [name for name in names if name not in FIELDS]:
        raise Unusable(f"a Voter has no field {listed(unknown)}: its fields are {listed(FIELDS)}")
    kept = type("Voter", (Voter,), {"durable": tuple(names)})
    safe(kept, 3, RIVALS, crashes=1)
    if "heard" in names:
        raise Refuted("heard need not survive: an agent that forgets the yes of others decides later or not at all, "
                      "and never differently; what survives has to be written to a disk before each message")


def _count_messages(answer: Any) -> None:
    if type(plain(answer)) is not dict or set(answer) != set(SIZES):
        raise Unusable("the answer does not give one number for each of 3, 5 and 8 agents")
    for n in SIZES:
        if type(answer[n]) is not int:
            raise Unusable(f"{answer[n]!r}, for {n} agents, is no whole number")
    for n in SIZES:
        sim = Model(build("mesh", n), Voter, requests=RIVALS[:1]).simulate(seed=1)
        sim.run()
        if answer[n] != sent(sim).total():
            raise Refuted(f"{n} agents do not send {answer[n]} messages: count the arrows in the run", sim)


STEPS = (
    Step(
        "a vote by messages", 2,
        "Agents of class `Voter` share nothing. An agent says yes to the first value that it hears of, tells all "
        "others, and counts what it hears. Write the two rules: may it say yes to `value`, of which it has just heard, "
        "and are `voters` enough to decide? Values are texts, and \"\" is one of them.",
        "code", blank=VOTER.format(may_say_yes="...", is_quorum="..."),
        solution=VOTER.format(may_say_yes="self.yes_to is None", is_quorum="2 * len(voters) > len(self.everyone)"),
        because="These are the rules of the council, and each agent keeps them alone: one yes in all, and more than "
        "half of the members, however few it has heard of. Two quorums share an agent, and this agent has said yes to "
        "one value only. `voters` is a set, so a message that comes twice counts once.",
        hints=("An agent that has said yes may say it no more, whatever the value is.",
               "`not self.yes_to` asks whether there is a text that is not empty. That is another question.",
               "`self.everyone` is the membership: this agent and its peers. `self.peers` is one too few."),
        judge=_judge_voter, imports=IMPORTS,
    ),
    Step(
        "what survives a crash", 2,
        "An agent that crashes and restarts has its fields as at the beginning, except those that it names in "
        "`durable`. Which fields of `Voter` must survive, so that no two agents ever decide differently? Name as few "
        "as possible, for each must be on a disk before a message leaves.",
        "choice", blank='durable = ...  # a tuple of names out of "yes_to" and "heard"',
        solution='durable = ("yes_to",)',
        because="An agent that forgets its yes may say yes again, to another value. What others have said it may "
        "forget: then it counts too few, and that is safe. Raft and Paxos write down the same: for whom one has "
        "voted, and in which round.",
        hints=("What could an agent do wrong that has forgotten `heard`? And one that has forgotten `yes_to`?",
               "A tuple with one name needs a comma: `(\"name\",)`."),
        judge=_judge_durable, imports=IMPORTS, stretch=True,
    ),
    Step(
        "messages per decision", 2,
        "A client asks one agent, nobody disturbs it, and all messages arrive. How many messages do 3, 5 and 8 agents "
        "of class `Voter` send in all?",
        "figure", blank="messages = {3: ..., 5: ..., 8: ...}", solution="messages = {3: 6, 5: 20, 8: 56}",
        because="Each of n agents says its yes once to each of the n − 1 others: n(n − 1), which grows with the "
        "square. With a leader that counts for all it would be 3(n − 1): asked, answered, told; and the leader may "
        "crash.",
        hints=("How often does one agent say yes, and to how many others?",
               "Count the arrows for three agents, then add one agent."),
        judge=_count_messages, imports=IMPORTS, stretch=True,
    ),
)
