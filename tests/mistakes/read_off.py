"""A sheet read off the lines that `solve --json` prints, for problems without a sheet of their own.

The lines are the program's here; what goes wrong in them is the bank's.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from tests.cli.running import ROOT, good
from tests.mistakes.sheet import Also, Exercise, Factor, Line, Term, names_in

NAME = re.compile(r"[A-Za-z]+(?:\d+)?'?\[[\d,]+\](?:@\d+)?|\b(?:eta|lambda|L)\b")
SIGNALS = ("A", "Z", "H", "V", "Q", "K", "P", "X", "N", "D", "C")


def read_off(name: str) -> Exercise:
    """The first update of a problem that comes along."""
    trace = json.loads(good("solve", name, "--updates", "1", "--json"))
    lines = [
        line_of(one["id"], step["phase"], one["formula"])
        for step in trace["steps"]
        for one in step["entries"]
    ]
    text = Path(ROOT, "problems", f"{name}.yaml").read_text(encoding="utf-8")
    return Exercise(name, 0, text, trace["given"], tuple(lines))


def line_of(name: str, phase: str, formula: str) -> Line:
    """A line with its terms and factors, as far as it is a sum of products."""
    names = list(dict.fromkeys(NAME.findall(formula)))
    text = NAME.sub(lambda found: f"v{names.index(found[0])}_", formula)
    tree = ast.parse(text, mode="eval").body

    def spelled(node: ast.AST) -> str:
        return re.sub(r"\bv(\d+)_", lambda found: f"{{{names[int(found[1])]}}}", ast.unparse(node))

    def factors(node: ast.expr) -> list[Factor]:
        match node:
            case ast.BinOp(left, ast.Mult(), right):
                return [*factors(left), *factors(right)]
            case ast.BinOp(left, ast.Div(), right) if not isinstance(left, ast.Constant):
                return [*factors(left), factor(f"(1/({spelled(right)}))")]
        return [factor(f"({spelled(node)})")]

    def terms(node: ast.expr, sign: int = 1) -> list[Term]:
        match node:
            case ast.BinOp(left, ast.Add(), right):
                return [*terms(left, sign), *terms(right, sign)]
            case ast.BinOp(left, ast.Sub(), right):
                return [*terms(left, sign), *terms(right, -sign)]
            case ast.UnaryOp(ast.USub(), inner):
                return terms(inner, -sign)
        found = _slopes(factors(node))
        kind = "bias" if len(found) == 1 and re.match(r"\(\{B[a-z]?\[", found[0].text) else "term"
        return [Term(tuple(found), kind, sign)]

    found = terms(tree)
    also: Also = ()
    if phase == "update":
        found = [found[0]._replace(kind="old"), *(_step(term) for term in found[1:])]
        also = (("not updated", found[0].text),)
    if phase == "gradient":
        found = [term._replace(kind="sample") for term in found]
    if len(found) == 1 and found[0].sign > 0:
        return Line(name, phase, (), found[0].factors, also=also)
    return Line(name, phase, tuple(found), also=also)


def _step(term: Term) -> Term:
    """A term that an update takes off: of it the rate may be forgotten, and no gradient."""
    factors = (f._replace(kind="gradient") if f.kind == "delta" else f for f in term.factors)
    return term._replace(factors=tuple(factors), kind="step")


def factor(text: str) -> Factor:
    """A factor with what it is, told by the letters in it."""
    inside = names_in(text)
    kind = "number"
    if re.fullmatch(r"\(\{[^}]+\} - \{Y[^}]*\}\)", text):
        a, y = inside
        return Factor("error", text, (("error turned", f"({{{y}}} - {{{a}}})"),))
    if len(inside) == 1 and text == f"({{{inside[0]}}})":
        letter = inside[0].partition("[")[0]
        kind = (
            "delta" if letter.startswith("d")
            else "weight" if letter[0] in "Wg"
            else "rate" if letter == "eta"
            else "input" if letter.rstrip("0123456789'") in SIGNALS
            else "other"
        )  # fmt: skip
    elif not inside and "/" in text:
        kind = (
            "half" if text == "(1 / 2)" else "scale" if "sqrt" in text or "-" in text else "share"
        )
    return Factor(kind, text)


def _slopes(factors: list[Factor]) -> list[Factor]:
    """The factors a and 1 - a of a slope as one."""
    for one in factors:
        for other in factors:
            if other.text == f"(1 - {one.text.strip('()')})":
                slope = Factor("slope", f"{one.text}*{other.text}")
                rest = [each for each in factors if each not in (one, other)]
                return [*rest, slope]
    return factors
