"""Processes that are killed in the middle of a write: a file is never older than what was told, and never half of it.

First a store alone: one process after the other writes as fast as it can, tells each time what it has written, and is
killed at some moment. Then agents of a running system, until files were torn.
"""

import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from time import monotonic, sleep
from types import ModuleType

import pytest
from for_real import FOR_REAL, SOON, broken, durable, file_of
from labkit.agents import Codec
from labkit.deploy import deploy, life as one_life
from labkit.deploy.ending import kill
from labkit.deploy.life import Store, kept, last_reports
from labkit.deploy.nursery import Nursery
from labkit.engine import Model
from labkit.topology import build

CODEC = Codec(())
LONG = 60_000  # characters of a field, so that writing it takes a while


def text_of(number: int) -> str:
    """What the field with the text holds after so many writes."""
    return f"{number} " * (number % 7 * LONG // 8)


def write_for_ever(path: str, channel: Connection) -> None:
    """Go on from what is on the disk, and tell each number as soon as it is written."""
    store = Store(Path(path), CODEC)
    number = store.values().get("number", 0)
    while True:
        number += 1
        store.write({"number": number, "text": text_of(number)}, [f'{{"of":{number}}}'])
        channel.send_bytes(str(number).encode())


def heard(channel: Connection) -> int:
    """The last number that was told, once nothing more comes."""
    last = 0
    try:
        while True:
            last = int(channel.recv_bytes())
    except (EOFError, OSError):
        return last


@pytest.mark.parametrize("kills", [20, pytest.param(1_000, marks=pytest.mark.long)])
def test_a_kill_while_writing_leaves_a_state_with_its_report_and_nothing_that_was_told_is_lost(
    kills: int, tmp_path: Path
) -> None:
    path, random, found = tmp_path / "a.json", Random(1), dict.fromkeys(("torn", "written", "told", "begun"), 0)
    nursery, before = Nursery(write_for_ever, []), 0
    for _ in range(kills):
        pid, channel = nursery.start(str(path))
        if random.random() < 0.8:
            assert channel.poll(30), "it writes"
        sleep(random.random() * 0.01)
        kill(pid)
        told, was = heard(channel), before
        lines, reports = kept(path), last_reports(path)
        number, text = (CODEC.value(lines[-1]["fields"].get(field, "null")) for field in ("number", "text"))
        before = number or 0
        assert before in (max(was, told), max(was, told) + 1), "what was told is there, and one more write at most"
        assert text == (text_of(before) if before else None)
        assert reports == [{"of": before}] or (before == was and not reports), "the report belongs to the state"
        torn = not path.read_bytes().endswith(b"\n")
        found["torn" if torn else "begun" if before == was else "written" if before > told else "told"] += 1
    assert before > kills
    if kills > 500:
        assert min(found.values()) > 0, f"a kind of moment was left out: {found}"


def test_a_line_that_the_system_takes_in_pieces_is_whole_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it may, where the disk is nearly full."""
    store, write = Store(tmp_path / "a.json", CODEC), os.write
    monkeypatch.setattr(one_life.os, "write", lambda file, data: write(file, bytes(data[:7])))
    for number in (1, 2):
        store.write({"number": number}, [f'{{"of":{number}}}'])
    monkeypatch.undo()
    assert last_reports(tmp_path / "a.json") == [{"of": 2}]
    assert Store(tmp_path / "a.json", CODEC).values() == {"number": 2}


COUNTS = '''
from dataclasses import dataclass
from typing import ClassVar
from labkit.agents import Agent, Reply

@dataclass
class Counts(Agent):
    count: int = 0
    text: str = ""
    durable: ClassVar[tuple[str, ...]] = ("count", "text")

    def request(self, value):
        self.count += 1
        self.text = f"{self.count} " * 60_000
        return Reply(value, self.count)
'''


@FOR_REAL
@pytest.mark.long
def test_what_a_client_was_told_survives_kills_in_the_middle_of_a_write() -> None:
    """An agent writes half a megabyte for each request, and is killed as soon as its file begins to grow."""
    module, torn, rounds = sys.modules.setdefault("answer", ModuleType("answer")), 0, 0
    exec(COUNTS, vars(module))
    with deploy(Model(build("mesh", 2), module.Counts), source=COUNTS) as real:
        while rounds < 20 or torn < 3:
            rounds += 1
            assert rounds < 500, "no kill has struck in the middle of a write"
            pid, path = real.processes["a"], file_of(real, "a")
            size, late = path.stat().st_size, monotonic() + SOON
            real.request("a", f"{rounds}")
            while path.stat().st_size == size and monotonic() < late:
                pass
            os.kill(pid, 9)
            assert real.until(lambda: "a" not in real.processes, SOON)
            torn += not path.read_bytes().endswith(b"\n")
            promised = [int(str(one.result)) for one in real.system.replies]
            assert promised == [*range(1, len(promised) + 1)], "a number was given twice, or forgotten"
            assert durable(path).get("count", "0") == str(len(promised))
            real.restart("a")
            real.request("a", f"after {rounds}")
            assert real.until(lambda: len(real.system.replies) > len(promised), SOON)  # noqa: B023
    assert broken(real.trace()) == []
