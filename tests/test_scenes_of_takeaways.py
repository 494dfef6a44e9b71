"""What the lesson on takeaways says you will see is what its cells show; see test_scenes.py for the rules."""

import contextlib
import io
import re
from typing import Any

from test_scenes import Lesson, press


def takeaways(*cells: str) -> Lesson:
    return Lesson("06", *cells)


def printed(lesson: Lesson, *cells: str) -> list[str]:
    """The lines that these cells print."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        lesson.run(*cells)
    return out.getvalue().splitlines()


def column(shown: Any, number: int) -> dict[str, str]:
    return {row[0]: row[number] for row in shown.scene["panels"]["metrics"]["rows"]}


def test_mails_take_longest_after_the_workers_are_back_and_a_worker_that_is_down_is_not_busy() -> None:
    lesson = takeaways()
    lesson.says("waits-explain", "read the column *Last 500*", "took 77 units on average at 1,000, then 137 and 280",
                "and 343 at 2,500", "It went *down* in the trouble")
    shown = lesson.run("waits-see")
    assert shown.scene["panels"]["metrics"]["head"][2] == "Last 500"
    lately = [column(shown, 2)]
    for _ in range(4):
        press(shown, "Run 500")
        lately.append(column(shown, 2))
    assert [round(float(one["task completion time"])) for one in lately] == [77, 137, 280, 343, 215]
    assert [one["agent utilisation"] for one in lately[:4]] == ["25 %", "16 %", "16 %", "33 %"]
    assert [one["error rate"] for one in lately] == ["0 %", "14 %", "13 %", "0 %", "0 %"]
    throughput = [float(one["throughput"]) for one in lately]
    assert max(throughput[1:3]) < throughput[0] < min(throughput[3:])


def test_a_short_lease_costs_messages_and_a_long_one_time() -> None:
    lesson = takeaways()
    rows = re.findall(r"^\| (\d+) \| (\d+) \| ([\d.]+) \| (\d+ %) \|$", lesson.source["waits-explain"], re.M)
    assert [row[0] for row in rows] == ["75", "150", "300"]
    for lease, *figures in rows:
        shown = lesson.run("waits-see", change=("task queue", f"task queue lease={lease}"))
        press(shown, *["Run 500"] * 4)
        means = column(shown, 1)
        assert [f"{float(means['task completion time']):.0f}", means["communication overhead"],
                means["error rate"]] == figures


def test_the_slow_mail_never_leaves_the_queue() -> None:
    lesson = takeaways("waits-see")
    lines = printed(lesson, "trace-see")
    first, slow = (number for number, line in enumerate(lines) if not line.startswith(" "))
    lesson.says("trace-explain", "most of the time the worker thinks", "four leases run out one after the other",
                "During the first it waits for a free worker", "The other three are its own")
    spans = lesson.names["answered"][0].spans
    assert [span.to for span in spans if span.to] == [spans[0].to, "b", spans[0].to, "a"]
    assert max(spans, key=lambda span: span.duration).name == "timer thinking"
    assert lines[slow].endswith("refused after 600 units") and first == 0
    mine = lesson.names["slow"].number
    assert [line.split(": ")[-1] for line in lines[slow + 1 :]] == ["timer lease 39", *[f"timer lease {mine}"] * 3]
    lost = [event.text for event in lesson.names["monitoring"].events if f"mail {mine}, attempt" in event.text]
    assert len(lost) == 3 and all("is down" in text for text in lost)


def test_the_work_that_comes_first_is_on_the_way_of_a_mail_that_waits() -> None:
    lesson = takeaways()
    lesson.says("trace-explain", "choose `88: mail 88` in the dashboard, once it shows 2,500")
    shown = lesson.run("waits-see")
    press(shown, *["Run 500"] * 3)
    shown.choose("Request", 88)
    names = [span.name for span in shown.trace.spans if span.name.startswith("task ")]
    assert names[-1] == "task 88" and len(names) > 1 and shown.sim.now == 2_500


def test_the_log_tells_of_the_crashes_and_of_the_first_message_that_is_lost() -> None:
    lines = printed(takeaways("waits-see", "trace-see"), "log-see")
    assert lines[:2] == ["1000 c crashes", "1000 d crashes"] and any("(c is down)" in line for line in lines)


def test_the_metrics_of_mails_sent_twice_are_those_of_mails_sent_once() -> None:
    lesson = takeaways("blind-see")
    lines = printed(lesson, "blind-compare")
    lesson.says("blind-explain", "32 mails instead of 30", "those of mails 13 and 18 are there twice")
    half = len(lines) // 2
    assert lines[0] == "task queue has sent 30 mails" and lines[half] == "WithoutKey has sent 32 mails"
    assert lines[1:half] == lines[half + 1 :] and half == 6
    keys = [key for key, _ in lesson.names["run"].system.agents["b"].executed]
    assert sorted(key for key in {*keys} if keys.count(key) == 2) == [13, 18]


def test_the_traces_of_mails_sent_twice_are_long_and_end_with_a_yes() -> None:
    lesson = takeaways("blind-see")
    printed(lesson, "blind-compare")
    for number in (13, 18):
        trace = lesson.execute(f"watch(run).trace({number})")
        assert trace.ok and trace.end - trace.begin > 2 * 89  # twice the mean


def test_the_class_of_day_14_keeps_what_it_is_told() -> None:
    lines = printed(takeaways(), "own-see")
    assert lines[0].startswith("review the contract, asked of planner at 0: answered after 45 units")
    assert lines[1] == "800 (1 value)"
