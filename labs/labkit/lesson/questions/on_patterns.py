"""The questions of the lesson on patterns."""

from labkit.lesson.questions.form import Question

QUESTIONS = {
    "retry storm": Question(
        "Forty callers begin 18 or 19 calls in 100 units of time; their server has time for 25. A caller waits 100 "
        "units for an answer, then it asks again at once, four times more at most. From 1,000 to 1,600 the server "
        "pauses. From when on are calls answered in time again?",
        ("from about 1,600 on", "from about 2,500 on, when it has caught up", "not by 5,000"), "not by 5,000",
        "After 100 units of silence each call becomes up to five messages: 19 calls are more than 90 messages, and the "
        "server has time for 25. So the queue grows, so all answers come too late, so all callers ask again. The pause "
        "is over, and what it has started keeps itself up.",
    ),
    "what ends it": Question(
        "Same callers, same seed, same pause until 1,600. Which of these alone brings the service back for good?",
        ("a restart of the server at 5,000, which empties its queue",
         "retries after longer and longer waits, drawn at random", "callers that do not retry"),
        "callers that do not retry",
        "Longer waits spread the retries over more time, but callers go on beginning new calls, so it comes to more "
        "than 90 messages in 100 units all the same. After a restart 22 calls in 100 units are answered in time, but "
        "the others, which are still open, come back within 100 units, and the queue grows again.",
    ),
    "exactly once": Question(
        "An agent asks a server for one payment. Any message may be lost, answers too, and the server does not "
        "remember what it has done. Which rule of the caller makes sure that there is exactly one payment?",
        ("ask again until an answer comes", "ask once and never again", "none of the two"), "none of the two",
        "If the answer is lost, asking again pays twice. If the call is lost, asking once does not pay at all. To the "
        "caller both look the same: silence. What helps is at the other end: a memory of what was done.",
    ),
    "two and one": Question(
        "A key is kept by three replicas. A write is acknowledged when two of them have stored it. A read takes the "
        "answer of one. A client reads after a write was acknowledged; nobody has crashed. Can it get the old value?",
        ("no, two of three are a majority", "no, unless a message is lost", "yes"), "yes",
        "The one replica that is asked may be the third, which the write has not reached yet. Four events are enough. "
        "A majority on one side does not help if the other side asks too few.",
    ),
    "short queue": Question(
        "Back to the forty callers, who retry at once. Now at most 20 calls may wait at the server. What arrives while "
        "the queue is full is lost, and in the storm that is most of it. When is the service itself again?",
        ("not by 5,000", "about 1,600 units after the pause", "about 100 units after the pause"),
        "about 100 units after the pause",
        "A call that gets into the short queue waits 80 units at most, so it is answered in time. A call that does not "
        "get in costs the server nothing. The long queue was full of calls whose callers had given up.",
    ),
    "poison": Question(
        "A supervisor restarts a worker that falls silent, three times in a row at most. Worker b is given a task over "
        "which it hangs each time. What becomes of c and d, which are well?",
        ("they go on working", "they are given the task of b", "they are stopped, too"), "they are stopped, too",
        "In each life b begins the same task and hangs. After three restarts the supervisor gives up, stops all its "
        "workers and says why. It cannot know whether they are well, and whoever is above it decides what to do.",
    ),
    "undo": Question(
        "A desk books a trip in three steps: the flight, then the hotel, then it charges the card. The card refuses. "
        "What is undone first?",
        ("the flight", "the hotel", "both at the same time"), "the hotel",
        "The last one first. The hotel was booked because there was a flight, so the flight stays until nothing is "
        "left that was built on it.",
    ),
    "keys that move": Question(
        "Ten agents share 10,000 keys. The key with the hash h belongs to agent number h modulo 10. An eleventh agent "
        "joins, and from now on it is h modulo 11. How many keys change their owner?",
        ("about 900", "about 5,000", "about 9,100"), "about 9,100",
        "A key stays only if its hash has the same remainder modulo 10 and modulo 11: one key in eleven. On a hash "
        "ring only about 900 keys move, all of them to the new agent.",
    ),
}
