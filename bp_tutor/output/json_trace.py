"""The trace as JSON: every step by canonical identifiers, values in full precision."""

from __future__ import annotations

import json
from io import StringIO
from typing import IO, TYPE_CHECKING, Any

from bp_tutor.catalogue.regularisers import REGULARISERS
from bp_tutor.explain import View
from bp_tutor.explain.settings import put_in_exactly
from bp_tutor.formula import CANONICAL, spell, worked_out
from bp_tutor.solve.check import check

if TYPE_CHECKING:
    from bp_tutor.catalogue.losses import Loss
    from bp_tutor.catalogue.schedules import Schedule
    from bp_tutor.notations import Symbols
    from bp_tutor.solve import Run, Step, Trace

TRACE_SCHEMA = "bp-tutor/trace/1"


def trace_json(trace: Trace, symbols: Symbols) -> tuple[str, bool]:
    """The whole trace as one JSON document, and whether all gradients were found right."""
    stream = StringIO()
    sound = write_trace(trace, symbols, View(), stream)
    return stream.getvalue(), sound


def write_trace(trace: Trace, symbols: Symbols, view: View, stream: IO[str]) -> bool:
    """Write the trace, a step at a time; answers whether all gradients were found right."""
    problem = trace.problem
    verified = _verified(trace)
    head = {
        "schema": TRACE_SCHEMA,
        "problem": {
            "name": problem.name,
            "title": dict(problem.title.by_language),
            "notation": symbols.notation.name,
        },
        "conventions": conventions(trace),
        "given": _given(trace.runs[0]),
    }
    for key, value in head.items():
        stream.write(f"{'{' if key == 'schema' else ','}\n{_dumped(key)}: {_dumped(value)}")
    stream.write(',\n"steps": [')
    _write_steps(trace.runs, symbols, view, stream)
    stream.write("]")
    if trace.after is not None and view.everything:
        stream.write(',\n"after": [')
        _write_steps((trace.after,), symbols, view, stream)
        stream.write("]")
    stream.write(f',\n"verified": {_dumped(verified)}\n}}\n')
    return not (verified and verified["failed"])


def _write_steps(runs: tuple[Run, ...], symbols: Symbols, view: View, stream: IO[str]) -> None:
    separator = "\n"
    for run in runs:
        for step in run.steps:
            if view.everything or view.shows(step):
                stream.write(f"{separator} {_step(run, step, symbols, view)}")
                separator = ",\n"


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
            **({"loss_parameters": dict(loss.parameters)} if loss.parameters else {}),
            "loss_over_samples": loss.samples,
            "error": loss.error,
            "factor_dropped": loss.drop_factor,
            **({"label_smoothing": loss.label_smoothing} if loss.label_smoothing else {}),
            **_counted(loss),
            **_penalties(loss),
            "batch": network.batch or network.sample_count,
            "learning_rate": network.learning_rate,
            **({"learning_rule": network.learning_rule} if network.learning_rule else {}),
            **_scheduled(network.optimiser.schedule),
            "optimiser": {"name": network.optimiser.name, **dict(network.optimiser.parameters)},
            **(
                {"clipping": dict([network.optimiser.clipping])}
                if network.optimiser.clipping
                else {}
            ),
        }
    return said


def _scheduled(schedule: Schedule | None) -> dict[str, Any]:
    """How the learning rate changes, where it does by a schedule."""
    if schedule is None:
        return {}
    return {"schedule": {"name": schedule.name, **dict(schedule.settings)}}


def _counted(loss: Loss) -> dict[str, Any]:
    """What counts how much in a loss, where that is said."""
    if not loss.weighs:
        return {}
    names = ("class_weights", "sample_weights", "ignored", "divide_by")
    return {name: value for name in names if (value := getattr(loss, name)) not in ((), None)}


def _penalties(loss: Loss) -> dict[str, Any]:
    """What each regulariser is given, by its key."""
    chosen, factor = loss.penalty or ("", 0.0)
    said: dict[str, Any] = {key: factor if key == chosen else 0.0 for key in REGULARISERS}
    if chosen and REGULARISERS[chosen].mixes:
        said["l1_share"] = loss.l1_share
    return said | ({"penalised": loss.penalised} if chosen and loss.penalised != "weights" else {})


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
        address.identifier: run.value(*address)
        for quantity in run.program.model.given
        if quantity in run.values
        for address in quantity.addresses()
    }


def _step(run: Run, step: Step, symbols: Symbols, view: View) -> str:
    """One step as JSON, each entry on a line of its own."""
    quantity = step.quantity
    head = _dumped(
        {
            "update": step.update,
            "phase": step.line.phase,
            "quantity": quantity.head,
            "layer": quantity.place[0] if quantity.place else None,
            "rule": step.line.rule,
            "shape": list(quantity.shape),
            "matrix": f"{quantity.name} = {spell(step.formula, CANONICAL)}",
        }
    )
    entries = ",\n  ".join(
        _dumped(_entry(run, step, index, symbols))
        for index in quantity.indices()
        if view.wants(quantity, index)
    )
    return f'{head[:-1]}, "entries": [\n  {entries}]}}'


def _entry(run: Run, step: Step, index: tuple[int, ...], symbols: Symbols) -> dict[str, Any]:
    formula = step.entry(index)
    quantity = step.quantity
    number = None if step.value is None else step.value[quantity.row_major(index)]
    entry: dict[str, Any] = {
        "id": quantity.identifier(index),
        "name": symbols.name(quantity, index),
        "formula": spell(formula, CANONICAL),
    }
    if number is not None:
        calculated = worked_out(formula, run.lookup)
        entry["substituted"] = spell(put_in_exactly(run, calculated), CANONICAL)
    entry["value"] = number
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
        "undecided": sorted({name for result in found for name in result.undecided}),
        "failed": sorted({name for result in found for name in result.failed}),
    }


def _dumped(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
