"""The misconceptions: each is a rewrite of the formula that a student should use.

A rewrite takes a case (an entry with its formula and its graph) and yields what the mistake
makes of the formula, each with the part of the right one that it spoils. To add one, write its
rewrite here, give it a row in `MISCONCEPTIONS`, and its `name`, `why` and `remedy` in the words
of each language under `misconception.<key>`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

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
    call,
    replace,
    walk,
)
from bp_tutor.formula.choices import SoftmaxEntry
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, SIGNALS, STEP, UPDATED, VALUE, Address, Role
from bp_tutor.quiz.entry_graph import frozen_biases
from bp_tutor.quiz.mistakes.case import entries_in, has_role, inside, total, with_factor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.mistakes.case import Case, Rewrite, Rewritten

FORWARD, LOSS, BACKWARD, GRADIENT, UPDATE = "forward", "loss", "backward", "gradient", "update"
COMMON_ACTIVATIONS = ("sigmoid", "tanh")
"""Those that are taken for each other, beside those of the network itself."""
MOST_TERMS = 8
"""Leaving one term out of a longer sum could explain almost any number."""
SQUARED = ("output_loss",)
"""Rules at which a factor 2 is the square's own."""


class Misconception(NamedTuple):
    """A mistake that many make: what it does to a formula, and where it can be made."""

    rewrite: Rewrite | None
    """None for early rounding, which changes the numbers and not the formula."""
    phases: tuple[str, ...]
    rules: tuple[str, ...] = ()
    """Only at steps with these rules; empty for all."""
    decimals: tuple[int, ...] = ()
    """To so many decimals the values are rounded before they are put in."""
    all_along: tuple[int, ...] = ()
    """To so many decimals every value is rounded from the first one on."""
    pairs: bool = True
    """Whether it is looked for together with another one."""
    large: bool = True
    """Whether it is looked for in formulas of hundreds of terms."""

    def applies(self, case: Case) -> bool:
        """Whether the mistake can be made at this step."""
        return case.phase in self.phases and (not self.rules or case.rule in self.rules)


# Activations and their slopes


def slope_left_out(case: Case) -> Iterator[Rewritten]:
    """The delta without the slope of its activation."""
    slope = case.graph.slope(case.address.as_kind(VALUE))
    if slope is not None and (found := with_factor(case.formula, slope, None)) is not None:
        yield found, slope


def slope_misplaced(case: Case) -> Iterator[Rewritten]:
    """The slope taken at Z where it belongs to A, or at A where it belongs to Z."""
    z = case.address.as_kind(VALUE)
    slope, activated = case.graph.slope(z), case.graph.activated(z.quantity)
    if slope is None or activated is None:
        return
    a, activation = activated
    other = {a: z.quantity, z.quantity: a}

    def exchanged(entry: Address) -> Formula | None:
        return Entry(other[entry.quantity], entry.index) if entry.quantity in other else None

    slopes = [case._replace(formula=slope).with_entries(exchanged)[0]]
    if isinstance(activation, Call):
        again = Call(activation.function, (Entry(a, z.index), *activation.args[1:]))
        inner = again.slope(again)
        slopes += [inner] if inner is not None else []
    yield from _with_slopes(case, slope, slopes)


def other_slope(case: Case) -> Iterator[Rewritten]:
    """The slope of another activation."""
    z = case.address.as_kind(VALUE)
    slope, activated = case.graph.slope(z), case.graph.activated(z.quantity)
    if slope is None or activated is None or not isinstance(activated[1], Call):
        return
    a = Address(activated[0], z.index)
    slopes = (_slope_of(name, z, a) for name in _other_activations(case, activated[1]))
    yield from _with_slopes(case, slope, (other for other in slopes if other is not None))


def _with_slopes(case: Case, slope: Formula, others: Iterable[Formula]) -> Iterator[Rewritten]:
    for other in others:
        found = with_factor(case.formula, slope, other)
        if other != slope and found is not None:
            yield found, slope


