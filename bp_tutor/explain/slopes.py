"""Which proofs a line of a derivation rests on: those of the slopes that stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Joined, Line, sentence
from bp_tutor.formula import Apply, Call, StableForm
from bp_tutor.formula.quantity import DERIVATIVE, VALUE, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.explain.document import Said, Section
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.solve import Program

MARK = "'"
"""Behind the name of a function: its slope."""


def slopes_in(program: Program, quantity: Quantity) -> tuple[str, ...]:
    """The names of the proofs behind the line of a derivative, as `why` takes them."""
    if quantity.kind != DERIVATIVE:
        return ()
    value = quantity.as_kind(VALUE)
    found: list[str] = []
    for line in program.users.get(value, ()):
        if line.phase == "loss":
            found.append(_loss(line.formula) + MARK)
        elif line.activates == value:
            activation = _name(line.formula)
            if not activation:
                continue
            if value in program.model.shortcuts:
                return (f"{activation}+{_loss_of(program)}",)
            found += [activation + MARK, *_of_the_loss(program, line.quantity)]
    return tuple(dict.fromkeys(name for name in found if name != MARK))


def proven_by(names: Iterable[str]) -> Said:
    """Where to read how slopes come about; nothing where there are none."""
    # Firm blanks: a command stays in one piece, to be copied.
    commands = tuple(f"bp-tutor\u00a0why\u00a0{name.removesuffix(MARK)}" for name in names)
    return sentence("why.proofs", names=Joined(commands)) if commands else ""


def with_proofs(sections: Iterable[Section]) -> Iterator[Section]:
    """The sections, each with the proofs of the slopes that its lines are the first to use."""
    told: set[str] = set()
    for section in sections:
        lines = [block for block in section.blocks if isinstance(block, Line)]
        shown = [line for line in lines if any(part.kind == "formula" for part in line.parts)]
        names = dict.fromkeys(name for line in shown for name in line.proofs if name not in told)
        told.update(names)
        yield section._replace(proofs=tuple(names)) if names else section


def _of_the_loss(program: Program, output: Quantity) -> tuple[str, ...]:
    """The slope of the loss, where it is written into the line of the activation's slope."""
    line = program.line(output.as_kind(DERIVATIVE))
    return slopes_in(program, line.quantity) if line is not None and line.inlined else ()


def _loss_of(program: Program) -> str:
    lines = (line for line in program.model.definitions if line.quantity.role is Role.OUTPUT_LOSS)
    return next((_loss(line.formula) for line in lines), "")


def _loss(formula: Formula) -> str:
    shown = formula.shown if isinstance(formula, StableForm) else formula
    return shown.function.name if isinstance(shown, Call) and shown.function.as_body else ""


def _name(formula: Formula) -> str:
    """The function that an activation applies; empty where it is none."""
    if isinstance(formula, Call):
        return formula.function.name
    return formula.primitive.name if isinstance(formula, Apply) else ""
