"""A topology with its faults as a value, its partitions, and the routes of messages."""

from labkit.network.changes import Crash, Cut, Heal, NetworkChange, Restart, Way, cut, heal, isolate
from labkit.network.network import Network, PartitionTracker, check_topology
from labkit.network.partition import Groups, IncrementalPartitions, Reach, partitions
from labkit.network.routes import Routes

__all__ = ["partitions"]
