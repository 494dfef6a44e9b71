"""What a learner does in the voting booth, in a real JupyterLab in a real browser."""

from collections.abc import Iterator

import pytest
from lab import Open
from labkit.views.voting.scene import LOOKS
from picture import Picture
from playwright.sync_api import expect

BOOTH = "from labkit.views.voting.booth import VotingBooth\nlab = VotingBooth()\nlab"
YES, NOT_YET = LOOKS["yes"].fill, LOOKS[""].fill


@pytest.fixture
def booth(open_notebook: Open) -> Iterator[Picture]:
    """A notebook with one booth."""
    notebook = open_notebook(BOOTH)
    yield Picture(notebook.page, notebook.stage())
    assert notebook.errors == []


def sees(picture: Picture) -> dict[str, list[str]]:
    """Who sees what: the tables stand below the controls."""
    return Picture(picture.page, picture.page.locator(".day13-stage:has([data-panel=agents])").first).rows("agents")


def verdict(picture: Picture, proposal: str, *said: str) -> None:
    """Wait for this row of the two verdicts."""
    row = picture.stage.locator("[data-panel=verdicts] tr", has=picture.page.locator("th", has_text=proposal))
    row.filter(has_text="".join(said)).wait_for(timeout=10_000)


def test_clicks_decide_and_a_second_yes_gives_the_lesson_two_winners_and_the_agents_one(booth: Picture) -> None:
    before = booth.places()
    for proposal in ("p = 'red'", "q = 'blue'"):
        booth.button("Propose").click()
        booth.wait_for(f"{proposal} pending")
    booth.control("Proposal").select_option(label="p = 'red'")
    booth.stage.locator(".day13-title", has_text="Votes on p").wait_for()
    for agent in (0, 1, 2):
        booth.click_agent(agent)
        booth.wait_for_status(f"{'abc'[agent]} votes yes on p")
    booth.wait_for("p = 'red' won; q = 'blue' lost")
    assert booth.fills() == [YES, YES, YES, NOT_YET, NOT_YET]
    bars = booth.stage.locator("[data-panel=tally] .bartext").all_text_contents()
    assert bars.count("✔ a b c") == 2 and bars.count("? d e") == 2

    booth.control("Proposal").select_option(label="q = 'blue'")
    booth.stage.locator(".day13-title", has_text="Votes on q").wait_for()
    for agent in (3, 4):
        booth.click_agent(agent)
        booth.wait_for_status(f"{'abcde'[agent]} votes yes on q")
    booth.click_agent(2)
    booth.wait_for_status("Trap “two yes”")
    assert "Winners: p and q in the lesson’s class, p among the agents." in booth.status()
    assert booth.fills() == [NOT_YET, NOT_YET, NOT_YET, YES, YES]
    verdict(booth, "q", "won: 'blue'", "lost", "differ")
    booth.button("Undo").click()
    verdict(booth, "q", "not decided: None", "lost", "same")
    assert all(abs(x - u) < 1 and abs(y - v) < 1 for (x, y), (u, v) in zip(before, booth.places(), strict=True))


def test_the_keyboard_does_it_all_and_over_a_cut_no_vote_arrives_until_it_is_sent_again(booth: Picture) -> None:
    keys, cells = booth.page.keyboard, booth.page.locator(".jp-Notebook .jp-Cell").count()

    def press(button: str) -> None:
        booth.page.wait_for_timeout(200)  # JupyterLab may lose one of two clicks that come too fast
        booth.button(button).focus()
        keys.press("Enter")

    slider = booth.page.get_by_role("slider").first
    slider.focus()
    keys.press("ArrowRight")
    booth.wait_for_status("Quorum 4")
    slider.focus()
    keys.press("ArrowLeft")
    booth.wait_for_status("Quorum 3")
    booth.control("Value").fill("None")
    press("Propose")
    booth.wait_for("p = None pending")
    press("Isolate")
    booth.wait_for("2 partitions")
    for agent in "abc":
        booth.control("Agent").focus()
        keys.type(agent)
        expect(booth.control("Agent")).to_have_value(agent)
        press("Yes")
        booth.wait_for_status(f"{agent} votes yes on p, but")
    booth.wait_for("p = None pending")
    assert [sees(booth)[agent][2] for agent in "abd"] == ["p: ✔ a", "p: ✔ b and c", "p: ✔ b and c"]
    press("Heal all")
    booth.wait_for_status("What was lost stays lost")
    press("Send votes again")
    booth.wait_for_status("Trap “value None”")
    verdict(booth, "p", "not decided: None", "won", "differ")
    assert sees(booth)["d"][2:4] == ["p: ✔ a, b and c", "p won"]
    assert booth.page.locator(".jp-Notebook .jp-Cell").count() == cells, "no key went astray to the notebook"


def test_one_key_a_vote_agent_after_agent(booth: Picture) -> None:
    keys, cells = booth.page.keyboard, booth.page.locator(".jp-Notebook .jp-Cell").count()
    booth.button("Propose").click()
    booth.wait_for("p = 'red' pending")
    booth.stage.focus()
    for agent, key, said in zip("abcde", "yynay", ["yes", "yes", "no", "abstain", "yes"], strict=True):
        keys.press(key)
        booth.wait_for_status(f"{agent} votes {said} on p")
    booth.wait_for("p = 'red' won")
    assert [LOOKS[said].fill for said in ("yes", "yes", "no", "abstain", "yes")] == booth.fills()
    assert booth.page.locator(".jp-Notebook .jp-Cell").count() == cells, "no key went astray to the notebook"
