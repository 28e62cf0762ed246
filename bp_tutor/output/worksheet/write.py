"""Worksheets and keys put together, in whichever format a pen writes."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bp_tutor.explain import Joined, sentence
from bp_tutor.explain.picture import picture_of
from bp_tutor.explain.worksheet import without_answers
from bp_tutor.explain.worth import amount
from bp_tutor.formula import UNICODE
from bp_tutor.frozen import Frozen
from bp_tutor.output.diagram import picture_lines
from bp_tutor.output.paper.pen import PICTURE_WIDTH
from bp_tutor.output.paper.picture import WIDEST, given_picture
from bp_tutor.output.spelled import heading_of
from bp_tutor.output.worksheet.pen import Blank, Leaf, Row, columns_for, evenly, rows_of
from bp_tutor.reader.seed_code import code_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.explain import Document, Said
    from bp_tutor.explain.asked import Question
    from bp_tutor.explain.worksheet import Blank as ToFill
    from bp_tutor.explain.worksheet import Part, Worksheet
    from bp_tutor.formula import Number
    from bp_tutor.output.worksheet.pen import SheetPen
    from bp_tutor.solve import Trace
    from bp_tutor.words import Words

    Students = Sequence[tuple[Worksheet, list[tuple[str, ...]]]]
    """Each with the right numbers, question by question."""

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

    title: Said
    questions: tuple[Question, ...]
    students: tuple[tuple[Worksheet, list[tuple[Number | None, ...]]], ...]
    command: str
    """What gives the whole working for a seed."""
    points: tuple[float, ...] = ()
    """What each question is worth, where points are given."""


def write_sheets(pen: SheetPen, papers: Sequence[Paper]) -> str:
    """The sheets of some students, one behind the other; the title is told once to the file."""
    writer = _Writer(pen)
    leaves = [Leaf(tuple(writer.sheet(paper)), writer.foot(paper)) for paper in papers]
    return pen.pile(papers[0].sheet.title, leaves)


def write_key(pen: SheetPen, paper: Paper, derivation: Document) -> str:
    """One sheet filled in, then the whole derivation."""
    writer = _Writer(pen)
    title = sentence("worksheet.key_of", title=paper.sheet.title)
    blocks = [
        # The same head as on the sheet, so that all stands in the same places.
        writer.head(paper.sheet),
        pen.heading(title, 1),
        *writer.exercise(paper),
        pen.turn(),
        pen.heading(sentence("worksheet.derivation"), 1),
        *chain.from_iterable(map(pen.section, derivation.sections)),
        *(pen.paragraph(line) for line in derivation.closing),
    ]
    words = pen.reader.words
    said = words.text("worksheet.key_of", title=writer.foot(paper._replace(command="")))
    foot = f"{said} · {words.text('worksheet.key_note')}"
    return pen.pile(title, [Leaf(tuple(blocks), foot)])


def write_class_key(pen: SheetPen, key: Key) -> str:
    """Every student's right numbers: question by question, then student by student."""
    title = sentence("worksheet.key_of", title=key.title)
    # Set as formulas, hundreds of numbers would take long.
    text = pen.reader._replace(style=UNICODE)
    students = [
        (sheet, [tuple(text.say(number or "") for number in some) for some in numbers])
        for sheet, numbers in key.students
    ]
    blocks = [
        pen.heading(title, 1),
        pen.paragraph(sentence("worksheet.key_note"), quiet=True),
        pen.paragraph(sentence("worksheet.working", command=key.command)),
        *_by_question(pen, key, students),
        pen.turn(),
        pen.heading(sentence("worksheet.by_student"), 1),
        *_by_student(pen, key.questions, students),
    ]
    return pen.pile(title, [Leaf(tuple(blocks), pen.reader.say(title))])


