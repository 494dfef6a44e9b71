"""Partitions to live through."""

from labkit.views.recovery.fault_gallery import FaultGallery
from labkit.views.recovery.partition_lab import PartitionLab
from labkit.views.recovery.reports import Reports
