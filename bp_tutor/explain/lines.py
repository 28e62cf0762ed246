"""One line of a derivation: the rule, the formula, the numbers put in, the result."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING

from bp_tutor.explain.arithmetic import as_calculated, judged
from bp_tutor.explain.chain import paths
from bp_tutor.explain.decided import decided
from bp_tutor.explain.document import Joined, Line, Part, Relation, Sentence, rule_name, sentence
from bp_tutor.explain.nodes import DOTS, Partial
from bp_tutor.explain.slopes import slopes_in
from bp_tutor.formula import Add, Address, Entry, IsLargest, Mul, Neg, Number, as_shown, walk
from bp_tutor.formula.quantity import DERIVATIVE, VALUE, PartialDerivative, Quantity
from bp_tutor.solve.partial import ways

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula
    from bp_tutor.solve import Run, Step

DETAILS = {
    "formula": ("rule", "formula"),
    "numbers": ("numbers", "result"),
    "full": ("rule", "formula", "numbers", "result"),
}
MOST_PATHS = 4


def entry_line(
    settings: Settings, run: Run, step: Step, index: tuple[int, ...], kinds: tuple[str, ...]
) -> Line:
    """The line of one entry in index form, with those of its parts that are asked for."""
    quantity = step.quantity
    formula = step.entry(index)
    parts = []
    if "rule" in kinds:
        rule = chain_rule(settings, run, quantity, index)
        parts += [Part("rule", Relation.EQUAL, rule)] if rule is not None else []
    if "formula" in kinds:
        parts.append(Part("formula", Relation.EQUAL, settings.shortened(formula)))
    caution = ""
    if step.value is not None:
        stable = step.line.has_stable
        calculated = as_calculated(settings, run, formula) if stable else formula
        if stable and calculated != as_shown(formula):
            caution = "other_form"
            if "formula" in kinds:
                parts.append(Part("formula", Relation.EQUAL, settings.shortened(calculated)))
        in_numbers, found = _in_numbers(settings, run, quantity, index, calculated, kinds)
        parts += in_numbers
        caution = caution or found
    elif step.line.may_fail and any(each.value is not None for each in run.steps):
        caution = "no_value"
    said = [Sentence("remark.winner")] if has_winner(formula) else []
    if step.value is not None and "numbers" in kinds:
        why = decided(settings, run, formula)
        said += [why] if why is not None else []
    return Line(
        quantity,
        index,
        tuple(parts),
        rule_name(step.line.rule),
        remark=Joined(tuple(said), " ") if said else "",
        caution=sentence(f"caution.{caution}") if caution else "",
        proofs=slopes_in(run.program, quantity),
    )


def has_winner(formula: Formula) -> bool:
    """Whether a formula picks the largest of some values."""
    return any(isinstance(node, IsLargest) for node in walk(formula))


def _in_numbers(
    settings: Settings,
    run: Run,
    quantity: Quantity,
    index: tuple[int, ...],
    formula: Formula,
    kinds: tuple[str, ...],
) -> tuple[list[Part], str]:
    """The numbers put in and the result, and the key of what has to be said of them."""
    result = settings.number(run, quantity, index)
    numbers = settings.put_in(run, formula)
    assert result.shown is not None
    sign, caution = judged(settings, run, quantity, index, formula, numbers, result.shown)
    parts = []
    if "numbers" in kinds and not isinstance(numbers, Number):
        parts.append(Part("numbers", Relation.EQUAL, settings.shortened(numbers)))
    if "result" in kinds:
        parts.append(Part("result", sign, result))
    return parts, caution


def chain_rule(
    settings: Settings, run: Run, quantity: Quantity, index: tuple[int, ...]
) -> Formula | None:
    """The chain rule for a derivative; None where it says nothing new."""
    if isinstance(quantity, PartialDerivative):
        return _of_one_value_by_another(run, quantity)
    return _of_the_loss(settings, run, quantity, index) if quantity.kind == DERIVATIVE else None


def _of_one_value_by_another(run: Run, ratio: PartialDerivative) -> Formula | None:
    """The chain rule for one value's derivative by another; None where it is one step."""
    found = list(islice(ways(run.program, ratio.of, ratio.over), MOST_PATHS + 1))
    if len(found) > MOST_PATHS or all(len(way) <= 2 for way in found):
        return None
    return _sum([_product(Partial(*pair) for pair in pairwise(way)) for way in found])


def _of_the_loss(
    settings: Settings, run: Run, quantity: Quantity, index: tuple[int, ...]
) -> Formula | None:
    """The chain rule for the derivative by one entry."""
    model = run.program.model
    value = quantity.as_kind(VALUE)
    loss = Address(model.loss or Quantity("L"))
    found = paths(run.program, value, index, loss)
    shown = found if settings.whole or len(found) <= MOST_PATHS else [*found[:2], None, found[-1]]
    products = [
        DOTS if path is None else _product(_factor(part) for part in path) for path in shown
    ]
    # Beside other paths, a direct one would look like the whole derivative.
    direct = (len(path) == 1 and not isinstance(path[0], Address) for path in found)
    if not found or (len(found) > 1 and any(direct)):
        return None
    # A single factor only repeats what stands on the left.
    if model.factor > 0 and len(found) == 1 and len(found[0]) == 1:
        return None
    # What is reported may count downhill: minus the derivative.
    return _sum(products if model.factor > 0 else [Neg(product) for product in products])


def _factor(part: Address | tuple[Address, Address]) -> Formula:
    return Entry(*part) if isinstance(part, Address) else Partial(*part)


def _product(factors: Iterable[Formula]) -> Formula:
    first, *others = factors
    return Mul((first, *others)) if others else first


def _sum(terms: list[Formula]) -> Formula:
    return Add(tuple(terms)) if len(terms) > 1 else terms[0]
