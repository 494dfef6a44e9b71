"""Answers that loop, flood, exit, cheat or change the lab: none passes, none breaks the notebook, each is named.

Each is judged twice: in a child process, and here within the budget of steps, as it is in a browser.
"""

import builtins
import sys
from collections.abc import Iterator

import labkit.topology
import labkit.worksheet.child
import labkit.worksheet.judging
import pytest
from cell_by_cell import Notebook, notebook
from labkit.values import Bar
from labkit.worksheet import STEPS, Step, judge, step_called, witness
from labkit.worksheet.budget import Budget
from labkit.worksheet.child import CHILDREN, Children, UnrunnableError, unfinished
from labkit.worksheet.trial import tried
from seeds import one_in

TREE = step_called("tree")
NEWER = hasattr(sys, "monitoring")
LOOP, FLOOD, EXIT = "does not come to an end", "prints more than", "ends the program"
MEMORY, DEEP, REPLACED = "more memory", "calls itself without an end", "your code replaces"
START = "def tree(agents, children):\n"
HOSTILE = {  # name: the body of the function, words of the reason
    "loops in one line": ("    while True: pass", LOOP),
    "loops over a growing list": (
        "    found = [1]\n    for one in found:\n        found.append(1)", f"{LOOP}|{MEMORY}"),
    "prints for ever": ("    while True:\n        print('tree')", FLOOD),
    "prints two megabytes": ("    print('x' * 2_000_000)\n    return []", FLOOD),
    "calls itself": ("    return tree(agents, children)", DEEP),
    "raises an error": ("    return agents[99]", "error: IndexError"),
    "raises an error of its own that cannot be told": (
        "    class Odd(Exception):\n        __str__ = None\n    raise Odd", "error: Odd|error"),
    "raises no Exception": ("    raise BaseException('x')", "BaseException: x"),
    "exits": ("    raise SystemExit", EXIT),
    "exits by a function": ("    exit()", f"{EXIT}|NameError"),
    "pretends to be interrupted": ("    raise KeyboardInterrupt", "interrupted"),
    "returns nothing": ("    agents = list(agents)", "nothing (None)"),
    "returns a word": ("    return 'tree'", "tree"),
    "changes what it was given": ("    agents.clear()\n    return []", "error|changes"),
    "replaces a built-in": ("    import builtins\n    builtins.len = lambda x: 3\n    return []",
                            f"{REPLACED} the built-in len"),
    "adds a built-in": ("    import builtins\n    builtins.links = 3\n    return []", f"{REPLACED} the built-in links"),
    "replaces a function of the lab": (
        "    import labkit.topology\n    labkit.topology.build = None\n    return []", f"{REPLACED} build of the lab"),
    "replaces what a function of the lab does": (
        "    from labkit.worksheet import refuting\n    refuting.call.__code__ = (lambda *a, **k: []).__code__\n"
        "    return []", f"{REPLACED} call of the lab"),
    "replaces how a step is judged": (
        "    from labkit.worksheet import STEPS\n    for one in STEPS.values():\n"
        "        object.__setattr__(one, 'judge', lambda answer: None)\n    return []", REPLACED),
    "patches the class of steps": (
        "    from labkit.worksheet import Step\n    Step.judge = property(lambda self: lambda answer: None)\n"
        "    return []", f"{REPLACED} judge of Step"),
    "empties the worksheet": ("    from labkit.worksheet import STEPS\n    STEPS.clear()\n    return []", REPLACED),
    "returns what is equal to everything": (
        "    class Any(list):\n        __eq__ = lambda *_: True\n        __hash__ = None\n    return Any()",
        "no way leads|Any"),
    "says that it is wrong": ("    from labkit.worksheet import Refuted\n    raise Refuted(5)", "error"),
    "lifts the limit of recursion": ("    import sys\n    sys.setrecursionlimit(3_000)\n"
                                     "    return tree(agents, children)", DEEP),
}
ONLY_IN_A_CHILD = {  # what ends or blocks the process itself
    "ends the process": ("    import os\n    os._exit(0)", "ends the program or makes Python crash"),
    "swallows everything": (
        "    while True:\n        try:\n            x = 1\n        except:\n            pass", LOOP),
    "reads an endless iterator": ("    import itertools\n    return list(itertools.count())", f"{MEMORY}|{LOOP}"),
    "sleeps": ("    import time\n    time.sleep(99)", "is there a sleep, or something that never comes"),
    "writes a verdict to the screen": (
        "    import os\n    for fd in (1, 2):\n        os.write(fd, b'{\"state\": \"correct\"}')\n    os._exit(0)",
        "ends the program"),
    "kills itself": ("    import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)", "ends the program"),
}
SWALLOWED = ONLY_IN_A_CHILD["swallows everything"]


