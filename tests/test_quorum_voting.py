"""Votes by messages: one winner in every order of events, and each trap of the lesson's class, planted and caught."""

from collections.abc import Hashable, Iterable

import pytest
from labkit.agents import Property, create, first_violation
from labkit.engine import Model, Simulator
from labkit.protocols import QUORUM_VOTING_PROPERTIES, FirstComeVoting, Proposal, Propose, QuorumVoting, Vote
from labkit.protocols.consensus.quorum_voting import ONE_WINNER, STABLE, TOLD
from labkit.protocols.quorums import disjoint, grid, majority, weighted
from labkit.search import Exploration, explore
from labkit.topology import build

RED, BLUE = Propose("p", "red"), Propose("q", "blue")
RIVALS = (("a", RED), ("b", BLUE))
SEEDS = range(25)


def voters(n: int = 5, kind: type[QuorumVoting] = QuorumVoting, seed: int = 0, loss: float = 0.0,
           duplication: float = 0.0, **options: object) -> Simulator:
    graph = build("mesh", n)
    return Simulator(graph, create(kind, graph, **options), seed=seed, loss=loss, duplication=duplication)


def by_hand(sim: Simulator, *votes: str) -> None:
    """Each word is an agent, a proposal and a vote: 'a p yes'. All messages arrive in between."""
    for word in votes:
        agent, proposal, vote = word.split()
        sim.request(agent, Vote(proposal, vote))
        sim.run()


def proposed(n: int = 5, *proposals: Propose, **options: object) -> Simulator:
    """Voters who wait for the client and all have heard of the proposals."""
    sim = voters(n, **options)
    for proposal in proposals or (RED, BLUE):
        sim.request("a", proposal)
    sim.run()
    return sim


def outcomes(sim: Simulator, proposal: Propose = RED) -> set[str]:
    """How the proposal stands, as the agents see it."""
    what = Proposal(proposal.id, proposal.value, proposal.about)
    return {agent.outcome(what) for agent in sim.system.agents.values() if isinstance(agent, QuorumVoting)}


def decided(sim: Simulator, about: str = "") -> dict[str, Hashable]:
    return {decision.agent: decision.value for decision in sim.system.decisions if decision.about == about}


def last_answer(sim: Simulator) -> object:
    return list(sim.system.replies)[-1].result


def holds(sim: Simulator) -> bool:
    return first_violation(QUORUM_VOTING_PROPERTIES, sim.system) is None


# ---- the ordinary course ---------------------------------------------------------------------------------------------


def test_three_yes_of_five_win_for_all() -> None:
    sim = proposed()
    by_hand(sim, "a p yes", "b p yes")
    assert outcomes(sim) == {"pending"}
    assert not decided(sim)
    by_hand(sim, "c p yes")
    assert outcomes(sim) == {"won"}
    assert decided(sim) == dict.fromkeys("abcde", "red")
    assert {agent.role for agent in sim.system.agents.values()} == {"decided"}


def test_three_no_lose_and_so_do_three_who_abstain() -> None:
    for vote in ("no", "abstain"):
        sim = proposed()
        by_hand(sim, *(f"{agent} p {vote}" for agent in "abc"))
        assert outcomes(sim) == {"lost"}
        assert not decided(sim)


def test_when_one_proposal_wins_its_rival_has_lost_without_a_single_no() -> None:
    sim = proposed()
    by_hand(sim, "a p yes", "b p yes", "c p yes")
    assert outcomes(sim, BLUE) == {"lost"}


def test_a_vote_split_in_three_is_lost_for_all_and_stays_so() -> None:
    green = Propose("r", "green")
    sim = proposed(5, RED, BLUE, green)
    by_hand(sim, "a p yes", "b p yes", "c q yes", "d q yes", "e r yes")
    assert [outcomes(sim, proposal) for proposal in (RED, BLUE, green)] == [{"lost"}] * 3
    assert {agent.role for agent in sim.system.agents.values()} == {"split"}
    assert not decided(sim)


