"""The voting booth without a page: each trap of the lesson's class is sprung, named, and caught by the agents."""

from collections.abc import Callable
from contextlib import suppress
from random import Random
from threading import Thread
from typing import Any

import pytest
from labkit.agents import first_violation
from labkit.engine import Request
from labkit.lesson import TRAPS, Poll, Voter, open_poll
from labkit.lesson.poll_traps import winners
from labkit.protocols import Propose, Vote
from labkit.protocols.consensus.quorum_voting import ONE_WINNER, PROPOSED, STABLE
from labkit.views.stage.palette import partition_look
from labkit.views.voting.booth import VotingBooth
from labkit.views.voting.scene import LOOKS, NO_MEMBER, sentence
from seeds import seeds


def booth(*votes: str, value: object = "red", **options: Any) -> VotingBooth:
    """A booth where p and q are proposed, after these votes: 'a p yes'."""
    made = VotingBooth(**options)
    made.propose("p", value, "a")
    made.propose("q", "blue", "b")
    cast(made, *votes)
    return made


def cast(made: VotingBooth, *votes: str) -> None:
    for word in votes:
        agent, proposal, vote = word.split()
        made.vote(proposal, agent, vote)


def said(made: VotingBooth) -> str:
    return made.status


def warned(made: VotingBooth) -> bool:
    return made.scene["panels"]["status"]["tone"] == "warning"


def verdicts(made: VotingBooth) -> dict[str, tuple[str, str, str]]:
    """Proposal → what the lesson's class says, what the agents say, whether they differ."""
    return {row[0].split()[0]: tuple(row[1:]) for row in made.scene["panels"]["verdicts"]["rows"]}


def sees(made: VotingBooth) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in made.scene["panels"]["agents"]["rows"]}


# ---- the ordinary course ---------------------------------------------------------------------------------------------


def test_in_the_ordinary_course_both_say_the_same() -> None:
    made = booth("a p yes", "b p no", "c p yes", "d p abstain", "e p yes")
    assert verdicts(made)["p"] == ("won: 'red'", "won", "same")
    assert verdicts(made)["q"][1:] == ("lost", "same")
    assert made.traps == () and not warned(made)
    assert winners(made.poll) == "Winner in both: p."


def test_a_vote_shows_at_once_in_picture_bars_and_table() -> None:
    made = booth("a q yes", "b q no", "c q abstain")
    panels = made.scene["panels"]
    assert panels["network"]["letter"] == ["✔", "✘", "–", "", ""]
    assert panels["network"]["fill"] == [LOOKS[word].fill for word in ("yes", "no", "abstain", "", "")]
    assert [trace["text"][3] for trace in panels["tally"]["figure"]["data"]] == ["✔ a", "✘ b", "– c", "? d e"]
    assert sees(made)["e"][1:4] == ["–", "p: no votes · q: ✔ a; ✘ b; – c", "p pending, q pending"]


def test_the_quorum_line_stands_where_each_of_the_two_counts() -> None:
    made = booth(quorum=2)
    lines = made.scene["panels"]["tally"]["figure"]["layout"]["shapes"]
    assert [line["x0"] for line in lines] == [2, 2, 3, 3, 2, 2, 3, 3]


def test_members_and_quorum_follow_each_other_before_the_first_vote() -> None:
    made = VotingBooth(7)
    assert (made.quorum, made.poll.need) == (4, 4)
    made.remove_member("g"), made.remove_member("f")
    assert (made.quorum, made.poll.need) == (3, 3)
    made.add_member("f")
    made.quorum = 6
    assert (made.quorum, made.poll.need) == (6, 6)
    made.quorum = None
    assert made.quorum == 4


# ---- the traps, each sprung by hand and caught -----------------------------------------------------------------------


def test_two_yes_of_one_agent_make_two_winners_for_the_lesson_only() -> None:
    made = booth("a p yes", "b p yes", "c p yes", "c q yes")
    assert "c has already said yes to p" in said(made) and warned(made)
    cast(made, "d q yes", "e q yes")
    assert "with the vote of c" in said(made)
    assert "Winners: p and q in the lesson’s class, p among the agents." in said(made)
    assert verdicts(made)["q"] == ("won: 'blue'", "lost", "differ")
    assert made.traps == ("two yes",)


