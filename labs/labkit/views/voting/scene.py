"""A poll as plain data: the agents in the colours of their votes, bars against the quorum, and tables that say it all.

Fill, mark and bar are the votes as they were cast; the note beside an agent is what this agent believes.
"""

from collections.abc import Collection, Mapping
from typing import Any

from labkit.lesson import TRAPS, Poll, Voter, differ, looks_decided
from labkit.protocols import Proposal, Said
from labkit.values import by_name, listed
from labkit.views import stage

MARKS = {"yes": "✔", "no": "✘", "abstain": "–", "": "?"}
WORDS = {"yes": "✔ yes", "no": "✘ no", "abstain": "– abstains", "": "? not yet"}
LOOKS = {
    "yes": stage.Look("#0072B2", stage.WHITE, "circle"),
    "no": stage.Look("#D55E00", stage.BLACK, "square"),
    "abstain": stage.Look("#F0E442", stage.BLACK, "diamond"),
    "": stage.Look("#C8CDD2", stage.BLACK, "circle"),
}
LEGEND = [
    ["fill colour, shape and ✔ ✘ –", "the vote that the agent has cast on the proposal on show"],
    ["words beside an agent", "what this agent said, and what it believes: pending, won, lost, or unknown"],
    ["thick outline", "the agent believes that the proposal on show has won"],
    ["pale hexagon", "the agent is no member: its vote does not count among the agents"],
    ["dotted brown line", "the link is cut"],
]
KEYS: dict[str, Said] = {"y": "yes", "n": "no", "a": "abstain"}
NO_MEMBER = stage.Look("#E9DDE6", stage.BLACK, "hexagon")
UNKNOWN = "unknown"  # what an agent says of a proposal that it has not heard of
ROOMY = 9  # agents; more leave no room for notes of several words
WIRE = "#9AA3AB"  # links say nothing of votes


def sentence(poll: Poll) -> str:
    """The state of the poll, in a sentence or two."""
    parts = len(poll.network.partitions())
    apart = f" The agents are in {parts} partitions." if parts > 1 else ""
    if not poll.proposals:
        return (f"{len(poll.members)} of {len(poll.names)} agents are members, the quorum is {_quorum(poll)}. "
                f"Nothing is proposed yet: press Propose.{apart}")
    stands = [f"{_name(proposal)} {_opinion(poll, proposal)}" for proposal in poll.proposals]
    return f"The agents, with quorum {poll.need} of {len(poll.members)}: {'; '.join(stands)}.{apart}"


def _quorum(poll: Poll) -> str:
    same = poll.quorum == poll.need
    return str(poll.need) if same else f"{poll.quorum} for the lesson’s class and {poll.need} for the agents"


def _name(proposal: Proposal) -> str:
    return f"{proposal.id} = {_short(repr(proposal.value))}"


def _short(text: str, most: int = 14) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _opinion(poll: Poll, proposal: Proposal) -> str:
    """What the agents believe of a proposal: one word where they agree."""
    told: dict[str, list[str]] = {}
    for name, voter in poll.voters.items():
        told.setdefault(_belief(voter, proposal), []).append(name)
    if len(told) == 1:
        return next(iter(told))
    words = {"won": "won for", "lost": "lost for", "pending": "pending for", UNKNOWN: "unknown to"}
    return ", ".join(f"{said} {listed(told[word], most=6)}" for word, said in words.items() if word in told)


def _belief(voter: Voter, proposal: Proposal) -> str:
    return voter.outcome(proposal) if proposal in voter.votes else UNKNOWN


