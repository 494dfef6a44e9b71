"""The measures of four and of eight agents, worked out on paper.

Four: the tree and the hybrid are lines (d-b-a-c and b-a-c-d). Eight: the tree has rows a, bc, defg, h; the hybrid has
clusters ab, cde, fgh round the triangle a-c-f. Mean hops is the sum over all 6 or 28 pairs divided by their number; in
a tree each link adds (agents on one side) × (agents on the other). Load: of the 3 or 21 pairs of other agents, those
whose shortest path runs through the agent. A flood takes 2 × links − (n − 1) messages.
"""

from fractions import Fraction
from typing import NamedTuple

import pytest
from labkit.topology import build, growth_law, measure, share_after


class Row(NamedTuple):
    """One topology on paper."""

    hops: int
    mean: Fraction
    messages: int
    busiest: str
    load: Fraction
    points: str  # agents whose crash splits the others
    bridges: str
    crashes: int  # the fewest that split it
    cuts: int
    most_links: tuple[str, int]
    links: int
    share: Fraction  # of the agents in the largest partition after one crash, on average


F = Fraction
PAPER = {
    # 3 pairs at 1 hop and 3 at 2; the hub relays all; one crash: 3 of 4 times 3 agents are left, once only 1
    ("star", 4): Row(2, F(9, 6), 3, "a", F(1), "a", "ab ac ad", 1, 1, ("a", 3), 3, F(3 * 3 + 1, 16)),
    ("mesh", 4): Row(1, F(1), 9, "a", F(0), "", "", 3, 3, ("a", 3), 6, F(3, 4)),
    # 4 pairs at 1, 2 at 2; an agent lies on one of the two ways between its neighbours
    ("ring", 4): Row(2, F(8, 6), 5, "a", F(1, 6), "", "", 2, 2, ("a", 2), 4, F(3, 4)),
    # a line: 3 × 1 + 2 × 2 + 1 × 3 hops; a is between c and the two others; a crash leaves 3, 3, 2, 2
    ("tree", 4): Row(3, F(10, 6), 3, "a", F(2, 3), "ab", "ab ac bd", 1, 1, ("a", 2), 3, F(10, 16)),
    ("hybrid", 4): Row(3, F(10, 6), 3, "a", F(2, 3), "ac", "ab ac cd", 1, 1, ("a", 2), 3, F(10, 16)),
    # 7 pairs at 1, 21 at 2
    ("star", 8): Row(2, F(49, 28), 7, "a", F(1), "a", "ab ac ad ae af ag ah", 1, 1, ("a", 7), 7, F(7 * 7 + 1, 64)),
    ("mesh", 8): Row(1, F(1), 49, "a", F(0), "", "", 7, 7, ("a", 7), 28, F(7, 8)),
    # each agent has two others at 1, 2 and 3 hops and one at 4: 16 / 7. 64 hops less 28 pairs are 36 relays, 4.5 each
    ("ring", 8): Row(4, F(16, 7), 9, "a", F(9, 2) / 21, "", "", 2, 2, ("a", 2), 8, F(7, 8)),
    # links ab 4 × 4, ac 3 × 5, bd 2 × 6, four leaves 1 × 7 each: 71. Without b: parts of 2, 1 and 4: 2 + 8 + 4 pairs.
    # a crash leaves as largest part: a 4, b 4, c 5, d 6, a leaf 7: 4 + 4 + 5 + 6 + 4 × 7 = 47
    ("tree", 8): Row(5, F(71, 28), 7, "b", F(14, 21), "abcd", "ab ac bd be cf cg dh", 1, 1, ("b", 3), 7, F(47, 64)),
    # triangle 3 × 1; spoke to its gateway 1, to the two others 2: 5 × 5; spokes of one cluster 2 × 2, of two 8 × 3: 56.
    # Without c: parts of 1, 1 and 5: 11 pairs. A crash leaves a 6, c 5, f 5, a spoke 7: 51
    ("hybrid", 8): Row(3, F(56, 28), 9, "c", F(11, 21), "acf", "ab cd ce fg fh", 1, 1, ("c", 4), 8, F(51, 64)),
}


@pytest.mark.parametrize(("kind", "n"), PAPER)
def test_the_lab_measures_what_we_worked_out_on_paper(kind: str, n: int) -> None:
    paper, measured = PAPER[kind, n], measure(build(kind, n))
    told, faults, asked = measured.communication, measured.fault_tolerance, measured.constraints
    assert (told.diameter, told.broadcast_messages, told.busiest) == (paper.hops, paper.messages, paper.busiest)
    assert told.mean_hops == pytest.approx(float(paper.mean))
    assert told.busiest_load == pytest.approx(float(paper.load))
    assert told.reachable == 1.0
    assert "".join(faults.articulation_points) == paper.points
    assert " ".join(a + b for a, b in faults.bridges) == paper.bridges
    assert (faults.agent_connectivity, faults.link_connectivity) == (paper.crashes, paper.cuts)
    assert ((asked.most_linked, asked.most_links), asked.links) == (paper.most_links, paper.links)
    assert asked.worst_latency == paper.hops
    one_down = share_after(build(kind, n), 1)
    assert one_down.exact
    assert one_down.mean == pytest.approx(float(paper.share))


@pytest.mark.parametrize(("kind", "links", "most_links"), [
    ("star", "grows in step with n", "grows in step with n"),
    ("mesh", "grows with the square of n", "grows in step with n"),
    ("ring", "grows in step with n", "stays at 2"),
    ("tree", "grows in step with n", "stays at 3"),
    ("hybrid", "grows in step with n", "grows like the square root of n"),
])
def test_how_each_topology_grows_is_said_in_words(kind: str, links: str, most_links: str) -> None:
    sizes = (10, 25, 50, 100, 200)
    rows = [measure(build(kind, n)).constraints for n in sizes]
    assert growth_law(sizes, tuple(row.links for row in rows)) == links
    assert growth_law(sizes, tuple(row.most_links for row in rows)) == most_links
