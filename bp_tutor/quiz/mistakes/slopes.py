"""Mistakes with activations, their slopes, and the error at the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import (
    FUNCTIONS,
    Add,
    Apply,
    Call,
    Entry,
    Formula,
    Mul,
    Neg,
    Number,
    call,
    replace,
    walk,
)
from bp_tutor.formula.choices import SoftmaxEntry
from bp_tutor.formula.compiling import entry_of
from bp_tutor.quiz.mistakes.case import (
    activation_after,
    before_activation,
    moved_entries,
    slope_of,
    swapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.mistakes.case import Case, Rewritten

COMMON = ("sigmoid", "tanh")
"""Activations that are taken for each other, beside those of the network itself."""


def slope_left_out(case: Case) -> Iterator[Rewritten]:
    """The delta without the slope of its activation."""
    slope = slope_of(case.book, case.quantity.as_kind(""), case.at)
    if slope is not None and (found := swapped(case.formula, slope, None)) is not None:
        yield found, slope


def slope_misplaced(case: Case) -> Iterator[Rewritten]:
    """The slope taken at Z where it belongs to A, or at A where it belongs to Z."""
    before = case.quantity.as_kind("")
    slope = slope_of(case.book, before, case.at)
    after = activation_after(case.book, before)
    if slope is None or after is None:
        return
    exchanged = moved_entries(
        slope,
        lambda quantity, index: (
            Entry(before if quantity == after[0] else after[0], index)
            if quantity in (before, after[0])
            else None
        ),
    )
    ways = [exchanged]
    if isinstance(after[1], Call):
        again = Call(after[1].function, (Entry(after[0], case.at), *after[1].args[1:]))
        inner = again.slope(again)
        ways += [inner] if inner is not None else []
    for way in ways:
        found = swapped(case.formula, slope, way)
        if way != slope and found is not None:
            yield found, slope


def other_slope(case: Case) -> Iterator[Rewritten]:
    """The slope of another activation."""
    before = case.quantity.as_kind("")
    slope = slope_of(case.book, before, case.at)
    after = activation_after(case.book, before)
    if slope is None or after is None or not isinstance(after[1], Call):
        return
    for name in _others(case, after[1]):
        other = _slope_of_other(case, name, before, after[0])
        found = swapped(case.formula, slope, other) if other is not None else None
        if found is not None:
            yield found, slope


def _slope_of_other(case: Case, name: str, before: Quantity, after: Quantity) -> Formula | None:
    kept, key = case.book.kept, ("slope", name, before, case.at)
    if key not in kept:
        kept[key] = call(name, Entry(before, case.at)).slope(Entry(after, case.at))
    return kept[key]  # type: ignore[return-value]


def activation_left_out(case: Case) -> Iterator[Rewritten]:
    """Z where A belongs."""
    if case.rule == "activation":
        child = next(iter(case.formula.children), None)
        if isinstance(child, Entry) and not isinstance(case.formula, SoftmaxEntry):
            yield child, case.formula
        return
    if case.phase == "backward" and case.rule != "fused_delta":
        return
    book = case.book
    spoiled: list[Formula] = []

    def plain(quantity: Quantity, index: tuple[int, ...]) -> Formula | None:
        before = before_activation(book, quantity)
        if before is None or before.shape != quantity.shape:
            return None
        spoiled.append(Entry(quantity, index))
        return Entry(before, index)

    found = moved_entries(case.formula, plain)
    if spoiled:
        yield found, spoiled[0]


def other_activation(case: Case) -> Iterator[Rewritten]:
    """Another activation than the layer's."""
    if case.rule != "activation" or not isinstance(case.formula, Call):
        return
    for name in _others(case, case.formula):
        yield call(name, case.formula.args[0]), case.formula


def _others(case: Case, own: Call) -> tuple[str, ...]:
    """The activations that may be taken for a layer's own."""
    here = case.book.kept.get("activation names")
    if here is None:
        here = case.book.kept["activation names"] = dict.fromkeys(
            line.formula.function.name
            for line in case.book.run.program.model.definitions
            if line.rule == "activation" and isinstance(line.formula, Call)
        )
    assert isinstance(here, dict)
    return tuple(name for name in dict.fromkeys((*here, *COMMON)) if name != own.function.name)


def softmax_elementwise(case: Case) -> Iterator[Rewritten]:
    """Softmax as if each output had nothing to do with the others."""
    if isinstance(case.formula, SoftmaxEntry):
        logit = case.formula.logits[case.formula.place]
        yield call("sigmoid", logit), case.formula
        yield call("exp", logit), case.formula
        return
    after = activation_after(case.book, case.quantity.as_kind(""))
    softmax = after is not None and isinstance(after[1], Apply)
    if not softmax or after is None:
        return
    own = Entry(after[0], case.at)
    slope = Mul((own, Add((Number(1), Neg(own)))))
    yield Mul((case.formula, slope)), case.formula
    upstream = case.book.run.program.line(after[0].as_kind("d"))
    if upstream is not None:
        yield Mul((entry_of(upstream.formula, case.at), slope)), case.formula


def error_turned(case: Case) -> Iterator[Rewritten]:
    """y - a where a - y belongs."""
    for node in walk(case.formula):
        if isinstance(node, Add) and len(node.terms) == 2 and _has_target(node):
            first, second = node.terms
            turned = Add((Neg(first), second.arg if isinstance(second, Neg) else Neg(second)))
            yield (
                replace(
                    case.formula,
                    lambda one, node=node, turned=turned: (  # type: ignore[misc]
                        turned if one is node else None
                    ),
                ),
                node,
            )
            return


def _has_target(node: Formula) -> bool:
    leaves = [child.arg if isinstance(child, Neg) else child for child in node.children]
    return any(isinstance(leaf, Entry) and leaf.quantity.symbol == "Y" for leaf in leaves)


def sign_of_delta(case: Case) -> Iterator[Rewritten]:
    """The sign lost on the way back."""
    if not case.has("Y"):
        yield Neg(case.formula), case.formula


def logarithm_base(case: Case) -> Iterator[Rewritten]:
    """The logarithm to base 10 where the natural one is meant."""
    shown = replace(case.formula, _expanded)
    logs = [node for node in walk(shown) if isinstance(node, Call) and node.function.name == "log"]
    if logs:
        yield replace(shown, _to_base_ten), logs[0]


def _expanded(node: Formula) -> Formula | None:
    if isinstance(node, Call) and node.function.as_body:
        return node.expanded()
    return None


def _to_base_ten(node: Formula) -> Formula | None:
    if isinstance(node, Call) and node.function.name == "log":
        return Call(FUNCTIONS["log10"], (replace(node.args[0], _to_base_ten),))
    return None
