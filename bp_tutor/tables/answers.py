"""The answers of a class, from a table with a row for each answer or a row for each student."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.reader.text import shown
from bp_tutor.tables.commas import are_decimal, is_open
from bp_tutor.tables.error import TableError
from bp_tutor.tables.headings import (
    QUESTION_TEXT,
    RESPONSE,
    Columns,
    columns_of,
    is_total,
    place_of,
    plain,
)
from bp_tutor.tables.people import Student, full_name, seen, student_of, told_apart
from bp_tutor.tables.symbols import Found, question_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.tables.file import File
    from bp_tutor.tables.row import Row
    from bp_tutor.tables.symbols import Recognise

HEADED = 10
"""In so many rows the headings are looked for: a title may stand above them."""
_NUMBERED = re.compile(r"(.+?) ([0-9]{1,3})")
_SPLIT = re.compile(r"[-−+]0")
_DIGITS = re.compile(r"[0-9]+")
_WHOLE = re.compile(r"[-−+]?[0-9]+")
_ENTRY = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,3}\[[0-9]+(?:, ?[0-9]+)*\]")
"""What looks like a symbol of an exercise."""
ANONYMOUS = {"anonymous", "anonym", "anonyme", "anónimo", "匿名"}
"""What a form writes in place of somebody who did not sign in."""
VARIANT = ("seed", "file", "variant")


class BadRow(NamedTuple):
    """A row that is no answer: where, and a key of the words with its values."""

    line: int
    key: str
    values: tuple[tuple[str, str], ...] = ()


class Answer(NamedTuple):
    """One answer of a student."""

    place: int
    """Where it stands among all answers, from 0."""
    line: int
    identifier: int
    """The number of its id among those of the file."""
    value: str


class _Rows:
    """The answers of one attempt, kept small: there may be a million in all."""

    __slots__ = ("ends", "identifiers", "lines", "places", "texts")

    def __init__(self) -> None:
        self.places, self.lines, self.identifiers = array("I"), array("I"), array("I")
        # One text after the other takes a fifth of the room of so many strings.
        self.texts, self.ends = bytearray(), array("I")

    def add(self, place: int, line: int, identifier: int, value: str) -> None:
        self.places.append(place)
        self.lines.append(line)
        self.identifiers.append(identifier)
        self._put(value)

    def _put(self, value: str) -> None:
        self.texts += value.encode("utf-8", "surrogatepass")
        self.ends.append(len(self.texts))

    def values(self) -> Iterator[str]:
        """What was answered, in order."""
        start = 0
        for end in self.ends:
            yield self.texts[start:end].decode("utf-8", "surrogatepass")
            start = end

    def answer_instead(self, values: Sequence[str]) -> None:
        """Take other texts for the answers."""
        self.texts, self.ends = bytearray(), array("I")
        for value in values:
            self._put(value)

    def answers(self) -> list[Answer]:
        columns = zip(self.places, self.lines, self.identifiers, self.values(), strict=True)
        return [Answer(*cells) for cells in columns]


class Paper(NamedTuple):
    """What one student handed in: the answers of each attempt, the first one first."""

    student: Student
    attempts: list[list[Answer]]
    variant: str = ""
    """The seed, the file or the name of the student's own numbers, where the table says it."""