def test_a_split_vote_waits_for_the_one_who_is_silent() -> None:
    sim = proposed()
    sim.crash("e")
    by_hand(sim, "a p yes", "b p yes", "c q yes", "d q yes")
    assert outcomes(sim) == outcomes(sim, BLUE) == {"pending"}
    sim.restart("e")
    by_hand(sim, "e q yes")
    assert set(decided(sim).values()) == {"blue"}


def test_decisions_about_different_things_do_not_compete() -> None:
    sim = proposed(3, Propose("p", "red", "colour"), Propose("q", "large", "size"))
    by_hand(sim, "a p yes", "b p yes", "a q yes", "b q yes")
    assert set(decided(sim, "colour").values()) == {"red"}
    assert set(decided(sim, "size").values()) == {"large"}
    assert holds(sim)


@pytest.mark.parametrize("value", [None, 0, "", False, ()])
def test_a_value_that_looks_like_nothing_is_decided_like_any_other(value: Hashable) -> None:
    nothing = Propose("p", value)
    sim = proposed(3, nothing)
    by_hand(sim, "a p no", "b p yes")
    assert outcomes(sim, nothing) == {"pending"}
    by_hand(sim, "c p yes")
    assert outcomes(sim, nothing) == {"won"}
    assert decided(sim) == dict.fromkeys("abc", value)
    assert holds(sim)


# ---- what is refused, in a sentence ----------------------------------------------------------------------------------


@pytest.mark.parametrize("asked, answer", [
    (Vote("p", "no"), "refused: a has voted on p, and the first vote stands"),
    (Vote("q", "yes"), "refused: a has said yes to another proposal"),
    (Vote("z", "yes"), "refused: a has not heard of z"),
    (Vote("q", "perhaps"), "refused: ask with Propose"),
    ("p", "refused: ask with Propose"),
    (Propose("p", "green"), "refused: p has been proposed, take a new id"),
    (RED, "refused: p has been proposed, take a new id"),
])
def test_a_client_is_told_why_not(asked: Hashable, answer: str) -> None:
    sim = proposed()
    by_hand(sim, "a p yes")
    before = sim.system.agents["a"]
    sim.request("a", asked)
    assert str(last_answer(sim)).startswith(answer)
    assert sim.system.agents["a"] == before


def test_whoever_said_yes_may_still_say_no_to_the_rival() -> None:
    sim = proposed()
    by_hand(sim, "a p yes", "a q no")
    assert last_answer(sim) == "voted"


def test_a_guest_may_look_on_and_its_vote_is_refused() -> None:
    sim = proposed(4, members=("a", "b", "c"))
    by_hand(sim, "d p yes")
    assert last_answer(sim) == "refused: d is not one of the members"
    by_hand(sim, "a p yes", "b p yes")
    assert decided(sim) == dict.fromkeys("abcd", "red")
    assert sim.system.agents["d"].role == "observer"


def test_a_ballot_of_a_guest_does_not_count_even_if_it_is_cast() -> None:
    class Pushy(QuorumVoting):
        def counts(self, voter: str) -> bool:
            return self.id == "d" or super().counts(voter)

    sim = proposed(4, kind=Pushy, members=("a", "b", "c"))
    by_hand(sim, "d p yes", "a p yes")
    assert set(decided(sim)) == {"d"}  # only the guest itself believes it
    assert outcomes(sim) == {"pending", "won"}


def test_two_clients_who_take_the_same_id_for_two_values_are_not_mixed_up() -> None:
    for seed in SEEDS:
        sim = voters(5, FirstComeVoting, seed)
        sim.request("a", Propose("p", "red"))
        sim.request("b", Propose("p", "blue"))
        sim.run()
        assert holds(sim)
        assert len(set(decided(sim).values())) <= 1


# ---- faults ----------------------------------------------------------------------------------------------------------


def test_a_minority_never_decides_and_the_majority_does() -> None:
    sim = voters(5, FirstComeVoting)
    sim.isolate("a", "b")
    sim.request("a", RED)
    sim.request("c", BLUE)
    sim.run()
    assert decided(sim) == dict.fromkeys("cde", "blue")


