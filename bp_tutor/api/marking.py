"""Answers of one student or of many, marked: from lists, mappings, tables and files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.api.errors import BpTutorError, told
from bp_tutor.api.problem import problem_of
from bp_tutor.api.quizzing import answer_of
from bp_tutor.api.refusal import with_nearest
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Mistake
from bp_tutor.reader.text import printable, shown

if TYPE_CHECKING:
    from bp_tutor.api.problem import Problem
    from bp_tutor.api.quizzing import Answer
    from bp_tutor.quiz import Context
    from bp_tutor.tables import BadRow
    from bp_tutor.words import Words

COLUMNS = ("student", "id", "value")
"""What a row of a table has; the student may be missing where there is only one."""


class Mark(Frozen):
    """One answer of a student with what it is worth."""

    student: str
    name: str
    """What was asked for, as it was written."""
    answer: str
    verdict: Answer | None
    """None where the answer cannot be read or the name means nothing here."""
    reason: str = ""
    """What keeps it from being marked, or from earning what it seems to; else empty."""

    @property
    def credit(self) -> float:
        """What it earns, from 0 to 1."""
        return 0.0 if self.verdict is None else self.verdict.credit


class Marks(Sequence[Mark]):
    """The marks of every answer, in the order of the answers."""

    def __init__(self, marks: Sequence[Mark], words: Words) -> None:
        """Made by `mark`."""
        self._marks, self._words = tuple(marks), words

    def __getitem__(self, place: Any) -> Any:
        return self._marks[place]

    def __len__(self) -> int:
        return len(self._marks)

    def of(self, student: str) -> Marks:
        """Those of one student."""
        return Marks([one for one in self._marks if one.student == student], self._words)

    @property
    def score(self) -> float:
        """The credit of all of them together."""
        return round(sum(one.credit for one in self._marks), 4)

    def to_dicts(self) -> list[dict[str, Any]]:
        """A row for each, from which any library makes a table."""
        return [_row(one) for one in self._marks]

    def _table(self) -> list[list[str]]:
        """A head and the rows, as a reader sees them; no student where none has a name."""
        say = self._words.text
        rows = [[say(f"marking.{name}") for name in SHOWN]]
        for one in self._marks:
            verdict = one.verdict
            right = verdict is not None and verdict.right
            key = "carried" if verdict is not None and verdict.carried else "right"
            said = "—" if verdict is None else say(f"marking.{key if right else 'wrong'}")
            cells = one.student, one.name, one.answer, said, f"{one.credit:g}", _told(one)
            rows.append([printable(cell) for cell in cells])
        return rows if any(one.student for one in self._marks) else [row[1:] for row in rows]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from bp_tutor.output.page.html import tag

        left = {"style": "text-align: left"}
        head, *body = self._table()
        rows = [tag("tr", {}, *(tag("th", left, name) for name in head))]
        rows += [tag("tr", {}, *(tag("td", left, cell) for cell in row)) for row in body]
        return {"text/plain": repr(self), "text/html": str(tag("table", {}, *rows))}

    def __repr__(self) -> str:
        from bp_tutor.words import cells

        table = self._table()
        widths = [max(map(cells, column)) for column in zip(*table, strict=True)]
        lines = (
            "  ".join(
                cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True)
            )
            for row in table
        )
        return "\n".join(line.rstrip() for line in lines)


SHOWN = ("student", "id", "value", "verdict", "credit", "diagnosis")
"""The columns of a table of marks, by their words under `marking`."""


def _told(mark: Mark) -> str:
    """What is said of an answer: why it cannot be marked, or what may have been done."""
    return "; ".join(reasons_of(mark))


def reasons_of(mark: Mark) -> tuple[str, ...]:
    """The mistakes that an answer shows and why they are some, or else what is the matter."""
    verdict = mark.verdict
    found = () if verdict is None else (*verdict.mistakes, *verdict.reasons)
    return found or ((mark.reason,) if mark.reason else ())


def _row(mark: Mark) -> dict[str, Any]:
    verdict = mark.verdict
    return {
        "student": mark.student,
        "id": mark.name,
        "answer": mark.answer,
        "right": verdict is not None and verdict.right,
        "carried": verdict is not None and verdict.carried,
        "credit": mark.credit,
        "explanation": _told(mark),
    }


def mark(
    problem: Problem | str | Path,
    answers: Any,
    *,
    updates: int | None = None,
    questions: Sequence[str] = (),
) -> Marks:
    """Answers with what they are worth, own wrong values carried forward, mistakes named.

    Args:
        problem: what was asked about.
        answers: of one student `{"Z[2,1]": "1.5"}`; of several `{"Wang": {"Z[2,1]": 1.5}}`;
            rows `(student, name, value)` or mappings with the columns `student`, `id`, `value`;
            or a table with these columns, of pandas, Polars, Arrow, or whatever speaks the Arrow
            PyCapsule interface or the dataframe interchange protocol; or the path of a file with a
            table, as `bp-tutor mark` reads it: of several attempts the last one counts. A name
            may be any that `Derivation` reads; text keeps the digits that were written, a number
            has all.
        updates: so many steps of the optimiser; None: what the file says, where that is few.
        questions: of a file whose columns are numbered and do not say what they ask.

    Raises:
        BpTutorError: the answers are in no such form, or the file cannot be read.

    >>> import bp_tutor
    >>> found = bp_tutor.mark(bp_tutor.load("exercise", lang="en"), {"Z[2,1]": "1.3"})
    >>> found[0].verdict.right, found[0].verdict.mistakes
    (False, ('bias left out',))
    """
    problem = problem_of(problem)
    words = problem._words
    contexts = problem._contexts(updates)
    unread: dict[int, str] = {}
    if isinstance(answers, str | Path):
        with told(words):
            rows, unread = _in_file(Path(answers), contexts, questions)
    else:
        rows = list(_rows(answers, words))
    found = {place: Mark(*rows[place], None, reason) for place, reason in unread.items()}
    own: defaultdict[str, list[tuple[int, Row]]] = defaultdict(list)
    for place, row in enumerate(rows):
        if place not in unread:
            own[row[0]].append((place, row))
    for student, theirs in own.items():
        found |= dict(_of_student(student, theirs, contexts, words))
    return Marks([found[place] for place in range(len(rows))], words)


Row = tuple[str, str, str]
"""Student, name, value."""


class _Ready(Frozen):
    """An exercise that is worked out already."""

    ready: Sequence[Context]

    def contexts(self) -> Sequence[Context]:
        """An update after the other."""
        return self.ready


def _in_file(
    path: Path, contexts: Sequence[Context], questions: Sequence[str]
) -> tuple[list[Row], dict[int, str]]:
    """The rows of a file, in its order, and the reasons of those that cannot be read."""
    from bp_tutor.api.table_files import answers_of, file_at
    from bp_tutor.marking import Exercise

    words = contexts[0].words
    exercise = Exercise(_Ready(contexts))
    table = answers_of(file_at(path), exercise.recognised, questions)
    names = table.identifiers
    placed: list[tuple[int, Row, BadRow | None]] = []
    for paper in table.papers():
        for answer in paper.attempts[-1] if paper.attempts else ():
            row = (paper.student.label, names[answer.identifier], answer.value)
            placed.append((answer.line, row, table.unread.get(answer.place)))
    cut = {row.line for row in table.unread.values()}
    placed += [(bad.line, ("", "", ""), bad) for bad in table.bad if bad.line not in cut]
    placed.sort(key=lambda one: one[0])
    where = Mistake("", file=str(path)).where
    unread = {
        place: words.text(bad.key, where=f"{where}:{bad.line}", **dict(bad.values))
        for place, (_, _, bad) in enumerate(placed)
        if bad is not None
    }
    return [row for _, row, _ in placed], unread


def _of_student(
    student: str, rows: list[tuple[int, Row]], contexts: Sequence[Context], words: Words
) -> Iterator[tuple[int, Mark]]:
    from bp_tutor.quiz.batch import Unclear, mark_rows, question_of
    from bp_tutor.quiz.feedback import more_of

    asked = [(question_of(contexts, name), value) for _, (_, name, value) in rows]
    results = mark_rows(contexts, asked)
    for (place, (_, name, value)), (question, _), result in zip(rows, asked, results, strict=True):
        verdict, reason = None, ""
        if isinstance(question, Unclear):
            values = {"where": shown(name), "found": shown(name), **dict(question.values)}
            reason = with_nearest(words.text(question, **values), question.near, words)
        elif result.verdict is not None:
            verdict = answer_of(contexts[question.update - 1], result.verdict)
            reason = more_of(result.verdict, words)
        elif result.refused is not None:
            reason = words.text(result.refused.key, **dict(result.refused.values))
        elif result.missing:
            reason = words.text("quiz.answer.empty")
        else:
            reason = words.text("quiz.answer.twice", name=shown(name))
        yield place, Mark(student, name, value, verdict, reason)


def _rows(answers: Any, words: Words) -> Iterator[Row]:
    """Rows of whatever holds them."""
    if isinstance(answers, Mapping):
        for key, value in answers.items():
            if isinstance(value, Mapping):
                yield from ((str(key), str(name), _cell(each)) for name, each in value.items())
            else:
                yield "", str(key), _cell(value)
        return
    for row in _listed(answers, words):
        if isinstance(row, Mapping):
            if not {"id", "value"} <= row.keys():
                raise BpTutorError(words.text("api.columns", names=", ".join(COLUMNS)))
            yield _cell(row.get("student")), _cell(row["id"]), _cell(row["value"])
        elif isinstance(row, Sequence) and not isinstance(row, str) and 2 <= len(row) <= 3:
            student, name, value = ("", *row) if len(row) == 2 else row
            yield _cell(student), _cell(name), _cell(value)
        else:
            raise BpTutorError(words.text("api.columns", names=", ".join(COLUMNS)))


def _cell(value: Any) -> str:
    """What stands in a cell; nothing where a table says that there is nothing."""
    missing = value is None or (isinstance(value, float) and isnan(value))
    return "" if missing else str(value)


def _listed(answers: Any, words: Words) -> Sequence[Any]:
    """The rows of a table as mappings; lists as they are."""
    for name, more in (("to_dicts", {}), ("to_pylist", {}), ("to_dict", {"orient": "records"})):
        if callable(method := getattr(answers, name, None)):
            found: Sequence[Any] = method(**more)
            return found
    if isinstance(answers, Sequence | Iterator) and not isinstance(answers, str | bytes):
        return [*answers]
    if any(hasattr(answers, name) for name in PROTOCOLS):
        return _of_table(answers, words)
    raise BpTutorError(words.text("api.answers", kind=type(answers).__name__))


PROTOCOLS = ("__arrow_c_stream__", "__dataframe__")
"""Of a table that has no rows of its own kind to give."""


def _of_table(table: Any, words: Words) -> list[dict[str, Any]]:
    from bp_tutor.api.tables import UnreadableColumnError, columns_of

    try:
        found = columns_of(table, COLUMNS)
    except UnreadableColumnError:
        raise BpTutorError(words.text("api.column_type", names=", ".join(COLUMNS))) from None
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