def votes_panel(poll: Poll, selected: str) -> stage.NetworkPanel:
    """The picture of the votes on a proposal; selected: its id, '' for none."""
    groups = poll.network.partitions()
    panel = stage.network_panel(poll.network, groups)
    shown = {name: poll.voters[name].named.get(selected) for name in panel["name"]}
    said = {name: poll.cast(proposal).get(name, "") if proposal else "" for name, proposal in shown.items()}
    looks = [LOOKS[said[name]] if name in poll.members else NO_MEMBER for name in panel["name"]]
    return panel | {
        "low": 300, "tall": 0.52, "wire": WIRE, "keys": list(KEYS),
        "title": f"Votes on {selected}" if selected else "Votes",
        "alt": f"{sentence(poll)} Votes on {selected or 'nothing'}: {_marks(said, most=15) or 'none'}.",
        "fill": [look.fill for look in looks], "ink": [look.ink for look in looks],
        "symbol": [look.symbol for look in looks],
        "letter": [MARKS[said[name]] if said[name] else "" for name in panel["name"]],
        "edge": [stage.BLACK if "won" in _note(poll, name, selected) else stage.LINE for name in panel["name"]],
        "note": [_note(poll, name, selected) for name in panel["name"]],
    }


def _note(poll: Poll, name: str, selected: str) -> str:
    """What the agent has said to the proposal on show, and what it believes of it."""
    voter = poll.voters[name]
    proposal = voter.named.get(selected)
    belief = _belief(voter, proposal) if proposal else UNKNOWN if selected else ""
    said = voter.votes_on(proposal).get(name, "") if proposal else ""
    if len(poll.names) > ROOMY:
        return belief if belief in ("won", "lost") else ""
    return ", ".join(word for word in ("" if name in poll.members else "no member", said, belief) if word)


def _marks(said: dict[str, Any], most: int = 8) -> str:
    """Who said what: ✔ a, b; ✘ c."""
    names = sorted(said, key=by_name)
    groups = ((mark, [name for name in names if said[name] == word]) for word, mark in MARKS.items() if word)
    return "; ".join(f"{mark} {listed(sayers, most)}" for mark, sayers in groups if sayers)


def tally_panel(poll: Poll) -> stage.ChartPanel:
    """Two bars per proposal, what the lesson's class counts and what the agents have cast, each with its quorum."""
    bars: list[tuple[str, Mapping[str, str], int]] = []
    for proposal in poll.proposals:
        name = _short(proposal.id, 6)
        bars.append((f"{name}: lesson", _written(poll, proposal), poll.quorum))
        bars.append((f"{name}: agents", poll.cast(proposal), poll.need))
    rows = max(4, len(bars))
    traces = [_trace(word, [_sayers(poll, votes, word) for _label, votes, _quorum in bars]) for word in WORDS]
    most = max([len(poll.members), *(len({*poll.members, *votes}) for _label, votes, _quorum in bars)])
    lines = [
        {"type": "line", "x0": quorum, "x1": quorum, "y0": i + above, "y1": i + below,
         "line": {"color": stage.BLACK, "width": 5}}
        for i, (_label, _votes, quorum) in enumerate(bars)
        for above, below in ((-0.5, -0.24), (0.24, 0.5))  # leaves room for the names in the middle of the bar
    ]
    return stage.chart_panel(
        "beside", 70 + 30 * rows, traces, barmode="stack", bargap=0.16, shapes=lines, hovermode=False,
        title={"text": f"Votes against the quorum ┃ {_quorum(poll)}", "font": {"size": 17}, "x": 0},
        xaxis={**stage.BARE, "range": [0, most + 0.1], "dtick": 1 if most < 9 else 5},
        yaxis={**stage.BARE, "range": [rows - 0.5, -0.5], "tickvals": list(range(len(bars))),
               "ticktext": [stage.literal(label) for label, _votes, _quorum in bars]},
        showlegend=False, uniformtext={"minsize": 15, "mode": "hide"}, margin={"l": 96, "r": 8, "t": 36, "b": 30},
    )


def votes_legend() -> stage.BadgesPanel:
    """The colours of picture and bars."""
    items = [[MARKS[word], words.split(maxsplit=1)[1], LOOKS[word].fill, LOOKS[word].ink]
             for word, words in WORDS.items()]
    return {"kind": "badges", "place": "beside", "items": items}


def _written(poll: Poll, proposal: Proposal) -> dict[str, str]:
    """The votes in the lesson's dictionary, which knows no abstaining; none where the id has another value now."""
    if poll.lesson.proposals[proposal.id]["value"] != proposal.value:
        return {}
    return {name: "yes" if vote else "no" for name, vote in poll.lesson_votes(proposal.id).items()}


