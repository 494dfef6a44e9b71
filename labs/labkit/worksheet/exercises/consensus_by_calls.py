"""Exercise 2, in one dictionary: a class that counts votes, hardened by one rule per step.

Each blank begins with the rules of the steps before it. Judged by every order of calls, not by how the class looks.
"""

from collections.abc import Callable
from typing import Any

from labkit.values import listed
from labkit.worksheet.exercises.ballot_box import BallotBox, LastingBox, MajorityBox, MembersBox, OneYesBox
from labkit.worksheet.exercises.vote_orders import Ask, Trap, Vote, answered, refused, try_all
from labkit.worksheet.refuting import PLAIN, Refuted, Unusable, call
from labkit.worksheet.step import Step

IMPORTS = """\
from labkit.worksheet import BallotBox, LastingBox, MajorityBox, MembersBox, OneYesBox, Rounds, Voting
"""
OUTCOMES = ("won", "lost", "pending")
TRAPS: tuple[Trap, ...] = ("stranger", "second vote", "second yes", "proposed again")
VALUES = {"p": "sign", "q": "refuse"}
NOTHING = {"p": None}
ODD_VALUES = (VALUES, {"p": None, "q": 0}, {"p": "", "q": False})

# One class per step: it begins with the rules of the steps before it.
QUORUM = """\
class Council(BallotBox):
    def quorum(self):
        return {quorum}
"""
MEMBERS = """\
class Council(MajorityBox):      # a BallotBox with a sound quorum
    def may_vote(self, proposal_id, agent_id, vote):
        return {members}
"""
ONE_EACH = """\
class Council(MembersBox):       # in which only members vote, too
    def may_vote(self, proposal_id, agent_id, vote):
        second_vote = {second_vote}
        second_yes = {second_yes}
        return super().may_vote(proposal_id, agent_id, vote) and not second_vote and not second_yes
"""
STAYS = """\
class Council(OneYesBox):        # in which the first vote stands, too, with one yes for each
    def may_propose(self, proposal_id):
        return {new}
"""
THREE = """\
class Council(LastingBox):       # in which a decision stays, too
    def outcome(self, proposal_id):
        yes = self.yes_votes(proposal_id)
        free = [agent for agent in self.members if self.may_vote(proposal_id, agent, True)]
        if yes >= self.quorum():
            return "won"
        return "pending" if yes + len(free) >= self.quorum() else "lost"
"""
BLANK_THREE = """\
class Council(LastingBox):       # in which a decision stays, too
    def outcome(self, proposal_id):
        ...
"""


def _by_value(values: dict[str, Any]) -> Ask:
    """Asks for the value that has won, or nothing."""

    def ask(council: Any, id_: str, vote: Vote) -> str | None:
        got, yes = answered(council.reach_consensus, id_), len(vote.yes(id_))
        value, enough = values[id_], vote.outcome(id_) == "won"
        said = f"{yes} of {len(vote.members)} member{'s' * (len(vote.members) > 1)} said yes"
        if enough and got is None and value is not None:
            return f"{id_} is not decided, although {said}, and that is more than half"
        if got is not None and not enough:
            return f"{id_} counts as decided, although {f'only {said}' if yes else 'it has no yes that counts'}"
        if enough and (type(got) is not type(value) or got != value):
            return f"{id_} is decided as {got!r}, and what was proposed first is {value!r}{_odd(value)}"
        return None

    return ask


