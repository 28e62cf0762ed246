"""The head of a derivation: where it comes from, and which conventions hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.layer import layer_kind
from bp_tutor.catalogue.regularisers import REGULARISERS
from bp_tutor.catalogue.schedules import RISING
from bp_tutor.explain.by_hand import rounding_told
from bp_tutor.explain.document import Joined, Said, Sentence, sentence, word_for
from bp_tutor.explain.naming import layer_name, legend
from bp_tutor.explain.nodes import DOTS
from bp_tutor.explain.numbers import format_given
from bp_tutor.explain.settings import plain_number
from bp_tutor.formula import Entry, Quantity
from bp_tutor.formula.quantity import DERIVATIVE, OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.catalogue.layer import Layer
    from bp_tutor.explain.settings import Settings
    from bp_tutor.fields.forms import Setting
    from bp_tutor.formula import Formula
    from bp_tutor.problem.model import Graph, Network, Problem


MOST_RATES = 6
"""Numbers that are listed of a schedule."""


def facts_of(settings: Settings, problem: Problem) -> tuple[Said, ...]:
    """Source and text, then the conventions that hold, in a few lines."""
    lines: list[Said] = [
        text
        for text in (problem.source, problem.text)
        if any(version for _, version in text.by_language)
    ]
    network = problem.network
    if network is not None:
        said = [
            _loss(network),
            *_smoothing(network),
            *_weights(settings, network),
            *_learning(settings, network),
            *_conventions(problem),
        ]
    else:
        graph = problem.graph
        assert graph is not None
        said = [*_in_turn(settings, graph, problem.updates), *_steps(settings, graph)]
    rounded = rounding_told(settings, problem.rounding)
    by_kind = bool(problem.rounding.by_quantity)
    if rounded is not None and not by_kind:
        said.append(rounded)
    if said:
        lines.append(Joined(tuple(said), Sentence("fact.join")))
    # What differs from quantity to quantity is a sentence of its own.
    if rounded is not None and by_kind:
        lines.append(rounded)
    told = legend(settings, problem) if problem.own_names else None
    return (*lines, told) if told is not None else tuple(lines)


def _loss(network: Network) -> Sentence:
    loss = network.loss
    if loss is None:
        if any(name.startswith(OUTSIDE) for name, _ in network.given):
            return Sentence("fact.given_outside")
        return Sentence("fact.given_derivatives" if network.goes_back else "fact.forward_only")
    name = _with_parameters(word_for("loss", loss.name), loss.parameters)
    return sentence("fact.loss", loss=name)


def _weights(settings: Settings, network: Network) -> list[Sentence]:
    """What the loss of a class or a sample counts, and which targets are left out."""
    loss = network.loss
    if loss is None or not network.loss_weights:
        return []
    said = [
        sentence(f"fact.{name}", values=Joined(_listed(settings, numbers)))
        for name, numbers in (
            ("class_weights", loss.class_weights),
            ("sample_weights", loss.sample_weights),
        )
        if numbers
    ]
    if loss.ignored is not None:
        said.append(sentence("fact.ignored", value=_listed(settings, (loss.ignored,))[0]))
    return said


def _smoothing(network: Network) -> list[Sentence]:
    share = network.loss.label_smoothing if network.loss is not None else 0.0
    return [sentence("fact.label_smoothing", value=f"{share:g}")] if share else []


def _learning(settings: Settings, network: Network) -> list[Sentence]:
    said = _steps(settings, network) if network.goes_back else []
    if network.learning_rule:
        said.append(word_for("learning_rule", network.learning_rule))
    if network.loss is not None and network.loss.penalty is not None:
        name, factor = network.loss.penalty
        shown = plain_number(format_given(factor, settings.digits))
        counted = sentence(f"fact.penalised_{network.loss.penalised}")
        symbol = _symbol("lambda")
        said.append(word_for("regulariser", name, symbol=symbol, value=shown, counted=counted))
        if REGULARISERS[name].mixes:
            said.append(sentence("fact.l1_share", share=f"{network.loss.l1_share:g}"))
    if network.sample_count > 1 and network.loss is not None:
        size = network.batch or network.sample_count
        kind = "online" if size == 1 else "full" if size >= network.sample_count else "mini"
        if not network.alone:
            said.append(sentence(f"fact.batch_{kind}", size=size, samples=network.sample_count))
        if size > 1:
            by = f"left_{network.loss.divide_by}" if network.loss_weights else network.loss.samples
            said.append(sentence(f"fact.samples_{by if network.loss.samples == 'mean' else 'sum'}"))
    return said


def _steps(settings: Settings, learner: Network | Graph) -> list[Sentence]:
    """The learning rate, and what else makes steps of gradients."""
    rate = learner.learning_rate
    if rate is None:
        return []
    rates = rate if isinstance(rate, tuple) else (rate,)
    value = Joined(_listed(settings, rates))
    said = [sentence("fact.rate", symbol=_symbol("eta"), value=value)]
    schedule = learner.optimiser.schedule
    if schedule is not None:
        before = [RISING] if RISING in dict(schedule.settings) else []
        said += [word_for("schedule", name) for name in (*before, schedule.name)]
    if learner.optimiser.name != "gradient_descent":
        said.append(word_for("optimiser", learner.optimiser.name))
    if learner.optimiser.clipping is not None:
        kind, limit = learner.optimiser.clipping
        shown_limit = plain_number(format_given(limit, settings.digits))
        said.append(sentence(f"fact.clipping_{kind}", limit=shown_limit))
    return said


def _in_turn(settings: Settings, graph: Graph, updates: int) -> list[Sentence]:
    """The derivatives that are given for each update."""
    return [
        sentence(
            "fact.in_turn_stays" if len(numbers) < updates else "fact.in_turn",
            of=Entry(Quantity(name).as_kind(DERIVATIVE), ()),
            values=Joined(_listed(settings, numbers)),
        )
        for name, numbers in graph.changing
    ]


def _listed(settings: Settings, numbers: tuple[float, ...]) -> tuple[Said, ...]:
    """The first numbers of a list, one for each update."""
    shown = [plain_number(format_given(each, settings.digits)) for each in numbers[:MOST_RATES]]
    return (*shown, *([DOTS] if len(numbers) > MOST_RATES else []))


def _symbol(letter: str) -> Formula:
    return Entry(Quantity(letter), ())


def _conventions(problem: Problem) -> list[Sentence]:
    network, conventions = problem.network, problem.conventions
    assert network is not None
    said = [sentence(f"fact.{key}") for key, holds in (
        ("delta_descent", conventions.delta == "descent"),
        ("sequential", conventions.update_order == "sequential"),
        ("factor_dropped", network.loss is not None and network.loss.drop_factor),
        ("frozen_bias", any(_has_frozen_bias(layer) for layer in network.layers)),
        ("shared_bias", any(layer.bias.shared for layer in network.layers)),
        ("threshold", any(layer.bias.kind == "threshold" for layer in network.layers)),
        ("plus_input", any(layer.bias.kind == "plus_input" for layer in network.layers)),
        ("minus_input", any(layer.bias.kind == "minus_input" for layer in network.layers)),
        ("error_turned", network.loss is not None and network.loss.error == "target-prediction"),
        ("first_update_zero", conventions.first_update == 0),
        ("no_bias", not network.alone and _has_no_bias(network)),
    ) if holds]  # fmt: skip
    slopes = sorted({layer.slope_at_zero for layer in network.layers if _bends_at_zero(layer)})
    said += [sentence("fact.slope_at_zero", slope=slope) for slope in slopes]
    return said


def _has_no_bias(network: Network) -> bool:
    return all(layer.bias.kind == "none" for layer in network.layers)


def _has_frozen_bias(layer: Layer) -> bool:
    return layer.bias.frozen and layer.bias.kind != "none"


def _bends_at_zero(layer: Layer) -> bool:
    return layer.activation == "relu"


def activations_of(settings: Settings, problem: Problem) -> tuple[Said, ...]:
    """Which layer has which activation, as somebody needs it who has only the sheet."""
    network = problem.network
    if network is None:
        return ()
    names = [_activation(layer) for layer in network.layers]
    if not any(names) and not network.alone:
        kinds = (layer_kind(layer.kind) for layer in network.layers)
        identity = word_for("activation", "identity")
        said = sentence("worksheet.activation", name=identity)
        return (said,) if any(kind.activation for kind in kinds) else ()
    if len(set(names)) == 1 and names[0] is not None:
        key = "worksheet.activation_alone" if network.alone else "worksheet.activation"
        return (sentence(key, name=names[0]),)
    listed = tuple(
        sentence("worksheet.layer", layer=layer_name(settings, number), name=name)
        for number, name in enumerate(names, 2)
        if name is not None
    )
    joined = Joined(listed, Sentence("worksheet.join"))
    return (sentence("worksheet.activations", list=joined),) if listed else ()


def _activation(layer: Layer) -> Said | None:
    """The name of an activation with its parameters; None where there is none."""
    if layer.activation == "identity":
        return None
    return _with_parameters(word_for("activation", layer.activation), layer.parameters)


def _with_parameters(name: Said, parameters: Iterable[tuple[str, Setting]]) -> Said:
    set_to = ", ".join(f"{letter} = {value:g}" for letter, value in parameters)
    return Joined((name, f" ({set_to})"), "") if set_to else name
