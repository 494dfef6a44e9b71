"""The agents of the lessons as processes on a real network: the same classes, cut, killed and restarted for real."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Event, Thread, active_count
from time import monotonic, sleep
from types import ModuleType

import networkx as nx
import pytest
from cell_by_cell import notebook
from for_real import FOR_REAL, SOON, broken, gone, running
from labkit.agents import AgentError, Send
from labkit.deploy import Deployed, deploy
from labkit.engine import Deliver, Model, Simulator
from labkit.network import Crash, Cut, Restart
from labkit.protocols import FirstComeVoting, Raft
from labkit.protocols.consensus.quorum_messages import Propose
from labkit.topology import build
from labkit.views import Player
from seeds import seeds

pytestmark = FOR_REAL
NAMES = tuple("abcde")
MESH = build("mesh", 5)


def deployed_raft(**options: object) -> Deployed:
    return deploy(Model(MESH, Raft), seed=3, pace=3, **options)


def leaders(real: Deployed) -> dict[str, int]:
    """The agents that believe to lead, with the terms."""
    return {name: agent.leading for name, agent in real.system.agents.items() if agent.leading is not None}


def newest(real: Deployed) -> str:
    """The leader of the highest term; "" where none leads."""
    led = leaders(real)
    return max(led, key=led.__getitem__, default="")


def told(real: Deployed, value: str) -> bool:
    """Whether a client was told that its request is applied."""
    return any(one.ok and one.request == value for one in real.system.replies)


# ---- five voters -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vote() -> Iterator[tuple[Deployed, dict[str, int], set[str]]]:
    """A vote that is over: the system, the processes that ran, and where they listened."""
    with deploy(Model(MESH, FirstComeVoting, requests=[("a", Propose("p", "red"))])) as real:
        assert real.until(lambda: len({one.agent for one in real.system.decisions}) == 5, SOON)
        assert real.until(lambda: sum(isinstance(step.event, Deliver) for step in real.trace().trace) == 20, SOON)
        pids, listening = real.processes, addresses(os.getsid(real.processes["a"]))
    yield real, pids, listening


def addresses(session: int) -> set[str]:
    """Where the processes of that session listen: addresses as the kernel writes them, without ports."""
    sockets = {os.readlink(link) for pid in pids_of(session) for link in Path(f"/proc/{pid}/fd").iterdir()
               if link.is_symlink()}
    rows = [row.split() for table in ("tcp", "tcp6") if Path(f"/proc/net/{table}").exists()
            for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}


def pids_of(session: int) -> list[int]:
    """All processes that belong to that session."""
    found = []
    for path in Path("/proc").iterdir():
        try:
            if path.name.isdigit() and os.getsid(int(path.name)) == session:
                found.append(int(path.name))
        except ProcessLookupError:
            continue
    return found


def test_five_voters_in_five_processes_decide(vote: tuple[Deployed, dict[str, int], set[str]]) -> None:
    real, pids, _ = vote
    assert {(one.agent, one.value) for one in real.system.decisions} == {(name, "red") for name in NAMES}
    assert len({*pids.values()}) == 5 and os.getpid() not in pids.values()


def test_what_happened_is_a_run_of_the_simulator(vote: tuple[Deployed, dict[str, int], set[str]]) -> None:
    """Each process did what its agent does there, each message arrived once, and no property is broken."""
    run = vote[0].trace()
    assert broken(run) == [] and not run.system.flight
    again = Model(MESH, FirstComeVoting).replay(step.event for step in run.trace)
    assert again.skipped == () and again.system.agents == run.system.agents


def test_the_run_opens_in_the_player(vote: tuple[Deployed, dict[str, int], set[str]]) -> None:
    player = Player(vote[0].trace(), at=None)
    assert player.moment.step == len(player.sim) == 21


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux says who listens where")
def test_everything_listens_on_this_computer_alone(vote: tuple[Deployed, dict[str, int], set[str]]) -> None:
    assert vote[2] == {"0100007F"}


def test_stop_ends_every_process_and_removes_its_files(vote: tuple[Deployed, dict[str, int], set[str]]) -> None:
    real, pids, _ = vote
    assert gone(pids.values(), 5) and not real.folder.exists()
    with pytest.raises(ValueError, match="was stopped"):
        real.request("a", Propose("q", "blue"))


# ---- Raft ------------------------------------------------------------------------------------------------------------


def test_a_leader_that_is_cut_off_is_followed_by_one_in_a_higher_term() -> None:
    """And what a client was told before is kept by all after the cables are mended; a kill costs nothing, either."""
    with deployed_raft() as real:
        assert real.until(lambda: newest(real), SOON)
        assert real.until(lambda: len({agent.leader for agent in real.system.agents.values()}) == 1, SOON)
        old = newest(real)
        term = leaders(real)[old]
        real.request(old, "one")
        assert real.until(lambda: told(real, "one"), SOON)

        real.isolate(old)
        assert real.until(lambda: newest(real) != old, SOON)
        new = newest(real)
        assert leaders(real)[new] > term
        assert leaders(real)[old] == term, "two leaders, in different terms"
        real.request(old, "lost")
        real.request(new, "two")
        assert real.until(lambda: told(real, "two"), SOON) and not told(real, "lost")

        real.heal_all()
        assert real.until(lambda: old not in leaders(real), SOON)
        real.crash(new)
        assert new not in real.processes
        assert real.until(lambda: newest(real) not in ("", new), SOON)
        real.restart(new)
        assert real.until(lambda: not real.system.down, SOON)
        assert "two" in real.system.agents[new].stored, "as its disk had it"
        assert real.until(lambda: all("two" in agent.holds for agent in real.system.agents.values()), SOON)
    run = real.trace()
    assert broken(run) == []
    events = [step.event for step in run.trace]
    assert {Crash(new), Restart(new), Cut(old, new), Cut(new, old)} <= {*events}
    assert "on the way" in real.lost, "what was sent over a cut cable"


# ---- kills -----------------------------------------------------------------------------------------------------------

COUNTS = '''
from dataclasses import dataclass
from typing import ClassVar
from labkit.agents import Agent, Reply

@dataclass
class Counts(Agent):
    count: int = 0
    idle: int = 0
    durable: ClassVar[tuple[str, ...]] = ("count",)

    def request(self, value):
        self.count, self.idle = self.count + 1, self.idle + 1
        return Reply(value, self.count)
'''


def counts() -> type:
    """A class as a notebook defines it: no other process can import it."""
    module = sys.modules["answer"] = ModuleType("answer")
    exec(COUNTS, vars(module))
    return module.Counts


def test_what_a_client_was_told_survives_a_kill_in_the_middle() -> None:
    """The process is killed while it works; its successor has the durable field, and not the other."""
    with deploy(Model(build("mesh", 2), counts()), source=COUNTS) as real:
        for round_ in range(3):
            for number in range(100):
                real.request("a", f"{round_}-{number}")
            real.crash("a")
            promised = len(real.system.replies)
            real.restart("a")
            real.request("a", f"after {round_}")
            assert real.until(lambda: told(real, f"after {round_}"), SOON)  # noqa: B023
            counted = [int(str(one.result)) for one in real.system.replies]
            assert counted == sorted({*counted}), "a number was given twice, or forgotten"
            assert len(real.system.replies) > promised
            assert real.system.agents["a"].idle == 1
    assert len(real.trace().system.requests) == 303, "one that was not heard was made all the same"


CELLS = (
    "from dataclasses import dataclass\nfrom labkit.agents import Agent, Reply, Send\nFACTOR = 3",
    "@dataclass(frozen=True)\nclass Told:\n    number: int",
    "@dataclass\nclass Mine(Agent):\n    seen: int = 0\n\n"
    "    def request(self, value):\n        return [Send(peer, Told(value * FACTOR)) for peer in self.peers]\n\n"
    "    def receive(self, sender, message):\n        self.seen = message.number\n",
)


@pytest.mark.long
def test_a_class_that_was_written_in_cells_brings_what_it_needs() -> None:
    with notebook() as cells:
        for text in CELLS:
            cells.run(text)
        with deploy(Model(build("mesh", 3), cells["Mine"], requests=[("a", 2)])) as real:
            assert real.until(lambda: [agent.seen for agent in real.system.agents.values()] == [0, 6, 6], SOON)


def test_a_class_whose_text_is_not_found_is_told_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"the text of Counts was not found.*source="):
        deploy(Model(build("mesh", 2), counts()))


BREAKS = COUNTS.replace("Reply(value, self.count)", "1 / 0")


def test_an_agent_that_breaks_says_so_in_the_simulators_words() -> None:
    counts()
    exec(BREAKS, vars(sys.modules["answer"]))
    model = Model(build("mesh", 2), sys.modules["answer"].Counts)
    says = pytest.raises(AgentError, match=r"agent a broke in request.*ZeroDivisionError")
    with deploy(model, source=BREAKS) as real, says:
        real.request("a", "x")
        real.run(SOON)


FIRST_CELL = COUNTS + "\nTELLS = 1\n"
SECOND_CELL = """from dataclasses import dataclass

