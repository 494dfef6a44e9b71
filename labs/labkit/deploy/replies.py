"""What clients were told, read off the reports as they come in, without a replay.

A reply leaves when its event is reported, so each of them is known at once. The report that a killed process has left
on its disk may come a second time: each counts once. Left out: causal order; replies are in the order of their reports.
"""

import json

from labkit.agents import Codec, Replied
from labkit.deploy.life import process_of

MARK = rb'[\"tuple\",\"reply\",'  # so begins the text of a reply inside of a report


class Replies:
    """All replies so far, `told`; `take` looks at the text of an event's report."""

    def __init__(self, codec: Codec) -> None:
        self.told: list[Replied] = []
        self._codec = codec
        self._seen: dict[str, int] = {}  # by process: its last event with a reply

    def take(self, line: bytes) -> None:
        """Note the replies in this report, if there are any."""
        if MARK not in line:
            return
        report = json.loads(str(line, "utf-8"))
        process = process_of(report["agent"], report["life"])
        place = report["clock"][process]
        if place <= self._seen.get(process, 0):
            return
        self._seen[process] = place
        for effect in report["effects"]:
            if isinstance(effect, str) and effect.startswith('["tuple","reply",'):
                _, request, result, ok = self._codec.value(effect)
                self.told.append(Replied(report["agent"], request, result, ok))
