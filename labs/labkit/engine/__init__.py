"""One state, one clock: events, system, simulator."""
