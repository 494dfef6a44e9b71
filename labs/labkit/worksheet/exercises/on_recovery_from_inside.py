"""Exercise 3, second part: what an agent can tell from inside: whom to suspect, and whether it may go on."""

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from labkit.agents import AgentError, suspects_of
from labkit.engine import Deliver, Simulator, Timeout
from labkit.network import Crash, Cut, Heal, Network, NetworkChange, Restart, isolate
from labkit.observe import suspicions
from labkit.protocols import FixedTimeout
from labkit.topology import build
from labkit.values import listed
from labkit.worksheet.beating import SILENCE, Beating
from labkit.worksheet.exercises.on_recovery_from_above import IMPORTS
from labkit.worksheet.moment import Moment
from labkit.worksheet.output import end_of_run
from labkit.worksheet.refuting import Refuted, Unusable, call, one_of, place, plain
from labkit.worksheet.step import Step
from labkit.worksheet.team import COUNCIL

MEMBERS, VISITORS = [*COUNCIL, "mailer"], ["visitor", "guest", "courier"]
REASONS = {
    "a": "after a crash the silence never ends, so coder only has to wait long enough",
    "b": "coder can ask the others: if they hear nothing either, tester has crashed",
    "c": "in all three cases the same has reached coder so far, namely nothing, so its conclusion must be the same",
    "d": "messages get lost too often, so coder may have missed some",
}
TOLD = "".join(f"\n- ({letter}) {reason}" for letter, reason in REASONS.items())


# ---- a crash or a cut? -----------------------------------------------------------------------------------------------

def away(*group: str, back: int) -> Simulator:
    """The council, with these agents cut off from 300 until `back`; each agent suspects after a silence of 200."""
    graph = build("mesh", COUNCIL)
    sim = Simulator(graph, FixedTimeout, seed=1)
    for event in isolate(graph, *group):
        sim.plan(300, event)
        sim.plan(back, Heal(event.source, event.target))
    sim.run(until=back + 200)
    return sim


def just_before_the_heal(sim: Simulator) -> Moment:
    """The last moment at which all links that were cut are still cut."""
    return Moment(sim, next(done.time for done in sim.trace if isinstance(done.event, Heal)) - 1)


def _crash_or_cut(choice: Any) -> None:
    if type(plain(choice)) not in (tuple, list) or [type(text) for text in choice] != [str, str]:
        raise Unusable('these are not two texts: give "yes" or "no", and the letter of a reason, "a", "b", "c" or "d"')
    verdict, reason = one_of(choice[0], ("yes", "no")), one_of(choice[1], REASONS, "the reason")
    if reason == "a":
        raise Refuted("a cut may outlast any patience: there is a run in which coder hears nothing for 2,000 units, "
                      "and tester was up all the time", just_before_the_heal(away("tester", back=2_300)))
    if reason == "b":
        raise Refuted("there is a run in which planner and coder are cut off together: both hear nothing of tester, "
                      "and tester is up", just_before_the_heal(away("planner", "coder", back=1_000)))
    if reason == "d":
        raise Refuted("no message needs to be lost by chance: there is a run in which the links lose nothing before "
                      "the cut, and still coder cannot tell", just_before_the_heal(away("tester", back=1_000)))
    if verdict == "yes":
        raise Refuted("reason (c) says that the conclusion of coder must be the same in all three cases; so it cannot "
                      "tell them apart", just_before_the_heal(away("tester", back=1_000)))


# ---- whom to suspect -------------------------------------------------------------------------------------------------

BEGIN, NOTICED, FORGIVEN = 300, 250, 100  # when it breaks; within how many units it is noticed, and forgiven
END = BEGIN + NOTICED + 250


class Mishap(NamedTuple):
    """What happens at BEGIN and is undone at END, and how to say that it has happened, and that it is over."""

    during: str
    after: str
    events: list[NetworkChange]


def _suspect(answer: Any) -> None:
    if not (isinstance(answer, type) and issubclass(answer, Beating)):
        raise Unusable("this is not a class derived from Beating: begin with class Watcher(Beating)")
    for names in (COUNCIL[:2], COUNCIL[:3], COUNCIL):
        for seed in (1, 2, 3):
            for mishap in _mishaps(names):
                _watch(answer, names, seed, mishap)


def _mishaps(names: tuple[str, ...]) -> Iterator[Mishap]:
    *_, last = names
    yield Mishap("nothing breaks", "nothing breaks", [])
    yield Mishap(f"{last} crashes", f"{last} has crashed and is back", [Crash(last)])
    if len(names) > 3:
        both = f"{names[-2]} and {last}"
        yield Mishap(f"{both} crash", f"{both} have crashed and are back", [Crash(names[-2]), Crash(last)])
    yield Mishap(f"{last} is cut off", f"{last} was cut off and is back", list(isolate(build("mesh", names), last)))


