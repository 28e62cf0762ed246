"""The mistakes that drawn numbers ought to show: a part of the scheme of drawing (see `draw.py`).

Which draws are passed over decides which numbers a seed gives, so these rewrites stay as they
were when seeds were handed out first, while the grammar of mistakes that answers are held
against (`quiz.mistakes.rewrites`) goes on growing. Nothing here is changed but by a new scheme.
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
    Ref,
    as_shown,
    call,
    replace,
    walk,
)
from bp_tutor.formula.choices import SoftmaxEntry
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, SIGNALS, STEP, UPDATED, VALUE, Address, Role
from bp_tutor.frozen import Frozen
from bp_tutor.quiz.entry_graph import frozen_biases
from bp_tutor.quiz.mistakes.candidates import Candidate, Candidates, Rewritings
from bp_tutor.quiz.mistakes.case import (
    Rewritten,
    entries_in,
    has_role,
    inside,
    product,
    sums_of,
    total,
)
from bp_tutor.quiz.tolerance import entries_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.entry_graph import EntryGraph

    Spoiled = tuple[Formula, Formula | None]
    """The formula with the mistake in it, and the part of the right one that it spoils."""

FORWARD, LOSS, BACKWARD, GRADIENT, UPDATE = "forward", "loss", "backward", "gradient", "update"
COMMON_ACTIVATIONS = ("sigmoid", "tanh")
"""Those that are taken for each other, beside those of the network itself."""
LARGE = 400
"""Nodes of a formula beyond which only the plainest of them are looked for."""
MOST_TERMS = 8
"""Of a longer sum no single term is left out."""
SQUARED = ("output_loss",)
"""Rules at which a factor 2 is the square's own."""


class Mistake(NamedTuple):
    """What a mistake does to a formula, and at which steps it can be made."""

    rewrite: Callable[[Case], Iterator[Spoiled]]
    phases: tuple[str, ...]
    rules: tuple[str, ...] = ()
    """Only at steps with these rules; empty for all."""
    large: bool = True
    """Whether it is looked for in formulas of hundreds of terms."""


def candidates_of(graph: EntryGraph, entry: Address) -> Candidates:
    """What each of these mistakes makes of an entry."""
    formula = as_shown(graph.formula(entry))
    case = Case(graph, entry, formula)
    small = len(walk(formula)) <= LARGE
    right = hash(formula)
    seen: set[tuple[str, int]] = set()
    found = []
    for name, mistake in MISTAKES.items():
        fits = case.phase in mistake.phases and (not mistake.rules or case.rule in mistake.rules)
        if not (fits and (small or mistake.large)):
            continue
        for spoiled, part in mistake.rewrite(case):
            there = (name, hash(spoiled))
            leaves = entries_of(spoiled)
            if there[1] == right or there in seen or entry in leaves:
                continue
            seen.add(there)
            if all(map(graph.known, leaves)):
                changes = () if part is None else (Rewritten(spoiled, part, spoiled),)
                found.append(Candidate((name,), spoiled, changes))
    return Candidates(Rewritings(tuple(found)))


class Case(Frozen):
    """One entry that is worked out, with its formula."""

    graph: EntryGraph
    address: Address
    formula: Formula

    @property
    def quantity(self) -> Quantity:
        return self.address.quantity

    @property
    def index(self) -> tuple[int, ...]:
        return self.address.index

    @property
    def phase(self) -> str:
        step = self.graph.step(self.address)
        return step.line.phase if step is not None else ""

    @property
    def activates(self) -> bool:
        """Whether an activation gives what is asked for."""
        step = self.graph.step(self.address)
        return step is not None and step.line.activates is not None

    @property
    def rule(self) -> str:
        step = self.graph.step(self.address)
        return step.line.rule if step is not None else ""

    def derivative(self) -> Formula | None:
        """The entry of the derivative by the weight whose update is asked for."""
        own = self.address.as_kind(DERIVATIVE)
        return Entry(*own) if self.graph.known(own) else None

    def with_entries(
        self, other: Callable[[Address], Formula | None]
    ) -> tuple[Formula, list[Entry]]:
        """The formula with other entries where `other` gives some, and the entries replaced."""
        replaced: list[Entry] = []

        def exchange(node: Formula) -> Formula | None:
            if not isinstance(node, Entry):
                return None
            found = other(Address(node.quantity, node.index))
            if found is not None:
                replaced.append(node)
            return found

        return replace(self.formula, exchange), replaced

    def with_part(self, old: Formula, new: Formula) -> Formula:
        """The formula with `new` in the very place of one of its parts."""
        return replace(self.formula, lambda node: new if node is old else None)

    def sums(self) -> list[Add]:
        """Sums that stand in the formula by themselves or as a factor, never inside a function."""
        return sums_of(self.formula)

    def activated(self) -> tuple[Quantity, Formula] | None:
        """The values behind an entry's activation, and its formula."""
        return self.graph.activated(self.quantity.as_kind(VALUE))

    def slope(self) -> Formula | None:
        """The slope of the activation behind an entry, as it stands in the delta's formula."""
        found = self.activated()
        if found is None or not isinstance(found[1], Call):
            return None
        slope = found[1].slope(Ref(found[0]))
        if slope is None or isinstance(slope, Number):
            return None
        return entry_of(slope, self.index)

    def other_activations(self, own: Call) -> Iterator[str]:
        """The activations that may be taken for a layer's own."""
        lines = self.graph.run.program.model.definitions
        calls = (line.formula for line in lines if line.activates is not None)
        names = (one.function.name for one in calls if isinstance(one, Call))
        every = dict.fromkeys((*names, *COMMON_ACTIVATIONS))
        return (name for name in every if name != own.function.name)


