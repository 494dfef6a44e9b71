"""Answers to exercise 2, right and wrong: each is the text of a cell; a wrong one with words of the reason."""

from answers_to_topology import Tried

BY_HAND = {
    "one member more": Tried(
        right=("survived = {n: (n - 1) // 2 for n in range(3, 8)}",),
        wrong={
            "survived = {3: 1, 4: 2, 5: 2, 6: 3, 7: 3}": "with 2 of 4 down, 2 are left, which is not more than half",
            "survived = {3: 2, 4: 2, 5: 3, 6: 3, 7: 4}": "with 2 of 3 down, 1 is left",
            "survived = {n: n // 2 + 1 for n in range(3, 8)}": "with 2 of 3 down, 1 is left",
            "survived = {3: 0, 4: 1, 5: 1, 6: 1, 7: 2}": "3 members survive more than 0: with 1 down, 2 are left",
            "survived = {3: 1, 4: 1, 5: 1, 6: 2, 7: 2}": "5 members survive more than 1: with 2 down, 3 are left",
            "survived = {n: n - 1 for n in range(3, 8)}": "nothing is ever decided",
            "survived = {3: 3, 4: 3, 5: 3, 6: 3, 7: 3}": "that leave at least one of them",
            "survived = {3: 1, 4: 1.5, 5: 2, 6: 2.5, 7: 3}": "1.5, for 4, is no whole number",
            "survived = [1, 1, 2, 2, 3]": "the answer does not give one number for each",
        },
    ),
    "two winners": Tried(
        right=('fewest = {"3 of 5": None} | {f"{k} of {n}": 2 * k for k, n in ((2, 5), (3, 6))}',),
        wrong={
            'fewest = {"2 of 5": 3, "3 of 6": 6, "3 of 5": None}':
                "3 yes votes make no two winners: they cannot be 2 for each",
            'fewest = {"2 of 5": 6, "3 of 6": 6, "3 of 5": None}': "4 yes votes make two winners, a and b for one",
            'fewest = {"2 of 5": 4, "3 of 6": None, "3 of 5": None}':
                "where 3 of 6 are enough, 6 yes votes make two winners",
            'fewest = {"2 of 5": 4, "3 of 6": 6, "3 of 5": 6}': "its one yes cannot go to both",
            'fewest = {"2 of 5": 4, "3 of 6": 6}': "the answer does not give one number for each",
            'fewest = {"2 of 5": "four", "3 of 6": 6, "3 of 5": None}': "is no whole number",
        },
    ),
    "two at once": Tried(
        right=('split = "it may be " + "that neither ever wins"', 'split = "It may be that neither ever wins."'),
        wrong={
            'split = "one of the two always wins"': "a and b say yes to red, c and d to blue: two and two",
            'split = "both may win"': "six in all, and four agents have four",
            'split = "neither"': "which is none of these: “one of the two",
            "split = 2": "which is none of these: “one of the two",
        },
    ),
    "a silent coordinator": Tried(
        right=('blocked = ["wait", "c"]', 'blocked = ("Wait", "(c)")', 'blocked = ("wait.", "C")'),
        wrong={
            'blocked = ("abort", "b")': "decided",
            'blocked = ("abort", "d")': "decided",
            'blocked = ("commit", "a")': "b committed trip, but c would never have voted yes",
            'blocked = ("wait", "b")': "but “the coordinator is dead, so nobody",
            'blocked = ("wait", "d")': "but “the time is up, and silence means no” is not",
            'blocked = "wait"': "the answer is no pair",
            'blocked = ("(wait)", "(B)")': "but “the coordinator is dead, so nobody",
            'blocked = ("wait", "ca")': "the reason is “ca”, which is none of these: “a”, “b”, “c”",
            'blocked = ("", "c")': "what b may do is an empty text, which is none of these: “commit”",
        },
    ),
    "liars": Tried(
        right=("liars = {n: (n - 1) // 3 for n in (10, 7, 6, 4, 3)}",),
        wrong={
            "liars = {3: 1, 4: 1, 6: 2, 7: 3, 10: 4}": "3 agents do not survive 1 liar,",
            "liars = {3: 0, 4: 1, 6: 2, 7: 2, 10: 3}": "6 agents do not survive 2",
            "liars = {3: 0, 4: 1, 6: 1, 7: 3, 10: 4}": "7 agents do not survive 3",
            "liars = {3: 0, 4: 0, 6: 1, 7: 1, 10: 2}": "4 agents survive more liars, namely 1: 4",
            "liars = {3: 0, 4: 1}": "the answer does not give one number for each",
        },
    ),
}


