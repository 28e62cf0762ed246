"""Grades in the form that the importers of gradebooks take.

Moodle (grade/import/csv/classes/load_data.php; https://docs.moodle.org/en/Grade_import): a row
for each user, found by one column that is mapped to ID number, email address or user name; a
user who is not found aborts the whole import, and so does a grade above the largest that the
site allows (100 unless it was raised). An empty grade or "-" is none. Feedback is imported with
the grades of an item that is there already, and is lost without them.

Canvas (lib/gradebook_importer.rb): the file is an export of the gradebook itself. Its first
columns are "Student", "ID", then SIS IDs and logins, and "Section"; an assignment is found by
the number in brackets at the end of its heading; the row "Points Possible" is of no student;
students are found by ID, then by SIS ID and login, then by name. Cells may be parted by commas
or semicolons, and may have a decimal comma.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.worth import amount
from bp_tutor.marking.points import told
from bp_tutor.output.table_csv import csv_text
from bp_tutor.quiz.feedback import percent
from bp_tutor.tables import Directory, TableError
from bp_tutor.tables.headings import columns_of, is_total, place_of, plain
from bp_tutor.tables.people import student_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.marking.points import Result
    from bp_tutor.tables import Row
    from bp_tutor.words import Words

IDENTIFIERS = (("number", "ID number"), ("email", "Email address"), ("username", "Username"))
"""By what Moodle finds a user, the surest first, and what its own exports call it."""
MOST_OF_MOODLE = 100
"""A larger grade aborts the import, unless the site allows it."""
GRADE, FEEDBACK = "Grade", "Feedback"
LONGEST = 1_000


class Gradebook(NamedTuple):
    """A file for an importer, and who is not in it."""

    text: str
    left_out: tuple[str, ...]
    """Students whom the importer could not find."""
    identifier: str = ""
    """The heading of the column by which users are found."""
    unchanged: tuple[str, ...] = ()
    """Who stands in the template and has no result."""


def for_moodle(title: str, results: Sequence[Result], words: Words) -> Gradebook:
    """A column that says who it is, one of grades, one of feedback.

    Who is not on the list of the class is no user of the course, and would end the whole import.

    Raises:
        TableError: nobody has an ID number, an address or a user name.
    """
    known = [one for one in results if not one.refused]

    def has(field: str) -> int:
        return sum(_is_sure(getattr(one.student, field)) for one in known)

    field, head = max(IDENTIFIERS, key=lambda pair: has(pair[0]))
    if not has(field):
        raise TableError("gradebook.nobody")
    there = [one for one in known if _is_sure(getattr(one.student, field))]
    rows = [
        (getattr(one.student, field), amount(one.points), feedback(one, words)) for one in there
    ]
    left_out = tuple(one.student.label for one in results if one not in there)
    heads = (head, title or GRADE, FEEDBACK)
    # A line break ends a row of Moodle's own reader in some versions: there is none in a cell.
    return Gradebook(csv_text([heads, *rows], end="\r\n"), left_out, head)


def _is_sure(text: str) -> bool:
    """Whether a cell holds something that arrives as it is: a formula would get an apostrophe."""
    return bool(text) and csv_text([[text]]).strip().strip('"') == text


def feedback(result: Result, words: Words) -> str:
    """What a student reads beside the grade, on one line."""
    parts = [
        words.text(
            "results.score",
            points=amount(result.points),
            possible=amount(result.possible),
            share=percent(result.share),
        )
    ]
    if result.first_wrong:
        parts.append(words.text("results.began", name=result.first_wrong))
    parts += [told(mistake, words) for mistake in result.mistakes]
    none = (("missing", "marking.blank"), ("unreadable", "marking.unreadable_answers"))
    parts += [words.text(key, count=count) for name, key in none
              if (count := result.counts.get(name, 0))]  # fmt: skip
    return " ".join("; ".join(part.rstrip(".。") for part in parts).split())[:LONGEST]


class Template(NamedTuple):
    """An export of Canvas' gradebook, and its column that is to be filled."""

    rows: list[Row]
    column: int
    possible: float | None
    """What the assignment is worth there."""


_NUMBERED = re.compile(r"\((\d+)\)\s*$")
_FIXED = (
    "student", "lastname", "firstname", "id", "sis user id", "sis login id", "section",
    "integration id", "root account", "notes",
)  # fmt: skip


def template_of(rows: Sequence[Row], assignment: str, where: str) -> Template:
    """The column of an assignment in an export of the gradebook; the only one needs no name.

    Raises:
        TableError: it is no such export, or it is not clear which column is meant.
    """
    kept = [*rows]
    heads = [cell.strip() for cell in kept[0].cells] if kept else []
    known = [plain(head) for head in heads]
    if not known or known[0] not in ("student", "lastname") or "id" not in known[:3]:
        raise TableError("gradebook.no_template", path=where)
    found = {at: head for at, head in enumerate(heads) if _NUMBERED.search(head)}
    if assignment:
        wanted = plain(assignment)
        found = {
            at: head for at, head in found.items()
            if wanted in (plain(head), plain(_NUMBERED.sub("", head)), _NUMBERED.findall(head)[0])
        }  # fmt: skip
    if len(found) != 1:
        names = ", ".join(head for at, head in enumerate(heads) if _NUMBERED.search(head))
        key = "gradebook.which_assignment" if names else "gradebook.no_assignment"
        raise TableError(key, path=where, names=names or "-")
    (column,) = found
    return Template(kept, column, _possible(kept, column))


def _possible(rows: Sequence[Row], column: int) -> float | None:
    for row in rows[1:]:
        if row.cells and plain(row.cells[0]) == "points possible" and column < len(row.cells):
            try:
                return float(row.cells[column].strip().replace(",", "."))
            except ValueError:
                return None
    return None


def for_canvas(template: Template, results: Sequence[Result]) -> Gradebook:
    """The export with the grades in its column; every other cell stays as it was."""
    head, *rows = template.rows
    known = [plain(cell) for cell in head.cells]
    columns = columns_of(known)
    more = [at for at, name in enumerate(known) if name in _FIXED and at not in columns.places]
    listed = [student_of(row.cells, columns, head.cells, more) for row in rows]
    is_student = [not is_total(row.cells[:2]) and bool(student.key)
                  for row, student in zip(rows, listed, strict=True)]  # fmt: skip
    sis = place_of("number", known, (columns.number,))
    found: dict[int, Result] = {}
    directory = Directory([one.student for one in results])
    filled = []
    for row, student, real in zip(rows, listed, is_student, strict=True):
        cells = [*row.cells, *[""] * (len(head.cells) - len(row.cells))]
        at = directory.find(student) if real else None
        if real and at is None and sis is not None and cells[sis].strip():
            at = directory.find(student._replace(number=cells[sis].strip()))
        if at is not None:
            found[at] = results[at]
            cells[template.column] = amount(results[at].points)
        filled.append((cells, real and at is None, student.label))
    text = csv_text([head.cells, *(cells for cells, _, _ in filled)], end="\r\n")
    left_out = tuple(one.student.label for at, one in enumerate(results) if at not in found)
    unchanged = tuple(label for _, lacking, label in filled if lacking)
    return Gradebook(text, left_out, head.cells[template.column].strip(), unchanged)
