"""All that a protocol may import: agents, effects, properties."""
