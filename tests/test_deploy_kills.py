"""Processes that are killed in the middle of a write: a file is never older than what was told, and never torn.

One process after the other writes as fast as it can, tells each time what it has written, and is killed at some moment.
"""

import os
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from time import sleep

import pytest
from labkit.agents import Codec
from labkit.deploy import life as one_life
from labkit.deploy.life import Store, kept, last_reports
from labkit.deploy.nursery import Nursery, kill

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
