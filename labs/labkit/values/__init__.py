"""Plain data without a domain."""
