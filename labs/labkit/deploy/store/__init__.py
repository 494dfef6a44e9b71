"""NATS's own store, and what its Raft does, over the cables that are cut."""
