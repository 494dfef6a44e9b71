"""Every protocol of the lab, a file each, by chapter; `catalogue` lists them by name."""

from labkit.protocols import quorums
from labkit.protocols.catalogue import CATALOGUE, NONE, Own, described, find
from labkit.protocols.consensus.blank_entry import BlankEntry
from labkit.protocols.consensus.check_quorum import CheckQuorum
from labkit.protocols.consensus.oral_messages import ORAL_MESSAGES_PROPERTIES, OralMessages, army, every_lie
from labkit.protocols.consensus.paxos import PAXOS_PROPERTIES, Ballot as PaxosBallot, Paxos, Proposal as PaxosProposal
from labkit.protocols.consensus.pre_vote import PreVote
from labkit.protocols.consensus.quorum_messages import Proposal, Propose, Vote
from labkit.protocols.consensus.quorum_voting import QUORUM_VOTING_PROPERTIES, FirstComeVoting, QuorumVoting
from labkit.protocols.consensus.raft import Raft
from labkit.protocols.consensus.raft_messages import NO_LEADER, Applied
from labkit.protocols.consensus.raft_properties import RAFT_PROPERTIES
from labkit.protocols.consensus.two_phase_commit import NEVER_BLOCKS, TWO_PHASE_COMMIT_PROPERTIES, TwoPhaseCommit
from labkit.protocols.coordination.bully import Bully
from labkit.protocols.coordination.clocks import CLOCK_PROPERTIES, Note, Set, Stamped, Tell
from labkit.protocols.coordination.contract_net import (
    CONTRACT_NET_PROPERTIES,
    NO_TASK_AT_THE_DEAD,
    REANNOUNCING_PROPERTIES,
    ContractNet,
    Reannouncing,
)
from labkit.protocols.coordination.election import ELECTION_PROPERTIES, ONE_PER_EPOCH, SOMEONE_LEADS
from labkit.protocols.coordination.epoch_bully import EpochBully
from labkit.protocols.coordination.fencing import FENCING_PROPERTIES, Locked
from labkit.protocols.coordination.ricart_agrawala import RICART_AGRAWALA_PROPERTIES, RicartAgrawala
from labkit.protocols.coordination.ring_election import ChangRoberts
from labkit.protocols.coordination.task_messages import Ack, Execute, Executed, Task
from labkit.protocols.coordination.task_queue import (
    AT_MOST_ONCE_PROPERTIES,
    NOTHING_LOST,
    TASK_QUEUE_PROPERTIES,
    AtMostOnce,
    TaskQueue,
)
from labkit.protocols.detection.heartbeats import FixedTimeout, PhiAccrual
from labkit.protocols.detection.swim import Swim
from labkit.protocols.dissemination.flooding import Flooding
from labkit.protocols.dissemination.gossip import PUSH_SUM_PROPERTIES, PushSum, PushTotals, sensors
from labkit.protocols.dissemination.news import EVERYONE_KNOWS, NEWS_PROPERTIES, among_neighbours
from labkit.protocols.dissemination.push_pull import PushPull
from labkit.protocols.dissemination.spanning_tree import SPANNING_TREE_PROPERTIES, SpanningTree
from labkit.protocols.protocol import Option, Protocol, default_of
from labkit.protocols.quorums import VOTES, Outcome, Said, at_least, disjoint, every_way_to_vote, majority
from labkit.protocols.replication.crdt import Counter, LastWriterWins, Mergeable, ObservedRemoveSet, Siblings
from labkit.protocols.replication.quorum_store import QuorumStore, RepairingStore
from labkit.protocols.replication.replicas import LastWriterReplica, Replica, Write
from labkit.protocols.replication.sloppy_quorum import SloppyStore
from labkit.protocols.replication.store_messages import Read, Version
from labkit.protocols.replication.store_properties import NEVER_BACK, NO_STALE_READ, QUORUM_STORE_PROPERTIES
from labkit.protocols.service.calls import SERVICE_PROPERTIES, Service
from labkit.protocols.service.saga import NEVER_HALF, SAGA_PROPERTIES, Saga
from labkit.protocols.service.supervisor import SUPERVISOR_PROPERTIES, Supervised

__all__ = [
    "NEVER_BLOCKS", "NEVER_HALF", "AtMostOnce", "BlankEntry", "ChangRoberts", "CheckQuorum", "ContractNet",
    "Executed", "FirstComeVoting", "Flooding", "LastWriterReplica", "Locked", "Paxos", "Propose", "PushPull", "PushSum",
    "PushTotals", "QuorumStore", "Raft", "Read", "Reannouncing", "Replica", "RicartAgrawala", "Saga", "Service",
    "SpanningTree", "Task", "TaskQueue", "TwoPhaseCommit", "Write", "among_neighbours", "army", "every_lie", "quorums",
    "sensors",
]
