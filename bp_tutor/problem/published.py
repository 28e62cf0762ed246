"""Figures that the source prints: each must name a quantity that the problem has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.problem.expressions import formula_of, place_in
from bp_tutor.problem.model import Published
from bp_tutor.problem.printed import PrintedError, decimal_of
from bp_tutor.problem.sizes import size_in
from bp_tutor.reader import Scalar, shown

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
        if symbols.bound and symbols.known:
            _check_name(section, symbols, context)
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


def _check_name(section: Section, symbols: Reader, context: Context) -> None:
    """Whether it is a symbol, a formula over some such as `A[2,1]*W[2,1,1]`, or a size."""
    name, node = section["name"], section.at("name")
    if (size := size_in(name)) is not None:
        name = size[1]
    if symbols.read(name) is not None:
        return
    from bp_tutor.formula import FormulaError, Quantity, Ref, parse
    from bp_tutor.notations import quotient

    def resolve(part: str) -> Formula | None:
        names = quotient(part) or (part,)
        known = symbols.read(part) or all(symbols.read(name) for name in names)
        return Ref(Quantity(part)) if known else None

    try:
        # Which function the course calls f, the calculation knows.
        parse(name, resolve, implicit=True, own_function="sigmoid")
    except FormulaError as error:
        if error.key != "formula.unknown_name":
            values = {key: shown(str(value)) for key, value in error.values.items()}
            mark = place_in(node, error.position) if isinstance(node, Scalar) else node.mark
            context.mistake(node, error.key, mark=mark, **values)
            return
        part = str(error.values.get("name", name))
        sides = quotient(part) or (part,)
        part = next((side for side in sides if symbols.read(side) is None), part)
        near, choices = symbols.meant(part)
        expected = "expected.one_of" if choices else ""
        context.mistake(
            node, "problem.unknown_published", expected=expected, nearest=near,
            name=shown(part), choices=choices,
        )  # fmt: skip
