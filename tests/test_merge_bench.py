"""The merge bench without a page: what the words say of a merge is what the merge did."""

from random import Random
from typing import Any

import pytest
from labkit.lesson import LOST, REPLICAS, STRATEGIES, YIELDS, Bench, begin, fates
from labkit.lesson.merging import REPLACED, STAYS
from labkit.views.merging.bench import DONE, MergeBench, amount, sentence
from seeds import seeds

WORDS = ("milk", "tea", "bread")


def bench(strategy: str, *edits: str) -> MergeBench:
    """A bench after these edits: 'a write milk', or 'merge'."""
    made = MergeBench(strategy)
    for edit in edits:
        made.merge() if edit == "merge" else made.edit(*edit.split())
    return made


def panels(made: MergeBench) -> dict[str, Any]:
    found: dict[str, Any] = made.scene["panels"]
    return found


def said(made: MergeBench) -> str:
    return made.status


def verdict(made: MergeBench) -> str:
    return str(panels(made)["summary"]["text"])


def outcomes(made: MergeBench) -> dict[str, str]:
    return {row[0]: row[1] for row in panels(made)["fates"]["rows"] if row[1]}


def why(made: MergeBench, what: str) -> str:
    return next(row[2] for row in panels(made)["fates"]["rows"] if row[0] == what)


# ---- each strategy, once by hand -------------------------------------------------------------------------------------


def test_of_two_writes_with_the_same_count_the_later_name_wins() -> None:
    made = bench("last writer wins", "a write milk", "b write tea", "merge")
    assert set(made.held.values()) == {"‘tea’ (count 1, by b)"}
    assert verdict(made).endswith("‘milk’ of a is lost, although a had acknowledged it.")
    assert "a’s ‘milk’ had the same count, and with equal counts the later name" in why(made, "‘tea’ of b")


def test_more_writes_win_over_a_later_one_and_the_words_say_so() -> None:
    made = bench("last writer wins", "a write milk", "a write bread", "b write tea", "merge")
    assert outcomes(made) == {"‘bread’ of a": STAYS, "‘tea’ of b": LOST, "‘milk’ of a": REPLACED}
    assert "written last, but a count is not a clock" in why(made, "‘tea’ of b")


def test_two_who_write_the_same_lose_nothing() -> None:
    made = bench("last writer wins", "a write tea", "b write tea", "merge")
    assert verdict(made).endswith("Nothing is lost.") and LOST not in outcomes(made).values()


def test_siblings_stand_side_by_side_until_somebody_who_saw_both_writes() -> None:
    made = bench("keep both", "a write milk", "b write tea", "merge")
    assert "‘milk’ and ‘tea’, side by side" in verdict(made) and "must choose" in verdict(made)
    made.edit("b", "write", "soup"), made.merge()
    assert made.held == {"a": "‘soup’", "b": "‘soup’"}
    assert "replaces ‘milk’ and ‘tea’, which b had seen" in why(made, "‘soup’ of b")


def test_both_additions_count() -> None:
    made = bench("counter", "a add 3", "b add 4", "merge")
    assert "0 + 3 + 4 = 7: the additions of both count." in verdict(made)
    made.edit("b", "add", -2), made.merge()
    assert "7 − 2 = 5" in verdict(made)


def test_an_addition_that_was_not_seen_outlives_a_removal() -> None:
    made = bench("set", "a remove milk", "b add milk", "merge")
    assert made.held == {"a": "‘milk’", "b": "‘milk’"}
    assert outcomes(made) == {"‘milk’ of b": STAYS, "removal by a": YIELDS}
    again = bench("set", "a remove milk", "b add tea", "merge")
    assert outcomes(again) == {"‘milk’": "– gone", "‘tea’": STAYS}
    assert "what both had seen" in why(again, "‘milk’")


# ---- the words agree with the values, whatever was done --------------------------------------------------------------


