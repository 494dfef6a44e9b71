"""Exercise 3, last part: the whole team against every fault of the gallery, and how long things take."""

from collections.abc import Hashable, Iterator
from typing import Any

from labkit.agents import AgentError, Reply, Send
from labkit.engine import Request, Simulator
from labkit.faults import GALLERY
from labkit.network import Crash, Cut, Heal, isolate
from labkit.observe import suspicions
from labkit.topology import build
from labkit.values import brief, listed
from labkit.worksheet.exercises.on_recovery_from_above import IMPORTS
from labkit.worksheet.exercises.on_recovery_from_inside import stopped
from labkit.worksheet.exercises.slow_recovery import slowest
from labkit.worksheet.moment import Moment, refused_at, states
from labkit.worksheet.refuting import Refuted, Unusable, plain
from labkit.worksheet.step import Step
from labkit.worksheet.teammate import ANSWER_WITHIN, Promised, Teammate
from labkit.worksheet.through_faults import ASK_EVERY, BEGIN, END, UNTIL, task, through

NOTICED = 300  # units after a fault has begun until a majority that is left goes on
AGAIN = task("a", 1)
CRASHED = 500  # when an agent crashes, in runs that show how soon that is noticed
CANNOT_GO_ON = ("3-3-3 split", "cascading", "cascading overload")  # no majority is left, or all are too busy


def _team(answer: Any) -> None:
    if not (isinstance(answer, type) and issubclass(answer, Teammate)):
        raise Unusable("this is not a class derived from Teammate: begin with class Team(Teammate)")
    try:
        _judge(f"in a team of four that is cut into two pairs at {BEGIN}", _pairs(answer), goes_on=False)
        for fault in sorted(GALLERY, key=lambda name: GALLERY[name].agents):
            _judge(f"in the fault “{fault}”", through(fault, answer), goes_on=fault not in CANNOT_GO_ON,
                   prepared=GALLERY[fault].prepared)
        _judge_again(_asked_again(answer))
    except (AgentError, TypeError, ValueError) as why:
        said = stopped(why)
        if said.startswith("the rule promises") and "never changes" in said:
            raise Unusable("promises stops with an error, for it tries to change a table: it only answers True or "
                           "False, and the base class records in self.promised what was promised") from why
        raise Unusable(said) from why


