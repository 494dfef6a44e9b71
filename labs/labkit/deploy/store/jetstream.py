"""What a server is told so that it keeps a part of NATS's own store: JetStream, a bucket for values, one for a lease.

All servers hold both buckets, and keep them equal by Raft. Two things are not in the documentation, but measured. How
large its Raft group for the metadata will be, a server guesses from the number of its routes; with fewer routes than
servers two leaders were seen in one term. So each is told of as many as there are servers: those that are missing lead
back to itself, by a cable of their own that is never cut, and it drops them after one try. And a route takes a message
one hop only, so Raft needs a link between any two servers.
"""

from collections.abc import Sequence
from pathlib import Path

import networkx as nx

from labkit.deploy.wire import json_text

VALUES, LEASE = "values", "lease"  # the buckets
TTL = 3.0  # seconds until an entry of the bucket for leases is gone by itself
INBOX = "_INBOX_STORE"  # where answers to clients of the store come
SIZES = (3, 5)  # how many servers can keep the store


def check_shape(topology: "nx.Graph[str]", elsewhere: str = "") -> None:
    """ValueError with the remedy unless servers linked like this can keep a store together."""
    if elsewhere:
        raise ValueError("a server elsewhere keeps no store for the lab: leave servers out, or store=True")
    count = len(topology)
    if count not in SIZES or topology.number_of_edges() < count * (count - 1) // 2:
        raise ValueError("NATS's own store needs 3 or 5 agents and a link between any two of them, for its servers "
                         "forward nothing: deploy(Model(build('mesh', 5), …), store=True)")


def padded(routes: Sequence[tuple[str, int]], count: int, own: int) -> list[tuple[str, int]]:
    """These routes, and more of them up to that count: they lead to the server itself, at the port `own`.

    Each has a name of its own, for a server takes two routes with one name and one port for one.
    """
    return [*routes, *((f"pad{number}", own) for number in range(count - len(routes)))]


def user(password: str) -> str:
    """The user that clients of the store are: it has rights for JetStream alone."""
    return f"""{{
  user: "store", password: "{password}"
  permissions: {{
    publish: ["$JS.API.>", "$KV.{VALUES}.*", "$KV.{LEASE}.*"]
    subscribe: ["{INBOX}.>"]
  }}
}}"""


def storage(folder: Path, number: int) -> str:
    """Where the server keeps its part, and how much of it."""
    place = json_text((folder / f"store-{number}").as_posix())
    return f"jetstream {{ store_dir: {place}, max_mem: 32MB, max_file: 128MB }}\n"