def _watch(kind: type[Beating], names: tuple[str, ...], seed: int, mishap: Mishap) -> None:
    """Refuted if one suspects a peer that it hears, does not suspect one that it does not hear, or never forgives."""
    end_of_run()
    try:
        sim = Simulator(build("mesh", names), kind, seed=seed)
        _run(sim, BEGIN, "nothing breaks", gone={})
        for event in mishap.events:
            sim.do(event)
        silent = _silent(sim.system.network, names)
        sim.run(until=BEGIN + NOTICED)
        _run(sim, END, mishap.during, silent)
        for event in mishap.events:
            match event:
                case Cut(source, target):
                    sim.do(Heal(source, target))
                case Crash(agent):
                    sim.do(Restart(agent))
        sim.run(until=END + FORGIVEN)
        _run(sim, END + FORGIVEN + 300, mishap.after, gone={})
    except (AgentError, TypeError, ValueError) as why:
        said = stopped(why)
        if said.startswith("field 'suspects'") and "in place" in said:
            raise Unusable("self.suspects holds something that can change in place, such as a list or a set: use a "
                           "frozenset") from why
        raise Unusable(said) from why


def stopped(why: Exception) -> str:
    """Which rule of an agent stopped, and with which error; else what an agent may not do, as the lab says it."""
    problem = why.__cause__
    if problem is None or not (where := place(problem)):
        return str(problem or why)
    return f"the rule {where}, stops with an error: {type(problem).__name__}: {problem}"


def _silent(network: Network, names: tuple[str, ...]) -> dict[str, set[str]]:
    """For each agent that is up, the peers from which it hears nothing."""
    return {name: {peer for peer in names if peer != name and not network.works(peer, name)}
            for name in network.alive()}


def _run(sim: Simulator, until: int, what: str, gone: dict[str, set[str]]) -> None:
    """Run on; Refuted if at any moment an agent that is up suspects others than those that are gone for it."""
    while True:
        where = f"at time {sim.now}, in a team of {listed(sim.system.agents)} in which {what},"
        for name, agent in sim.system.agents.items():
            if name in sim.system.down:
                continue
            if not isinstance(suspects_of(agent), frozenset):
                raise Unusable(f"{where} self.suspects of {name} is not a frozenset of names any more", sim)
            believed, right = set(suspects_of(agent)), gone.get(name, set())
            if wrong := sorted(believed - right, key=str):
                raise Refuted(f"{where} {name} suspects {listed(wrong)}, {_why_wrong(name, wrong, sim)}", sim)
            if missed := sorted(right - believed):
                raise Refuted(f"{where} {name} does not suspect {listed(missed)}, though it has heard nothing "
                              f"from {listed(missed)} for more than {sim.now - BEGIN - 20} units", sim)
        if sim.now >= until:
            return
        sim.run(until=min(until, sim.now + 10))


def _why_wrong(name: str, wrong: list[str], sim: Simulator) -> str:
    if strangers := [one for one in wrong if one not in sim.system.agents]:
        if all(len(str(one)) == 1 for one in strangers):
            return "and these are letters, not names: a name was taken apart, for a text is a collection of letters"
        return f"but there is no agent with the name {strangers[0]}"
    if name in wrong:
        return "that is, itself"
    since = [one.time for one in suspicions(sim) if one.agent == name and one.about == wrong[0]]
    if since and sim.now > END and since[-1] < END:
        return "and has heard it again for a while: a sign of life ends a suspicion"
    causes = [done.event for done in sim.trace
              if since and done.time == since[-1] and getattr(done.transition.agent, "id", None) == name
              and wrong[0] in suspects_of(done.transition.agent)]
    match causes:
        case [Timeout(timer=timer), *_] if timer.startswith(SILENCE) and timer != SILENCE + wrong[0]:
            return (f"whose signs of life it hears all the time: it was {timer.removeprefix(SILENCE)} that had been "
                    "silent when this began, and a rule about one peer leaves the others alone")
        case [Timeout(), *_]:
            silent = any(isinstance(done.event, Deliver) and done.event.target == name and not done.transition.effects
                         for done in sim.trace)
            missing = ", but receive returned nothing: is a return missing?" if silent else ""
            return f"whose signs of life it hears all the time: each of them must begin the wait anew{missing}"
    return f"whose signs of life it hears all the time: it began to suspect {wrong[0]} when one of them arrived"


# ---- who may go on ---------------------------------------------------------------------------------------------------