class Answers:
    """All answers of a file, by student and attempt."""

    def __init__(self) -> None:
        self.count = 0
        self.bad: list[BadRow] = []
        self.left_out: list[str] = []
        """What stood in rows that are of no student."""
        self.wide = False
        """Whether each student has a row, so that every column is asked of everybody."""
        self.has_attempts = False
        """Whether the table itself says which answers belong to one attempt."""
        self.unread: dict[int, BadRow] = {}
        """Answers whose row was cut by a comma, by their places: no number may come of them."""
        self.decimal_commas: list[str] = []
        """Answers whose commas are decimal ones by what else stands in the table."""
        self.unknown: list[str] = []
        """Headings of answers that name no question of the exercise."""
        self._numbers: dict[str, int] = {}
        self._students: dict[str, Student] = {}
        self._variants: dict[str, str] = {}
        self._attempts: dict[str, dict[str, _Rows]] = {}

    @property
    def identifiers(self) -> list[str]:
        """Every id in the file, once, by its number."""
        return list(self._numbers)

    @property
    def students(self) -> list[Student]:
        """Everybody of whom there is a row."""
        return list(self._students.values())

    def seen(self, student: Student, label: str, variant: str = "") -> None:
        """Note a student, whether there are answers or not."""
        known = self._students.get(label)
        if known is None:
            self._students[label] = student
            self._attempts[label] = {}
        if variant:
            self._variants.setdefault(label, variant)

    def cut(self, line: int) -> None:
        """Say of the next answer that its row was cut."""
        if not self.bad or self.bad[-1].line != line:
            self.bad.append(BadRow(line, "file.spilt"))
        self.unread[self.count] = self.bad[-1]

    def add(self, label: str, attempt: str, identifier: str, value: str, line: int) -> None:
        """Take in an answer of a student that was noted."""
        attempts = self._attempts[label]
        rows = attempts.get(attempt)
        if rows is None:
            rows = attempts[attempt] = _Rows()
        number = self._numbers.setdefault(identifier, len(self._numbers))
        rows.add(self.count, line, number, value)
        self.count += 1

    def decide_commas(self, file: File) -> None:
        """Read `1,295` as 1.295 where the other answers show that commas part decimals."""
        kept = [rows for attempts in self._attempts.values() for rows in attempts.values()]

        def told() -> Iterator[str]:
            return (
                value for rows in kept for place, value in zip(rows.places, rows.values(),
                                                               strict=True)
                if place not in self.unread
            )  # fmt: skip

        if not any(map(is_open, told())):
            return
        if not are_decimal(told(), between_cells=file.commas_between_cells()):
            return
        for rows in kept:
            values = [*rows.values()]
            for at, value in enumerate(values):
                if rows.places[at] not in self.unread and is_open(value):
                    self.decimal_commas.append(value.strip())
                    values[at] = value.replace(",", ".")
            rows.answer_instead(values)

    def papers(self) -> Iterator[Paper]:
        """Each student with the answers, which are not kept any longer."""
        students = told_apart(self.students)
        for label, student in zip([*self._students], students, strict=True):
            attempts = self._attempts.pop(label)
            ordered = sorted(attempts, key=_in_order)
            papers = [attempts[name].answers() for name in ordered]
            yield Paper(student, papers, self._variants.get(label, ""))


def _in_order(attempt: str) -> tuple[int, str]:
    return (int(attempt), "") if attempt.isdecimal() and len(attempt) < 10 else (0, attempt)


class Long(NamedTuple):
    """A table with a row for each answer: where what stands."""

    student: Columns
    question: int
    answer: int
    attempt: int | None
    variant: int | None
    more: tuple[int, ...]


class Asked(NamedTuple):
    """A column of answers: what it asks, or the column in which each row says it."""

    column: int
    identifier: str = ""
    said_in: int | None = None


class Wide(NamedTuple):
    """A table with a row for each student."""

    student: Columns
    asked: tuple[Asked, ...]
    attempt: int | None
    variant: int | None
    more: tuple[int, ...]
    numbered: int | None
    """A column that may only count the rows, as Microsoft Forms does under "ID"."""


