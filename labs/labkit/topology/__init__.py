"""Star, mesh, ring, tree, hybrid: build them, measure them, choose between them."""

from labkit.topology.advice import Advice, Candidate, Needs, advise
from labkit.topology.connectivity import Share, share_after
from labkit.topology.measures import Measures, measure
from labkit.topology.shapes import build, kinds, register

__all__ = [
    "Advice", "Candidate", "Measures", "Needs", "Share",
    "advise", "build", "kinds", "measure", "register", "share_after",
]
