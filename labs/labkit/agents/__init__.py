"""All that a protocol needs: agents, what they may answer with, and what must hold of them."""

from labkit.agents.acting import (
    NOTHING,
    Transition,
    act,
    cast_of,
    checked,
    create,
    kind_of,
    restarted,
)
from labkit.agents.agent import Agent
from labkit.agents.codec import Codec, codec_of
from labkit.agents.effects import CancelTimer, Decide, Effect, Effects, Reply, Send, SetTimer
from labkit.agents.facets import (
    DEAD,
    DONE,
    RUNNING,
    WAITING,
    Carries,
    Decides,
    Holds,
    Job,
    Leads,
    Suspects,
    Works,
    suspects_of,
    term_led,
)
from labkit.agents.gate import check_effects, is_range
from labkit.agents.immutable import ATOMS, AgentError, check_immutable, is_own
from labkit.agents.lint import look_over
from labkit.agents.properties import (
    AGREEMENT,
    SOMEONE_DECIDES,
    VALIDITY,
    Invariant,
    Properties,
    Property,
    Sometimes,
    agreement_on,
    as_properties,
    first_violation,
    is_seen,
    violation_of,
)
from labkit.agents.world import Asked, Decision, Replied, Said, World

__all__ = ["Agent", "CancelTimer", "Decide", "Holds", "Reply", "Send", "SetTimer"]
