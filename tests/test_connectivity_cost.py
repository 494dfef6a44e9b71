"""A topology of one's own is measured while the learner waits: flows in step with the agents, not with their pairs."""

import networkx as nx
import pytest
from labkit.topology.connectivity import agent_connectivity
from labkit.values import agent_names
from networkx.algorithms.connectivity import connectivity


def chords(n: int) -> "nx.Graph[str]":
    """A ring with a shortcut from each agent: four links an agent, no agent that splits it."""
    names = agent_names(n)
    return nx.Graph([(names[i], names[(i + step) % n]) for i in range(n) for step in (1, 3)])


@pytest.mark.parametrize("n", [20, 40, 80])
def test_flows_grow_in_step_with_the_agents(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    flows, counted = [], connectivity.local_node_connectivity
    monkeypatch.setattr(
        connectivity, "local_node_connectivity", lambda *given, **named: flows.append(1) or counted(*given, **named)
    )
    assert agent_connectivity(chords(n), ()) == 4
    assert 0 < len(flows) <= 2 * n


def test_a_mesh_with_holes_asks_for_no_flow_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nx, "node_connectivity", lambda graph: pytest.fail("no flow is needed here"))
    mesh = nx.complete_graph(agent_names(30))
    mesh.remove_edges_from([("a", "b"), ("c", "d"), ("a", "f")])
    assert agent_connectivity(mesh, ()) == 27