def read_answers(file: File, recognise: Recognise, named: Sequence[str] = ()) -> Answers:
    """The answers of a table, long or wide as its headings say.

    `recognise` tells whether a text names something that is asked for; `named` are the
    questions of numbered columns ("Response 1") where the table does not say them.

    Raises:
        TableError: it is no table of answers.
        ReadError: it is no valid YAML or JSON.
    """
    rows = file.rows(joined=True)
    first: list[Row] = []
    for row in rows:
        first.append(row)
        plan = _plan_of(row.cells, recognise, named, file.where)
        if plan is not None:
            answers = Answers()
            if isinstance(plan, Long):
                _read_long(rows, row.cells, plan, answers)
            else:
                _read_wide(rows, row.cells, plan, answers, recognise)
                answers.unknown = [*_unknown(row.cells, plan, recognise)]
            answers.decide_commas(file)
            return answers
        if len(first) == HEADED:
            break
    if not first:
        raise TableError("marking.no_rows", where=file.where)
    raise _no_plan(first[0].cells, file.where)


def _plan_of(
    cells: Sequence[str], recognise: Recognise, named: Sequence[str], where: str
) -> Long | Wide | None:
    heads = [plain(cell) for cell in cells]
    return _long(heads) or _wide(cells, heads, recognise, named, where)


def _long(heads: list[str]) -> Long | None:
    answer = place_of("answer", heads)
    question = place_of("question", heads, (answer,))
    attempt = place_of("attempt", heads, (question, answer))
    taken = (question, answer, attempt)
    columns = columns_of(heads, taken)
    if question is None or answer is None or not columns.places:
        return None
    variant = _variant(heads, (*taken, *columns.places))
    used = {*taken, *columns.places, variant}
    return Long(columns, question, answer, attempt, variant, _others(heads, used))


def _variant(heads: list[str], taken: Sequence[int | None]) -> int | None:
    places = (place_of(role, heads, taken) for role in VARIANT)
    return next((at for at in places if at is not None), None)


def _others(heads: list[str], used: set[int | None]) -> tuple[int, ...]:
    return tuple(at for at, head in enumerate(heads) if head and at not in used)


def _wide(
    cells: Sequence[str],
    heads: list[str],
    recognise: Recognise,
    named: Sequence[str],
    where: str,
) -> Wide | None:
    columns = columns_of(heads)
    if not columns.places:
        return None
    taken = {*columns.places}
    asked = _asked(cells, heads, taken, recognise, where)
    if not asked:
        asked = _numbered(heads, named, where)
    if not asked:
        return None
    used: set[int | None] = {*taken, *(each.column for each in asked)}
    attempt = place_of("attempt", heads, used)
    variant = _variant(heads, (*used, attempt))
    numbered = columns.number if heads[columns.number or 0] == "id" else None
    more = _others(heads, {*used, attempt, variant})
    return Wide(columns, asked, attempt, variant, more, numbered)


def _asked(
    cells: Sequence[str], heads: list[str], taken: set[int], recognise: Recognise, where: str
) -> tuple[Asked, ...]:
    """The columns whose headings hold a symbol; not those of points and feedback beside them.

    Forms write these as "Points - What is Z21?" or "What is Z21? [Score]": a heading with
    another one in it is of that one.
    """
    found: dict[int, Found] = {}
    for at, cell in enumerate(cells):
        if at not in taken and heads[at] and (hit := question_in(cell, recognise)).names:
            found[at] = hit
    asked = []
    for at, hit in found.items():
        if any(_is_beside(heads[at], heads[other], hit, found[other])
               for other in found if other != at):  # fmt: skip
            continue
        if not hit.one:
            heading, names = shown(cells[at].strip()), ", ".join(hit.identifiers)
            raise TableError("marking.which_question", where=where, heading=heading, names=names)
        asked.append(Asked(at, hit.identifiers[0]))
    return tuple(asked)


def _is_beside(head: str, other: str, found: Found, of_other: Found) -> bool:
    inside = len(head) > len(other) and (head.startswith(other) or head.endswith(other))
    return inside and found.names == of_other.names


