"""Another program on this computer: without an agent's password it is nobody, and with it no more than that agent."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from for_real import FOR_REAL, SOON
from labkit.agents import codec_of
from labkit.deploy import Deployed, deploy
from labkit.deploy.wire import Envelope, Wire
from labkit.engine import Model
from labkit.protocols import FirstComeVoting
from labkit.protocols.consensus.quorum_messages import Ballot, Proposal, Propose
from labkit.topology import build
from labkit.values import frozendict

nats = pytest.importorskip("nats")
pytestmark = FOR_REAL
A, B, C = 0, 1, 2  # what the agents are called in subjects
BALLOT = Ballot(Proposal("p", "red", ""), "yes")


@pytest.fixture(scope="module")
def real() -> Iterator[Deployed]:
    with deploy(Model(build("mesh", 3), FirstComeVoting)) as running:
        yield running


def port(folder: Path, number: int) -> int:
    """Where the server of that agent takes clients: its monitoring says so, too."""
    log = (folder / f"server-{number}.log").read_text()
    return int(re.search(r"client connections on 127\.0\.0\.1:(\d+)", log).group(1))


def password(folder: Path, number: int) -> str:
    return re.search(r'password: "(\w+)"', (folder / f"server-{number}.conf").read_text()).group(1)


def session(folder: Path) -> str:
    return re.search(r"lab\.(\w+)\.", (folder / "server-0.conf").read_text()).group(1)


def said(real: Deployed, subject: str, data: bytes) -> list[str]:
    """A stranger that has stolen b's password says this to b's server; what the server answers to it."""
    async def say() -> list[str]:
        complaints: list[str] = []

        async def complain(problem: Exception) -> None:
            complaints.append(str(problem))

        client = await nats.connect(f"nats://agent:{password(real.folder, B)}@127.0.0.1:{port(real.folder, B)}",
                                    error_cb=complain, allow_reconnect=False)
        with suppress(nats.errors.MaxPayloadError):
            await client.publish(subject, data)
            await client.flush()
            await asyncio.sleep(0.05)
            await client.close()
            return complaints
        return ["too large"]

    return asyncio.run(say())


def forged(real: Deployed, **fields: object) -> bytes:
    """What b would send to a, but for these fields."""
    wire = Wire(session(real.folder), "b", codec_of(FirstComeVoting), {})
    text = wire.written(Envelope("b", 0, "a", 1, frozendict({"b": 1}), BALLOT))
    return json.dumps(json.loads(text) | fields).encode()


def test_without_a_password_nobody_is_let_in(real: Deployed) -> None:
    async def knock() -> None:
        await nats.connect(f"nats://agent:{'0' * 32}@127.0.0.1:{port(real.folder, B)}", allow_reconnect=False,
                           max_reconnect_attempts=0)

    with pytest.raises(Exception, match=r"(?i)authorization"):
        asyncio.run(knock())


def test_a_server_passes_on_nothing_under_the_name_of_another_agent(real: Deployed) -> None:
    before = sum(real.refused.values())
    for subject in (f"lab.{session(real.folder)}.{C}.{A}.message", "lab.other.1.0.message", "$SYS.REQ.SERVER.PING"):
        assert any("permissions violation" in one.lower() for one in said(real, subject, b"x")), subject
    assert any("too large" in one for one in said(real, f"lab.{session(real.folder)}.{B}.{A}.message", b"x" * 300_000))
    real.run(0.1)
    assert sum(real.refused.values()) == before


def test_what_is_no_message_is_refused_and_counted_and_nobody_is_hurt(real: Deployed) -> None:
    to_a = f"lab.{session(real.folder)}.{B}.{A}.message"
    bad = [b"", b"\x80\x04N.", b"{}", forged(real, sender="c"), forged(real, session="other"), forged(real, clock=7),
           forged(real, message='["Eval","1"]'), forged(real, receiver="nobody")]
    before = sum(real.refused.values())
    for text in bad:
        assert said(real, to_a, text) == []
    assert real.until(lambda: sum(real.refused.values()) == before + len(bad), SOON), real.refused
    real.request("a", Propose("q", "blue"))
    assert real.until(lambda: {one.agent for one in real.system.decisions} == {"a", "b", "c"}, SOON)