def _by_outcome(values: dict[str, Any]) -> Ask:
    """Asks which of the three answers it is."""

    def ask(council: Any, id_: str, vote: Vote) -> str | None:
        got, due = answered(council.outcome, id_), vote.outcome(id_)
        if type(got) is not str or got not in OUTCOMES:
            missing = ": is a return missing?" if got is None else ""
            what = repr(got) if type(got) in PLAIN else "no text"
            raise Unusable(f"the outcome of {id_} is {what}; it must be 'won', 'lost' or 'pending'{missing}")
        if got == due:
            return None
        what = f"the outcome of {id_} is {got!r}, and it should be {due!r}"
        yes, free = vote.yes(id_), vote.could_say_yes(id_)
        needed = f"{vote.quorum} {'is' if vote.quorum == 1 else 'are'} needed"
        gone = [f"{agent} has given its one yes to {other}" for other in values for agent in vote.yes(other)
                if other != id_ and due != "won" and (id_, agent, False) not in vote.cast]
        odd = _odd(values[id_]) if due == "won" else ""
        told = f" ({listed(gone)})" if gone else ""
        return f"{what}: it has {len(yes)} yes, and {len(free) or 'nobody'} may still say yes{told}; {needed}{odd}"

    return ask


def _odd(value: Any) -> str:
    return "" if value else f"; {value!r} is a value like any other"


def _council(answer: Any) -> Callable[..., Any]:
    """The answer, if it is a class with the calls of a council, and two of them have nothing to do with each other."""
    if not isinstance(answer, type) or not callable(getattr(answer, "vote", None)):
        raise Unusable("the answer is no class of a council: keep the line that begins with class Council")
    one, other = call(answer, ("a",)), call(answer, ("a",))
    try:
        for council in (one, other):
            call(council.propose, "p", "sign")
            if refused(council, "p"):
                raise Refuted("the rule may_propose refuses it, although there was no proposal before")
        before = call(other.reach_consensus, "p")
        call(one.vote, "p", "a", True)
        after = call(other.reach_consensus, "p")
    except Refuted as why:
        said = f"With a as the only member, p is proposed for the first time. Then {why.because}"
        raise type(why)(said) from why
    if after != before:
        raise Refuted("two councils count the same votes: what was voted in one counts in the other, too; keep the "
                      "votes of each in its own fields, made in __init__")
    return answer


def _with_its_own(rule: str, solved: type[BallotBox], answer: Any) -> Callable[..., Any]:
    """The council, if this rule is the learner's; a class of a later step has the rule of this one from the lab.

    solved: the lab's class in which this step is done.
    """
    council = _council(answer)
    kind = next((kind for kind in answer.__mro__ if rule in vars(kind)), object)
    asks = set(getattr(getattr(vars(kind).get(rule), "__code__", None), "co_names", ()))
    if kind.__module__ == BallotBox.__module__ or (issubclass(answer, solved) and {"super", solved.__name__} & asks):
        raise Unusable(f"this {answer.__name__} takes {rule} from the lab: write the rule in it, and run its cell just "
                       "before this check")
    return council


def _judging(rule: str, solved: type[BallotBox], *traps: Trap) -> Callable[[Any], None]:
    def judge(answer: Any) -> None:
        try_all(_with_its_own(rule, solved, answer), _by_value(VALUES), traps, VALUES)

    return judge


def _judge_proposals(answer: Any) -> None:
    council = _with_its_own("may_propose", LastingBox, answer)
    try_all(council, _by_value(VALUES), TRAPS, VALUES)
    try_all(council, _by_value(NOTHING), TRAPS, NOTHING, most=2)


def _judge_outcome(answer: Any) -> None:
    council = _council(answer)
    if not callable(getattr(answer, "outcome", None)):
        raise Unusable("the class has no method outcome(self, proposal_id)")
    for values in ODD_VALUES:
        try_all(council, _by_outcome(values), TRAPS, values, most=2)
    try_all(council, _by_outcome(VALUES), TRAPS, VALUES)