def _numbered(heads: list[str], named: Sequence[str], where: str) -> tuple[Asked, ...]:
    """Moodle's "Response 1", with "Question 1" beside it, or the questions that were named."""
    texts: dict[str, int] = {}
    responses: dict[str, int] = {}
    for at, head in enumerate(heads):
        match = _NUMBERED.fullmatch(head)
        if (
            match
            and match[1] in QUESTION_TEXT
            and not (match[1] in RESPONSE and match[2] not in responses)
        ):
            texts[match[2]] = at
        elif match and match[1] in RESPONSE:
            responses[match[2]] = at
    if named and responses:
        if len(named) != len(responses):
            values = {"count": len(responses), "named": len(named)}
            raise TableError("marking.questions_count", where=where, **values)
        pairs = zip(responses.values(), named, strict=True)
        return tuple(Asked(at, name) for at, name in pairs)
    if responses and not texts:
        first = next(iter(responses.values()))
        raise TableError("marking.numbered", where=where, heading=heads[first])
    return tuple(
        Asked(at, said_in=texts[number]) for number, at in responses.items() if number in texts
    )


def _no_plan(cells: Sequence[str], where: str) -> TableError:
    """What is missing for a table of answers."""
    heads = [plain(cell) for cell in cells]
    answer = place_of("answer", heads)
    found = {
        "student": bool(columns_of(heads, (place_of("question", heads, (answer,)), answer)).places),
        "id": place_of("question", heads, (answer,)) is not None,
        "value": answer is not None,
    }
    missing = ", ".join(name for name, there in found.items() if not there)
    told = shown(", ".join(cell.strip() for cell in cells if cell.strip()))
    return TableError("marking.columns", where=where, names=missing or "student", heads=told)


def _read_long(rows: Iterator[Row], heads: Sequence[str], plan: Long, answers: Answers) -> None:
    answers.has_attempts = plan.attempt is not None
    names = [head.strip() for head in heads]
    told_in = (*plan.student.places, *plan.more)
    last: list[str] | None = None
    for cells, line in rows:
        who = [cells[at] for at in told_in if at < len(cells)]
        # A student's rows mostly follow one another.
        if who != last:
            last, total = who, _total(cells, plan.student)
            student = _student(cells, plan.student, names, plan.more)
        if total:
            answers.left_out.append(total)
            continue
        question = seen(cells, plan.question)
        spilt = _is_spilt(cells, heads, plan.answer)
        if not student.key or not question or len(cells) <= plan.answer:
            answers.bad.append(BadRow(line, "file.spilt" if spilt else "marking.row"))
            continue
        value = seen(cells, plan.answer)
        if spilt:
            answers.cut(line)
            value = ",".join(cells[plan.answer :])
        answers.seen(student, student.key, seen(cells, plan.variant))
        answers.add(student.key, seen(cells, plan.attempt), question, value, line)


def _is_spilt(cells: Sequence[str], heads: Sequence[str], answer: int) -> bool:
    """Whether a comma in a cell without quotes has cut it: no number may come of that."""
    beyond = (at for at in range(len(cells)) if at >= len(heads) or not heads[at].strip())
    if any(cells[at].strip() for at in beyond):
        return True
    # "-0,1257": nobody writes -0 and then whole digits.
    behind = cells[answer + 1].strip() if answer + 1 < len(cells) else ""
    value = cells[answer].strip() if answer < len(cells) else ""
    return bool(_SPLIT.fullmatch(value) and _DIGITS.fullmatch(behind))


def _student(
    cells: Sequence[str], columns: Columns, names: Sequence[str], more: Sequence[int]
) -> Student:
    found = student_of(cells, columns, names, more)
    if found.email.casefold() in ANONYMOUS:
        found = found._replace(email="")
    return found


def _total(cells: Sequence[str], columns: Columns) -> str:
    """What stands in place of a student where a row is of none."""
    texts = [seen(cells, at) for at in columns.places]
    # "Student" and "Test" in columns of their own are one name.
    texts.append(full_name([text for at in columns.names if (text := seen(cells, at))]))
    return next((text for text in texts if is_total([text])), "")


