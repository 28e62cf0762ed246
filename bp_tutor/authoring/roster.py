"""A class and its variants: who gets which seed, and what each one's file is called."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from unicodedata import normalize

from bp_tutor.authoring.draw import seed_of
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def numbered(problem: str, first: int, count: int) -> tuple[Share, ...]:
    """So many variants with seeds in a row, all numbers of one length."""
    width = len(str(first + count - 1))
    seeds = range(first, first + count)
    return tuple(
        Share(seed, f"{safe(problem, 'problem')}-{seed:0{width}}{ENDING}") for seed in seeds
    )


def named(problem: str, students: Iterable[str], start: int = 0) -> tuple[Share, ...]:
    """A variant for each name; a name's seed hangs on the name and on `start` alone.

    Of two of the same name the second gets another seed, and file names differ in more than
    their capital letters.
    """
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    found = []
    for student in students:
        name = " ".join(normalize("NFC", student).split())
        seen[name] += 1
        label = name if seen[name] == 1 else f"{name}/{seen[name]}"
        stem = f"{safe(problem, 'problem')}-{safe(name, 'student')}"
        file, number = stem, 1
        while file.casefold() in taken:
            number += 1
            file = f"{stem}-{number}"
        taken.add(file.casefold())
        found.append(Share(seed_of(label, start), file + ENDING, name))
    return tuple(found)


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
