"""Who may act now."""
