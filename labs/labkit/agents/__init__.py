"""All that a protocol needs: agents, what they may answer with, and what must hold of them."""

from labkit.agents.acting import (
    NOTHING,
    AgentError,
    Transition,
    act,
    cast_of,
    check_immutable,
    checked,
    create,
    kind_of,
    restarted,
)
from labkit.agents.agent import Agent
from labkit.agents.effects import CancelTimer, Decide, Effect, Effects, Reply, Send, SetTimer
from labkit.agents.facets import Decides, Holds, Leads, Suspects, suspects_of, term_led
from labkit.agents.properties import (
    AGREEMENT,
    SOMEONE_DECIDES,
    VALIDITY,
    Decision,
    Invariant,
    Property,
    Replied,
    Sometimes,
    World,
    agreement_on,
    first_violation,
)

__all__ = ["Agent", "CancelTimer", "Decide", "Invariant", "Reply", "Send", "SetTimer"]
