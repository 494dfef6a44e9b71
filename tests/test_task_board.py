"""The task board without a page: what it shows of each task is what has become of it, whatever is done."""

import re
from random import Random

import pytest
from labkit.agents import DEAD, DONE, RUNNING, WAITING, Agent
from labkit.observe import DOUBLED, LOST, REDONE, WORK_STATES, TaskState, work_of
from labkit.protocols import AtMostOnce, ContractNet, Raft, Reannouncing, TaskQueue
from labkit.views import TaskBoard
from labkit.views.coordination.scene import columns, counts
from seeds import at_night, seeds


class WithoutKey(TaskQueue):
    """The world executes whatever it is told to."""

    def is_known(self, key: int) -> bool:
        return False


class NeverTakesBack(TaskQueue):
    """A lease that never runs out."""

    def takes_back(self, job: object) -> bool:
        return False


def on_show(board: TaskBoard) -> dict[str, list[str]]:
    """The tasks on the board, by the state in whose column they stand; what is only counted there is left out."""
    panels = board.scene["panels"]
    found = {state: [item[1] for item in panels[f"board {state}"]["items"]] for state in WORK_STATES}
    return {state: [text for text in texts[1:] if not text.startswith("+")] for state, texts in found.items()}


def headings(board: TaskBoard) -> dict[str, int]:
    """How many tasks each column counts in its heading."""
    panels = board.scene["panels"]
    return {state: int(panels[f"board {state}"]["items"][0][1].split(": ")[1]) for state in WORK_STATES}


def states(board: TaskBoard) -> dict[str, str]:
    return {task.name: task.state for task in board.work}


def slowed(kind: type[Agent], seed: int, **options: object) -> TaskBoard:
    """The agent that thinks about the first task is slowed down by hand; then time passes."""
    board = TaskBoard(kind, seed=seed, **options)
    board.press("Slow down")
    board.press("Run 500")
    return board


# ---- what the lesson says --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_when_the_board_opens_c_thinks_about_the_first_task(seed: int) -> None:
    board = TaskBoard(seed=seed)
    assert on_show(board)[RUNNING] == ["mail 1: c until 190"] and board.control("Agent").value == "c"
    assert "1 task: 1 running at c until 190; 5 still to come." in board.summary()


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_a_slowed_workers_task_is_redone_and_without_the_key_doubled(seed: int) -> None:
    """Where all others are busy, the slowed worker may be given another task, with which the same happens."""
    for kind, state in ((TaskQueue, REDONE), (WithoutKey, DOUBLED)):
        board = slowed(kind, seed)
        again = headings(board)[state]
        assert on_show(board)[state][0] == "mail 1 ×2" and again <= 2
        assert f"6 tasks: {6 - again} done, {again} {state}." in board.summary()


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_a_crashed_workers_task_is_redone_or_never_done_if_no_lease_runs_out(seed: int) -> None:
    for kind, state in ((TaskQueue, REDONE), (NeverTakesBack, LOST)):
        board = TaskBoard(kind, seed=seed)
        board.press("Crash")
        board.press("Run 500")
        assert states(board)["mail 1"] == state


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_at_most_once_loses_what_a_crashed_worker_had_in_hand_and_doubles_nothing(seed: int) -> None:
    board = TaskBoard(AtMostOnce, seed=seed)
    board.press("Crash")
    board.press("Run 500")
    assert on_show(board)[LOST] == ["mail 1"] and on_show(board)[DEAD] == ["mail 5 ×1"]
    assert headings(slowed(AtMostOnce, seed))[DOUBLED] == 0


@pytest.mark.parametrize("seed", seeds(5, 50))
def test_with_a_lease_longer_than_the_pause_a_slowed_worker_is_only_late(seed: int) -> None:
    board = slowed(TaskQueue, seed, lease=400)
    assert headings(board)[DONE] == 6


@pytest.mark.parametrize("seed", seeds(3, 30))
def test_a_contract_is_lost_with_its_contractor_unless_it_is_announced_again(seed: int) -> None:
    for kind, state in ((ContractNet, LOST), (Reannouncing, REDONE)):
        board = TaskBoard(kind, seed=seed, tasks=1, begin=140)
        assert [task.state for task in board.work] == [RUNNING]
        board.crash(board.work[0].holder)
        board.run_on(500)
        board.run_on(500)
        assert states(board) == {"mail 1": state}


# ---- the board and its words -----------------------------------------------------------------------------------------


def test_the_sentence_counts_every_state_and_says_who_works() -> None:
    tasks = [TaskState(n, f"mail {n}", DONE, "", 1, 1) for n in (1, 2, 3)]
    tasks += [TaskState(4, "pay", REDONE, "", 2, 1), TaskState(5, "pay", DOUBLED, "", 2, 2)]
    one = TaskState(6, "pay", RUNNING, "d", 1, 0, 341)
    assert counts([*tasks, one]) == "6 tasks: 3 done, 1 redone, 1 doubled, 1 running at d until 341."
    two = TaskState(7, "pay", RUNNING, "e", 1, 0)
    assert counts([one, two]) == "2 tasks: 2 running at d until 341 and at e."
    assert counts([one, two, one]) == "3 tasks: 3 running."
    assert counts([], 1) == "no task yet; 1 still to come."
    assert counts(tasks[:1], 0, 2, "a") == "1 task: 1 done; 2 never arrived, because a was down."


