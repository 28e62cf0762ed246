"""Figures that the source prints: their keys, and whether each names a quantity that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.fields.forms import BAD, Choice, Whole, Words, is_number
from bp_tutor.fields.records import Field, Record
from bp_tutor.frozen import Frozen
from bp_tutor.problem.expressions import formula_of, place_in
from bp_tutor.problem.model import MOST_UPDATES, VERDICTS, Published
from bp_tutor.problem.printed import PrintedError, arithmetic, decimal_of, size_in
from bp_tutor.problem.texts import LONG, LONGER, Bilingual
from bp_tutor.reader import Node, Scalar, shown

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.records import Section
    from bp_tutor.fields.schema import Fragment, SchemaWriter
    from bp_tutor.formula import Formula
    from bp_tutor.notations.names import Names
    from bp_tutor.problem.symbols import Reader


QUOTES = "\"'“”„‟‘’‚‛«»「」『』＂＇ "


class Printed(Frozen):
    """A figure as printed, in quotes, so that its digits count."""

    expected: str = "expected.printed"

    def read(self, node: Node, context: Context) -> Any:
        """The text of the figure."""
        if isinstance(node, Scalar) and not node.quoted:
            bare = node.text.strip(QUOTES)
            if bare != node.text:
                context.mistake(node, "problem.plain_quotes", found=bare[:40])
                return BAD
            if is_number(node.text):
                context.mistake(node, "problem.quote_it", found=node.text[:40])
                return BAD
        return Words(40).read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A text; a number has lost its digits."""
        return {"type": "string", "maxLength": 40}


PUBLISHED = Record(
    "published",
    (
        Field("name", Words(LONG), '"W[1,1,1]"', required=True),
        Field("value", Printed(), '"0.8909"', required=True),
        Field("update", Whole(0, MOST_UPDATES), "2"),
        Field("after", Whole(0, MOST_UPDATES), "100"),
        Field("from", Words(LONGER), '"0.1*0.02 + 0.3"'),
        Field("page", Words(LONG), "12"),
        Field("accepted", Choice(VERDICTS), "does_not_follow"),
        Field("why", Bilingual(LONGER), "{en: a zero was lost, zh: 漏了一个零}"),
    ),
)


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
        origin = section["from"]
        if section.has("from"):
            origin = arithmetic(origin, section["value"])
            node = section.at("from")
            if isinstance(node, Scalar):
                node = node._replace(text=arithmetic(node.text, section["value"]))
            formula_of(node, lambda _name: None, (), context)
        if symbols.bound and symbols.known:
            _check_name(section, symbols, context)
        figures.append(
            Published(
                name=section["name"],
                value=section["value"],
                update=section["update"],
                after=section["after"],
                origin=origin,
                page=section["page"],
                accepted=section["accepted"],
                why=section["why"],
                mark=section.node.mark,
            )
        )
    return tuple(figures)


def _check_name(section: Section, symbols: Reader, context: Context) -> None:
    """Whether it is a symbol, a formula over some such as `A[2,1]*W[2,1,1]`, or a size."""
    node = section.at("name")
    if not symbols.plain:
        # What other layers have shows only when they are written as formulas.
        return
    wrong = wrong_name(section["name"], symbols.names)
    if wrong is not None:
        mark = node.mark
        if isinstance(node, Scalar) and wrong.position:
            mark = place_in(node, wrong.position)
        context.mistake(
            node, wrong.key, expected=wrong.expected, nearest=wrong.nearest, mark=mark,
            **wrong.values,
        )  # fmt: skip


class WrongName(NamedTuple):
    """What is wrong with the name of a figure, as it is said of a place in a file."""

    key: str
    values: dict[str, str]
    expected: str = ""
    nearest: str = ""
    position: int = 0


def wrong_name(name: str, names: Names) -> WrongName | None:
    """What is wrong with the name of a figure; None where nothing is."""
    from bp_tutor.formula import FormulaError, Quantity, Ref, parse

    if (size := size_in(name)) is not None:
        name = size[1]

    def resolve(part: str) -> Formula | None:
        return Ref(Quantity(part)) if names.quotient(part) or is_one(part) else None

    def is_one(part: str) -> bool:
        found = names.read(part)
        return found is not None and not found.short

    try:
        # Which function the course calls f, the calculation knows.
        parse(name, resolve, implicit=True, own_function="sigmoid")
    except FormulaError as error:
        # Some names are no formulas: `step w5`, `A21<3>`, `d/dw`.
        if is_one(name):
            return None
        values = {key: shown(str(value)) for key, value in error.values.items()}
        if error.key != "formula.unknown_name":
            return WrongName(error.key, values, position=error.position)
        return _unknown(str(error.values.get("name", name)), names)
    return None


def _unknown(part: str, names: Names) -> WrongName:
    from bp_tutor.notations.suggest import hint

    part = names.unread(part)
    found = hint(names, part)
    if found.key != "unknown":
        values = {"name": shown(part), "names": found.listed}
        return WrongName(f"naming.{found.key}", values, nearest=found.near)
    values = {"name": shown(part), "choices": found.listed}
    expected = "expected.one_of" if found.names else ""
    return WrongName("problem.unknown_published", values, expected, found.near)
