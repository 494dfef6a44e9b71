"""What a learner does in the voting booth, in a real JupyterLab in a real browser."""

import pytest
from labkit.views.voting_scene import LOOKS
from picture import Picture

BOOTH = "from labkit.views.voting_booth import VotingBooth\nlab = VotingBooth()\n{}\nlab"
TWO = "lab.propose('p', 'red', 'a'); lab.propose('q', 'blue', 'b')"
YES, NO, NOT_YET = (LOOKS[word].fill for word in ("yes", "no", ""))


@pytest.fixture
def booth(open_notebook):
    """Open a notebook with one booth, after this code."""

    def opened(code: str = "") -> Picture:
        notebook = open_notebook(BOOTH.format(code))
        return Picture(notebook.page, notebook.stage())

    return opened


def sees(picture: Picture) -> dict[str, list[str]]:
    """Who sees what: the tables stand below the controls."""
    return Picture(picture.page, picture.page.locator(".day13-stage:has([data-panel=agents])").first).rows("agents")


def vote(picture: Picture, *agents: int) -> None:
    for agent in agents:
        picture.click_agent(agent)
        picture.wait_for_status("abcde"[agent])


def test_three_clicks_decide_a_proposal_and_the_graph_stays_where_it_is(booth):
    poll = booth()
    before = poll.places()
    poll.button("Propose").click()
    poll.wait_for("p = 'red' pending")
    vote(poll, 0, 1, 2)
    poll.wait_for("p = 'red' won")
    assert poll.fills() == [YES, YES, YES, NOT_YET, NOT_YET]
    assert all(abs(x - u) < 1 and abs(y - v) < 1 for (x, y), (u, v) in zip(before, poll.places(), strict=True))
    assert sees(poll)["e"][2:4] == ["p: ✔ a, b and c", "p won"]
    texts = poll.stage.locator("[data-panel=tally] .bartext").all_inner_texts()
    assert texts.count("✔ a b c") == 2 and texts.count("? d e") == 2


def test_the_keyboard_proposes_votes_and_moves_the_quorum(booth):
    poll = booth()
    keys, cells = poll.page.keyboard, poll.page.locator(".jp-Notebook .jp-Cell").count()
    poll.control("Value").fill("None")
    poll.button("Propose").focus()
    keys.press("Enter")
    poll.wait_for("p = None pending")
    slider = poll.page.get_by_role("slider").first
    slider.focus()
    keys.press("ArrowRight")
    poll.wait_for_status("Quorum 4")
    keys.press("ArrowLeft")
    poll.wait_for_status("Quorum 3")
    for agent in "abc":
        poll.control("Agent").focus()
        keys.type(agent)
        poll.page.wait_for_timeout(200)
        poll.button("Yes").focus()
        keys.press("Enter")
        poll.wait_for_status("value None" if agent == "c" else f"{agent} votes yes")
    poll.wait_for("p = None won")
    assert poll.rows("verdicts")["p = None"] == ["not decided: None", "won", "differ"]
    assert poll.page.locator(".jp-Notebook .jp-Cell").count() == cells, "no key went astray to the notebook"


def test_a_second_yes_gives_the_lesson_two_winners_and_the_agents_one(booth):
    poll = booth(TWO + "; [lab.vote(p, x, 'yes') for p, x in ('pa', 'pb', 'pc', 'qd', 'qe')]")
    poll.control("Proposal").select_option(label="q = 'blue'")
    poll.stage.locator(".day13-title", has_text="Votes on q").wait_for()
    poll.click_agent(2)
    poll.wait_for_status("Trap “two yes”")
    assert "Winners: p and q in the lesson’s class, p among the agents." in poll.status()
    assert poll.fills() == [NOT_YET, NOT_YET, NOT_YET, YES, YES]
    assert poll.rows("verdicts")["q = 'blue'"] == ["won: 'blue'", "lost", "differ"]
    poll.button("Undo").click()
    poll.wait_for_status("Undone")
    assert poll.rows("verdicts")["q = 'blue'"] == ["not decided: None", "lost", "same"]


def test_over_a_cut_no_vote_arrives_until_it_is_healed_and_sent_again(booth):
    poll = booth("lab = VotingBooth(4, 'star')\nlab.propose('p', 'red', 'a')")
    poll.click_link(0, 3)
    poll.wait_for("2 partitions")
    for agent in (0, 1, 2):
        poll.click_agent(agent)
        poll.wait_for_status(f"{'abc'[agent]} votes yes on p, but d cannot hear it")
    poll.wait_for("won for a, b and c, pending for d")
    assert sees(poll)["d"][2] == "p: no votes"
    poll.click_link(0, 3)
    poll.wait_for_status("What was lost stays lost")
    poll.button("Send votes again").click()
    poll.wait_for("p = 'red' won.")
    assert sees(poll)["d"][2] == "p: ✔ a, b and c"
