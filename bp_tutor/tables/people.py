"""Who is meant: a student under any of the names that tables have, and the lists of a class."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bp_tutor.tables.headings import Columns

_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Student(NamedTuple):
    """Somebody on the list of a class, or in a table of answers."""

    name: str
    number: str = ""
    """The student number, where the list has one."""
    email: str = ""
    username: str = ""
    more: tuple[tuple[str, str], ...] = ()
    """What else the table has of this student, by the headings as they were written."""

    @property
    def key(self) -> str:
        """By what rows of one table are known to be of the same student."""
        return self.number or self.email or self.username or self.name

    @property
    def label(self) -> str:
        """How this student is listed."""
        return self.number or self.name or self.email or self.username

    @property
    def listed(self) -> tuple[tuple[str, str], ...]:
        """Everything but name and number, under headings by which it is known again."""
        named = (("email", self.email), ("username", self.username))
        return (*(pair for pair in named if pair[1]), *self.more)

    @property
    def called(self) -> str:
        """How a person is called to whom something is written."""
        return self.name or self.label

    def known_as(self) -> Iterator[str]:
        """Under what this student may stand in another table, the surest first."""
        for text in (self.number, self.email, self.username):
            if text:
                yield _folded(text)
        if self.email and "@" in self.email:
            yield _folded(self.email.partition("@")[0])
        if self.name:
            yield _name_key(self.name)
            yield _folded(self.name)

    def joined(self, other: Student) -> Student:
        """With what another table has of the same student, where this one has nothing."""
        own = dict(self.more)
        more = [(head, text) for head, text in other.more if head not in own]
        return Student(
            self.name or other.name,
            self.number or other.number,
            self.email or other.email,
            self.username or other.username,
            (*self.more, *more),
        )


def student_of(
    cells: Sequence[str], columns: Columns, heads: Sequence[str] = (), more: Iterable[int] = ()
) -> Student:
    """The student of a row; empty in all where nothing says who it is."""
    called = full_name([text for at in columns.names if (text := seen(cells, at))])
    number, email, username = (
        seen(cells, at) for at in (columns.number, columns.email, columns.username)
    )
    others = tuple((heads[at], seen(cells, at)) for at in more)
    return Student(called, number, email, username, others)


def full_name(parts: Sequence[str]) -> str:
    """First and last name as one: 李 before 雷 and without a space, Ada before Lovelace."""
    if len(parts) > 1 and all("\u2e80" <= sign <= "\U0003ffff" for sign in "".join(parts)):
        return "".join(reversed(parts))
    return " ".join(parts)


def seen(cells: Sequence[str], column: int | None) -> str:
    """What stands in a column; nothing where nobody could see it."""
    if column is None or column >= len(cells):
        return ""
    text = cells[column].strip()
    return text if text.isprintable() or any(sign.isprintable() for sign in text) else ""


class Directory:
    """Students by every key that means one of them alone."""

    def __init__(self, students: Sequence[Student]) -> None:
        self.students = tuple(students)
        places: defaultdict[str, set[int]] = defaultdict(set)
        for place, student in enumerate(students):
            for key in student.known_as():
                places[key].add(place)
        self._places = {key: next(iter(at)) for key, at in places.items() if len(at) == 1}
        self._shared = {key for key, at in places.items() if len(at) > 1}
        bare: defaultdict[str, set[int]] = defaultdict(set)
        for place, student in enumerate(students):
            if key := _bare(student.number):
                bare[key].add(place)
        # Spreadsheets take the zeros away in front of numbers.
        self._bare = {key: next(iter(at)) for key, at in bare.items() if len(at) == 1}

    def is_shared(self, student: Student) -> bool:
        """Whether several on the list are called as this one is."""
        return any(key in self._shared for key in student.known_as())

    def find(self, student: Student) -> int | None:
        """The place on the list of somebody from another table, by the surest key."""
        exact = next((self._places[key] for key in student.known_as() if key in self._places), None)
        return self._bare.get(_bare(student.number)) if exact is None else exact


def told_apart(students: Sequence[Student]) -> list[Student]:
    """The same students; where two would be listed alike, by what else is known of them."""
    counts = Counter(student.label for student in students)
    return [
        student._replace(name=f"{student.name} ({student.key})")
        if counts[student.label] > 1 and student.key != student.label
        else student
        for student in students
    ]


def _bare(number: str) -> str:
    """A number without zeros in front; empty where it is none."""
    text = _folded(number)
    return text.lstrip("0") if text.isdecimal() else ""


def _folded(text: str) -> str:
    return " ".join(normalize("NFKC", text).casefold().split())


def _name_key(name: str) -> str:
    """A name in any order: "Lovelace, Ada" is Ada Lovelace, and 李 雷 is 李雷."""
    folded = _folded(name.replace(",", " "))
    parts = folded.split()
    if all(_HAN.match(part) for part in parts):
        return "".join(parts)
    return " ".join(sorted(parts))
