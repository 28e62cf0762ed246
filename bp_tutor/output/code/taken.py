"""Functions of the tutor's own, taken into a program: without types, and with clear arguments."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from bp_tutor import formula, solve

ARRAYS = Path(formula.__file__).with_name("arrays.py")
ROUNDING = Path(solve.__file__).with_name("rounding.py")
PAIRS = {
    ("rows", "columns"): "window",
    ("down", "across"): "stride",
    ("height", "width"): "size",
}
"""Numbers that belong together, and what they are called together."""


def taken(path: Path, name: str, said: str) -> str:
    """The source of one function with the constants that it uses; `said` tells what it gives."""
    tree = _tree(path)
    function = _bare(path, name)
    uses = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    constants = [
        ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.Assign) and {ast.unparse(each) for each in node.targets} & uses
    ]
    if not name.startswith("_"):
        _with_pairs(function)
    if said:
        function.body.insert(0, ast.Expr(ast.Constant(said)))
    return "\n".join((*constants, *(["", ""] if constants else []), ast.unparse(function)))


def options_of(name: str, options: tuple[int, ...]) -> list[str]:
    """The options of an array primitive as its function in a program takes them."""
    function = _bare(ARRAYS, name)
    vararg = function.args.vararg
    pairs = _with_pairs(function)
    words = [f"{word}={options[2 * place : 2 * place + 2]}" for place, word in enumerate(pairs)]
    rest = options[2 * len(pairs) :]
    if vararg is None:
        return [*words, *map(str, rest)]
    return [*words, f"{vararg.arg}={rest}"] if rest else words


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _bare(path: Path, name: str) -> ast.FunctionDef:
    """A copy of a function without types and without its own sentence."""
    found = next(
        node for node in _tree(path).body if isinstance(node, ast.FunctionDef) and node.name == name
    )
    (copy,) = ast.parse(ast.unparse(found)).body
    plain = _Plain().visit(copy)
    assert isinstance(plain, ast.FunctionDef)
    if ast.get_docstring(plain) is not None:
        plain.body = plain.body[1:]
    return plain


def _with_pairs(function: ast.FunctionDef) -> list[str]:
    """Take numbers that belong together as one argument each; returns what these are called."""
    arguments = function.args
    names = [each.arg for each in arguments.args]
    words = []
    for pair, word in PAIRS.items():
        if pair[0] in names:
            place = names.index(pair[0])
            names[place : place + 2] = [word]
            words.append((place, word, pair))
    words.sort()
    function.body[:0] = [
        ast.parse(f"{', '.join(pair)} = {word}").body[0] for _, word, pair in words
    ]
    if words and arguments.vararg is not None:
        names.append(arguments.vararg.arg)
        arguments.vararg = None
    if words:
        arguments.args = [ast.arg(name) for name in names]
    return [word for _, word, _ in words]


class _Plain(ast.NodeTransformer):
    """Takes out what is there for type checkers only."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return node.args[0] if ast.unparse(node.func) == "np.asarray" else node