class _Writer:
    """Writes sheets; what fits on the first of them is taken to fit on all."""

    def __init__(self, pen: SheetPen) -> None:
        self.pen, self.reader, self.words = pen, pen.reader, pen.reader.words
        self.values = "both"

    def sheet(self, paper: Paper) -> Iterator[str]:
        """What a student gets."""
        yield self.head(paper.sheet)
        yield self.pen.heading(paper.sheet.title, 1)
        yield from self.exercise(paper)

    def head(self, sheet: Worksheet) -> str:
        """Whose it is, what it is worth, and which numbers it has."""
        words = self.words
        labels = [
            (words.text("worksheet.name"), sheet.name),
            (words.text("worksheet.number"), sheet.number),
            (words.text("worksheet.section"), sheet.section),
            (words.text("worksheet.date"), ""),
        ]
        if sheet.possible is not None:
            labels.append((words.text("worksheet.points", most=amount(sheet.possible)), ""))
        if sheet.seed is not None:
            labels.append((words.text("worksheet.code"), code_of(sheet.seed)))
        return self.pen.fields(labels)

    def exercise(self, paper: Paper) -> Iterator[str]:
        """What the exercise says and gives, its picture, and the blanks."""
        pen, sheet, settings = self.pen, paper.sheet, self.reader.settings
        yield from (pen.paragraph(fact) for fact in sheet.facts)
        picture, beside = self.picture(paper)
        yield from filter(None, (picture,))
        for section in sheet.given:
            yield from pen.section(section)
        rounding = settings.rounding
        boxed = any(blank.boxed for part in sheet.parts for blank in part.blanks)
        if boxed and (rounding is None or not rounding.everything):
            which = "others" if rounding is not None and rounding.by_hand else "digits"
            yield pen.paragraph(sentence(f"worksheet.{which}", digits=settings.digits), quiet=True)
        for part in sheet.parts:
            heading = _with_points(_numbered(part, pen), part.points)
            yield pen.part(pen.heading(heading), self.blanks(part))
            if sheet.working:
                yield pen.ruled(self.words.text("worksheet.room"), sheet.working)
        yield from filter(None, (beside,))

    def picture(self, paper: Paper) -> tuple[str, str]:
        """The picture, and what of it needs a page of its own; drawn from what is given alone."""
        pen, trace = self.pen, paper.trace
        run = without_answers(trace.runs[0])
        picture = picture_of(self.reader.settings, trace.problem, run)
        lines = picture_lines(picture, self.reader, PICTURE_WIDTH)
        beside = ""
        if pen.draws:
            found = given_picture(
                self.reader, trace, run, look=pen.look, comfortable=WIDEST, values_first=self.values
            )
            self.values = found.values
            if found.fits or pen.scrolls:
                return pen.drawing(found, lines), ""
            beside = pen.sideways(found) if found.fits_sideways else ""
        return pen.picture(lines) if lines else "", beside

    def blanks(self, part: Part) -> str:
        """Boxes beside each other, or with a line for each formula below each other."""
        pen = self.pen
        blanks = [self._blank(blank) for blank in part.blanks]
        if any(blank.lined for blank in blanks):
            heads = self.words.text("worksheet.formula"), self.words.text("worksheet.result")
            return pen.lines(blanks, heads)
        columns = columns_for(max((pen.width(blank.name) for blank in part.blanks), default=0))
        return pen.blanks(rows_of(blanks, columns), columns)

    def _blank(self, blank: ToFill) -> Blank:
        say = self.reader.say
        number, formula = say(blank.number or ""), say(blank.formula or "")
        return Blank(say(blank.name), blank.row, blank.lined, blank.boxed, number, formula)

    def foot(self, paper: Paper) -> str:
        """Whose it is, and which numbers it has: small, for whoever finds a single page."""
        sheet, words = paper.sheet, self.words
        said = [sheet.student] if sheet.student else []
        said.append(self.reader.say(sheet.title))
        if sheet.seed is not None:
            said.append(words.text("worksheet.variant", seed=sheet.seed))
            if paper.command:
                said.append(words.text("worksheet.practise", command=paper.command))
        return " · ".join(said)


def _numbered(part: Part | Question, pen: SheetPen) -> Said:
    return Joined((f"{part.number}. ", heading_of(part, pen.style)), "")


def _with_points(heading: Said, points: float | None) -> Said:
    """A heading, and behind it what the question is worth."""
    if points is None:
        return heading
    said = amount(points)
    count = int(said) if said.isdecimal() else said
    return Joined((heading, sentence("worksheet.worth", count=count)), "")


def _by_question(pen: SheetPen, key: Key, students: Students) -> Iterator[str]:
    """Tables of student by quantity, with as many questions beside each other as fit."""
    reader, every = pen.reader, key.questions
    points = key.points or (None,) * len(every)
    heads = _who(reader.words, students)
    for together in _packed([len(question.asked) for question in every]):
        said = (_with_points(_numbered(every[at], pen), points[at]) for at in together)
        heading = Joined(tuple(said), " · ")
        columns = [(place, at) for place in together for at in range(len(every[place].asked))]
        for number, some in enumerate(evenly(columns, NUMBERS_IN_A_ROW)):
            asked = [every[place].asked[at] for place, at in some]
            rows = [
                Row(_whose(sheet, heads), tuple(numbers[place][at] for place, at in some))
                for sheet, numbers in students
            ]
            names = [reader.name(one.quantity, one.index) for one in asked]
            table = pen.roster(heads, names, rows)
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


def _by_student(pen: SheetPen, every: Sequence[Question], students: Students) -> Iterator[str]:
    """All numbers of a student together, for whoever marks sheet by sheet."""
    reader = pen.reader._replace(style=UNICODE)
    names = [
        [reader.name(asked.quantity, asked.index) for asked in question.asked] for question in every
    ]
    for sheet, numbers in students:
        said = [sheet.student] if sheet.student else []
        said.append(reader.words.text("worksheet.variant", seed=sheet.seed))
        lines = [
            (
                f"{question.number}.",
                [f"{name} = {number}" for name, number in zip(theirs, found, strict=True)],
            )
            for question, theirs, found in zip(every, names, numbers, strict=True)
        ]
        yield pen.part(pen.heading(" · ".join(said)), pen.numbered(lines))


def _who(words: Words, students: Students) -> tuple[str, ...]:
    """The heads of the columns that say whose a row is."""
    named = any(sheet.student for sheet, _ in students)
    heads = ("student", "seed") if named else ("seed",)
    return tuple(words.text(f"worksheet.{head}") for head in heads)


def _whose(sheet: Worksheet, heads: tuple[str, ...]) -> tuple[str, ...]:
    return (sheet.student, str(sheet.seed))[-len(heads) :]
