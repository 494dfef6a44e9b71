"""NATS's own store over cables that are cut: what is told of a write is true, and a lease has one holder at a time."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from for_real import FOR_REAL, SOON, gone
from labkit.deploy import Deployed, deploy
from labkit.deploy.monitoring import milliseconds, rows_of
from labkit.deploy.store import lease
from labkit.deploy.store.lease import Candidate
from labkit.deploy.store.shared_store import Answer, Hold
from labkit.engine import Model
from labkit.protocols import FirstComeVoting
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.topology import build

nats = pytest.importorskip("nats")
NAMES = tuple("abcde")


def deployed(agents: int = 5, **options: object) -> Deployed:
    return deploy(Model(build("mesh", agents), FirstComeVoting, **options), store=True)


@pytest.fixture
def real() -> Iterator[Deployed]:
    with deployed() as running:
        yield running


def led(real: Deployed, group: str = "values") -> str:
    """The agent whose server leads, when there is one."""
    assert real.until(lambda: real.store.leader(group), SOON)
    return real.store.leader(group)


def others(*but: str) -> list[str]:
    return [name for name in NAMES if name not in but]


def comes_to(real: Deployed, ask: Callable[[], Answer], **wanted: object) -> Answer:
    """The first answer to that question which is as wanted."""
    answers: list[Answer] = []

    def asked() -> bool:
        answers.append(ask())
        return all(getattr(answers[-1], name) == value for name, value in wanted.items())

    assert real.until(asked, SOON), answers[-1]
    return answers[-1]


def never_two(holds: list[Hold]) -> bool:
    """Whether each holder had given up before the next began, and numbers grow."""
    return all(a.until is not None and a.until <= b.since and a.number < b.number for a, b in pairwise(holds))


# ---- by day ----------------------------------------------------------------------------------------------------------


@FOR_REAL
def test_a_store_beside_agents_that_vote_as_without_it() -> None:
    """Three servers keep values, a lease and their Raft; the agents decide, and all ends with stop."""
    with deployed(3, requests=[("a", Propose("p", "red"))]) as real:
        store, pids = real.store, [*real.processes.values()]
        assert real.until(lambda: len(real.system.decisions) == 3, SOON)
        assert str(store.put("a", "x", "1")).startswith("a: put x = 1 → written, as revision 1 (after 0")
        assert store.put("b", "x", "2", expecting=0).other, "there is one already"
        assert store.put("b", "x", "2", expecting=1, message_id="only once").revision == 2
        assert store.put("c", "x", "2", message_id="only once").again
        with pytest.raises(ValueError, match="message_id is one line without a blank at its beginning"):
            store.put("c", "x", "3", message_id=" k")
        assert (store.get("c", "x").value, store.get("c", "y").said) == ("2", "there is no value")
        assert comes_to(real, lambda: store.get("c", "x", stale=True), value="2").revision == 2
        assert store.take_lease("b").outcome == "held" and store.holder == "b"
        assert store.take_lease("c", seconds=0.3).said == "refused: b holds it"
        groups = store.groups()
        assert {(one.server, one.group) for one in groups} == {
            (name, group) for name in "abc" for group in ("values", "lease", "servers")}
        assert {one.leader for one in groups if one.group == "values"} == {led(real)}
        with pytest.raises(ValueError, match="there is no agent 'z': the agents are a, b and c"):
            store.get("z", "x")
    assert gone(pids, 5) and not real.folder.exists()


@pytest.mark.parametrize("graph", [build("mesh", 4), build("ring", 5)], ids=["four", "a ring"])
def test_where_there_can_be_no_store_the_remedy_is_said(graph: Any) -> None:
    with pytest.raises(ValueError, match=r"needs 3 or 5 agents and a link between any two.*build\('mesh', 5\)"):
        deploy(Model(graph, FirstComeVoting), store=True)


@FOR_REAL
@pytest.mark.long
def test_without_a_store_it_says_how_to_have_one() -> None:
    with deploy(Model(build("mesh", 2), FirstComeVoting)) as real:
        for ask in (lambda: real.store.get("a", "x"), real.store.groups):
            with pytest.raises(ValueError, match="keeps no store: deploy it with store=True"):
                ask()


def test_a_holder_gives_up_before_the_store_may_forget_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its renewals are not answered any more: it counts from when it asked for the last one that was."""
    for name, seconds in (("TTL", 0.3), ("MARGIN", 0.03), ("RENEWED", 0.1), ("TRY", 0.05)):
        monkeypatch.setattr(lease, name, seconds)
    asked, told = list[float](), list[dict[str, Any]]()

    async def write(**given: Any) -> dict[str, Any]:
        if len(asked) == 3:
            await asyncio.sleep(given["seconds"])
            return {"outcome": "no answer"}
        asked.append(monotonic())
        return {"outcome": "written", "revision": len(asked)}

    async def hold() -> None:
        candidate = Candidate("a", write, lambda seconds: write(seconds=seconds), lambda **news: told.append(news))
        assert (await candidate.take(1.0))["outcome"] == "held"
        while len(told) < 2:
            await asyncio.sleep(0.01)

    asyncio.run(hold())
    assert told[0]["number"] == told[1]["number"] == 1
    assert asked[-1] < told[1]["until"] < asked[-1] + 0.3