def with_factor(formula: Formula, old: Formula, new: Formula | None) -> Formula | None:
    """A product with the factors of `old` taken out and `new` put in; None where they are not."""
    match formula:
        case Neg(arg):
            inner = with_factor(arg, old, new)
            return None if inner is None else Neg(inner)
        case Div(top, bottom):
            inner = with_factor(top, old, new)
            return None if inner is None else Div(inner, bottom)
        case Mul(factors):
            rest = list(factors)
            for part in old.factors if isinstance(old, Mul) else (old,):
                if part not in rest:
                    return None
                rest.remove(part)
            return product((*rest, *([] if new is None else [new])))
    return None


# Activations and their slopes


def slope_left_out(case: Case) -> Iterator[Spoiled]:
    """The delta without the slope of its activation."""
    slope = case.slope()
    if slope is not None and (found := with_factor(case.formula, slope, None)) is not None:
        yield found, slope


def slope_misplaced(case: Case) -> Iterator[Spoiled]:
    """The slope taken at Z where it belongs to A, or at A where it belongs to Z."""
    z = case.address.as_kind(VALUE)
    slope, activated = case.slope(), case.activated()
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


def other_slope(case: Case) -> Iterator[Spoiled]:
    """The slope of another activation."""
    z = case.address.as_kind(VALUE)
    slope, activated = case.slope(), case.activated()
    if slope is None or activated is None or not isinstance(activated[1], Call):
        return
    a = Address(activated[0], z.index)
    slopes = (_slope_of(name, z, a) for name in case.other_activations(activated[1]))
    yield from _with_slopes(case, slope, (other for other in slopes if other is not None))


def _with_slopes(case: Case, slope: Formula, others: Iterable[Formula]) -> Iterator[Spoiled]:
    for other in others:
        found = with_factor(case.formula, slope, other)
        if other != slope and found is not None:
            yield found, slope


@lru_cache(maxsize=4_000)
def _slope_of(name: str, z: Address, a: Address) -> Formula | None:
    return call(name, Entry(*z)).slope(Entry(*a))


def activation_left_out(case: Case) -> Iterator[Spoiled]:
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


def other_activation(case: Case) -> Iterator[Spoiled]:
    """Another activation than the layer's."""
    if case.activates and isinstance(case.formula, Call):
        for name in case.other_activations(case.formula):
            yield call(name, case.formula.args[0]), case.formula


def softmax_elementwise(case: Case) -> Iterator[Spoiled]:
    """Softmax as if each output had nothing to do with the others."""
    if isinstance(case.formula, SoftmaxEntry):
        logit = case.formula.logits[case.formula.place]
        yield call("sigmoid", logit), case.formula
        yield call("exp", logit), case.formula
        return
    activated = case.activated()
    if activated is None or not isinstance(activated[1], Apply):
        return
    own = Entry(activated[0], case.index)
    slope = Mul((own, Add((Number(1), Neg(own)))))
    yield Mul((case.formula, slope)), case.formula
    upstream = case.graph.run.program.line(activated[0].as_kind(DERIVATIVE))
    if upstream is not None:
        yield Mul((entry_of(upstream.formula, case.index), slope)), case.formula


# The error at the output, and the loss


def error_turned(case: Case) -> Iterator[Spoiled]:
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


def sign_of_delta(case: Case) -> Iterator[Spoiled]:
    """The sign of a delta lost in the backward pass."""
    if not has_role(case.formula, Role.TARGET):
        yield Neg(case.formula), case.formula


def logarithm_base(case: Case) -> Iterator[Spoiled]:
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


def factor_two(case: Case) -> Iterator[Spoiled]:
    """The factor ½ or 2 of a square lost, or put in twice."""
    yield Mul((Number(2), case.formula)), case.formula
    yield Div(case.formula, Number(2)), case.formula


def mean_lost(case: Case) -> Iterator[Spoiled]:
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


def decay_left_out(case: Case) -> Iterator[Spoiled]:
    """The gradient or the loss without weight decay."""
    for node in case.sums():
        gone = [term for term in node.terms if has_role(term, Role.DECAY)]
        if gone:
            kept = tuple(term for term in node.terms if term not in gone)
            yield case.with_part(node, total(kept)), gone[0]


# Sums, indices and matrices


def bias_left_out(case: Case) -> Iterator[Spoiled]:
    """The weighted sum without its bias."""
    for node in case.sums():
        kept = tuple(term for term in node.terms if not _is_bias(term))
        if len(kept) < len(node.terms):
            gone = next(term for term in node.terms if _is_bias(term))
            yield case.with_part(node, total(kept)), gone


