"""Worksheets and keys put together, in whichever format a pen writes."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bp_tutor.explain.picture import picture_of
from bp_tutor.explain.worksheet import without_answers
from bp_tutor.formula import UNICODE
from bp_tutor.frozen import Frozen
from bp_tutor.render.paper.picture import given_picture
from bp_tutor.render.svg import svg_of
from bp_tutor.render.worksheet.pen import Leaf, Row, columns_for, in_turn, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.explain import Document, Page
    from bp_tutor.explain.worksheet import Part, Question, Worksheet
    from bp_tutor.render.worksheet.pen import SheetPen
    from bp_tutor.solve import Trace
    from bp_tutor.words import Words

PICTURE_WIDTH = 80
NUMBERS_IN_A_ROW = 7
"""Numbers of one student beside each other in the table of a class."""


class Paper(Frozen):
    """One student's sheet with what its picture is drawn from."""

    sheet: Worksheet
    trace: Trace
    command: str = ""
    """What practises the same numbers."""


class Key(Frozen):
    """The right numbers of a class, in the order of the questions."""

    title: str
    questions: tuple[Question, ...]
    students: tuple[tuple[Worksheet, list[tuple[str, ...]]], ...]
    command: str
    """What gives the whole working for a seed."""


def write_sheets(pen: SheetPen, page: Page, papers: Sequence[Paper]) -> str:
    """The sheets of some students, one behind the other; the title is told once to the file."""
    first = papers[0].sheet
    leaves = [Leaf(tuple(_sheet(pen, page, paper)), _foot(pen, page, paper)) for paper in papers]
    return pen.pile(first.title, page.words.language, leaves)


def write_key(pen: SheetPen, page: Page, paper: Paper, derivation: Document) -> str:
    """One sheet filled in, then the whole derivation."""
    words = page.words
    title = words.text("worksheet.key_of", title=paper.sheet.title)
    blocks = [
        pen.heading(title, 1),
        pen.paragraph(words.text("worksheet.key_note"), quiet=True),
        *_exercise(pen, page, paper),
        pen.turn(),
        pen.heading(words.text("worksheet.derivation"), 1),
        *chain.from_iterable(map(pen.section, derivation.sections)),
        *(pen.paragraph(line) for line in derivation.closing),
    ]
    foot = words.text("worksheet.key_of", title=_foot(pen, page, paper))
    return pen.pile(title, words.language, [Leaf(tuple(blocks), foot)])


def write_class_key(pen: SheetPen, page: Page, key: Key) -> str:
    """Every student's right numbers: question by question, then student by student."""
    words = page.words
    title = words.text("worksheet.key_of", title=key.title)
    blocks = [
        pen.heading(title, 1),
        pen.paragraph(words.text("worksheet.key_note"), quiet=True),
        pen.paragraph(words.text("worksheet.working", command=key.command)),
        *_by_question(pen, page, key),
        pen.turn(),
        pen.heading(words.text("worksheet.by_student"), 1),
        *_by_student(pen, page, key),
    ]
    return pen.pile(title, words.language, [Leaf(tuple(blocks), title)])


def _sheet(pen: SheetPen, page: Page, paper: Paper) -> Iterator[str]:
    words, sheet = page.words, paper.sheet
    yield pen.fields(
        [(words.text("worksheet.name"), sheet.student), (words.text("worksheet.date"), "")]
    )
    yield pen.heading(sheet.title, 1)
    yield from _exercise(pen, page, paper)


def _exercise(pen: SheetPen, page: Page, paper: Paper) -> Iterator[str]:
    """What the exercise says and gives, its picture, and the blanks."""
    sheet = paper.sheet
    yield from (pen.paragraph(fact) for fact in sheet.facts)
    yield from _picture(pen, page, paper)
    for section in sheet.given:
        yield from pen.section(section)
    rounding = page.rounding
    if rounding is None or not rounding.by_hand:
        yield pen.paragraph(page.words.text("worksheet.digits", digits=page.digits), quiet=True)
    for part in sheet.parts:
        yield pen.part(pen.heading(part.heading), _blanks(pen, page, part))


def _picture(pen: SheetPen, page: Page, paper: Paper) -> Iterator[str]:
    """Drawn from what is given alone."""
    run, problem = without_answers(paper.trace.runs[0]), paper.trace.problem
    found = given_picture(page, problem, run) if pen.draws else None
    if found is not None:
        scene, moment = found
        yield pen.drawing(svg_of(scene, moment, look=pen.look), scene.width)
        return
    lines = picture_of(page._replace(style=UNICODE), problem, run, PICTURE_WIDTH)
    if lines:
        yield pen.picture(lines)


def _blanks(pen: SheetPen, page: Page, part: Part) -> str:
    if any(blank.lined for blank in part.blanks):
        heads = page.words.text("worksheet.formula"), page.words.text("worksheet.result")
        return pen.lines(part.blanks, heads)
    columns = columns_for([blank.name for blank in part.blanks], pen.style.name)
    return pen.blanks(rows_of(part.blanks, columns), columns)


def _foot(pen: SheetPen, page: Page, paper: Paper) -> str:
    """Whose it is, and which numbers it has: small, for whoever finds a single page."""
    sheet, words = paper.sheet, page.words
    said = [sheet.student] if sheet.student else []
    said.append(sheet.title)
    if sheet.seed is not None:
        said.append(words.text("worksheet.variant", seed=sheet.seed))
        said.append(words.text("worksheet.practise", command=paper.command))
    return " · ".join(said)


def _by_question(pen: SheetPen, page: Page, key: Key) -> Iterator[str]:
    """Tables of student by quantity, as many beside each other as fit."""
    words = page.words
    heads = _who(words, key)
    for place, question in enumerate(key.questions):
        names = [page.name(asked.quantity, asked.index) for asked in question.asked]
        for first, some in enumerate(in_turn(range(len(names)), NUMBERS_IN_A_ROW)):
            rows = [
                Row(_whose(sheet, heads), tuple(numbers[place][at] for at in some))
                for sheet, numbers in key.students
            ]
            table = pen.roster(heads, [names[at] for at in some], rows)
            heading = f"{question.number}. {question.heading}"
            yield pen.part(pen.heading(heading), table) if not first else table


def _by_student(pen: SheetPen, page: Page, key: Key) -> Iterator[str]:
    """All numbers of a student together, for whoever marks sheet by sheet."""
    equals = page.style.equals
    for sheet, numbers in key.students:
        said = [sheet.student] if sheet.student else []
        said.append(page.words.text("worksheet.variant", seed=sheet.seed))
        listings = [
            pen.listing(
                [
                    f"{page.name(asked.quantity, asked.index)} {equals} {number}"
                    for asked, number in zip(question.asked, found, strict=True)
                ]
            )
            for question, found in zip(key.questions, numbers, strict=True)
        ]
        yield pen.part(pen.heading(" · ".join(said)), pen.parted(listings))


def _who(words: Words, key: Key) -> tuple[str, ...]:
    """The heads of the columns that say whose a row is."""
    named = any(sheet.student for sheet, _ in key.students)
    heads = ("student", "seed") if named else ("seed",)
    return tuple(words.text(f"worksheet.{head}") for head in heads)


def _whose(sheet: Worksheet, heads: tuple[str, ...]) -> tuple[str, ...]:
    return (sheet.student, str(sheet.seed))[-len(heads) :]