@dataclass
class Later(Counts):
    kept: int = 0

    def request(self, value):
        return TELLS / 0
"""


def test_an_error_is_named_by_its_line_in_its_cell_though_the_class_rests_on_another_cell() -> None:
    with notebook() as cells:
        cells.run(FIRST_CELL).run(SECOND_CELL)
        says = pytest.raises(AgentError, match=r"\(request, line 8\)")
        with deploy(Model(build("mesh", 2), cells["Later"])) as real, says:
            real.request("a", "x")
            real.run(SOON)


ENDLESS = COUNTS.replace("return Reply(value, self.count)", "while value: pass")


@pytest.mark.long
@pytest.mark.parametrize("requests", [1, 10_000])  # one, and more than a pipe holds
def test_an_agent_in_an_endless_loop_is_ended_and_its_handler_named(requests: int) -> None:
    model = Model(build("mesh", 2), counts())
    with deploy(model, source=ENDLESS) as real:
        agents = real.processes
        for number in range(requests):
            real.request("a", f"{number:040}")
        with pytest.raises(AgentError, match=r"agent a: its request has not come back within 10 s, so its process was"):
            real.run(SOON)
        assert gone([agents["a"]]) and running([agents["b"]])
    assert gone(agents.values())


def test_an_agent_that_leaves_its_process_is_told_from_one_that_is_killed() -> None:
    leaves = COUNTS.replace("return Reply(", "if value == 'x': raise SystemExit\n        return Reply(")
    with deploy(Model(build("mesh", 2), counts()), source=leaves) as real:
        real.request("a", "w")
        real.request("a", "x")
        with pytest.raises(AgentError, match=r"agent a: its request ended the process \(SystemExit\)"):
            real.run(SOON)
        assert len(real.trace()) >= 1, "what happened before can still be looked at"


OWNER = """
import sys, time
from labkit.deploy import deploy
from labkit.engine import Model
from labkit.protocols import Raft
from labkit.topology import build
real = deploy(Model(build("mesh", 3), Raft))
print("running", flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux lists all processes")
@pytest.mark.parametrize("whom", ["owner", pytest.param("switchboard", marks=pytest.mark.long)])
def test_kill_9_leaves_no_process(whom: str) -> None:
    """Of the kernel that has deployed the agents, or of the process that owns them."""
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE) as owner:
        try:
            assert owner.stdout and owner.stdout.readline() == b"running\n"
            boards = [int(pid) for pid in Path(f"/proc/{owner.pid}/task/{owner.pid}/children").read_text().split()]
            all_of_them = [pid for board in boards for pid in pids_of(os.getsid(board)) if pid != owner.pid]
            assert len(running(all_of_them)) >= 1 + 3 + 3
            os.kill(owner.pid if whom == "owner" else boards[0], 9)
            assert gone(all_of_them)
        finally:
            owner.kill()


