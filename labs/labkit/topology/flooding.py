"""Flooding hop by hop: whoever hears the news first passes it on over all its links, except the one it came by."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from labkit.values import by_name


class Told(NamedTuple):
    """One message of a flood, and whether it was news to its hearer."""

    teller: str
    hearer: str
    news: bool


def flood(near: Mapping[str, Iterable[str]], source: str) -> tuple[tuple[Told, ...], ...]:
    """The messages of hop 1, 2, 3 …; near: for each agent the neighbours that hear it.

    Of several agents that tell the same one at the same hop, the first by name brings the news.
    """
    heard_from = {source: source}
    fresh = [source]
    hops: list[tuple[Told, ...]] = []
    while fresh:
        sent = []
        for teller in sorted(fresh, key=by_name):
            came_by = heard_from[teller]
            for hearer in sorted(near[teller], key=by_name):
                if hearer != came_by:
                    sent.append(Told(teller, hearer, hearer not in heard_from))
                    heard_from.setdefault(hearer, teller)
        fresh = [told.hearer for told in sent if told.news]
        if sent:
            hops.append(tuple(sent))
    return tuple(hops)
