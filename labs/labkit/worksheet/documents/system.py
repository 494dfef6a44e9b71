"""The learner's code of all steps as one program: imports on top, the steps in order, a short run at the end.

Where two steps give different things the same name, the later one gets a number. Where a later step of the same
exercise takes up a class and adds to it, the earlier state is left out.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from labkit.worksheet.documents.work import LASTING, SURVIVES, VOTE, Work
from labkit.worksheet.exercises import STEPS
from labkit.worksheet.step import Step

TITLE = '''"""A distributed system, built on Day 13: all answers that were correct, in the order of the worksheet.

It needs Python 3.11 or newer and labkit, the package of the course: in the folder of the course's repository, run
"python -m pip install ." once. Then run this program: python system.py
"""
'''
RUN = '''


if __name__ == "__main__":
    print(short_run({parts}))
'''
COUNCILS = ("a quorum of the members", "members only", "one vote each", "a decision stays", "three answers")
BEFORE = "TheCouncilOfTheStepBefore"  # a name for it until all have names
RUNS = {  # what a short run is made of
    "team topology": "topology", **dict.fromkeys(COUNCILS, "council"), "a vote by messages": "voter",
    "a vote in rounds": "rounds", "team": "team", "mailer": "mailer", "board": "board", "lasting board": "board",
}
LASTING_VOTER = f"""class {LASTING}({{voter}}):
    durable = {{durable}}
"""
NOTHING = "# No step with a program is done yet."


@dataclass
class _Section:
    """The code of one step, without its imports. names: what it defines, with the text of each."""

    step: Step
    imports: list[str]
    names: dict[str, str]

    def build_on_the_step_before(self) -> None:
        """Derive this council from the learner's own of the step before, and not from the lab's."""
        text = self.names[self.step.answer]
        self.names[self.step.answer] = re.sub(r"^(class \w+)\(.*", rf"\1({BEFORE}):", text, count=1)


def system_text(work: Work) -> str:
    """The program; it needs labkit and nothing else."""
    sections = [_section(step, work.of(step.name).source) for step in STEPS.values()
                if step.kind == "code" and work.answer(step.name) is not None]
    sections = [one for i, one in enumerate(sections) if not any(_goes_on(one, other) for other in sections[i + 1:])]
    imports = [line for one in sections for line in one.imports]
    told = dict.fromkeys(_imported(imports), "imported")
    bodies: list[str] = []
    parts: dict[str, str] = {}
    councils: dict[str, str] = {}  # step → what the learner's class is called
    for one in sections:
        name = one.step.name
        before = councils.get(COUNCILS[COUNCILS.index(name) - 1]) if name in COUNCILS[1:] else None
        if before:
            one.build_on_the_step_before()
        body, called = _told(one, told)
        body = body.replace(BEFORE, before or BEFORE)
        councils[name] = called
        if body:
            bodies.append(_headed(one.step, body))
        if name == VOTE and work.lasting_voter is not None:
            durable = tuple(work.answer(SURVIVES))
            bodies.append(_headed(STEPS[SURVIVES], LASTING_VOTER.format(voter=called, durable=durable).strip()))
            called = LASTING
        if name in RUNS:
            parts[RUNS[name]] = called
    if parts:
        imports.append("from labkit.worksheet import short_run")
    text = "\n".join([TITLE, *_merged(imports, "\n".join(bodies)), "", "", "\n\n\n".join(bodies) or NOTHING])
    return text + (RUN.format(parts=", ".join(f"{part}={called}" for part, called in parts.items())) if parts else "\n")


def _headed(step: Step, body: str) -> str:
    return f"# ---- Exercise {step.exercise}: {step.name} ".ljust(119, "-") + f"\n\n{body}"


def _section(step: Step, text: str) -> _Section:
    lines = text.splitlines()
    imports, names = [], {}
    for node in ast.parse(text).body:
        first = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", ()))])
        piece = "\n".join(lines[first - 1 : node.end_lineno])
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.append(piece)
        else:
            names[_name_of(node) or f"line {first}"] = piece
    return _Section(step, imports, names)


def _imported(imports: Iterable[str]) -> set[str]:
    """The names that these lines bring in."""
    nodes = [node for line in imports for node in ast.parse(line).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return {alias.asname or alias.name.split(".")[0] for node in nodes for alias in node.names}


def _merged(imports: Iterable[str], program: str) -> list[str]:
    """The imports of what the program names, with one line per module, in order."""
    named = {*re.findall(r"\w+", program), "short_run"}
    modules: dict[str, set[str]] = {}
    plain: set[str] = set()
    for line in imports:
        match ast.parse(line).body[0]:
            case ast.ImportFrom(module=str(module), names=names):
                used = {ast.unparse(alias) for alias in names if (alias.asname or alias.name) in named}
                modules.setdefault(module, set()).update(used)
            case _:
                plain.add(line)
    lines = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(modules.items()) if names]
    return [*sorted(plain), *lines]


def _name_of(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def _goes_on(earlier: _Section, later: _Section) -> bool:
    """Whether the later step takes up the earlier one's class and adds to it: same exercise, name and base."""
    one, other = (section.names.get(section.step.answer, "") for section in (earlier, later))
    same = (earlier.step.exercise, earlier.step.answer) == (later.step.exercise, later.step.answer)
    return same and one.startswith("class ") and one.splitlines()[0] == other.splitlines()[0]


def _told(section: _Section, told: dict[str, str]) -> tuple[str, str]:
    """The definitions that are not there yet, and what the answer is called now; `told` takes them up."""
    called = {}
    for name, text in section.names.items():
        if told.get(name, text) != text:
            called[name] = next(free for number in range(2, 99) if (free := f"{name}_{number}") not in told)
    new = []
    for name, text in section.names.items():
        text, name = _renamed(text, called), called.get(name, name)
        if name not in told:
            told[name] = text
            new.append(text)
    return "\n\n\n".join(new), called.get(section.step.answer, section.step.answer)


def _renamed(text: str, called: dict[str, str]) -> str:
    """The same text with other names; attributes of that name and names of arguments in calls stay."""
    if not called:
        return text
    lines = text.splitlines(keepends=True)
    for token in reversed([*_names(text)]):
        if token.string in called:
            (row, start), (_, end) = token.start, token.end
            lines[row - 1] = lines[row - 1][:start] + called[token.string] + lines[row - 1][end:]
    return "".join(lines)


def _names(text: str) -> Iterator[tokenize.TokenInfo]:
    before, depth = "", 0
    tokens = [*tokenize.generate_tokens(io.StringIO(text).readline)]
    for token, after in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        if token.type == tokenize.NAME and before != "." and not (depth and after.string == "="):
            yield token
        before = token.string
