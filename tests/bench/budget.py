"""Memory of a JupyterLab whose kernel runs five agents for real, process by process: does it fit into Binder's share?

Goal: at most 700 MB in all. Resident memory counts what processes share once for each of them, the proportional one
(Linux only) counts it once; the second is what the computer must have.
"""

import json
import tempfile
import urllib.request
from collections import Counter
from pathlib import Path
from time import sleep

import psutil
from figures import table, weigh
from jupyter_client import BlockingKernelClient
from jupyter_core.paths import jupyter_runtime_dir
from lab import TOKEN, jupyterlab

MOST = 700e6
SOON = 60.0
CELL = """
from labkit.views import RealLab
lab = RealLab("raft", agents=5)
lab.press("Start")
print(lab.status)
"""
SETTLING = 5.0  # seconds in which the agents elect a leader and beat


def main() -> None:
    """Print all of it."""
    with tempfile.TemporaryDirectory() as folder, jupyterlab(Path(folder)) as address:
        server = next(child for child in psutil.Process().children() if "jupyterlab" in child.cmdline())
        kernel = _asked(f"{address}/api/kernels?token={TOKEN}", {"name": "python3"})["id"]
        client = BlockingKernelClient(connection_file=str(Path(jupyter_runtime_dir()) / f"kernel-{kernel}.json"))
        client.load_connection_file()
        client.start_channels()
        try:
            client.kernel_info(reply=True, timeout=SOON)
            said = list[str]()
            client.execute_interactive(CELL, timeout=SOON, output_hook=lambda news: said.append(str(news["content"])))
            if "It runs" not in "".join(said):
                print(f"The agents do not run: {''.join(said)}")
                return
            sleep(SETTLING)
            _report([server, *server.children(recursive=True)], kernel)
        finally:
            client.stop_channels()


def _report(processes: list[psutil.Process], kernel: str) -> None:
    numbers, whole, shared = Counter[str](), Counter[str](), Counter[str]()
    parents = {process.pid: process.ppid() for process in processes}
    nursery = next(p for p in processes if sum(parent == p.pid for parent in parents.values()) == 5)
    for process in processes:
        kind = _kind(process, kernel, nursery.pid)
        memory = process.memory_full_info()
        numbers[kind] += 1
        whole[kind] += memory.rss
        shared[kind] += getattr(memory, "pss", memory.rss)
    rows = [(f"{kind} ({numbers[kind]})", weigh(whole[kind]), weigh(shared[kind])) for kind in numbers]
    total = (f"all ({len(processes)})", weigh(whole.total()), weigh(shared.total()))
    table("Memory of JupyterLab with five agents for real", ("", "resident", "proportional"), [*rows, total])
    print(f"Goal, at most {weigh(MOST)} in all: {'reached' if whole.total() <= MOST else 'NOT reached'} with what is "
          f"shared counted each time, {'reached' if shared.total() <= MOST else 'NOT reached'} with it counted once.")


def _kind(process: psutil.Process, kernel: str, nursery: int) -> str:
    line = " ".join(process.cmdline())
    if "nats-server" in line:
        return "NATS servers"
    if process.ppid() == nursery:
        return "agents"
    if "labkit.deploy" in line:
        return "switchboard and nursery"
    return "kernel" if kernel in line else "JupyterLab" if "jupyterlab" in line else "others"


def _asked(address: str, what: object) -> dict[str, str]:
    request = urllib.request.Request(address, json.dumps(what).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SOON) as answer:
        found: dict[str, str] = json.load(answer)
    return found
