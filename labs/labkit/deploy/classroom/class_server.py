"""The server of a class: one NATS server, with one user for each seat, who may speak for that seat and hear it alone.

Whoever has a seat's code can publish what that seat says and subscribe to what it hears; nothing else. All sizes are
bounded. What the server refuses by itself it writes into its log, where it is counted. Source: the documentation of
NATS 2.15. Left out: encryption; a code crosses the network as it is, so it is good for one lesson.
"""

import re
import secrets
import socket
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Thread

from labkit.deploy.server import INWARD, OUTWARD, hidden_window, subject
from labkit.deploy.wire import LARGEST, ROOM, json_text

LOOPBACK = "127.0.0.1"
OWNER = "owner"  # what the class's own end is called in subjects
SEAT = re.compile(r"[\w-]{1,40}")  # what a seat may be called: its name is a part of subjects, and of its invitation
MOST_CONNECTIONS = 1_000  # of whoever calls: without a code one lasts two seconds
TOO_LARGE = "a message was too large"
REFUSALS = (  # what the server writes, and what it means
    (re.compile(r"authentication (error|timeout)"), "somebody came without a valid code"),
    (re.compile(r'user:([\w-]+)" - Publish Violation'), "a seat spoke where it may not"),
    (re.compile(r'user:([\w-]+)" - Subscription Violation'), "a seat listened where it may not"),
    (re.compile(r'user:([\w-]+)" - maximum (payload|control line) exceeded'), TOO_LARGE),
    (re.compile(r'user:([\w-]+)" - maximum subscriptions exceeded'), "a seat listened to too much"),
    (re.compile(r"maximum connections exceeded"), "there were too many connections"),
)


def check_host(host: str) -> str:
    """An address of this computer that others can be told; ValueError with the remedy for another one."""
    if host in ("", "0.0.0.0", "::"):
        raise ValueError(f"host is the one address under which students reach this computer, such as {_here()!r}")
    try:
        with socket.socket() as plug:
            plug.bind((host, 0))
    except OSError:
        raise ValueError(f"{host} is no address of this computer: take host={_here()!r}, or 127.0.0.1 for this "
                         f"computer alone") from None
    return host


def check_names(names: Iterable[str]) -> None:
    """ValueError with the remedy where a seat cannot be called so."""
    for name in names:
        if not SEAT.fullmatch(name) or name == OWNER:
            raise ValueError(f"a seat's name has 1 to 40 letters, digits, - and _, and is not {OWNER!r}: give "
                             f"{name[:60]!r} another one, nx.relabel_nodes(graph, {{{name[:60]!r}: 'x'}})")


def checked_size(text: str) -> str:
    """The text of a request, if the server lets it pass; ValueError with the remedy otherwise."""
    if (size := sent_size(text)) > LARGEST:
        raise ValueError(f"a request has at most {LARGEST:,} bytes, this one {size:,}: ask for less at once")
    return text


def sent_size(told: object) -> int:
    """How many bytes these plain data have on their way."""
    return len(json_text(told).encode(errors="surrogatepass"))


def why_not(host: str, port: int) -> str:
    """Why a server that has ended could not listen there, with the remedy."""
    try:
        with socket.socket() as plug:
            plug.bind((host, port))
    except PermissionError:
        return f"this computer does not let you open port {port}: choose one from 1024 on, or port=0 for any"
    except OSError:
        return (f"the server cannot listen at port {port} of {host}: somebody else does; choose another, or port=0 for "
                f"any")
    return ""


def codes_of(names: list[str], session: str) -> dict[str, str]:
    """A code for each seat; it also says which session it is for."""
    return {name: f"{session}-{secrets.token_hex(8)}" for name in names}


def configuration(session: str, codes: Mapping[str, str], secret: str, host: str, port: int) -> str:
    """The text that configures the server of a class. secret: the password of the class's own end; port 0: any."""
    seats = "\n".join(f"""  {{ user: "{name}", password: "{code}", permissions {{
    publish: ["{subject(session, name, "*", "*")}"], subscribe: ["{subject(session, "*", name, "*", INWARD)}"] }} }}"""
                      for name, code in codes.items())
    return f"""server_name: class
listen: "{host}:{port or -1}"
max_payload: {LARGEST + ROOM}
max_connections: {MOST_CONNECTIONS}
max_subscriptions: {len(codes) + 8}
max_control_line: 512
write_deadline: "2s"
ping_interval: "5s"
ping_max: 2
authorization {{ timeout: 2, users: [
  {{ user: "{OWNER}", password: "{secret}", permissions {{
    publish: ["{INWARD}.{session}.>"], subscribe: ["{OUTWARD}.{session}.>"] }} }}
{seats}
] }}
"""


def start(program: str, folder: Path, text: str, refused: Callable[[str, str], None]) -> "subprocess.Popen[bytes]":
    """Start the server; `refused` hears, in a thread, which seat ('' if nobody knows) it has refused what."""
    path = folder / "class.conf"
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    server = subprocess.Popen(
        [program, "-c", str(path), "--ports_file_dir", str(folder)], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, creationflags=hidden_window(),
    )
    Thread(target=_read_log, args=(server, refused), daemon=True).start()
    return server


def _read_log(server: "subprocess.Popen[bytes]", refused: Callable[[str, str], None]) -> None:
    assert server.stderr is not None
    for line in server.stderr:
        text = line.decode(errors="replace")
        for pattern, why in REFUSALS:
            if found := pattern.search(text):
                refused(found.group(1) if found.re.groups and "user:" in found.re.pattern else "", why)
                break


def _here() -> str:
    """The address of this computer that its own network knows; nothing is sent to find it out."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
            plug.connect(("192.0.2.1", 9))  # an address that is never given to anybody
            return str(plug.getsockname()[0])
    except OSError:
        return LOOPBACK