@lru_cache(maxsize=4_000)
def _slope_of(name: str, z: Address, a: Address) -> Formula | None:
    return call(name, Entry(*z)).slope(Entry(*a))


def activation_left_out(case: Case) -> Iterator[Rewritten]:
    """Z where A belongs."""
    if case.activates:
        child = next(iter(case.formula.children), None)
        if isinstance(child, Entry) and not isinstance(case.formula, SoftmaxEntry):
            yield child, case.formula
        return
    stated = case.quantity.as_kind(VALUE) in case.graph.run.program.model.shortcuts
    if case.phase == BACKWARD and not stated:
        return

    def z_of(entry: Address) -> Formula | None:
        z = case.graph.before_activation(entry.quantity)
        alike = z is not None and z.shape == entry.quantity.shape
        return Entry(z, entry.index) if z is not None and alike else None

    found, replaced = case.with_entries(z_of)
    if replaced:
        yield found, replaced[0]


def other_activation(case: Case) -> Iterator[Rewritten]:
    """Another activation than the layer's."""
    if case.activates and isinstance(case.formula, Call):
        for name in _other_activations(case, case.formula):
            yield call(name, case.formula.args[0]), case.formula


def _other_activations(case: Case, own: Call) -> Iterator[str]:
    """The activations that may be taken for a layer's own."""
    names = dict.fromkeys((*case.graph.activations, *COMMON_ACTIVATIONS))
    return (name for name in names if name != own.function.name)


def softmax_elementwise(case: Case) -> Iterator[Rewritten]:
    """Softmax as if each output had nothing to do with the others."""
    if isinstance(case.formula, SoftmaxEntry):
        logit = case.formula.logits[case.formula.place]
        yield call("sigmoid", logit), case.formula
        yield call("exp", logit), case.formula
        return
    activated = case.graph.activated(case.quantity.as_kind(VALUE))
    if activated is None or not isinstance(activated[1], Apply):
        return
    own = Entry(activated[0], case.index)
    slope = Mul((own, Add((Number(1), Neg(own)))))
    yield Mul((case.formula, slope)), case.formula
    upstream = case.graph.run.program.line(activated[0].as_kind(DERIVATIVE))
    if upstream is not None:
        yield Mul((entry_of(upstream.formula, case.index), slope)), case.formula


# The error at the output, and the loss


def error_turned(case: Case) -> Iterator[Rewritten]:
    """y - a where a - y belongs."""
    for node in walk(case.formula):
        if isinstance(node, Add) and len(node.terms) == 2 and _has_target(node):
            first, second = node.terms
            turned = Add((Neg(first), second.arg if isinstance(second, Neg) else Neg(second)))
            yield case.with_part(node, turned), node
            return


def _has_target(node: Formula) -> bool:
    leaves = [child.arg if isinstance(child, Neg) else child for child in node.children]
    return any(isinstance(leaf, Entry) and leaf.quantity.role is Role.TARGET for leaf in leaves)


def sign_of_delta(case: Case) -> Iterator[Rewritten]:
    """The sign of a delta lost in the backward pass."""
    if not has_role(case.formula, Role.TARGET):
        yield Neg(case.formula), case.formula


def logarithm_base(case: Case) -> Iterator[Rewritten]:
    """The logarithm to base 10 where the natural one is meant."""
    shown = replace(case.formula, _expanded)
    logs = [node for node in walk(shown) if _is_log(node)]
    if logs:
        yield replace(shown, _to_base_ten), logs[0]


def _is_log(node: Formula) -> bool:
    return isinstance(node, Call) and node.function.name == "log"


def _expanded(node: Formula) -> Formula | None:
    return node.expanded() if isinstance(node, Call) and node.function.as_body else None


def _to_base_ten(node: Formula) -> Formula | None:
    if isinstance(node, Call) and _is_log(node):
        return Call(FUNCTIONS["log10"], (replace(node.args[0], _to_base_ten),))
    return None


