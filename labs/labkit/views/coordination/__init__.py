"""Work to watch while agents fail."""

from labkit.views.coordination.board import TaskBoard