def test_a_changed_vote_takes_a_decision_back_for_the_lesson_only() -> None:
    made = booth("a p yes", "b p yes", "c p yes", "a p no")
    assert "takes the decision back" in said(made) and "the first vote stands" in said(made)
    assert verdicts(made)["p"] == ("not decided: None", "won", "differ")
    assert made.traps == ("changed vote",)


def test_the_same_vote_again_is_no_trap() -> None:
    made = booth("a p yes", "a p yes", "b p abstain", "b p abstain")
    assert said(made) == "b has already said abstain to p; nothing changes."
    assert made.traps == ()


def test_a_ghost_voter_counts_for_the_lesson_only() -> None:
    made = VotingBooth()
    made.remove_member("e")
    made.propose("p", "red", "a")
    cast(made, "e p yes")
    assert "e is not a member" in said(made) and warned(made)
    cast(made, "a p yes", "b p yes")
    assert "with the vote of e" in said(made)
    assert verdicts(made)["p"] == ("won: 'red'", "pending", "differ")
    assert made.traps == ("ghost voter",)


def test_a_quorum_of_half_or_less_has_two_winners_for_the_lesson_only() -> None:
    made = booth(quorum=2)
    cast(made, "a p yes", "b p yes", "c q yes", "d q yes")
    assert "any two majorities share a member" in said(made)
    assert "Winners: p and q in the lesson’s class, none among the agents." in said(made)
    assert made.traps == ("quorum at most half",)
    cast(made, "e p yes")
    assert verdicts(made)["p"] == ("won: 'red'", "won", "same")


def test_quorum_0_decides_without_a_vote_for_the_lesson_only() -> None:
    made = VotingBooth()
    made.quorum = 0
    assert "Quorum 0 is refused by the agents: they require 3 of 5 members." in said(made)
    made.propose("p", "red", "a")
    assert "without a vote" in said(made)
    assert verdicts(made)["p"] == ("won: 'red'", "pending", "differ")
    assert made.traps == ("quorum 0",)


@pytest.mark.parametrize("value", [None, 0, "", False])
def test_a_value_that_looks_like_nothing_is_won_for_the_agents_only(value: object) -> None:
    made = booth("a p yes", "b p yes", value=value)
    assert verdicts(made)["p"][1:] == ("pending", "same")
    cast(made, "c p yes")
    assert verdicts(made)["p"] == (f"not decided: {value!r}", "won", "differ")
    assert f"returns {value!r}, which looks undecided" in said(made)
    assert made.traps == ("value None",)


def test_to_propose_an_id_again_wipes_the_votes_for_the_lesson_only() -> None:
    made = booth("a p yes", "b p yes", "c p yes")
    made.propose("p", "green", "d")
    assert "wipes 3 votes; d refuses, because an id is used once" in said(made)
    assert verdicts(made)["p"] == ("overwritten", "won", "differ")
    assert made.traps == ("same id again",)


def test_votes_that_were_wiped_are_missed_later_too() -> None:
    made = booth("a p yes", "b p yes")
    made.propose("p", "red", "a")
    cast(made, "c p yes")
    assert "the lesson’s class lacks the vote of a and b on p" in said(made)


def test_a_cut_does_not_stop_a_vote_in_one_dictionary() -> None:
    made = booth()
    made.isolate("e")
    cast(made, "e p yes")
    assert "a, b, c and d cannot hear it" in said(made)
    cast(made, "a p yes", "b p yes")
    assert verdicts(made)["p"] == ("won: 'red'", "pending", "differ")
    assert sees(made)["a"][2] == "p: ✔ a and b · q: no votes"
    assert sees(made)["e"][2] == "p: ✔ e · q: no votes"
    assert made.traps == ("one dictionary",)