def test_a_server_that_says_it_otherwise_is_left_out() -> None:
    """The pages of its Raft are hardly documented, and may change."""
    group = {"id": "A", "state": "LEADER", "term": 2, "leader": "A", "committed": 7, "applied": 6}
    stored = {"account_details": [{"stream_detail": [{"name": "KV_values", "stream_raft_group": "S-1"}]}]}
    pages: dict[str, list[Any]] = {
        "a": [{"$SYS": {"_meta_": group}}, {"$G": {"S-1": group | {"leader": ""}, "S-2": group}}, stored],
        "b": [{"$SYS": {"_meta_": {"id": "B"}}}, {}, {}],
    }
    assert rows_of(pages) == [("a", "servers", "leader", 2, "a", 7, 6), ("a", "values", "leader", 2, "", 7, 6)]


@pytest.mark.parametrize(("text", "time"), [("412µs", 0.412), ("1.5ms", 1.5), ("1m2.5s", 62_500), ("", 0)])
def test_a_latency_is_read_as_the_server_writes_it(text: str, time: float) -> None:
    assert milliseconds(text) == pytest.approx(time)


# ---- who may do what, and what is left -------------------------------------------------------------------------------


def refusals(real: Deployed, user: str, subjects: list[str]) -> list[str]:
    """What b's server answers to that user who says something on each of these subjects."""
    text = (real.folder / "server-1.conf").read_text()
    password = re.search(rf'user: "{user}", password: "(\w+)"', text)
    log = (real.folder / "server-1.log").read_text()
    port = re.search(r"client connections on 127\.0\.0\.1:(\d+)", log)
    assert password and port
    complaints: list[str] = []

    async def complain(problem: Exception) -> None:
        complaints.append(str(problem).lower())

    async def say() -> None:
        client = await nats.connect(f"nats://{user}:{password[1]}@127.0.0.1:{port[1]}", error_cb=complain)
        for subject in subjects:
            await client.publish(subject, b"x")
        await client.flush()
        await asyncio.sleep(0.1)
        await client.close()

    asyncio.run(say())
    return [one for one in complaints if "permissions violation" in one]


@FOR_REAL
@pytest.mark.long
def test_agents_have_no_right_to_the_store_and_its_clients_none_to_messages() -> None:
    with deployed(3) as real:
        session = re.search(r"lab\.(\w+)\.", (real.folder / "server-1.conf").read_text())
        assert session
        subjects = [f"lab.{session[1]}.1.0.message", "$KV.values.x", "$JS.API.STREAM.DELETE.KV_values"]
        assert len(refusals(real, "agent", subjects)) == 2
        assert len(refusals(real, "store", [*subjects[:1], "$SYS.REQ.SERVER.PING"])) == 2


OWNER = """
import time
from labkit.deploy import deploy
from labkit.engine import Model
from labkit.protocols import FirstComeVoting
from labkit.topology import build
real = deploy(Model(build("mesh", 3), FirstComeVoting), store=True)
real.store.take_lease("a", seconds=20)
print(real.folder, flush=True)
time.sleep(600)
"""


@FOR_REAL
@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux lists all processes")
def test_kill_9_of_the_kernel_leaves_no_process_and_no_file() -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:
        try:
            assert owner.stdout
            folder = Path(owner.stdout.readline().strip())
            assert (folder / "store-0").is_dir()
            boards = [int(pid) for pid in Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()]
            owner.kill()
            until = monotonic() + SOON
            while folder.exists() and monotonic() < until:
                sleep(0.02)
            assert gone(boards) and not folder.exists()
        finally:
            owner.kill()


@FOR_REAL
@pytest.mark.long
def test_a_cell_that_works_holds_up_neither_a_call_nor_the_lease() -> None:
    """The kernel does not look for as long as a lease lasts; it is renewed, and the call was answered at once."""
    with deployed(3) as real:
        store = real.store
        assert store.take_lease("a", seconds=20).outcome == "held"
        place, until = store.begin_put("b", "x", "1"), monotonic() + lease.TTL + 0.5
        while monotonic() < until:
            pass
        assert real.until(lambda: store.answers[place].outcome == "written", SOON)
        assert store.answers[place].seconds < 1.0
        assert store.holder == "a" and len(store.holds) == 1


# ---- over cut cables -------------------------------------------------------------------------------------------------


