"""The questions of the lesson in which the agents run for real."""

from labkit.lesson.questions.form import Question

QUESTIONS = {
    "a minority returns": Question(
        "Five agents run Raft, and all is well. One that does not lead is cut off for four seconds; the other four "
        "have their leader and go on. Then its cables are mended. What happens?",
        ("it follows the leader and catches up", "the leader is deposed, and for a while there is none",
         "there are two leaders for good"),
        "the leader is deposed, and for a while there is none",
        "Alone it heard no leader, so it began one election after the other, and each raised its term. Whoever hears "
        "of a later term follows it, so on its return the leader steps down, although it was well. A vote before the "
        "vote prevents that (Ongaro 2014, §9.6).",
    ),
    "timed out": Question(
        "A store keeps five copies, by Raft. The server that leads is cut off, and a client writes x=2 there. It waits "
        "for an answer, gives up, and then the cables are mended. Is x=2 written?",
        ("no: the client gave up", "yes: it was asked", "it depends on how long the cut has lasted"),
        "it depends on how long the cut has lasted",
        "x=2 is in the log of the server, which still believes that it leads. If the cut was short it goes on leading "
        "and copies its log, as if nothing had been. If the others have elected another leader in the meantime, that "
        "one's log replaces x=2. A time-out tells that no answer came, and nothing else.",
    ),
    "read in the minority": Question(
        "The same store, and one server is cut off. The others write x=3. At the server that is cut off one client "
        "reads the copy that is there, and another asks for what the leader says. What do they get?",
        ("both get the old value", "the old value at once; no value", "no value, neither of them"),
        "the old value at once; no value",
        "The copy is there, so it can be read, and it is old. What the leader says nobody on this side can know. Each "
        "read chooses for itself: an answer that may be old, or perhaps none.",
    ),
    "the holder is cut off": Question(
        "An agent holds a lease of three seconds, which it renews every second, and is cut off. When can another have "
        "the lease at the earliest?",
        ("at once", "when the three seconds since its last renewal are over", "when the cables are mended"),
        "when the three seconds since its last renewal are over",
        "The others cannot know whether it still works, but they know when its right runs out. It knows that, too, and "
        "stops before. So a lease is a promise about time that both sides keep without a message.",
    ),
}
