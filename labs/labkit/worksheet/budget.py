"""A budget of steps for code that may never end: it works in one process, so in a browser build, too.

Counted are jumps and calls in code that is neither the lab's nor Python's own. Python 3.12 and newer say when one
happens, and say it again at the next jump, so that a loop with a bare `except:` ends as well. On 3.11 each instruction
is traced, which such a loop survives; and nothing here ends an endless iterator that C code reads. Both are ended by
the end of a child process, where there are any.
"""

import sys
import sysconfig
from collections.abc import Callable
from os import sep
from pathlib import Path
from time import process_time
from types import CodeType, FrameType, TracebackType
from typing import Any

STEPS = 20_000_000
SECONDS = 8.0  # that the processor works
LOOK = 1_000  # steps from one look at the clock to the next
_PATHS = sysconfig.get_paths()
PLACES = (str(Path(__file__).parents[1]), _PATHS["stdlib"], _PATHS["platstdlib"], _PATHS["purelib"])
OURS = ("<frozen", *(place + sep for place in PLACES))


class Exhausted(BaseException):
    """The budget is used up. No Exception, so that `except Exception` in an answer does not stop it."""


class Budget:
    """with Budget() as budget: … raises Exhausted inside when it is used up; `budget.over` says so afterwards."""

    def __init__(self, steps: int = STEPS, seconds: float = SECONDS) -> None:
        self.steps, self.seconds, self.used, self.over = steps, seconds, 0, False
        self._kept: Any = None
        self._ours: dict[str, bool] = {}

    def __enter__(self) -> "Budget":
        self._until = process_time() + self.seconds
        self._kept = _listen(self) if hasattr(sys, "monitoring") else _trace(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None, at: TracebackType | None) -> None:
        self._kept()

    def spend(self) -> None:
        """One step more; Exhausted if it is one too many."""
        self.used += 1
        if self.used > self.steps or (self.used % LOOK == 0 and process_time() > self._until) or self.over:
            self.over = True
            raise Exhausted

    def counts(self, code: CodeType) -> bool:
        """Whether steps in this code are counted: the lab's own and Python's own are not."""
        name = code.co_filename
        if name not in self._ours:
            self._ours[name] = name.startswith(OURS)
        return not self._ours[name]


def _listen(budget: Budget) -> Callable[[], None]:
    """Python 3.12 and newer."""
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    tool = next(number for number in (4, 3, 5, 0) if monitoring.get_tool(number) is None)
    monitoring.use_tool_id(tool, "a budget of steps")

    def step(code: CodeType, *_where: int) -> Any:
        return budget.spend() if budget.counts(code) else monitoring.DISABLE

    events = (monitoring.events.JUMP, monitoring.events.PY_START, monitoring.events.PY_RESUME)
    for event in events:
        monitoring.register_callback(tool, event, step)
    monitoring.set_events(tool, events[0] | events[1] | events[2])

    def stop() -> None:
        monitoring.set_events(tool, 0)
        for event in events:
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)

    return stop


def _trace(budget: Budget) -> Callable[[], None]:
    """Python 3.11."""
    before = sys.gettrace()

    def step(_frame: FrameType, _event: str, _value: Any) -> Any:
        budget.spend()
        return step

    def called(frame: FrameType, _event: str, _value: Any) -> Any:
        if not budget.counts(frame.f_code):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return step(frame, "call", None)

    sys.settrace(called)
    return lambda: sys.settrace(before)