def test_an_agent_cannot_vote_on_what_it_has_not_heard_of_but_the_lesson_counts_it() -> None:
    made = VotingBooth()
    made.isolate("e")
    made.propose("p", "red", "a")
    assert "e cannot hear of it" in said(made)
    cast(made, "e p yes")
    assert "e has not heard of p" in said(made)
    assert made.poll.lesson_votes("p") == {"e": True}
    assert sees(made)["e"][1:] == ["–", "no proposal", "–", "nobody"]


def test_what_was_lost_arrives_after_a_heal_once_it_is_sent_again() -> None:
    made = booth()
    made.isolate("e")
    cast(made, "a p yes", "b p yes", "c p yes")
    assert verdicts(made)["p"][1] == "won for a, b, c and d, pending for e"
    made.heal_all()
    assert "What was lost stays lost: press Send votes again." in said(made)
    assert verdicts(made)["p"][1] == "won for a, b, c and d, pending for e"
    made.send_again()
    assert verdicts(made)["p"] == ("won: 'red'", "won", "same")


def test_on_two_sides_of_a_cut_one_id_may_mean_two_proposals_but_one_wins() -> None:
    made = VotingBooth()
    made.isolate("e")
    made.propose("p", "red", "a")
    made.propose("p", "blue", "e")
    cast(made, "e p yes", "a p yes", "b p yes", "c p yes")
    made.heal_all()
    made.send_again()
    assert [proposal.value for proposal in made.poll.proposals] == ["red", "blue"]
    beliefs = [set(made.poll.beliefs(proposal).values()) for proposal in made.poll.proposals]
    assert beliefs == [{"won"}, {"lost"}]


def test_one_cut_link_in_a_mesh_stops_nothing() -> None:
    made = booth()
    made.cut("a", "b")
    assert "messages take a way round" in said(made)
    cast(made, "a p yes")
    assert made.traps == () and sees(made)["b"][2].startswith("p: ✔ a")


def test_a_quorum_moved_after_the_first_vote_moves_the_lesson_only() -> None:
    made = booth("a p yes", "b p yes", "c p yes")
    made.quorum = 5
    assert "the agents still require 3 of 5 members until you press New vote" in said(made)
    assert verdicts(made)["p"] == ("not decided: None", "won", "differ")
    made.new_vote()
    assert (made.quorum, made.poll.need, made.poll.ids) == (5, 5, ())


def test_all_traps_can_be_sprung_in_one_booth_and_undo_keeps_them() -> None:
    made = booth("a p yes", "a q yes", "b p yes", "b p no")
    made.propose("p", "red", "a")
    made.isolate("c")
    cast(made, "c p yes")
    made.reset()
    made.remove_member("e")
    made.quorum = 0
    made.propose("p", "red", "a")
    made.quorum = 1
    cast(made, "e p yes", "a p yes")
    made.new_vote()
    made.propose("p", None, "a")
    cast(made, "a p yes", "b p yes", "c p yes")
    assert made.traps == ("two yes", "changed vote", "ghost voter", "quorum at most half", "quorum 0",
                          "value None", "same id again", "one dictionary")
    assert set(made.traps) == set(TRAPS)
    assert made.scene["panels"]["traps"]["title"].endswith("8 of 8 sprung")
    made.undo()
    assert len(made.traps) == 8


def test_an_agent_never_takes_half_of_the_members_for_a_quorum_whatever_it_is_told() -> None:
    voter = Voter("a", ("b", "c", "d"), members=("a", "b", "c", "d"), quorum=1)
    assert not voter.is_quorum(("a", "b")) and voter.is_quorum(("a", "b", "c"))


# ---- whatever is clicked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", seeds(4, 12))
def test_whatever_is_clicked_the_agents_have_one_winner_for_good(seed: int) -> None:
    random, made = Random(seed), VotingBooth(5, ("mesh", "ring", "star")[seed % 3])
    links = list(made.poll.network.graph.edges)
    for _ in range(60):
        act: Callable[[], object] = random.choice([
            lambda: made.propose(random.choice("pqr"), random.choice(["red", None, 0]), random.choice("abcde")),
            lambda: made.vote(random.choice("pqr"), random.choice("abcde"), random.choice(["yes", "yes", "no"])),
            lambda: made.vote(random.choice("pqr"), random.choice("abcde"), "yes"),
            lambda: made.cut(*random.choice(links)), lambda: made.heal(*random.choice(links)), made.send_again,
            lambda: setattr(made, "quorum", random.randrange(6)),
            lambda: made.remove_member(random.choice("abcde")),
        ])
        with suppress(ValueError):
            act()
        assert first_violation((ONE_WINNER, PROPOSED, STABLE), made.poll.simulator.system) is None


