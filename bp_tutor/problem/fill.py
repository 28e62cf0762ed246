"""Values given by name, put into weight matrices and bias rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.problem.model import Generated
from bp_tutor.problem.types import BAD
from bp_tutor.reader import Scalar, shown

if TYPE_CHECKING:
    from bp_tutor.problem.context import Context
    from bp_tutor.problem.draft import Draft, Given, LayerDraft
    from bp_tutor.problem.model import Matrix, Row


def fill_in(draft: Draft, context: Context) -> None:
    """Put the named numbers into matrices and rows; say what is missing or given twice."""
    for layer in draft.layers:
        weights = draft.given.get(("W", layer.number - 1))
        if weights and _is_free(layer.section["weights"], weights, layer, context):
            sources, targets = range(1, layer.before + 1), range(1, layer.units + 1)
            wanted = [(source, target) for source in sources for target in targets]
            if _is_complete(weights, list(wanted), f"W[{layer.number - 1}", draft, context):
                layer.weights = tuple(
                    tuple(weights[source, target][0] for target in targets) for source in sources
                )
        biases = draft.given.get(("B", layer.number))
        if biases and _is_free(layer.bias.values, biases, layer, context):
            units = [(unit,) for unit in range(1, layer.biases + 1)]
            if _is_complete(biases, list(units), f"B[{layer.number}", draft, context):
                row = tuple(biases[unit][0] for unit in units)
                layer.bias = layer.bias._replace(values=row)


def _is_free(
    already: Matrix | Row | Generated | None, given: Given, layer: LayerDraft, context: Context
) -> bool:
    """Whether the layer's own entry leaves these values to `values:`."""
    if already is not None and already is not BAD:
        node = next(iter(given.values()))[1]
        key = "problem.drawn_and_given" if isinstance(already, Generated) else "problem.given_twice"
        name = shown(node.text) if isinstance(node, Scalar) else ""
        context.mistake(node, key, name=name, layer=layer.number)
    return already is None


def _is_complete(
    given: Given, wanted: list[tuple[int, ...]], start: str, draft: Draft, context: Context
) -> bool:
    missing = [f"{start},{','.join(map(str, place))}]" for place in wanted if place not in given]
    if missing:
        names = [draft.weight_names.get(name, name) for name in missing]
        more = f" ... ({len(names)})" if len(names) > 8 else ""
        node = next(iter(given.values()))[1]
        context.mistake(node, "problem.values_missing", names=", ".join(names[:8]) + more)
    return not missing
