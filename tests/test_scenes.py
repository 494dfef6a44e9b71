"""What a lesson says you will see is what its cells show: each scene is played from the notebook's own cells.

A seed, a time or a class is never copied here. The cells of a scene run as they stand in the notebook, then the buttons
are pressed that the text names, and what the text says of the outcome is asserted.

Asserted elsewhere, and not again here:

- the answer to each `predict(…)` and the figures in its reason: test_questions.py with answers_on_*.py;
- the lesson's own classes and their eight traps, the 32,768 ways to vote: test_lesson.py, test_lesson_traps.py; what
  the voting booth makes of each trap: test_voting_booth.py; which quorums meet: test_quorum.py;
- the broken promises in the table of Raft's rules, figure 8 too: test_raft.py; more than 3m agents for m liars, and
  that no other rule saves three: test_byzantine.py; the blank entry: test_blank_entry.py;
- that patience costs time and SWIM's messages do not grow with the group: test_detection.py, test_detector_tuner.py;
  how two versions become one: test_merge_bench.py;
- figures of the five topologies: test_topology.py, test_measures_by_hand.py; their advice: test_advice.py.
"""

import ast
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from labkit.engine import Deliver, Request, Simulator
from labkit.faults import GALLERY, leader_of, report_on, run_through
from labkit.network import Crash, Heal
from labkit.observe import ACKNOWLEDGED, CONFLICT, OPEN, REFUSED
from labkit.protocols import BlankEntry, Raft
from labkit.protocols.consensus.paxos import Accept, Chosen, Promise
from labkit.protocols.consensus.raft_messages import Appended
from labkit.search import explore
from labkit.topology import shapes
from labkit.values import brief

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


class Lesson:
    """A notebook whose cells are run one by one, in one set of names."""

    def __init__(self, number: str, *cells: str) -> None:
        (path,) = NOTEBOOKS.glob(f"{number}-*.ipynb")
        book = json.loads(path.read_text(encoding="utf-8"))
        self.source = {cell["id"]: "".join(cell["source"]) for cell in book["cells"]}
        self.names: dict[str, Any] = {"__name__": "lesson"}
        self.run("imports", *cells)

    def run(self, *cells: str, change: tuple[str, str] | None = None) -> Any:
        """The value that the last of these cells shows; change: what the learner writes in place of what."""
        shown = None
        for cell in cells:
            source = self.source[cell]
            if change is not None:
                assert change[0] in source
                source = source.replace(*change)
            shown = self.execute(source)
        return shown

    def execute(self, source: str) -> Any:
        """The value of the last line, as a notebook shows it."""
        tree, shown = ast.parse(source), None
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), self.names)
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), self.names)
        return shown

    def shows(self, cell: str, beginning: str) -> Any:
        """What the learner sees who runs the code in backquotes, in this text, that begins so."""
        (code,) = (code for code in re.findall("`(.+?)`", self.source[cell]) if code.startswith(beginning))
        return self.execute(code)

    def says(self, cell: str, *words: str) -> None:
        """The text still says what the test is about."""
        for word in words:
            assert word in self.source[cell], word


def badges(player: Any, panel: str = "lights") -> list[list[str]]:
    found: list[list[str]] = player.scene["panels"][panel]["items"]
    return found


def broken(player: Any) -> set[str]:
    """The lights that are out."""
    return {words.split(":")[0] for mark, words, *_ in badges(player) if mark == "✘"}


def sides(lab: Any) -> list[str]:
    return [words for _, words, *_ in badges(lab, "sides")]


def press(widget: Any, *labels: str) -> None:
    for label in labels:
        widget.press(label)


def strike(lab: Any, fault: str) -> None:
    lab.choose("Fault", fault)
    lab.press("Let it happen")


def arrivals(sim: Simulator, kind: type) -> list[tuple[int, Deliver]]:
    """The messages of this kind that arrived, each with its step."""
    return [(step, done.event) for step, done in enumerate(sim.trace, 1)
            if isinstance(done.event, Deliver) and isinstance(done.event.message, kind)]


def decided(system: Any) -> dict[str, object]:
    return {decision.agent: decision.value for decision in system.decisions}


def roles(system: Any) -> dict[str, str]:
    return {name: agent.role for name, agent in system.agents.items()}


def logs(system: Any) -> dict[str, list[object]]:
    return {name: [entry.value for entry in agent.log] for name, agent in system.agents.items()}


# ---- 02b: Paxos ------------------------------------------------------------------------------------------------------

def test_paxos_waits_for_two_promises_and_the_slow_ones_come_too_late() -> None:
    lesson = Lesson("02b")
    lesson.says("paxos-look", "it needs two more", "two agents may be gone")
    player = lesson.run("paxos-observe")
    while player.step():
        pass
    promises, accepted = arrivals(player.sim, Promise), arrivals(player.sim, Accept)
    assert len(promises) == 4 and {brief(event.message) for _, event in promises} == {
        "promise, ballot 1 of a, accepted before: nothing"}
    asked = {number for number, done in enumerate(player.sim.trace, 1) for effect in done.transition.effects
             if isinstance(getattr(effect, "message", None), Accept)}
    assert asked == {promises[1][0]}, "the second promise lets it go on"
    assert accepted and decided(player.sim.system) == dict.fromkeys("abcde", "red")


@pytest.mark.parametrize(("gone", "goes_on"), [("de", True), ("cde", False)])
def test_two_of_five_may_be_gone(gone: str, goes_on: bool) -> None:
    player = Lesson("02b").run("paxos-observe")
    player.press("Step")
    for agent in gone:
        player.click(agent=agent)
    player.run(until=2_000)
    assert bool(player.sim.system.decisions) == goes_on


