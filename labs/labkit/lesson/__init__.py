"""The lesson text's own: its two classes, a poll, merging, questions."""

from labkit.lesson.original import ConsensusProtocol, PartitionDetector

__all__ = ["ConsensusProtocol", "PartitionDetector"]