def test_undo_takes_back_every_step_and_redo_does_it_again() -> None:
    made = booth("a p yes", "c q yes")
    made.isolate("d")
    cast(made, "d p no")
    last = made.scene["panels"]["tally"]
    for _ in range(6):
        made.undo()
    assert made.poll.ids == () and not made.poll.network.cut
    for _ in range(6):
        made.redo()
    assert made.scene["panels"]["tally"] == last
    made.reset()
    made.undo()
    assert made.scene["panels"]["tally"] == last


def test_a_poll_that_was_kept_does_not_change() -> None:
    before = open_poll().after(Request("a", Propose("p", "red")))
    before.after(Request("a", Vote("p", "yes")), Request("b", Propose("q", "blue")))
    assert before.ids == ("p",) and not before.lesson_votes("p") and not before.begun


def test_wrong_calls_are_sentences_with_the_remedy_and_change_nothing() -> None:
    made = booth("a p yes")
    for wrong, remedy in (
        (lambda: made.propose("", "red", "a"), "type a short text"),
        (lambda: made.propose("z", "red", "z"), "there is no agent 'z'"),
        (lambda: made.propose("z", ["red"], "a"), "propose a text, a number or a tuple"),
        (lambda: made.vote("z", "a", "yes"), "choose p or q, or propose it"),
        (lambda: made.vote("p", "z", "yes"), "there is no agent 'z'"),
        (lambda: made.vote("p", "b", "perhaps"), "'yes', 'no' or 'abstain'"),
        (lambda: setattr(made, "quorum", 6), "from 1 to 5"),
        (lambda: setattr(made, "quorum", -1), "from 1 to 5"),
        (lambda: setattr(made, "quorum", "two"), "from 1 to 5"),
        (lambda: made.remove_member("b"), "press New vote"),
        (lambda: made.add_member("z"), "there is no agent 'z'"),
        (lambda: made.isolate("z"), "there is no agent 'z'"),
        (lambda: made.cut("a", "z"), "there is no agent 'z'"),
        (made.heal_all, "cut one first"),
        (made.redo, "nothing to redo"),
    ):
        before, selected = made.poll, made.control("Proposal").value
        with pytest.raises(ValueError, match=remedy):
            wrong()
        assert (made.poll, made.control("Proposal").value) == (before, selected)
    for size in (1, 13):
        with pytest.raises(ValueError, match="agents, not"):
            VotingBooth(size)


def test_the_last_member_and_a_fifth_proposal_are_refused() -> None:
    made = VotingBooth(2)
    made.remove_member("b")
    with pytest.raises(ValueError, match="keep at least one member"):
        made.remove_member("a")
    for number in range(4):
        made.propose(f"p{number}", number, "a")
    with pytest.raises(ValueError, match="press New vote"):
        made.propose("p4", 4, "a")


def test_the_same_mistakes_by_click_are_sentences_and_the_booth_goes_on() -> None:
    made = VotingBooth()
    made.click(agent="a")
    assert said(made) == "There is nothing to vote on: press Propose first."
    made.propose("p", "red", "a")
    made.click(agent="a")
    assert said(made) == "a votes yes on p; everyone has heard it."
    made.click(link=["b", "a"], near="a")
    assert len(made.poll.network.cut) == 2
    made.click(link=["b", "a"], near="b")
    assert not made.poll.network.cut


