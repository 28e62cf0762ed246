"""Worksheets and keys put together, in whichever format a pen writes."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bp_tutor.explain.picture import picture_of
from bp_tutor.explain.worksheet import without_answers
from bp_tutor.formula import UNICODE
from bp_tutor.frozen import Frozen
from bp_tutor.render.paper.picture import WIDEST, given_picture
from bp_tutor.render.worksheet.pen import Leaf, Row, columns_for, evenly, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.explain import Document, Page
    from bp_tutor.explain.asked import Question
    from bp_tutor.explain.worksheet import Part, Worksheet
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
    """Each with the numbers as text: set as formulas, hundreds of them would take long."""
    command: str
    """What gives the whole working for a seed."""


def write_sheets(pen: SheetPen, page: Page, papers: Sequence[Paper]) -> str:
    """The sheets of some students, one behind the other; the title is told once to the file."""
    writer = _Writer(pen, page)
    leaves = [Leaf(tuple(writer.sheet(paper)), writer.foot(paper)) for paper in papers]
    return pen.pile(papers[0].sheet.title, page.words.language, leaves)


def write_key(pen: SheetPen, page: Page, paper: Paper, derivation: Document) -> str:
    """One sheet filled in, then the whole derivation."""
    words, writer = page.words, _Writer(pen, page)
    title = words.text("worksheet.key_of", title=paper.sheet.title)
    blocks = [
        pen.heading(title, 1),
        pen.paragraph(words.text("worksheet.key_note"), quiet=True),
        *writer.exercise(paper),
        pen.turn(),
        pen.heading(words.text("worksheet.derivation"), 1),
        *chain.from_iterable(map(pen.section, derivation.sections)),
        *(pen.paragraph(line) for line in derivation.closing),
    ]
    foot = words.text("worksheet.key_of", title=writer.foot(paper))
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


class _Writer:
    """Writes sheets; what fits on the first of them is taken to fit on all."""

    def __init__(self, pen: SheetPen, page: Page) -> None:
        self.pen, self.page, self.words = pen, page, page.words
        self.values = "both"

    def sheet(self, paper: Paper) -> Iterator[str]:
        """What a student gets."""
        words, sheet = self.words, paper.sheet
        yield self.pen.fields(
            [(words.text("worksheet.name"), sheet.student), (words.text("worksheet.date"), "")]
        )
        yield self.pen.heading(sheet.title, 1)
        yield from self.exercise(paper)

    def exercise(self, paper: Paper) -> Iterator[str]:
        """What the exercise says and gives, its picture, and the blanks."""
        pen, sheet = self.pen, paper.sheet
        yield from (pen.paragraph(fact) for fact in sheet.facts)
        drawing, plate = self.picture(paper)
        yield from filter(None, (drawing,))
        for section in sheet.given:
            yield from pen.section(section)
        rounding = self.page.rounding
        boxed = any(blank.boxed for part in sheet.parts for blank in part.blanks)
        if boxed and (rounding is None or not rounding.everything):
            which = "others" if rounding is not None and rounding.by_hand else "digits"
            yield pen.paragraph(
                self.words.text(f"worksheet.{which}", digits=self.page.digits), quiet=True
            )
        for part in sheet.parts:
            yield pen.part(pen.heading(part.heading), self.blanks(part))
        yield from filter(None, (plate,))

    def picture(self, paper: Paper) -> tuple[str, str]:
        """The picture, and what of it needs a page of its own; drawn from what is given alone."""
        pen, page, trace = self.pen, self.page, paper.trace
        run = without_answers(trace.runs[0])
        plate = ""
        if pen.draws:
            found = given_picture(
                page, trace, run, look=pen.look, comfortable=WIDEST, values_first=self.values
            )
            self.values = found.values
            if found.fits or pen.scrolls:
                return pen.drawing(found), ""
            plate = pen.plate(found.svg) if found.fits_turned else ""
        lines = picture_of(page._replace(style=UNICODE), trace.problem, run, PICTURE_WIDTH)
        return pen.picture(lines) if lines else "", plate

    def blanks(self, part: Part) -> str:
        """Boxes beside each other, or with a line for each formula below each other."""
        pen = self.pen
        if any(blank.lined for blank in part.blanks):
            heads = self.words.text("worksheet.formula"), self.words.text("worksheet.result")
            return pen.lines(part.blanks, heads)
        columns = columns_for([blank.name for blank in part.blanks], pen.style.name)
        return pen.blanks(rows_of(part.blanks, columns), columns)

    def foot(self, paper: Paper) -> str:
        """Whose it is, and which numbers it has: small, for whoever finds a single page."""
        sheet, words = paper.sheet, self.words
        said = [sheet.student] if sheet.student else []
        said.append(sheet.title)
        if sheet.seed is not None:
            said.append(words.text("worksheet.variant", seed=sheet.seed))
            said.append(words.text("worksheet.practise", command=paper.command))
        return " · ".join(said)


def _by_question(pen: SheetPen, page: Page, key: Key) -> Iterator[str]:
    """Tables of student by quantity, with as many questions beside each other as fit."""
    heads = _who(page.words, key)
    for together in _packed([len(question.asked) for question in key.questions]):
        questions = [key.questions[place] for place in together]
        heading = " · ".join(f"{each.number}. {each.heading}" for each in questions)
        columns = [
            (place, at) for place in together for at in range(len(key.questions[place].asked))
        ]
        for number, some in enumerate(evenly(columns, NUMBERS_IN_A_ROW)):
            asked = [key.questions[place].asked[at] for place, at in some]
            rows = [
                Row(_whose(sheet, heads), tuple(numbers[place][at] for place, at in some))
                for sheet, numbers in key.students
            ]
            table = pen.roster(heads, [page.name(one.quantity, one.index) for one in asked], rows)
            yield table if number else pen.part(pen.heading(heading), table)


def _packed(sizes: Sequence[int]) -> list[list[int]]:
    """Places of neighbours that fill a row together, each by itself where it is too large."""
    found: list[list[int]] = []
    for place, size in enumerate(sizes):
        if found and sum(sizes[each] for each in found[-1]) + size <= NUMBERS_IN_A_ROW:
            found[-1].append(place)
        else:
            found.append([place])
    return found


def _by_student(pen: SheetPen, page: Page, key: Key) -> Iterator[str]:
    """All numbers of a student together, for whoever marks sheet by sheet."""
    page = page._replace(style=UNICODE)
    names = [
        [page.name(asked.quantity, asked.index) for asked in question.asked]
        for question in key.questions
    ]
    for sheet, numbers in key.students:
        said = [sheet.student] if sheet.student else []
        said.append(page.words.text("worksheet.variant", seed=sheet.seed))
        lines = [
            (
                f"{question.number}.",
                [f"{name} = {number}" for name, number in zip(theirs, found, strict=True)],
            )
            for question, theirs, found in zip(key.questions, names, numbers, strict=True)
        ]
        yield pen.part(pen.heading(" · ".join(said)), pen.numbered(lines))


def _who(words: Words, key: Key) -> tuple[str, ...]:
    """The heads of the columns that say whose a row is."""
    named = any(sheet.student for sheet, _ in key.students)
    heads = ("student", "seed") if named else ("seed",)
    return tuple(words.text(f"worksheet.{head}") for head in heads)


def _whose(sheet: Worksheet, heads: tuple[str, ...]) -> tuple[str, ...]:
    return (sheet.student, str(sheet.seed))[-len(heads) :]
