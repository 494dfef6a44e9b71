"""The questions of the lessons on consensus."""

from labkit.lesson.questions.form import Question

QUESTIONS = {
    "two yes": Question(
        "Five agents, two proposals; three yes are enough. Nothing keeps an agent from saying yes to both. "
        "How few yes votes make both proposals win?",
        ("3", "5", "6", "10"), "6",
        "Three agents that say yes twice are enough: 3 + 3 = 6. Each of the three counts as if it were two. The other "
        "two agents need not even vote. Try it: the booth calls this the trap “two yes”.",
    ),
    "half is enough": Question(
        "Six agents have one yes vote each. Half of them are enough: a quorum of 3. Can two proposals win?",
        ("no, each agent has one yes only", "yes"), "yes",
        "a, b and c vote for one, d, e and f for the other. No agent said yes twice, and yet there are two winners. "
        "Half is not enough; it must be more than half: 4 of 6.",
    ),
    "majority of those I reach": Question(
        "Five agents. a and b are cut off from c, d and e. A proposal is made on each side. Who decides?",
        ("both sides, each with a majority of those it can reach", "nobody, as not all can talk", "only c, d and e"),
        "only c, d and e",
        "A quorum is 3 of all 5, no matter which can be reached. Three are a quorum and two are not. If each side took "
        "a majority of those it reaches, both would decide, and differently.",
    ),
    "two are down": Question(
        "Five agents vote with a majority. Two of them have crashed. Can the others still decide?",
        ("no, all must be up", "yes, all three must say yes", "yes, two are enough now"),
        "yes, all three must say yes",
        "A quorum is still 3 of 5: crashed agents remain members, because nobody can know that they have crashed. The "
        "three that are left can decide if all of them agree. After a third crash, nothing can be decided.",
    ),
    "split vote": Question(
        "Four agents. Each says yes to the first proposal that it hears of, and only to that one. Two proposals are "
        "made at once, and no message is lost. What is the worst that can come of it?",
        ("the later proposal wins", "both win", "nothing is ever decided"), "nothing is ever decided",
        "If each gets two yes votes, every yes has been used. Three of four are needed. Nobody can say which of the "
        "two came first: each agent "
        "saw its own order. The vote is safe, because there is no wrong winner, but there is no right one either.",
    ),
    "coordinator crashes": Question(
        "Two-phase commit. b and c have voted yes; the coordinator a crashes before it announces the outcome. "
        "What may b and c do?",
        ("commit, for both voted yes", "abort, for nobody told them to commit", "nothing but wait"),
        "nothing but wait",
        "a may have told its client “commit”, so they may not abort. a may have decided to abort, so they may not "
        "commit. Whatever they choose may contradict a. They wait until a is back.",
    ),
    "lost gossip": Question(
        "Five sensors measured 10, 20, 30, 40 and 50, so the average is 30. Each gives half of what it holds to the "
        "next, over and over; one message in five is lost. What happens?",
        ("they come to 30, only later", "they never agree", "they agree on a number that may be another"),
        "they agree on a number that may be another",
        "Each lost message takes part of the sum with it. The estimates still come together, because that needs only "
        "mixing. But they meet at another number: 32.72 in this run.",
    ),
    "late rival": Question(
        "Paxos with five agents. A majority has accepted red, and its proposer a has crashed before it could tell "
        "anyone. Now e, at the request of a client, proposes blue with a higher ballot. What is decided?",
        ("red", "blue", "nothing until a is back"), "red",
        "e must first collect promises from a majority. Any majority shares an agent with the one that accepted red, "
        "and this agent reports it. So e proposes red, with its own ballot. Its client is told: red.",
    ),
    "by luck": Question(
        "Paxos with three agents and two rivals, but the proposer forgets the rule and always proposes its own value. "
        "We run it 200 times, with different delays each time. How often do two agents decide differently?",
        ("never", "about 20 times", "more than half the time"), "never",
        "Two rivals that begin at the same time disturb each other, and one hardly ever finishes exactly between the "
        "other's steps. Random tests find what happens often. This fault is rare and deadly.",
    ),
    "two leaders": Question(
        "Raft with five agents. Can two of them believe at the same time that they are the leader?",
        ("no, that is what elections are for", "yes, but in different terms", "yes, in the same term"),
        "yes, but in different terms",
        "A leader that is cut off hears nothing, so it continues to lead its term. The others elect a new one, in a "
        "later term. No term has two leaders, because each agent has one vote per term.",
    ),
    "asked the wrong leader": Question(
        "The old leader is cut off with one follower; the three others have a new leader. One client asks the old "
        "leader for x=2, another asks the new one for x=3. Then the links are healed. What becomes of x=2?",
        ("it is written, and merged later", "the client gets an error at once", "no answer, and in the end it is gone"),
        "no answer, and in the end it is gone",
        "The old leader writes it into its log, but can never count three copies, so it never answers. x=3 has "
        "three copies and is answered. After the cut the new leader's log replaces the old one's, including x=2.",
    ),
    "one liar of three": Question(
        "Three agents: a loyal general, a loyal lieutenant, and a lieutenant that lies. The general says attack to "
        "both, and they tell each other. Can the loyal lieutenant always find out what its general said?",
        ("yes, two of three are loyal", "no", "only if the liar is silent"), "no",
        "It hears “attack” from the general and “he said retreat” from the other. One of them lies, but which? If the "
        "general were lying, it would hear the same words. With four agents there is a third voice to ask.",
    ),
}
