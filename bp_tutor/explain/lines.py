"""One line of a derivation: the rule, the formula, the numbers put in, the result."""

from __future__ import annotations

from itertools import islice, pairwise, zip_longest
from typing import TYPE_CHECKING

from bp_tutor.explain.arithmetic import as_calculated, judged
from bp_tutor.explain.chain import paths
from bp_tutor.explain.decided import decided
from bp_tutor.explain.document import Line, Part
from bp_tutor.formula import IsLargest, Number, as_shown, has_stable, walk
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, VALUE, PartialDerivative, Quantity
from bp_tutor.solve.partial import ways

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
    from bp_tutor.formula import Formula
    from bp_tutor.solve import Run, Step

DETAILS = {
    "formula": ("rule", "formula"),
    "numbers": ("numbers", "result"),
    "full": ("rule", "formula", "numbers", "result"),
}
MOST_PATHS = 4


def entry_line(
    page: Page, run: Run, step: Step, index: tuple[int, ...], kinds: tuple[str, ...]
) -> Line:
    """The line of one entry in index form, with those of its parts that are asked for."""
    quantity = step.quantity
    formula = entry_of(step.formula, index)
    parts = []
    if "rule" in kinds and quantity.kind == DERIVATIVE:
        chain = chain_text(page, run, quantity, index)
        if chain:
            parts.append(Part("rule", page.style.equals, chain))
    if "rule" in kinds and isinstance(quantity, PartialDerivative):
        parts += ratio_parts(page, run, quantity)
    if "formula" in kinds:
        parts.append(Part("formula", page.style.equals, page.spell(formula), formula))
    caution = ""
    if step.value is not None:
        stable = has_stable(step.formula)
        calculated = as_calculated(page, run, formula) if stable else formula
        if stable and calculated != as_shown(formula):
            caution = "other_form"
            if "formula" in kinds:
                parts.append(Part("formula", page.style.equals, page.spell(calculated), calculated))
        in_numbers, found = _in_numbers(page, run, quantity, index, calculated, kinds)
        parts += in_numbers
        caution = caution or found
    elif step.line.may_fail and any(each.value is not None for each in run.steps):
        caution = "no_value"
    reason = page.words.rule(step.line.rule)
    said = [page.words.text("remark.winner")] if has_winner(formula) else []
    if step.value is not None and "numbers" in kinds:
        said.append(decided(page, run, formula))
    remark = " ".join(filter(None, said))
    name = page.name(quantity, index)
    warned = page.words.text(f"caution.{caution}") if caution else ""
    return Line(quantity, index, name, said_once(parts), reason, remark=remark, caution=warned)


def said_once(parts: list[Part]) -> tuple[Part, ...]:
    """The parts without those that the next one only repeats, as in ∂Z/∂B = 1 = 1."""
    return tuple(
        part
        for part, after in zip_longest(parts, parts[1:])
        if after is None or (part.text, part.pieces) != (after.text, after.pieces)
    )


def has_winner(formula: Formula) -> bool:
    """Whether a formula picks the largest of some values."""
    return any(isinstance(node, IsLargest) for node in walk(formula))


def _in_numbers(
    page: Page,
    run: Run,
    quantity: Quantity,
    index: tuple[int, ...],
    formula: Formula,
    kinds: tuple[str, ...],
) -> tuple[list[Part], str]:
    """The numbers put in and the result, and the key of what has to be said of them."""
    result = page.result(run, quantity, index)
    numbers = page.put_in(run, formula)
    sign, caution = judged(page, run, quantity, index, formula, numbers, result)
    parts = []
    text = page.spell(numbers)
    if "numbers" in kinds and not isinstance(numbers, Number) and text != result.text:
        parts.append(Part("numbers", page.style.equals, text, numbers))
    if "result" in kinds:
        parts.append(Part("result", sign, result.text, Number(result.value, result.text)))
    return parts, caution


def ratio_parts(page: Page, run: Run, ratio: PartialDerivative) -> list[Part]:
    """The chain rule for one value's derivative by another; nothing where it is one step."""
    found = list(islice(ways(run.program, ratio.of, ratio.over), MOST_PATHS + 1))
    if len(found) > MOST_PATHS or all(len(way) <= 2 for way in found):
        return []
    products = [page.style.times.join(page.partial(*pair) for pair in pairwise(w)) for w in found]
    return [Part("rule", page.style.equals, page.style.plus.join(products))]


def chain_text(page: Page, run: Run, quantity: Quantity, index: tuple[int, ...]) -> str:
    """The chain rule for the derivative by one entry; empty where it says nothing new."""
    model = run.program.model
    value = quantity.as_kind(VALUE)
    loss = (model.loss or Quantity("L"), ())
    found = paths(run.program, value, index, loss)
    shown = found if page.whole or len(found) <= MOST_PATHS else [*found[:2], None, found[-1]]
    products = [
        page.dots if path is None else page.style.times.join(page.partial(*pair) for pair in path)
        for path in shown
    ]
    # Beside other paths, a direct one would look like the whole derivative.
    if len(found) > 1 and any(len(path) == 1 for path in found):
        return ""
    # A single factor only repeats what stands on the left.
    if model.factor > 0 and len(found) == 1 and len(found[0]) == 1:
        return ""
    if model.factor > 0:
        return page.style.plus.join(products)
    # What is reported counts downhill: minus the derivative.
    style = page.style
    return style.minus + style.subtract.join(products) if products else ""
