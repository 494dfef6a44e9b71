"""Handing in: every document is made of the learner's own answers, and says in a sentence what is still missing."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import labkit.worksheet.documents.consensus
import pytest
from labkit.views import hand_in as shown
from labkit.worksheet import CORRECT, STEPS, Progress, Record, Verdict, hand_in, short_run
from labkit.worksheet.documents import (
    QUESTIONS,
    Work,
    consensus_document,
    recovery_document,
    system_text,
    topology_document,
)
from labkit.worksheet.documents.consensus import RULES, SEARCHES
from labkit.worksheet.trial import tried

FILES = ["consensus.md", "progress.json", "recovery.md", "recovery.svg", "reflection.md", "system.py", "topology.md",
         "topology.svg"]
WHEEL = """def team_topology(agents):
    hub, *rest = agents
    second = rest[0]
    return [(hub, other) for other in rest] + [(second, other) for other in rest[1:]]
"""


def solved(name: str) -> str:
    step = STEPS[name]
    return f"{step.imports}\n{step.solution}\n"


def progress(folder: Path, *names: str, **texts: str) -> Path:
    """A folder with progress: these steps are correct, with our solutions or with these texts."""
    known = Progress(folder)
    for name in names:
        known.note(name, Verdict(CORRECT), solved(name))
    for name, text in texts.items():
        known.note(name.replace("_", " "), Verdict(CORRECT), text)
    return folder


def correct(**texts: str) -> Work:
    return Work({name.replace("_", " "): Record(CORRECT, 1, source=text) for name, text in texts.items()})


SOURCES = {name: WHEEL if name == "team topology" else solved(name) for name in STEPS}


@pytest.fixture(scope="module")
def everything() -> Work:
    """The work of a learner that has done all steps, one of them with a design of its own."""
    met = ("a list lacks an edit", "two boards differ", "c is first")
    return Work({name: Record(CORRECT, 2, source=text, cases=met if name == "merge" else ())
                 for name, text in SOURCES.items()})


@pytest.fixture(scope="module")
def system(everything: Work) -> str:
    return system_text(everything)


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def test_the_figures_of_the_topology_are_those_of_the_learners_own_design(everything: Work) -> None:
    text, pictures = topology_document(everything)
    assert "8 agents, 13 links" in text  # 7 to the hub, 6 to the second one
    assert "| Hops, farthest | 2 | 2 |" in text
    assert "There is none: no crash of one agent separates two others." in text
    assert "- ring: with 8 agents the longest way is 4 hops" in text
    assert len(ElementTree.fromstring(pictures["topology.svg"]).findall(".//{*}path")) == 13


def test_a_design_with_a_single_point_of_failure_is_not_called_sound() -> None:
    star = "def team_topology(agents):\n    return [(agents[0], other) for other in agents[1:]]\n"
    text, pictures = topology_document(correct(team_topology=star))
    assert "The crash of one of these splits the team: planner." in text
    assert "- **ours**: with 8 agents one crash splits it" in text
    assert [*pictures] == ["topology.svg"]


def test_the_analysis_of_consensus_names_its_bounds_and_counts_messages() -> None:
    text, _ = consensus_document(Work({"a vote by messages": Record(CORRECT, source=solved("a vote by messages"))}))
    assert "✔ 3 agents, 2 requests, no time-out, 1 duplicate, no crash: in every order of events" in text
    assert "| a vote by messages | 6 | 20 | 56 |" in text
    assert "This needs the step “a vote in rounds”" in text
    assert "✘" not in text and RULES["a vote by messages"] in text and RULES["members only"] not in text


@pytest.mark.long
def test_all_rules_and_all_searches_are_told_where_all_is_done(everything: Work) -> None:
    text, _ = consensus_document(everything)
    assert all(rule in text for rule in RULES.values())
    assert text.count("✔") == 5 and "?" not in text and "✘" not in text


def test_a_vote_that_can_be_broken_is_reported_as_broken() -> None:
    hasty = solved("a vote by messages").replace("2 * len(voters) > len(self.everyone)", "len(voters) > 0")
    from_there = Work({"a vote by messages": Record(CORRECT, 1, source=hasty)})
    text, _ = consensus_document(from_there)
    assert "✘ 3 agents, 2 requests" in text and "broken." in text


def test_rules_and_searches_are_about_steps_that_exist() -> None:
    assert {*RULES, *SEARCHES} <= {name for name, step in STEPS.items() if step.exercise == 2}


@pytest.mark.long
def test_the_report_of_recovery_has_every_fault_and_a_plot(everything: Work) -> None:
    text, pictures = recovery_document(everything)
    faults = ("halves", "bridge", "flapping", "3-3-3 split", "cascading overload")
    assert all(f"| {fault} | " in text for fault in faults)
    assert "0 of them were lost" in text
    assert "- **merge**: two boards differ.\n- **merge**: c is first.\n" in text and "lacks an edit" not in text
    labels = [one.text for one in ElementTree.fromstring(pictures["recovery.svg"]).findall(".//{*}text")]
    assert set(faults) <= set(labels)


def test_the_system_runs_by_itself(system: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(system, {"__name__": "__main__"})
    said = capsys.readouterr().out
    assert said.startswith("The team: 8 agents, 13 links")
    assert "by messages: planner is asked for “ship it”; 5 of 5 decide ship it, with 20 messages" in said
    assert "in rounds: planner is asked for “ship it”; 5 of 5 decide ship it" in said
    assert "“ship it” is decided after 3 yes of 5" in said and "all have the same board" in said
    assert "The office: clients hand in mail and report; mailed: report and mail; told to be done" in said


def test_imports_of_the_system_stand_on_top_and_each_name_is_given_once(system: str) -> None:
    body = ast.parse(system).body[1:]
    kinds = [isinstance(node, ast.Import | ast.ImportFrom) for node in body]
    assert kinds == sorted(kinds, reverse=True)
    names = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    names += [alias.name for node in body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert len(names) == len(set(names))
    assert {"Council", "Voter", "LastingVoter", "Team"} <= set(names) and "MajorityBox" not in system


def test_two_helpers_of_the_same_name_do_not_get_into_each_others_way() -> None:
    work = correct(
        tree="def near(i):\n    return i - 1\n\n\ndef tree(agents, children):\n    return near(len(agents))\n",
        team_topology="def near(i):\n    return 2 * i\n\n\ndef team_topology(agents):\n"
                      "    self = type('x', (), {'near': 7})\n    return near(len(agents)) + self.near\n",
    )
    names: dict[str, object] = {"__name__": "system"}
    exec(system_text(work), names)
    tree, team = names["tree"], names["team_topology"]
    assert (tree("abc", 2), team("abc")) == (2, 13)  # type: ignore[operator]


def test_a_class_that_later_steps_take_up_is_there_once_in_its_last_state(system: str) -> None:
    assert system.count("class Council(BallotBox)") == 1 and "def outcome" in system


@pytest.mark.long
def test_all_files_are_written_and_the_system_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    known = progress(tmp_path, *(name for name in STEPS if name != "team topology"), team_topology=WHEEL)
    done = hand_in(tmp_path / "out", answers=dict.fromkeys(QUESTIONS, "Two hubs."), progress=known)
    assert done.done == done.steps == len(STEPS) and not done.remarks and not done.problem
    assert [*done.files] == FILES
    said = subprocess.run([sys.executable, "system.py"], cwd=done.folder, capture_output=True, text=True, check=True)
    assert said.stdout.startswith("The team: 8 agents, 13 links")


def test_nothing_done_is_said_and_nothing_is_made_up(tmp_path: Path) -> None:
    done = hand_in(tmp_path / "out", progress=tmp_path)
    assert done.done == 0
    topology, consensus, recovery = (read(done.folder, f"{name}.md") for name in ("topology", "consensus", "recovery"))
    assert "This needs the step “team topology”, which is not done yet." in topology
    assert "No rule is written yet." in consensus and "|" not in consensus
    assert "This needs the step “team”, which is not done yet." in recovery
    assert "topology.svg" not in done.files and "recovery.svg" not in done.files
    assert read(done.folder, "reflection.md").count("Not answered yet.") == len(QUESTIONS)
    assert json.loads(read(done.folder, "progress.json")) == {"version": 1, "steps": {}}
    exec(read(done.folder, "system.py"), {"__name__": "__main__"})


def test_a_text_that_does_not_run_is_named_and_the_others_are_handed_in(tmp_path: Path) -> None:
    progress(tmp_path, "tree", team_topology="def team_topology(agents):\n    return missing\nmissing_too\n")
    done = hand_in(tmp_path / "out", progress=tmp_path)
    assert any("“team topology”" in remark and "missing_too" in remark for remark in done.remarks)
    assert "cannot be run by itself" in read(done.folder, "topology.md")
    assert "def tree" in read(done.folder, "system.py")


def test_a_reflection_that_was_written_stays_and_a_new_one_replaces_it(tmp_path: Path) -> None:
    for answers, expected in (({"challenges": "Time."}, "Time."), (None, "Time."), ({"topology": "Ring."}, "Ring.")):
        done = hand_in(tmp_path / "out", answers=answers, progress=tmp_path)
        assert expected in read(done.folder, "reflection.md")


def test_blank_answers_are_none(tmp_path: Path) -> None:
    hand_in(tmp_path / "out", answers=dict.fromkeys(QUESTIONS, "Mine."), progress=tmp_path)
    done = hand_in(tmp_path / "out", answers=dict.fromkeys(QUESTIONS, "\n\n"), progress=tmp_path)
    assert read(done.folder, "reflection.md").count("Mine.") == len(QUESTIONS) and not done.remarks
    partly = hand_in(tmp_path / "out", answers={"topology": "Ring."}, progress=tmp_path)
    assert 'The reflection waits for answers: hand_in(answers={"consensus": "…", "challenges": "…"}).' in str(partly)


@pytest.mark.parametrize("answers", [{"challenges": 7}, {"topology": None}, ["a", "b"], {"challange": "x"}, "text"])
def test_odd_answers_are_refused_in_a_sentence_and_nothing_is_written(tmp_path: Path, answers: Any) -> None:
    assert re.search("nswer|no question", repr(shown(tmp_path / "out", answers=answers, progress=tmp_path)))
    with pytest.raises(ValueError, match=r"answer|no question"):
        hand_in(tmp_path / "out", answers=answers, progress=tmp_path)
    assert not (tmp_path / "out").exists()


def test_words_that_a_learner_adds_to_a_document_stay(tmp_path: Path) -> None:
    for _ in range(3):
        done = hand_in(tmp_path / "out", progress=tmp_path)
        text = read(done.folder, "topology.md")
        (done.folder / "topology.md").write_text(f"{text}We tried a tree first.\n", encoding="utf-8")
    hand_in(tmp_path / "out", progress=progress(tmp_path, "team topology"))
    text = read(done.folder, "topology.md")
    assert text.count("We tried a tree first.") == 3 and "8 agents, 16 links" in text


def test_answers_to_other_questions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no question 'why'"):
        hand_in(tmp_path, answers={"why": "because"}, progress=tmp_path)
    assert "There is no question" in repr(shown(tmp_path, answers={"why": "…"}))


def test_the_git_commands_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = repr(shown(answers=dict.fromkeys(QUESTIONS, "Yes.")))
    assert "git add --force day13/hand-in" in said and "git commit -m" in said and "topology.md" in said
    assert (tmp_path / "day13" / "hand-in" / "system.py").exists()


def test_in_a_browser_without_a_server_the_folder_is_downloaded_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = hand_in(tmp_path / "out", progress=tmp_path)
    assert "commit them" in done.then
    monkeypatch.setattr("sys.platform", "emscripten")
    assert "Download my work" in done.then and "folder" in done.then


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = hand_in(tmp_path / "file" / "out", progress=tmp_path)
    assert "cannot be written" in str(done) and 'hand_in("…")' in str(done)
    assert "cannot be written" in repr(shown(tmp_path / "file" / "out", progress=tmp_path))


def test_what_is_handed_in_is_the_same_each_time(tmp_path: Path) -> None:
    progress(tmp_path, *(name for name in STEPS if STEPS[name].exercise == 1))
    first, second = (hand_in(tmp_path / name, progress=tmp_path) for name in ("one", "two"))
    assert all(read(first.folder, name) == read(second.folder, name) for name in first.files)


def test_a_short_run_without_a_learners_topology_says_so() -> None:
    assert "(a mesh of the lab, because the step “team topology” is missing); longest way: 1 hop;" in short_run()


ENDLESS = """
    def receive(self, sender, value):
        return [*(Send(peer, value) for peer in self.peers), *super().receive(sender, value)]
