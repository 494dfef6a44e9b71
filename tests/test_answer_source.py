"""The text of an answer with all that it needs: it runs again in an empty module, and does the same."""

import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run
from types import ModuleType
from typing import Any

import pytest
from cell_by_cell import Notebook, notebook
from labkit.notebook import Source, names_in, source_of


@pytest.fixture
def cells() -> Iterator[Notebook]:
    with notebook() as made:
        yield made


def again(source: Source, name: str) -> Any:
    """What the text gives that name, run by itself."""
    assert not source.missing, source.missing
    module = ModuleType("elsewhere")
    sys.modules["elsewhere"] = module
    try:
        exec(source.text, vars(module))
        return vars(module)[name]
    finally:
        del sys.modules["elsewhere"]


def test_a_function_brings_the_functions_and_constants_that_it_names(cells: Notebook) -> None:
    cells.run("TEAM = ('planner', 'coder')\nUNUSED = [1, 2]")
    cells.run("def pairs(agents):\n    return list(zip(agents, agents[1:]))")
    cells.run("def links(agents=TEAM):\n    return pairs(agents)")
    source = source_of(cells["links"], "links")
    assert again(source, "links")() == [("planner", "coder")]
    assert "UNUSED" not in source.text and source.imports == ()


def test_imports_come_from_the_face_of_a_folder_whatever_the_cell_has_written(cells: Notebook) -> None:
    cells.run("from dataclasses import dataclass\nfrom itertools import combinations as pairs\nimport networkx as nx\n"
              "from labkit.agents.agent import Agent\nfrom labkit.agents.effects import Send\n"
              "from labkit.values import frozendict\nfrom labkit.agents import AGREEMENT\nfrom math import pi, sqrt")
    cells.run("@dataclass\nclass Mine(Agent):\n    seen: frozendict = frozendict()\n"
              "    def request(self, value):\n        return [Send(peer, value) for peer, _ in pairs(self.peers, 2)]\n"
              "    def other(self):\n        return nx.Graph, AGREEMENT, pi, sqrt(2)")
    source = source_of(cells["Mine"], "Mine")
    assert source.imports == (
        "from dataclasses import dataclass", "from itertools import combinations as pairs",
        "from labkit.agents import AGREEMENT", "from labkit.agents import Agent", "from labkit.agents import Send",
        "from labkit.values import frozendict", "from math import pi", "from math import sqrt", "import networkx as nx")
    made = again(source, "Mine")("a", ("b", "c"))
    assert [effect.to for effect in made.request(1)] == ["b"] and made.other()[2:] == cells["Mine"]("a", ()).other()[2:]


def test_a_class_of_a_notebook_is_found_by_its_methods_in_the_newest_version(cells: Notebook) -> None:
    cells.run("class Vote:\n    def cast(self):\n        return 'old'")
    cells.run("other = 1\nclass Vote:\n    @property\n    def cast(self):\n        return 'new'")
    assert again(source_of(cells["Vote"], "Vote"), "Vote")().cast == "new"
    old = cells["Vote"]
    cells.run("class Vote:\n    @staticmethod\n    def cast():\n        return 'newest'")
    assert again(source_of(cells["Vote"], "Vote"), "Vote").cast() == "newest"
    assert "'new'" in source_of(old, "Vote").text


def test_a_dataclass_without_methods_is_found_by_its_fields(cells: Notebook) -> None:
    cells.run("from dataclasses import dataclass\n@dataclass(frozen=True)\n"
              "class Ballot:\n    voter: str\n    yes: bool = True")
    cells.run("class Count:\n    def add(self, voter):\n        return Ballot(voter)")
    cells.run("from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Ballot2:\n    voter: str")
    source = source_of(cells["Count"], "Count")
    assert repr(again(source, "Count")().add("a")) == "Ballot(voter='a', yes=True)"
    assert source.text.index("class Ballot") < source.text.index("class Count")


def test_a_base_class_and_a_decorator_of_ones_own_come_first(cells: Notebook) -> None:
    cells.run("from functools import wraps\ndef loud(f):\n    @wraps(f)\n    def louder(*given):\n"
              "        return f(*given).upper()\n    return louder")
    cells.run("class Base:\n    word = 'yes'\nclass Agent2(Base):\n    @loud\n"
              "    def say(self):\n        return self.word")
    assert again(source_of(cells["Agent2"], "Agent2"), "Agent2")().say() == "YES"
    cells.run("@loud\ndef answer():\n    return 'no'")
    assert again(source_of(cells["answer"], "answer"), "answer")() == "NO"


def test_a_lambda_a_partial_a_closure_and_another_name_for_a_function(cells: Notebook) -> None:
    cells.run("from functools import partial\ndouble = lambda n: 2 * n\nshort = len")
    cells.run("def times(k):\n    def inner(n):\n        return k * n\n    return inner\ntriple = times(3)")
    cells.run("def power(n, k):\n    return n ** k\nsquare = partial(power, k=2)\nalias = power")
    cells.run("def all_of(n):\n    return double(n), triple(n), square(n), alias(n, 1), short('ab')")
    assert again(source_of(cells["all_of"], "all_of", cells.names), "all_of")(4) == (8, 12, 16, 4, 2)
    for name, value in (("double", 8), ("triple", 12), ("square", 16)):
        assert again(source_of(cells[name], name, cells.names), name)(4) == value
    assert again(source_of(cells["power"], "alias"), "alias")(3, 2) == 9


