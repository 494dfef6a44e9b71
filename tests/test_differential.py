"""Simulator and search agree on what can happen: each is judged by the other, on hundreds of random systems.

Every world that a simulation comes to is one that the plain search has seen. Every run that the search shows can happen
under the simulator's rules, link by link, and the simulator comes to the same world when it replays it.
"""

from collections import Counter
from collections.abc import Hashable
from random import Random
from typing import Any

import pytest
from labkit.agents import Agent, Invariant, Send
from labkit.engine import Deliver, Duplicate, Event, Model, Request, Simulator, System, Timeout
from labkit.network import Crash, Cut, Heal, Network, Restart, Routes
from labkit.search import explore
from labkit.search.space import Space
from labkit.topology import build
from seeds import seeds
from toys import BUDGETS, key, toy

COUNTED = {Timeout: "timeouts", Duplicate: "duplicates", Crash: "crashes", Cut: "cuts"}
LIMIT = 150  # states of a system that is compared
SYSTEMS = 25  # in a batch


def model_of(system: dict[str, Any], *properties: Any) -> Model:
    return Model(system["topology"], system["agents"], properties, system["requests"])


def worlds_of(system: dict[str, Any]) -> "set[Hashable] | None":
    """All worlds that the plain search sees; None where it does not come to an end."""
    seen: set[Hashable] = set()
    record = Invariant("record", "Is told of every world.", lambda world: seen.add(key(world)))
    found = explore(model_of(system, record), reduce=False, progress=False, limit=LIMIT,
                    **{name: system[name] for name in BUDGETS})
    return seen if found.complete else None


def strolled(system: dict[str, Any], random: Random) -> Simulator:
    """A simulation in which as much goes wrong as the numbers of faults allow."""
    sim = Simulator(system["topology"], system["agents"], seed=random.randrange(10**6),
                    latency=random.choice([(1, 3), (5, 15), (1, 60)]))
    left: Counter[str] = Counter({name: system[name] for name in BUDGETS})
    requests = list(system["requests"])
    names, ways = list(sim.system.agents), [way for a, b in system["topology"].edges for way in ((a, b), (b, a))]
    for _ in range(40):
        due = sim.next_due()
        if due is not None and random.random() < 0.75:
            item = min(sim.present.pending.values())
            if isinstance(item.event, Timeout):
                if not left["timeouts"]:
                    break  # the search would not go on from here, either
                left["timeouts"] -= 1
            sim.step()
            continue
        event = by_hand(sim, random, left, requests, names, ways)
        if event is not None:
            sim.do(event)
    return sim


def by_hand(sim: Simulator, random: Random, left: Counter[str], requests: list[Any], names: list[str],
            ways: list[tuple[str, str]]) -> Event | None:
    """Something that may go wrong now, or a client's request."""
    network = sim.system.network
    match random.randrange(6):
        case 0 if requests:
            return Request(*requests.pop(random.randrange(len(requests))))
        case 1 if left["crashes"] and (up := [name for name in names if name not in network.crashed]):
            left["crashes"] -= 1
            return Crash(random.choice(up))
        case 2 if network.crashed:
            return Restart(random.choice(sorted(network.crashed)))
        case 3 if left["cuts"] and (whole := [way for way in ways if way not in network.cut]):
            left["cuts"] -= 1
            return Cut(*random.choice(whole))
        case 4 if network.cut:
            return Heal(*random.choice(sorted(network.cut)))
        case 5 if left["duplicates"] and sim.system.flight:
            left["duplicates"] -= 1
            return Duplicate(random.choice(list(sim.system.flight.values())))
    return None


class Journey:
    """Where a message may be, link by link, as a simulator sends it: on these links, and at no other place."""

    def __init__(self, packet: Deliver, network: Network) -> None:
        self.target = packet.target
        first = Routes(network).hop(packet.source, packet.target)
        self.links = set() if first is None else {(packet.source, first)}
        self.pass_on(network)

    def pass_on(self, network: Network) -> None:
        """While the network is like this it may go on, and go on again."""
        routes, todo = Routes(network), list(self.links)
        while todo:
            at, to = todo.pop()
            if to == self.target or (at, to) in network.cut or to in network.crashed:
                continue
            following = routes.hop(to, self.target)
            if following is not None and (to, following) not in self.links:
                self.links.add((to, following))
                todo.append((to, following))

    def arrives(self, network: Network) -> bool:
        return any(to == self.target and (at, to) not in network.cut for at, to in self.links) and (
            self.target not in network.crashed)


