"""Every line of every proof equals the one before it, and the last is the true slope."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import pytest
import sympy

from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.explain.proofs import Chain, Proof, Step, proof_named, provable
from bp_tutor.explain.proofs.record import Derivative, Slope
from bp_tutor.formula import FUNCTIONS, Entry, Formula, Quantity, replace, walk
from bp_tutor.formula.algebra import compiled
from bp_tutor.formula.indexed import Total
from bp_tutor.formula.symbolic import expression

PAIRS = [f"{a}+{e}" for a in ACTIVATIONS for e in LOSSES if proof_named(f"{a}+{e}") is not None]
NAMES = sorted({*provable(), *PAIRS})
OUTPUTS = 3
"""Outputs for which sums over all of them are written out."""


def proof_of(name: str) -> Proof:
    found = proof_named(name)
    assert found is not None
    return found


@cache
def symbol(name: str) -> Any:
    if name == f"y_{OUTPUTS}":
        # The targets of all outputs add up to 1.
        return 1 - sum(symbol(f"y_{place}") for place in range(1, OUTPUTS))
    is_setting = len(name) > 1 and "_" not in name
    return sympy.Symbol(name, positive=True) if is_setting else sympy.Symbol(name, real=True)


class Reader:
    """Formulas of a proof as SymPy expressions; letters of values by their definitions."""

    def __init__(self, proof: Proof, indices: dict[str, int]) -> None:
        self.indices = indices
        self.values = {chain.name: chain.steps[-1].formula for chain in proof.chains[:1]}
        for used in proof.uses:
            first = proof_of(used).chains[0]
            self.values.setdefault(first.name, first.steps[-1].formula)

    def number(self, formula: Formula, *, inner: bool = True) -> Any:
        """A formula as an expression; with `inner`, values are put in by their definitions."""
        held: dict[str, Any] = {}

        def hold(value: Any) -> Formula:
            name = f"#{len(held)}"
            held[name] = value
            return Entry(Quantity(name), ())

        def swap(node: Formula) -> Formula | None:
            match node:
                case Derivative(arg, over):
                    return hold(sympy.diff(self.number(arg, inner=False), self.letter(over)))
                case Slope(of, over):
                    return hold(self.slope(of, over, inner=inner))
                case Total(index, body, _, _, but):
                    return hold(self.total(index, body, but, inner=inner))
            return None

        def leaf(quantity: Quantity, _: tuple[int, ...]) -> Any:
            if quantity.name in held:
                return held[quantity.name]
            value = self.value(Entry(quantity, ())) if inner else None
            return self.letter(Entry(quantity, ())) if value is None else value

        return expression(replace(formula, swap), leaf)

    def letter(self, entry: Formula) -> Any:
        assert isinstance(entry, Entry)
        base, _, index = entry.quantity.name.partition("_")
        return symbol(f"{base}_{self.indices[index]}" if index else base)

    def value(self, entry: Entry) -> Any:
        """What a letter stands for; `a_k` is defined by the formula of `a_k` for each k."""
        for name, formula in self.values.items():
            if name == entry:
                return self.number(formula, inner=entry.quantity.name in ("E", "L"))
            base, _, index = entry.quantity.name.partition("_")
            if isinstance(name, Entry) and index and name.quantity.name == f"{base}_k":
                return self.at({"k": self.indices[index]}).number(formula, inner=False)
        return None

    def slope(self, of: Formula, over: Formula, *, inner: bool) -> Any:
        """The derivative of a letter's definition, its own letters put in afterwards."""
        assert isinstance(of, Entry)
        formula = self.values.get(of)
        whole = of.quantity.name in ("E", "L")
        # By a logit, a loss is differentiated through the outputs; by an output, at once.
        assert isinstance(over, Entry)
        through = over.quantity.name.startswith("z")
        found = self.number(formula, inner=through) if whole and formula else self.value(of)
        slope = sympy.diff(found, self.letter(over))
        if through or not (whole and inner):
            return slope
        used = {
            symbol(name): self.value(Entry(Quantity(letter), ())) for name, letter in self.names(of)
        }
        return slope.subs({each: value for each, value in used.items() if value is not None})

    def names(self, of: Formula) -> list[tuple[str, str]]:
        """The letters of outputs, as symbols and as the proof writes them."""
        if len(self.indices) == 0:
            return [("a", "a")]
        return [(f"a_{place}", f"a_{index}") for index, place in self.indices.items()]

    def total(self, index: Formula, body: Formula, but: Formula | None, *, inner: bool) -> Any:
        assert isinstance(index, Entry)
        left_out = self.indices[but.quantity.name] if isinstance(but, Entry) else 0
        places = [place for place in range(1, OUTPUTS + 1) if place != left_out]
        return sum(
            self.at({index.quantity.name: place}).number(body, inner=inner) for place in places
        )

    def at(self, indices: dict[str, int]) -> Reader:
        copy = Reader.__new__(Reader)
        copy.indices, copy.values = {**self.indices, **indices}, self.values
        return copy


