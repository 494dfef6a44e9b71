"""A click sends what changed and nothing else, and a page that applies it has the new scene exactly."""

import copy
import json
from random import Random
from typing import Any

import pytest
from labkit.views import TopologyExplorer
from labkit.views.stage.bundle import packed_plotly
from labkit.views.stage.stage import Stage, changes


def applied(old: Any, patch: list[Any]) -> Any:
    """What the page does with a patch (stage.js, `apply`)."""
    scene = {"": copy.deepcopy(old)}
    for path, value in json.loads(json.dumps(patch)):
        place: Any = scene
        for step in ("", *path[:-1]) if path else ():
            place = place[step]
        place[path[-1] if path else ""] = value
    return scene[""]


def random_value(random: Random, depth: int = 3) -> Any:
    kind = random.randrange(6 if depth else 4)
    if kind < 4:
        return [random.randrange(3), random.choice("abc"), None, random.random() < 0.5][kind]
    size = random.randrange(4)
    if kind == 4:
        return [random_value(random, depth - 1) for _ in range(size)]
    return {name: random_value(random, depth - 1) for name in "abcd"[:size]}


@pytest.mark.parametrize("seed", range(20))
def test_a_patch_turns_the_old_value_into_the_new(seed: int) -> None:
    random = Random(seed)
    for _ in range(200):
        old, new = random_value(random), random_value(random)
        assert applied(old, changes(old, new)) == new


def test_nothing_new_sends_nothing() -> None:
    scene = TopologyExplorer("hybrid", 20).scene
    assert changes(scene, copy.deepcopy(scene)) == []


@pytest.mark.parametrize(("kind", "agents"), [
    ("ring", 10), ("mesh", 50), ("ring", 200), pytest.param("mesh", 200, marks=pytest.mark.long),
])
def test_a_click_sends_a_few_kilobytes_whatever_the_size(kind: str, agents: int) -> None:
    lab = TopologyExplorer(kind, agents)
    sent: list[int] = []
    stage = next(part for part in lab.children if isinstance(part, Stage))
    stage.send = lambda message, buffers=None: sent.append(len(json.dumps(message)))
    lab.cut("a", "b")
    assert sum(sent) < 3_000


def test_plotly_travels_packed() -> None:
    assert packed_plotly() is packed_plotly(), "packed once a kernel"
    assert len(packed_plotly()) < 1_700_000