def _is_bias(term: Formula) -> bool:
    return has_role(term, Role.BIAS)


def path_left_out(case: Case) -> Iterator[Spoiled]:
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


def wrong_index(case: Case) -> Iterator[Spoiled]:
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


def weights_transposed(case: Case) -> Iterator[Spoiled]:
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


def rows_and_columns(case: Case) -> Iterator[Spoiled]:
    """The entry in the other corner of the matrix."""
    turned = case.index[::-1]
    plain = case.quantity.is_weight and len(case.index) == 2
    if plain and turned != case.index and inside(case.quantity, turned):
        yield Entry(case.quantity, turned), case.formula


def wrong_layer(case: Case) -> Iterator[Spoiled]:
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


def step_added(case: Case) -> Iterator[Spoiled]:
    """The step taken uphill."""
    match case.formula:
        case Add((Entry() as old, Neg(step))):
            yield Add((old, step)), case.formula
        case Add((Entry() as old, step)):
            yield Add((old, Neg(step))), case.formula


def gradient_for_step(case: Case) -> Iterator[Spoiled]:
    """The gradient where a step or a new weight is asked for."""
    gradient = case.derivative()
    if gradient is not None and gradient != case.formula:
        yield gradient, case.formula
        if case.quantity.kind == STEP:
            yield Neg(gradient), case.formula


def step_for_gradient(case: Case) -> Iterator[Spoiled]:
    """The step where a gradient or a new weight is asked for."""
    rate = case.graph.run.program.model.rate
    if rate is None or rate not in case.graph.run.values:
        return
    gradient = case.formula if case.quantity.kind == DERIVATIVE else case.derivative()
    if gradient is not None:
        yield Neg(Mul((Entry(rate, ()), gradient))), case.formula
        yield Mul((Entry(rate, ()), gradient)), case.formula


def rate_left_out(case: Case) -> Iterator[Spoiled]:
    """The whole gradient taken as the step."""
    rate = case.graph.run.program.model.rate
    found, _ = case.with_entries(lambda entry: Number(1) if entry.quantity == rate else None)
    if found != case.formula and rate is not None:
        yield found, Entry(rate, ())


def updated_weights(case: Case) -> Iterator[Spoiled]:
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


def _with_weights(case: Case, other: Callable[[Address], Formula | None]) -> Iterator[Spoiled]:
    found, replaced = case.with_entries(lambda one: other(one) if _is_weight(one) else None)
    if replaced:
        yield found, replaced[0]


def _is_weight(entry: Address) -> bool:
    """Whether it is a weight, old or new, and not its gradient."""
    return entry.quantity.is_weight and entry.quantity.kind in (VALUE, UPDATED)


def frozen_bias(case: Case) -> Iterator[Spoiled]:
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

MISTAKES: dict[str, Mistake] = {
    "slope_left_out": Mistake(slope_left_out, (BACKWARD,)),
    "activation_left_out": Mistake(activation_left_out, (FORWARD, BACKWARD, GRADIENT)),
    "bias_left_out": Mistake(bias_left_out, (FORWARD,)),
    "error_turned": Mistake(error_turned, (BACKWARD,)),
    "sign_of_delta": Mistake(sign_of_delta, (BACKWARD, GRADIENT)),
    "step_added": Mistake(step_added, (UPDATE,)),
    "rate_left_out": Mistake(rate_left_out, (UPDATE,)),
    "gradient_for_step": Mistake(gradient_for_step, (UPDATE,)),
    "step_for_gradient": Mistake(step_for_gradient, (GRADIENT, UPDATE)),
    "weights_transposed": Mistake(weights_transposed, (FORWARD, BACKWARD), large=False),
    "slope_misplaced": Mistake(slope_misplaced, (BACKWARD,)),
    "path_left_out": Mistake(path_left_out, (FORWARD, LOSS, BACKWARD, GRADIENT)),
    "updated_weights": Mistake(updated_weights, (FORWARD, BACKWARD), large=False),
    "factor_two": Mistake(factor_two, (LOSS, BACKWARD), _OUTPUT),
    "decay_left_out": Mistake(decay_left_out, (LOSS, GRADIENT)),
    "mean_lost": Mistake(mean_lost, (LOSS, BACKWARD, GRADIENT), _AVERAGED),
    "softmax_elementwise": Mistake(softmax_elementwise, (FORWARD, BACKWARD)),
    "logarithm_base": Mistake(logarithm_base, (LOSS,)),
    "rows_and_columns": Mistake(rows_and_columns, (GRADIENT, UPDATE)),
    "wrong_layer": Mistake(wrong_layer, (FORWARD, BACKWARD, GRADIENT), large=False),
    "other_slope": Mistake(other_slope, (BACKWARD,)),
    "other_activation": Mistake(other_activation, (FORWARD,)),
    "wrong_index": Mistake(wrong_index, (BACKWARD,), large=False),
    "frozen_bias": Mistake(frozen_bias, (FORWARD, UPDATE)),
}
"""The mistakes that numbers ought to show."""
