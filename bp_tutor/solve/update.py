"""The lines of an update: from gradients to new weights, by any optimiser."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.catalogue import Definition, Remark, optimiser_row
from bp_tutor.formula import Formula, Number, Quantity, Ref, replace
from bp_tutor.formula.algebra import add, neg, template, tidy
from bp_tutor.formula.atoms import Hole
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, Role

if TYPE_CHECKING:
    from bp_tutor.catalogue import Model
    from bp_tutor.catalogue.optimisers import OptimiserRow
    from bp_tutor.problem.model import Problem

COUNT = Quantity("t", role=Role.SETTING)


class Update(NamedTuple):
    """The lines, what they start from, and what each update hands on to the next."""

    lines: tuple[Definition, ...]
    given: dict[Quantity, tuple[float, ...] | None]
    carried_on: tuple[tuple[Quantity, Quantity], ...]


def update_of(problem: Problem, model: Model, trained: tuple[Quantity, ...]) -> Update:
    """The update of the quantities `trained` by the problem's optimiser."""
    part = problem.network or problem.graph
    assert part is not None
    row = optimiser_row(part.optimiser, problem.conventions.report)
    lines: list[Definition] = []
    carried = [(quantity, quantity.as_kind(UPDATED)) for quantity in trained]
    given: dict[Quantity, tuple[float, ...] | None] = {
        Quantity(name, role=Role.SETTING): (value,) for name, value in row.parameters
    }
    for quantity in trained:
        lines += _lines(row, model, quantity)
        for state in row.states:
            kept = quantity.as_kind(state)
            given[kept] = (0.0,) * quantity.size
            carried.append((kept, quantity.as_kind(state + UPDATED)))
    if row.counts:
        given[COUNT] = (1.0,)
        counted = COUNT.as_kind(UPDATED)
        one_more = add(Ref(COUNT), Number(1))
        lines.append(Definition(counted, one_more, "update", "count", carried=True))
        carried.append((COUNT, counted))
    return Update(tuple(lines), given, tuple(carried))


def parameter_names(problem: Problem) -> tuple[str, ...]:
    """What an optimiser's formulas speak of beside weights and the learning rate: `mu`, `t`."""
    part = problem.network or problem.graph
    assert part is not None
    row = optimiser_row(part.optimiser, problem.conventions.report)
    return (*(name for name, _ in row.parameters), *((COUNT.symbol,) if row.counts else ()))


def _lines(row: OptimiserRow, model: Model, quantity: Quantity) -> list[Definition]:
    gradient: Formula = Ref(quantity.as_kind(DERIVATIVE))
    assert model.rate is not None
    holes: dict[str, Formula] = {
        "w": Ref(quantity),
        "g": neg(gradient) if model.factor < 0 else gradient,
        "eta": Ref(model.rate),
        "t": Ref(COUNT),
    }
    holes |= {name: Ref(Quantity(name, role=Role.SETTING)) for name, _ in row.parameters}
    holes |= {state: Ref(quantity.as_kind(state)) for state in row.states}
    lines: list[Definition] = []
    for line in row.lines:
        formula = replace(
            template(line.formula),
            lambda node: holes[node.symbol] if isinstance(node, Hole) else None,
        )
        defined = quantity.as_kind(line.kind)
        said = (Remark(row.remark),) if row.remark and not lines else ()
        lines.append(Definition(defined, tidy(formula), "update", line.rule, remarks=said))
        name = line.kind.replace("'", "_new") if line.kind.endswith("'") else line.kind
        holes[name] = Ref(defined)
    return lines