def _may_go_on(answer: Any) -> None:
    sides = [(members, side) for members in (MEMBERS[:size] for size in range(1, 7))
             for number in range(1, len(members) + 1) for side in combinations(members, number)]
    for members, side in sides:
        _judge_side(answer, members, side)
    for members, side in sides:
        for visitors in (VISITORS[:1], VISITORS[:2], VISITORS):
            if _asked(answer, members, [*side, *visitors]) != _asked(answer, members, side):
                raise Refuted(f"the answer for {_told(members, side)} changes when {listed(visitors)} "
                              f"{'is' if len(visitors) == 1 else 'are'} in reach, too, but strangers do not count",
                              _cut_apart(members, side, visitors))


def _judge_side(answer: Any, members: list[str], side: Collection[str]) -> None:
    other = [name for name in members if name not in side]
    goes, told = _asked(answer, members, side), _told(members, side)
    network = _cut_apart(members, side) if other else None
    if goes and other and _asked(answer, members, other):
        raise Refuted(f"{told} may go on, and {listed(other)} may, too: these are both sides of one cut", network)
    if 2 * len(side) > len(members) and not goes:
        raise Refuted(f"{told} may not go on, though that is more than half of the members", network)
    if 2 * len(side) <= len(members) and goes:
        raise Refuted(f"{told} may go on, though that is not more than half of the members", network)


def _cut_apart(members: list[str], side: Collection[str], visitors: Collection[str] = ()) -> Network:
    """The side of the members, with the strangers that it reaches, and the other members, cut off from it."""
    whole = Network(build("mesh", [*members, *visitors]))
    return whole.after(*isolate(whole.graph, *side, *visitors)) if len(side) < len(members) else whole


def _told(members: list[str], side: Collection[str]) -> str:
    if len(members) == 1:
        return f"{listed(side)}, the only member,"
    return f"{listed(side)}, {len(side)} of {len(members)} members,"


def _asked(answer: Any, members: list[str], side: Collection[str]) -> bool:
    return call(answer, list(members), set(side), gives=bool, words="True or False") is True


STEPS = (
    Step(
        "crash or cut", 3,
        "coder has heard nothing from tester for 500 units. Can coder always find out, by itself or by asking others, "
        f"whether tester has crashed, is cut off, or is only slow? Choose yes or no, and the reason:\n{TOLD}", "choice",
        blank='crash_or_cut = (..., ...)  # "yes" or "no", and "a", "b", "c" or "d"',
        solution='crash_or_cut = ("no", "c")',
        because="An agent knows only what it has heard, and silence says nothing about its cause. Friends help where "
        "they hear tester, but friends who hear nothing may be cut off as well. So a detector does not know, it "
        "suspects; and a suspicion must be taken back when it was wrong.",
        hints=("List what arrives at coder after a crash, during a cut, and while tester is slow.",
               "Imagine that coder and its friends are on the small side of a cut. What do the friends say?"),
        judge=_crash_or_cut, imports=IMPORTS, stretch=True,
    ),
    Step(
        "suspect", 3,
        "Write the rules of a failure detector. The base class `Beating` sends a sign of life to each peer every 50 "
        "units, and from the start it measures how long each peer is silent. A peer must be suspected when it falls "
        "silent, and no longer when it is heard again.", "code",
        blank="""class Watcher(Beating):
    def silence(self, peer):
        self.suspects = ...

    def receive(self, sender, message):
        self.suspects = ...
        return ...""",
        solution="""class Watcher(Beating):
    def silence(self, peer):
        self.suspects = self.suspects | {peer}

    def receive(self, sender, message):
        self.suspects = self.suspects - {sender}
        return self.wait_for(sender)""",
        because="Silence makes suspicious, a sign of life clears: both rules concern one peer and leave the others "
        "alone. The third rule keeps the detector calm: each sign of life begins the wait anew.",
        hints=("A frozenset is not changed but bound anew: self.suspects | {…}, self.suspects - {…}.",
               "What must happen with each sign of life, so that `silence` is not called while all is well?"),
        judge=_suspect, imports=IMPORTS,
    ),
    Step(
        "may go on", 3,
        "The network has split, and an agent reaches only some of the others. Write `may_go_on(members, reachable)`, "
        "which says whether those in reach may decide for the whole team: True or False. `members` is the list of all "
        "members. `reachable` is the set of all that the agent reaches, itself included; there may be strangers among "
        "them. At most one side of a cut may go on: a side with more than half of the members always may, and no other "
        "side may.", "code",
        blank="def may_go_on(members, reachable):\n    return ...",
        solution="def may_go_on(members, reachable):\n    return 2 * len(reachable & set(members)) > len(members)",
        because="Two groups that each have more than half of the members share a member, so they cannot be two sides "
        "of one cut. Count against the membership: those in reach are always the majority of those in reach. With half "
        "of an even number both sides would go on.",
        hints=("Of how many must the majority be: of those in reach, or of all?",
               "What do both halves of four agents answer?"),
        judge=_may_go_on, imports=IMPORTS,
    ),
)
