"""The misconceptions about silence and recovery: dead or slow, time-outs, CAP, healed networks, last writers."""

from labkit.worksheet.quiz.form import QuizQuestion

QUESTIONS = (
    QuizQuestion(
        "One can tell a dead agent from a slow one.",
        "An agent has heard nothing from a peer for a while. Which test tells it for sure whether the peer has crashed "
        "or is only slow?",
        {
            "a ping: only a dead agent does not answer":
                "A slow one does not answer either, for now, nor does one behind a cut. An unanswered ping is more of "
                "the same silence.",
            "none":
                "All it has is silence, which looks the same in both cases. It can only choose how long to wait, and "
                "with that how often to be wrong.",
            "a patience that is long enough":
                "A longer patience makes false alarms rarer, and each real crash is noticed later. There is no length "
                "at which a slow answer becomes impossible.",
            "asking other agents whether they hear it":
                "That helps where only your own link is bad, and SWIM does it. Where the peer itself is slow, the "
                "others hear the same silence.",
        },
        "none", "03-partitioning-and-recovery", "2. The view from inside",
        "Move the patience of the detector from one end to the other: no point is both fast and calm.",
    ),
    QuizQuestion(
        "A time-out means no.",
        "An agent orders a laptop with a tool call. The call ends with a time-out. What does the agent know?",
        {
            "the laptop was not ordered, so it may order again":
                "The order may have been carried out, and the answer lost. Ordering again without a key may buy two.",
            "the laptop was ordered, and the answer is late":
                "It may just as well be that the call itself was lost, or that the shop was down.",
            "neither the one nor the other":
                "A lost call, a lost answer and a slow shop are the same silence. The agent can ask what became of the "
                "order, or repeat it with the same key.",
        },
        "neither the one nor the other", "03-partitioning-and-recovery", "4. What silence means",
        "Cut a leader off ten units after a client has asked it: the request stays open, and no client can say whether "
        "it was written.",
    ),
    QuizQuestion(
        "CAP: pick two of three.",
        "Your store will be cut in two for an hour. What can it offer to the clients of both sides during that hour?",
        {
            "answers everywhere that never conflict, if it gives up the tolerance of cuts":
                "The cut comes whether or not it is tolerated. Giving that up only means that nobody has planned for "
                "it.",
            "for each request, an answer that may be in conflict, or a wait":
                "An agent that cannot ask the other side either answers without it or does not answer. There is no "
                "triangle to pick from, only this choice, request by request.",
            "nothing: during a cut no store is of any use":
                "A Raft cluster goes on where the majority is, and replicas go on everywhere. What nobody can have is "
                "both of these at once.",
        },
        "for each request, an answer that may be in conflict, or a wait",
        "03-partitioning-and-recovery", "6. Is there another choice?",
        "Let “halves” happen to the replicas and to Raft: conflicts here, open requests there.",
    ),
    QuizQuestion(
        "Healed means recovered.",
        "All links are repaired. Which of these shows that the cluster has recovered?",
        {
            "the detector from above sees one partition":
                "Links carry messages, but they do not know what was missed. At that moment the agents still hold "
                "different things.",
            "an agent leads":
                "The larger side had a leader all the time, also while the other side lacked its entries. And an agent "
                "that comes back with a higher term may depose it.",
            "all agents hold the same, and clients are answered":
                "That comes later than the links: the difference has to be found, sent and applied.",
        },
        "all agents hold the same, and clients are answered",
        "03-partitioning-and-recovery", "7. The same cut, four strategies",
        "Read “Recovered after” in the reports: no strategy is whole at the moment of the heal.",
    ),
    QuizQuestion(
        "Last write wins loses nothing.",
        "Two users edit the same field, one on each side of a cut, and both are told “saved”. The store keeps the last "
        "write. What is there after the merge?",
        {
            "one of the edits, and nobody is told of the other":
                "The write with the lower stamp is dropped without a word, although its user was told that it is "
                "saved. That leaves nothing to do, because something was thrown away.",
            "both edits, one after the other":
                "A field holds one value. The later stamp wins and the other edit is in no history that anybody reads.",
            "a conflict, from which somebody has to choose":
                "That is another strategy: keeping both versions side by side. The last writer's rule exists in order "
                "to spare somebody this work.",
        },
        "one of the edits, and nobody is told of the other",
        "03-partitioning-and-recovery", "7. The same cut, four strategies",
        "Compare the bars of the replicas: conflicts with one rule, lost writes with last writer wins.",
    ),
)