STEPS = (
    Step(
        "a quorum of the members", 2,
        "`BallotBox` is the lesson's vote, with its decisions pulled out into three small rules, each as trusting as "
        "in the lesson. Begin with `quorum`: how many yes votes are enough? Two of five are not, and nobody should "
        "have to type the number in.",
        "code", blank=QUORUM.format(quorum="..."), solution=QUORUM.format(quorum="len(self.members) // 2 + 1"),
        because="More than half of the members, however many have voted: any two such groups share a member. With "
        "half of them, two groups could decide differently; with more than a majority, fewer crashes would stop the "
        "vote.",
        hints=("It depends on the number of members and on nothing else.",
               "For one to five members it must be 1, 2, 2, 3 and 3.",
               "`//` divides and rounds down. What is missing to more than half?"),
        judge=_judging("quorum", MajorityBox), imports=IMPORTS,
    ),
    Step(
        "members only", 2,
        "Now `may_vote`: it is asked before a vote is written down, and returns whether the vote counts. Only members "
        "vote; what they vote, yes or no, is their affair.",
        "code", blank=MEMBERS.format(members="..."), solution=MEMBERS.format(members="agent_id in self.members"),
        because="A stranger may be an agent that has left, a helper that somebody started, or a typing error. Its "
        "vote adds to the count without adding to the number of members, and then two majorities need not share a "
        "member.",
        hints=("Who is asking? `agent_id`. Where are the members? `self.members`.",
               "`in` asks whether a value is in a tuple, and gives True or False."),
        judge=_judging("may_vote", MembersBox, "stranger"), imports=IMPORTS,
    ),
    Step(
        "one vote each", 2,
        "Two traps are left in `may_vote`. An agent may change its vote, and it may say yes to two proposals, so both "
        "can win. The rule: the first vote on a proposal stands, and an agent has one yes in all; it may say no to as "
        "many as it likes. So `second_yes` is True if this vote would be a second yes. `super().may_vote(…)` asks the "
        "rule of the step before.",
        "code", blank=ONE_EACH.format(second_vote="...", second_yes="..."),
        solution=ONE_EACH.format(
            second_vote="agent_id in self.votes[proposal_id]",
            second_yes="vote and any(votes.get(agent_id) for votes in self.votes.values())",
        ),
        because="A quorum shares a member with every other quorum. That helps only if this member can say yes to one "
        "of the two proposals, and cannot take it back. A no binds nobody, so no counts do not matter.",
        hints=("For the first: has the agent an entry in the dictionary of this proposal? A no is an entry, too.",
               "For the second: only a yes can be a second yes. Look through the votes on all proposals.",
               "`votes.get(agent_id)` is True if the agent said yes there; `self.votes.values()` are all such "
               "dictionaries."),
        judge=_judging("may_vote", OneYesBox, "stranger", "second vote", "second yes"), imports=IMPORTS,
    ),
    Step(
        "a decision stays", 2,
        "One trap is left in the dictionary. A decision can still go away: an id that is proposed again gets a new "
        "value and an empty dictionary of votes. When may a proposal be made?",
        "code", blank=STAYS.format(new="..."), solution=STAYS.format(new="proposal_id not in self.proposals"),
        because="An id stands for one value, for good. Whoever has voted has voted on that value, and whoever has "
        "read the decision relies on it. Real systems use ids that nobody uses twice, such as a term with a number.",
        hints=("What must not be in `self.proposals` yet?",
               "Do not ask for the value: a value can be None, 0 or an empty text. Ask for the id."),
        judge=_judge_proposals, imports=IMPORTS, stretch=True,
    ),
    Step(
        "three answers", 2,
        "`reach_consensus` answers None when nothing is decided, and when None is what was decided. And it cannot "
        "tell *not yet* from *never*. Write `outcome`: \"won\" if the proposal has its quorum of yes votes, \"lost\" "
        "if no further votes could give it one, and \"pending\" otherwise. A yes that went to another proposal is "
        "gone. `self.yes_votes(proposal_id)` counts the yes votes.",
        "code", blank=BLANK_THREE, solution=THREE,
        because="Votes decide, never the value, so None, 0 and an empty text can win like any other. A proposal is "
        "lost once the members that may still say yes are too few: those that have voted on it cannot, and neither "
        "can those that gave their yes to another proposal.",
        hints=("Count two things: the yes votes, and the members that may still say yes.",
               "Who may still say yes? There is a method that knows: `may_vote`.",
               "If both together are a quorum, it is pending; if not, it is lost."),
        judge=_judge_outcome, imports=IMPORTS, stretch=True,
    ),
)
