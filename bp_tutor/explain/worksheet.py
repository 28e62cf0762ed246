"""An exercise on paper: what it says and gives, and a blank for each value that is asked for.

What a student gets is made from the given values alone: there is nothing else in it that could
come out. The answers are filled in for the key only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.asked import group_of, run_of, stated
from bp_tutor.explain.document import Section, Sentence
from bp_tutor.explain.facts import activations_of, facts_of
from bp_tutor.explain.given import TOLD, definitions_of, given_section
from bp_tutor.formula import Entry
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain.asked import Asked, Question
    from bp_tutor.explain.document import Said
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula, Number
    from bp_tutor.solve import Run, Trace

MOST_GIVEN = 400
"""More given numbers are not for working by hand."""
MOST_ASKED = 400
"""More blanks are not for one sheet."""


class Blank(Frozen):
    """A value that is asked for, with its symbol; the answer stands on the key only."""

    name: Formula
    row: str
    """Blanks of one quantity stand together, those of the next one in a new row."""
    lined: bool
    """Whether there is a line for the formula."""
    boxed: bool
    """Whether there is a box for the number."""
    number: Number | None = None
    formula: Formula | None = None


class Part(Frozen):
    """A heading with its blanks."""

    number: int
    heading: Said
    occasion: Said
    blanks: tuple[Blank, ...]
    points: float | None = None
    """What all of it is worth, where points are given."""


class Worksheet(Frozen):
    """One student's sheet, or the same filled in."""

    title: Said
    facts: tuple[Said, ...]
    given: tuple[Section, ...]
    parts: tuple[Part, ...]
    student: str = ""
    """Whose it is, told apart from everybody else."""
    name: str = ""
    number: str = ""
    section: str = ""
    seed: int | None = None
    working: int = 0
    """Ruled lines to work on, for each part."""
    filled: bool = False

    @property
    def possible(self) -> float | None:
        """The points of all parts together, where points are given."""
        points = [part.points for part in self.parts if part.points is not None]
        return sum(points) if points else None


def given_numbers(run: Run) -> int:
    """How many numbers somebody needs who wants to work it out."""
    return sum(quantity.size for quantity in run.program.model.given if quantity in run.values)


def without_answers(run: Run) -> Run:
    """The run as it is before anything is worked out, without what stands among the facts."""
    model = run.program.model
    given = {each: numbers for each, numbers in model.given.items() if each.role not in TOLD}
    values = {quantity: numbers for quantity, numbers in run.values.items() if quantity in given}
    steps = tuple(step._replace(value=None) for step in run.steps)
    program = run.program._replace(model=model._replace(given=given))
    return run._replace(program=program, steps=steps, values=values)


def worksheet(
    settings: Settings,
    trace: Trace,
    questions: tuple[Question, ...],
    *,
    formulas: bool = False,
    points: Sequence[float] = (),
    working: int = 0,
) -> Worksheet:
    """What a student gets: made from what is given, with blanks for the rest.

    `points` says what each question is worth, where it is to be told, and `working` how many
    lines each has to work on.
    """
    run = without_answers(trace.runs[0])
    given = _given(settings, run)
    return Worksheet(
        title=trace.problem.title,
        facts=(*facts_of(settings, trace.problem), *activations_of(settings, trace.problem)),
        given=(given,) if given is not None else (),
        parts=tuple(
            Part(
                question.number,
                question.heading,
                question.occasion,
                _blanks(trace, question, formulas=formulas),
                points[place] if points else None,
            )
            for place, question in enumerate(questions)
        ),
        working=working,
    )


def _blanks(trace: Trace, question: Question, *, formulas: bool) -> tuple[Blank, ...]:
    found = []
    said = stated(trace)
    for asked in question.asked:
        run = run_of(trace, asked)
        # Whether there is a number is told by the file: some give none.
        boxed = run.step(asked.quantity.name).value is not None
        row = group_of(asked.quantity)
        lined = not boxed or (formulas and asked.quantity not in said)
        found.append(Blank(Entry(asked.quantity, asked.index), row, lined, boxed))
    return tuple(found)


def filled_in(
    sheet: Worksheet, settings: Settings, trace: Trace, questions: tuple[Question, ...]
) -> Worksheet:
    """The same sheet with the answers: the key."""
    parts = []
    for part, question in zip(sheet.parts, questions, strict=True):
        blanks = []
        for blank, asked in zip(part.blanks, question.asked, strict=True):
            run = run_of(trace, asked)
            number = answer(settings, run, asked) if blank.boxed else None
            formula = None
            if blank.lined:
                step = run.step(asked.quantity.name)
                formula = settings.shortened(step.entry(asked.index))
            blanks.append(blank._replace(number=number, formula=formula))
        parts.append(part._replace(blanks=tuple(blanks)))
    return sheet._replace(parts=tuple(parts), filled=True)


def answer(settings: Settings, run: Run, asked: Asked) -> Number:
    """The right number as it stands in the derivation."""
    return settings.number(run, asked.quantity, asked.index)


def answers(
    settings: Settings, trace: Trace, questions: tuple[Question, ...]
) -> list[tuple[Number | None, ...]]:
    """The right numbers, question by question; None where the file gives none."""
    return [
        tuple(
            answer(settings, run, asked)
            if asked.quantity in (run := run_of(trace, asked)).values
            else None
            for asked in question.asked
        )
        for question in questions
    ]


def _given(settings: Settings, run: Run) -> Section | None:
    """All numbers, and the formulas of a computation graph: these are the exercise itself."""
    given = given_section(settings._replace(whole=True), run)
    formulas = definitions_of(settings, run)
    if formulas is None:
        return given
    if given is None:
        given = Section(Sentence("section.given"), "given", ())
    return given._replace(blocks=(*given.blocks, formulas))
