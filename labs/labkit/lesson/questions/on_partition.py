"""What the lesson on partitioning and recovery asks before it shows, and the questions of the gallery of faults."""

from labkit.lesson.questions.form import Question

QUESTIONS = {
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