def test_the_late_rival_hears_of_red_and_finishes_it() -> None:
    lesson = Lesson("02b", "paxos-observe")
    lesson.says("paxos-look", "A majority has accepted *red*, and nobody knows it")
    player = lesson.run("late-observe")
    assert player.sim[player.moment.step - 1].event == Request("e", "blue"), "phase 1 of e comes next"
    assert sum(agent.accepted is not None for agent in player.moment.system.agents.values()) == 3
    assert player.moment.system.down == {"a"} and not player.moment.system.decisions
    reports = [step for step, event in arrivals(player.sim, Promise) if event.target == "e" and event.message.accepted]
    proposed = [step for step, event in arrivals(player.sim, Accept) if event.source == "e"]
    assert player.moment.step < reports[0] < proposed[0] < arrivals(player.sim, Chosen)[0][0]
    assert {event.message.value for _, event in arrivals(player.sim, Accept)} == {"red"}
    assert decided(player.sim.system) == dict.fromkeys("bcde", "red")
    assert [(answer.agent, answer.result) for answer in player.sim.system.replies] == [("e", "red")]


@pytest.mark.parametrize("later", [1, 4, 8, 12])
def test_an_agent_that_is_restarted_in_time_learns_red_from_its_rival(later: int) -> None:
    player = Lesson("02b", "paxos-observe").run("late-observe")
    crash = next(step for step, done in enumerate(player.sim.trace, 1) if done.event == Crash("a"))
    player.go(crash + 1 + later)
    player.restart("a")
    player.run(until=400)
    told = [event.source for _, event in arrivals(player.sim, Chosen) if event.target == "a"]
    assert told == ["e"] and decided(player.sim.system) == dict.fromkeys("abcde", "red")


def test_the_shortest_run_reads_like_the_story_in_the_text() -> None:
    lesson = Lesson("02b", "forgetful", "luck-observe")
    lesson.says("search-explain", "Ten events", "`b` accepts red for `a`, promises a higher ballot to `c`, reports red")
    lesson.run("search-observe")
    trace = [str(event.message) + f" from {event.source} to {event.target}"
             for event in lesson.names["found"].trace if isinstance(event, Deliver)]
    assert len(lesson.names["found"].trace) == 10
    story = [next(i for i, words in enumerate(trace) if all(part in words for part in parts)) for parts in (
        ("accept red", "from a to b"), ("prepare, ", "from c to b"), ("promise, ", "red", "from b to c"),
        ("accept blue", "from c to b"))]
    assert story == sorted(story)


def test_beside_real_paxos_the_runs_part_where_c_chooses() -> None:
    lesson = Lesson("02b", "paxos-observe", "forgetful", "luck-observe", "search-observe")
    lesson.says("search-explain", "*Both: step* eight times, then on to the end")
    lesson.says("search-look", "the left one says blue, the right one red")
    both = lesson.run("search-side-by-side")
    press(both, *["Both: step"] * 8)
    left, right = both.players
    same = [one.event == other.event for one, other in zip(left.sim.trace, right.sim.trace, strict=False)]
    assert same[:8] == [True] * 8
    said = [[effect.message.value for effect in player.sim[7].transition.effects] for player in both.players]
    assert left.moment.step == right.moment.step == 8 and said == [["blue"], ["red"]]
    assert not broken(left) and not broken(right)
    both.press("Both: end")
    assert broken(left) == {"agreement"} and not broken(right)


def test_every_run_of_real_paxos_is_looked_at_and_the_verdict_says_what_was_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = Lesson("02b", "paxos-observe", "forgetful", "luck-observe")
    lesson.says("exhaust-explain", "*Every run was looked at*", "three agents, two rivals and one crash", "*Mind*")
    capsys.readouterr()
    lesson.run("exhaust")
    verdicts = re.findall("✔ No invariant is broken. Every run was looked at: (.*?) .[0-9]", capsys.readouterr().out)
    assert verdicts == ["3 agents, 2 requests, no time-out, no crash", "3 agents, 2 requests, no time-out, 1 crash"]
    model = lesson.names["rivals"].played_by(lesson.names["Paxos"])
    few, all_of_them = (explore(model, reduce=reduce, progress=False) for reduce in (True, False))
    assert few.holds and all_of_them.holds and all_of_them.states > 5 * few.states
    assert "Mind: agents set timers, but no time-out was allowed." in str(few)


def rules(lesson: Lesson, cell: str) -> dict[str, str]:
    """The table of rules to forget: what to override, and what it shall return."""
    return dict(re.findall(r"^\| `(\w+\(self.*?\))` \| `(.*?)` \|", lesson.source[cell], flags=re.M))


def test_each_rule_of_paxos_that_the_table_offers_to_forget_is_found() -> None:
    lesson = Lesson("02b", "paxos-observe", "forgetful", "luck-observe")
    offered = rules(lesson, "exhaust-explain")
    assert len(offered) == 3
    lengths = []
    for rule, value in offered.items():
        lesson.execute(f"class Mine(Paxos):\n    def {rule}:\n        return {value}")
        found = explore(lesson.names["rivals"].played_by(lesson.names["Mine"]), progress=False)
        assert found.violated, rule
        lengths.append(len(found.trace))
    lesson.says("forget-answer", "Two events for `is_quorum`", "Ten events each for `may_promise` and `may_accept`")
    assert lengths == [10, 10, 2]


def test_rivals_that_wait_at_random_all_end_and_losses_make_them_wait_longer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = Lesson("02b", "paxos-observe")
    lesson.says("live", "the middle of 20 runs, and the worst")
    capsys.readouterr()
    lesson.run("live-observe")
    times = [(int(middle), int(worst))
             for middle, worst in re.findall(r"answered at (\d+), at worst at (\d+)", capsys.readouterr().out)]
    assert len(times) == 3 and times == sorted(times) and all(middle < worst for middle, worst in times)