def council(quorum: str = "return len(self.members) // 2 + 1", may_vote: str = "", may_propose: str = "",
            outcome: str = "", more: str = "") -> str:
    """A class with these bodies of methods; '' leaves the rule as it is in the lesson."""
    methods = {"quorum(self)": quorum, "may_vote(self, proposal_id, agent_id, vote)": may_vote,
               "may_propose(self, proposal_id)": may_propose, "outcome(self, proposal_id)": outcome}
    text = "class Council(BallotBox):\n"
    for head, body in methods.items():
        if body:
            text += f"    def {head}:\n" + "".join(f"        {line}\n" for line in body.splitlines())
    return text + more


FIRST = "agent_id not in self.votes[proposal_id]"
ONE_YES = "not (vote and any(box.get(agent_id) for box in self.votes.values()))"
ALL = f"return agent_id in self.members and {FIRST} and {ONE_YES}"
NEW = "return proposal_id not in self.proposals"
FREE = "[one for one in self.members if self.may_vote(proposal_id, one, True)]"
OWN = """\
class Council:
    def __init__(self, members):
        self.who, self.what, self.said = set(members), [], {}

    def propose(self, proposal_id, value):
        if all(known != proposal_id for known, _ in self.what):
            self.what.append((proposal_id, value))

    def vote(self, proposal_id, agent_id, vote):
        taken = vote and any(yes and who == agent_id for (_, who), yes in self.said.items())
        if agent_id in self.who and not taken:
            self.said.setdefault((proposal_id, agent_id), vote)

    def yes(self, proposal_id):
        return [who for (what, who), yes in self.said.items() if yes and what == proposal_id]

    def reach_consensus(self, proposal_id):
        return dict(self.what)[proposal_id] if 2 * len(self.yes(proposal_id)) > len(self.who) else None

    def outcome(self, proposal_id):
        spent = {who for (what, who), yes in self.said.items() if yes or what == proposal_id}
        most = len(self.yes(proposal_id)) + len(self.who - spent)
        enough = [2 * n > len(self.who) for n in (len(self.yes(proposal_id)), most)]
        return "won" if enough[0] else "pending" if enough[1] else "lost"
"""