def test_once_the_owner_of_all_processes_is_gone_each_verb_says_so_at_once() -> None:
    with deploy(Model(build("mesh", 2), FirstComeVoting)) as real:
        os.kill(os.getsid(real.processes["a"]), 9)
        begin = monotonic()
        with pytest.raises((ValueError, AgentError), match="has ended: deploy, open the class, or join again"):
            real.cut("a", "b")
        with pytest.raises((ValueError, AgentError), match="has ended: deploy, open the class, or join again"):
            real.request("a", "x")
        assert monotonic() - begin < 10


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux lists all processes")
@pytest.mark.long
def test_starting_and_stopping_fifty_times_leaves_nothing() -> None:
    """No process, no folder, no thread, no open file of this one."""
    def held() -> tuple[int, int]:
        return len([*Path("/proc/self/fd").iterdir()]), active_count()

    model, pids, before = Model(build("mesh", 2), FirstComeVoting), list[int](), None
    for _ in range(50):
        with deploy(model) as real:
            pids += pids_of(os.getsid(real.processes["a"]))
        assert not real.folder.exists()
        before = before or held()
    assert len(pids) >= 300 and gone(pids)
    until = monotonic() + SOON
    while held() != before and monotonic() < until:
        sleep(0.02)
    assert held() == before


@pytest.mark.long
def test_an_interrupt_of_the_cell_loses_nothing() -> None:
    """A learner presses stop again and again while a cell lets time pass; the agents do not notice."""
    over = Event()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it may be ignored

    def press() -> None:
        while not over.wait(0.003):
            os.kill(os.getpid(), signal.SIGINT)

    with deploy(Model(build("mesh", 3), Raft, requests=[("a", "x")]), pace=0.5) as real:
        presses, interrupts = Thread(target=press), 0
        presses.start()
        until = monotonic() + 1.0
        while True:
            try:
                if monotonic() > until:
                    over.set()
                    presses.join()
                    break
                real.run(1.0)
            except KeyboardInterrupt:
                interrupts += 1
        signal.signal(signal.SIGINT, before)
        assert interrupts > 20
        seen = len(real.trace())
        assert seen > 100 and real.until(lambda: len(real.trace()) > seen + 50, SOON), "it is still followed"
    assert broken(real.trace()) == []