def readers_of(proof: Proof, chain: Chain) -> list[Reader]:
    """One; for letters with an index, one for each way in which they may be set."""
    letters = {
        node.quantity.name
        for step in chain.steps
        for node in walk(step.formula)
        if isinstance(node, Entry)
    }
    if not any("_" in name for name in letters):
        return [Reader(proof, {})]
    same = any(each.sign == "=" for each in chain.conditions)
    return [Reader(proof, {"j": 2, "k": 2 if same else place}) for place in (1, 3)]


TRIED = tuple(sympy.Rational(number, 97) for number in (31, 74, 13, 59, 83, 22, 41, 67))
"""Numbers for letters; their differences are no bends either."""


def is_zero_in_numbers(difference: Any) -> bool:
    """Whether it is nothing to fifty figures: for sums whose terms have bends of their own."""
    letters = sorted(difference.free_symbols, key=str)
    value = difference.subs(dict(zip(letters, TRIED, strict=False))).doit()
    return bool(abs(sympy.N(value, 60)) < sympy.Float(10) ** -50)


def is_zero(difference: Any) -> bool:
    if difference == 0:
        return True
    rational = sympy.cancel(sympy.together(sympy.expand(difference.rewrite(sympy.exp))))
    return bool(rational == 0 or sympy.simplify(difference) == 0)


def proven(reader: Reader, before: Step, step: Step, *, in_numbers: bool) -> bool:
    """Whether a line follows from the one before it."""
    difference = reader.number(before.formula) - reader.number(step.formula)
    return is_zero_in_numbers(difference) if in_numbers else is_zero(difference)


@pytest.mark.parametrize("name", NAMES)
def test_each_line_equals_the_one_before(name: str) -> None:
    proof = proof_of(name)
    for chain in proof.chains[1:]:
        bends = name not in provable() and name.startswith("softmax+")
        for reader in readers_of(proof, chain)[: 1 if bends else None]:
            here = Reader.at(reader, {})
            if chain.conditions and not here.indices:
                # On a piece, the value is what stands behind the first derivative.
                first = chain.steps[0].formula
                assert isinstance(first, Derivative)
                here.values = {proof.chains[0].name: first.arg}
            lines = chain.steps
            if "pieces_together" not in lines[0].rules and lines[0].rules != ("known_slope",):
                # The first line is what the proof says that it derives.
                lines = (Step(chain.name), *lines)
            for before, step in pairwise(lines):
                assert proven(here, before, step, in_numbers=bends), (before, step)


def slopes_of(proof: Proof) -> list[Chain]:
    return [chain for chain in proof.chains if isinstance(chain.name, Slope)]


POINTS = (-2.37, -0.61, 0.43, 0.83, 1.71, 3.3)