@FOR_REAL
@pytest.mark.long
@pytest.mark.parametrize("silent", [False, True], ids=["reset", "silence"])
def test_a_time_out_is_not_a_no(real: Deployed, silent: bool) -> None:
    """A write with the leader in the minority gets no answer; after a short cut it is made, after a long one not."""
    store, old = real.store, led(real)
    friend, far = others(old)[0], others(old)[-1]
    assert store.put(old, "x", "before").outcome == "written"
    real.isolate(old, friend, silent=silent)
    assert store.put(old, "x", "short", seconds=1.0, message_id="a").outcome == "no answer"
    real.heal_all()
    comes_to(real, lambda: store.get(far, "x"), value="short")
    assert comes_to(real, lambda: store.put(far, "x", "short", message_id="a"), outcome="written").again

    real.isolate(old, friend, silent=silent)
    assert store.put(old, "x", "long", seconds=1.0).outcome == "no answer"
    made = comes_to(real, lambda: store.put(far, "x", "after", seconds=0.5), outcome="written")
    real.heal_all()
    comes_to(real, lambda: store.put(friend, "y", "all is well", seconds=0.5), outcome="written")
    for name in NAMES:
        assert comes_to(real, lambda: store.get(name, "x", stale=True), value="after").revision == made.revision  # noqa: B023


@FOR_REAL
@pytest.mark.long
def test_after_a_long_cut_a_leader_refuses_for_some_ten_seconds_at_most_and_then_reads(real: Deployed) -> None:
    store, old = real.store, led(real)
    assert store.put(old, "x", "before").outcome == "written"
    real.isolate(old)
    assert store.put(old, "x", "lost", seconds=1.0).outcome == "no answer"
    real.run(12.0)
    real.heal_all()
    began, said = monotonic(), [store.get(old, "x", seconds=1.0)]
    while said[-1].outcome != "read":
        real.run(0.1)
        said.append(store.get(old, "x", seconds=1.0))
    assert monotonic() - began < 20.0 and {one.outcome for one in said[:-1]} <= {"refused", "no answer"}
    assert said[-1].value == "before"


@FOR_REAL
@pytest.mark.long
@pytest.mark.parametrize("silent", [False, True], ids=["reset", "silence"])
def test_in_a_minority_without_the_leader_a_read_is_old_or_refused(real: Deployed, silent: bool) -> None:
    store, leader = real.store, led(real)
    a, b, far = others(leader)[:3]
    assert store.put(a, "x", "old").outcome == "written"
    assert comes_to(real, lambda: store.get(a, "x", stale=True), value="old")
    real.isolate(a, b, silent=silent)
    comes_to(real, lambda: store.put(far, "x", "new", seconds=0.5), outcome="written")
    assert store.put(a, "x", "unheard", seconds=0.5).outcome in ("refused", "no answer")
    strong = []
    assert real.until(lambda: strong.append(store.get(a, "x", seconds=0.5)) or strong[-1].outcome == "refused", SOON)
    assert {one.outcome for one in strong} <= {"refused", "no answer"}
    assert comes_to(real, lambda: store.get(a, "x", stale=True), outcome="read").value == "old"
    assert comes_to(real, lambda: store.get(far, "x"), value="new")


@FOR_REAL
@pytest.mark.long
def test_a_leader_that_is_cut_off_answers_with_an_old_value_until_it_steps_down(real: Deployed) -> None:
    """Two servers lead in different terms; a read through the old one is no better than one that may be stale.

    The leader of the servers' own group is cut off as well, for without one a server soon refuses all that it is asked.
    """
    store, old = real.store, led(real)
    away = [old, *({led(real, "servers")} - {old})]
    far = others(*away)[0]
    assert store.put(old, "x", "old").outcome == "written"
    real.isolate(*away)
    comes_to(real, lambda: store.put(far, "x", "new", seconds=0.5), outcome="written")
    assert store.get(old, "x").value == "old"
    leaders = {one.server: one.term for one in store.groups() if (one.group, one.role) == ("values", "leader")}
    assert len(leaders) == 2 and leaders[led(real)] > leaders[old]
    assert comes_to(real, lambda: store.get(old, "x", seconds=0.5), outcome="refused")


@FOR_REAL
@pytest.mark.long
def test_a_minority_that_returns_with_a_higher_term_deposes_a_healthy_leader(real: Deployed) -> None:
    store, leader = real.store, led(real)
    away = others(leader)[:2]
    term = next(one.term for one in store.groups() if (one.server, one.group) == (leader, "values"))
    real.isolate(*away)

    def ahead() -> bool:
        return any(one.term > term + 1 for one in store.groups() if one.group == "values" and one.server in away)

    assert real.until(ahead, SOON) and led(real) == leader
    real.heal_all()
    assert real.until(lambda: all(one.term > term for one in store.groups() if one.group == "values"), SOON)


@FOR_REAL
@pytest.mark.long
@pytest.mark.parametrize("silent", [False, True], ids=["reset", "silence"])
def test_the_lease_never_has_two_holders(real: Deployed, silent: bool) -> None:
    """Each holder in turn is cut off, alone or with another; it gives up, and one of the others comes next."""
    store = real.store
    assert store.take_lease("a", seconds=30).outcome == "held"
    for turn in range(6):
        holder, count = store.holder, len(store.holds)
        for name in others(holder):
            store.begin_lease(name, seconds=60)
        real.isolate(holder, *others(holder)[: turn % 2], silent=silent)
        assert real.until(lambda: len(store.holds) > count and store.holds[-1].until is None, SOON)  # noqa: B023
        assert never_two(store.holds), store.holds
        real.heal_all()
    assert len({one.agent for one in store.holds}) > 1
