"""NATS's own store as plain data: the servers with the cables, what their Raft says, and what clients were told."""

from collections.abc import Sequence

from labkit.deploy import Answer, Hold, Member
from labkit.engine import System
from labkit.values import by_name
from labkit.views import stage

GROUPS = ("values", "lease", "servers")
RAFT = ["Server", "Role", "Term", "Leader it knows", "Entries committed"]
CALLS = ["At", "Client of", "What it asked", "What it was told", "After"]
SAYS, SAID = "Belief: what NATS's own Raft says of the {}", "At the end: what NATS's own Raft said of the {}"
ROWS = 4  # calls that are shown, the last first
TRUTH, TRUTH_THEN = "Truth: which cables are cut", "At the end: which cables were cut"
STOPPED = "no answer: all was stopped before it came"


def picture(system: System, members: Sequence[Member], alt: str) -> stage.NetworkPanel:
    """The servers and the cables as they are; beside each server what it believes to be in the group."""
    panel = stage.network_panel(system.network, system.network.partitions())
    believed = {one.server: role(one) for one in members}
    panel["note"] = [believed.get(name, "") for name in panel["name"]]
    return panel | {"place": "left", "title": TRUTH, "alt": alt, "low": 240, "tall": 0.6,
                    "margin": 110}


def role(member: Member) -> str:
    """A star if it believes that it leads."""
    return f"★ leader, term {member.term}" if member.role == "leader" else member.role


def raft_panel(names: Sequence[str], members: Sequence[Member], group: str, *, over: bool) -> stage.TablePanel:
    """One row per server: what it says of the Raft group, or said last."""
    said = {one.server: one for one in members}
    rows = []
    for name in sorted(names, key=by_name):
        one = said.get(name)
        rows.append([name, *["–"] * 4] if one is None else
                    [name, f"{'★ ' * (one.role == 'leader')}{one.role}", str(one.term), one.leader or "none",
                     f"{one.committed:,}"])
    return stage.table_panel("right", SAID.format(group) if over else SAYS.format(group), RAFT, rows)


def lease_panel(holds: Sequence[Hold], began: float, running: bool) -> stage.TextPanel:
    """The last two that held the lease, as their clients believed."""
    said = [f"{one.agent} {_when(one, began, running)}, number {one.number}" for one in holds[:-3:-1]]
    return stage.text_panel(f"The lease: {'; '.join(said) or 'nobody has held it'}.", "right")


def _when(hold: Hold, began: float, running: bool) -> str:
    since = f"{hold.since - began:.1f} s"
    if hold.until is not None:
        return f"held it from {since} to {hold.until - began:.1f} s"
    return f"has held it since {since}" if running else f"held it from {since} until all was stopped"


def calls_panel(answers: Sequence[Answer], began: float, running: bool) -> stage.TablePanel:
    """The last calls, each with what its client was told; as high whether there are many or none."""
    rows = [_row(one, began, running) for one in answers[:-ROWS - 1:-1]]
    rows += [["\N{NO-BREAK SPACE}"] * len(CALLS)] * (ROWS - len(rows))
    return stage.table_panel("log", f"Calls, the last first ({len(answers):,} in all)", CALLS, rows)


def _row(answer: Answer, began: float, running: bool) -> list[str]:
    waiting = answer.outcome == "waiting"
    said = STOPPED if waiting and not running else answer.said
    after = "" if waiting else f"{answer.seconds:.2f} s"
    return [f"{answer.at - began:.1f} s", answer.agent, answer.asked, said, after]