# ---- 02b: Raft -------------------------------------------------------------------------------------------------------

def test_two_answers_let_the_leader_commit_and_after_its_crash_another_leads() -> None:
    lesson = Lesson("02b", "paxos-observe")
    lesson.says("raft", "a client asks `a`, which passes `x=1` on to the leader")
    lesson.says("raft-look", "Nobody waited for `d` and `e`", "passes it on to those who missed it")
    player = lesson.run("raft-observe")
    assert player.moment.step == 0 and "leader" not in roles(player.moment.system).values()
    player.go(len(player.sim))
    (leader,) = (name for name, role in roles(player.moment.system).items() if role == "leader")
    assert player.sim[-1].event == Request("a", "x=1") and leader != "a"
    while not any(mark == "★" and words.startswith("a request is acknowledged") for mark, words, *_ in badges(player)):
        player.press("Step")
    assert {event.source for _, event in arrivals(player.sim, Appended) if event.message.match == 1} == {"a", "b"}
    assert sorted(name for name, log in logs(player.sim.system).items() if log) == ["a", "b", leader]
    began = player.moment.time
    player.restart("d")
    player.restart("e")
    player.click(agent=leader)
    player.run(until=began + 900)
    assert [name for name, role in roles(player.sim.system).items() if role == "leader" and name != leader]
    held = logs(player.sim.system)
    assert held["d"] == held["e"] == ["x=1"]


