"""The line to the switchboard: it starts that process, tells it what to do, hears what happens, and ends it.

However the owner ends, all ends: the switchboard when its input does; and what a switchboard that was killed has left
behind is ended here.
"""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread, current_thread, main_thread
from time import monotonic
from typing import Any

from labkit.deploy.ending import kill
from labkit.deploy.wire import json_text
from labkit.notebook import end_with_cell

PROGRAM = "from labkit.deploy.switchboard import main; main()"  # after it: the folder, and where modules are
LAB = str(Path(__file__).parents[2])
SOON = 60.0  # seconds: a busy computer may need some for starting; what takes longer has failed
GONE = "the process that owns the agents has ended: deploy, open the class, or join again"
CHUNK = 65_536  # bytes that are read at once
DONE = b'{"what":"done",'  # so begins the answer to a command, and these the lines about processes
END = b'{"do":"end"}'
OWN = b'{"what":"servers",', b'{"what":"process",', b'{"what":"ended",'
News = dict[str, Any]


class Owner:
    """A switchboard in a process of its own; `hear` is called with each line of news, by whoever takes them in."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="day13-"))  # of servers and agents; the switchboard removes it
        self.ended = self._gone = False  # by us; or the switchboard by itself
        self._hear, self._servers, self._agents = hear, list[int](), dict[str, int]()
        self._lines: SimpleQueue[list[bytes]] = SimpleQueue()
        self._words: SimpleQueue[bytes] = SimpleQueue()  # for the switchboard; an empty one ends them
        self._news = Event()
        self._answers: dict[int, News] = {}
        self._then: dict[int, Callable[[News], object]] = {}
        self._commands = 0
        path = os.pathsep.join([LAB, os.environ.get("PYTHONPATH", "")])
        with open(self.folder / "switchboard.log", "wb") as log:
            self._board = subprocess.Popen(
                [sys.executable, "-P", "-c", PROGRAM, str(self.folder), *map(os.path.abspath, sys.path)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                env=os.environ | {"PYTHONPATH": path}, start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        atexit.register(self.end)
        end_with_cell(self.end)
        Thread(target=self._listen, daemon=True).start()
        self._speaking = Thread(target=self._speak, daemon=True)
        self._speaking.start()

    @property
    def pid(self) -> int:
        """The switchboard's process."""
        return self._board.pid

    def write(self, line: Mapping[str, object]) -> None:
        """A line for the switchboard."""
        self._words.put(_bytes(json_text(line)))

    def command(self, do: str, then: Callable[[News], object] = bool, /, **given: object) -> News:
        """Tell the switchboard, and wait until it has done it; ValueError where nothing runs any more.

        then: what follows once it is done, also where an interrupt has ended the waiting.
        """
        self.check()
        with uninterrupted():
            self._commands += 1
            number = self._commands
            self._then[number] = then
            self.write({"do": do, "number": number, **given})
        if not self.wait(lambda: number in self._answers):
            self.check()
            raise ValueError(f"the processes have not answered within {SOON:.0f} s: stop them and deploy again")
        return self._answers.pop(number)

    def tell(self, agent: str, line: Mapping[str, object]) -> None:
        """Tell an agent, without waiting; ValueError where nothing runs any more."""
        self.check()
        self._words.put(_bytes(f"{json_text(agent)}\t{json_text(line)}"))

    def wait(self, there: Callable[[], bool]) -> bool:
        """Take news in until the condition holds, or none will come any more; the result is whether it holds."""
        end, over = monotonic() + SOON, False
        while not there() and not over:
            over = self._gone or monotonic() > end
            self.take(0.05)
        return there()

    def take(self, seconds: float = 0.0, then: Callable[[], object] | None = None) -> None:
        """Take in all news there are, and do what follows from them; wait for some for that time at most.

        An interrupt of the cell ends the waiting, and nothing else: no news is lost, none is taken in by halves.
        """
        if seconds:
            self._news.wait(seconds)
        if then is None and not self._news.is_set():
            return
        with uninterrupted():
            self._news.clear()
            with suppress(Empty):
                while True:
                    for line in self._lines.get_nowait():
                        self._take(line)
            if then is not None:
                then()

    def end(self) -> None:
        """End everything, interrupted or not; what was reported until then can still be taken in."""
        if self.ended:
            return
        with uninterrupted():
            self.ended = True
            atexit.unregister(self.end)
            self._words.put(b"")
            self._speaking.join(10.0)
            try:
                self._board.wait(10.0)
            except subprocess.TimeoutExpired:
                self._board.kill()
                self._board.wait()
            self._listening_is_over()

    def _take(self, line: bytes) -> None:
        if line.startswith(DONE):
            news = json.loads(line)
            self._answers[news["number"]] = news
            self._then.pop(news["number"])(news)
        else:
            self._hear(line)

    def _speak(self) -> None:
        """In a thread: hand lines to the switchboard, those together that have come meanwhile, until an empty one."""
        assert self._board.stdin is not None
        with suppress(OSError), self._board.stdin as channel:  # it is gone, which is told when an answer is waited for
            lines = [b"that it begins"]
            while lines[-1]:
                lines = [self._words.get()]
                while lines[-1] and not self._words.empty():
                    lines.append(self._words.get())
                channel.write(b"\n".join([line or END for line in lines] + [b""]))
                channel.flush()

    def check(self) -> None:
        """ValueError with the remedy where nothing runs any more."""
        if self.ended:
            raise ValueError("this system was stopped: deploy the model again")
        if self._gone:
            raise ValueError(GONE)

    def _listen(self) -> None:
        """In a thread: take lines from the switchboard until it is gone."""
        assert self._board.stdout is not None
        with self._board.stdout:
            rest = b""
            while piece := self._board.stdout.read1(CHUNK):  # type: ignore[attr-defined]
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    if line.startswith(OWN):
                        self._note_processes(json.loads(line))
                self._lines.put(lines)
                self._news.set()
        self._lines.put([json.dumps({"what": "failed", "why": GONE}).encode()])
        self._gone = True
        self._news.set()
        self._board.wait()
        self._listening_is_over()

    def _note_processes(self, news: News) -> None:
        match news:
            case {"what": "servers"}:
                self._servers = news["pids"]
            case {"what": "process"}:
                self._agents[news["agent"]] = news["pid"]
            case {"what": "ended"}:
                self._agents.pop(news["agent"], None)

    def _listening_is_over(self) -> None:
        """What a switchboard that was killed has left is ended here: servers, agents at work, files."""
        if self._board.returncode:
            for pid in [*self._servers, *self._agents.values()]:
                kill(pid)
            shutil.rmtree(self.folder, ignore_errors=True)
        self._servers, self._agents = [], {}


@contextmanager
def owning(hear: Callable[[bytes], None]) -> Iterator[Owner]:
    """An owner, which ends if the block fails or is interrupted, and goes on after it otherwise."""
    owner = None
    try:
        with uninterrupted():
            owner = Owner(hear)
        yield owner
    except BaseException:
        if owner is not None:
            owner.end()
        raise


def _bytes(line: str) -> bytes:
    try:
        return line.encode()
    except UnicodeEncodeError:
        raise ValueError(r"a text with half of a character (\ud800 to \udfff) cannot be sent: leave that out") from None


class _Held:
    """A handler of interrupts that remembers them."""

    came = False

    def __call__(self, *_: object) -> None:
        self.came = True


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold an interrupt of the cell back until the end of the block, or of the outermost of several."""
    if current_thread() is not main_thread() or isinstance(signal.getsignal(signal.SIGINT), _Held):
        yield  # only the main thread is interrupted
        return
    held = _Held()
    before = signal.signal(signal.SIGINT, held)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held.came:
        raise KeyboardInterrupt
