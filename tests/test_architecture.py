"""The house rules: who may import whom, what is heavy, how long a module may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "bp_tutor"
MODULES = sorted(PACKAGE.rglob("*.py"))

ROOMS: dict[str, set[str]] = {
    "formula": set(),
    "reader": set(),
    "notations": {"formula", "reader"},
    "words": {"reader"},
    "problem": {"formula", "reader", "notations"},
    "catalogue": {"formula", "problem"},
    "solve": {"formula", "catalogue", "problem"},
    "explain": {"formula", "problem", "solve", "notations", "words"},
    "render": {"formula", "notations", "solve", "explain", "words"},
    "quiz": {"formula", "problem", "solve", "explain", "notations", "words"},
    "authoring": {
        "formula", "reader", "notations", "words", "problem", "catalogue", "solve", "explain",
        "quiz",
    },
}  # fmt: skip
"""Each room and the rooms that it may know of; `cli` knows them all."""
ROOMS["cli"] = set(ROOMS)

OUTSIDE: dict[str, set[str]] = {
    "formula": {"mpmath", "numpy", "sympy"},
    "reader": {"yaml"},
    "catalogue": {"numpy"},
    "solve": {"numpy", "sympy"},
    "render": {"nbformat", "rich", "plotext", "typst", "matplotlib", "numpy"},
    "quiz": {"platformdirs", "fsrs"},
    "cli": {"typer", "rich"},
}
"""Each room and the libraries that it may use at all."""

HEAVY_AT_THE_TOP: dict[str, set[str]] = {
    "render": {"rich"},
    "formula/arrays.py": {"numpy"},
}
"""Rooms and modules that may import a heavy library when they are imported themselves."""

HEAVY = {
    "mpmath", "numpy", "sympy", "rich", "plotext", "fsrs", "platformdirs", "typst", "nbformat",
    "matplotlib",
}  # fmt: skip
NEVER_AT_THE_TOP = {"bp_tutor.formula.arrays"}
"""Modules that bring a heavy library: others import them inside functions."""

MAY_EXECUTE = {"formula/compiling.py"}
"""The modules that turn formulas into code; nothing else runs code that was made."""
EXECUTING = {"exec", "eval", "compile", "__import__"}

LONGEST = 500


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


def imports_of(path: Path) -> Iterator[Import]:
    """Every import; those in functions and under TYPE_CHECKING are not at the top."""

    def visit(node: ast.AST, at_the_top: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, at_the_top, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            package = ("bp_tutor", *path.relative_to(PACKAGE).parts[:-1])
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield Import(module, at_the_top, node.lineno)
            for alias in node.names:
                yield Import(f"{module}.{alias.name}", at_the_top, node.lineno)
        lazy = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.body:
                yield from visit(child, False)
            for child in node.orelse:
                yield from visit(child, at_the_top)
            return
        for inner in ast.iter_child_nodes(node):
            yield from visit(inner, at_the_top and not lazy)

    return visit(ast.parse(path.read_text(encoding="utf-8")), True)


every_module = pytest.mark.parametrize("path", MODULES, ids=name_of)


@every_module
def test_a_room_knows_only_the_rooms_below(path: Path) -> None:
    room = room_of(path)
    allowed = ROOMS[room] | {room} if room else {"cli"}
    for imported in imports_of(path):
        parts = imported.module.split(".")
        if parts[0] == "bp_tutor" and len(parts) > 1 and parts[1] in ROOMS:
            assert parts[1] in allowed, f"{name_of(path)}:{imported.line} imports {imported.module}"


@every_module
def test_a_room_uses_only_its_libraries(path: Path) -> None:
    allowed = OUTSIDE.get(room_of(path), set()) | {"bp_tutor"} | sys.stdlib_module_names
    for imported in imports_of(path):
        library = imported.module.split(".")[0]
        assert library in allowed, f"{name_of(path)}:{imported.line} uses {library}"


@every_module
def test_heavy_libraries_wait_until_they_are_needed(path: Path) -> None:
    name = name_of(path)
    allowed = HEAVY_AT_THE_TOP.get(name, set()) | HEAVY_AT_THE_TOP.get(room_of(path), set())
    for imported in imports_of(path):
        if imported.at_the_top:
            library = imported.module.split(".")[0]
            assert library not in HEAVY - allowed, f"{name}:{imported.line} imports {library}"
            assert imported.module not in NEVER_AT_THE_TOP, f"{name}:{imported.line}"


@every_module
def test_modules_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@every_module
def test_only_the_compiler_runs_made_code(path: Path) -> None:
    if name_of(path) in MAY_EXECUTE:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in EXECUTING, f"{name_of(path)}:{node.lineno}"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("__init__.py")), ids=name_of)
def test_a_package_only_hands_on_names(path: Path) -> None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        names = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("__")
        imports = isinstance(node, ast.Import | ast.ImportFrom)
        assert docstring or names or imports, f"{name_of(path)}:{node.lineno} holds logic"


def test_every_room_is_in_the_table() -> None:
    rooms = {room_of(path) for path in MODULES} - {""}
    assert rooms <= set(ROOMS)


def test_every_package_says_what_it_is() -> None:
    for room in {path.parent for path in MODULES}:
        assert (room / "__init__.py").exists(), f"{room.name} lacks its __init__.py"


@pytest.mark.skipif(not (PACKAGE / "cli/app.py").exists(), reason="there is no command yet")
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