def test_two_leaders_in_different_terms_and_no_light_is_out(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Lesson("02b", "paxos-observe")
    player = lesson.run("two-leaders-observe")
    leaders = {name: agent.term for name, agent in player.sim.system.agents.items() if agent.role == "leader"}
    assert leaders == {"a": 1, "e": 2}
    assert "('a', 'leader', 1)" in capsys.readouterr().out and not broken(player)


def test_only_the_new_leader_answers_and_its_log_replaces_the_old_one(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Lesson("02b", "paxos-observe", "two-leaders-observe")
    player = lesson.run("wrong-leader-observe")
    lesson.says("wrong-leader-explain", "look at the logs of `a` and `e`", "`x=2` was never acknowledged")
    assert "answered: ['x=3']" in capsys.readouterr().out
    assert logs(player.sim.system) == {agent: ["x=3"] for agent in "abcde"}
    heal = next(step for step, done in enumerate(player.sim.trace) if isinstance(done.event, Heal))
    lesson.says("wrong-leader-explain", f"type {heal} into the number beside the slider")
    player.go(heal)
    seen = logs(player.moment.system)
    assert (seen["a"], seen["e"]) == (["x=2"], ["x=3"])


@pytest.mark.parametrize(("kind", "gone"), [("Raft", False), ("BlankEntry", True)])
def test_without_another_request_the_old_entry_stays_unless_a_blank_one_is_written(kind: str, gone: bool) -> None:
    lesson = Lesson("02b", "paxos-observe")
    lesson.says("wrong-leader-explain", "without the line for `x=3`", "Ask for something else")
    lesson.says("wrong-leader-explain", "write `BlankEntry` for `Raft`")
    lesson.shows("wrong-leader-explain", "from labkit.protocols import")
    lesson.run("two-leaders-observe", change=("(five, Raft)", f"(five, {kind})"))
    player = lesson.run("wrong-leader-observe", change=('sim.request("e", "x=3")\n', ""))
    assert any("x=2" in log for log in logs(player.sim.system).values()) != gone
    player.request("e", "x=4")
    player.run(until=2_000)
    assert not any("x=2" in log for log in logs(player.sim.system).values())
    assert all(log[-1] == "x=4" for log in logs(player.sim.system).values())


def test_who_says_yes_to_everyone_makes_two_leaders_in_six_events() -> None:
    lesson = Lesson("02b", "paxos-observe")
    lesson.says("forget-raft-explain", "Six events, two leaders in one term")
    player = lesson.run("generous")
    assert len(lesson.names["found"].trace) == 6
    player.go(len(player.sim))
    assert broken(player) == {"election safety"}


def test_where_one_is_a_quorum_two_time_outs_are_enough() -> None:
    lesson = Lesson("02b", "paxos-observe")
    lesson.says("figure-8-explain", "Let `is_quorum` return `count >= 1`", "Two events")
    lesson.run("generous", change=("may_vote(self, candidate):\n        return True",
                                   "is_quorum(self, count):\n        return count >= 1"))
    assert len(lesson.names["found"].trace) == 2, "each leader needs a time-out of its own"
    offered = rules(lesson, "forget-raft-explain")
    assert all(callable(getattr(Raft, rule.split("(")[0])) for rule in offered) and len(offered) == 3


def test_each_call_in_the_table_of_raft_s_rules_finds_its_broken_promise() -> None:
    lesson = Lesson("02b", "paxos-observe")
    calls = re.findall(r"^\| `(\w+\(self.*?\))` \| `(.*?)` \| `(explore\(.*?)`,", lesson.source["forget-raft-explain"],
                       flags=re.MULTILINE)
    assert len(calls) == 2
    for rule, value, call in calls:
        lesson.execute(f"class Mine(Raft):\n    def {rule}:\n        return {value}")
        assert lesson.execute(call).violated, rule


def test_figure_8_of_the_paper_breaks_the_eager_leader_in_five_events_and_raft_in_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = Lesson("02b", "eager", "figure-8")
    lesson.says("figure-8-explain", "five events later a leader without red")
    capsys.readouterr()
    lesson.run("figure-8-observe")
    eager, broken_promise, raft, kept = capsys.readouterr().out.splitlines()
    assert eager == "Eager red is decided by ['c', 'b']" and raft == "Raft red is decided by []"
    assert broken_promise.startswith("5 events more: ✘") and "without 'red' as entry 1" in broken_promise
    assert "events more: ✔" in kept


# ---- 02b: liars ------------------------------------------------------------------------------------------------------

def test_a_liar_fools_one_of_two_lieutenants_and_never_one_of_three(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Lesson("02b", "paxos-observe", "liar-observe")
    assert re.findall(r"(\d+) agents: b has (\d+) ways to lie, (\d+) of them", capsys.readouterr().out) == [
        ("3", "3", "2"), ("4", "9", "0")]
    lesson.says("liar-explain", "replace `\"b\"` by `\"a\"`", "With three agents nothing is broken then")
    lesson.run("liar-observe", change=('"b"', '"a"'))
    assert "3 agents: a has 9 ways to lie, 0 of them work" in capsys.readouterr().out


def test_one_of_the_bad_lies_makes_the_general_attack_alone() -> None:
    player = Lesson("02b", "paxos-observe").run("liar-player-observe")
    player.run(until=200)
    told = decided(player.sim.system)
    assert (told["a"], told["c"]) == ("attack", "retreat") and broken(player) == {"a loyal general is obeyed"}


# ---- 03: seen from above, and from inside ----------------------------------------------------------------------------

def test_the_detector_of_the_lesson_answers_by_who_stands_first_and_the_other_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = Lesson("03", "imports-views")
    lesson.says("order-explain", "depends on which agent stands first")
    lesson.run("order-predict", "order-see")
    found = [line.split("]", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert len(set(found)) == len(found) == 3
    lesson.run("hardened")
    assert capsys.readouterr().out.splitlines() == [
        "both ways: (('a',), ('b',), ('c',))", "either way: (('a', 'b', 'c'),)"]


def test_the_detector_of_the_lesson_counts_a_stranger_and_the_other_refuses() -> None:
    lesson = Lesson("03", "imports-views")
    assert lesson.run("stranger-see") == [["a", "a visitor"]]
    lesson.says("inside", "It refuses")
    with pytest.raises(ValueError, match="a visitor"):
        lesson.shows("inside", "partitions(")


def test_the_picture_from_above_finds_the_parts_of_a_ring() -> None:
    explorer = Lesson("03", "imports-views").run("above-see")
    explorer.cut("a", "b")
    assert len(explorer.network.partitions()) == 1
    explorer.cut("d", "e")
    assert len(explorer.network.partitions()) == 2


def test_each_side_suspects_the_other_and_the_lone_one_is_as_sure() -> None:
    lesson = Lesson("03", "imports-views")
    lesson.says("belief-explain", "*isolate one*", "*Run 100* three times", "cut off suspects all others")
    lab = lesson.run("belief")
    strike(lab, "isolate one")
    assert len(lab.moment.system.network.partitions()) == 2 and not any(lab.scene["panels"]["network"]["note"])
    press(lab, "Run 100", "Run 100", "Run 100")
    assert sides(lab) == ["b, c and d: suspect a", "a: suspects b, c and d"]


@pytest.mark.long
def test_a_detector_is_fast_or_calm() -> None:
    lesson = Lesson("03", "imports-views")
    lesson.says("patience-explain", "left is fast, low is calm, and no point is both")
    tuner = lesson.run("tuner")
    found = []
    for patience in (60, 200, 400):
        tuner.tune(patience)
        found.append((tuner.quality.first, tuner.quality.mistakes))
    assert found == sorted(found) and [calm for _, calm in found] == sorted((calm for _, calm in found), reverse=True)
    tuner.choose("Detector", "SWIM")
    tuner.choose("Messages lost", 20)
    assert tuner.setting.detector == "SWIM" and tuner.quality.mistakes > 0


# ---- 03: live through a partition ------------------------------------------------------------------------------------

def test_the_small_side_has_a_leader_in_an_old_term_and_its_clients_get_nothing() -> None:
    lesson = Lesson("03", "imports-views")
    lesson.says("lab-explain", "*halves*", "*Run 500* twice", "A leader on the small side goes on believing")
    lab = lesson.run("lab")
    cut = lab.moment.time
    strike(lab, "halves")
    press(lab, "Run 500", "Run 500")
    large, small = sides(lab)
    assert large.startswith("a, b and c: can decide; leader c, term 2")
    assert small.startswith("d and e: blocked; leader d, term 1 (cannot commit)")
    got = {client: {one.outcome for one in lab.operations if one.agent in client and one.asked > cut + 500}
           for client in ("abc", "de")}
    assert ACKNOWLEDGED in got["abc"] and got["de"] <= {OPEN, REFUSED} and got["de"]
    press(lab, "Heal all", "Run 500", "Report")
    assert "recovered after" in lab.status and not lab.report.lost and len(sides(lab)) == 1


def test_going_back_before_the_cut_opens_a_branch_and_keeps_the_old_one() -> None:
    lab = Lesson("03", "imports-views").run("lab")
    before = lab.moment.step
    strike(lab, "halves")
    lab.press("Run 500")
    lab.go(before)
    strike(lab, "isolate the leader")
    press(lab, "Run 500", "Run 500")
    assert len(lab.branches) == 2 and len(sides(lab)) == 2
    assert sides(lab)[1].startswith("d: blocked; leader d, term 1 (cannot commit)")


def test_with_a_quorum_of_two_both_sides_decide_and_the_report_names_the_broken_promise() -> None:
    lesson = Lesson("03", "imports-views", "brain")
    lesson.says("brain-explain", "somebody leads without an entry that another agent has already applied")
    split, sound = lesson.run("brain-see").reports
    assert split.violated.startswith("leader completeness") and "has applied" in split.violated
    assert split.lost and set(split.lost) <= set(split.acknowledged)
    assert not sound.violated and not sound.lost
    lesson.says("brain-explain", "*halves*, *Run 500* twice.", "Both badges say *can decide*", "three lights are out")
    lab = lesson.shows("brain-explain", "PartitionLab(Tuned")
    strike(lab, "halves")
    press(lab, "Run 500", "Run 500")
    assert len(sides(lab)) == 2 and all("can decide" in side for side in sides(lab))
    press(lab, "Heal all", "Run 500")
    assert broken(lab) == {"leader completeness", "state machine safety", "no lost request"}


def test_who_checks_its_quorum_says_no_sooner_and_cannot_close_what_was_open() -> None:
    lesson = Lesson("03", "imports-views")
    plain, checked = lesson.run("answer-see").reports
    assert not plain.refused and checked.refused and set(plain.open) == {*checked.open, *checked.refused}
    assert checked.open
    lesson.says("answer-explain", "Were they written? The bars cannot say")
    sim = run_through("isolate the leader", Raft)
    assert plain == report_on("isolate the leader", Raft), "the run of that report"
    assert not set(plain.open) & {value for log in logs(sim.system).values() for value in log}


def test_a_shorter_lease_says_no_sooner_and_a_very_short_one_leads_nobody() -> None:
    lesson = Lesson("03", "imports-views")
    (default,) = lesson.run("answer-see").reports[1:]
    lesson.says("answer-explain", "at no price", "far fewer requests are acknowledged")
    longer, short, shortest = lesson.shows("answer-explain", "Reports(").reports
    assert longer.noticed < default.noticed and len(longer.open) < len(default.open)
    yes = [len(report.acknowledged) for report in (default, longer, short, shortest)]
    assert yes[0] == yes[1] > 1.5 * yes[2] > 3 * yes[3]


def test_the_old_write_arrives_last_and_the_light_goes_out_unless_tokens_are_checked() -> None:
    lesson = Lesson("03", "imports-views", "late")
    lesson.says("late-explain", "watch the light *writes in turn*", "`a` keeps the lock, `b` is the store")
    player = lesson.run("late-see")
    assert player.window[1] - player.window[0] > 300, "the late message is seen whole"
    writes = []
    while player.step() and player.moment.step < len(player.sim):
        event = player.sim[player.moment.step - 1].event
        if isinstance(event, Deliver) and event.target == "b":
            writes.append(event.source)
    assert writes[-1] == "c" and "d" in writes and "writes in turn" in broken(player)
    player = lesson.run("late-see", change=("Trusting", "Locked"))
    player.go(len(player.sim))
    assert not broken(player)


# ---- 03: connected is not healthy, and always to answer --------------------------------------------------------------

def test_in_a_ring_of_majorities_there_is_one_partition_and_the_terms_grow() -> None:
    lesson = Lesson("03", "imports-views")
    lesson.says("ring-explain", "There is one partition", "Watch the terms in the badge")
    lab = lesson.run("ring-see")
    strike(lab, "ring of majorities")
    terms = []
    for _ in range(6):
        lab.press("Run 500")
        (side,) = sides(lab)
        terms += re.findall(r"leader \w, term (\d+)", side)
    assert len(set(terms)) >= 4 and [*map(int, terms)] == sorted(map(int, terms))


@pytest.mark.long
def test_where_raft_never_recovers_nothing_is_lost_and_a_blank_entry_would_do() -> None:
    lesson = Lesson("03", "imports-views")
    lesson.says("cap", "Plain Raft recovers *never* here", "Nothing is lost", "blank entry of lesson 02b would have")
    gallery = lesson.run("gallery")
    gallery.press("Let it happen to all")
    raft = gallery.reports[0]
    assert raft.strategy == "Raft" and raft.recovered is None and not raft.lost
    (seed,) = map(int, re.findall(r"seed=(\d+)", lesson.source["gallery"]))
    assert report_on("one-way links", Raft, seed=seed) == raft
    assert report_on("one-way links", BlankEntry, seed=seed).recovered is not None
    assert leader_of(run_through("one-way links", Raft, seed=seed, until=999).system) not in (None, "e"), \
        "the questions of the gallery are about an agent that does not lead"
    assert not report_on("bridge", Raft, seed=seed).refused and not report_on("bridge", Raft, seed=seed).open
    found = {fault: report_on(fault, Raft, seed=seed) for fault in GALLERY}
    assert not any(report.lost for report in found.values())
    lesson.says("cap", "*halves* and *cascading*: ten of 25 each")
    most = {fault for fault, report in found.items() if len(report.open) == max(len(r.open) for r in found.values())}
    assert most == {"halves", "cascading"} and len(found["halves"].open) == 10


def test_the_other_seed_of_the_slow_agent_is_the_bad_one_of_the_question() -> None:
    lesson = Lesson("03", "imports-views")
    gallery = lesson.shows("cap", "FaultGallery(")
    gallery.press("Let it happen to all")
    (seed, yes), = re.findall(r"seed (\d+), only (\d+) of 25", gallery.prediction.question.because)
    assert f"seed={seed})" in lesson.source["cap"] and len(gallery.reports[0].acknowledged) == int(yes)


def test_replicas_on_both_sides_decide_and_the_heal_brings_the_conflicts_between_them() -> None:
    def conflicts(lab: Any) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for one in lab.operations:
            if one.outcome == CONFLICT:
                found.setdefault(one.request.key, set()).add(one.agent)
        return found

    lesson = Lesson("03", "imports-views")
    lesson.says("cap-explain", "A few diamonds stand there before", "clients of one side wrote at nearly the same time")
    lab = lesson.run("cap-see")
    assert not conflicts(lab)
    strike(lab, "halves")
    press(lab, "Run 500", "Run 500")
    assert len(sides(lab)) == 2 and all("can decide" in side for side in sides(lab))
    before = conflicts(lab)
    assert before and all(who <= set("abc") or who <= set("de") for who in before.values())
    press(lab, "Heal all", "Run 500")
    new = {key: who for key, who in conflicts(lab).items() if before.get(key) != who}
    assert len(new) >= 3 and all(who & set("abc") and who & set("de") for who in new.values())


@pytest.mark.long
def test_four_strategies_pay_four_prices_and_none_is_whole_at_the_heal() -> None:
    lesson = Lesson("03", "imports-views")
    lesson.says("reports-explain", "Raft loses nothing and leaves clients without an answer", "thrown half of it away")
    raft, checked, replica, last = lesson.run("reports-see").reports
    assert not raft.lost and not checked.lost and raft.open
    assert not replica.open and not replica.refused and replica.conflicts and not replica.lost
    assert not last.conflicts and 2 * len(last.lost) == len(last.acknowledged)
    assert all(one.recovered and one.recovered > 0 for one in (raft, checked, replica, last))
    lesson.says("reports-explain", "as many requests are acknowledged, refused, lost and in conflict as before")
    code = re.findall(r"`(sides=.+?)`", lesson.source["reports-explain"])[0]
    for kind, before in zip(lesson.names["kinds"], (raft, checked, replica, last), strict=True):
        lesson.names["kind"] = kind
        other = lesson.execute(f"recover(kind, ask=same_key, seed=1, {code}, **times)")
        for what in ("acknowledged", "refused", "lost", "conflicts"):
            assert len(getattr(other, what)) == len(getattr(before, what)), what


# ---- 02: votes -------------------------------------------------------------------------------------------------------

def test_the_class_decides_with_three_and_a_tally_tells_not_yet_from_never(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Lesson("02")
    assert lesson.run("lesson-class") == "sign"
    capsys.readouterr()
    lesson.run("tally-observe")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["pending", "pending", "lost"]


def test_in_most_of_all_states_nobody_wins_and_one_rule_fewer_has_a_witness(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Lesson("02")
    lesson.says("witness-explain", "The first witness has four votes, the second six")
    lesson.says("proof-explain", "in most states nobody wins")
    lesson.run("proof-observe")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "32,768 states, two winners in none: True"
    (nobody,) = (int(line.split()[0].replace(",", "")) for line in lines if "nobody wins" in line)
    assert nobody > 32_768 / 2
    lesson.run("witness")
    assert [line.count("'yes'") for line in capsys.readouterr().out.splitlines()] == [4, 6]


def test_of_these_quorums_only_half_can_miss_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Lesson("02")
    lesson.run("quorums-observe")
    found = dict(line.split(":") for line in capsys.readouterr().out.splitlines())
    assert [name for name, missed in found.items() if missed.strip() != "None"] == ["3 of 6"]
    lesson.says("quorums-explain", "`a` has three of six votes", "in a grid of a hundred it is nineteen")
    quorums = lesson.names["quorums"]
    assert 10 + 10 - 1 == 19 and quorums.majority(100).need == 51
    lesson.says("down-explain", "one of three, two of five, and also two of six")
    assert {n: n - quorums.majority(n).need for n in (3, 5, 6)} == {3: 1, 5: 2, 6: 2}


def test_the_two_agree_without_deciding_and_after_the_heal_they_learn_that_they_have_lost() -> None:
    lesson = Lesson("02")
    lesson.says("reach-explain", "`a` and `b` agree with each other, and they do not decide", "press *Heal all*")
    player = lesson.run("reach-observe")
    player.go(len(player.sim))
    assert decided(player.moment.system) == dict.fromkeys("cde", "refuse")
    (votes,) = player.moment.system.agents["a"].votes.values()
    assert dict(votes) == {"a": "yes", "b": "yes"}
    player.press("Heal all")
    player.run(until=player.moment.time + 200)
    assert decided(player.sim.system) == dict.fromkeys("abcde", "refuse") and not broken(player)


def test_three_of_five_decide_and_the_player_shows_the_end() -> None:
    player = Lesson("02").run("down-observe")
    assert player.moment.step == len(player.sim) and player.moment.system.down == {"d", "e"}
    assert decided(player.sim.system) == dict.fromkeys("abc", "sign")


def test_a_vote_of_four_is_split_with_some_seeds_and_one_of_five_with_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = Lesson("02")
    lesson.says("split-explain", "Two and two")
    lesson.says("split-change", "With four agents, four of ten; with five, none")
    player = lesson.run("split-observe")
    assert not player.sim.system.decisions and player.sim.next_due() is None
    cast = [list(votes.values()).count("yes") for votes in player.sim.system.agents["a"].votes.values()]
    assert cast == [2, 2]
    capsys.readouterr()
    lesson.run("split-count")
    lesson.run("split-count", change=('build("mesh", 4)', 'build("mesh", 5)'))
    assert [int(line.split()[0]) for line in capsys.readouterr().out.splitlines()] == [4, 0]


# ---- 02: two-phase commit and gossip ---------------------------------------------------------------------------------

def test_both_are_blocked_until_the_coordinator_is_back() -> None:
    lesson = Lesson("02")
    lesson.says("commit-look", "until `b` and `c` are *prepared*", "restart `a`")
    player = lesson.run("commit-observe")
    while [roles(player.moment.system)[name] for name in "bc"] != ["prepared", "prepared"]:
        player.press("Step")
    player.click(agent="a")
    press(player, *["Step"] * 20)
    assert [roles(player.moment.system)[name] for name in "bc"] == ["blocked", "blocked"]
    player.restart("a")
    press(player, *["Step"] * 20)
    assert set(roles(player.moment.system).values()) == {"abort"}


def test_four_events_block_it_and_nothing_else_is_ever_broken() -> None:
    lesson = Lesson("02", "commit-observe")
    lesson.says("commit-explain", "Four events are enough", "Leave out `.promising(NEVER_BLOCKS)`")
    player = lesson.run("commit-explore")
    player.go(len(player.sim))
    assert len(lesson.names["found"].trace) == 4 and broken(player) == {"never blocks"}
    source = lesson.source["commit-explore"].replace(".promising(NEVER_BLOCKS)", "").replace("found.player()", "")
    lesson.execute(source)
    assert lesson.names["found"].holds


def test_gossip_agrees_on_a_wrong_number_and_with_accounts_on_the_right_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = Lesson("02")
    lesson.run("gossip-observe")
    (estimates,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert len(set(estimates)) == 1 and estimates[0] != 30
    lesson.run("gossip-totals")
    ends = re.findall(r"(\w+) \d (\S+)", capsys.readouterr().out)
    assert {float(end) for kind, end in ends if kind == "PushTotals"} == {30.0}
    assert all(float(end) != 30 for kind, end in ends if kind == "PushSum") and len(ends) == 8


def test_an_agent_without_links_believes_in_its_own_number() -> None:
    lesson = Lesson("02")
    lesson.says("gossip-price", "go to step 0, cut the four links of `a`")
    player = lesson.run("gossip-observe")
    assert player.moment.step == 0
    for other in "bcde":
        player.choose("Agent", "a")
        player.choose("Its link to", other)
        player.press("Cut")
    player.run(until=400)
    assert player.sim.system.agents["a"].estimate == 10
    assert all(player.sim.system.agents[name].estimate > 30 for name in "bcde") and not broken(player)


def test_the_careless_count_says_sign_and_the_tally_says_pending(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Lesson("02")
    lesson.says("models-explain", "the vote is *pending*, as it should be", "two of five members have said sign")
    lesson.run("models-observe", "models-tally")
    careless, careful = capsys.readouterr().out.splitlines()
    assert careless == "sign" and "outcome='pending'" in careful and "yes=('a', 'c')" in careful


# ---- 01: topologies --------------------------------------------------------------------------------------------------

def measured(explorer: Any) -> dict[str, list[str]]:
    """What the table of measures says now, without the arrow that marks a change."""
    return {name: [text.removeprefix("→ ") for text in row]
            for table in ("measures", "more") for name, *row in explorer.scene["panels"][table]["rows"]}


def test_in_a_star_it_matters_what_breaks_and_news_take_two_hops() -> None:
    lesson = Lesson("01")
    lesson.says("star-explain", "press *Broadcast*, then *Next hop* twice", "the news took seven messages", "to 30")
    star = lesson.run("star-observe")
    star.click(agent="c")
    assert [len(group) for group in star.network.partitions()] == [7]
    press(star, "Undo")
    star.cut("a", "c")
    assert [len(group) for group in star.network.partitions()] == [7, 1]
    press(star, "Undo")
    star.choose("Agent", "c")
    press(star, "Broadcast", "Next hop", "Next hop")
    assert "After hop 2: 8 of 8 have heard the news from c" in star.scene["panels"]["summary"]["text"]
    assert measured(star)["Broadcast costs"][1] == "7 msgs" and measured(star)["Hops, farthest"][1] == "2"
    star.choose("Agents", 30)
    assert measured(star)["Most links"][1] == "29 (a)"


def test_a_mesh_repeats_42_messages_and_twice_the_agents_need_four_times_the_links(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lesson = Lesson("01")
    lesson.says("mesh-explain", "the other 42 told an agent", "seven cuts", "Crashes cannot split it at all")
    mesh = measured(lesson.run("mesh-observe"))
    assert mesh["Broadcast costs"][1] == f"{7 + 42} msgs" and mesh["What splits it"][1] == "no crash, 7 cuts"
    lesson.says("mesh-change", "Twice the agents, four times the links", "exactly as many links as the star")
    lesson.run("mesh-growth")
    links = [(int(n), int(of)) for n, of in re.findall(r"(\d+) agents: +(\d+) links", capsys.readouterr().out)]
    assert all(of == n * (n - 1) // 2 for n, of in links) and len(links) == 5
    assert all(4 <= after / before < 4.6 for (_, before), (_, after) in pairwise(links))
    lesson.run("mesh-growth", change=("(5, 10, 20, 40, 80)", "(2, 3)"))
    rows = re.findall(r"(\d+) links in a mesh, +(\d+)", capsys.readouterr().out)
    assert [mesh == star for mesh, star in rows] == [True, False]


def test_the_good_pairs_of_a_ring_are_neighbours() -> None:
    lesson = Lesson("01")
    lesson.says("ring-explain", "Which two can crash without splitting the other six?")
    ring, good = lesson.run("ring-observe"), set()
    ring.choose("Predict first", False)
    for one in "abcdefgh":
        for other in "abcdefgh":
            if one < other:
                press(ring, "Heal all")
                ring.reset()
                ring.crash(one)
                ring.crash(other)
                if len(ring.network.partitions()) == 1:
                    good.add((one, other))
    assert good == {tuple(sorted(link)) for link in ring.network.graph.edges}


def test_a_broader_tree_is_lower_and_its_busiest_agent_has_more_links() -> None:
    lesson = Lesson("01")
    lesson.says("tree-explain", "*Hops, farthest*", "*Most links*")
    narrow, broad = measured(lesson.run("tree-observe")), measured(lesson.shows("tree-explain", "TopologyExplorer("))
    assert int(broad["Hops, farthest"][1]) < int(narrow["Hops, farthest"][1])
    assert int(broad["Most links"][1].split()[0]) > int(narrow["Most links"][1].split()[0])


def test_the_backbone_of_a_hybrid_survives_a_cut_and_a_hub_is_still_a_weak_point() -> None:
    lesson = Lesson("01")
    lesson.says("hybrid-explain", "Its backbone survives a cut", "Can one crash still split it?")
    hybrid = lesson.run("hybrid-observe")
    hybrid.cut("a", "e")
    assert len(hybrid.network.partitions()) == 1
    assert measured(lesson.shows("hybrid-explain", "TopologyExplorer("))["What splits it"][1].startswith("1 crash,")


def test_the_sliders_leave_what_the_tasks_ask_for() -> None:
    def left(comparison: Any) -> set[str]:
        return {candidate.kind for candidate in comparison.advice.ranking if candidate.fits}

    lesson = Lesson("01")
    lesson.says("choose", "*At most hops* 2 and *At most messages* 20", "*Crashes to survive* to 1",
                "*At most links an agent* to 4", "*At most hops* to 4")
    sliders = lesson.run("compare")
    sliders.choose("At most hops", 2)
    sliders.choose("At most messages", 20)
    assert left(sliders) == {"star"}
    sliders.choose("At most hops", "no limit")
    sliders.choose("At most messages", "no limit")
    sliders.choose("Crashes to survive", 1)
    assert left(sliders) == {"mesh", "ring"}
    sliders.choose("At most links an agent", 4)
    assert left(sliders) == {"ring"}
    sliders.choose("At most hops", 4)
    assert left(sliders) == set()


def test_chords_fit_and_only_one_other_pair_of_steps_brings_the_hops_down(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shapes, "SHAPES", dict(shapes.SHAPES))  # what it registers is forgotten afterwards
    lesson, hops = Lesson("01"), {}
    for steps in ("(1, 3)", "(1, 5)", "(2, 3)"):
        lesson.says("own" if steps == "(1, 3)" else "own-change", steps)
        lesson.run("own", change=("(1, 3)", steps))
        (hops[steps],) = map(int, re.findall(r"chords .*hops at worst (\d+), allowed", capsys.readouterr().out))
    assert hops["(1, 3)"] == hops["(1, 5)"] > hops["(2, 3)"]
    again = lesson.run("compare")
    assert {candidate.kind for candidate in again.advice.ranking} == {*lesson.names["FIVE"]}, "a second Run All"


def test_a_star_of_thinkers_takes_twice_as_long_at_a_twentieth_of_the_price(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = Lesson("01")
    lesson.says("agents-explain", "The star takes twice as long at about a twentieth of the price", "nineteen workers")
    lesson.run("agents-observe")
    found = {kind: (int(seconds), int(tokens.replace(",", ""))) for kind, seconds, tokens in re.findall(
        r"(\w+) +(\d+) s at worst, +([\d,]+) tokens", capsys.readouterr().out)}
    assert found["star"][0] == 2 * found["mesh"][0] and 18 < found["mesh"][1] / found["star"][1] < 21
    assert min(found, key=lambda kind: found[kind][0]) == max(found, key=lambda kind: found[kind][1]) == "mesh"
    lesson.execute('hub = measure(build("star", 20)).communication')
    assert lesson.names["hub"].busiest_load == 1 and lesson.names["hub"].broadcast_messages == 19


def test_a_bridge_is_one_partition_and_a_busy_relay() -> None:
    lesson = Lesson("01")
    lesson.says("bridge-explain", "it jumps from nobody to more than half of all pairs")
    mesh = lesson.run("bridge-observe")
    mesh.choose("Preset", "bridge")
    mesh.press("Apply")
    before, after = measured(mesh)["Busiest relay"]
    assert before == "nobody" and int(re.findall(r"(\d+)%", after)[0]) > 50 and len(mesh.network.partitions()) == 1


def test_in_a_ring_of_majorities_all_is_well_by_every_simple_test() -> None:
    lesson = Lesson("01")
    lesson.says("majorities-explain", "*Linked to a majority* says 5 of 5, and there is one partition")
    mesh = lesson.run("majorities-observe")
    mesh.choose("Preset", "ring of majorities")
    mesh.press("Apply")
    assert measured(mesh)["Linked to a majority"][1] == "5 of 5" and len(mesh.network.partitions()) == 1
    press(mesh, "Heal all")
    mesh.choose("Clicks and cuts", "only →")
    for other in "bcde":
        mesh.choose("Agent", "a")
        mesh.choose("Its link to", other)
        mesh.press("Cut")
    assert [*map(len, mesh.groups)] == [4, 1]
    mesh.choose("Together if", "any")
    assert [*map(len, mesh.groups)] == [5]


DESIGNS = [
    ("agents=7, max_hops=2, priorities=('messages',)", "star", "The star: two hops, six messages"),
    ("agents=50, max_links_per_agent=3, priorities=('links',)", "tree", "The tree, with 49 links; the ring needs one"),
    ("agents=5, survive_crashes=2", "mesh", "Only the mesh"),
    ("agents=12, max_hops=4, max_links_per_agent=5", "hybrid", "The hybrid, with three hops"),
]


@pytest.mark.parametrize(("needs", "kind", "words"), DESIGNS)
def test_the_numbers_choose_what_the_answers_say(needs: str, kind: str, words: str) -> None:
    lesson = Lesson("01")
    lesson.says("design-answers", words)
    lesson.execute(f"found = advise(Needs({needs}))")
    ranking = lesson.names["found"].ranking
    assert ranking[0].kind == kind and ranking[0].fits
    assert [one.kind for one in ranking if one.fits][1:] == {"star": ["mesh"], "tree": ["ring"]}.get(kind, [])
