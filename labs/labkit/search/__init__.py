"""Every order of events."""
