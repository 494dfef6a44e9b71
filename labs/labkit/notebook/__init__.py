"""What a learner has written in the cells of a notebook: found again as text, so that it can be run somewhere else."""

from labkit.notebook.cells import bound, statement_of, statements
from labkit.notebook.importing import OF_THE_NOTEBOOK
from labkit.notebook.literal_text import NotPlainError, literal
from labkit.notebook.source import Source, names_in, source_of
from labkit.notebook.this_cell import end_with_cell

__all__: list[str] = []
