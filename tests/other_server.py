"""A NATS server as somebody else runs it: one for all, with one user, on this computer alone."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from for_real import SOON
from labkit.deploy import check_installed

CONFIGURATION = """listen: "127.0.0.1:-1"
authorization {{ users: [ {{
  user: "learner", password: "secret", permissions {{ publish: {allowed}, subscribe: {allowed} }}
}} ] }}
max_payload: {largest}
"""


@contextmanager
def server(folder: Path, allowed: str = '["lab.>", "in.>"]', largest: int = 1_000_000) -> Iterator[str]:
    """A server, and its address with its user's name and password."""
    (folder / "elsewhere.conf").write_text(CONFIGURATION.format(allowed=allowed, largest=largest))
    program = check_installed()
    with subprocess.Popen([program, "-c", folder / "elsewhere.conf", "--ports_file_dir", folder],
                          stderr=subprocess.DEVNULL) as running:
        try:
            yield f"nats://learner:secret@127.0.0.1:{_port(folder, running.pid)}"
        finally:
            running.kill()


def _port(folder: Path, pid: int) -> int:
    until = monotonic() + SOON
    while monotonic() < until:
        for path in folder.glob(f"*_{pid}.ports"):
            if text := path.read_text():
                return int(json.loads(text)["nats"][0].rsplit(":", 1)[1])
        sleep(0.01)
    raise TimeoutError("the server has not started")
