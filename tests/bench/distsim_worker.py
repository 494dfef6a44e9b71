"""PyDistSim's side of `distsim`, run by a Python of its own: a task comes in, seconds and messages delivered go out.

Written as PyDistSim's documentation and its own demo `Flood` have it: statuses with handlers, links in both directions,
the ideal network (messages arrive with the next step and in order), which is its fastest. An agent takes one message a
step. Making the network is not timed, making the simulation is.
"""

import json
import sys
from time import process_time

from pydistsim import BidirectionalNetwork, NodeAlgorithm, Simulation, StatusValues
from pydistsim.message import Message
from pydistsim.network.behavior import NetworkBehaviorModel


class Flood(NodeAlgorithm):
    """The first agent tells all; who hears the news for the first time passes it on to all others."""

    class Status(StatusValues):
        INITIATOR = "INITIATOR"
        IDLE = "IDLE"
        DONE = "DONE"

    S_init = (Status.INITIATOR, Status.IDLE)
    S_term = (Status.DONE,)
    delivered = 0

    def initializer(self):
        for node in self.network.nodes():
            node.status = self.Status.IDLE
        first = self.network.nodes_sorted()[0]
        first.push_to_inbox(Message(meta_header=NodeAlgorithm.INI, destination=first))
        first.status = self.Status.INITIATOR

    @Status.INITIATOR
    def spontaneously(self, node, message):
        self.send(node, data="news", destination=list(node.neighbors()), header="news")
        node.status = self.Status.DONE

    @Status.IDLE
    def receiving(self, node, message):
        self.delivered += 1
        others = node.neighbors()
        others.remove(message.source)
        if others:
            self.send(node, data=message.data, destination=others, header="news")
        node.status = self.Status.DONE

    @Status.DONE
    def default(self, node, message):
        self.delivered += 1


class Ping(NodeAlgorithm):
    """Each agent pings its right neighbour, again with each answer."""

    class Status(StatusValues):
        ACTIVE = "ACTIVE"

    S_init = (Status.ACTIVE,)
    delivered = 0

    def initializer(self):
        ring = self.network.nodes_sorted()
        for node, right in zip(ring, (*ring[1:], ring[0]), strict=True):
            node.status = self.Status.ACTIVE
            node.memory["right"] = next(one for one in self.nwm.get_node_access(node).neighbors()
                                        if one.unbox() is right)
            node.push_to_inbox(Message(meta_header=NodeAlgorithm.INI, destination=node))

    @Status.ACTIVE
    def spontaneously(self, node, message):
        self.send(node, data=None, destination=node.memory["right"], header="ping")

    @Status.ACTIVE
    def receiving(self, node, message):
        self.delivered += 1
        if message.header == "ping":
            self.send(node, data=None, destination=message.source, header="pong")
        else:
            self.send(node, data=None, destination=node.memory["right"], header="ping")


def network(n: int, links: list[tuple[int, int]]) -> BidirectionalNetwork:
    made = BidirectionalNetwork(behavioral_properties=NetworkBehaviorModel.IdealCommunication)
    nodes = [made.add_node(pos=(1 + i % 500, 1 + i // 500), ori=0) for i in range(n)]
    made.add_edges_from((nodes[a], nodes[b]) for a, b in links)
    return made


def flood(on: BidirectionalNetwork, messages: int) -> int:
    sim = Simulation(on, (Flood,))
    sim.run()
    sim.algorithms[0].check_algorithm_termination()
    return sim.algorithms[0].delivered


def ping(on: BidirectionalNetwork, messages: int) -> int:
    sim = Simulation(on, (Ping,))
    while (left := messages - sim.algorithms[0].delivered) > 0:
        sim.run(max(1, left // len(on)))
    return sim.algorithms[0].delivered


def serve() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        act = {"flood": flood, "ping": ping}[task["work"]]
        networks = [network(task["n"], task["links"]) for _ in range(task["times"])]
        start = process_time()
        delivered = [act(on, task["messages"]) for on in networks]
        print(json.dumps([process_time() - start, sum(delivered)]), flush=True)


if __name__ == "__main__":
    serve()
