"""Clicks are handled in other threads while a cell runs: nothing is lost, and no message has the number of another."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from labkit.engine import Model
from labkit.protocols import Raft
from labkit.topology import build
from labkit.views import PartitionLab, Player, TopologyExplorer, VotingBooth
from labkit.views.stage import Stage


@contextmanager
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def both(one: Callable[[], object], other: Callable[[], object], times: int) -> None:
    problems: list[BaseException] = []

    def repeat(act: Callable[[], object]) -> None:
        try:
            for _ in range(times):
                act()
        except BaseException as problem:
            problems.append(problem)

    with hasty():
        threads = [Thread(target=repeat, args=(act,)) for act in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not problems


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    numbers: list[int] = []
    monkeypatch.setattr(Stage, "send", lambda self, content, **_: numbers.append(content["number"]))
    return numbers


def test_the_verbs_of_a_cell_and_the_clicks_of_a_hand_take_turns(sent: list[int]) -> None:
    player = Player(Model(build("mesh", 3), Raft).simulate(seed=1), at=None)
    both(player.step, lambda: player.press("Step"), 60)
    assert len(player.sim) == 120 and player.moment.step == 120
    assert sent == list(range(1, len(sent) + 1))


def test_a_cell_that_cuts_and_a_hand_that_heals_leave_a_picture_that_is_true(sent: list[int]) -> None:
    explorer = TopologyExplorer("ring", 6)

    def by_hand() -> None:
        explorer.click(link=["c", "d"], near="c")

    both(lambda: (explorer.cut("a", "b"), explorer.heal("a", "b")), by_hand, 40)
    cut = explorer.network.cut
    shown = [link for link in explorer.scene["panels"]["network"]["links"] if link]
    assert len(shown) == 6 and len(cut) in (0, 2)
    assert sent == list(range(1, len(sent) + 1))
    shown_before = explorer.scene
    explorer.press("Undo")
    explorer.press("Redo")
    assert explorer.scene["panels"]["network"] == shown_before["panels"]["network"]


@pytest.mark.parametrize("kind", [Player, TopologyExplorer, VotingBooth, PartitionLab])
def test_every_public_verb_takes_the_lock(kind: type[Any]) -> None:
    ours = [one for one in kind.__mro__ if one.__module__.startswith("labkit.views") and one.__name__ != "Guarded"]
    own = [verb for one in ours for name, verb in vars(one).items()
           if callable(verb) and not name.startswith("_") and not isinstance(verb, type)]
    assert own and all(hasattr(verb, "__wrapped__") for verb in own)
