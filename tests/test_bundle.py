"""What travels to a page: the drawing once, a loader with each widget; Python and JavaScript name the same things."""

import re
from pathlib import Path
from typing import get_args

import pytest
from labkit.views.stage import bundle, panels
from labkit.views.stage.stage import Stage

SCRIPTS = sorted((Path(bundle.__file__).parent / "js").glob("*.js"))
TYPEDEF = re.compile(r"@typedef \{\{([^@]*?)\}\} (\w+)", re.DOTALL)


def fields(typedef: str) -> dict[str, bool]:
    """Names of the fields of a JSDoc type, and whether each must be there."""
    flat = re.sub(r"\n \*", " ", typedef)
    while (inner := re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]|\([^()]*\)", "", flat)) != flat:
        flat = inner
    return {name: not may for name, may in re.findall(r"(\w+)(\??): ", flat)}


def test_a_widget_carries_only_the_loader() -> None:
    assert len(bundle.loader()) < 1_850
    assert not hasattr(Stage, "_css")


def test_the_drawing_is_all_scripts_but_the_loader_and_the_types() -> None:
    assert {name for name, _ in bundle.modules()} == {script.name for script in SCRIPTS} - {"loader.js", "types.js"}


def test_each_module_comes_after_those_that_it_imports() -> None:
    seen: set[str] = set()
    for name, source in bundle.modules():
        assert set(re.findall(r'^[ei].* from "\./(.+?)"', source, re.MULTILINE)) <= seen, name
        seen.add(name)


def test_modules_that_import_each_other_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = {"a.js": 'import { b } from "./b.js";', "b.js": 'import { a } from "./a.js";'}
    monkeypatch.setattr(bundle, "source", circle.__getitem__)
    with pytest.raises(ValueError, match=r"a\.js → b\.js → a\.js"):
        bundle.modules("a.js")


def test_other_drawing_code_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before, text = bundle.loader(), bundle.source
    monkeypatch.setattr(bundle, "source", lambda name: text(name) + ("// new\n" if name == "panels.js" else ""))
    bundle.drawing.cache_clear()
    bundle.loader.cache_clear()
    try:
        assert re.sub(r"day13_\w+", "", bundle.loader()) == re.sub(r"day13_\w+", "", before)
        assert bundle.loader() != before
    finally:
        bundle.drawing.cache_clear()
        bundle.loader.cache_clear()


@pytest.mark.parametrize("kind", get_args(panels.Panel), ids=lambda kind: kind.__name__)
def test_a_panel_has_the_same_fields_in_python_and_in_javascript(kind: type) -> None:
    types = {name: body for body, name in TYPEDEF.findall((SCRIPTS[0].parent / "types.js").read_text("utf-8"))}
    assert fields(types[kind.__name__]) == {name: name in kind.__required_keys__ for name in kind.__annotations__}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_is_typed_says_what_it_is_for_and_is_short(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "// @ts-check"
    assert re.fullmatch(r"// .{20,}", lines[1])
    assert len(lines) <= 200
    assert max(map(len, lines)) <= 120
