"""Quorums to turn."""

from labkit.views.quorum.dial import QuorumDial