def test_the_controls_do_what_the_verbs_do() -> None:
    made = VotingBooth()
    made.press("Propose")
    made.press("Propose")
    assert made.poll.ids == ("p", "q") and made.control("Id").value == "r"
    made.choose("Proposal", "p")
    made.choose("Agent", "c")
    made.press("No")
    assert sees(made)["c"][1] == "✘ no on p"
    made.choose("Quorum", 2)
    assert made.quorum == 2
    made.undo()
    assert (made.quorum, made.control("Quorum").value) == (3, 3)
    made.new_vote()
    made.press("In or out of members")
    assert made.poll.members == ("a", "b", "d", "e") and made.control("Quorum").max == 4
    made.press("In or out of members")
    assert len(made.poll.members) == 5


@pytest.mark.parametrize("typed, value", [
    ("red", "red"), ("None", None), ("0", 0), ("''", ""), ("", ""), ("1.5", 1.5), (" two words ", "two words"),
    ("True", True), ("[1]", "[1]"), ("it's", "it's"), ("((((", "(((("),
])
def test_a_typed_value_is_read_as_python_where_it_is_plain(typed: str, value: object) -> None:
    made = VotingBooth()
    made.choose("Value", typed)
    made.press("Propose")
    (proposal,) = made.poll.proposals
    assert proposal.value == value and type(proposal.value) is type(value)


def test_clicks_from_many_threads_leave_widget_and_model_in_agreement() -> None:
    made = booth()

    def click(seed: int) -> None:
        random = Random(seed)
        for _ in range(15):
            made.click(agent=random.choice("abcde"))

    threads = [Thread(target=click, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drawn = made.scene["panels"]
    made.undo(), made.redo()
    assert made.scene["panels"] | {"status": ""} == drawn | {"status": ""}
    assert winners(made.poll) == "Winner in both: q."


# ---- what it looks like ----------------------------------------------------------------------------------------------


def test_nothing_moves_and_no_panel_comes_or_goes() -> None:
    made = VotingBooth()
    first = made.scene["panels"]
    made.propose("p", "red", "a")
    made.isolate("b")
    cast(made, "a p yes", "b p yes")
    then = made.scene["panels"]
    assert list(then) == list(first)
    assert all(then["network"][column] == first["network"][column] for column in ("x", "y", "name", "links"))
    assert then["tally"]["height"] == first["tally"]["height"]


def test_text_on_each_fill_can_be_read_and_no_two_votes_look_alike() -> None:
    looks = [*LOOKS.values(), NO_MEMBER]
    for look in looks:
        assert contrast(look.fill, look.ink) >= 4.5
    assert len({look.fill for look in looks}) == len(looks)
    assert LOOKS["yes"].fill == partition_look(0).fill
    font = VotingBooth().scene["panels"]["tally"]["figure"]["layout"]["font"]
    assert font["size"] >= 16


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG."""
    def light(colour: str) -> float:
        parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_a_poll_says_how_it_stands_in_a_sentence() -> None:
    poll: Poll = booth("a p yes").poll
    assert sentence(poll) == "The agents, with quorum 3 of 5: p = 'red' pending; q = 'blue' pending."


# ---- the page --------------------------------------------------------------------------------------------------------


def test_the_traps_that_were_sprung_are_named_above_the_picture() -> None:
    made = booth()
    assert made.scene["panels"]["sprung"]["text"] == "0 of 8 traps sprung"
    cast(made, "c p yes", "c q yes")
    made.quorum = 0
    assert made.scene["panels"]["sprung"]["text"] == "2 of 8 traps sprung: two yes · quorum 0"


def test_the_picture_says_what_a_click_on_an_agent_will_do() -> None:
    made = VotingBooth(3)
    assert made.scene["panels"]["network"]["acts"][0] == "a has nothing to vote on"
    made.propose("p", "red", "a")
    made.choose("A click votes", "no")
    assert made.scene["panels"]["network"]["acts"] == ["a votes no on p", "b votes no on p", "c votes no on p"]


def test_an_id_that_looks_like_markup_is_drawn_as_it_is() -> None:
    made = VotingBooth(3)
    made.propose("<b>", "red", "a")
    axis = made.scene["panels"]["tally"]["figure"]["layout"]["yaxis"]
    assert axis["ticktext"] == ["&lt;b>: lesson", "&lt;b>: agents"]
