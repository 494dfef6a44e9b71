"""Services that fail, and what keeps them useful."""
