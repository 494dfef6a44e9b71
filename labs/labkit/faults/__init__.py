"""Experiments: presets, a gallery of faults, and the report of what a partition cost."""

from labkit.faults.gallery import GALLERY, FaultCase, fault_case, leader_of, mended, report_on, run_through
from labkit.faults.measures import election_time, split_vote
from labkit.faults.presets import PRESETS, Preset
from labkit.faults.recovery import Recovery, recover, report

__all__ = ["election_time", "recover", "report_on", "split_vote"]
