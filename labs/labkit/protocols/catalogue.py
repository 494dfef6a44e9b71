"""The protocols of the lab by name: what a scenario, a dropdown or an exercise may choose from.

It holds the records that the files of the chapters bind, so nothing here names a protocol.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, replace
from importlib import import_module
from pkgutil import iter_modules

from labkit.agents import Agent
from labkit.protocols.protocol import Protocol, default_of
from labkit.values import no_such

CHAPTERS = ("consensus", "coordination", "detection", "dissemination", "replication", "service")


def collected(chapters: Iterable[str] = CHAPTERS) -> dict[str, Protocol]:
    """The record of every protocol in these chapters, in the order of `place`, then of name."""
    found: dict[str, Protocol] = {}
    for record in sorted(_records(chapters), key=lambda record: (record.place, record.name)):
        if found.setdefault(record.name, record) is not record:
            raise ValueError(f"two protocols are called {record.name!r}: give one of them another name")
    return found


def _records(chapters: Iterable[str]) -> Iterator[Protocol]:
    for chapter in chapters:
        package = import_module(f"labkit.protocols.{chapter}")
        for file in iter_modules(package.__path__, f"{package.__name__}."):
            yield from (bound for bound in vars(import_module(file.name)).values() if isinstance(bound, Protocol))


CATALOGUE = collected()

Own = Mapping[str, type[Agent] | Protocol]  # a learner's classes by name
NONE: Own = {}


def find(name: str, own: Own = NONE) -> Protocol:
    """The protocol of that name, among one's own first; a class of the lab may be called by the name of the class."""
    found = own.get(name) or CATALOGUE.get(name) or _classes().get(name)
    if found is None:
        raise no_such("protocol", name, [*own, *CATALOGUE])
    return found if isinstance(found, Protocol) else described(found, name)


def described(kind: type[Agent], name: str = "") -> Protocol:
    """The protocol that this class is of.

    A class of one's own inherits what its base promises; fields with a default that its base lacks are options, too.
    """
    if not (isinstance(kind, type) and issubclass(kind, Agent)):
        raise ValueError("protocol is the name of one of the catalogue, or a class of agents: 'raft', or Raft")
    for protocol in CATALOGUE.values():
        if protocol.kind is kind and name in ("", protocol.name):
            return protocol
    base = next((
        protocol for above in kind.__mro__ for protocol in CATALOGUE.values()
        if above is protocol.kind or above in protocol.others
    ), Protocol("", Agent, ""))
    known = {field.name for field in fields(base.kind)}
    more = (field.name for field in fields(kind)
            if field.init and field.name not in known and default_of(field) is not MISSING)
    return replace(base, name=name or kind.__name__, kind=kind, sentence=_sentence(kind) or base.sentence, others=(),
                   settings=(*base.settings, *more))


def _sentence(kind: type[Agent]) -> str:
    """The first line of its docstring, if somebody wrote one."""
    said = (kind.__doc__ or "").strip().split("\n")[0]
    return "" if said.startswith(f"{kind.__name__}(") else said  # which is what dataclass writes


def _classes() -> dict[str, type[Agent]]:
    """The lab's classes by their names."""
    return {kind.__name__: kind for protocol in CATALOGUE.values() for kind in (protocol.kind, *protocol.others)}