def factor_two(case: Case) -> Iterator[Rewritten]:
    """The factor ½ or 2 of a square lost, or put in twice."""
    yield Mul((Number(2), case.formula)), case.formula
    yield Div(case.formula, Number(2)), case.formula


def mean_lost(case: Case) -> Iterator[Rewritten]:
    """The division by the number of samples or outputs lost, or made where it does not belong."""
    outputs = case.graph.run.program.model.outputs
    if not outputs:
        return
    samples, width = outputs[0].samples, outputs[0].shape[-1]
    for count in sorted({samples, width, samples * width} - {1}):
        if count == 2 and case.rule in SQUARED:
            continue
        yield Mul((Number(count), case.formula)), case.formula
        yield Div(case.formula, Number(count)), case.formula


def decay_left_out(case: Case) -> Iterator[Rewritten]:
    """The gradient or the loss without weight decay."""
    for node in case.sums():
        gone = [term for term in node.terms if has_role(term, Role.DECAY)]
        if gone:
            kept = tuple(term for term in node.terms if term not in gone)
            yield case.with_part(node, total(kept)), gone[0]


# Sums, indices and matrices


def bias_left_out(case: Case) -> Iterator[Rewritten]:
    """The weighted sum without its bias."""
    for node in case.sums():
        kept = tuple(term for term in node.terms if not _is_bias(term))
        if len(kept) < len(node.terms):
            gone = next(term for term in node.terms if _is_bias(term))
            yield case.with_part(node, total(kept)), gone


def _is_bias(term: Formula) -> bool:
    return has_role(term, Role.BIAS)


def path_left_out(case: Case) -> Iterator[Rewritten]:
    """One term of a sum forgotten: a path, a sample, a window."""
    for node in case.sums():
        paths = [term for term in node.terms if _is_path(term)]
        if not 2 <= len(paths) <= MOST_TERMS:
            continue
        for term in paths:
            kept = tuple(other for other in node.terms if other is not term)
            yield case.with_part(node, total(kept)), term


def _is_path(term: Formula) -> bool:
    """Whether a term is one of several alike, no bias and no penalty."""
    if _is_bias(term):
        return False
    roles = {entry.quantity.role for entry in entries_in(term)}
    return bool(roles) and roles.isdisjoint((Role.DECAY, Role.RATE, Role.TARGET))


def wrong_index(case: Case) -> Iterator[Rewritten]:
    """A sum in which one factor's index stands still, at the first place or at the entry's own."""
    for node in case.sums():
        terms = [term for term in node.terms if isinstance(term, Mul) and len(term.factors) == 2]
        pairs = [term.factors for term in terms if all(isinstance(f, Entry) for f in term.factors)]
        if len(pairs) < 2:
            continue
        for side in (0, 1):
            if pairs[0][side] == pairs[1][side]:
                continue
            for place in dict.fromkeys((case.index[-1] if case.index else 0, 0)):
                if place >= len(pairs):
                    continue
                still = pairs[place][side]
                changed = {
                    pair: Mul((still, pair[1]) if side == 0 else (pair[0], still)) for pair in pairs
                }
                new = total(
                    tuple(
                        changed.get(term.factors, term) if isinstance(term, Mul) else term
                        for term in node.terms
                    )
                )
                yield case.with_part(node, new), node


def weights_transposed(case: Case) -> Iterator[Rewritten]:
    """The weight matrix transposed where it is not, or not where it is."""
    outside = False

    def turned(entry: Address) -> Formula | None:
        nonlocal outside
        other = Address(entry.quantity, entry.index[::-1])
        old = _is_weight(entry) and not entry.quantity.kind
        if not old or len(entry.index) != 2 or other == entry:
            return None
        outside = outside or not inside(*other)
        return Entry(*other)

    found, replaced = case.with_entries(turned)
    if replaced and not outside:
        yield found, replaced[0]


def rows_and_columns(case: Case) -> Iterator[Rewritten]:
    """The entry in the other corner of the matrix."""
    turned = case.index[::-1]
    plain = case.quantity.is_weight and len(case.index) == 2
    if plain and turned != case.index and inside(case.quantity, turned):
        yield Entry(case.quantity, turned), case.formula


