"""Two replicas that differ in five keys: what it costs to find and mend that, against sending all."""

from figures import growth, table, times, weigh
from labkit.agents import Send
from labkit.engine import Simulator
from labkit.protocols import Replica, Siblings
from labkit.protocols.replication.merkle import Merkle
from labkit.protocols.replication.replicas import Entries
from labkit.topology import build
from labkit.values import canonical

SIZES, DIFFERENT = (100, 1_000, 10_000), 5


def filled(keys: int, changed: str = "") -> Merkle:
    """A table of so many keys; some of them were written once more by the agent `changed`."""
    found = Merkle()
    for number in range(keys):
        held = Siblings().write("a", f"value {number}")
        if changed and number % (keys // DIFFERENT) == 0:
            held = held.write(changed, f"newer {number}")
        found = found.put(f"key{number}", held)
    return found


def compare(keys: int) -> tuple[int, int, int]:
    """Messages and bytes until both hold the same, and the bytes of both whole tables. Bytes of a message: its text."""
    cast = {"a": Replica("a", ("b",), table=filled(keys)), "b": Replica("b", ("a",), table=filled(keys, "b"))}
    whole = sum(
        len(canonical(Entries(("",), agent.below(("",)), back=False)).encode()) for agent in cast.values()
    )
    sim = Simulator(build("mesh", 2), cast, seed=1)
    messages = size = 0
    while sim.system.agents["a"].table.mark != sim.system.agents["b"].table.mark:
        step = sim.step()
        assert step is not None
        for effect in step.transition.effects:
            if isinstance(effect, Send):
                messages, size = messages + 1, size + len(canonical(effect.message).encode())
    return messages, size, whole


def main() -> None:
    """Print it for each size of table."""
    found = {keys: compare(keys) for keys in SIZES}
    table(
        f"{DIFFERENT} keys differ; bytes are those of the messages' texts",
        ("keys", "messages", "bytes", "all, both ways", "saves"),
        [[str(keys), str(messages), weigh(size), weigh(whole), times(whole / size)]
         for keys, (messages, size, whole) in found.items()],
    )
    small, large = found[SIZES[0]], found[SIZES[-1]]
    print(f"bytes grow with keys to the power of {growth(small[1], large[1], SIZES[-1] / SIZES[0])}, "
          f"sending all {growth(small[2], large[2], SIZES[-1] / SIZES[0])}")
