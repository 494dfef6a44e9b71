"""Measure labkit beside named rivals and floors in one run: python tests/bench/run.py [part ...].

Ratios count, not milliseconds: both sides are measured in turns on the same machine, and nothing here can fail a test.
"""

import os
import platform
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter

HERE = Path(__file__).resolve().parent
PARTS = {
    "partitions": "finding partitions, and following cuts and heals: networkx",
    "measures": "the measures beside each picture: networkx",
    "simulation": "simulated events a second with full history: SimPy without any",
    "distsim": "flooding and pings with full history: PyDistSim without any",
    "spreading": "gossip, flooding and a tree to 10,000 agents: PyDistSim's flooding",
    "exploration": "states visited with and without reduction; time to each planted bug",
    "growth": "time and memory of a search for each state: minicheck on the same states",
    "faults": "thousands of faulty runs a protocol; planted bugs by luck and by search",
    "antientropy": "finding and mending few differences by fingerprints: sending all",
    "detectors": "messages of each agent as the group grows: heartbeats to all",
    "flapping": "a simulated hour of Raft while partitions come and go: time and memory",
    "storm": "a retry storm of 1,000 callers, time for each event: the same without capacity",
    "real": "five agents as processes: start, requests, a new leader, memory",
    "pinging": "requests and replies of two agents as processes: bare nats-py, in two processes and in one",
    "sweeps": "200 runs in processes and by Dask, and what handing out takes: one after the other",
    "failover": "a leader that halts, seconds until another leads: etcd, where it is on the path",
    "budget": "memory of JupyterLab with five agents as processes: Binder's share",
    "before": "is anything slower than it was: an earlier revision",
    "imports": "import time: the libraries that labkit stands on",
    "memory": "memory of the kernel after Run All: a bare kernel",
    "opening": "first and second explorer on a page: plotly's FigureWidget",
    "slow_line": "first picture and a click on a line of 60 kB/s: the bytes alone",
    "static_site": "the lab without a server, time to use it, clicks, a search: the served lab",
    "clicks": "click to recoloured network in a browser: a bare echo, ipycytoscape, ipysigma",
}


def main(wanted: list[str]) -> int:
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"There is no part {', '.join(unknown)}. The parts are:")
        print("\n".join(f"  {name:<12} {against}" for name, against in PARTS.items()))
        return 2
    sys.path += [str(HERE), str(HERE.parent), str(HERE.parent / "browser"), str(HERE.parents[1] / "web")]
    print(f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    for name in wanted or PARTS:
        print(f"\n══ {name}: {PARTS[name]}")
        start = perf_counter()
        import_module(name).main()
        print(f"({perf_counter() - start:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
