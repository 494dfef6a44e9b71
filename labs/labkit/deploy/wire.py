"""What crosses the network: one envelope per message, as text; whatever is no such text is refused, and never run.

Promise: `read` gives an envelope that an agent of this session may have sent this way, or raises RefusedError with one
sentence. Its message is made by the lab's codec, so only values of classes that the agents use can come out. Which
agent handed the message in is told by its subject; a server lets its own agent write under no other name. Left out:
encryption; every port is on this computer only, unless a person opens one for a class.
"""

import json
from collections.abc import Collection, Hashable, Iterable, Mapping
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from labkit.agents import CancelTimer, Codec, Decide, Effect, Reply, Send, SetTimer

json_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once, which saves half the time
quoted = encode_basestring
LARGEST, ROOM = 250_000, 6_000  # bytes of an envelope; and how many more a server takes at once
FIELDS = ("session", "sender", "life", "receiver", "number", "clock", "message")
Via = Mapping[tuple[str, str], tuple[str, str]]  # (sender, receiver): the agents before and after this one on the way


class RefusedError(ValueError):
    """This is no message for this agent; the text says why."""


class Envelope(NamedTuple):
    """A message on its way: the number-th that `sender` has sent in this life, with the vector clock of its sending.

    life: how often the sender had been restarted. In the clock each life of an agent counts its own events.
    """

    sender: str
    life: int
    receiver: str
    number: int
    clock: Mapping[str, int]
    message: Hashable

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from all other messages of the session."""
        return self.sender, self.life, self.number


class Wire:
    """Envelopes as bytes and back, for one agent of one session.

    via: for each pair of agents whose route passes here, where it comes from and where it goes on.
    """

    def __init__(self, session: str, agent: str, codec: Codec, via: Via) -> None:
        self._session, self._agent, self._codec, self._via = session, agent, codec, via
        self._begin = f'{{"session":{json_text(session)},"sender":{json_text(agent)},'

    def written(self, envelope: Envelope) -> bytes:
        """The envelope as bytes; ValueError if it is too large."""
        return self.sealed(envelope.life, envelope.receiver, envelope.number, json_text(envelope.clock),
                           self._codec.text(envelope.message))

    def sealed(self, life: int, receiver: str, number: int, clock: str, message: str) -> bytes:
        """The same, of what this agent sends; clock and message are texts already."""
        text = (f'{self._begin}"life":{life},"receiver":{quoted(receiver)},"number":{number},"clock":{clock},'
                f'"message":{quoted(message)}}}').encode()
        if len(text) > LARGEST:
            raise ValueError(f"a message of agent {self._agent} has {len(text):,} bytes: at most {LARGEST:,} are "
                             f"sent at once, so send a part of it")
        return text

    def read(self, text: bytes, handed_in_by: str) -> Envelope:
        """The envelope that the neighbour has handed in; RefusedError for anything else."""
        if len(text) > LARGEST:
            raise RefusedError(f"it has {len(text):,} bytes, and {LARGEST:,} is the most")
        table = fields_of(text)
        if table["session"] != self._session:
            raise RefusedError("it is of another session")
        sender, receiver = table["sender"], table["receiver"]
        if (before := self._via.get((sender, receiver), ("", ""))[0]) != handed_in_by or not before:
            raise RefusedError(f"{handed_in_by} handed it in, through whom nothing from {sender} to {receiver} passes")
        try:
            message = self._codec.value(table["message"])
            hash(message)
        except (ValueError, TypeError) as wrong:
            raise RefusedError(str(wrong)) from None
        return Envelope(sender, table["life"], receiver, table["number"], table["clock"], message)


def fields_of(text: bytes) -> dict[str, Any]:
    """The fields of an envelope, each of its kind; RefusedError where it is none."""
    try:
        whole = str(text, "utf-8")
        table, end = _decode(whole)
    except (ValueError, RecursionError):
        raise RefusedError("it is no text of an envelope") from None
    if not isinstance(table, dict) or tuple(table) != FIELDS or end < len(whole):
        raise RefusedError("it does not have the fields of an envelope")
    session, sender, life, receiver, number, clock, message = table.values()
    if not (session.__class__ is sender.__class__ is receiver.__class__ is message.__class__ is str
            and _counts((life, number))):
        raise RefusedError("a field of the envelope is of another kind")
    if clock.__class__ is not dict or not _counts(clock.values()):
        raise RefusedError("its clock is no vector clock")
    return table


_decode = json.JSONDecoder().raw_decode


def _counts(values: Collection[Any]) -> bool:
    return {*map(type, values)} <= {int} and (not values or (min(values) >= 0 and max(values) < 2**53))


Told = str | list[str]  # an effect as text; of a message the receiver and the text of the message


def effect_texts(codec: Codec, effects: Iterable[Effect]) -> list[Told]:
    """What a handler answered, effect by effect, as reports tell it; a message to many is put into words once."""
    found: list[Told] = []
    known: dict[int, str] = {}
    for effect in effects:
        if isinstance(effect, Send):
            place = id(effect.message)
            if place not in known:
                known[place] = codec.text(effect.message)
            found.append([effect.to, known[place]])
        else:
            found.append(codec.text(_plain(effect)))
    return found


def _plain(effect: SetTimer | CancelTimer | Decide | Reply) -> tuple[Hashable, ...]:
    match effect:
        case SetTimer(name, after):
            return "set", name, after
        case CancelTimer(name):
            return "cancel", name
        case Decide(value, about):
            return "decide", value, about
        case Reply(request, result, ok):
            return "reply", request, result, ok
