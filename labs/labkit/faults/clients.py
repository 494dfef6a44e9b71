"""What the clients of an experiment ask for."""

from labkit.agents import Agent
from labkit.engine import Request
from labkit.protocols import Write, described


def asked_by(kind: type[Agent], agent: str, number: int) -> Request | None:
    """What the client of this agent asks for the number-th time; None where such agents are asked nothing.

    The clients of replicas all write under the same key, so that what they write apart is in conflict.
    """
    protocol = described(kind)
    if kind.request is Agent.request or (protocol.requests and Write not in protocol.requests):
        return None
    text = f"{agent}{number}"
    return Request(agent, Write(f"k{number}", text) if protocol.requests else text)
