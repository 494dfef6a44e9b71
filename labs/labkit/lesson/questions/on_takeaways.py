"""The questions of the lesson on takeaways and on watching a system run."""

from labkit.lesson.questions.form import Question

QUESTIONS = {
    "waits": Question(
        "A queue hands mails to four workers, one mail every 25 units. Two workers crash at 1,000 and are back at "
        "2,000. For which mails is the mean time from the client's request to its answer the longest?",
        ("those answered before the crash", "those answered while two workers are down",
         "those answered in the 1,000 units after they are back"),
        "those answered in the 1,000 units after they are back",
        "80 units before the crash, 211 while two are down, 275 afterwards. Two workers were too few, so mails piled "
        "up, and those that had waited longest are answered when all four are back. Healed is not recovered, and here "
        "it shows in a figure.",
    ),
    "sent twice": Question(
        "A worker pauses for longer than its lease, and the mail server remembers no keys, so two of 30 mails are sent "
        "twice. The same story, with a server that remembers keys, sends each once. Which metric is different?",
        ("the error rate", "the communication overhead", "the throughput", "none of the five"), "none of the five",
        "All five are the same to the last digit. The queue and its clients cannot tell the difference: every mail was "
        "answered with a yes, at the same time, after the same messages. A metric shows only what somebody thought of "
        "measuring; count the effects, too.",
    ),
}