"""


@pytest.mark.long
def test_agents_that_never_stop_sending_are_cut_short_and_that_is_said() -> None:
    text = f"from labkit.agents import Send\n{solved('a vote by messages')}{ENDLESS}"
    work = correct(a_vote_by_messages=text)
    said, _ = consensus_document(work)
    assert "cut short after 2,000 events: it does not stop sending" in said
    assert "Cut short after 2,001 events" in short_run(voter=work.answer("a vote by messages"))


def test_a_search_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labkit.worksheet.documents.consensus, "LIMIT", 50)
    said, _ = consensus_document(correct(a_vote_by_messages=solved("a vote by messages")))
    assert "the search was cut short (the limit of 50 states was reached)" in said


def test_each_council_is_built_on_the_learners_own_of_the_step_before(system: str) -> None:
    councils = re.findall(r"^class (Council\w*)\((\w+)\)", system, re.MULTILINE)
    assert councils[0][1] == "BallotBox" and f"council={councils[-1][0]}" in system
    assert [base for _, base in councils[1:]] == [name for name, _ in councils[:-1]]


@pytest.mark.long
def test_what_survives_a_crash_is_part_of_the_system_and_is_searched_with_a_crash() -> None:
    work = correct(a_vote_by_messages=solved("a vote by messages"), what_survives_a_crash='durable = ("yes_to",)\n')
    assert "class LastingVoter(Voter):\n    durable = ('yes_to',)" in system_text(work)
    assert "\n\n\nif __name__" in system_text(work) and "voter=LastingVoter" in system_text(work)
    said, _ = consensus_document(work)
    assert "✔ 3 agents, 2 requests, no time-out, 1 crash" in said
    assert "LastingVoter" not in system_text(correct(a_vote_by_messages=solved("a vote by messages")))


def test_an_interrupt_ends_it_with_a_sentence_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Work, "undone", interrupted)
    done = hand_in(tmp_path / "out", progress=progress(tmp_path, "tree"))
    assert str(done).startswith("Interrupted: nothing was written, and your progress is kept.")
    assert not (tmp_path / "out").exists() and Progress(tmp_path).of("tree").state == CORRECT


def test_an_interrupt_in_an_answer_ends_all_of_it(tmp_path: Path) -> None:
    stops = solved("a vote by messages").replace("return self.yes_to is None", "raise KeyboardInterrupt", 1)
    done = hand_in(tmp_path / "out", progress=progress(tmp_path, **{"a vote by messages": stops}))
    assert "Interrupted" in str(done) and not (tmp_path / "out").exists()


def interrupted(*_given: object) -> str:
    raise KeyboardInterrupt


def test_what_is_missing_is_named_for_each_exercise_and_where_the_folder_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = repr(shown(progress=progress(tmp_path / "day13", "team topology")))
    assert "Exercise 1. Not done yet: “count the links”" in said and "Exercise 4. Not done yet:" in said
    assert f"Written to {tmp_path.as_posix()}/day13/hand-in." in said
    assert f"Run the commands in the folder {tmp_path.name}, where this notebook is." in said


@pytest.mark.parametrize(("answer", "case"), [
    ("survived = {3: 1, 4: 2, 5: 2, 6: 3, 7: 3}", True), ("survived = 5", False),
    (solved("a vote by messages").replace("2 * len(voters) >", "2 * len(voters) >="), True),
    (solved("a vote by messages").replace("self.yes_to", "self.yes"), False),
    ("def may_write(token, highest_seen):\n    return token > highest_seen", True),
    ("def may_write(token, highest_seen):\n    return seen", False),
    ("def may_write(token, highest_seen):\n    return 'yes'", False),
    (solved("three answers").replace('"won"', '"Won"'), False),
    (solved("three answers").replace(">= self.quorum()", "> self.quorum()"), True),
])
def test_typing_errors_and_wrong_forms_are_no_counterexamples(answer: str, case: bool) -> None:
    names: dict[str, object] = {"__name__": "answer"}
    exec(answer, names)
    tried_here = ("one member more", "a vote by messages", "may write", "three answers")
    (step,) = [STEPS[name] for name in tried_here if STEPS[name].answer in names]
    verdict = tried(step, names[step.answer])
    assert (verdict.state, verdict.case) == ("not yet", case), verdict.because


def test_the_counterexamples_are_those_of_programs_and_no_figure_prediction_or_choice_is_among_them() -> None:
    told = {"team topology": "a is alone", "count the links": "a star has others", "choose and say why": "a star fails",
            "three answers": "a votes yes on p", "what survives a crash": "a forgets its yes",
            "one member more": "2 of 4 are left", "team": "b took it, too", "time to recover": "it can take longer"}
    work = Work({name: Record("not yet", 1, cases=(case,)) for name, case in told.items()})
    for document, case in (
        (topology_document, "- **team topology**: a is alone."), (recovery_document, "- **team**: b took it, too."),
        (consensus_document, "- **three answers**: a votes yes on p."),
    ):
        met = document(work)[0].partition("## Counterexamples met on the way")[2].partition("Not done yet")[0]
        assert case in met and met.count("- **") == 1


def test_where_no_program_was_broken_that_is_said() -> None:
    for document in (topology_document, consensus_document, recovery_document):
        assert "## Counterexamples met on the way\n\nNo program was broken by a case." in document(Work({}))[0]
