"""Exercise 2: from a class that counts votes in one dictionary to agents that agree by messages, in rounds."""

from labkit.worksheet.exercises import consensus_by_calls, consensus_by_hand, consensus_by_messages, consensus_in_rounds

_STEPS = {
    step.name: step
    for part in (consensus_by_hand, consensus_by_calls, consensus_by_messages, consensus_in_rounds)
    for step in part.STEPS
}
STEPS = tuple(_STEPS[name] for name in (
    "a quorum of the members", "members only", "one vote each", "a vote by messages", "a vote in rounds",
    "one member more", "two at once", "two winners", "a decision stays", "three answers", "what survives a crash",
    "what a round must remember", "messages per decision", "a silent coordinator", "liars",
))
