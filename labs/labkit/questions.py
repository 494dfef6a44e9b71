"""What the lessons ask before they show: each question with its answer and the reason why.

They stand here and not in the notebooks, so that nobody reads the answer before predicting. The tests check every
answer against the networks themselves.
"""

from dataclasses import dataclass

from labkit.names import listed


@dataclass(frozen=True)
class Question:
    """A prediction to make: one of the choices is the answer, `because` explains it."""

    text: str
    choices: tuple[str, ...]
    answer: str
    because: str

    def __post_init__(self) -> None:
        if self.answer not in self.choices:
            raise ValueError(f"the answer {self.answer!r} is none of the choices: add it to {list(self.choices)}")


def question(name: str) -> Question:
    """The question of that name; ValueError with the names there are."""
    if name not in QUESTIONS:
        raise ValueError(f"there is no question {name!r}: choose one of {listed(QUESTIONS, most=60)}")
    return QUESTIONS[name]


QUESTIONS: dict[str, Question] = {
    "star, hub crashes": Question(
        "Eight agents in a star. The hub crashes. Into how many partitions do the other seven fall?",
        ("1", "2", "7"), "7",
        "Each of the seven had one link, and it led to the hub. Now everyone is alone. The hub is a single point of "
        "failure: one crash, and nobody reaches anybody. The table names it under “Splits if it crashes”.",
    ),
    "mesh, broadcast": Question(
        "One agent floods a mesh of eight with news. How many messages are sent in all?",
        ("7", "28", "49"), "49",
        "The first agent sends 7. Each of the seven others passes it on to the 6 that it did not hear it from: "
        "7 + 42 = 49. Only 7 of them told anybody anything new. With n agents it is (n − 1)².",
    ),
    "ring, second cut": Question(
        "One link of a ring of eight is cut; all still reach each other. You cut a second link. What then?",
        ("never a split", "two partitions, whichever link it is", "a split only if the cuts are far apart"),
        "two partitions, whichever link it is",
        "After the first cut the ring is a line, and a line has no second way. Each of its links is a bridge: "
        "cut it, and the line falls in two. The table lists them under “Splits if it is cut” after the first cut.",
    ),
    "tree, cut at the root": Question(
        "Fifteen agents, two children each. You cut the link between the root a and its child b. "
        "What share of all pairs can still talk?",
        ("about 93 %", "about 75 %", "about 47 %"), "about 47 %",
        "The cut leaves 7 agents on one side and 8 on the other. 21 + 28 = 49 pairs are left of 105. The same cut at "
        "a leaf takes 14 pairs, and 87 % are left.",
    ),
    "hybrid, a hub crashes": Question(
        "Twelve agents: a ring of three stars of four. Hub a crashes. "
        "Into how many partitions do the other eleven fall?",
        ("1", "2", "4"), "4",
        "The three workers of a are alone, each for itself: three partitions. The other two stars are still joined "
        "by the link between their hubs: the fourth.",
    ),
    "thinking agents": Question(
        "Twenty thinking agents, 4 seconds a hop. In which topology does the longest way take longest?",
        ("star", "mesh", "ring", "tree"), "ring",
        "Half round a ring of 20 is 10 hops: 40 seconds. The tree needs 7 hops, the star 2, the mesh 1. But flooding "
        "the mesh is 361 messages, and 361 messages of 800 tokens are 288,800 tokens.",
    ),
    "bridge": Question(
        "A mesh of eight, cut down to two halves and one link between them. How many partitions are there?",
        ("1", "2", "8"), "1",
        "One link is enough to be connected, so a detector of partitions reports nothing. But 16 of the 28 pairs "
        "depend on this link, and its two ends relay all that the halves say to each other.",
    ),
    "ring of majorities": Question(
        "Five agents; each hears two others, so each sees three of five: a majority. "
        "Can all five follow one leader whom they hear directly?",
        ("yes, everyone hears a majority", "no, nobody is heard by all"), "no, nobody is heard by all",
        "Each agent sees another majority. Whoever leads is silent for the two agents that do not hear it. They see "
        "a majority, so they may elect a new leader, who is silent for two others. And so on.",
    ),
    "two yes": Question(
        "Five agents, two proposals; three yes are enough. Nothing keeps an agent from saying yes to both. "
        "How few yes make both proposals win?",
        ("3", "5", "6", "10"), "6",
        "Three agents that say yes twice are enough: 3 + 3 = 6. Each of the three counts as if it were two. The other "
        "two agents need not even vote. Try it: the booth calls this trap “two yes”.",
    ),
    "half is enough": Question(
        "Six agents, one yes each. Half of them are enough: a quorum of 3. Can two proposals win?",
        ("no, each agent has one yes only", "yes"), "yes",
        "a, b and c for one, d, e and f for the other. No agent said yes twice, and yet there are two winners. Half is "
        "not enough, it must be more than half: 4 of 6.",
    ),
    "majority of those I reach": Question(
        "Five agents. a and b are cut off from c, d and e. A proposal is made on each side. Who decides?",
        ("both sides, each with a majority of those it can reach", "nobody, as not all can talk", "only c, d and e"),
        "only c, d and e",
        "A quorum is 3 of all 5, whoever can be reached. Three are a quorum and two are not. If each side took a "
        "majority of those it reaches, both would decide, and differently.",
    ),
    "two are down": Question(
        "Five agents vote with a majority. Two of them have crashed. Can the others still decide?",
        ("no, all must be up", "yes, all three must say yes", "yes, two are enough now"),
        "yes, all three must say yes",
        "A quorum is still 3 of 5, for the dead are members too: nobody can know that they are dead. The three that "
        "are left can decide if all of them agree. With a third crash, nothing is decided any more.",
    ),
    "split vote": Question(
        "Four agents. Each says yes to the first proposal that it hears of, and only to that one. Two proposals were "
        "made at once: two yes each. How does it go on?",
        ("the earlier proposal wins", "both win", "nothing is ever decided"), "nothing is ever decided",
        "Three of four are needed, and every yes is spent. Which of the two came first nobody can say: each agent saw "
        "its own order. The vote is safe, for there is no wrong winner, but there is no right one either.",
    ),
    "coordinator crashes": Question(
        "Two-phase commit. b and c have voted yes; the coordinator a crashes before it tells the outcome. "
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
        "Whatever is lost takes a part of the sum with it. The estimates still come together, for that needs only "
        "mixing. But they come together at another number: at 27.48 in this run.",
    ),
    "late rival": Question(
        "Paxos with five agents. A majority has accepted red, and its proposer a has crashed before it could tell "
        "anyone. Now e, asked by a client, proposes blue with a higher ballot. What is decided?",
        ("red", "blue", "nothing until a is back"), "red",
        "e must first collect promises from a majority. Any majority shares an agent with the one that accepted red, "
        "and this agent reports it. So e proposes red, in its own ballot. Its client hears: red.",
    ),
    "by luck": Question(
        "Paxos with three agents and two rivals, but the proposer forgets the rule and always proposes its own value. "
        "We run it 200 times, with other delays each time. How often do two agents decide differently?",
        ("never", "about 20 times", "more than half the time"), "never",
        "Two rivals that begin at the same time disturb each other, and hardly ever does one finish just between the "
        "other's steps. Tests by chance find what happens often. This fault is rare and deadly.",
    ),
    "two leaders": Question(
        "Raft with five agents. Can two of them believe at the same time that they are the leader?",
        ("no, that is what elections are for", "yes, but in different terms", "yes, in the same term"),
        "yes, but in different terms",
        "A leader that is cut off is told nothing, so it goes on leading its term. The others elect a new one, in a "
        "later term. No term has two leaders, for each agent has one vote a term.",
    ),
    "asked the wrong leader": Question(
        "The old leader is cut off with one follower; the three others have a new leader. One client asks the old "
        "leader for x=2, another asks the new one for x=3. Then the links heal. What becomes of x=2?",
        ("it is written, and merged later", "the client gets an error at once", "no answer, and in the end it is gone"),
        "no answer, and in the end it is gone",
        "The old leader writes it into its log, but can never count three copies, so it never answers. x=3 has "
        "three copies and is answered. After the cut the new leader's log replaces the old one's, x=2 and all.",
    ),
    "one liar of three": Question(
        "Three agents: a loyal general, a loyal lieutenant, and a lieutenant that lies. The general says attack to "
        "both, and they tell each other. Can the loyal lieutenant always find out what its general said?",
        ("yes, two of three are loyal", "no", "only if the liar is silent"), "no",
        "It hears “attack” from the general and “he said retreat” from the other. One of them lies, but which? If the "
        "general lied it would hear the very same words. With four agents there is a third voice to ask.",
    ),
    "order of the agents": Question(
        "Three agents; a sends to b and c sends to b, each link one way only. You ask the lesson's detector, and list "
        "the agents in another order each time. How many different answers do you get?",
        ("1", "2", "3"), "3",
        "It starts with the first agent of the list and follows the arrows. From a it finds a and b, from c it finds "
        "c and b, from b only b. Nothing has changed but the list. Say first what “together” means: both ways, or one.",
    ),
    "patience": Question(
        "One message in five is lost. Nobody is down for a long time. You halve the patience of the detector from 200 "
        "to 100 units. What do you pay?",
        ("nothing", "more false alarms", "more messages"), "more false alarms",
        "A heartbeat comes every 50 units. With patience 100 two lost ones in a row look like a death, with 200 it "
        "takes four. You notice a crash sooner, with as many messages, and cry wolf more often.",
    ),
    "all hear a majority": Question(
        "Five agents run Raft. Each still hears two others and nobody passes messages on, so each hears a majority. "
        "The network is connected. What do you see in the next 10,000 units?",
        ("one leader that stays", "leaders that change again and again"), "leaders that change again and again",
        "Two of the five never hear the leader. They lose patience and stand for election in a new term, and whoever "
        "hears of that term deposes the leader. Connected is not healthy.",
    ),
    "half is a quorum": Question(
        "Five agents, cut into two and three. Somebody has set the quorum to 2. What do the sides do?",
        ("only the larger decides", "both decide, and differently", "nobody decides"), "both decide, and differently",
        "Two and two can be found among five without a shared agent, so nobody stops either side. That is split brain. "
        "With 3 of 5 any two quorums share an agent, and only one side can have one.",
    ),
    "no answer": Question(
        "A client asks a Raft leader. Ten units later the leader is cut off, and the client never gets an answer. "
        "Was its request written?",
        ("no: no answer means no", "yes: it was asked", "sometimes yes, sometimes no"), "sometimes yes, sometimes no",
        "If a copy reached an agent that is elected next, the request is committed after all. If not, it is gone. The "
        "client sees the same silence in both cases. So ask again only what does no harm when done twice.",
    ),
    "two of three": Question(
        "The network is cut. A client asks an agent on the small side to write. What can the agent do at best?",
        ("write and be sure", "answer at once and risk a conflict, or not answer", "nothing at all"),
        "answer at once and risk a conflict, or not answer",
        "It cannot know what the other side writes meanwhile. There is no third way, and no triangle to pick from: the "
        "cut is not your choice. What you choose is what each request does while it lasts.",
    ),
    "last write": Question(
        "Replicas always answer and keep the last write. Both sides of a cut write under the same eight keys. All "
        "sixteen writes are acknowledged. How many of them can nobody read after the heal?",
        ("none", "8", "16"), "8",
        "Of each pair one goes, and its client was told that it is stored. “Last” is the higher stamp, not the later "
        "hour. Last writer wins is a way to lose data in silence.",
    ),
    "healed": Question(
        "All links are healed at time 3,000. When do all agents hold the same again?",
        ("at once", "some time later", "never"), "some time later",
        "A link carries messages; it does not know what was missed. Somebody has to find the difference, send it and "
        "take it in. Until then a read may be stale. Healed is not recovered.",
    ),
    "halves": Question(
        "Five agents run Raft and fall into two and three. On how many of the two sides are writes still acknowledged, "
        "once the sides have noticed?",
        ("none", "one", "both"), "one",
        "A quorum is three of five, counted against the membership. Only the three have one, whoever led before. The "
        "two go on running, and that is all they do.",
    ),
    "isolate one": Question(
        "One agent of five loses all its links. It does not lead, and the other four work on. What happens when its "
        "links come back?",
        ("it catches up, and that is all", "the leader steps down and all elect again", "its old log wins"),
        "the leader steps down and all elect again",
        "In its silence it stood for election again and again, each time in a higher term. Whoever hears of a higher "
        "term steps down, so the one that was away disturbs all others. Nothing is lost. Raft has a remedy that is "
        "left out here, a vote before the vote (Ongaro 2014, §9.6).",
    ),
    "isolate the leader": Question(
        "The leader of five loses all its links and stays up. 2,000 units later, how many agents believe that they "
        "lead, in plain Raft?",
        ("0", "1", "2"), "2",
        "The four have elected another one, in a higher term. Nobody can tell the old one. It leads on in the old term "
        "and can commit nothing. With check quorum it steps down by itself, and it is 1.",
    ),
    "one link left": Question(
        "Only one link is left between two halves, and messages may take it. What do the clients of Raft notice?",
        ("nothing", "one election", "the small half is blocked"), "nothing",
        "As long as agents pass messages on, one link is enough for all of them. But it is the only one: whoever owns "
        "the bridge owns your cluster.",
    ),
    "one-way links": Question(
        "One agent is heard by all but hears nobody. It does not lead. What does it do to a Raft cluster?",
        ("nothing: it is one of five", "it forces one election after the other", "it makes acknowledged writes vanish"),
        "it forces one election after the other",
        "It hears no leader, so it stands for election, and all hear that: a new term. It hears no vote, so it tries "
        "again. The agent that is half dead does more harm than one that is dead.",
    ),
    "flapping": Question(
        "The links of one agent fail four times, for 250 units each. It waits 150 to 300 units for its leader before "
        "it stands for election. In which term is the cluster at the end, if it began in term 1?",
        ("1", "2 or 3", "6 or more"), "6 or more",
        "Each time it is away it may stand for election, once or twice, and each time it comes back its term deposes "
        "the leader. A link that comes and goes costs more than one that is gone.",
    ),
    "slow, not dead": Question(
        "All messages to and from one agent take fifteen times as long as the others'. Is this better or worse for "
        "five agents with Raft than if it were down?",
        ("better: it still takes part", "the same", "mostly harmless, sometimes far worse"),
        "mostly harmless, sometimes far worse",
        "Mostly the heartbeats it hears are late but regular. Where it misses the first ones it stands for election, "
        "and its high terms, arriving late, depose one leader after the other: in the worst of forty runs, seed 8, "
        "only 7 of 25 requests were answered with a yes. An agent that is down would have cost five.",
    ),
    "3-3-3 split": Question(
        "Nine agents fall into three groups of three. How many of the groups can decide?",
        ("0", "1", "3"), "0",
        "A quorum is five of nine. No group has it, so nobody decides: consensus gives up answers before it gives up "
        "agreement. Replicas answer in all three, and pay for it at the heal.",
    ),
    "cascading": Question(
        "One Raft agent after the other crashes, until two of five are left. At the end all come back. How many "
        "acknowledged writes are lost?",
        ("none", "those since the first crash", "those that only the crashed agents had"), "none",
        "What is acknowledged was on the disks of three of five before the answer went out, and disks outlive a crash. "
        "Two agents alone acknowledge nothing. A crash loses only what was promised too early.",
    ),
    "late write": Question(
        "c gets a lock that runs out after 100 units, and sends its write at once. The message takes 300 units. The "
        "lock runs out, d gets it and writes. Now c's write arrives. What does a store do that trusts the lock?",
        ("it refuses it", "it takes it, on top of d's write", "this cannot happen: c has the lock"),
        "it takes it, on top of d's write",
        "When c sent its write it did hold the lock, and nobody can call the message back. So the lock needs a number "
        "that grows with each holder, a fencing token, and the store refuses a lower one than it has seen "
        "(Burrows 2006, §2.4).",
    ),
}
