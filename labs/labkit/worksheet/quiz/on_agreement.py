"""The misconceptions about agreement: who votes, how often, how many are enough, who leads, and who may lie."""

from labkit.worksheet.quiz.form import QuizQuestion

QUESTIONS = (
    QuizQuestion(
        "Voting twice does no harm.",
        "Five agents vote on two proposals, and three yes votes win. An agent that is asked again after a time-out may "
        "say yes to the other proposal, and then both of its votes count. How many such agents does it take until both "
        "proposals can win?",
        {
            "one is enough":
                "It completes both: with two others it makes three for one proposal, and with the last two three for "
                "the other. A voter who counts twice is two voters.",
            "three, a majority":
                "Three would be enough without any other vote. With the four honest votes, two for each proposal, a "
                "single one tips both.",
            "it cannot happen: two majorities of five would need six agents":
                "They need six votes, and that is what there are: five agents, of which one votes twice.",
        },
        "one is enough", "02-consensus-algorithms", "2. The voting booth: find eight traps",
        "In the booth let one agent say yes to both proposals, and two others to each of them.",
    ),
    QuizQuestion(
        "Half is enough.",
        "Eight agents, four in each of two data centres. Each has one vote, and four votes decide. The line between "
        "the data centres is cut. What can happen?",
        {
            "nothing bad, as nobody votes twice":
                "Nobody has to. The four here and the four there have no member in common, so no single vote stands in "
                "the way.",
            "one side decides, the other has to wait":
                "Which one? Both sides have four votes, and neither can see what the other does.",
            "both sides decide, and differently":
                "Two quorums of four of eight need not meet. Five votes would be safe; then neither side decides "
                "while the line is cut, which is the price of an even split.",
        },
        "both sides decide, and differently", "02-consensus-algorithms", "3. Three answers, and a proof",
        "Ask for two winners where three of six are enough: the witness has six votes, each agent one.",
    ),
    QuizQuestion(
        "A majority of those I can reach is a quorum.",
        "A cluster has seven members. Two of them have heard nothing from the other five for an hour, and both say yes "
        "to a proposal. May they decide?",
        {
            "yes, both of those that are left agree":
                "Left for whom? The five may be well and may have decided otherwise. Counted like this, every group "
                "agrees with itself.",
            "no, a quorum is four of the seven":
                "It is counted among the members, whether or not they can be reached. So any two quorums share a "
                "member, and only one side of a cut can have one.",
            "yes, after an hour they may strike the others off the list":
                "The five could strike these two off at the same moment, and then there are two clusters. A change of "
                "the membership needs a quorum of the old members.",
        },
        "no, a quorum is four of the seven", "02-consensus-algorithms", "4. Why any two quorums must meet",
        "Isolate two of five and propose on both sides: only the three decide.",
    ),
    QuizQuestion(
        "All must be up to agree.",
        "Nine agents vote. To be on the safe side somebody asks for all nine votes. How many crashes can a vote "
        "survive, with all nine and with a majority?",
        {
            "eight and four":
                "It is the other way round: the more votes are needed, the fewer may be missing. With all nine needed "
                "the first crash stops everything.",
            "four and four: nine agents are nine agents":
                "The number of agents does not settle it, the number of votes that are needed does. If nine are "
                "needed, none may be missing.",
            "none and four":
                "Asking for all is safe, and it stops with the first crash. Five of nine are just as safe, for any "
                "two fives of nine meet, and four agents may be down.",
        },
        "none and four", "02-consensus-algorithms", "5. Must all be up?",
        "Crash two of five and let one propose: the three others decide.",
    ),
    QuizQuestion(
        "Two-phase commit is consensus and never blocks.",
        "Two-phase commit. All participants have voted yes; then the coordinator crashes before it has told anybody "
        "the outcome. The participants can still talk to each other. What may they do?",
        {
            "commit, since a majority voted yes":
                "Here a majority is not asked: all or nothing needs every vote, the coordinator's own included. It may "
                "have decided to abort.",
            "wait until the coordinator is back":
                "It may have told its client either thing, so whatever they choose may contradict it. They hold what "
                "they have reserved, and wait.",
            "abort, after a time-out":
                "The coordinator may have told its client “commit” in the moment before it crashed. Then an abort "
                "breaks a promise.",
        },
        "wait until the coordinator is back", "02-consensus-algorithms", "6. Two-phase commit: all or nothing",
        "Let the explorer look for a block: one crash at the wrong moment, four events.",
    ),
    QuizQuestion(
        "There is only ever one leader.",
        "Raft. The leader of term 3 is cut off, and the others elect a leader for term 4. When does the old one stop "
        "believing that it leads?",
        {
            "at once: the election ends its term":
                "The election was held where it could not hear it. No message has reached it, and agents know only "
                "what messages have brought.",
            "when its heartbeats are no longer answered":
                "Plain Raft does not count unanswered heartbeats. A leader that steps down for that reason is an "
                "addition, called check quorum.",
            "when it hears of term 4, which may take as long as the cut":
                "Until then there are two leaders, in different terms. That is harmless because the old one cannot "
                "commit anything, and because whoever acts on its word can look at the term.",
        },
        "when it hears of term 4, which may take as long as the cut",
        "02b-paxos-and-raft", "4. Raft: first a leader, then a log",
        "Isolate the leader with one other agent and run on: two leaders, and every light is green.",
    ),
    QuizQuestion(
        "Three agents survive one liar.",
        "One of three agents gives the two others an order, and those two tell each other what it was. Messages are "
        "not signed, and one of the three may say different things to different others. What do they need, so that the "
        "honest ones follow the same order, and the right one where the first agent is honest?",
        {
            "one more agent":
                "With four, two honest voices stand against one lie. To survive m liars takes more than 3m agents.",
            "nothing: two of three are a majority":
                "An honest agent hears one order from the first and another from its colleague. It cannot tell which "
                "of the two lies, so it does not know where the majority is.",
            "one more round in which all repeat what they have heard":
                "The liar takes part in that round, too, and repeats its lie. Two voices still contradict each other.",
            "two more agents, as five survive two crashes":
                "For m agents that fall silent 2m + 1 are enough, so five survive two crashes. Liars have another "
                "rule, more than 3m, and for one liar that is four.",
        },
        "one more agent", "02b-paxos-and-raft", "6. Deeper: what a liar costs",
        "Try every lie of one lieutenant: some work among three agents, none among four.",
    ),
)
