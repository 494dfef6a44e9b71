"""The questions of the lesson on partitioning and recovery, and those of the gallery of faults."""

from labkit.lesson.questions.form import Question

QUESTIONS = {
    "order of the agents": Question(
        "Three agents; a sends to b and c sends to b, each link one way only. You ask the lesson's detector and list "
        "the agents in every order in turn. How many different answers do you get?",
        ("1", "2", "3"), "3",
        "It starts with the first agent of the list and follows the arrows. From a it finds a and b, from c it finds "
        "c and b, from b only b. Only the list has changed. Define first what “together” means: both ways, or one.",
    ),
    "patience": Question(
        "One message in five is lost, and no agent is down for long. You halve the patience of the detector from 200 "
        "to 100 units. What does it cost?",
        ("nothing", "more false alarms", "more messages"), "more false alarms",
        "A heartbeat is sent every 50 units. With patience 100, two lost ones in a row look like a crash; with 200 it "
        "takes four. You notice a crash sooner, with as many messages, and raise more false alarms.",
    ),
    "all hear a majority": Question(
        "Five agents run Raft. Each still hears two others and nobody passes messages on, so each hears a majority. "
        "The network is connected. What do you see in the next 10,000 units?",
        ("one leader that stays", "leaders that change again and again"), "leaders that change again and again",
        "Two of the five never hear the leader. They time out and start an election in a new term, and agents that "
        "hear of that term abandon the leader. Connected is not healthy.",
    ),
    "half is a quorum": Question(
        "Five agents are cut into two and three. The quorum has been set to 2. What do the sides do?",
        ("only the larger decides", "both decide, and differently", "nobody decides"), "both decide, and differently",
        "Five agents contain two quorums of two without a shared agent, so nothing stops either side. That is split "
        "brain. With 3 of 5 any two quorums share an agent, and only one side can have one.",
    ),
    "no answer": Question(
        "A client asks a Raft leader. Ten units later the leader is cut off, and the client never gets an answer. "
        "Was its request written?",
        ("no: no answer means no", "yes: it was asked", "sometimes yes, sometimes no"), "sometimes yes, sometimes no",
        "If a copy reached an agent that is elected next, the request is committed after all. If not, it is gone. The "
        "client sees the same silence in both cases. So repeat a request only if doing it twice does no harm.",
    ),
    "two of three": Question(
        "The network is cut. A client asks an agent on the small side to write. What can the agent do at best?",
        ("write and be sure", "answer at once and risk a conflict, or not answer", "nothing at all"),
        "answer at once and risk a conflict, or not answer",
        "It cannot know what the other side writes meanwhile. There is no third option, and no triangle to pick from: "
        "the cut is not your choice. You choose only what each request does while it lasts.",
    ),
    "last write": Question(
        "Replicas always answer and keep the last write. Both sides of a cut write to the same eight keys. All sixteen "
        "writes are acknowledged. How many of them can nobody read after the heal?",
        ("none", "8", "16"), "8",
        "One write of each pair is dropped, although its client was told that it is stored. “Last” is the higher "
        "stamp, not the later time. Last writer wins is a way to lose data silently.",
    ),
    "healed": Question(
        "All links are healed at time 3,000. When do all agents hold the same data again?",
        ("at once", "some time later", "never"), "some time later",
        "A link carries messages; it does not know what was missed. The agents have to find the difference, send it "
        "and apply it. Until then a read may be stale. Healed is not recovered.",
    ),
    "halves": Question(
        "Five agents run Raft and are split into two and three. On how many of the two sides are writes still "
        "acknowledged, once the sides have noticed?",
        ("none", "one", "both"), "one",
        "A quorum is three of all five members. Only the three have one, whichever agent led before. The two keep "
        "running, but they commit nothing.",
    ),
    "isolate one": Question(
        "One agent of five loses all its links. It does not lead, and the other four continue. What happens when its "
        "links come back?",
        ("it catches up, and that is all", "the leader steps down and all elect again", "its old log wins"),
        "the leader steps down and all elect again",
        "While isolated it started one election after another, each in a higher term. A leader that hears of a higher "
        "term steps down, so the returning agent disturbs all others. Nothing is lost. The remedy is a vote before the "
        "vote (Ongaro 2014, §9.6): with pre-vote the leader stays.",
    ),
    "isolate the leader": Question(
        "The leader of five loses all its links and stays up. In plain Raft, how many agents believe 2,000 units later "
        "that they lead?",
        ("0", "1", "2"), "2",
        "The four have elected a new one, in a higher term. Nobody can tell the old one. It still leads the old term, "
        "but can commit nothing. With check quorum it steps down by itself, and the answer is 1.",
    ),
    "one link left": Question(
        "Only one link is left between two halves, and messages may take it. What do the clients of Raft notice?",
        ("nothing", "one election", "the small half is blocked"), "nothing",
        "As long as agents forward messages, one link is enough for all of them. But it is the only one: the cluster "
        "depends on this bridge.",
    ),
    "one-way links": Question(
        "One agent is heard by all but hears nobody. It does not lead. What does it do to a Raft cluster?",
        ("nothing: it is one of five", "it forces one election after the other", "it makes acknowledged writes vanish"),
        "it forces one election after the other",
        "It hears no leader, so it starts an election, and all hear of the new term. It hears no vote, so it tries "
        "again. An agent that is half dead does more harm than one that is dead.",
    ),
    "flapping": Question(
        "The links of one agent fail four times, for 250 units each. It waits 150 to 300 units for its leader before "
        "it starts an election. In which term is the cluster at the end, if it began in term 1?",
        ("1", "2 or 3", "6 or more"), "6 or more",
        "Each time it is away it may start an election or two, and each time it comes back, its higher term makes the "
        "leader step down. A link that comes and goes costs more than one that is gone.",
    ),
    "slow, not dead": Question(
        "All messages to and from one agent take fifteen times as long as the others'. Is this better or worse for "
        "five agents with Raft than if it were down?",
        ("better: it still takes part", "the same", "mostly harmless, sometimes far worse"),
        "mostly harmless, sometimes far worse",
        "Usually the heartbeats it hears are late but regular. If it misses the first ones it starts elections, and "
        "its high terms, arriving late, make one leader after another step down: in the worst of forty runs, seed 18, "
        "only 9 of 25 requests were answered with a yes. An agent that is down would have cost five.",
    ),
    "3-3-3 split": Question(
        "Nine agents are split into three groups of three. How many of the groups can decide?",
        ("0", "1", "3"), "0",
        "A quorum is five of nine. No group has one, so nobody decides: consensus gives up answers before it gives up "
        "agreement. Replicas answer in all three, and pay for it at the heal.",
    ),
    "cascading": Question(
        "Raft agents crash one after another, until two of five are left. At the end all come back. How many "
        "acknowledged writes are lost?",
        ("none", "those since the first crash", "those that only the crashed agents had"), "none",
        "What is acknowledged was on the disks of three of five before the answer was sent, and disks survive a crash. "
        "Two agents alone acknowledge nothing. A crash loses only what was acknowledged too early.",
    ),
    "overload": Question(
        "Five Raft agents, each busy most of its time with heartbeats and their answers. The leader pauses for 400 "
        "units; then all that waited comes on top. What happens?",
        ("another one leads, and the work goes on", "leaders change without end", "the queues grow until all stands "
         "still"),
        "another one leads, and the work goes on",
        "The others miss the heartbeats and elect another leader within 250 units. What waited is done soon, because "
        "it did not grow while it waited: no client here asks again. Clients that repeat what is late change that; "
        "lesson 05 shows it.",
    ),
    "late write": Question(
        "c gets a lock that expires after 100 units, and sends its write at once. The message takes 300 units. The "
        "lock expires, d gets it and writes. Now c's write arrives. What does a store do that trusts the lock?",
        ("it refuses it", "it takes it, on top of d's write", "this cannot happen: c has the lock"),
        "it takes it, on top of d's write",
        "When c sent its write it did hold the lock, and nobody can recall the message. So the lock needs a number "
        "that grows with each holder, a fencing token, and the store refuses a token lower than the highest it has "
        "seen (Burrows 2006, §2.4).",
    ),
}
