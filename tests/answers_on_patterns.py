"""The answers to the questions on patterns, worked out of the agents themselves."""

from functools import cache
from typing import Any

from answers import answers
from labkit.engine import Model
from labkit.observe import Load
from labkit.patterns import HashRing, Remainder
from labkit.protocols import NO_STALE_READ, QuorumStore, Read, Service, Write
from labkit.protocols.service.calls import EFFECT_ONCE, UNKNOWN
from labkit.scenario import parse
from labkit.search import explore
from labkit.topology import build

Found = tuple[str, dict[str, object]]
PAUSE_ENDS, END = 1_600, 5_000
STORM = """topology star 41
protocol calls every=(160, 266) retry='at once'
seed 1
capacity a 4 4
at 1000 pause a 600
run until 5000
"""


@cache
def load(*changes: tuple[str, str]) -> Load:
    """The storm, with this put in place of that."""
    story = STORM
    for old, new in changes:
        assert old in story
        story = story.replace(old, new)
    return Load(parse(story).play())


def back_after(*changes: tuple[str, str]) -> int | None:
    """How long after the pause the service is itself again."""
    since = load(*changes).served_from(PAUSE_ENDS)
    return None if since is None else since - PAUSE_ENDS


@answers("retry storm")
def no_end() -> Found:
    before, after = load().between(0, 1_000), load().between(4_000, END)
    all_of_it = load().between(0, END)
    answer = "not by 5,000" if back_after() is None and after.good == 0 else "from about 1,600 on"
    return answer, {
        "18 or 19 calls": 18 <= all_of_it.rate(all_of_it.offered) < 19.5 and before.good > 0.95 * before.offered,
        "19 calls are more than 90 messages": round(after.rate(after.offered)) == 19
        and after.rate(after.attempts) > 90,
        "up to five messages": Service("b", ("a",), retry="at once").pause(4) is not None
        and Service("b", ("a",), retry="at once").pause(5) is None,
        "the queue grows": after.queue > load().between(3_000, 4_000).queue > 1_500,
    }


@answers("what ends it")
def three_cures() -> Found:
    restart, longer = ("run until 5000", "at 5000 crash a\nat 5000 restart a\nrun until 7000"), "backoff+jitter"
    tried = {"a restart of the server at 5,000, which empties its queue": load(restart),
             "retries after longer and longer waits, drawn at random": load(("'at once'", longer)),
             "callers that do not retry": load(("'at once'", "none"))}
    last = {name: one.spans()[-10:] for name, one in tried.items()}
    (answer,) = (name for name, spans in last.items() if any(span.good for span in spans))
    restarted, waits = load(restart), load(("'at once'", longer)).between(4_000, END)
    first, second = restarted.between(5_000, 5_100), restarted.between(5_100, 5_200)
    return answer, {
        "more than 90 messages": waits.rate(waits.attempts) > 90, "After a restart 22 calls": first.good == 22,
        "come back within 100 units": first.attempts - first.offered > 60,
        "the queue grows again": restarted.between(6_000, 7_000).queue > 4 * second.queue,
    }


@answers("exactly once")
def both_rules() -> Found:
    def ends(retry: str) -> tuple[bool, bool]:
        """Whether one payment may become two, and whether it may become none."""
        model = Model(build("mesh", 2), Service, requests=[("b", "pay")], memory=0, retry=retry)
        twice = explore(model, timeouts=2, drops=1, progress=False).violated is EFFECT_ONCE
        sim = model.simulate()
        sim.cut("a", "b")
        sim.run()
        return twice, not sim.system.agents["a"].effects and sim.system.replies[0].result == UNKNOWN

    again, once = ends("at once"), ends("none")
    with_memory = Model(build("mesh", 2), Service, requests=[("b", "pay")], retry="at once")
    found = explore(with_memory, timeouts=2, drops=1, progress=False)
    return "none of the two" if again[0] and once[1] else "ask once and never again", {
        "asking again pays twice": again[0] and not once[0],
        "a memory of what was done": found.complete and found.violated is None,
    }


@answers("two and one")
def the_third() -> Found:
    def search(reads: int) -> Any:
        asked = [("a", Write("k", "new")), ("b", Read("k"))]
        return explore(Model(build("mesh", 3), QuorumStore, requests=asked, reads=reads, writes=2), progress=False)

    one, two = search(1), search(2)
    return "yes" if one.violated is NO_STALE_READ else "no, two of three are a majority", {
        "Four events": len(one.trace) == 4, "asks too few": two.complete and two.violated is None}


@answers("short queue")
def refused_early() -> Found:
    short = ("capacity a 4 4", "capacity a 4 4 queue=20")
    span = load(short).between(PAUSE_ENDS, END)
    return f"about {back_after(short)} units after the pause", {
        "waits 80 units at most": 20 * 4 == 80 and (span.median or 0) < 100,
        "most of it": load(short).between(1_200, PAUSE_ENDS).attempts > 200,
    }


@answers("poison")
def all_stopped() -> Found:
    sim = parse("topology star 4\nprotocol supervisor\nseed 1\nat 200 request b poison\nrun until 1500\n").play()
    notes = {name: agent.note for name, agent in sim.system.agents.items()}
    stopped = all(notes[name].startswith("stopped") for name in "bcd")
    return "they are stopped, too" if stopped else "they go on working", {
        "three restarts": notes["a"] == "gave up on b after 3 restarts"}


@answers("undo")
def backwards() -> Found:
    sim = parse("topology star desk flight hotel card\nprotocol saga coordinator=desk "
                "steps=('flight', 'hotel', 'card')\nagent card will=no\nat 0 request desk rome\nrun until 500\n").play()
    undone = [done.transition.agent.id for done in sim.trace if done.transition.agent
              for effect in done.transition.effects if str(getattr(effect, "message", "")).startswith("undid")]
    return f"the {undone[0]}", {"The last one first": undone == ["hotel", "flight"]}


@answers("keys that move")
def owners() -> Found:
    keys, agents = [f"key{number}" for number in range(10_000)], tuple("abcdefghij")
    ring, rest = HashRing(agents), Remainder(agents)
    grown = ring.joined("k")
    moved = [key for key in keys if ring.owner(key) != grown.owner(key)]
    return f"about {round(10_000 * rest.moved(rest.joined('k'), keys), -2):,.0f}", {
        "only about 900": 800 < len(moved) < 1_000, "all of them to the new agent": {*map(grown.owner, moved)} == {"k"}}