@pytest.fixture
def cells() -> Iterator[Notebook]:
    with notebook() as made:
        made.run(TREE.imports)
        yield made


@pytest.fixture(scope="module", autouse=True)
def children() -> Iterator[None]:
    yield
    CHILDREN.close()


@pytest.fixture(autouse=True)
def nothing_is_broken() -> Iterator[None]:
    """Afterwards all is as it was, and a right answer is right."""
    before = (builtins.len, labkit.topology.build, dict(STEPS), sys.getrecursionlimit(), sys.gettrace(), sys.stdout)
    yield
    assert before == (
        builtins.len, labkit.topology.build, dict(STEPS), sys.getrecursionlimit(), sys.gettrace(), sys.stdout)
    assert not hasattr(builtins, "links")


def right_answer_still_passes(cells: Notebook) -> bool:
    return tried(TREE, cells.run(TREE.solution)["tree"]).correct


def says(because: str, words: str) -> bool:
    return any(word in because for word in words.split("|"))


BY_DAY = ("prints for ever", "exits", "replaces a built-in", "patches the class of steps", "raises an error")
MOST_AT_NIGHT = [name if name in BY_DAY else pytest.param(name, marks=pytest.mark.long) for name in HOSTILE]
ONE_BY_DAY = [pytest.param(name, marks=[pytest.mark.long] if number else [])
              for number, name in enumerate(ONLY_IN_A_CHILD)]


@pytest.mark.parametrize("name", MOST_AT_NIGHT)
def test_the_budget_here_stops_it_and_says_why(cells: Notebook, name: str) -> None:
    body, words = HOSTILE[name]
    verdict = tried(TREE, cells.run(START + body)["tree"], Budget(steps=200_000))
    assert verdict.state == "not yet" and says(verdict.because, words), verdict.because
    assert right_answer_still_passes(cells)


@pytest.mark.parametrize("name", [*MOST_AT_NIGHT, *ONE_BY_DAY])
def test_a_child_process_stops_it_and_says_why(cells: Notebook, name: str) -> None:
    body, words = {**HOSTILE, **ONLY_IN_A_CHILD}[name]
    verdict = CHILDREN.judge("tree", TREE.imports + "\n" + START + body, seconds=1.5, memory=600_000_000)
    assert verdict.state == "not yet" and says(verdict.because, words), verdict.because


@pytest.mark.parametrize(("worked", "first"), [(0.3, "is there a sleep"), (4.2, "is there a loop without an end")])
def test_what_was_stopped_after_all_its_seconds_may_wait_or_loop_and_is_told_how_long_it_has_worked(
    worked: float, first: str
) -> None:
    said = unfinished(27.0, worked)
    assert said.startswith(f"it is not finished after 27 s, {worked} of which the processor has worked for it: {first}")
    assert "a loop without an end" in said and "a sleep" in said


def test_where_the_system_does_not_tell_how_long_a_child_has_worked_nothing_is_said_of_it(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labkit.worksheet.child, "resource", None)
    assert unfinished(27.0, 0.0).startswith("it is not finished after 27 s: is there a loop without an end, or a sleep")


@pytest.mark.long
def test_a_loop_that_gets_little_of_the_processor_is_not_said_to_wait(cells: Notebook) -> None:
    slow = ("    from time import monotonic, process_time, sleep\n    began, worked = monotonic(), process_time()\n"
            "    while True:\n        sleep(0.005)\n"
            "        while process_time() - worked < 0.2 * (monotonic() - began): pass")
    said = CHILDREN.judge("tree", TREE.imports + "\n" + START + slow, seconds=3.0).because
    assert "of which the processor has worked" in said and "is there a loop without an end, or a sleep" in said


@pytest.mark.long
def test_where_it_was_when_its_time_was_up_is_quoted(cells: Notebook) -> None:
    text = TREE.imports + "\n" + START + "    import time\n    time.sleep(99)"
    assert "it was at “time.sleep(99)”" in CHILDREN.judge("tree", text, seconds=1.0).because


@pytest.mark.skipif(not NEWER, reason="before Python 3.12 a tracer that has raised is switched off")
def test_the_budget_here_ends_a_loop_that_swallows_everything(cells: Notebook) -> None:
    body, words = SWALLOWED
    verdict = tried(TREE, cells.run(START + body)["tree"], Budget(steps=200_000))
    assert verdict.state == "not yet" and words in verdict.because


def test_an_answer_that_swallows_the_end_of_its_budget_is_not_correct_for_that(cells: Notebook) -> None:
    cells.run("calls = []\n" + START + "    calls.append(1)\n    try:\n        while len(calls) == 1: pass\n"
              "    except BaseException:\n        pass\n"
              + "\n".join(TREE.solution.splitlines()[1:]))
    verdict = tried(TREE, cells["tree"], Budget(steps=20_000))
    assert verdict.state == "not yet" and LOOP in verdict.because


