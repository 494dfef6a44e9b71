"""The protocols of the lab by name: what a scenario, a dropdown or an exercise may choose from.

Left out: what a class needs that is no plain value, such as the script of a scripted traitor.
"""

from collections.abc import Hashable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from labkit.agents import Agent, Property
from labkit.protocols.consensus import quorum_voting
from labkit.protocols.consensus.check_quorum import CheckQuorum
from labkit.protocols.consensus.oral_messages import ORAL_MESSAGES_PROPERTIES, Contrary, Liar, OralMessages, Silent
from labkit.protocols.consensus.paxos import PAXOS_PROPERTIES, Paxos
from labkit.protocols.consensus.quorum_voting import QUORUM_VOTING_PROPERTIES, FirstComeVoting, QuorumVoting
from labkit.protocols.consensus.raft import RAFT_PROPERTIES, Raft
from labkit.protocols.consensus.two_phase_commit import TWO_PHASE_COMMIT_PROPERTIES, TwoPhaseCommit
from labkit.protocols.detection.heartbeats import FixedTimeout, PhiAccrual
from labkit.protocols.detection.swim import Swim
from labkit.protocols.dissemination.gossip import PUSH_SUM_PROPERTIES, PUSH_TOTALS_PROPERTIES, PushSum, PushTotals
from labkit.protocols.replication.replicas import LastWriterReplica, Replica, Write
from labkit.values import Plain, is_plain, listed, no_such, read, word, words


@dataclass(frozen=True)
class Protocol:
    """A protocol, what it promises, and how one asks it for something.

    requests: the dataclasses that clients ask with, written as words: propose p red. Without any, a client asks with
    a plain value. example: a request as a client may write it. others: classes that play the same game differently,
    each known by its own name.
    """

    name: str
    kind: type[Agent]
    properties: tuple[Property, ...]
    sentence: str
    requests: tuple[type[Any], ...] = ()
    example: str = "red"
    others: tuple[type[Agent], ...] = ()

    def request(self, value: Plain) -> Hashable:
        """What a client asks for, from what the scenario says."""
        if not self.requests:
            return value
        said = [read(text) for text in words(str(value))]
        for kind in self.requests:
            needed = [field for field in fields(kind) if field.default is MISSING]
            if said[:1] == [kind.__name__.lower()] and len(needed) < len(said) <= len(fields(kind)) + 1:
                request: Hashable = kind(*said[1:])
                return request
        forms = (" ".join([kind.__name__.lower(), *(_hole(f) for f in fields(kind))]) for kind in self.requests)
        raise ValueError(f"{self.name} is not asked for {value!r}: ask with {' or '.join(forms)}")

    def plain(self, request: Hashable) -> Plain:
        """What a scenario says of this request: the way back."""
        if is_plain(request) and not self.requests:
            return request
        if not isinstance(request, self.requests):
            raise ValueError(f"a scenario cannot write {request!r}: ask for a text, a number or a tuple of such")
        said = [getattr(request, field.name) for field in fields(request)]
        while said and said[-1] == fields(request)[len(said) - 1].default:
            said.pop()
        return " ".join([type(request).__name__.lower(), *map(word, said)])


def _hole(field: Any) -> str:
    """A field in the form of a request: NEEDED, or [NOT]."""
    return f"{field.name.upper()}" if field.default is MISSING else f"[{field.name.upper()}]"