def test_what_has_no_room_in_its_column_is_counted_and_named() -> None:
    tasks = [TaskState(n, f"mail {n}", WAITING, "", 0, 0) for n in range(1, 9)]
    items = columns(tasks)["board waiting"]["items"]
    assert [item[1] for item in items] == ["Waiting: 8", "mail 1", "mail 2", "mail 3", "mail 4", "mail 5", "+3 more"]
    assert items[-1][4] == "mail 6, mail 7 and mail 8"


def test_tasks_that_come_while_the_queue_is_down_are_counted_as_never_arrived() -> None:
    board = TaskBoard()
    board.crash("a")
    board.press("Hand in a task")
    board.run_on(100)
    assert "1 task: 1 running at c; 2 still to come; 4 never arrived, because a was down." in board.summary()
    board.go(0)
    assert "no task yet; 6 still to come." in board.summary()


def test_a_task_that_is_handed_in_by_hand_has_a_name_of_its_own() -> None:
    board = TaskBoard(tasks=2)
    board.press("Hand in a task")
    board.press("Hand in a task")
    board.run_on(500)
    assert states(board) == dict.fromkeys(["mail 1", "pay 2", "mail 3", "pay 4"], DONE)


def test_a_slowed_agent_is_told_and_a_branch_keeps_the_other_story() -> None:
    board = slowed(TaskQueue, 1)
    board.go(2)
    board.press("Run 500")
    assert states(board)["mail 1"] == REDONE
    board.go(2)
    board.slow_down("d")
    assert board.status.startswith("You are now on branch 2: from step 2, pause d.")
    assert board.status.endswith(" d does nothing until 254, and does not notice it.")
    board.run_on(500)
    assert states(board)["mail 1"] == DONE
    board.show_branch(0)
    board.run_on(500)
    assert states(board)["mail 1"] == REDONE


def test_a_pause_is_drawn_in_the_diagram() -> None:
    board = TaskBoard()
    board.press("Slow down")
    panels = board.scene["panels"]
    assert [mark[4] for mark in panels["spacetime"]["marks"] if mark[2] == "bowtie"] == [
        "time 60: c pauses for 200 units"]
    assert any(note.endswith("pauses until 260") for note in panels["network"]["note"])


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"kind": Raft}, "such as TaskQueue, not Raft"), ({"kind": "raft"}, "such as TaskQueue, not 'raft'"),
    ({"agents": 2}, "agents is a whole number from 3 to 8, not 2"),
    ({"tasks": -1}, "tasks is a whole number from 0 to 100, not -1"),
    ({"every": 0}, "every is a whole number from 1 to 10,000, not 0"),
    ({"begin": "now"}, "begin is a whole number, not 'now'"),
    ({"queue": "z"}, "queue is one of the agents a to f, not 'z'"),
    ({"lease": "long"}, "option 'lease' of task queue cannot be 'long'"),
    ({"leese": 10}, "has no option 'leese'"),
])
def test_what_it_cannot_show_is_refused_in_one_sentence(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        TaskBoard(**wrong)


def test_who_is_down_cannot_be_slowed() -> None:
    board = TaskBoard()
    board.press("Crash")
    board.press("Slow down")
    assert board.status == "Agent c is down and cannot pause: restart it first."


# ---- whatever is done to it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", at_night(
    (TaskQueue, WithoutKey, AtMostOnce, ContractNet, Reannouncing), "WithoutKey", "AtMostOnce", "Reannouncing",
))
@pytest.mark.parametrize("seed", seeds(1, 8))
def test_after_two_hundred_random_faults_the_board_is_what_has_become_of_the_work(
    kind: type[Agent], seed: int
) -> None:
    random, board = Random(seed), TaskBoard(kind, seed=seed)
    faults = 0
    while faults < 200:
        faults += fault(board, random)
        tasks = work_of(board.sim.at(board.moment.step))
        by_state = {state: [task.name for task in tasks if task.state == state] for state in WORK_STATES}
        assert {state: len(names) for state, names in by_state.items()} == headings(board)
        for state, texts in on_show(board).items():
            assert all(text.startswith(name) for text, name in zip(texts, by_state[state], strict=False))
            assert len(texts) == len(by_state[state]) or len(texts) >= 5
        assert len(tasks) == 0 or f"{len(tasks)} task" in board.scene["panels"]["summary"]["text"]
        assert "raised" not in board.status
    board.press("Heal all")
    board.press("Restart all")
    board.press("Hand in a task")
    before = len(board.work)
    board.press("Run 500")
    assert len(board.work) >= before > 0


def fault(board: TaskBoard, random: Random) -> bool:
    """Do one thing that a hand can do, by clicks; whether it was a fault."""
    agent = random.choice("cdefab")
    match random.choices(["agent", "link", "slow", "step", "run", "back", "hand in"], [6, 6, 5, 2, 4, 2, 1])[0]:
        case "agent":
            board.click(agent=agent)
        case "link":
            board.click(link=list(random.choice(sorted(board.sim.system.network.graph.edges))))
        case "slow":
            board.choose("Agent", agent)
            board.press("Slow down")
            return agent not in board.moment.system.down
        case "step":
            board.press("Step")
            return False
        case "run":
            board.press("Run 100")
            return False
        case "back":
            board.go(random.randrange(max(0, board.moment.step - 30), board.moment.step + 1))
            return False
        case "hand in":
            board.press("Hand in a task")
            return False
    return True