def wrong_layer(case: Case) -> Iterator[Rewritten]:
    """The values of the layer before or behind where this layer's belong."""
    layers = {
        q.place[0]: q
        for q in case.graph.run.values
        if q.role in SIGNALS and not q.kind and len(q.place) == 1
    }
    own = [entry for entry in entries_in(case.formula) if entry.quantity in layers.values()]
    for by in (1, -1):

        def shifted(entry: Address, by: int = by) -> Formula | None:
            if entry.quantity not in layers.values():
                return None
            other = layers.get(entry.quantity.place[0] + by)
            exists = other is not None and inside(other, entry.index)
            return Entry(other, entry.index) if other is not None and exists else None

        found, replaced = case.with_entries(shifted)
        if replaced and len(replaced) == len(own):
            yield found, replaced[0]


# Updates


def step_added(case: Case) -> Iterator[Rewritten]:
    """The step taken uphill."""
    match case.formula:
        case Add((Entry() as old, Neg(step))):
            yield Add((old, step)), case.formula
        case Add((Entry() as old, step)):
            yield Add((old, Neg(step))), case.formula


def gradient_for_step(case: Case) -> Iterator[Rewritten]:
    """The gradient where a step or a new weight is asked for."""
    gradient = case.derivative()
    if gradient is not None and gradient != case.formula:
        yield gradient, case.formula
        if case.quantity.kind == STEP:
            yield Neg(gradient), case.formula


def step_for_gradient(case: Case) -> Iterator[Rewritten]:
    """The step where a gradient or a new weight is asked for."""
    rate = case.graph.run.program.model.rate
    if rate is None or rate not in case.graph.run.values:
        return
    gradient = case.formula if case.quantity.kind == DERIVATIVE else case.derivative()
    if gradient is not None:
        yield Neg(Mul((Entry(rate, ()), gradient))), case.formula
        yield Mul((Entry(rate, ()), gradient)), case.formula


def rate_left_out(case: Case) -> Iterator[Rewritten]:
    """The whole gradient taken as the step."""
    rate = case.graph.run.program.model.rate
    found, _ = case.with_entries(lambda entry: Number(1) if entry.quantity == rate else None)
    if found != case.formula and rate is not None:
        yield found, Entry(rate, ())


def updated_weights(case: Case) -> Iterator[Rewritten]:
    """Weights that are already updated in the backward pass; or old ones where new ones belong."""

    def newer(weight: Address) -> Formula | None:
        other = weight.as_kind(VALUE if weight.quantity.kind == UPDATED else UPDATED)
        return Entry(*other) if case.graph.known(other) else None

    yield from _with_weights(case, newer)
    if case.graph.before is not None:
        before = case.graph.before.run

        def older(weight: Address) -> Formula | None:
            known = not weight.quantity.kind and weight.quantity in before.program.model.given
            return Number(before.value(*weight)) if known else None

        yield from _with_weights(case, older)


def _with_weights(case: Case, other: Callable[[Address], Formula | None]) -> Iterator[Rewritten]:
    found, replaced = case.with_entries(lambda one: other(one) if _is_weight(one) else None)
    if replaced:
        yield found, replaced[0]


def _is_weight(entry: Address) -> bool:
    """Whether it is a weight, old or new, and not its gradient."""
    return entry.quantity.is_weight and entry.quantity.kind in (VALUE, UPDATED)


