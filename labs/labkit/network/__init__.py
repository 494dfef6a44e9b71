"""A topology with its faults as a value, who can reach whom, and the ways of messages."""
