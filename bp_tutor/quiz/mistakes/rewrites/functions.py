"""Functions: another one, none at all, its slope at the wrong place, a softmax entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import (
    FUNCTIONS,
    Add,
    Apply,
    Call,
    Div,
    Entry,
    Formula,
    Mul,
    Neg,
    Number,
    Pow,
    SoftmaxEntry,
    call,
    replace,
)
from bp_tutor.formula.algebra import mul
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, VALUE, Role
from bp_tutor.formula.softmax import SOFTMAX
from bp_tutor.quiz.mistakes.case import entries_in, is_error
from bp_tutor.quiz.mistakes.rewrites.slopes import (
    products_with,
    slopes_of,
    with_entries_exchanged,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bp_tutor.formula import Address
    from bp_tutor.quiz.mistakes.case import Case, Rewritten
    from bp_tutor.quiz.mistakes.rewrites.slopes import Slope

COMMON = ("sigmoid", "tanh", "relu")
"""Those that are taken for each other, beside those of the exercise itself."""
ACTIVATIONS = tuple(name for name, row in FUNCTIONS.items() if row.activation)


def activation_left_out(case: Case) -> Iterator[Rewritten]:
    """Z where A belongs."""
    for node in case.nodes:
        if isinstance(node, Call) and node.function.activation:
            yield case.exchanged(node, node.args[0])
        elif isinstance(node, SoftmaxEntry):
            yield case.exchanged(node, node.logits[node.place])
    # In a slope it would be the slope at another place.
    inside = {entry.address for slope in slopes_of(case) for entry in entries_in(slope.formula)}

    def before(address: Address) -> Formula | None:
        return None if address in inside else _before(case, address)

    yield from case.in_each(before)
    for node in case.nodes if inside else ():
        if is_error(node):
            for entry in entries_in(node):
                other = _before(case, entry.address)
                if other is not None:
                    new = replace(node, _swapped(entry, other))
                    made = case.exchanged(node, new)
                    yield made._replace(part=entry, instead=other)


def _swapped(old: Formula, new: Formula) -> Callable[[Formula], Formula | None]:
    return lambda node: new if node == old else None


def _before(case: Case, address: Address) -> Formula | None:
    """What stands in front of the activation that gives an entry."""
    line = case.graph.run.program.line(address.quantity)
    if line is None or address.quantity.kind != VALUE:
        return None
    own = entry_of(line.formula, address.index)
    match own:
        case Call(function, (Entry() as before, *_)) if function.activation:
            return before
        case SoftmaxEntry(logits, place):
            return logits[place]
    return None


def other_activation(case: Case) -> Iterator[Rewritten]:
    """Another activation than the one that belongs here."""
    for node in case.nodes:
        if isinstance(node, Call) and node.function.activation:
            for name in _others(case, node):
                yield case.exchanged(node, call(name, node.args[0]))


def _others(case: Case, own: Call) -> Iterator[str]:
    """The activations that may be taken for this one; none at all is a mistake of its own."""
    names = dict.fromkeys((*case.graph.activations, *COMMON, *ACTIVATIONS))
    return (name for name in names if name not in (own.function.name, "identity"))


def other_operation(case: Case) -> Iterator[Rewritten]:
    """Two values added that are multiplied, or multiplied that are added."""
    if case.is_derivative or case.is_update:
        return
    match case.written:
        case Mul(parts) if all(isinstance(one, Entry) for one in parts):
            yield case.as_a_whole(Add(parts))
        case Add(parts) if all(isinstance(one, Entry) for one in parts):
            yield case.as_a_whole(Mul(parts))


# Slopes


def slope_misplaced(case: Case) -> Iterator[Rewritten]:
    """The slope taken at Z where it belongs to A, at A where it belongs to Z, or at the error."""
    for slope in slopes_of(case):
        others = [with_entries_exchanged(slope.formula, slope.before, slope.after)]
        again = Call(slope.call.function, (slope.after, *slope.call.args[1:]))
        inner = again.slope(again)
        others += [inner] if inner is not None else []
        yield from _with_slopes(case, slope, others)
    for slope, error in _fused(case):
        other = slope.call.slope(error)
        if other is not None:
            yield case.as_a_whole(other)


def slope_in_part(case: Case) -> Iterator[Rewritten]:
    """Only a or only 1 - a where a(1 - a) belongs; 1 - a where 1 - a² does."""
    for slope in slopes_of(case):
        parts: list[Formula] = list(slope.factors) if len(slope.factors) > 1 else []
        match slope.formula:
            case Add((Number() as one, Neg(Pow(base, _) as square))):
                parts = [square, Add((one, Neg(base)))]
        yield from _with_slopes(case, slope, parts)


def other_slope(case: Case) -> Iterator[Rewritten]:
    """The slope of another activation."""
    for slope in slopes_of(case):
        if slope.call.function.activation:
            found = (
                call(name, slope.before).slope(slope.after) for name in _others(case, slope.call)
            )
            yield from _with_slopes(case, slope, (one for one in found if one is not None))


def _with_slopes(case: Case, slope: Slope, others: Iterable[Formula]) -> Iterator[Rewritten]:
    for other in others:
        if other == slope.formula or other == Number(1):
            continue
        if slope.formula == case.written:
            yield case.as_a_whole(other)
            continue
        for found in products_with(case, slope):
            factors = other.factors if isinstance(other, Mul) else (other,)
            changed = found.with_other(slope.factors, factors)
            if changed is not None:
                made = case.exchanged(found.node, changed)
                yield made._replace(part=slope.formula, instead=other)


def slope_kept(case: Case) -> Iterator[Rewritten]:
    """The slope put in where loss and activation together have cancelled it."""
    for slope, _ in _fused(case):
        yield case.as_a_whole(mul(case.written, slope.formula))
    for after in _softmax_of(case):
        if case.has_role(Role.TARGET):
            own = Mul((after, Add((Number(1), Neg(after)))))
            yield case.as_a_whole(mul(case.written, own))


def _fused(case: Case) -> Iterator[tuple[Slope, Formula]]:
    """A slope that is not in the formula, and the error that is."""
    for slope in slopes_of(case):
        if slope.formula != case.written and not any(products_with(case, slope)):
            errors = [node for node in case.nodes if is_error(node)]
            if errors:
                yield slope, errors[0]


# Softmax


def softmax_elementwise(case: Case) -> Iterator[Rewritten]:
    """Softmax as if each output had nothing to do with the others."""
    for node in case.nodes:
        if isinstance(node, SoftmaxEntry):
            yield case.exchanged(node, call("sigmoid", node.logits[node.place]))
    for after in _softmax_of(case):
        own = Mul((after, Add((Number(1), Neg(after)))))
        upstream = case.graph.run.program.line(after.quantity.as_kind(DERIVATIVE))
        derivative = after.address.as_kind(DERIVATIVE)
        arriving: Formula = Entry(*derivative)
        if upstream is not None and (upstream.inlined or not case.graph.known(derivative)):
            arriving = entry_of(upstream.formula, after.index)
        yield case.as_a_whole(mul(arriving, own))


def _softmax_of(case: Case) -> Iterator[Entry]:
    """The entry behind a softmax, where the derivative in front of it is asked for."""
    if case.quantity.kind != DERIVATIVE:
        return
    value = case.quantity.as_kind(VALUE)
    for line in case.graph.run.program.users.get(value, ()):
        if isinstance(line.formula, Apply) and line.formula.primitive == SOFTMAX:
            yield Entry(line.quantity, case.index)


def softmax_not_normalised(case: Case) -> Iterator[Rewritten]:
    """The exponential alone, not divided by the sum of all."""
    for node in case.nodes:
        if isinstance(node, SoftmaxEntry):
            yield case.exchanged(node, call("exp", node.logits[node.place]))


def mask_left_out(case: Case) -> Iterator[Rewritten]:
    """The shares among all scores, also those that a mask removes."""
    for node in case.nodes:
        entries = [one for one in node.children if isinstance(one, Entry)]
        if not isinstance(node, SoftmaxEntry) or len(entries) < len(node.logits):
            continue
        scores, own = entries[0].quantity, entries[node.place].index
        line = case.graph.run.program.line(scores)
        if line is None or not isinstance(line.formula, Apply) or not scores.removed:
            continue
        # What stands behind the mask is worked out for the places that it hides.
        row = [(*own[:-1], place) for place in range(scores.shape[-1])]
        logits = tuple(
            entry_of(line.formula.args[0], index)
            if index in scores.removed
            else Entry(scores, index)
            for index in row
        )
        yield case.exchanged(node, SoftmaxEntry(logits, own[-1]))


def softmax_axis(case: Case) -> Iterator[Rewritten]:
    """The shares along the other axis: over a column, or over the samples."""
    for node in case.nodes:
        if isinstance(node, SoftmaxEntry) and len(node.logits) > 1:
            yield from _along_the_other_axis(case, node)


def _along_the_other_axis(case: Case, node: SoftmaxEntry) -> Iterator[Rewritten]:
    entries = [one for one in node.logits if isinstance(one, Entry)]
    if len(entries) < len(node.logits) or len({one.quantity for one in entries}) > 1:
        return
    quantity, own = entries[0].quantity, entries[node.place].index
    running = {at for at in range(len(own)) if len({one.index[at] for one in entries}) > 1}
    for at, length in enumerate(quantity.shape):
        if at not in running and length > 1:
            logits = tuple(
                Entry(quantity, (*own[:at], place, *own[at + 1 :])) for place in range(length)
            )
            yield case.exchanged(node, SoftmaxEntry(logits, own[at]))


def exponential_left_out(case: Case) -> Iterator[Rewritten]:
    """The share of each number itself, where a softmax takes that of its exponential."""
    for node in case.nodes:
        if isinstance(node, SoftmaxEntry) and len(node.logits) > 1:
            yield case.exchanged(node, Div(node.logits[node.place], Add(node.logits)))


# Logarithms, powers and roots


def logarithm_base(case: Case) -> Iterator[Rewritten]:
    """The logarithm to base 10 where the natural one is meant."""
    logs = [node for node in case.nodes if _is_log(node)]
    if logs:
        made = replace(case.written, _to_base_ten)
        yield case.as_a_whole(made)._replace(part=logs[0], instead=_base_ten(logs[0]))


def _is_log(node: Formula) -> bool:
    return isinstance(node, Call) and node.function.name == "log"


def _to_base_ten(node: Formula) -> Formula | None:
    return _base_ten(node) if _is_log(node) else None


def _base_ten(node: Formula) -> Formula:
    return Call(FUNCTIONS["log10"], tuple(replace(arg, _to_base_ten) for arg in node.children))


def power_left_out(case: Case) -> Iterator[Rewritten]:
    """An error, a gradient or a share that is not squared, or not raised to its power."""
    slopes = [slope.formula for slope in slopes_of(case)]
    changes = [
        (node, node.base)
        for node in case.nodes
        if isinstance(node, Pow) and not any(_within(node, slope) for slope in slopes)
    ]
    yield from case.at_each(changes)


def _within(node: Formula, formula: Formula) -> bool:
    return node == formula or any(_within(node, child) for child in formula.children)


def root_left_out(case: Case) -> Iterator[Rewritten]:
    """A root that is not taken."""
    yield from case.at_each(
        (node, node.args[0])
        for node in case.nodes
        if isinstance(node, Call) and node.function.name == "sqrt"
    )