@pytest.mark.parametrize("name", [n for n in provable() if "+" not in n and "softmax" not in n])
def test_the_last_line_is_the_slope_by_finite_differences(name: str) -> None:
    proof, bare = proof_of(name), name.removesuffix("'")
    row = LOSSES[bare].function() if bare in LOSSES else FUNCTIONS[bare]
    function = compiled(row)
    shares = row.as_body and LOSSES[bare].probabilities
    rest = [0.3 if row.as_body else 0.9, 0.7, 0.45]
    last = {
        chain.name.over.quantity.name: chain.steps[-1].formula
        for chain in slopes_of(proof)
        if isinstance(chain.name, Slope)
        and isinstance(chain.name.over, Entry)
        and not chain.conditions
    }
    assert set(last) == {
        p for p, slope in zip(row.parameters, row.slopes, strict=False) if slope is not None
    }
    for parameter, formula in last.items():
        place = row.parameters.index(parameter)
        for point in POINTS:
            if (point <= 0 or point >= 1) and shares:
                continue
            if point <= 0 and bare in ("log", "log10", "sqrt"):
                continue
            values = [point, *rest][: len(row.parameters)]
            step = 1e-6
            above, below = ([*values], [*values])
            above[place] += step
            below[place] -= step
            expected = (function(*above) - function(*below)) / (2 * step)
            known = dict(zip(row.parameters, values, strict=True))
            known |= {row.result: function(*values), "E": function(*values)}
            found = value_of(formula, known)
            assert found == pytest.approx(expected, rel=1e-6, abs=1e-8), (parameter, point)


def value_of(formula: Formula, known: dict[str, float]) -> float:
    return formula.value(lambda quantity, _: known[quantity.name])


def test_there_are_proofs_of_the_whole_catalogue() -> None:
    names = set(provable())
    assert {f"{name}'" for name in (*FUNCTIONS, *ACTIVATIONS, *LOSSES)} <= names
    fused = {f"{k.fused.activation}+{k.key}" for k in LOSSES.values() if k.fused is not None}
    assert fused <= names
    for name in names - {"step'", "sign'", "floor'"}:
        assert slopes_of(proof_of(name)), name


@pytest.mark.parametrize("name", ["sigmoid'", "tanh'", "softmax+cross_entropy", "swish'"])
def test_a_proof_takes_a_few_lines(name: str) -> None:
    for chain in slopes_of(proof_of(name)):
        assert 5 <= len(chain.steps) <= 10


def test_the_lectures_steps_stand_in_them() -> None:
    """Lecture 000 goes through e^-x/(1 + e^-x)², 004 through the sum over the other classes."""
    from bp_tutor.formula import CANONICAL, spell

    def lines(name: str) -> list[str]:
        return [spell(step.formula, CANONICAL) for step in slopes_of(proof_of(name))[-1].steps]

    assert "exp(-z)/(1 + exp(-z))**2" in lines("sigmoid'")
    assert lines("sigmoid'")[-1] == "a*(1 - a)"
    assert "-y_j*(1 - a_j) + sum[k!=j](y_k*a_j)" in lines("softmax+cross_entropy")
    assert lines("softmax+cross_entropy")[-1] == "a_j - y_j"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("silu'", "swish"),
        ("SiLU", "swish"),
        ("leaky-relu", "leaky_relu"),
        ("bce", "binary_cross_entropy"),
        ("cross_entropy+softmax", "softmax+cross_entropy"),
        ("softmax + CE", "softmax+cross_entropy"),
        ("bce+sigmoid", "sigmoid+binary_cross_entropy"),
    ],
)
def test_other_names_and_orders_are_known(typed: str, meant: str) -> None:
    found, same = proof_named(typed), proof_named(meant)
    assert found is not None
    assert same is not None
    assert (found.key, found.chains) == (same.key, same.chains)


def test_a_pair_needs_a_loss_and_an_activation() -> None:
    for name in ("sigmoid+relu", "mse+bce", "sigmoid+", "+", ""):
        assert proof_named(name) is None
