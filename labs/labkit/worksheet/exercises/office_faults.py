"""How an office with a learner's agents is tried: quiet days, one fault at each moment, and every order of events."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from labkit.agents import Agent, first_violation
from labkit.engine import Deliver, Drop, Event, Model, Simulator
from labkit.protocols import Task
from labkit.search import explore
from labkit.values import brief, listed
from labkit.worksheet.mailing import OFFICE_PROPERTIES, WORKERS, all_done
from labkit.worksheet.moment import at_rest
from labkit.worksheet.output import end_of_run
from labkit.worksheet.refuting import Refuted, Unusable

UNTIL = 1_500  # units of time in which all must be done, even after a fault: ten leases
REST = 300  # units after which nobody has anything left to say
AWAY = 40  # how long a crashed agent is down that comes back
MOST_STATES = 20_000
Office = Callable[[Sequence[str]], Model]  # tasks → the office in which clients hand them in
Fault = tuple[str, Callable[[Simulator], Any]]  # in words, and what it does to a run


def agent_class(answer: Any, base: type[Agent]) -> type[Any]:
    """The answer, if it is a class of such agents."""
    if not (isinstance(answer, type) and issubclass(answer, base)):
        raise Unusable(f"the answer is no class that is derived from {base.__name__}")
    if type(answer.durable) is not tuple:
        raise Unusable('durable is no tuple of names of fields; a tuple with one name needs a comma, ("done",)')
    return answer


def quiet_days(office: Office) -> None:
    """Nothing fails, and all tasks are done in the end; Refuted otherwise. One task, two, and twice the same."""
    for tasks in (("mail",), ("mail", "report"), ("mail", "mail")):
        sim = _begun(office, tasks)
        _go_on(sim, f"clients hand in {listed(f'“{task}”' for task in tasks)} and nothing fails")


def one_fault(office: Office, *faulty: Callable[[Simulator], Iterator[Fault]]) -> None:
    """One fault strikes, at any moment, and yet all tasks are done in the end; Refuted otherwise."""
    calm = _begun(office, ("mail", "report"))
    calm.run(until=UNTIL)
    for step in range(len(calm.system.requests), len(calm)):
        for faults in faulty:
            before = calm.branch(step)
            for words, strike in faults(before):
                sim = before.branch()
                strike(sim)
                _go_on(sim, words)


def a_loss(sim: Simulator) -> Iterator[Fault]:
    """A message on its way is lost."""
    for packet in [*sim.system.flight.values()]:
        words = f"“{brief(packet.message)}” from {packet.source} to {packet.target} is lost"
        yield words, partial(Simulator.do, event=Drop(packet))


def a_dead_worker(sim: Simulator) -> Iterator[Fault]:
    """A worker crashes and does not come back."""
    for worker in WORKERS:
        yield f"{worker} crashes at time {sim.now} and does not come back", partial(Simulator.crash, agent=worker)


def comes_back(agent: str) -> Callable[[Simulator], Iterator[Fault]]:
    """That agent crashes and comes back somewhat later."""
    def strike(run: Simulator) -> None:
        run.crash(agent)
        run.run(until=run.now + AWAY)
        run.restart(agent)

    return lambda sim: iter([(f"{agent} crashes at time {sim.now} and comes back {AWAY} units later", strike)])


def every_order(office: Office, tasks: Sequence[str], timeouts: int, duplicates: int = 0, crashes: int = 0) -> None:
    """Refuted with a shortest run that breaks a property, in all orders of events within the bounds."""
    found = explore(_made(office, tasks), timeouts=timeouts, duplicates=duplicates, crashes=crashes, limit=MOST_STATES,
                    progress=False)
    if found.violated:
        because = f"there is an order of events in which {_cause(found.why)}"
        raise (Unusable if found.breaks_down else Refuted)(because, found)


def _made(office: Office, tasks: Sequence[str]) -> Model:
    end_of_run()
    try:
        return office(tasks)
    except (ValueError, TypeError) as why:
        raise Unusable(f"agents of this class cannot be run: {_cause(why)}") from why


def _begun(office: Office, tasks: Sequence[str]) -> Simulator:
    try:
        return _made(office, tasks).simulate(seed=1)
    except (ValueError, TypeError) as why:
        raise Unusable(f"agents of this class cannot be run: {_cause(why)}") from why


def _go_on(sim: Simulator, when: str) -> None:
    """Refuted if a property breaks, a handler fails, not all is done in time, or it goes on for ever."""
    done_at: int | None = None
    try:
        while (due := sim.next_due()) is not None and due <= UNTIL:
            step = sim.step()
            if broken := first_violation(OFFICE_PROPERTIES, sim.system):
                raise Refuted(f"when {when}, {broken[1]}", sim)
            if done_at is None and all_done(sim.system):
                done_at = sim.now
            if done_at is not None and sim.now > done_at + REST and step and _hands_out(step.event):
                raise Refuted(f"when {when}, all is done at time {done_at}, and yet at time {sim.now} a worker gets a "
                              "task: hand out only what is not done", sim)
    except ValueError as why:
        raise Unusable(f"when {when}, {_cause(why)}", sim) from why
    if not all_done(sim.system):
        told = {reply.request for reply in sim.system.replies if reply.ok}
        open_ = [f"“{task}”" for _, task in sim.system.requests if task not in told] or ["the second one"]
        waiting = f"{listed(open_)} {'is' if len(open_) == 1 else 'are'} done"
        raise Refuted(f"when {when}, no client has been told after {UNTIL:,} units that {waiting}",
                      at_rest(sim))


def _hands_out(event: Event) -> bool:
    return isinstance(event, Deliver) and isinstance(event.message, Task)


def _cause(why: object) -> str:
    """The first sentence of an error of the lab; what follows is advice for other places."""
    return str(why).split(". Mend the class")[0]