def frozen_bias(case: Case) -> Iterator[Rewritten]:
    """A bias that is never updated, taken as if it had been."""
    # What an update would have made of it: of this one, or of the one before.
    updating = case.phase == UPDATE
    source = case.graph if updating else case.graph.before
    if source is None:
        return
    frozen = set(frozen_biases(case.graph.run))
    rate, values = case.graph.run.program.model.rate, source.run.values
    for node in entries_in(case.formula):
        if node.quantity not in frozen:
            continue
        place = node.quantity.place[:1]
        delta = next((q for q in values if _is_delta(q) and q.place == place), None)
        deltas = [] if delta is None else _deltas_of(node, delta)
        if not deltas or rate is None or rate not in values:
            continue
        if updating:
            step = Neg(Mul((Entry(rate, ()), total(tuple(Entry(*one) for one in deltas)))))
            yield case.with_part(node, Add((node, step))), node
        else:
            moved = -values[rate][0] * sum(map(source.exact, deltas))
            yield case.with_part(node, Add((node, Number(moved)))), node


def _is_delta(quantity: Quantity) -> bool:
    return quantity.kind == DERIVATIVE and quantity.role is Role.WEIGHTED_SUM


def _deltas_of(bias: Entry, delta: Quantity) -> list[Address]:
    """The deltas that a bias would be moved by: its unit's, or of all units that share it."""
    if len(delta.shape) != 2:
        return []
    columns = range(delta.shape[1]) if bias.quantity.size == 1 else (bias.index[-1],)
    return [Address(delta, (row, column)) for row in range(delta.shape[0]) for column in columns]


_OUTPUT = ("output_delta", "loss_slope", "fused_delta", "output_loss", "total_loss", "chain_rule")
_AVERAGED = (*_OUTPUT, "weight_gradient", "bias_gradient")

MISCONCEPTIONS: dict[str, Misconception] = {
    "slope_left_out": Misconception(slope_left_out, (BACKWARD,)),
    "activation_left_out": Misconception(activation_left_out, (FORWARD, BACKWARD, GRADIENT)),
    "bias_left_out": Misconception(bias_left_out, (FORWARD,)),
    "error_turned": Misconception(error_turned, (BACKWARD,)),
    "sign_of_delta": Misconception(sign_of_delta, (BACKWARD, GRADIENT)),
    "step_added": Misconception(step_added, (UPDATE,)),
    "rate_left_out": Misconception(rate_left_out, (UPDATE,)),
    "gradient_for_step": Misconception(gradient_for_step, (UPDATE,), pairs=False),
    "step_for_gradient": Misconception(step_for_gradient, (GRADIENT, UPDATE), pairs=False),
    "weights_transposed": Misconception(weights_transposed, (FORWARD, BACKWARD), large=False),
    "slope_misplaced": Misconception(slope_misplaced, (BACKWARD,)),
    "path_left_out": Misconception(path_left_out, (FORWARD, LOSS, BACKWARD, GRADIENT)),
    "updated_weights": Misconception(updated_weights, (FORWARD, BACKWARD), large=False),
    "factor_two": Misconception(factor_two, (LOSS, BACKWARD), _OUTPUT),
    "decay_left_out": Misconception(decay_left_out, (LOSS, GRADIENT)),
    "mean_lost": Misconception(mean_lost, (LOSS, BACKWARD, GRADIENT), _AVERAGED),
    "softmax_elementwise": Misconception(softmax_elementwise, (FORWARD, BACKWARD)),
    "logarithm_base": Misconception(logarithm_base, (LOSS,)),
    "rows_and_columns": Misconception(rows_and_columns, (GRADIENT, UPDATE), pairs=False),
    "wrong_layer": Misconception(wrong_layer, (FORWARD, BACKWARD, GRADIENT), large=False),
    "other_slope": Misconception(other_slope, (BACKWARD,)),
    "other_activation": Misconception(other_activation, (FORWARD,)),
    "wrong_index": Misconception(wrong_index, (BACKWARD,), pairs=False, large=False),
    "frozen_bias": Misconception(frozen_bias, (FORWARD, UPDATE)),
    "early_rounding": Misconception(
        None,
        (FORWARD, LOSS, BACKWARD, GRADIENT, UPDATE),
        decimals=(2, 1),
        all_along=(3, 2, 1),
        pairs=False,
        large=False,
    ),
}
"""In the order in which they are looked for: the most frequent ones first."""
