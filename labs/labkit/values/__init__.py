"""Plain data without a domain: tables that never change, names, short words, texts, undo."""


from labkit.values.bar import Bar
from labkit.values.bitmask import bits
from labkit.values.canonical_form import canonical
from labkit.values.clocks import AFTER, BEFORE, CONCURRENT, EQUAL, LamportClock, Order, VectorClock, covers, larger
from labkit.values.expecting import ArgumentError, expect, plain_arguments
from labkit.values.fingerprint import stable_hash
from labkit.values.frozen import frozendict
from labkit.values.growing import Growing
from labkit.values.literals import (
    Plain,
    fits,
    is_plain,
    name,
    no_such,
    read,
    rest,
    shorthand,
    unquoted,
    word,
    words,
    written,
)
from labkit.values.names import agent_names, by_name, letters, listed
from labkit.values.pictures import Svg, pixels
from labkit.values.shortcuts import blank, quick
from labkit.values.undo import UndoStack
from labkit.values.wording import brief, cell, heading, kind

__all__ = []
