"""Star, mesh, ring, tree, hybrid: build them, measure them, choose between them."""

from labkit.topology.advice import CRITERIA, Advice, Candidate, Needs, advise, figures
from labkit.topology.connectivity import share_after
from labkit.topology.flooding import Told, flood
from labkit.topology.hops import one_way_hops
from labkit.topology.layout import places_of
from labkit.topology.measures import Measures, communication, constraints, fault_tolerance, growth_law, measure
from labkit.topology.shapes import build, kinds, register, shape_of

__all__ = ["Needs", "advise", "build", "measure", "register"]