# ---- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(0, 30))
def test_the_servers_are_connected_exactly_as_the_cables_are(seed: int) -> None:
    """Random maps of links, one after the other, by reset and by silence; what the servers say is the truth."""
    random = Random(seed)
    every = {(a, b) for a in NAMES for b in NAMES if a < b}
    with deploy(Model(MESH, FirstComeVoting)) as real:
        assert real.until(lambda: real.links() == every, SOON)
        for _ in range(1 if seed == 0 else 10):
            wanted = {link for link in every if random.random() < 0.6}
            silent = random.random() < 0.3
            for a, b in sorted(every - wanted):
                real.cut(a, b, silent=silent)
            for a, b in sorted(wanted):
                real.heal(a, b)
            assert real.until(lambda: real.links() == wanted, SOON), (wanted, real.links())  # noqa: B023


@pytest.mark.long
def test_an_agent_is_not_reached_through_others_unless_agents_pass_messages_on() -> None:
    """In a star all goes through the hub: its agent passes it on, and its server alone would not."""
    star = build("star", 4)
    with deploy(Model(star, FirstComeVoting, requests=[("b", Propose("p", "red"))])) as real:
        assert real.until(lambda: len(real.system.decisions) == 4, SOON)
        real.cut("a", "d")
        real.request("b", Propose("q", "blue", "second"))
        assert real.until(lambda: len({one.agent for one in real.system.decisions if one.about == "second"}) == 3, SOON)
        assert real.links() == {("a", "b"), ("a", "c")}
    assert broken(real.trace()) == []


@pytest.mark.long
def test_where_agents_pass_nothing_on_a_message_without_a_link_is_lost() -> None:
    with deploy(Model(build("star", 4, relay=False), FirstComeVoting, requests=[("b", Propose("p", "red"))])) as real:
        assert real.until(lambda: real.lost.get("no way from b to d"), SOON)


@pytest.mark.long
def test_a_link_can_be_slow_and_lose_messages() -> None:
    with deploy(Model(build("mesh", 2), FirstComeVoting)) as real:
        real.slow("a", "b", 150)
        real.request("a", Propose("p", "red"))
        assert real.until(lambda: real.system.decisions, SOON)
        sent, arrived = (next(step.time for step in real.trace().trace if test(step)) for test in (_sends, _arrives))
        assert arrived - sent >= 150
        real.slow("a", "b", 0)
        real.lose("a", "b", 1.0)
        real.request("b", Propose("q", "blue", "second"))
        assert real.until(lambda: real.lost.get("by chance"), SOON)


@pytest.mark.parametrize("bad", [("a", "b"), ("b", "c")])
def test_a_message_that_passes_over_a_link_may_be_lost_there(bad: tuple[str, str]) -> None:
    line = nx.Graph([("a", "b"), ("b", "c")])
    with deploy(Model(line, FirstComeVoting)) as real:
        real.lose(*bad, 1.0)
        real.request("a", Propose("p", "red"))
        assert real.until(lambda: real.lost.get("by chance"), SOON)
        real.run(0.3)
        assert not over(real, {"a", "c"}) and not over(real, {*bad})
        real.crash("b")
        real.restart("b")
        real.request("b", Propose("q", "blue", "second"))
        real.run(0.5)
        assert not over(real, {*bad}), "a new process loses it, too"
    assert broken(real.trace()) == []


def over(real: Deployed, ends: set[str]) -> list[Deliver]:
    """What has arrived from one of these agents at the other."""
    arrived = (step.event for step in real.trace().trace if isinstance(step.event, Deliver))
    return [one for one in arrived if {one.source, one.target} == ends]


def _sends(step: Simulator) -> bool:
    return any(isinstance(effect, Send) for effect in step.transition.effects)


def _arrives(step: Simulator) -> bool:
    return isinstance(step.event, Deliver)


# ---- strangers -------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_an_agent_that_is_not_there_and_a_link_that_is_not_are_told_as_such() -> None:
    with deploy(Model(build("ring", 4), FirstComeVoting)) as real:
        for wrong in (lambda: real.request("z", 1), lambda: real.crash("z"), lambda: real.cut("a", "z")):
            with pytest.raises(ValueError, match="there is no agent 'z'"):
                wrong()
        with pytest.raises(ValueError, match="there is no link between a and c"):
            real.cut("a", "c")
        with pytest.raises(ValueError, match="agent a runs: crash it first"):
            real.restart("a")
