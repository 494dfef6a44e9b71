"""A bar for what takes its time: tqdm's, without the thread that watches over it, since a browser has no threads.

Left out with the thread: a bar whose steps have become ten times slower is not painted meanwhile.
"""

from tqdm.auto import tqdm


class Bar(tqdm):  # type: ignore[type-arg]
    """tqdm's bar, in a notebook a widget; all its arguments are tqdm's."""

    monitor_interval = 0  # tqdm would start a thread, and where it cannot, warn in the learner's cell
