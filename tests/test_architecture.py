"""The house rules: who may import whom, what is heavy, and that no imports run in a circle."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "bp_tutor"
MODULES = sorted(PACKAGE.rglob("*.py"))

ROOMS: dict[str, set[str]] = {
    "formula": set(),
    "reader": set(),
    "tables": {"reader"},
    "notations": {"formula", "reader"},
    "words": {"reader"},
    "fields": {"reader"},
    "catalogue": {"formula", "reader", "fields"},
    "problem": {"formula", "reader", "notations", "fields", "catalogue"},
    "solve": {"formula", "fields", "catalogue", "problem"},
    "explain": {"formula", "fields", "catalogue", "problem", "solve", "notations", "words"},
    "pictures": {"formula", "catalogue", "problem", "solve", "explain", "words"},
    "output": {
        "formula", "reader", "catalogue", "notations", "problem", "solve", "explain", "pictures",
        "words",
    },
    "quiz": {"formula", "problem", "solve", "explain", "notations", "words"},
    "exchange": {"formula", "problem", "solve", "explain", "words", "output", "quiz"},
    "authoring": {
        "formula", "reader", "notations", "words", "fields", "catalogue", "problem", "solve",
        "explain", "quiz", "tables",
    },
    "marking": {"reader", "words", "tables", "problem", "solve", "explain", "quiz"},
    "results": {"reader", "words", "tables", "explain", "output", "quiz", "marking"},
    "debugging": {"formula", "catalogue", "problem", "solve"},
}  # fmt: skip
"""Each room and the rooms that it may know of.

