"""What lesson 04 says you will see is what its cells show; see test_scenes.py. Its questions stand elsewhere."""

from typing import Any

import pytest
from labkit.observe import Causality
from test_scenes import Lesson, broken, press, sides, strike


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return Lesson("04", "imports-views")


def tasks(board: Any) -> dict[str, str]:
    return {row[0]: row[1] for row in board.scene["panels"]["tasks"]["rows"]}


def notes(player: Any) -> dict[str, str]:
    return {name: agent.note for name, agent in player.moment.system.agents.items()}


# ---- 1. What came first? ---------------------------------------------------------------------------------------------


def registers(player: Any) -> set[tuple[object, object]]:
    agents = player.moment.system.agents.values()
    return {(agent.by_wall.value, agent.by_lamport.value) for agent in agents}


def test_by_the_wall_the_later_write_is_lost_and_by_lamport_s_clock_it_is_kept(lesson: Lesson) -> None:
    player = lesson.run("wall")
    assert not broken(player)
    press(player, *["Step"] * 6)
    assert broken(player) == {"kept by the wall"} and registers(player) == {("red", "blue")}
    table = player.scene["panels"]["agents"]
    assert table["title"] == "What every agent knows" and {"Register by the wall", "Register by Lamport"} <= {
        *table["head"]}
    assert "wall 180" in str(table["rows"]) and "wall 150" in str(table["rows"])
    assert Causality(lesson.names["wall"]).relation(1, 4) == "before"
    assert {reply.result for reply in player.moment.system.replies} == {"stored"}


@pytest.mark.parametrize(("skew", "kept"), [(40, "blue"), (60, "red")])
def test_blue_is_lost_once_the_error_is_larger_than_the_time_between(lesson: Lesson, skew: int, kept: str) -> None:
    lesson.says("wall-explain", "`skew=40` and `skew=60`")
    player = lesson.run("wall", change=("skew=80", f"skew={skew}"))
    press(player, *["Step"] * 6)
    assert registers(player) == {(kept, "blue")}


# ---- 2. Who leads? ---------------------------------------------------------------------------------------------------

def halved(lesson: Lesson, *change: str) -> Any:
    lab = lesson.run("bully", change=(change[0], change[1]) if change else None)
    strike(lab, "halves")
    press(lab, "Run 500", "Run 500")
    return lab


def test_each_side_of_a_cut_has_a_leader_of_its_own_epoch(lesson: Lesson) -> None:
    lab = halved(lesson)
    assert sides(lab)[0].startswith("a, b and c: can decide; leader c, term 2")
    assert sides(lab)[1].startswith("d and e: can decide; leader e, term 1")


def test_with_epochs_the_small_side_is_blocked_and_its_old_leader_still_believes(lesson: Lesson) -> None:
    lesson.says("bully-explain", '`PartitionLab("bully with epochs", seed=1)`')
    lab = halved(lesson, '"bully"', '"bully with epochs"')
    assert sides(lab)[0].startswith("a, b and c: can decide; leader c, term 2")
    assert sides(lab)[1].startswith("d and e: blocked; leader e, term 1")
    assert notes(lab)["e"] == "leader, epoch 1"


