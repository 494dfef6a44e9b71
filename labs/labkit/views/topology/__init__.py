"""Networks to break and to compare."""