def _sayers(poll: Poll, votes: Mapping[str, str], word: str) -> list[str]:
    return [name for name in poll.names if (name in votes or name in poll.members) and votes.get(name, "") == word]


def _trace(word: str, sayers: list[list[str]]) -> dict[str, Any]:
    look, few = LOOKS[word], max(map(len, sayers), default=0) < 8
    return {
        "type": "bar", "orientation": "h", "name": WORDS[word], "y": list(range(len(sayers))),
        "x": [len(names) for names in sayers],
        "text": [_bar(word, names, few) for names in sayers],
        "textposition": "inside", "insidetextanchor": "middle", "textangle": 0,
        "insidetextfont": {"size": 16, "color": look.ink}, "cliponaxis": False,
        "marker": {"color": look.fill, "line": {"color": stage.WHITE, "width": 1.5}},
    }


def _bar(word: str, names: list[str], few: bool) -> str:
    """What stands in a bar: the mark, and the names where there is room for them."""
    return stage.literal(f"{MARKS[word]} {' '.join(names) if few else len(names)}") if names else ""


def verdicts_panel(poll: Poll) -> stage.TablePanel:
    """What the lesson's class says of each proposal, and what the agents say."""
    rows = [
        [_name(proposal), _returned(poll, proposal), _opinion(poll, proposal),
         "differ" if differ(poll, proposal) else "same"]
        for proposal in poll.proposals
    ]
    head = ["Proposal", "Lesson’s class", "Agents", "Compared"]
    return stage.table_panel("beside", "Two verdicts", head, rows or [["–", "–", "–", "–"]])


def _returned(poll: Poll, proposal: Proposal) -> str:
    """What the lesson's class returns, and what a reader takes it for."""
    if poll.lesson.proposals[proposal.id]["value"] != proposal.value:
        return "overwritten"
    value = poll.lesson_says(proposal.id)
    if looks_decided(poll, proposal.id):
        return f"won: {_short(repr(value))}"
    return f"not decided: {value!r}"


def agents_panel(poll: Poll) -> stage.TablePanel:
    """Who sees what: one row per agent."""
    groups = poll.network.partitions()
    rows = []
    for name, voter in poll.voters.items():
        own = {proposal.id: vote for proposal in voter.votes if (vote := voter.votes_on(proposal).get(name))}
        heard = (f"{proposal.id}: {_marks(dict(voter.votes_on(proposal))) or 'no votes'}" for proposal in voter.votes)
        near = (other for group in groups if name in group for other in group if other != name)
        rows.append([
            name, "member" if name in poll.members else "no member",
            ", ".join(f"{WORDS[vote]} on {proposal}" for proposal, vote in own.items()) or "–",
            " · ".join(heard) or "no proposal",
            ", ".join(f"{proposal.id} {voter.outcome(proposal)}" for proposal in voter.votes) or "–",
            listed(near, most=6) or "nobody",
        ])
    head = ["Agent", "Member", "Its own vote", "Votes it has heard", "It believes", "Can hear"]
    return stage.table_panel("below", "Who sees what", head, rows, unfolded=False)


def traps_line(found: Collection[str]) -> stage.TextPanel:
    """Which traps were sprung so far, in one line."""
    named = f": {' · '.join(name for name in TRAPS if name in found)}" if found else ""
    return stage.text_panel(f"{len(found)} of {len(TRAPS)} traps sprung{named}")


def marks_panel() -> stage.TablePanel:
    """What each mark of the picture means."""
    return stage.table_panel("folded", "What the marks mean", ["Mark", "Meaning"], LEGEND, unfolded=False)


def traps_panel(found: Collection[str]) -> stage.TablePanel:
    """The traps of the lesson's class, with those that were sprung."""
    rows = [["✔" if name in found else "–", name, trap.how, trap.treatment] for name, trap in TRAPS.items()]
    title = f"Traps of the lesson’s class: {len(found)} of {len(TRAPS)} sprung"
    head = ["Sprung", "Trap", "How to spring it", "What the agents do"]
    return stage.table_panel("folded", title, head, rows, unfolded=False)