def roam(seed: int, strategy: str) -> Bench:
    """Some random edits and a merge, a few times."""
    random, made = Random(seed), begin(strategy)
    for _ in range(random.randrange(1, 4)):
        for _ in range(random.randrange(1, 7)):
            verb = random.choice(STRATEGIES[strategy].verbs)
            what: str | int = random.choice((-3, 1, 2)) if strategy == "counter" else random.choice(WORDS)
            try:
                made = made.after(random.choice(REPLICAS), verb, what)
            except ValueError as wrong:
                assert "does not hold" in str(wrong)
        made = made.met()
    return made


@pytest.mark.parametrize("seed", seeds(15, 200))
def test_a_write_is_called_lost_exactly_if_it_was_its_writers_last_and_is_not_what_both_hold(seed: int) -> None:
    for strategy in ("last writer wins", "keep both"):
        made = roam(seed, strategy)
        held = made.merged.value if strategy == "keep both" else {made.merged.value}
        last = {str(edits[-1]) for replica in REPLICAS if (edits := made.by(replica))}
        gone = {str(edits[-1]) for replica in REPLICAS if (edits := made.by(replica)) and edits[-1].what not in held}
        assert {fate.what for fate in fates(made) if fate.outcome == LOST} == gone
        assert {fate.what for fate in fates(made) if fate.outcome != REPLACED} == last
        assert not gone or strategy == "last writer wins"


@pytest.mark.parametrize("seed", seeds(15, 200))
def test_an_item_is_said_to_stay_exactly_if_it_is_in_the_merged_set(seed: int) -> None:
    made = roam(seed, "set")
    told = fates(made)
    for item in {edit.what for edit in made.edits}:
        stays = any(fate.what.startswith(f"‘{item}’") and fate.outcome == STAYS for fate in told)
        assert stays == (item in made.merged.value)
    for fate in told:
        if fate.outcome == YIELDS:  # somebody removed it, does not hold it, and gets it back
            who = fate.what[-1]
            assert made.merged.value - made.left_with(who).value


@pytest.mark.parametrize("seed", seeds(15, 50))
def test_the_sum_in_the_sentence_comes_to_what_both_hold(seed: int) -> None:
    made = roam(seed, "counter")
    total, value = sentence(made).partition(". ")[2].partition(":")[0].split(" = ")
    assert eval(total.replace("−", "-")) == int(value) == made.merged.value


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("seed", range(20))
def test_nothing_that_is_clicked_escapes_and_both_hold_the_same_after_a_merge(strategy: str, seed: int) -> None:
    random, made = Random(seed), MergeBench(strategy)
    for _ in range(25):
        replica = random.choice(REPLICAS)
        made.choose(f"{replica}:", random.choice((*WORDS, "3", "-2", "", "0", "x" * 40, "٣", "--1")))
        made.press(random.choice([*(f"{replica} {DONE[verb]}" for verb in STRATEGIES[strategy].verbs), "Merge"]))
        assert "raised" not in said(made)
        if made.bench.merged is not None:
            assert len(set(made.held.values())) == 1


# ---- the goals -------------------------------------------------------------------------------------------------------


def goal(made: MergeBench) -> str:
    return str(panels(made)["goal"]["text"])


@pytest.mark.parametrize(("strategy", "not_yet", "then"), [
    ("last writer wins", ["a write milk", "b write tea", "merge"], ["a write x", "a write y", "b write z", "merge"]),
    ("keep both", ["a write milk", "b write tea", "merge"], ["b write soup", "merge"]),
    ("counter", ["a add 10", "merge"], ["a add 3", "b add -3", "merge"]),
    ("set", ["a remove milk", "merge"], ["a add tea", "merge", "a remove tea", "b add tea", "merge"]),
])
def test_each_strategy_has_a_goal_and_a_sentence_when_it_is_reached(
    strategy: str, not_yet: list[str], then: list[str]
) -> None:
    made = bench(strategy, *not_yet)
    assert goal(made).startswith("Goal: ") and not made.reached
    for edit in then:
        made.merge() if edit == "merge" else made.edit(*edit.split())
    assert goal(made).startswith("★ Goal reached. ") and made.reached == {strategy}
    made.begin_again()
    assert "1 of 4" in goal(made), "what was reached is kept"