def test_without_telling_again_a_lost_vote_is_lost_for_good() -> None:
    sim = voters(5, FirstComeVoting)
    sim.isolate("a", "b")
    sim.request("a", RED)
    sim.run()
    sim.heal_all()
    sim.run()
    assert outcomes(sim) == {"pending"}


def test_who_tells_again_decides_after_the_link_is_healed() -> None:
    for seed in SEEDS:
        sim = voters(5, FirstComeVoting, seed, resend=(40, 60))
        sim.isolate("a", "b")
        sim.request("a", RED)
        sim.run(until=300)
        assert not decided(sim)
        sim.heal_all()
        sim.run(until=600)
        assert decided(sim) == dict.fromkeys("abcde", "red")


@pytest.mark.long
def test_under_loss_doubled_messages_crashes_and_cuts_there_is_never_a_second_winner() -> None:
    won = set()
    for seed in SEEDS:
        sim = voters(5, FirstComeVoting, seed, loss=0.3, duplication=0.3, resend=(20, 60))
        for agent, proposal in zip("ace", (RED, BLUE, Propose("r", None)), strict=True):
            sim.request(agent, proposal)
        for time, victim in enumerate("abcde", 1):
            sim.run(until=15 * time)
            sim.crash(victim)
            sim.isolate("abcde"[time - 2])
            assert holds(sim)
            sim.run(until=15 * time + 10)
            sim.restart(victim)
            assert holds(sim)
        sim.heal_all()
        sim.run(until=600)
        assert holds(sim)
        assert len(set(decided(sim).values())) <= 1
        won |= set(decided(sim).values())
    assert won == {"red", "blue", None}


def test_votes_survive_a_crash() -> None:
    sim = proposed(3)
    by_hand(sim, "a p yes")
    sim.crash("a")
    sim.restart("a")
    by_hand(sim, "a q yes")
    assert last_answer(sim) == "refused: a has said yes to another proposal"


def test_a_ballot_that_overtakes_its_proposal_counts_at_once() -> None:
    for seed in SEEDS:
        sim = voters(3, seed=seed)
        sim.request("a", RED)
        sim.request("a", Vote("p", "yes"))
        sim.run()
        assert all(agent.said_yes(Proposal("p", "red")) == ("a",) for agent in sim.system.agents.values())


def test_other_quorums_that_must_meet_are_as_safe() -> None:
    for quorums in (weighted({"a": 3, "b": 1, "c": 1, "d": 1}), grid(["ab", "cd"]), majority(4)):
        assert disjoint(quorums) is None

        class Voting(FirstComeVoting):
            def is_quorum(self, voters: tuple[str, ...], rule: object = quorums) -> bool:
                return rule.is_quorum(voters)

        for seed in SEEDS:
            sim = voters(4, Voting, seed, loss=0.1)
            for agent, proposal in RIVALS:
                sim.request(agent, proposal)
            sim.run()
            assert first_violation([ONE_WINNER], sim.system) is None


# ---- every order of events -------------------------------------------------------------------------------------------


def every_run(kind: type[QuorumVoting], n: int, requests: Iterable[tuple[str, Hashable]] = RIVALS,
              properties: Iterable[Property] = QUORUM_VOTING_PROPERTIES, crashes: int = 0, duplicates: int = 0,
              **options: object) -> Exploration:
    graph = build("mesh", n)
    model = Model(graph, create(kind, graph, **options), properties, requests=tuple(requests))
    return explore(model, crashes=crashes, duplicates=duplicates, reduce=False, progress=False, limit=60_000)


HAND = (("a", RED), ("a", Vote("p", "yes")), ("b", Vote("p", "yes")), ("b", Vote("p", "no")))