CATALOGUE: dict[str, Protocol] = {
    protocol.name: protocol
    for protocol in (
        Protocol(
            "quorum voting", QuorumVoting, QUORUM_VOTING_PROPERTIES,
            "Clients propose and vote; what more than half of the members said yes to is decided.",
            requests=(quorum_voting.Propose, quorum_voting.Vote), example="propose p red",
        ),
        Protocol(
            "first-come voting", FirstComeVoting, QUORUM_VOTING_PROPERTIES,
            "Each agent says yes to the first proposal that it hears of; two rivals may split the votes.",
            requests=(quorum_voting.Propose, quorum_voting.Vote), example="propose p red",
        ),
        Protocol(
            "two-phase commit", TwoPhaseCommit, TWO_PHASE_COMMIT_PROPERTIES,
            "All commit a transaction or all abort it; who has voted yes may wait for ever for a dead coordinator.",
        ),
        Protocol(
            "paxos", Paxos, PAXOS_PROPERTIES,
            "The agents choose one value of those that clients wish for, and a majority that is up is enough.",
        ),
        Protocol(
            "raft", Raft, RAFT_PROPERTIES,
            "The agents elect a leader, and its log of requests is copied to all.",
        ),
        Protocol(
            "check quorum", CheckQuorum, RAFT_PROPERTIES,
            "Raft whose leader steps down when it has not heard from a majority for a lease.",
        ),
        Protocol(
            "replicas", Replica, (),
            "Every replica takes each write at once; writes that have not seen each other stay side by side.",
            requests=(Write,), example="write milk 3",
        ),
        Protocol(
            "last writer wins", LastWriterReplica, (),
            "Every replica takes each write at once; of two that have not seen each other one is forgotten.",
            requests=(Write,), example="write milk 3",
        ),
        Protocol(
            "fixed timeout", FixedTimeout, (),
            "Everyone sends signs of life to all, and suspects who has been silent for too long.",
        ),
        Protocol(
            "phi accrual", PhiAccrual, (),
            "Everyone sends signs of life to all, and suspects whose silence is rare, as this one goes.",
        ),
        Protocol(
            "swim", Swim, (),
            "Each agent probes one other a period, and asks friends to try before it suspects.",
        ),
        Protocol(
            "oral messages", OralMessages, ORAL_MESSAGES_PROPERTIES,
            "Loyal lieutenants obey the same order although some agents lie, if fewer than a third do.",
            others=(Liar, Contrary, Silent),
        ),
        Protocol(
            "gossip", PushTotals, PUSH_TOTALS_PROPERTIES,
            "Each agent talks to one other at a time, and all come to know the average; lost messages do no harm.",
        ),
        Protocol(
            "push-sum", PushSum, PUSH_SUM_PROPERTIES,
            "Gossip in its first form: all come to know the average, unless a message is lost.",
        ),
    )
}

Own = Mapping[str, type[Agent] | Protocol]  # a learner's classes by name
NONE: Own = {}


def find(name: str, own: Own = NONE) -> Protocol:
    """The protocol of that name, among one's own first; a class of the lab may be called by the name of the class."""
    found = own.get(name) or CATALOGUE.get(name) or _classes().get(name)
    if found is None:
        raise no_such("protocol", name, [*own, *CATALOGUE])
    return found if isinstance(found, Protocol) else described(found, name)


def described(kind: type[Agent], name: str = "") -> Protocol:
    """The protocol that this class is of; a class of one's own inherits what its base promises."""
    for protocol in CATALOGUE.values():
        if protocol.kind is kind and name in ("", protocol.name):
            return protocol
    for base in kind.__mro__:
        for protocol in CATALOGUE.values():
            if base is protocol.kind or base in protocol.others:
                sentence = _sentence(kind) or protocol.sentence
                return replace(protocol, name=name or kind.__name__, kind=kind, sentence=sentence, others=())
    return Protocol(name or kind.__name__, kind, (), _sentence(kind))


def protocol_of(agents: Mapping[str, Agent]) -> Protocol:
    """The protocol that most of these agents are of."""
    kinds = [type(agent) for agent in agents.values()]
    return described(max(kinds, key=kinds.count))


def _sentence(kind: type[Agent]) -> str:
    """The first line of its docstring, if somebody wrote one."""
    said = (kind.__doc__ or "").strip().split("\n")[0]
    return "" if said.startswith(f"{kind.__name__}(") else said  # which is what dataclass writes


def checked_options(kind: type[Agent], options: Mapping[str, Plain]) -> dict[str, Plain]:
    """The options, if the class has fields of these names."""
    known = [field.name for field in fields(kind) if field.init and field.name not in ("id", "peers")]
    for option in options:
        if option not in known:
            has = f"its options are {listed(known, most=20)}" if known else "it has none"
            raise ValueError(f"{kind.__name__} has no option {option!r}: {has}")
    return dict(options)


def _classes() -> dict[str, type[Agent]]:
    """The lab's classes by their names."""
    return {kind.__name__: kind for protocol in CATALOGUE.values() for kind in (protocol.kind, *protocol.others)}
