"""What is handed in: a document for each exercise, computed from the learner's answers; the system as one file."""

from labkit.worksheet.documents.consensus import consensus_document
from labkit.worksheet.documents.recovery import recovery_document
from labkit.worksheet.documents.reflection import QUESTIONS, answered, reflection_document
from labkit.worksheet.documents.system import system_text
from labkit.worksheet.documents.topology import topology_document
from labkit.worksheet.documents.work import Work