def test_what_a_library_keeps_for_itself_in_a_class_of_the_lab_is_no_change_of_the_lab(cells: Notebook) -> None:
    for name in {"_lock", "_instances"} & vars(Bar).keys():
        delattr(Bar, name)
    cells.run("from labkit.values import Bar\ndef tree(agents, children):\n    [*Bar(agents, disable=True)]\n"
              "    Bar.set_lock(Bar.get_lock())\n" + "\n".join(TREE.solution.splitlines()[1:]))
    assert str(tried(TREE, cells["tree"])) == "correct" and "_lock" in vars(Bar)


def test_a_slow_but_right_answer_is_within_the_budget(cells: Notebook) -> None:
    cells.run("def tree(agents, children):\n    for _ in range(2_000): pass\n"
              + "\n".join(TREE.solution.splitlines()[1:]))
    budget = Budget()
    assert tried(TREE, cells["tree"], budget).correct
    assert 0 < budget.used < budget.steps / 10


def test_the_whole_way_from_a_cell_to_a_verdict_ends_with_a_reason(cells: Notebook) -> None:
    for name in ("loops in one line", "replaces a built-in", "replaces how a step is judged"):
        if name == "loops in one line" and not NEWER:
            continue  # takes the full time there: the same is claimed above, with less of it
        body, words = HOSTILE[name]
        verdict = judge(TREE, cells.run(START + body)["tree"], cells.names)
        assert verdict.state == "not yet" and says(verdict.because, words)
    assert judge(TREE, cells.run(TREE.solution)["tree"], cells.names).correct


def test_what_was_replaced_before_the_check_does_not_help_a_program(cells: Notebook) -> None:
    cells.run("from labkit.worksheet import refuting\nkept = refuting.call\n"
              "def tree(agents, children):\n    return []\nrefuting.call = lambda *given, **named: []")
    try:
        assert judge(TREE, cells["tree"], cells.names).state == "not yet"
    finally:
        cells.run("refuting.call = kept")


def test_a_text_that_needs_more_than_it_has_is_judged_here(cells: Notebook) -> None:
    with pytest.raises(UnrunnableError):
        CHILDREN.judge("tree", "from nowhere import tree")
    cells.run(TREE.solution, remembered=False)
    assert judge(TREE, cells["tree"], cells.names).correct


def test_where_there_are_no_processes_the_budget_judges_alone(
    cells: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    alone = Children()
    assert not alone.ready
    monkeypatch.setattr(labkit.worksheet.judging, "CHILDREN", alone)
    assert judge(TREE, cells.run(TREE.solution)["tree"], cells.names).correct
    verdict = judge(TREE, cells.run(START + "    return agents[99]")["tree"], cells.names)
    assert "error: IndexError" in verdict.because


class Liar:
    """Equal to everything, of every type, and not to be told."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    def __len__(self) -> int:
        return 4

    def __iter__(self) -> Iterator[str]:
        return iter(("star", "mesh", "ring", "tree"))

    def __getitem__(self, key: object) -> "Liar":
        return self

    def __repr__(self) -> str:
        raise ValueError("no")

    __class__ = dict  # type: ignore[assignment]


class Exploding:
    def __getattribute__(self, name: str) -> object:
        raise SystemExit(name)


def deep() -> list[object]:
    found: list[object] = []
    for _ in range(100_000):
        found = [found]
    return found


ROUND: list[object] = []
ROUND.append(ROUND)
ODD = {"a liar": Liar(), "what explodes": Exploding(), "a class of exceptions": KeyboardInterrupt, "itself": ROUND,
       "very deep": deep(), "a builtin": len, "a module": sys, "a type": type, "a lambda": lambda *_, **__: Liar(),
       "a number": 10**5000, "not a number": float("nan"), "an iterator": iter(()), "a judge": TREE.judge,
       "a text": "x"}


@pytest.mark.parametrize("name", one_in(4, ODD))
@pytest.mark.parametrize("step", [one for one in STEPS.values() if one.name in ("count the links", "tree", "team")],
                         ids=lambda one: one.name)
def test_an_odd_value_is_not_correct_and_raises_nothing(step: Step, name: str) -> None:
    verdict = judge(step, ODD[name])
    assert verdict.state in ("not yet", "not tried yet")
    assert witness(step, ODD[name]) is None or verdict.shows


@pytest.mark.long
@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_no_step_takes_an_odd_value_for_correct(step: Step) -> None:
    assert not [name for name, value in ODD.items() if judge(step, value).correct]


