"""Word that spreads."""