def test_two_functions_that_call_each_other(cells: Notebook) -> None:
    cells.run("def even(n):\n    return n == 0 or odd(n - 1)")
    cells.run("def odd(n):\n    return n > 0 and even(n - 1)")
    assert again(source_of(cells["even"], "even"), "even")(6)


def test_a_plain_answer_is_its_value_and_a_set_is_in_one_order(cells: Notebook) -> None:
    value = {"a": [1, (2,), None, 1.5], "b": frozenset({"y", "x"}), "c": set()}
    source = source_of(value, "answer")
    assert again(source, "answer") == value and "frozenset({'x', 'y'})" in source.text


def test_a_number_of_thousands_of_digits_is_its_value(cells: Notebook) -> None:
    for value in (10**5000, -(10**5000), {"n": (10**5000, True, 10**20)}):
        assert again(source_of(value, "answer"), "answer") == value
    assert "100000000000000000000" in source_of(10**20, "answer").text


def test_a_value_of_the_lab_is_made_again_by_the_statement_that_made_it(cells: Notebook) -> None:
    cells.run("from labkit.topology import build\nteam = build('ring', 4)")
    cells.run("def degree(name):\n    return team.degree(name)")
    source = source_of(cells["degree"], "degree", cells.names)
    assert again(source, "degree")("a") == 2 and "from labkit.topology import build" in source.imports


def test_a_named_tuple_is_found_whichever_way_it_is_written(cells: Notebook) -> None:
    cells.run("from typing import NamedTuple\nfrom collections import namedtuple\n"
              "class Pt(NamedTuple):\n    x: int\n    y: int = 2\n"
              "class Move(NamedTuple):\n    way: str\n    def back(self):\n        return Pt(len(self.way))\n"
              "Old = namedtuple('Old', 'a b')\nTold = NamedTuple('Told', [('what', str)])")
    assert again(source_of(cells["Pt"], "Pt"), "Pt")(1) == (1, 2)
    assert again(source_of(cells["Move"], "Move"), "Move")("abc").back() == (3, 2)
    assert again(source_of(cells["Old"], "Old"), "Old")(a=1, b=2) == (1, 2)
    assert again(source_of(cells["Told"], "Told"), "Told")("yes").what == "yes"
    cells.run("class Pt(NamedTuple):\n    x: int\n    z: int")
    assert again(source_of(cells["Pt"], "Pt"), "Pt")(x=1, z=2) == (1, 2)


def test_a_class_made_by_a_call_brings_the_classes_that_the_call_names(cells: Notebook) -> None:
    cells.run("class Base:\n    word = 'yes'\n    def say(self):\n        return self.word")
    cells.run("def no(self):\n    return 'no'\nDyn = type('Dyn', (Base,), {'deny': no})")
    made = again(source_of(cells["Dyn"], "Dyn"), "Dyn")()
    assert (made.say(), made.deny()) == ("yes", "no")


def test_a_class_that_no_statement_of_its_own_has_made_is_refused_with_the_remedy(cells: Notebook) -> None:
    remedy = "write it as a class statement of its own in a cell of this notebook and run that cell"
    cells.run("class Base:\n    word = 'yes'\ndef made():\n    class Inner(Base):\n        def m(self):\n"
              "            return 1\n    return Inner\nInner = 1\nOther = made()\n"
              "for number in range(2):\n    Dyn = type('Dyn', (Base,), {})\n"
              "Gone = type('Gone', (Base,), {})\nkept, Gone = Gone, 'something else'")
    for value, name in ((cells["Other"], "Inner"), (cells["Dyn"], "Dyn"), (cells["kept"], "Gone")):
        assert source_of(value, name).missing == f"the text of {name} was not found: {remedy}"


def test_in_a_script_the_remedy_is_a_file_of_its_own(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("from dataclasses import dataclass\nfrom labkit.notebook import source_of\n"
                      "@dataclass(frozen=True)\nclass Ballot:\n    voter: str\n"
                      "print(source_of(Ballot, 'Ballot').missing)", encoding="utf-8")
    told = run([sys.executable, script], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "the text of Ballot was not found: put it into a file of its own and import it from there"


def test_where_there_is_no_text_a_sentence_says_so(cells: Notebook) -> None:
    cells.run("def links():\n    return []", remembered=False)
    assert source_of(cells["links"], "links").missing == (
        "the text of links was not found: write it in a cell of this notebook and run that cell")
    cells.run("class Odd:\n    pass", remembered=False)
    cells.run("odd = Odd()", remembered=False)
    cells.run("def uses_odd():\n    return odd")
    assert "odd" in source_of(cells["uses_odd"], "uses_odd").missing


def test_the_names_that_a_text_takes_from_outside(cells: Notebook) -> None:
    text = "def f(a, b=D):\n    c = a + G\n    def g():\n        return c + H\n    return [x for x in c if x in K]"
    assert names_in(text) == ["D", "G", "H", "K"]
    assert names_in("class A(B):\n    x: C = 1\n    def m(self):\n        return self.x + x") == ["B", "x", "C"]
