"""A class and its variants: who gets which seed, and what each one's file is called."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from unicodedata import normalize

from bp_tutor.authoring.draw import seed_of
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.tables import Student

ENDING = ".yaml"
LONGEST = 120
"""Bytes of a name in a file name; file systems allow 255 for all of it."""
_OF_WINDOWS = {"con", "prn", "aux", "nul"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
}
"""Names that Windows keeps for itself, whatever ending they have."""


class Share(Frozen):
    """One variant of a class: its seed, its file's name, and whose it is."""

    seed: int
    file: str
    student: str = ""
    """Whose it is, told apart from everybody else: `2023017 Ada`, or `Ada (2)`."""
    name: str = ""
    number: str = ""
    more: tuple[tuple[str, str], ...] = ()
    """What else the list has of the student, by its headings."""


def numbered(problem: str, first: int, count: int) -> tuple[Share, ...]:
    """So many variants with seeds in a row, all numbers of one length."""
    width = len(str(first + count - 1))
    seeds = range(first, first + count)
    return tuple(
        Share(seed, f"{safe(problem, 'problem')}-{seed:0{width}}{ENDING}") for seed in seeds
    )


def named(problem: str, students: Iterable[Student], start: int = 0) -> tuple[Share, ...]:
    """A variant for each student, whose seed hangs on `start` and on who it is alone.

    That is the student number where there is one, and the name where there is none: of two of
    the same name the second then gets another seed. File names differ in more than their
    capital letters.
    """
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    found = []
    for student in students:
        name, number = (" ".join(normalize("NFC", text).split()) for text in student[:2])
        who = number or name
        seen[who] += 1
        again = seen[who] > 1
        label = f"{who}/{seen[who]}" if again else who
        told = f"{number} {name}".strip() + (f" ({seen[who]})" if again else "")
        parts = (problem, *filter(None, (number, name)))
        stem = "-".join(safe(part, "student") for part in parts)
        file, more = stem, 1
        while file.casefold() in taken:
            more += 1
            file = f"{stem}-{more}"
        taken.add(file.casefold())
        share = Share(seed_of(label, start), file + ENDING, told, name, number, student.listed)
        found.append(share)
    return tuple(found)


def alike(shares: Iterable[Share]) -> tuple[str, ...]:
    """Who stands on the list more than once, by number or by name, so that a place decides."""
    counts = Counter(share.number or share.name for share in shares)
    return tuple(who for who, count in counts.items() if count > 1)


def safe(text: str, otherwise: str) -> str:
    """A text as part of a file name on any system: letters and digits of any script, - and _.

    >>> safe("../../etc/passwd", "student"), safe("李 雷", "student"), safe("???", "student")
    ('etc-passwd', '李-雷', 'student')
    """
    kept = "".join(
        sign if sign.isalnum() or sign == "_" else "-" for sign in normalize("NFKC", text)
    )
    parts = "-".join(part for part in kept.split("-") if part)
    cut = parts.encode("utf-8", "ignore")[:LONGEST].decode("utf-8", "ignore").strip("-_")
    if not cut:
        return otherwise
    return f"{cut}_" if cut.casefold() in _OF_WINDOWS else cut
