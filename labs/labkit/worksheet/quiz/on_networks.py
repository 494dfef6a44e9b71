"""The misconceptions about networks: more links, stars, cuts of a ring, and what a connected network is worth."""

from labkit.worksheet.quiz.form import QuizQuestion

QUESTIONS = (
    QuizQuestion(
        "More links are always better.",
        "Twenty agents pass news on by flooding. You replace their tree of 19 links by a mesh of 190 links. How does "
        "the number of messages for one piece of news change?",
        {
            "it falls: everybody is one hop away":
                "What falls is the time. An agent that hears the news passes it on to the 18 others that it did not "
                "hear it from, and nearly all of them know it already.",
            "it stays at 19: nineteen agents must hear it":
                "Nineteen messages do carry the news, in both networks. But flooding uses every link, and the other "
                "342 messages of the mesh tell an agent what it knows.",
            "it grows from 19 to 361":
                "With n agents a flood of the mesh takes (n − 1)² messages. More links survive more cuts, and each of "
                "them has its price.",
        },
        "it grows from 19 to 361", "01-network-topology", "2. Mesh: everybody with everybody",
        "Flood a mesh of eight and count: 49 messages, of which 42 are repeats.",
    ),
    QuizQuestion(
        "A star is always worse.",
        "Twelve agents. Nobody may be farther than two hops from anybody, and a broadcast may cost at most 15 "
        "messages. The agent in the middle is watched and quickly replaced. Which topology fits?",
        {
            "a ring, in which no agent is special":
                "No agent is special, and the price is the way: the farthest pair is six hops apart.",
            "a star":
                "Two hops and eleven messages. Its weak point is the hub, and here somebody looks after it. No "
                "topology is the best one before the needs are known.",
            "none of them: a star has a single point of failure":
                "It has one, and nobody asked to survive the crash of any agent. A need that is not there rules "
                "nothing out.",
            "a mesh, which is one hop across":
                "It is quicker than it has to be, but a broadcast floods all 66 links: 121 messages.",
        },
        "a star", "01-network-topology", "6. Choosing: four considerations",
        "Set “At most hops” to 2 and “At most messages” to 20: the star alone is left.",
    ),
    QuizQuestion(
        "One cut never matters in a ring, so two don't either.",
        "A ring of ten agents. One link is cut, and all agents still reach each other. How many of the nine other "
        "links could be cut next without a split?",
        {
            "none":
                "After the first cut the ring is a line, and each link of a line is a bridge. The first cut was free "
                "because it used up the only spare way.",
            "all nine: the ring has shown that it survives a cut":
                "It has shown that it survives the first. What it survived with was the way round the other side, and "
                "that is now the only way.",
            "seven: all but those beside the first cut":
                "A cut beside the first one separates a single agent, one farther away separates several. Each of them "
                "splits the line.",
        },
        "none", "01-network-topology", "3. Ring: each with two neighbours",
        "Switch “Predict first” on and cut two links of a ring, whichever you like: two partitions.",
    ),
    QuizQuestion(
        "A connected network is a healthy one.",
        "A detector with a view of all links reports one partition: everybody is connected. What may you conclude?",
        {
            "the agents can do their work":
                "They may be unable to: in a ring of majorities everybody is connected, and one leader follows another "
                "without any work getting done.",
            "there is an agent that all others hear, so a leader can be elected":
                "In a ring of majorities each of five agents hears two others. There is no agent that all of them "
                "hear, and it is one partition all the same.",
            "there is a way between any two agents, and no more":
                "That is what the detector looks at. Whether messages take that way, in time and in both directions, "
                "is another question.",
        },
        "there is a way between any two agents, and no more",
        "01-network-topology", "8. What counting partitions does not tell",
        "Apply the preset “ring of majorities” to a mesh of five: one partition, and no leader that all hear.",
    ),
)
