"""An exercise on paper: what it says and gives, and a blank for each value that is asked for.

What a student gets is made from the given values alone: there is nothing else in it that could
come out. The answers are filled in for the key only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.asked import group_of, run_of, stated
from bp_tutor.explain.document import Listing, Section
from bp_tutor.explain.facts import activations_of, facts_of
from bp_tutor.explain.given import TOLD, given_section
from bp_tutor.formula.compiling import entry_of
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.explain.asked import Asked, Question
    from bp_tutor.explain.page import Page
    from bp_tutor.solve import Run, Trace

MOST_GIVEN = 400
"""More given numbers are not for working by hand."""
MOST_ASKED = 400
"""More blanks are not for one sheet."""


class Blank(Frozen):
    """A value that is asked for, with its symbol; the answer stands on the key only."""

    name: str
    row: str
    """Blanks of one quantity stand together, those of the next one in a new row."""
    lined: bool
    """Whether there is a line for the formula."""
    boxed: bool
    """Whether there is a box for the number."""
    number: str = ""
    formula: str = ""


class Part(Frozen):
    """A heading with its blanks."""

    heading: str
    blanks: tuple[Blank, ...]


class Worksheet(Frozen):
    """One student's sheet, or the same filled in."""

    title: str
    facts: tuple[str, ...]
    given: tuple[Section, ...]
    parts: tuple[Part, ...]
    student: str = ""
    seed: int | None = None
    filled: bool = False


def given_numbers(run: Run) -> int:
    """How many numbers somebody needs who wants to work it out."""
    return sum(quantity.size for quantity in run.program.model.given if quantity in run.values)


def without_answers(run: Run) -> Run:
    """The run as it is before anything is worked out, without what stands among the facts."""
    model = run.program.model
    given = {each: numbers for each, numbers in model.given.items() if each.symbol not in TOLD}
    values = {quantity: numbers for quantity, numbers in run.values.items() if quantity in given}
    steps = tuple(step._replace(value=None) for step in run.steps)
    program = run.program._replace(model=model._replace(given=given))
    return run._replace(program=program, steps=steps, values=values)


def worksheet(
    page: Page, trace: Trace, questions: tuple[Question, ...], *, formulas: bool = False
) -> Worksheet:
    """What a student gets: made from what is given, with blanks for the rest."""
    run = without_answers(trace.runs[0])
    given = _given(page, run)
    return Worksheet(
        title=page.said(trace.problem.title),
        facts=(*facts_of(page, trace.problem), *activations_of(page, trace.problem)),
        given=(given,) if given is not None else (),
        parts=tuple(
            Part(
                f"{question.number}. {question.heading}",
                _blanks(page, trace, question, formulas=formulas),
            )
            for question in questions
        ),
    )


def _blanks(page: Page, trace: Trace, question: Question, *, formulas: bool) -> tuple[Blank, ...]:
    found = []
    said = stated(trace)
    for asked in question.asked:
        run = run_of(trace, asked)
        # Whether there is a number is told by the file: some give none.
        boxed = run.step(asked.quantity.name).value is not None
        name = page.name(asked.quantity, asked.index)
        row = group_of(asked.quantity)
        lined = not boxed or (formulas and asked.quantity not in said)
        found.append(Blank(name, row, lined, boxed))
    return tuple(found)


def filled_in(
    sheet: Worksheet, page: Page, trace: Trace, questions: tuple[Question, ...]
) -> Worksheet:
    """The same sheet with the answers: the key."""
    parts = []
    for part, question in zip(sheet.parts, questions, strict=True):
        blanks = []
        for blank, asked in zip(part.blanks, question.asked, strict=True):
            run = run_of(trace, asked)
            number = answer(page, run, asked) if blank.boxed else ""
            formula = ""
            if blank.lined:
                step = run.step(asked.quantity.name)
                formula = page.spell(entry_of(step.formula, asked.index))
            blanks.append(blank._replace(number=number, formula=formula))
        parts.append(part._replace(blanks=tuple(blanks)))
    return sheet._replace(parts=tuple(parts), filled=True)


def answer(page: Page, run: Run, asked: Asked) -> str:
    """The right number as it stands in the derivation."""
    return page.result(run, asked.quantity, asked.index).text


def answers(page: Page, trace: Trace, questions: tuple[Question, ...]) -> list[tuple[str, ...]]:
    """The right numbers, question by question; empty where the file gives none."""
    return [
        tuple(
            answer(page, run, asked)
            if asked.quantity in (run := run_of(trace, asked)).values
            else ""
            for asked in question.asked
        )
        for question in questions
    ]


def _given(page: Page, run: Run) -> Section | None:
    """All numbers, and the formulas of a computation graph: these are the exercise itself."""
    given = given_section(page._replace(whole=True), run)
    formulas = _definitions(page, run)
    if not formulas:
        return given
    if given is None:
        given = Section(page.words.text("section.given"), "given", ())
    return given._replace(blocks=(*given.blocks, Listing(formulas)))


def _definitions(page: Page, run: Run) -> tuple[str, ...]:
    """The formulas of a computation graph."""
    equals = page.style.equals
    if not page.symbols.structure.names:
        return ()
    return tuple(
        f"{page.name(line.quantity, ())} {equals} {page.spell(line.formula)}"
        for line in run.program.model.definitions
    )
