"""Systems that run for real."""

from labkit.views.real.class_lab import ClassLab
from labkit.views.real.lab import RealLab
from labkit.views.real.seat import Seat, join
from labkit.views.real.store_lab import StoreLab
