"""Figures that the source prints: each must name a quantity that the problem has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.problem.expressions import formula_of
from bp_tutor.problem.model import Published
from bp_tutor.problem.printed import PrintedError, decimal_of
from bp_tutor.reader import shown

if TYPE_CHECKING:
    from bp_tutor.formula import Formula
    from bp_tutor.problem.context import Context
    from bp_tutor.problem.shapes import Section
    from bp_tutor.problem.symbols import Reader


def read_published(problem: Section, symbols: Reader, context: Context) -> tuple[Published, ...]:
    """The figures that the file lists."""
    figures = []
    for section in problem["published"] or ():
        if not section.sound(*section.values):
            continue
        try:
            decimal_of(section["value"])
        except PrintedError as error:
            context.wrong(section.at("value"), str(error))
        if section.has("update", "after"):
            context.mistake(section.at("after"), "problem.update_and_after")
        if section.has("from"):
            formula_of(section.at("from"), lambda _name: None, (), context)
        if symbols.bound and not _is_known(section["name"], symbols):
            name = shown(section["name"])
            context.mistake(section.at("name"), "problem.unknown_published", name=name)
        figures.append(
            Published(
                name=section["name"],
                value=section["value"],
                update=section["update"],
                after=section["after"],
                origin=section["from"],
                page=section["page"],
                accepted=section["accepted"],
                why=section["why"],
                mark=section.node.mark,
            )
        )
    return tuple(figures)


def _is_known(name: str, symbols: Reader) -> bool:
    """Whether `name` is a symbol, or a formula over symbols such as `A[2,1]*W[2,1,1]`."""
    if symbols.read(name) is not None:
        return True
    from bp_tutor.formula import FormulaError, Quantity, Ref, parse
    from bp_tutor.notations import quotient

    def resolve(part: str) -> Formula | None:
        names = quotient(part) or (part,)
        known = symbols.read(part) or all(symbols.read(name) for name in names)
        return Ref(Quantity(part)) if known else None

    try:
        parse(name, resolve)
    except FormulaError:
        return False
    return True
