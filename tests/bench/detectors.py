"""What failure detectors say to each other as the group grows: SWIM flat, heartbeats to all in step with it."""

from figures import growth, table
from labkit.observe import quality
from labkit.protocols import FixedTimeout, Swim

SIZES = (5, 10, 20, 40)


def main() -> None:
    """Print the messages of each agent in 1,000 units."""
    said = {kind: [quality(kind, n, crash=1_000, until=2_000).messages for n in SIZES] for kind in (FixedTimeout, Swim)}
    table(
        "messages of each agent in 1,000 units", ("agents", *map(str, SIZES), "power of n"),
        [[kind.__name__, *(f"{value:.1f}" for value in values), growth(values[0], values[-1], SIZES[-1] / SIZES[0])]
         for kind, values in said.items()],
    )
