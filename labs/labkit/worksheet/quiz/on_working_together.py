"""The misconceptions about clocks, locks, retries and delivery."""

from labkit.worksheet.quiz.form import QuizQuestion

QUESTIONS = (
    QuizQuestion(
        "Clocks on the wall order events.",
        "a writes a value and notes 180, the time on its own wall. b receives that value, replaces it, and notes 150, "
        "the time on its own wall. Which write came later?",
        {
            "a's, for 180 is more than 150":
                "The two numbers are from two clocks. a's is ahead, and b could not have replaced what was not yet "
                "written.",
            "nobody can tell, as clocks are never exact":
                "Clocks cannot tell, but the message can: b had received what a wrote. Only where no chain of "
                "messages leads from one event to the other does the question have no answer.",
            "b's, for it had received a's":
                "What a message has brought came before. A Lamport clock says so: it jumps ahead of whatever arrives.",
        },
        "b's, for it had received a's", "04-distributed-coordination", "1. What came first?",
        "Set one clock 80 units ahead: all agents keep red, although blue replaced it.",
    ),
    QuizQuestion(
        "A lock makes it safe.",
        "A worker holds a lock that runs out by itself. It looks at its clock: there is time enough. Then it writes to "
        "a store. Can the write arrive when the lock belongs to somebody else?",
        {
            "no, it has just checked":
                "Between the check and the write it may pause, and not notice: a garbage collection, a slow disk, a "
                "long thought.",
            "yes, unless the store checks a number that grows with each holder":
                "Nobody can call back a late write, so the store has to refuse it: a fencing token lower than one that "
                "it has seen is an old holder's.",
            "only if its clock is wrong":
                "All clocks may be right, and the message may be under way for longer than the lock lasts.",
        },
        "yes, unless the store checks a number that grows with each holder",
        "04-distributed-coordination", "2. Who leads?",
        "Let the holder of a lock pause for 200 units: the store takes its old write on top of the new one.",
    ),
    QuizQuestion(
        "Exactly-once delivery exists.",
        "An agent charges a card for each message of its queue, and the queue delivers again whatever was not "
        "acknowledged. What makes sure that each card is charged once?",
        {
            "acknowledging before the charge":
                "Then a crash between the two loses the charge, and the queue has crossed it off: at most once.",
            "a queue that promises to deliver exactly once":
                "The queue cannot see whether a silent agent has charged the card or crashed before it could. It can "
                "promise one delivery or one more try, and neither is one charge.",
            "a memory of the keys that were charged, where the charge is made":
                "Messages may come as often as they like; a key that is known is answered and not charged again. The "
                "key and the charge must be written in one step.",
        },
        "a memory of the keys that were charged, where the charge is made",
        "05-distributed-patterns", "2. Once, and only once",
        "Search for a double payment: four events without a memory, none with a key.",
    ),
    QuizQuestion(
        "Retrying fixes it.",
        "After a pause a server has a long queue. Its answers come too late, so every call runs into a time-out and is "
        "tried again. What brings the service back soonest?",
        {
            "a short queue: what cannot be served in time is turned away":
                "What gets in is answered in time, and what does not get in costs the server nothing. With room for "
                "20 calls it is itself again 100 units after the pause.",
            "more tries for each call, so that one of them gets through":
                "Each try is one more message for a server that has too many. This is what keeps the queue long.",
            "longer waits between the tries, drawn at random":
                "Good advice, but here it only moves the messages to later. Callers go on beginning new calls, and "
                "there are as many messages as before.",
        },
        "a short queue: what cannot be served in time is turned away",
        "05-distributed-patterns", "1. A server pauses",
        "Pause the server and run on: nobody is answered in time; without retries it comes back.",
    ),
)
