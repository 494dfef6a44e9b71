"""The questions of the lesson on coordination."""

from labkit.lesson.questions.form import Question

QUESTIONS = {
    "no message between": Question(
        "a notes something at time 20, c notes something at time 45. No message has gone from a to c, nor through "
        "anybody else. Which of the two came first for the agents?",
        ("a's, for 20 is less than 45", "c's", "none of them can say"), "none of them can say",
        "Nothing that c knows at 45 depends on what a did at 20. The numbers are on the axis of the diagram, and no "
        "agent has that axis. The two events are concurrent, and no agent can come to a wrong result by taking "
        "them in either order.",
    ),
    "clock ahead": Question(
        "a's clock on the wall is 80 units ahead. a writes red at time 100. b receives it, reads it, and writes blue "
        "at time 150. Each write carries the time on its writer's wall, and all keep the write with the later time. "
        "Which one do they keep?",
        ("red", "blue", "some keep red, some blue"), "red",
        "Red is stamped 180, blue 150. All agents agree, and all are wrong: b had read red when it replaced it, and "
        "its write is thrown away without a word. By a Lamport clock red has 1 and blue 3.",
    ),
    "bully, cut": Question(
        "Five agents have elected e by the bully algorithm. Now the network falls into a, b, c and d, e. Clients go on "
        "asking for elections. How many agents lead?",
        ("none", "1", "2"), "2",
        "On the side of a, b and c nobody higher answers, and silence of the dead and of the distant is the same. So c "
        "leads there, and e goes on on its side. Each side has the highest agent that it can hear.",
    ),
    "names on a ring": Question(
        "Sixteen agents stand on a ring, and all start an election at once: each sends its name round, and a higher "
        "agent stops a lower name. About how many messages until the highest is found, if they stand in any order?",
        ("about 16", "about 54", "about 136"), "about 54",
        "On average a name travels far only if it is high: n·(1 + 1/2 + … + 1/n), for 16 agents 54. At best it is 31, "
        "at worst, in falling order along the ring, 136, which is n(n+1)/2 (Chang & Roberts 1979).",
    ),
    "one of five is down": Question(
        "Five agents take turns: to enter, an agent needs a go-ahead from each of the four others. Now e crashes. It "
        "was not inside. How many of the others still get in, one after the other?",
        ("all four", "those that ask a majority", "none"), "none",
        "Each needs the go-ahead of e, and will wait for it for ever. The algorithm sends few messages, 2(n−1) for an "
        "entry, because it relies on everybody. A majority would not help: two agents may have two majorities.",
    ),
    "slow worker": Question(
        "A worker has a task under a lease of 150 units: send a mail. It thinks for 200 units, longer than the lease. "
        "The mail server remembers nothing. How often is the mail sent?",
        ("not at all", "once", "twice"), "twice",
        "When the lease ends, the queue cannot tell a slow worker from a dead one, so it hands the task to another. "
        "Then both do it. The first worker is not dead, and nothing tells it to stop.",
    ),
    "acknowledged first": Question(
        "To avoid doing a task twice, a worker now acknowledges it at once and works afterwards. It crashes while it "
        "thinks. What becomes of the task?",
        ("another worker does it", "it is never done", "it is done twice"), "it is never done",
        "The queue has crossed it off, and its client has been told that it is done. One moment to acknowledge gives "
        "at most once, the other at least once. No moment gives exactly once: that takes a memory at the receiver.",
    ),
    "lossy tree": Question(
        "Sixteen agents. Three messages in ten are lost. You tell one agent; the news goes along the 15 links of a "
        "tree, each used once. How many agents hear of it, on average?",
        ("all 16", "about half of them", "about 11, seven in ten"), "about half of them",
        "Each link delivers with a chance of 0.7, but the far end of a tree is several links away, and one loss costs "
        "the whole branch behind it. So it is less than seven in ten. What is cheap has nothing to spare.",
    ),
}
