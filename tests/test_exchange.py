"""The same agents over one server elsewhere: there are no cables, and still a link that is cut is cut."""

import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from for_real import FOR_REAL, SOON, broken, gone
from labkit.deploy import Deployed, deploy
from labkit.engine import Deliver, Model
from labkit.protocols import FirstComeVoting, Raft
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.topology import build
from other_server import server

pytestmark = FOR_REAL
VOTERS = Model(build("mesh", 3), FirstComeVoting)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("elsewhere")) as address:
        yield address


def decided(real: Deployed, about: str = "") -> set[str]:
    return {one.agent for one in real.system.decisions if one.about == about}


@pytest.mark.long
def test_agents_decide_over_a_server_elsewhere_and_hear_nothing_over_a_cut(url: str) -> None:
    with deploy(VOTERS, servers=url) as real:
        real.isolate("c")
        assert real.links() == {("a", "b")}
        real.request("a", Propose("p", "red"))
        assert real.until(lambda: decided(real) == {"a", "b"}, SOON)
        heard = [step.event.target for step in real.trace().trace if isinstance(step.event, Deliver)]
        assert "c" not in heard
        real.heal_all()
        assert real.links() == {("a", "b"), ("a", "c"), ("b", "c")}
        real.request("a", Propose("q", "blue", "second"))
        assert real.until(lambda: decided(real, "second") == {"a", "b", "c"}, SOON)
        pids = real.processes
    assert broken(real.trace()) == [] and not real.refused
    assert gone(pids.values(), 5) and not real.folder.exists() and os.getpid() not in pids.values()


@pytest.mark.long
def test_a_slow_link_keeps_the_order_and_takes_its_time(url: str) -> None:
    with deploy(VOTERS, servers=url) as real:
        for one, other in (("a", "b"), ("a", "c"), ("b", "c")):
            real.slow(one, other, 300)
        began = monotonic()
        for number in range(20):
            real.request("a", Propose(f"p{number}", "red", str(number)))
        assert real.until(lambda: all(len(decided(real, str(number))) == 3 for number in range(20)), SOON)
        assert monotonic() - began >= 0.6, "there and back"
        assert not real.lost
    assert broken(real.trace()) == []


@pytest.mark.long
def test_a_leader_is_followed_and_a_killed_agent_comes_back_with_its_disk(url: str) -> None:
    with deploy(Model(build("mesh", 3), Raft), seed=3, pace=3, servers=url) as real:
        def leader() -> str:
            led = {name: agent.leading for name, agent in real.system.agents.items()
                   if agent.leading is not None and name not in real.system.down}
            return max(led, key=led.__getitem__, default="")

        assert real.until(leader, SOON)
        old = leader()
        real.isolate(old)
        assert real.until(lambda: leader() not in ("", old), SOON)
        new = leader()
        real.request(new, "kept")
        assert real.until(lambda: any(one.ok for one in real.system.replies), SOON)
        real.heal_all()
        real.crash(new)
        real.restart(new)
        assert real.until(lambda: all("kept" in agent.stored for agent in real.system.agents.values()), SOON)
        real.lose("a", "b", 1.0)
        assert real.until(lambda: real.lost.get("by chance"), SOON)
    assert broken(real.trace()) == []


@pytest.mark.long
def test_where_agents_pass_messages_on_they_do_so_over_the_exchange_too(url: str) -> None:
    model = Model(build("star", 4), FirstComeVoting, requests=[("b", Propose("p", "red"))])
    with deploy(model, servers=url) as real:
        assert real.until(lambda: len(decided(real)) == 4, SOON)
    assert broken(real.trace()) == []


# ---- what is not there -----------------------------------------------------------------------------------------------


def refusal(servers: str) -> str:
    began = monotonic()
    with pytest.raises(ValueError) as wrong:
        deploy(VOTERS, servers=servers)
    assert monotonic() - began < 15, "quickly, even on a busy machine"
    assert "\n" not in str(wrong.value) and "secret" not in str(wrong.value)
    return str(wrong.value)


def test_an_address_that_is_none_is_refused_before_anything_starts() -> None:
    for text in ("127.0.0.1:4222", "http://127.0.0.1:4222", "nats://secret@", "nats://h:secret", "nats://h"):
        assert "such as 'nats://user:password@" in refusal(text)


@pytest.mark.long
def test_a_server_that_does_not_answer_or_let_us_in_is_told_in_one_sentence(url: str) -> None:
    assert "no NATS server answers at 127.0.0.1:9: start one there" in refusal("nats://u:secret@127.0.0.1:9")
    assert "look at the user's name and the password" in refusal(url.replace("learner", "stranger"))


@pytest.mark.long
def test_a_server_that_allows_too_little_is_told_in_one_sentence(tmp_path: Path) -> None:
    with server(tmp_path, allowed='["lab.>"]') as narrow:
        assert "ask its owner for these permissions" in refusal(narrow)
    with server(tmp_path, largest=1_000) as small:
        assert "ask its owner for a larger max_payload" in refusal(small)
