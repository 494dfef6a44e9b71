"""Votes by click."""

from labkit.views.voting.booth import VotingBooth
