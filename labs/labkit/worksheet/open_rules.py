"""The rules of an agent that are left open for learners: dots that are left, and a forgotten return, named in time.

A `...` is a value like any other, and it is true; a function without a return gives None, which is false. An agent
would run with both, and nobody would know why it does what it does.
"""

from types import FunctionType
from typing import Any

from labkit.agents import Agent, AgentError


def expect_no_dots(agent: Agent) -> None:
    """AgentError if a method of the agent's class still has dots; called when the agent starts."""
    own = vars(type(agent)).values()
    if any(... in part.__code__.co_consts for part in own if isinstance(part, FunctionType)):
        raise AgentError(f"{type(agent).__name__} still has dots (...): finish its step and run its cell first")


def yes_or_no(rule: str, answer: object) -> bool:
    """What the rule of that name has answered; AgentError if it has answered nothing."""
    return bool(returned(rule, answer, "neither yes nor no"))


def returned(rule: str, answer: Any, but: str) -> Any:
    """What the rule has returned; AgentError if that is nothing. but: what nothing is: "no board"."""
    if answer is None:
        raise AgentError(f"the rule {rule} returns None, which is {but}: is a return missing?")
    return answer
