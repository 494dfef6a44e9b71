"""The questions of the lesson on topologies."""

from labkit.lesson.questions.form import Question

QUESTIONS = {
    "star, hub crashes": Question(
        "Eight agents in a star. The hub crashes. Into how many partitions do the other seven fall?",
        ("1", "2", "7"), "7",
        "Each of the seven had one link, to the hub. Now each is alone. The hub is a single point of failure: one "
        "crash, and nobody reaches anybody. Under More measures the table names it: “Splits if it crashes”.",
    ),
    "mesh, broadcast": Question(
        "One agent floods a mesh of eight with news. How many messages are sent in all?",
        ("7", "28", "49"), "49",
        "The first agent sends 7. Each of the seven others passes it on to the 6 that it did not hear it from: "
        "7 + 42 = 49. Only 7 of them carried news to their receiver. With n agents it is (n − 1)².",
    ),
    "ring, second cut": Question(
        "One link of a ring of eight is cut; all still reach each other. You cut a second link. What then?",
        ("never a split", "two partitions, whichever link it is", "a split only if the cuts are far apart"),
        "two partitions, whichever link it is",
        "After the first cut the ring is a line, which has only one path between two agents. Each of its links is a "
        "bridge: cut it, and the line splits in two. After the first cut, More measures lists them: “Splits if "
        "it is cut”.",
    ),
    "tree, cut at the root": Question(
        "A tree of fifteen agents, two children each. You cut the link between the root a and its child b. "
        "What share of all pairs can still talk?",
        ("about 93 %", "about 75 %", "about 47 %"), "about 47 %",
        "The cut leaves 7 agents on one side and 8 on the other. 21 + 28 = 49 pairs are left of 105. The same cut at "
        "a leaf separates 14 pairs, and 87 % are left.",
    ),
    "hybrid, a hub crashes": Question(
        "Twelve agents: a ring of three stars of four. Hub a crashes. "
        "Into how many partitions do the other eleven fall?",
        ("1", "2", "4"), "4",
        "The three workers of a are each alone: three partitions. The other two stars are still joined by the link "
        "between their hubs: the fourth.",
    ),
    "thinking agents": Question(
        "Twenty thinking agents, 4 seconds per hop. In which topology does the longest path take the most time?",
        ("star", "mesh", "ring", "tree"), "ring",
        "Halfway round a ring of 20 is 10 hops: 40 seconds. The tree needs 7 hops, the star 2, the mesh 1. But "
        "flooding the mesh takes 361 messages, and 361 messages of 800 tokens are 288,800 tokens.",
    ),
    "bridge": Question(
        "A mesh of eight is cut down to two halves and one link between them. How many partitions are there?",
        ("1", "2", "8"), "1",
        "One link is enough to be connected, so a detector of partitions reports nothing. But 16 of the 28 pairs "
        "depend on this link, and its two ends relay all that the halves say to each other.",
    ),
    "ring of majorities": Question(
        "Five agents; each hears two others, so with itself it sees three of five: a majority. An agent follows only a "
        "leader that it hears directly. How many of the five, the leader included, can follow one leader at most?",
        ("5", "4", "3"), "3",
        "Each agent sees a different majority. Any leader is silent to the two agents that do not hear it. They see "
        "a majority, so they may elect a new leader, which is silent to two others. And so on.",
    ),
}
