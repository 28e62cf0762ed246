"""The trace as JSON: every step by canonical identifiers, values in full precision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bp_tutor.explain.page import put_in_exactly
from bp_tutor.formula import CANONICAL, Number, spell
from bp_tutor.formula.compiling import entry_of
from bp_tutor.solve.check import check

if TYPE_CHECKING:
    from bp_tutor.notations import Symbols
    from bp_tutor.solve import Run, Step, Trace
    from bp_tutor.solve.training import Training

TRACE_SCHEMA = "bp-tutor/trace/1"
TRAINING_SCHEMA = "bp-tutor/training/1"


def trace_json(trace: Trace, symbols: Symbols) -> tuple[str, bool]:
    """The trace as one JSON document, and whether all gradients were found right."""
    problem = trace.problem
    verified = _verified(trace)
    steps = [_step(run, step, symbols) for run in trace.runs for step in run.steps]
    document = {
        "schema": TRACE_SCHEMA,
        "problem": {
            "name": problem.name,
            "title": dict(problem.title.by_language),
            "notation": symbols.notation.name,
        },
        "conventions": conventions(trace),
        "given": _given(trace.runs[0]),
        "steps": steps,
        "verified": verified,
    }
    if trace.after is not None:
        document["after"] = [_step(trace.after, step, symbols) for step in trace.after.steps]
    return _dumped(document), not (verified and verified["failed"])


def training_json(training: Training, name: str, updates: int) -> str:
    """The losses at the points shown, and the last weights, outputs and loss by identifier."""
    final = training.last
    values = {}
    for quantity, numbers in final.values.items():
        if quantity.symbol in ("W", "B", "A", "L") and not quantity.kind:
            for index, number in zip(quantity.indices(), numbers, strict=True):
                values[quantity.identifier(index)] = number
    return _dumped(
        {
            "schema": TRAINING_SCHEMA,
            "problem": name,
            "updates": updates,
            "losses": [{"updates": point.updates, "L": point.loss} for point in training.points],
            "final": values,
        }
    )


def conventions(trace: Trace) -> dict[str, Any]:
    """Every convention that changes a figure or a sign, as the problem file says it."""
    problem = trace.problem
    said: dict[str, Any] = {
        "delta": problem.conventions.delta,
        "update_order": problem.conventions.update_order,
        "report": problem.conventions.report,
        "first_update": problem.conventions.first_update,
        "rounding": "exact" if not problem.rounding.by_hand else _rounding(trace),
    }
    network = problem.network
    if network is not None and network.loss is not None:
        loss = network.loss
        said |= {
            "loss": loss.name,
            "loss_over_samples": loss.samples,
            "error": loss.error,
            "factor_dropped": loss.drop_factor,
            "weight_decay": loss.weight_decay,
            "batch": network.batch or network.sample_count,
            "learning_rate": network.learning_rate,
        }
    return said


def _rounding(trace: Trace) -> dict[str, Any]:
    rounding = trace.problem.rounding
    return {
        "digits": rounding.digits if rounding.mode == "hand" else None,
        "significant": rounding.significant,
        "truncate": rounding.truncate,
        "by_quantity": dict(rounding.by_quantity),
    }


def _given(run: Run) -> dict[str, float]:
    return {
        quantity.identifier(index): number
        for quantity in run.program.model.given
        for index, number in zip(quantity.indices(), run.values.get(quantity, ()), strict=False)
    }


def _step(run: Run, step: Step, symbols: Symbols) -> dict[str, Any]:
    quantity = step.quantity
    numbers = step.value or (None,) * quantity.size
    return {
        "update": step.update,
        "phase": step.line.phase,
        "quantity": quantity.name.partition("[")[0],
        "layer": quantity.place[0] if quantity.place else None,
        "rule": step.line.rule,
        "shape": list(quantity.shape),
        "matrix": f"{quantity.name} = {spell(step.formula, CANONICAL)}",
        "entries": [
            _entry(run, step, index, number, symbols)
            for index, number in zip(quantity.indices(), numbers, strict=True)
        ],
    }


def _entry(
    run: Run, step: Step, index: tuple[int, ...], number: float | None, symbols: Symbols
) -> dict[str, Any]:
    formula = entry_of(step.formula, index)
    quantity = step.quantity
    entry: dict[str, Any] = {
        "id": quantity.identifier(index),
        "name": symbols.name(quantity, index),
        "formula": spell(formula, CANONICAL),
    }
    if number is not None:
        put_in = put_in_exactly(run, formula)
        entry["substituted"] = spell(put_in, CANONICAL)
    entry["value"] = Number(number).number if number is not None else None
    return entry


def _verified(trace: Trace) -> dict[str, Any] | None:
    found = [result for run in trace.runs if (result := check(run)) is not None]
    if not found:
        return None
    return {
        "gradients": sum(result.checked for result in found),
        "largest_difference": max(result.largest for result in found),
        "along_directions": found[0].along_directions,
        "without_the_convention": any(result.recalculated for result in found),
        "skipped_at_kinks": sorted({name for result in found for name in result.skipped}),
        "failed": sorted({name for result in found for name in result.failed}),
    }


def _dumped(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
