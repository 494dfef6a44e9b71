"""What comes over the wire is an envelope of this session, handed in by a neighbour on its way, or it is refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from labkit.agents import codec_of
from labkit.deploy.roles import via_of
from labkit.deploy.wire import LARGEST, Envelope, RefusedError, Wire
from labkit.network import Network, Routes
from labkit.protocols import CATALOGUE, Raft
from labkit.protocols.consensus.raft_messages import RequestVote
from labkit.topology import build
from labkit.values import frozendict

RAFT = codec_of(Raft)
NAMES = "abcde"
ASK = RequestVote(3, 0, 0)


def wire(agent: str, kind: str = "mesh", session: str = "s1") -> Wire:
    """The wire of that agent in a network of that kind."""
    routes = Routes(Network(build(kind, [*NAMES])))
    return Wire(session, agent, RAFT, via_of(agent, routes, NAMES))


def envelope(sender: str = "a", receiver: str = "b", message: Any = ASK) -> Envelope:
    return Envelope(sender, 0, receiver, 1, frozendict({sender: 1}), message)


def changed(**fields: Any) -> bytes:
    """A good envelope from a to b, in which these fields are others."""
    return json.dumps(json.loads(wire("a").written(envelope())) | fields).encode()


def test_an_envelope_arrives_as_it_was_sent() -> None:
    sent = envelope()
    assert wire("b").read(wire("a").written(sent), "a") == sent


@pytest.mark.parametrize("text", [
    b"", b"\xff\xfe", b"null", b"[]", b"{}", b"1", b'{"session":"s1"}', b"[" * 100_000, b"cos\nsystem\n(S'true'\ntR.",
    changed(number="1"), changed(number=-1), changed(number=True), changed(life=1.5), changed(clock=[]),
    changed(clock={"a": "1"}), changed(clock={"a": -1}), changed(message=["RequestVote", 3, 0, 0]),
    changed(message="__import__('os').getpid()"), changed(message='["Raft","a",["tuple"]]'),
    changed(message='["frozenset",["frozendict"]]x'), changed(message='["RequestVote",3]'), changed(more=1),
    changed(receiver=None), changed(sender=["a"]),
], ids=range(24))
def test_what_is_no_envelope_is_refused(text: bytes) -> None:
    with pytest.raises(RefusedError):
        wire("b").read(text, "a")


def test_a_message_of_another_session_is_refused() -> None:
    with pytest.raises(RefusedError, match="another session"):
        wire("b", session="s2").read(wire("a").written(envelope()), "a")


def test_too_large_a_message_is_neither_sent_nor_read() -> None:
    with pytest.raises(ValueError, match="at most 250,000"):
        wire("a").written(envelope(message="x" * LARGEST))
    with pytest.raises(RefusedError, match="250,000 is the most"):
        wire("b").read(changed(message=json.dumps("x" * LARGEST)), "a")


def test_a_sender_can_be_forged_by_nobody_through_whom_it_does_not_pass() -> None:
    forged = wire("a").written(envelope("a", "b"))
    for stranger in ("c", "b", "", "nobody"):
        with pytest.raises(RefusedError, match="handed it in"):
            wire("b").read(forged, stranger)


def test_an_agent_on_the_way_reads_what_passes_it_and_nothing_else() -> None:
    """In a star round a, what b sends to c passes a."""
    text = wire("b", "star").written(envelope("b", "c"))
    assert wire("a", "star").read(text, "b").receiver == "c"
    assert wire("c", "star").read(text, "a").sender == "b"
    for agent, neighbour in (("c", "b"), ("d", "a"), ("a", "c")):
        with pytest.raises(RefusedError):
            wire(agent, "star").read(text, neighbour)


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["session", "sender", "life", "receiver", "number", "clock", "message"]), inner),
).map(lambda value: json.dumps(value).encode()))
@settings(max_examples=30, deadline=None)
def test_no_bytes_do_anything_but_be_refused(text: bytes) -> None:
    with pytest.raises(RefusedError):
        wire("b").read(text, "a")


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_agent_of_the_catalogue_can_be_sent_to_a_process_of_its_own(name: str) -> None:
    protocol = CATALOGUE[name]
    codec = codec_of(protocol.kind)
    agent = protocol.kind("a", ("b", "c", "d", "e"))
    for field, value in vars(agent).items():
        assert codec.value(codec.text(value)) == value, field
