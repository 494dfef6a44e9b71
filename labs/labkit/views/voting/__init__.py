"""Votes by click."""
