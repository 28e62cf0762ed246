"""The head of a derivation: where it comes from, and which conventions hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.by_hand import rounding_told
from bp_tutor.explain.naming import legend
from bp_tutor.explain.numbers import format_given

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.catalogue.layer import Layer
    from bp_tutor.explain.page import Page
    from bp_tutor.fields.forms import Setting
    from bp_tutor.problem.model import Graph, Network, Problem


MOST_RATES = 6
"""Rates of a schedule that are listed."""


def facts_of(page: Page, problem: Problem) -> tuple[str, ...]:
    """Source and text, then the conventions that hold, in a few lines."""
    lines = [text for text in (page.said(problem.source), page.said(problem.text)) if text]
    network = problem.network
    if network is not None:
        said = [
            _loss(page, network),
            *_learning(page, network),
            *_conventions(page, problem),
        ]
    else:
        said = _steps(page, problem.graph) if problem.graph is not None else []
    rounded = rounding_told(page, problem.rounding)
    by_kind = bool(problem.rounding.by_quantity)
    told = (text for text in (*said, "" if by_kind else rounded) if text)
    lines.append(page.words.text("fact.join").join(told))
    # What differs from quantity to quantity is a sentence of its own.
    lines.append(rounded if by_kind else "")
    if problem.own_names:
        lines.append(legend(page, problem))
    return tuple(line for line in lines if line)


def _loss(page: Page, network: Network) -> str:
    loss = network.loss
    if loss is None:
        return page.words.text("fact.forward_only")
    name = _with_parameters(page.words.word_for("loss", loss.name), loss.parameters)
    return page.words.text("fact.loss", loss=name)


def _learning(page: Page, network: Network) -> list[str]:
    words = page.words
    said = _steps(page, network) if network.loss is not None else []
    if network.loss is not None and network.loss.penalty is not None:
        name, factor = network.loss.penalty
        shown = page.style.inline(format_given(factor, page.digits, page.style.name).text)
        symbol = _symbol(page, "lambda")
        said.append(words.word_for("regulariser", name, symbol=symbol, value=shown))
    if network.sample_count > 1 and network.loss is not None:
        size = network.batch or network.sample_count
        kind = "online" if size == 1 else "full" if size >= network.sample_count else "mini"
        said.append(words.text(f"fact.batch_{kind}", size=size, samples=network.sample_count))
        if size > 1:
            said.append(words.text(f"fact.samples_{network.loss.samples}"))
    return said


def _steps(page: Page, learner: Network | Graph) -> list[str]:
    """The learning rate, and what else makes steps of gradients."""
    rate = learner.learning_rate
    if rate is None:
        return []
    rates = rate if isinstance(rate, tuple) else (rate,)
    shown = ", ".join(
        page.style.inline(format_given(each, page.digits, page.style.name).text)
        for each in rates[:MOST_RATES]
    )
    shown += f", {page.style.inline(page.dots)}" if len(rates) > MOST_RATES else ""
    said = [page.words.text("fact.rate", symbol=_symbol(page, "eta"), value=shown)]
    if learner.optimiser.name != "gradient_descent":
        said.append(page.words.word_for("optimiser", learner.optimiser.name))
    return said


def _symbol(page: Page, letter: str) -> str:
    from bp_tutor.formula import Quantity

    return page.style.inline(page.name(Quantity(letter), ()))


def _conventions(page: Page, problem: Problem) -> list[str]:
    words = page.words
    network, conventions = problem.network, problem.conventions
    assert network is not None
    said = [words.text(f"fact.{key}") for key, holds in (
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
        ("no_bias", all(layer.bias.kind == "none" for layer in network.layers)),
    ) if holds]  # fmt: skip
    slopes = sorted({layer.slope_at_zero for layer in network.layers if _bends_at_zero(layer)})
    said += [words.text("fact.slope_at_zero", slope=slope) for slope in slopes]
    return said


def _has_frozen_bias(layer: Layer) -> bool:
    return layer.bias.frozen and layer.bias.kind != "none"


def _bends_at_zero(layer: Layer) -> bool:
    return layer.activation == "relu"


def activations_of(page: Page, problem: Problem) -> tuple[str, ...]:
    """Which layer has which activation, as somebody needs it who has only the sheet."""
    from bp_tutor.explain.sections import layer_name

    network = problem.network
    if network is None:
        return ()
    words = page.words
    if len(said := {_activation(page, layer) for layer in network.layers}) == 1 and said != {""}:
        return (words.text("worksheet.activation", name=said.pop()),)
    listed = []
    for number, layer in enumerate(network.layers, 2):
        if name := _activation(page, layer):
            where = layer_name(page, number)
            listed.append(words.text("worksheet.layer", layer=where, name=name))
    join = words.text("worksheet.join")
    return (words.text("worksheet.activations", list=join.join(listed)),) if listed else ()


def _activation(page: Page, layer: Layer) -> str:
    """The name of an activation with its parameters; nothing where there is none."""
    if layer.activation == "identity":
        return ""
    return _with_parameters(page.words.word_for("activation", layer.activation), layer.parameters)


def _with_parameters(name: str, parameters: Iterable[tuple[str, Setting]]) -> str:
    settings = ", ".join(f"{letter} = {value:g}" for letter, value in parameters)
    return f"{name} ({settings})" if settings else name
