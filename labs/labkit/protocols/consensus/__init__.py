"""How agents agree on one value or one log."""