`api` knows all these, `engine` that as well, then `site`, and `cli` all of them.
"""
ROOMS["api"] = set(ROOMS)
ROOMS["engine"] = set(ROOMS)
ROOMS["site"] = set(ROOMS)
ROOMS["cli"] = set(ROOMS)

OUTSIDE: dict[str, set[str]] = {
    "formula": {"mpmath", "numpy", "sympy"},
    "reader": {"yaml"},
    "tables": {"python_calamine"},
    "catalogue": {"numpy"},
    "solve": {"numpy", "sympy"},
    "exchange": {"genanki"},
    "output": {"nbformat", "rich", "plotext", "typst", "matplotlib", "numpy"},
    "quiz": {"platformdirs", "fsrs"},
    "debugging": {"numpy"},
    "marking": {"distributed"},
    "results": {"xlsxwriter"},
    "api": {"numpy", "sympy"},
    "cli": {"typer", "rich"},
}
"""Each room and the libraries that it may use at all."""

HEAVY_AT_THE_TOP: dict[str, set[str]] = {
    "output": {"rich"},
    "formula/arrays.py": {"numpy"},
}
"""Rooms and modules that may import a heavy library when they are imported themselves."""

HEAVY = {
    "mpmath", "numpy", "sympy", "rich", "plotext", "fsrs", "platformdirs", "typst", "nbformat",
    "matplotlib", "python_calamine", "xlsxwriter", "distributed",
}  # fmt: skip
NEVER_AT_THE_TOP = {"bp_tutor.formula.arrays"}
"""Modules that bring a heavy library: others import them inside functions."""

MAY_EXECUTE = {"formula/compiling.py"}
"""The modules that turn formulas into code; nothing else runs code that was made."""
EXECUTING = {"exec", "eval", "compile", "__import__"}

STYLELESS = set(ROOMS) - {
    "formula", "notations", "pictures", "output", "exchange", "results", "api", "cli", "reader",
}  # fmt: skip
"""Rooms that make what outputs spell, in whichever style."""
ASKED_OF_A_STYLE = {"typeset", "keyed_names", "stacked", "tells_all"}


class Import(NamedTuple):
    """One imported module, and whether importing the importer already imports it."""

    module: str
    at_the_top: bool
    line: int


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = {module_of(path): path for path in MODULES}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    """Every import; those in functions and under TYPE_CHECKING are not at the top."""

    def visit(node: ast.AST, at_the_top: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, at_the_top, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            package = ("bp_tutor", *path.relative_to(PACKAGE).parts[:-1])
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            for alias in node.names:
                named = f"{module}.{alias.name}"
                yield Import(named if named in PATHS else module, at_the_top, node.lineno)
        lazy = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.body:
                yield from visit(child, False)
            for child in node.orelse:
                yield from visit(child, at_the_top)
            return
        for inner in ast.iter_child_nodes(node):
            yield from visit(inner, at_the_top and not lazy)

    return tuple(visit(tree_of(path), True))


def circles() -> list[set[str]]:
    """Modules each of which leads back to itself over imports, wherever these stand."""
    known = {
        name: {each.module for each in imports_of(path) if each.module in PATHS} - {name}
        for name, path in PATHS.items()
    }

    def reached(start: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            for name in known[waiting.pop()] - found:
                found.add(name)
                waiting.append(name)
        return frozenset(found)

    led_to = {name: reached(name) for name in known}
    groups = {
        frozenset(other for other in led_to[name] if name in led_to[other])
        for name in known
        if name in led_to[name]
    }
    return [{name.removeprefix("bp_tutor.") for name in group} for group in groups]


def test_a_room_knows_only_the_rooms_below() -> None:
    found = []
    for path in MODULES:
        room = room_of(path)
        allowed = ROOMS.get(room, set()) | {room} if room else {"api", "cli"}
        for imported in imports_of(path):
            parts = imported.module.split(".")
            if parts[0] == "bp_tutor" and len(parts) > 1 and parts[1] in ROOMS.keys() - allowed:
                found.append(f"{name_of(path)}:{imported.line} imports {imported.module}")
    assert found == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    found = [sorted(circle) for circle in circles()]
    assert found == [], "let what both sides need be a module below them"


def test_a_room_uses_only_its_libraries() -> None:
    found = []
    for path in MODULES:
        allowed = OUTSIDE.get(room_of(path), set()) | {"bp_tutor"} | sys.stdlib_module_names
        found += [
            f"{name_of(path)}:{imported.line} uses {imported.module}"
            for imported in imports_of(path)
            if imported.module.split(".")[0] not in allowed
        ]
    assert found == []


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    found = []
    for path in MODULES:
        name = name_of(path)
        allowed = HEAVY_AT_THE_TOP.get(name, set()) | HEAVY_AT_THE_TOP.get(room_of(path), set())
        refused = HEAVY - allowed
        for imported in imports_of(path):
            library = imported.module.split(".")[0]
            if imported.at_the_top and (library in refused or imported.module in NEVER_AT_THE_TOP):
                found.append(f"{name}:{imported.line} imports {imported.module}")
    assert found == []


def test_only_the_compiler_runs_made_code() -> None:
    found = [
        f"{name_of(path)}:{node.lineno} calls {node.func.id}"
        for path in MODULES
        if name_of(path) not in MAY_EXECUTE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in EXECUTING
    ]
    assert found == []


def test_only_outputs_ask_which_style_it_is() -> None:
    found = []
    for path in (each for each in MODULES if room_of(each) in STYLELESS):
        for node in ast.walk(tree_of(path)):
            asked = isinstance(node, ast.Attribute) and node.attr in ASKED_OF_A_STYLE
            if isinstance(node, ast.Compare):
                asked = "style" in ast.unparse(node)
            if asked:
                found.append(f"{name_of(path)}: {ast.unparse(node)}")
    assert found == [], "a document is a tree that each output spells in its own style"


def test_a_package_only_hands_on_names() -> None:
    found = []
    for path in PACKAGE.rglob("__init__.py"):
        for node in tree_of(path).body:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            names = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("__")
            imports = isinstance(node, ast.Import | ast.ImportFrom)
            typed = "TYPE_CHECKING" in ast.unparse(node).partition("\n")[0]
            if not (docstring or names or imports or typed):
                found.append(f"{name_of(path)}:{node.lineno} holds logic")
    assert found == []


def test_every_room_is_in_the_table() -> None:
    rooms = {room_of(path) for path in MODULES} - {""}
    assert rooms == set(ROOMS)


def test_every_package_says_what_it_is() -> None:
    fronts = {path.parent / "__init__.py" for path in MODULES}
    assert sorted(name_of(front) for front in fronts if not front.exists()) == []
    said = {front: (ast.get_docstring(tree_of(front)) or "").splitlines() for front in fronts}
    assert sorted(name_of(front) for front, lines in said.items() if not lines) == []
    rooms = [front for front in fronts if front.parent.parent == PACKAGE]
    assert sorted(name_of(front) for front in rooms if not 4 <= len(said[front]) <= 9) == []


def test_a_small_exercise_is_solved_without_numpy_and_sympy() -> None:
    script = (
        "import sys; sys.argv = ['bp-tutor', 'solve', 'exercise']\n"
        "from bp_tutor.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    loaded = set(done.stderr.decode().split())
    assert loaded & {"numpy", "sympy", "mpmath", "pydantic", "plotext"} == set()
    assert loaded & {"sqlite3", "fsrs", "platformdirs"} == set()
    assert "bp_tutor" in loaded


LETTERS_MAY_BE_READ = {"formula", "notations"}
"""The rooms that spell quantities; elsewhere a quantity says its role."""


def looks_at_letters(node: ast.AST) -> bool:
    """Whether something is told from the letter of a quantity, or from the rule of a line."""

    def read(part: ast.AST, name: str) -> bool:
        inner = part.value if isinstance(part, ast.Subscript) else part
        return isinstance(inner, ast.Attribute) and inner.attr == name

    def stated(part: ast.AST) -> bool:
        items = part.elts if isinstance(part, ast.Tuple | ast.List | ast.Set) else [part]
        return all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in items)

    if isinstance(node, ast.Compare):
        parts = [node.left, *node.comparators]
        return any(read(part, name) for part in parts for name in ("symbol", "rule")) and any(
            stated(part) for part in parts
        )
    called = node.func if isinstance(node, ast.Call) else None
    starts = isinstance(called, ast.Attribute) and called.attr in ("startswith", "endswith")
    return starts and isinstance(called, ast.Attribute) and read(called.value, "symbol")


def test_only_notations_read_letters() -> None:
    """What a quantity is to its network stands in its role, `quantity.role is Role.WEIGHT`."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if room_of(path) not in LETTERS_MAY_BE_READ
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Compare | ast.Call) and looks_at_letters(node)
    ]
    assert not found