def legal(system: dict[str, Any], trace: tuple[Event, ...]) -> bool:
    """Whether the events can happen in this order under the simulator's rules."""
    now = System(system["topology"], system["agents"])
    for name in now.agents:
        now.start(name)
    journeys = {number: Journey(packet, now.network) for number, packet in now.flight.items()}
    for event in trace:
        if isinstance(event, Deliver) and not journeys[event.number].arrives(now.network):
            return False
        now.apply(event)
        for number, packet in now.flight.items():
            if number not in journeys:
                journeys[number] = Journey(packet, now.network)
            journeys[number].pass_on(now.network)
    return True


def never(wanted: Hashable) -> Invariant:
    return Invariant("never", "This world is never seen.", lambda world: "it is" if key(world) == wanted else None)


def compared(seed: int) -> bool | None:
    """None where the system is too big; False where its runs were too short to tell anything."""
    system, random = toy(seed), Random(seed)
    worlds = worlds_of(system)
    if worlds is None:
        return None
    told = 0
    for _ in range(3):
        sim = strolled(system, random)
        for step in range(len(sim) + 1):
            assert key(sim.at(step).system) in worlds, f"system {seed}: {sim.trace[:step]}"
        told += len(sim)
    for wanted in random.sample(sorted(worlds, key=repr), min(2, len(worlds))):
        elsewhere = never(wanted)
        for reduce in (False, True):
            found = explore(model_of(system, elsewhere), reduce=reduce, progress=False,
                            **{name: system[name] for name in BUDGETS})
            assert found.violated is elsewhere
            assert legal(system, found.trace), f"system {seed}: {found.trace}"
            again = found.replay()
            assert again.skipped == () and key(again.system) == wanted
    return told > 3


@pytest.mark.parametrize("batch", seeds(3, 200))
def test_simulator_and_search_agree_on_what_can_happen(batch: int) -> None:
    """500 systems here, 5,000 in the long run."""
    told: list[bool] = []
    seed = 100_000 + 1_000 * batch
    while len(told) < SYSTEMS:
        result = compared(seed)
        seed += 1
        if result is not None:
            told.append(result)
    assert sum(told) > SYSTEMS // 3, "enough runs are long enough to tell something"


def test_what_is_sent_where_there_is_no_way_is_lost_for_good_in_the_search_too() -> None:
    """A link that is healed later brings nothing back: the simulator loses such a message when it is sent."""
    class Teller(Agent):
        def request(self, value: str) -> Send:
            return Send("b", value)

        def receive(self, sender: str, message: str) -> None:
            self.__dict__["peers"] = (*self.peers, message)

    heard = Invariant("unheard", "b hears nothing.", lambda w: "it did" if "news" in w.agents["b"].peers else None)
    model = Model(build("mesh", 2), Teller, [heard], [("a", "news")])
    assert explore(model, progress=False, after=[Cut("a", "b"), Request("a", "old")]).violated is heard
    alone = Model(build("mesh", 2), Teller, [heard])
    cut = [Cut("a", "b"), Request("a", "news")]
    for reduce in (True, False):
        assert explore(alone, progress=False, after=cut, reduce=reduce).violated is None
        assert explore(alone, progress=False, after=list(reversed(cut)), reduce=reduce).violated is heard


@pytest.mark.long
def test_a_simulator_or_a_search_with_other_rules_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a search that delivers everything everywhere, and one that never restarts."""
    with monkeypatch.context() as patch:
        patch.setattr(Space, "_arrives", lambda self, content, cut, down: True)
        with pytest.raises((AssertionError, StopIteration)):
            for seed in range(100_000, 100_400):
                compared(seed)
    moves = Space.all_moves
    with monkeypatch.context() as patch:
        patch.setattr(Space, "all_moves", lambda self, here: (m for m in moves(self, here) if m[0].kind is not Restart))
        with pytest.raises(AssertionError):
            for seed in range(100_000, 100_400):
                compared(seed)

