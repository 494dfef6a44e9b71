"""The office of exercise 4: what it promises with the lab's own agents, and what the notebook says of it."""

import pytest
from labkit.agents import first_violation
from labkit.engine import Deliver
from labkit.protocols import Task
from labkit.search import explore
from labkit.worksheet import STEPS, Postbox, office
from labkit.worksheet.mailing import OFFICE_PROPERTIES, all_done


def solved(*names: str) -> dict[str, type]:
    there: dict[str, type] = {}
    for name in names:
        exec(STEPS[name].imports + STEPS[name].solution, there)
    return there


def test_the_lab_s_own_office_does_all_tasks() -> None:
    sim = office(tasks=("mail", "report", "mail")).simulate(seed=1)
    sim.run(until=1_000)
    assert all_done(sim.system) and first_violation(OFFICE_PROPERTIES, sim.system) is None


def test_a_mail_has_left_whatever_crashes() -> None:
    class Box(Postbox):
        def receive(self, sender: str, message: object) -> None:
            self.mail(message.what)

    sim = office(mailer=Box).simulate(seed=1)
    sim.run(until=100)
    sim.crash("mailer")
    sim.restart("mailer")
    assert sim.system.agents["mailer"].outbox == ("mail",)


@pytest.mark.parametrize("bounds", [{"timeouts": 3}, {"timeouts": 2, "duplicates": 1}, {"timeouts": 3, "crashes": 1}])
def test_our_own_agents_keep_their_promises_in_every_order(bounds: dict[str, int]) -> None:
    ours = solved("lasting board", "mailer")
    assert explore(office(ours["LastingBoard"], ours["Mailer"]), progress=False, **bounds).holds


def test_after_a_crash_of_coder_nothing_happens_until_the_lease_ends_and_then_tester_gets_the_task() -> None:
    ours = solved("board", "mailer")
    sim = office(ours["Board"], ours["Mailer"], ["mail", "report"]).simulate(seed=1)
    while not (sim.system.agents["coder"].todo and sim.system.agents["tester"].todo):
        sim.step()
    held = sim.system.agents["coder"].todo[0][0]
    sim.crash("coder")
    sim.run(until=1_000)
    again = [(step.time, step.event.target) for step in sim.trace if isinstance(step.event, Deliver)
             and isinstance(step.event.message, Task) and step.event.message.key == held]
    assert [target for _, target in again] == ["coder", "tester"] and again[1][0] > 150
    assert all_done(sim.system)


def test_a_board_without_a_durable_memory_loses_what_was_handed_in() -> None:
    sim = office(solved("board")["Board"]).simulate(seed=1)
    sim.run(until=30)
    sim.crash("planner")
    sim.restart("planner")
    assert sim.system.agents["planner"].tasks == ()
