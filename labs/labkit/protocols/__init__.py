"""One protocol a file; each safety rule is one small method that a learner can override, and see what breaks."""
