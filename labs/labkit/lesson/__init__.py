"""The lesson text as running code: its two classes, a poll counted twice, edits that merge, and the questions."""

from labkit.lesson.merging import LOST, OTHER, REPLICAS, STRATEGIES, YIELDS, Bench, begin, fates, quoted, shown, summed
from labkit.lesson.original import ConsensusProtocol, PartitionDetector
from labkit.lesson.poll import Poll, PollEvent, SendAgain, SetMembers, SetQuorum, Voter, open_poll
from labkit.lesson.poll_traps import TRAPS, differ, explain, looks_decided
from labkit.lesson.questions import QUESTIONS, Question, question

__all__ = ["ConsensusProtocol", "PartitionDetector"]
