"""Second pass over a network problem: from sections to a `Network`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.catalogue.losses import Loss
from bp_tutor.catalogue.measures import MEASURES
from bp_tutor.catalogue.optimisers import names_of
from bp_tutor.fields.forms import BAD
from bp_tutor.fields.records import Section
from bp_tutor.problem.checks import (
    check_activations,
    check_clipping,
    check_complete,
    check_measures,
    check_order,
    check_pooled,
    check_rule,
    check_schedule,
    check_states,
    check_targets,
    check_training,
    lacks_targets,
)
from bp_tutor.problem.concepts import learnt_by
from bp_tutor.problem.edges import read_edges
from bp_tutor.problem.layers import draft_network
from bp_tutor.problem.loss_weights import check_batches, with_counts
from bp_tutor.problem.model import Names, Network
from bp_tutor.problem.samples import read_batch, read_data, sample_count, tokens_of
from bp_tutor.problem.weights import fill_in, read_values

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, Signal
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix, Row
    from bp_tutor.problem.draft import Draft, LayerDraft
    from bp_tutor.problem.symbols import Reader
    from bp_tutor.reader import Node

DECAYED = ("L_data", "L_decay")
"""The parts of a loss with weight decay."""


def build_network(problem: Section, symbols: Reader, context: Context) -> Network | None:
    """The network of the file; None where too little of it is right.

    `symbols` is told the structure as soon as it is known, and reads names from then on.
    """
    section = problem["network"]
    if not isinstance(section, Section):
        return None
    loss = read_loss(problem)
    draft = draft_network(section, context)
    if draft is None or not draft.whole:
        if draft:
            read_data(problem, "inputs", draft.signal, context)
        return None
    if section["edges"]:
        read_edges(section["edges"], draft, context)
    samples = read_data(problem, "inputs", draft.signal, context)
    targets = read_data(problem, "targets", draft.output, context)
    count = sample_count(problem, samples, targets, context)
    counted = isinstance(samples, tuple) or isinstance(targets, tuple)
    names = Names(draft.unit_names, tuple(draft.weight_names.items()))
    states, scalars = named_beside(problem, loss)
    bind = partial(
        symbols.bind, draft.units, names=names, shared=draft.shared_biases, plain=draft.plain,
        edges=draft.edges, gaps=draft.gaps,
        states=states, scalars=scalars,
    )  # fmt: skip
    bind(count)
    given = NOTHING
    if problem["given"]:
        given = _given(problem, draft, count if counted else None, symbols, context)
        if given.arrays and problem["updates"] and problem["updates"] > 1:
            context.mistake(problem.at("updates"), "problem.given_once")
        loss = _loss_beside(given, loss, problem, context)
        if not counted:
            count = given.samples
            bind(count)
    if section["values"]:
        read_values(section["values"], draft, symbols, context)
        fill_in(draft, symbols, context)
    learnt = _differentiated(problem, draft, loss, given, context)
    check_states(draft, count, context)
    check_activations(draft, problem, loss, learnt, context)
    units = draft.layers[-1].units
    every = with_counts(problem, loss, targets, units, context)
    check_targets(problem, loss, every.stand_in(loss, units), units, context)
    if given.arrays and loss is not None and lacks_targets(problem):
        context.mistake(problem.node, "problem.no_targets", child="targets")
    elif samples is not None:
        check_complete(draft, problem, loss, symbols, context)
    check_training(problem, rate=not problem.lacks("learning_rate"), context=context)
    check_measures(problem, context)
    check_order(draft, problem, context)
    check_clipping(problem, problem, context)
    check_schedule(problem, context)
    batch = read_batch(problem, count, context)
    check_batches(problem, every, batch, context)
    check_pooled(draft, count if samples is not None else 0, batch, context)
    if len(context):
        return None
    return Network(
        inputs=draft.inputs,
        layers=tuple(_layer(layer) for layer in draft.layers),
        names=names,
        samples=samples,
        targets=every.targets,
        sample_count=count,
        loss=loss,
        learning_rate=problem["learning_rate"],
        batch=batch,
        ask_inputs=problem["gradients_of_inputs"],
        measures=problem["measures"],
        form=draft.signal.form,
        tokens=bool(tokens_of(problem)),
        sizes=_sizes(draft.signal),
        optimiser=learnt_by(problem),
        loss_weights=every.weights,
        left=every.left,
        learning_rule=problem["learning_rule"] or "",
        given=given.arrays,
        states=given.states,
    )


class _Given(NamedTuple):
    """What is given beside inputs and targets."""

    arrays: tuple[tuple[str, Matrix | None], ...] = ()
    states: tuple[tuple[str, Row], ...] = ()
    samples: int = 1
    through: int = 0
    """The last layer whose activation given derivatives pass through, the input being layer 1."""
    start: Node | None = None
    """Where the first given derivative stands."""
    faulty: bool = False


NOTHING = _Given()


def _given(
    problem: Section, draft: Draft, samples: int | None, symbols: Reader, context: Context
) -> _Given:
    from bp_tutor.problem.given import differentiated, read_given

    before = len(context)
    found = read_given(problem, draft, samples, symbols, context)
    states = [known for known in found if known.is_state]
    arrays = [known for known in found if not known.is_state]
    rows = next((known.rows for known in arrays if known.rows is not None), ())
    return _Given(
        tuple((known.quantity.name, known.rows) for known in arrays),
        tuple((known.quantity.name, known.rows[0]) for known in states if known.rows),
        samples or len(rows) or 1,
        differentiated(found),
        next((known.key for known in arrays if known.quantity.kind), None),
        faulty=len(context) > before,
    )


def _differentiated(
    problem: Section, draft: Draft, loss: Loss | None, given: _Given, context: Context
) -> int:
    """The last layer whose activation is differentiated; 0 where a rule needs no gradient."""
    if problem.has("learning_rule"):
        check_rule(problem, draft, context)
        return 0
    return len(draft.layers) + 1 if loss is not None else given.through


def _loss_beside(
    given: _Given, loss: Loss | None, problem: Section, context: Context
) -> Loss | None:
    """The loss; none where the backward pass begins at derivatives that are given."""
    if given.start is None:
        # What could not be read of it was probably a derivative, where nothing says of a loss.
        guess = given.faulty and problem.lacks("loss") and problem.lacks("targets")
        return None if guess else loss
    for name in ("loss", "targets", "measures"):
        if problem.has(name) and (name != "loss" or loss is not None):
            context.mistake(problem.at(name), "problem.given_and_loss", name=name)
    return None


def _sizes(signal: Signal) -> tuple[int, ...]:
    """The lengths that say what one sample is like; none for a vector."""
    if signal.form == "vector":
        return ()
    return (signal.steps, *signal.shape) if signal.form == "sequence" else signal.shape


def named_beside(problem: Section, loss: Loss | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What there is of each weight by the optimiser, and single numbers with names."""
    states: tuple[str, ...] = ()
    scalars: tuple[str, ...] = ()
    if any(map(problem.has, ("optimiser", "clipping", "schedule"))):
        states, scalars = names_of(learnt_by(problem))
    measures = problem["measures"] if problem["measures"] is not BAD else ()
    scalars += tuple(MEASURES[name].symbol for name in measures or ())
    return states, scalars + (DECAYED if loss is not None and loss.penalty else ())


def read_loss(problem: Section) -> Loss | None:
    """The loss; None where nothing is to be differentiated."""
    given: Loss | None = problem["loss"] or None
    if problem.lacks("loss") and problem.has("learning_rule"):
        # Of outputs that are 0 or 1 it counts the wrong ones.
        return Loss("squared_error", samples="sum")
    return given if problem.has("loss") else Loss()


def _layer(draft: LayerDraft) -> Layer:
    """The layer with its numbers; what units weigh stands in rows, a row a source."""
    layer, arrays = draft.layer._replace(bias=draft.bias), draft.arrays
    if not draft.kind.wired:
        return layer._replace(arrays=tuple(arrays.items()))
    numbers, width = arrays.get("W"), draft.units
    if isinstance(numbers, tuple):
        starts = range(0, len(numbers), width)
        rows = tuple(numbers[start : start + width] for start in starts)
        layer = layer._replace(weights=rows)
    else:
        layer = layer._replace(weights=numbers)
    by_themselves = tuple((key, value) for key, value in arrays.items() if key not in ("W", "B"))
    bias = draft.bias._replace(values=arrays.get("B"))
    return layer._replace(bias=bias, arrays=by_themselves)