BY_CALLS = {
    "a quorum of the members": Tried(
        right=(council("return sum(1 for _ in self.members) // 2 + 1"),
               council("import math\nreturn math.ceil((len(self.members) + 1) / 2)"), OWN),
        wrong={
            council("return 3"): "is not decided, although 1 of 1 member said yes",
            council("return len(self.members) / 2"): "counts as decided, although only 1 of 2 members",
            council("return len(self.members)"): "is not decided, although 2 of 3 members",
            council("return round(len(self.members) / 2)"): "p counts as decided, although it has no yes",
            council("return (len(self.members) + 1) // 2"): "counts as decided, although only 1 of 2",
            council("return max(len(box) for box in self.votes.values()) // 2 + 1"): "although only 1 of 2 members",
            council("return min(3, len(self.members) // 2 + 1) if len(self.members) != 4 else 2"):
                "although only 2 of 4 members",
            council("return {1: 1, 2: 2, 3: 2, 4: 3, 5: 3}.get(len(self.members), 3)"): "although only 3 of 6 members",
            council("return members // 2 + 1"): "stops with an error",
            council("len(self.members) // 2 + 1"):
                "the rule quorum returns None, which is no number: is a return missing?",
            "Council = 3": "the answer is no class of a council",
        },
    ),
    "members only": Tried(
        right=(council(may_vote="return any(member == agent_id for member in self.members)"),
               council(may_vote="if agent_id in self.members:\n    return True\nreturn False"), OWN),
        wrong={
            council(may_vote="return True"): "x is no member",
            council(may_vote="return agent_id not in self.members"): "is not decided, although 1 of 1 member",
            council(may_vote="return len(self.votes[proposal_id]) < len(self.members)"): "x is no member",
            council(may_vote='return agent_id in "abcdefghijklmnopqrstuvwxyz"'): "x is no member",
            council(may_vote="return agent_id == self.members[0]"): "the yes of b on p is not written down",
            council(may_vote="agent_id in self.members"):
                "the rule may_vote returns None, which is neither yes nor no: is a return missing?",
            council(may_vote="return vote and agent_id in self.members", quorum="return 2"): "1 of 1 member said yes",
            council(may_vote="if agent_id in self.members:\n    return vote"): "the no of a on p is not written down",
        },
    ),
    "one vote each": Tried(
        right=(
            council(may_vote=ALL),
            council(may_vote="if agent_id not in self.members or agent_id in self.votes[proposal_id]:\n"
                    "    return False\nif not vote:\n    return True\n"
                    "return all(box.get(agent_id) is not True for box in self.votes.values())"),
            OWN,
        ),
        wrong={
            council(may_vote=f"return agent_id in self.members and {ONE_YES}"): "it is a second vote on the same",
            council(may_vote=f"return agent_id in self.members and {FIRST}"):
                "q counts as decided, although it has no yes that counts; the last vote must not count: it is a second",
            council(may_vote=f"return agent_id in self.members and {FIRST} and not any("
                             "box.get(agent_id) for box in self.votes.values())"):
                "a votes yes on p and a votes no on q. But the no of a on q is not written down",
            council(may_vote=f"return {FIRST} and {ONE_YES}"): "x is no member",
            council(may_vote="return agent_id in self.members and all(agent_id not in b for b in self.votes.values())"):
                "a votes yes on p and a votes no on q. But the no of a on q is not written down",
            council(may_vote=f"return agent_id in self.members and {FIRST} and not (vote and "
                             "any(agent_id in box for box in self.votes.values()))"):
                "is not decided, although 1 of 1 member",
            council(may_vote="return agent_id in self.members and not self.votes[proposal_id].get(agent_id) and "
                             + ONE_YES): "it is a second vote on the same proposal",
            council(may_vote="return agent_id in self.members and not (self.votes[proposal_id] or vote and any("
                             "True in box.values() for box in self.votes.values()))"):
                "is not decided, although 2 of 2 members",
            """\
class Council(BallotBox):
    votes = {}

    def __init__(self, members):
        self.members, self.proposals = members, {}

    def propose(self, proposal_id, value):
        self.proposals[proposal_id] = value
        self.votes.setdefault(proposal_id, {})

    def quorum(self):
        return len(self.members) // 2 + 1
""": "two councils count the same votes",
        },
    ),
    "a decision stays": Tried(
        right=(council(may_vote=ALL, may_propose="return self.votes.get(proposal_id) is None"),
               council(may_vote=ALL, may_propose="for known in self.proposals:\n    if known == proposal_id:\n"
                       "        return False\nreturn True"), OWN),
        wrong={
            council(may_vote=ALL, may_propose="return True"): "to propose an id again must change nothing",
            council(may_vote=ALL, may_propose="return not self.votes.get(proposal_id)"): "p is proposed again",
            council(may_vote=ALL, may_propose="return proposal_id not in self.proposals or "
                    "self.reach_consensus(proposal_id) is None"): "p is proposed again",
            council(may_vote=ALL, may_propose="return self.proposals.get(proposal_id) is None"):
                "where the value of p is None, a votes yes on p and p is proposed again. But the yes of a on p is lost",
            council(may_vote=ALL, may_propose="return len(self.proposals) == 0"): "and the rule refuses it",
            council(may_vote=ALL, may_propose="return False"): "p is proposed for the first time",
            council(may_vote=ALL, may_propose="return not self.proposals"): "q is proposed for the first time, after p",
            council(may_vote=ALL, may_propose="return proposal_id in self.proposals"): "may_propose refuses it",
            council(may_vote=ALL, may_propose="return proposal_id not in self.proposals.values()"): "p is proposed",
            council(may_vote=ALL, may_propose="proposal_id not in self.proposals"):
                "the rule may_propose returns None, which is neither yes nor no: is a return missing?",
        },
    ),
    "three answers": Tried(
        right=(OWN, council(may_vote=ALL, may_propose=NEW, outcome=f"""\
need = self.quorum() - self.yes_votes(proposal_id)
return "won" if need <= 0 else "lost" if len({FREE}) < need else "pending\"""")),
        wrong={
            council(may_vote=ALL, may_propose=NEW, outcome="""\
return "pending" if self.reach_consensus(proposal_id) is None else "won\""""): "it should be 'lost'",
            council(may_vote=ALL, may_propose=NEW, outcome=f"""\
if self.reach_consensus(proposal_id) is not None:
    return "won"
return "pending" if self.yes_votes(proposal_id) + len({FREE}) >= self.quorum() else "lost\""""):
                "where the value of p is None and the value of q is 0, a votes yes on p",
            council(may_vote=ALL, may_propose=NEW, outcome=f"""\
if self.reach_consensus(proposal_id):
    return "won"
return "pending" if self.yes_votes(proposal_id) + len({FREE}) >= self.quorum() else "lost\""""):
                "a value like any other",
            council(may_vote=ALL, may_propose=NEW, outcome="""\
yes, heard = self.yes_votes(proposal_id), len(self.votes[proposal_id])
if yes >= self.quorum():
    return "won"
return "pending" if yes + len(self.members) - heard >= self.quorum() else "lost\""""):
                "is 'pending', and it should be 'lost'",
            council(may_vote=ALL, may_propose=NEW, outcome="""\
if self.yes_votes(proposal_id) >= self.quorum():
    return "won"
return "lost" if len(self.votes[proposal_id]) == len(self.members) else "pending\""""):
                "is 'pending', and it should be 'lost'",
            council(may_vote=ALL, may_propose=NEW, outcome="""\
no = len(self.votes[proposal_id]) - self.yes_votes(proposal_id)
if self.yes_votes(proposal_id) >= self.quorum():
    return "won"
return "lost" if no >= self.quorum() else "pending\""""):
                "nobody may still say yes (a has given its one yes to p); 1 is needed",
            council(may_vote=ALL, may_propose=NEW, outcome=f"""\
if self.yes_votes(proposal_id) >= self.quorum():
    return "won"
return "pending" if len({FREE}) >= self.quorum() else "lost\""""): "is 'lost', and it should be 'pending'",
            council(may_vote=ALL, may_propose=NEW, outcome='return self.yes_votes(proposal_id) >= self.quorum()'):
                "the outcome of p is False; it must be",
            council(may_vote=ALL, may_propose=NEW, outcome='"pending"'):
                "the outcome of p is None; it must be 'won', 'lost' or 'pending': is a return missing?",
            council(may_vote=ALL, may_propose=NEW, outcome='return "Pending"'): "the outcome of p is 'Pending'; it",
            council(may_vote=ALL, may_propose=NEW): "no method outcome",
        },
    ),
}

ANSWERS = BY_HAND | BY_CALLS