def test_names_on_the_ring_are_as_many_as_the_text_says(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.run("ring")
    assert [line.split()[-3] for line in capsys.readouterr().out.splitlines()] == ["31", "68", "136"]
    lesson.says("ring-explain", "31 is the fewest", "136 the most", "68 is one order in between",
                "255 messages on 16 agents", "and 15 if the highest")
    for first, messages in (("a", 255), ("p", 15)):
        said = f'run = Model(build("mesh", 16), Bully).simulate(seed=1)\nrun.request("{first}", "elect")\nrun.run()\n'
        lesson.execute("from labkit.protocols import Bully")
        assert lesson.execute(f"{said}sent(run).total()") == messages


def test_one_agent_down_and_nobody_on_the_ring_leads_any_more(lesson: Lesson) -> None:
    lab = lesson.shows("ring-explain", 'PartitionLab("ring election"')
    assert "leader e" in sides(lab)[0]
    lab.choose("Agent", "c")
    press(lab, "Crash", "Run 500")
    assert not [agent for name, agent in lab.moment.system.agents.items() if name != "c" and agent.leading]


# ---- one at a time ---------------------------------------------------------------------------------------------------

def test_each_waits_for_the_one_that_is_down(lesson: Lesson) -> None:
    player = lesson.run("turns")
    assert not notes(player)["a"].startswith("waits")
    player.go(len(player.sim))
    assert notes(player)["a"] == "waits, let by 3 of 4" and not player.moment.pending
    assert all("waits" in notes(player)[name] for name in "abcd") and not player.moment.system.replies


def test_with_all_up_an_entry_costs_eight_messages(lesson: Lesson) -> None:
    lesson.says("turns-explain", "2(n−1) = 8 messages")
    source = lesson.source["turns"].replace('turns.crash("e")\n', "").replace("Player(turns)", "sent(turns)")
    assert lesson.execute(source).total() == 4 * 8 and len(lesson.names["turns"].system.replies) == 4


@pytest.mark.parametrize(("kind", "held", "told"), [
    ("Trusting", ["new", "old"], "stored"), ("Locked", ["new"], "refused: the lease is an old one")])
def test_a_holder_that_paused_writes_late_unless_the_store_looks_at_the_token(
    lesson: Lesson, kind: str, held: list[str], told: str
) -> None:
    change = ("Model(build(\"mesh\", 4), Trusting)", f"Model(build(\"mesh\", 4), {kind})")
    lesson.run("paused", change=change)
    player = lesson.run("paused-see")
    assert [value for _, value in player.moment.system.agents["b"].written] == held
    assert {reply.request: reply.result for reply in player.moment.system.replies} == {"new": "stored", "old": told}


# ---- 3. Share out the work -------------------------------------------------------------------------------------------

def slowed(board: Any, act: str) -> Any:
    board.choose("Agent", "c")
    press(board, act, "Run 500")
    return board


def test_a_worker_that_is_slower_than_its_lease_sends_the_mail_twice_without_a_key(lesson: Lesson) -> None:
    lesson.run("slow")
    board = lesson.run("slow-see")
    assert tasks(board)["mail 1"] == "running" and board.scene["panels"]["tasks"]["rows"][0][2] == "c"
    found = tasks(slowed(board, "Slow down"))
    assert found.pop("mail 1") == "doubled" and set(found.values()) == {"done"}


def test_with_keys_it_is_redone_and_a_crash_neither_doubles_nor_loses(lesson: Lesson) -> None:
    found = tasks(slowed(lesson.shows("slow-explain", "TaskBoard(TaskQueue"), "Slow down"))
    assert found.pop("mail 1") == "redone" and set(found.values()) == {"done"}
    found = tasks(slowed(lesson.shows("slow-explain", "TaskBoard(TaskQueue"), "Crash"))
    assert sorted(found.values()) == ["done"] * 4 + ["redone"] * 2 and found["mail 1"] == "redone"


def test_acknowledged_first_a_task_is_lost_and_one_is_dead(lesson: Lesson) -> None:
    board = slowed(lesson.run("ack"), "Crash")
    found = tasks(board)
    assert (found.pop("mail 1"), found.pop("mail 5")) == ("lost", "dead") and set(found.values()) == {"done"}
    assert ("mail 1", "done") in {(reply.request, reply.result) for reply in board.moment.system.replies}


def test_the_search_finds_the_payment_made_twice_and_none_with_keys(lesson: Lesson) -> None:
    lesson.run("slow")
    lesson.source["search"] = lesson.source["search"].removeprefix("print(").removesuffix(")")
    twice = lesson.run("search")
    assert twice.violated.name == "no effect twice" and len(twice.trace) == 8
    sound = lesson.run("search", change=("WithoutKey", "TaskQueue"))
    assert sound.complete and not sound.violated
    crashing = lesson.run("search", change=("WithoutKey, requests=[(\"a\", \"pay\")]), timeouts=3",
                                            "TaskQueue, requests=[(\"a\", \"pay\")]), timeouts=3, crashes=1"))
    assert crashing.complete and not crashing.violated


def test_a_contract_is_lost_with_its_contractor_and_announced_again_it_is_doubled(lesson: Lesson) -> None:
    board = lesson.run("net")
    press(board, "Run 100")
    assert [row[2] for row in board.scene["panels"]["tasks"]["rows"]][:2] == ["b", "b"]
    board.choose("Agent", "b")
    press(board, "Crash", "Run 500")
    found = tasks(board)
    assert sorted(found.values()) == ["done"] * 4 + ["lost"] * 2 and found["mail 1"] == found["pay 2"] == "lost"
    assert not {reply.request for reply in board.moment.system.replies} & {"mail 1", "pay 2"}

    lesson.execute("from labkit.protocols import Reannouncing")
    again = lesson.run("net", change=("ContractNet", "Reannouncing"))
    press(again, "Run 100")
    again.choose("Agent", "b")
    press(again, "Crash", "Run 500", "Run 500")
    assert sorted(tasks(again).values()) == ["done"] * 3 + ["doubled"] * 2 + ["redone"]


# ---- spreading word --------------------------------------------------------------------------------------------------

def test_flood_tree_and_gossip_under_loss_and_without(lesson: Lesson, capsys: pytest.CaptureFixture[str]) -> None:
    lesson.run("word")
    lossy = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lossy if "all know" in line] == ["Flooding", "PushPull", "PushPull"]
    assert "225 messages" in lossy[0] and "mesh" in lossy[0]
    lesson.run("word", change=("run.weather.loss = 0.3", "pass"))
    whole = capsys.readouterr().out.splitlines()
    assert all("all know" in line for line in whole)
    assert [line.rsplit(", ", 1)[1] for line in whole[:4]] == [
        "225 messages", "15 messages", "15 messages", "15 messages"]


def told(lesson: Lesson, kind: str, shape: str, agents: int) -> Any:
    """The cell's own loop, for one kind and one topology, without loss."""
    source = lesson.source["word"].replace("(Flooding, SpanningTree, PushPull)", f"({kind},)")
    source = source.replace('("mesh", "tree")', f'("{shape}",)').replace("16", str(agents))
    lesson.execute(source.replace("run.weather.loss = 0.3", "pass"))
    return lesson.execute("spread(run)")


@pytest.mark.parametrize(("kind", "row"), [
    ("Flooding", "flooding"), ("SpanningTree", "spanning tree"), ("PushPull", "push–pull")])
def test_the_table_of_messages_is_what_the_cell_measures(lesson: Lesson, kind: str, row: str) -> None:
    found = [told(lesson, kind, shape, 16) for shape in ("star", "ring", "tree", "mesh", "hybrid")]
    lesson.says("word-explain", f"| {row} | " + " | ".join(f"{one.messages} ({one.time})" for one in found) + " |")
    growth = [f"{told(lesson, kind, 'mesh', agents).messages:,}" for agents in (8, 16, 32, 64)]
    lesson.says("word-explain", f"{', '.join(growth[:3])} and {growth[3]}")


def test_the_explorer_finds_the_late_write_without_a_pause(lesson: Lesson) -> None:
    lesson.run("paused")
    found = lesson.shows("paused-explain", "explore(Model(")
    assert found.violated.name == "writes in turn" and len(found.trace) == 9