# ---- the bench itself ------------------------------------------------------------------------------------------------


def test_one_click_on_each_button_does_something_that_matters() -> None:
    for strategy, (first, second) in {
        "last writer wins": ("a writes", "b writes"), "keep both": ("a writes", "b writes"),
        "counter": ("a adds", "b adds"), "set": ("a removes", "b adds"),
    }.items():
        made = MergeBench(strategy)
        made.press(first), made.press(second), made.press("Merge")
        assert len(outcomes(made)) == 2


def test_editing_goes_on_from_the_merged_value() -> None:
    made = bench("last writer wins", "a write milk", "b write tea", "merge", "a write bread")
    assert made.held == {"a": "‘bread’ (count 2, by a)", "b": "‘tea’ (count 1, by b)"}
    assert panels(made)["b"]["rows"][0] == ["both agree", "‘tea’ (count 1, by b)"]


def test_to_merge_once_more_or_nothing_at_all_changes_nothing() -> None:
    made = bench("set", "a add tea", "merge")
    before = made.bench
    made.merge()
    assert made.bench == before and "changes nothing" in said(made)
    assert "merging changes nothing" in verdict(bench("keep both", "merge"))


def test_another_strategy_begins_afresh_and_says_what_is_gone() -> None:
    made = bench("last writer wins", "a write milk", "b write tea")
    made.choose("Strategy", "counter")
    assert made.held == {"a": "0", "b": "0"} and made.control("b:").value == "4"
    assert said(made) == "“counter” begins afresh; the 2 edits under “last writer wins” are gone."
    made.edit("a", "add", "5")
    made.begin_again()
    assert said(made) == "Begun again; the edit under “counter” is gone." and not made.bench.edits


def test_wrong_calls_are_sentences_with_the_remedy_and_change_nothing() -> None:
    made, sums = bench("set", "b add tea"), bench("counter", "a add 3")
    for wrong, remedy in (
        (lambda: made.edit("c", "add", "tea"), "choose 'a' or 'b'"),
        (lambda: made.edit("a", "write", "tea"), "choose 'add' or 'remove'"),
        (lambda: made.edit("a", "add", "  "), "type a short text"),
        (lambda: made.edit("a", "add", ["x"]), "text is a text"),
        (lambda: made.edit("a", "remove", "tea"), "add it first"),
        (lambda: made.use("paxos"), "choose 'last writer wins'"),
        (lambda: sums.edit("a", "add", "three"), "type a whole number"),
        (lambda: sums.edit("a", "add", "9" * 5_000), "type a whole number"),
        (lambda: sums.edit("a", "add", "0"), "type a whole number"),
        (lambda: MergeBench("best"), "choose 'last writer wins'"),
    ):
        before = made.bench, sums.bench
        with pytest.raises(ValueError, match=remedy):
            wrong()
        assert (made.bench, sums.bench) == before
    made.choose("a:", "")
    made.press("a adds")
    assert said(made) == "Type a short text first, such as milk: 1 to 24 letters." and panels(made)["status"]["tone"]


@pytest.mark.parametrize("typed, value", [("3", 3), ("+3", 3), (" -2 ", -2), ("−2", -2), (7, 7)])
def test_an_amount_is_read_as_people_write_it(typed: str | int, value: int) -> None:
    assert amount(typed) == value


def test_no_panel_comes_or_goes_and_short_logs_keep_their_height() -> None:
    made = MergeBench()
    first = panels(made)
    made.edit("a", "write", "milk"), made.edit("b", "write", "tea"), made.merge()
    assert list(panels(made)) == list(first)
    assert all(len(panels(made)[name]["rows"]) == len(first[name]["rows"]) for name in ("a", "b", "fates"))


@pytest.mark.long
def test_a_long_log_is_counted_and_no_more() -> None:
    made = bench("counter", *["a add 1"] * 30)
    assert panels(made)["a"]["rows"][1] == ["… 25 earlier edits", ""]
    assert len(panels(made)["a"]["rows"]) == 7