def _pairs(kind: type[Teammate]) -> Simulator:
    """Four agents, cut into two halves: nobody has more than half."""
    graph = build("mesh", 4)
    sim = Simulator(graph, kind, seed=1)
    for number, time in enumerate(range(BEGIN // 2, END, ASK_EVERY)):
        sim.plan(time, Request("abcd"[number % 4], task("abcd"[number % 4], number // 4 + 1)))
    for event in isolate(graph, "a", "b"):
        sim.plan(BEGIN, event)
        sim.plan(END, Heal(event.source, event.target))
    sim.run(until=UNTIL)
    return sim


def _asked_again(kind: type[Teammate]) -> Simulator:
    """Three agents: a asks for promises, and what the others answer is lost; when all links work, it is asked again."""
    sim = Simulator(build("mesh", 3), kind, seed=1)
    for other in "bc":
        sim.plan(BEGIN, Cut(other, "a"))
        sim.plan(BEGIN + ANSWER_WITHIN + ASK_EVERY, Heal(other, "a"))
    for time in (BEGIN + 5, BEGIN + 2 * ANSWER_WITHIN):
        sim.plan(time, Request("a", AGAIN))
    sim.run(until=BEGIN + 4 * ANSWER_WITHIN)
    return sim


def _judge_again(sim: Simulator) -> None:
    """Refuted if the task is refused although it was promised to nobody but the agent that asks again."""
    if not list(_taken(sim)):
        raise Refuted(f"in a team of three, a wants {AGAIN}, and the answers of b and c are lost; when all links work, "
                      "its client asks again and hears a no, though the task was promised to nobody but a",
                      Moment(sim, refused_at(sim, 0, sim.now + 1)))


def _judge(where: str, sim: Simulator, *, goes_on: bool, prepared: bool = False) -> None:
    """Refuted if a task is taken twice, lost, not known to all after the heal, or if the team does not go on.

    prepared: what is wrong in this run is there from its beginning.
    """
    taken = list(_taken(sim))
    first: dict[Hashable, str] = {}
    for step, time, what, taker in taken:
        if first.setdefault(what, taker) != taker:
            until = sim.branch(step)
            early = f"in a team of {len(sim.system.agents)} agents, before anything breaks"
            raise Refuted(f"{early if time < BEGIN and not prepared else where}, {taker} took {brief(what)}, which "
                          f"{first[what]} had taken before{_by_which_promises(until, what, taker)}", until)
    if not any(time < BEGIN for _, time, *_ in taken):
        raise Refuted(f"{where}, no task is taken before {BEGIN}: a team that refuses everything is safe and "
                      "useless", Moment(sim, refused_at(sim, 0, BEGIN)))
    boards = {name: agent.board for name, agent in sim.system.agents.items() if isinstance(agent, Teammate)}
    for *_, what, taker in taken:
        if not any(board.get(what) == taker for board in boards.values()):
            raise Refuted(f"{where}, {taker} told a client that it has taken {_short(what, taker)}, but after the heal "
                          "this is on nobody's board any more: lost", gone(sim, what, taker))
        if lacking := [name for name, board in boards.items() if board.get(what) != taker]:
            raise Refuted(f"{where}, {listed(lacking)} still do{'es' * (len(lacking) == 1)} not know {UNTIL - END} "
                          f"units after the heal that {taker} has taken {_short(what, taker)}",
                          Moment(sim, sim.now, dict.fromkeys(lacking, f"without {_short(what, taker)}")))
    if goes_on and not any(BEGIN + NOTICED < time < END for _, time, *_ in taken):
        raise Refuted(f"{where}, no task is taken from {BEGIN + NOTICED} to {END}, though a majority of the team is up "
                      "and reaches each other: it may go on", Moment(sim, refused_at(sim, BEGIN + NOTICED, END)))


def gone(sim: Simulator, what: Hashable, taker: str) -> Moment:
    """Since when nobody's board has this task any more."""
    since: int | None = None
    for time, agents in states(sim):
        if any(isinstance(agent, Teammate) and agent.board.get(what) == taker for agent in agents.values()):
            since = None
        elif since is None:
            since = time
    return Moment(sim, sim.now if since is None else since)


def _short(what: Hashable, taker: str) -> str:
    """The task in words; of one that is asked of its taker only, without saying so."""
    return brief(what).removesuffix(f" for {taker}")


def _taken(sim: Simulator) -> Iterator[tuple[int, int, Hashable, str]]:
    """Each task that a client was told is taken: after how many steps, when, which, and by whom."""
    for step, done in enumerate(sim.trace, 1):
        for effect in done.transition.effects:
            if isinstance(effect, Reply) and effect.ok and done.transition.agent is not None:
                yield step, done.time, effect.request, done.transition.agent.id


def _by_which_promises(sim: Simulator, what: Hashable, taker: str) -> str:
    """Why this agent could take the task, in words."""
    promised: dict[str, set[str]] = {}  # who has promised the task → to whom
    for name, asker in _promises(sim, what):
        promised.setdefault(name, set()).add(asker)
    if twice := sorted(name for name, askers in promised.items() if len(askers) > 1):
        return f"; {listed(twice)} had promised it to more than one"
    given = sorted(name for name, askers in promised.items() if taker in askers)
    return f"; {listed(given)} promised it, {len(given)} of {len(sim.system.agents)} members"


def _promises(sim: Simulator, what: Hashable) -> Iterator[tuple[str, str]]:
    for done in sim.trace:
        agent = done.transition.agent
        if not isinstance(agent, Teammate):
            continue
        if isinstance(done.event, Request) and done.event.value == what and agent.promised.get(what) == agent.id:
            yield agent.id, agent.id
        for effect in done.transition.effects:
            if isinstance(effect, Send) and effect.message == Promised(what):
                yield agent.id, effect.to


# ---- how long it takes -----------------------------------------------------------------------------------------------

class Sound(Teammate):
    """The team as it should be, for runs that show how long things take."""

    def may_go_on(self, together: frozenset[str]) -> bool:
        return 2 * len(together) > len(self.everyone)

    def promises(self, task: Hashable, asker: str) -> bool:
        return self.promised.get(task, asker) == asker

    def merged(self, theirs: Any) -> Any:
        return self.board | theirs


def _recovered(latest: Any) -> None:
    if type(plain(latest)) not in (int, float):
        raise Unusable("this is not a number of units: give one number")
    if latest == 65:
        return
    sim, healed, recovered = slowest(Sound)
    if latest <= 0:
        raise Refuted("at the heal the boards differ, and no message is on its way: healed is not recovered",
                      Moment(sim, healed))
    if latest < 65:
        raise Refuted(f"it can take longer than {latest:g} units: an agent may have sent its board in vain just before "
                      "the heal; when has its next one arrived?", Moment(sim, healed + int(latest)))
    raise Refuted(f"it never takes {latest:g} units: each agent has sent its board again sooner, and even the "
                  "slowest of these messages has arrived before", Moment(sim, recovered))


def crashed(seed: int) -> tuple[Simulator, int, int]:
    """A run in which one of five crashes; after how many units the first and the last of the others suspect it."""
    sim = Simulator(build("mesh", 5), Sound, seed=seed)
    sim.plan(CRASHED, Crash("e"))
    sim.run(until=CRASHED + 300)
    found = [one.time - CRASHED for one in suspicions(sim)]
    return sim, min(found), max(found)


def _noticed(between: Any) -> None:
    if type(plain(between)) not in (tuple, list) or [type(one) for one in between] != [int, int]:
        raise Unusable("these are not two whole numbers: give the units at the earliest, and those at the latest")
    earliest, latest = between
    for seed in range(1, 11):
        sim, first, last = crashed(seed)
        if first < earliest:
            raise Refuted(f"there is a run in which it is suspected after {first} units, sooner than {earliest}",
                          Moment(sim, CRASHED + first))
        if last > latest:
            raise Refuted(f"there is a run in which the last one suspects it after {last} units, later than {latest}",
                          Moment(sim, CRASHED + last))
    if earliest != 155:
        raise Refuted(f"the earliest is not {earliest}: if no later sign of life leaves, how long before the crash can "
                      "the last one have been sent, and how soon can it have arrived?")
    if latest != 215:
        raise Refuted(f"the latest is not {latest}: how short before the crash can the last sign of life have been "
                      "sent, and how late can it have arrived?")


TEAM = (
    Step(
        "team", 3,
        "Write the three rules of the team. They only answer: the base class remembers what was promised and merged.\n"
        "\n- `may_go_on(together)`: are these agents, myself among them, enough to take a task? The list of all "
        "members is `self.everyone`."
        "\n- `promises(task, asker)`: may I promise this task to that agent, which may be myself? The table "
        "`self.promised` says to whom I have promised which task so far."
        "\n- `merged(theirs)`: which board do I have after a peer's has arrived? Mine is `self.board`. Both are tables "
        "`{task: agent}`.\n\n"
        "Whatever breaks, no task may be taken by two agents, none that was taken may be lost, and a majority must go "
        "on. If the client asks the same agent again, it must be able to get its task: repeat a promise to the same "
        "asker.", "code",
        blank="""class Team(Teammate):
    def may_go_on(self, together):
        return ...

    def promises(self, task, asker):
        return ...

    def merged(self, theirs):
        return ...""",
        solution="""class Team(Teammate):
    def may_go_on(self, together):
        return 2 * len(together) > len(self.everyone)

    def promises(self, task, asker):
        return task not in self.promised or self.promised[task] == asker

    def merged(self, theirs):
        return self.board | theirs""",
        because="Two majorities share an agent, and this agent promises a task once; so no task has two takers, "
        "whatever breaks. That is why the boards merge without versions: where two boards know of a task, they say "
        "the same. The price is paid during a cut: the smaller side refuses.",
        hints=("may_go_on is your rule of before; here the members are self.everyone.",
               "A promise is given once, and may be repeated to the same agent. self.promised.get(task) is None if "
               "it was not given yet.",
               "Boards are not changed but bound anew: self.board | theirs has the tasks of both."),
        judge=_team, imports=IMPORTS,
    ),
)

TIMES = (
    Step(
        "time to recover", 3,
        "Each agent of the team sends its board to all others every 50 units. A message travels for 5 to 15 units, and "
        "is lost if its link is cut. Now all links are healed at the same moment, and no further task is taken. After "
        "how many units, at the latest, do all agents have the same board?", "figure",
        blank="latest = ...",
        solution="latest = 65",
        because="In the worst case an agent has sent its board just before the heal. The next time comes 50 units "
        "later, and the message travels up to 15. Healed means that messages pass again; recovered means that what was "
        "missed has been sent once more.",
        hints=("What has an agent to do before another one can know what it missed?",
               "Longest wait for the next board, plus slowest message."),
        judge=_recovered, imports=IMPORTS, stretch=True,
    ),
    Step(
        "time to notice", 3,
        "An agent sends a sign of life every 50 units, and each travels for 5 to 15 units. A peer suspects the agent "
        "200 units after the last one has arrived. The agent crashes. After how many units does the peer suspect it, "
        "at the earliest and at the latest?", "figure",
        blank="noticed = (..., ...)  # earliest, latest",
        solution="noticed = (155, 215)",
        because="Earliest: the last sign of life was sent 50 units before the crash and travelled 5, so the patience "
        "ends 155 units after the crash. Latest: it was sent at the moment of the crash and travelled 15. A shorter "
        "patience notices sooner, and is wrong more often.",
        hints=("When may the last sign of life have been sent, seen from the crash? Between 50 units before and 0.",
               "Add the time it travels and the patience."),
        judge=_noticed, imports=IMPORTS, stretch=True,
    ),
)