def _read_wide(
    rows: Iterator[Row],
    heads: Sequence[str],
    plan: Wide,
    answers: Answers,
    recognise: Recognise,
) -> None:
    answers.wide = answers.has_attempts = True
    kept = [*rows]
    columns = plan.student
    if plan.numbered is not None and len(columns.places) > 1:
        counted = [seen(row.cells, plan.numbered) for row in kept]
        if counted == [str(number) for number in range(1, len(kept) + 1)]:
            columns = columns._replace(number=None)
    names = [head.strip() for head in heads]
    cut_somewhere = any(_is_cut(row.cells, heads) for row in kept)
    everybodys = {each.column: _everybodys(kept, each, recognise) for each in plan.asked}
    times: dict[str, int] = {}
    told: set[tuple[int, str]] = set()
    for cells, line in kept:
        if total := _total(cells, columns):
            answers.left_out.append(total)
            continue
        student = _student(cells, columns, names, plan.more)
        key = student.key or f"#{line}"
        if not student.key:
            if not any(seen(cells, each.column) for each in plan.asked):
                continue
            student = student._replace(name=key)
        answers.seen(student, key, seen(cells, plan.variant))
        spilt = cut_somewhere and (_is_cut(cells, heads) or _in_pieces(cells, plan.asked))
        times[key] = times.get(key, 0) + 1
        attempt = seen(cells, plan.attempt) or str(times[key])
        for each in plan.asked:
            value = seen(cells, each.column)
            identifier = _said(cells, each, recognise) or everybodys[each.column]
            if identifier:
                if spilt:
                    answers.cut(line)
                answers.add(key, attempt, identifier, value, line)
            elif value and (place := (each.column, seen(cells, each.said_in))) not in told:
                told.add(place)
                answers.bad.append(_unclear(line, place[1], recognise))


def _unclear(line: int, text: str, recognise: Recognise) -> BadRow:
    """The text of a question that asks for nothing, or for one of several symbols."""
    found, values = question_in(text, recognise), (("found", shown(text)),)
    if not found.names:
        return BadRow(line, "marking.unknown_text", values)
    names = (("names", ", ".join(found.identifiers)), ("option", "--questions"))
    return BadRow(line, "marking.which_text", (*values, *names))


def _unknown(heads: Sequence[str], plan: Wide, recognise: Recognise) -> Iterator[str]:
    """Headings with what looks like a symbol, though the exercise has none of this name."""
    for at in plan.more:
        if _ENTRY.search(heads[at]) and not question_in(heads[at], recognise).names:
            yield heads[at].strip()


def _is_cut(cells: Sequence[str], heads: Sequence[str]) -> bool:
    """Whether a row has more cells than there are headings."""
    return any(seen(cells, at) for at in range(len(heads), len(cells)))


def _in_pieces(cells: Sequence[str], asked: Sequence[Asked]) -> bool:
    """Whether two answers side by side may be one number that was cut at its comma.

    It is asked where other rows of the table were cut: this one may only have a gap as well.
    """
    pairs = ((seen(cells, one.column), seen(cells, one.column + 1)) for one in asked)
    return any(_WHOLE.fullmatch(first) and _DIGITS.fullmatch(then) for first, then in pairs)


def _everybodys(rows: Sequence[Row], asked: Asked, recognise: Recognise) -> str:
    """What a column asks of everybody; empty where it asks one for this and another for that."""
    if asked.said_in is None:
        return asked.identifier
    found = {_said(row.cells, asked, recognise) for row in rows} - {""}
    return next(iter(found)) if len(found) == 1 else ""


def _said(cells: Sequence[str], asked: Asked, recognise: Recognise) -> str:
    """The symbol in the text of a question that stands in the row itself."""
    if asked.said_in is None:
        return asked.identifier
    found = question_in(seen(cells, asked.said_in), recognise)
    return found.identifiers[0] if found.one else ""
