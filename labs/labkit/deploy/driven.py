"""What a system of processes and a class of students share: time that passes, links, and an owner that ends them."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from labkit.deploy.owner import Owner
from labkit.network import Cut, Network
from labkit.values import by_name


class Driven:
    """A running system; `_owner` has its processes, `_network` its links."""

    _owner: Owner
    _network: Network

    @property
    def running(self) -> bool:
        """Whether it has not been stopped."""
        return not self._owner.ended

    @property
    def folder(self) -> Path:
        """Where servers and agents have their files while it runs."""
        return self._owner.folder

    def until(self, condition: Callable[[], object], seconds: float) -> bool:
        """Let time pass until the condition holds, so many seconds at most; the result is whether it holds."""
        if not callable(condition):
            raise ValueError("until takes a function that says whether it holds, until(lambda: real.replies, 10)")
        end = monotonic() + _checked(seconds)
        while not condition():
            if (left := end - monotonic()) <= 0:
                return False
            self._take(min(left, 0.02))
        return True

    def _take(self, seconds: float = 0.0) -> None:
        """Take in what has been reported; wait for it so long if there is nothing yet."""
        self._owner.take(seconds)

    def _ends(self, a: str, b: str) -> dict[str, str]:
        """The link between the two, as the owner is told; ValueError where there is none."""
        self._network.after(Cut(a, b))
        first, second = sorted((a, b), key=by_name)
        return {"a": first, "b": second}


def longer(milliseconds: int, most: int, why: str) -> float:
    """The seconds that everything takes longer on a link; ValueError with the reason for more than the most."""
    if not 0 <= milliseconds <= most:
        raise ValueError(f"milliseconds is how much longer it takes, from 0 to {most:,}, not {milliseconds}: {why}")
    return milliseconds / 1_000


def _checked(seconds: object) -> float:
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0:
        return seconds
    raise ValueError(f"seconds is a number, 0 or more, not {seconds!r}")
