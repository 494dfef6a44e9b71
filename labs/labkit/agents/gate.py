"""The one gate for effects: what a handler answers is checked here, once, before anything changes.

Every driver asks here, so the same mistake is refused in the same words in a simulation, in a search and on a network.
"""

from collections.abc import Container, Iterable
from typing import Any

from labkit.agents.agent import Agent
from labkit.agents.effects import EFFECTS, CancelTimer, Decide, Effect, Reply, Send, SetTimer
from labkit.agents.immutable import ATOMS, AgentError, check_immutable
from labkit.values import listed


def check_effects(agent: Agent, handler: str, effects: Iterable[Any], known: Container[str]) -> None:
    """AgentError if one of these is no effect, or cannot be carried out. known: the agents there are."""
    for effect in effects:
        kind = effect.__class__
        if kind is Send:
            if effect.to == agent.id or effect.to.__class__ is not str or effect.to not in known:
                raise AgentError(_stranger(agent, effect, known))
            if effect.message.__class__ not in ATOMS:
                check_immutable(effect.message, f"a message of agent {agent.id}")
        elif kind is SetTimer:
            _check_timer(agent, effect)
        elif kind in EFFECTS:
            _check_said(agent, effect)
        else:
            raise AgentError(_no_effect(agent, handler, effect))


def is_range(bounds: Any) -> bool:
    """Whether this is a range of delays: two whole numbers (low, high) with 0 < low <= high."""
    return (
        bounds.__class__ is tuple
        and len(bounds) == 2
        and bounds[0].__class__ is int is bounds[1].__class__
        and 0 < bounds[0] <= bounds[1]
    )


def _check_timer(agent: Agent, effect: SetTimer) -> None:
    if not is_range(effect.after):
        raise AgentError(
            f"agent {agent.id} sets the timer {effect.name!r} after {effect.after!r}: give a range of two whole "
            f"numbers, (low, high) with 0 < low <= high, such as (10, 20)"
        )
    _check_name(agent, effect.name)


def _check_name(agent: Agent, name: Any) -> None:
    if name.__class__ is not str or not name:
        raise AgentError(f"agent {agent.id} calls a timer {name!r}: the name of a timer is a text, such as 'retry'")


def _check_said(agent: Agent, effect: Effect) -> None:
    match effect:
        case CancelTimer(name):
            _check_name(agent, name)
        case Decide(value, about):
            check_immutable(value, f"a decision of agent {agent.id}")
            if about.__class__ is not str:
                raise AgentError(f"agent {agent.id} decides about {about!r}: about is a text, {str(about)!r}")
        case Reply(request, result, ok):
            check_immutable(request, f"a reply of agent {agent.id}")
            check_immutable(result, f"a reply of agent {agent.id}")
            if ok.__class__ is not bool:
                raise AgentError(f"a reply of agent {agent.id} has ok={ok!r}: ok is True, or False if it was refused")


def _stranger(agent: Agent, send: Send, known: Any) -> str:
    if send.to == agent.id:
        return f"agent {agent.id} sends {send.message!r} to itself: call the method instead, without the network"
    what = f"agent {agent.id} sends {send.message!r} to {send.to!r}"
    if send.to.__class__ is not str:
        return f"{what}: send to one agent, by its name; for several, [Send(peer, …) for peer in self.peers]"
    return f"{what}, which does not exist: the agents are {listed(known, most=12)}"


def _no_effect(agent: Agent, handler: str, effect: Any) -> str:
    peer = agent.peers[0] if agent.peers else "b"
    remedy = "return a list of effects, or nothing" if effect is None else f"did you mean Send({peer!r}, {effect!r})?"
    if isinstance(effect, type) and effect in EFFECTS:
        remedy = f"{effect.__name__} needs its arguments in brackets"
    return f"not an effect: {effect!r}, returned by {type(agent).__name__}.{handler} of agent {agent.id} ({remedy})"