@pytest.mark.parametrize("kind, requests", [
    (FirstComeVoting, RIVALS),
    (FirstComeVoting, (("a", Propose("p", None)), ("b", Propose("p", 0)))),
    (FirstComeVoting, (("a", RED), ("a", RED))),
    (QuorumVoting, HAND),
], ids=["rivals", "same id", "twice", "by hand"])
def test_no_order_of_events_breaks_a_property(
        kind: type[QuorumVoting], requests: tuple[tuple[str, Hashable], ...]) -> None:
    result = every_run(kind, 3, requests)
    assert result.complete
    assert not result.violated
    assert not result.never


@pytest.mark.long
def test_neither_does_a_crash_at_any_moment() -> None:
    result = every_run(FirstComeVoting, 3, crashes=1)
    assert result.complete
    assert not result.violated


class SaysYesTwice(FirstComeVoting):
    def yes_is_free(self, voter: str, proposal: Proposal) -> bool:
        return True


class ChangesItsVote(QuorumVoting):
    def is_first_vote(self, voter: str, proposal: Proposal) -> bool:
        return True


class CountsGhosts(FirstComeVoting):
    def counts(self, voter: str) -> bool:
        return True


class HalfIsEnough(FirstComeVoting):
    def is_quorum(self, voters: tuple[str, ...]) -> bool:
        return 2 * len(voters) >= len(self.electorate)


class NobodyIsEnough(FirstComeVoting):
    def is_quorum(self, voters: tuple[str, ...]) -> bool:
        return True


class CountsWhomItHears(FirstComeVoting):
    def is_quorum(self, voters: tuple[str, ...]) -> bool:
        heard = {voter for proposal in self.votes for voter in self.votes_on(proposal)}
        return 2 * len(voters) > len(heard)


class LooksAtTheValue(FirstComeVoting):
    def has_won(self, proposal: Proposal) -> bool:
        return bool(proposal.value) and super().has_won(proposal)


class ProposesAgain(FirstComeVoting):
    def is_new(self, proposal: Proposal) -> bool:
        return True


class ForgetsItsVote(FirstComeVoting):
    durable = ()


SECOND_THOUGHTS = (*HAND, ("b", BLUE), ("b", Vote("q", "yes")), ("c", Vote("q", "yes")))


@pytest.mark.parametrize("kind, n, events, options", [
    (SaysYesTwice, 3, 4, {}),
    (ChangesItsVote, 3, 9, {"requests": SECOND_THOUGHTS}),
    (CountsGhosts, 4, 4, {"members": ("a", "b", "c")}),
    (HalfIsEnough, 4, 4, {}),
    (NobodyIsEnough, 3, 2, {}),
    (CountsWhomItHears, 3, 2, {}),
    (ForgetsItsVote, 3, 6, {"crashes": 1}),
], ids=lambda value: getattr(value, "__name__", None))
def test_two_winners_are_found_where_a_rule_is_forgotten(
        kind: type[QuorumVoting], n: int, events: int, options: dict[str, object]) -> None:
    result = every_run(kind, n, properties=[ONE_WINNER], **options)
    assert result.violated is ONE_WINNER
    assert len(result.trace) == events
    assert "decided" in result.why


@pytest.mark.parametrize("kind, property_, events, options", [
    (ChangesItsVote, STABLE, 5, {"requests": HAND}),
    (ProposesAgain, STABLE, 4, {"requests": (("a", RED), ("a", RED))}),
    (ForgetsItsVote, STABLE, 4, {"crashes": 1}),
    (NobodyIsEnough, STABLE, 1, {}),
    (LooksAtTheValue, TOLD, 2, {"requests": (("a", Propose("p", None)),)}),
    (LooksAtTheValue, TOLD, 2, {"requests": (("a", Propose("p", 0)),)}),
], ids=lambda value: getattr(value, "__name__", None))
def test_a_decision_that_does_not_last_or_is_not_seen_is_found_too(
        kind: type[QuorumVoting], property_: Property, events: int, options: dict[str, object]) -> None:
    result = every_run(kind, 3, **options)
    assert result.violated is property_
    assert len(result.trace) == events
