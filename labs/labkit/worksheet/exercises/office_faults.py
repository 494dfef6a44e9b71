"""How an office with a learner's agents is tried: quiet days, one fault at each moment, and every order of events."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from labkit.agents import Agent, Send, SetTimer, first_violation
from labkit.engine import Deliver, Drop, Duplicate, Event, Model, Simulator, Step, Timeout
from labkit.network import Crash, Restart
from labkit.protocols import Task, TaskQueue
from labkit.search import explore
from labkit.values import brief, listed
from labkit.worksheet.mailing import OFFICE_PROPERTIES, PLANNER, WORKERS, all_done
from labkit.worksheet.moment import Moment, at_rest
from labkit.worksheet.output import end_of_run
from labkit.worksheet.refuting import Refuted, Unusable

UNTIL = 1_500  # units of time in which all must be done, even after a fault: ten leases
REST = 300  # units after which nobody has anything left to say
AWAY = 40  # how long a crashed agent is down that comes back
LEASE = 150  # units
FOUR_LEASES = 4 * LEASE + AWAY  # and somewhat more, so that a fifth attempt is needed
PAUSE = 800  # units in which one worker alone does six tasks
MORE = ("report", "bill", "offer", "letter", "note")
MOST_STATES = 20_000
Office = Callable[[Sequence[str]], Model]  # tasks → the office in which clients hand them in
Strike = Callable[[Simulator], Any]  # what a fault does to a run
Fault = tuple[str, Strike]  # in words, and what it does
Rule = Callable[[Simulator], tuple[str, int] | None]  # a run → what breaks the rule in it, and when


def nothing(sim: Simulator) -> None:
    """No rule but those that hold for all runs; and no fault."""


def agent_class(answer: Any, base: type[Agent]) -> type[Any]:
    """The answer, if it is a class of such agents."""
    if not (isinstance(answer, type) and issubclass(answer, base)):
        raise Unusable(f"the answer is no class that is derived from {base.__name__}")
    if type(answer.durable) is not tuple:
        raise Unusable('durable is no tuple of names of fields; a tuple with one name needs a comma, ("done",)')
    return answer


def quiet_days(office: Office, rule: Rule = nothing) -> None:
    """Nothing fails, and all tasks are done in the end; Refuted otherwise. One task, two, and twice the same."""
    for tasks in (("mail",), ("mail", "report"), ("mail", "mail")):
        sim = _begun(office, tasks)
        _go_on(sim, f"clients hand in {listed(f'“{task}”' for task in tasks)} and nothing fails", rule)


def late_copies(office: Office, rule: Rule = nothing) -> None:
    """A worker pauses with a task in hand, and goes on with it when that and five more are done; Refuted if it harms.

    Its order and its acknowledgement are late copies of the first, then.
    """
    when = f"a worker pauses for {PAUSE} units with “mail” in hand, while clients hand in {len(MORE)} more tasks"
    _go_on(_begun(office, ("mail",)), when, rule, _pause)


def _pause(run: Simulator) -> None:
    while (due := run.next_due()) is not None and due < LEASE:
        run.step()
        for worker in WORKERS:
            agent = run.system.agents[worker]
            if isinstance(agent, TaskQueue) and agent.todo:
                run.pause(worker, PAUSE)
                run.run(until=run.now + 2 * LEASE)
                for task in MORE:
                    run.request(PLANNER, task)
                return


def one_fault(office: Office, *faulty: Callable[[Simulator], Iterator[Fault]], rule: Rule = nothing) -> None:
    """One fault strikes, at any moment, and yet all tasks are done in the end; Refuted otherwise."""
    calm = _begun(office, ("mail", "report"))
    calm.run(until=UNTIL)
    for step in range(len(calm.system.requests), len(calm)):
        for faults in faulty:
            before = calm.branch(step)
            for words, strike in faults(before):
                _go_on(before.branch(), words, rule, strike)


def a_loss(sim: Simulator) -> Iterator[Fault]:
    """A message on its way is lost."""
    for packet in [*sim.system.flight.values()]:
        words = f"“{brief(packet.message)}” from {packet.source} to {packet.target} is lost"
        yield words, partial(Simulator.do, event=Drop(packet))


def a_dead_worker(sim: Simulator) -> Iterator[Fault]:
    """A worker crashes and does not come back."""
    for worker in WORKERS:
        yield f"{worker} crashes at time {sim.now} and does not come back", partial(Simulator.crash, agent=worker)


def a_loss_and_a_dead_worker(sim: Simulator) -> Iterator[Fault]:
    """A task is lost on its way to a worker, and the other worker crashes for good: only the first is left."""
    def strike(run: Simulator, packet: Deliver, worker: str) -> None:
        run.do(Drop(packet))
        run.crash(worker)

    for packet in [*sim.system.flight.values()]:
        for worker in WORKERS:
            if isinstance(packet.message, Task) and worker != packet.target:
                yield (f"“{brief(packet.message)}” to {packet.target} is lost and {worker} crashes for good",
                       partial(strike, packet=packet, worker=worker))


def comes_back(agent: str) -> Callable[[Simulator], Iterator[Fault]]:
    """That agent crashes and comes back somewhat later."""
    return lambda sim: iter([(f"{agent} crashes at time {sim.now} and comes back {AWAY} units later",
                              partial(_away, agents=(agent,), units=AWAY))])


def no_worker(sim: Simulator) -> Iterator[Fault]:
    """All workers are down for four leases."""
    yield (f"{listed(WORKERS)} crash at time {sim.now} and come back {FOUR_LEASES} units later",
           partial(_away, agents=WORKERS, units=FOUR_LEASES))


def _away(run: Simulator, agents: Iterable[str], units: int) -> None:
    for agent in agents:
        run.crash(agent)
    run.run(until=run.now + units)
    for agent in agents:
        run.restart(agent)


def hand_outs(sim: Simulator) -> tuple[str, int] | None:
    """What is wrong in how the board handed out tasks, and when: the lease, the count of attempts, the next worker.

    One hand-out may go to several workers. After a crash the board may count from anywhere.
    """
    last: dict[Hashable, tuple[int, frozenset[str]]] = {}  # key → the last attempt, and to whom it went
    came_back = False
    for step in sim.trace:
        if isinstance(step.event, Restart) and step.event.agent == PLANNER:
            last, came_back = {}, True
        out = _tasks_out(step)
        timers = [one.after for one in step.transition.effects if isinstance(one, SetTimer)]
        if out and (other := [after for after in timers if after != (LEASE, LEASE)]):
            return f"the lease is a timer of {brief(other[0])} units; it was to be {brief((LEASE, LEASE))}", step.time
        for key, what in {task.key: task.what for _, task in out}.items():
            attempts = [*dict.fromkeys(task.attempt for _, task in out if task.key == key)]
            workers = frozenset([worker for worker, task in out if task.key == key])
            first = attempts[0] if came_back and isinstance(attempts[0], int) else 1
            before, had = last.get(key, (first - 1, frozenset()))
            if attempts != [*range(before + 1, before + 1 + len(attempts))]:
                said = f"{brief(attempts[0])}{'' if isinstance(attempts[0], int) else ', which is no whole number'}"
                return f"hand-out {before + 1} of “{brief(what)}” says that it is attempt {said}", step.time
            if workers <= had and len(had) < len(WORKERS):
                return (f"attempt {attempts[0]} of “{brief(what)}” goes to {listed(sorted(workers))} again, which may "
                        "be dead: choose another worker"), step.time
            last[key] = attempts[-1], workers
    return None


def every_order(office: Office, tasks: Sequence[str], timeouts: int, duplicates: int = 0, crashes: int = 0) -> None:
    """Refuted with a shortest run that breaks a property, in all orders of events within the bounds."""
    found = explore(_made(office, tasks), timeouts=timeouts, duplicates=duplicates, crashes=crashes, limit=MOST_STATES,
                    progress=False)
    if found.violated:
        because = f"there is an order of events in which{_after(found.trace)} {_cause(found.why)}"
        raise (Unusable if found.breaks_down else Refuted)(because, found)


def _after(events: Sequence[Event]) -> str:
    """The faults among these events, as the beginning of what came of them."""
    back = {event.agent for event in events if isinstance(event, Restart)}
    faults = []
    for event in events:
        match event:
            case Crash(agent):
                faults.append(f"a crash{' and restart' if agent in back else ''} of {agent}")
            case Duplicate(packet):
                faults.append(f"a second copy of “{brief(packet.message)}”")
            case Timeout(agent, _) if agent == PLANNER:
                faults.append("the end of a lease")
    return f", after {listed(dict.fromkeys(faults))}," if faults else ""


def _made(office: Office, tasks: Sequence[str]) -> Model:
    end_of_run()
    try:
        return office(tasks)
    except (ValueError, TypeError) as why:
        raise Unusable(f"agents of this class cannot be run: {_cause(why)}") from why


def _begun(office: Office, tasks: Sequence[str]) -> Simulator:
    model = _made(office, tasks)
    fails = "agents of this class cannot be run"
    try:
        Model(model.topology, model.agents).simulate(seed=1)
        fails = f"{'the first' if len(tasks) == 1 else 'a later'} request fails"
        return model.simulate(seed=1)
    except (ValueError, TypeError) as why:
        raise Unusable(f"{fails}: {_cause(why)}") from why


def _go_on(sim: Simulator, when: str, rule: Rule, strike: Strike = nothing) -> None:
    """Refuted if a property or the rule breaks, a handler fails, not all is done in time, or it goes on for ever."""
    done_at: int | None = None
    try:
        strike(sim)
        while (due := sim.next_due()) is not None and due <= UNTIL:
            step = sim.step()
            if broken := first_violation(OFFICE_PROPERTIES, sim.system):
                raise Refuted(f"when {when}, {broken[1]}", sim)
            if done_at is None and all_done(sim.system):
                done_at = sim.now
            if done_at is not None and sim.now > done_at + REST and step and _tasks_out(step):
                raise Refuted(f"when {when}, all is done at time {done_at}, and yet at time {sim.now} a worker gets a "
                              "task: hand out only what is not done", sim)
    except ValueError as why:
        raise Unusable(f"when {when}, {_cause(why)}", sim) from why
    if broke := rule(sim):
        raise Refuted(f"when {when}, {broke[0]}", Moment(sim, broke[1]))
    if not all_done(sim.system):
        told = {reply.request for reply in sim.system.replies if reply.ok}
        open_ = [f"“{task}”" for _, task in sim.system.requests if task not in told] or ["the second one"]
        waiting = f"{listed(open_)} {'is' if len(open_) == 1 else 'are'} done"
        raise Refuted(f"when {when}, no client has been told after {UNTIL:,} units that {waiting}",
                      at_rest(sim))


def _tasks_out(step: Step) -> list[tuple[str, Task]]:
    """The tasks that were handed out in this step, each with its worker."""
    return [(one.to, one.message) for one in step.transition.effects
            if isinstance(one, Send) and isinstance(one.message, Task)]


def _cause(why: object) -> str:
    """The first sentence of an error of the lab; what follows is advice for other places."""
    return str(why).split(". Mend the class")[0]
