"""Who had which numbers: the variant of each student, by a list, a folder, or the answers."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.api.reading import LARGEST_SEED
from bp_tutor.api.refusal import RefusalError
from bp_tutor.authoring.roster import safe
from bp_tutor.cli.variants import variants_of
from bp_tutor.problem import list_problems
from bp_tutor.problem.load import read_problem
from bp_tutor.reader.seed_code import seed_in
from bp_tutor.reader.text import shown
from bp_tutor.tables import Directory
from bp_tutor.tables.headings import told_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bp_tutor.authoring.variant import Variants
    from bp_tutor.marking import Exercise
    from bp_tutor.problem import Problem
    from bp_tutor.tables import Student
    from bp_tutor.tables.answers import Paper

ENDINGS = (".yaml", ".yml")
KEPT = 64
"""So many variants are kept ready: one for each student, and few students share one."""
LIST = "-list.csv"
"""What the list of a class ends in that `bp-tutor variant --names` writes."""


class NoNumbersError(Exception):
    """Nobody knows which numbers a student had: a key of the words."""


class Place(NamedTuple):
    """What a list says of a student's numbers."""

    seed: str = ""
    file: str = ""
    variant: str = ""

    @property
    def says(self) -> bool:
        """Whether it says anything."""
        return any(self)


class OwnNumbers:
    """The exercise of each student, with the numbers that the student had.

    Args:
        problem: the problem itself.
        original: it, ready to be marked.
        made: makes an exercise of a problem and of what its variant is called.
        students: a list of the class; empty where there is none.
        folder: where files are that a list names; None where there is no list.
        searched: whether it is searched for a student's file where no list says which.
    """

    def __init__(
        self,
        problem: Problem,
        original: Exercise,
        made: Callable[[Problem, str], Exercise],
        students: Sequence[Student] = (),
        folder: Path | None = None,
        *,
        searched: bool = False,
    ) -> None:
        self.problem, self.original, self.students = problem, original, tuple(students)
        self.folder = folder
        self.directory = Directory(self.students)
        self.places = [_place(student) for student in self.students]
        self.listed = any(place.says for place in self.places)
        """Whether the list says who had which numbers."""
        self._made = made
        self._files = (
            _files_in(folder) if folder is not None and searched and not self.listed else {}
        )
        self._of_seed = lru_cache(KEPT)(self._from_seed)
        self._of_file = lru_cache(KEPT)(self._from_file)

    @cached_property
    def variants(self) -> Variants:
        """The variants of the problem."""
        return variants_of(self.problem)

    def exercise(self, paper: Paper) -> Exercise:
        """What a student's paper is marked by.

        Raises:
            NoNumbersError: nothing says which numbers the student had.
        """
        if paper.variant:
            return self._named(paper.variant)
        at = self.directory.find(paper.student)
        place = self.places[at] if at is not None else Place()
        if place.says:
            return self._placed(place)
        if self.listed:
            shared = self.directory.is_shared(paper.student)
            key = "alike_listed" if shared else "not_listed" if at is None else "no_numbers"
            raise NoNumbersError(f"marking.{key}")
        if self._files:
            return self._of_file(self._file_of(paper.student))
        return self.original

    def of_seed(self, seed: int) -> Exercise:
        """The exercise with the numbers of a seed."""
        return self._of_seed(seed)

    def _placed(self, place: Place) -> Exercise:
        """A file that is there holds what the student was given; else the seed says it."""
        if place.file and self.folder is not None and (path := self.folder / place.file).is_file():
            return self._of_file(path)
        if place.seed:
            return self._of_seed(_seed(place.seed))
        return self._named(place.variant or place.file)

    def _named(self, text: str) -> Exercise:
        """The numbers of a seed, or those of a file by its name."""
        if text.isdecimal() or seed_in(text) is not None:
            return self._of_seed(_seed(text))
        for ending in ("", *ENDINGS):
            path = (self.folder or Path()) / (Path(text).name + ending)
            if path.suffix in ENDINGS and path.is_file():
                return self._of_file(path)
        raise NoNumbersError("marking.no_file")

    def _file_of(self, student: Student) -> Path:
        """The one file whose name ends in the student's number or name, as variants are called."""
        parts = [safe(text, "") for text in (student.number, student.name) if text]
        for part in ("-".join(parts), *parts):
            ends = f"-{part.casefold()}"
            found = [path for stem, path in self._files.items() if part and stem.endswith(ends)]
            # The number stands before the name.
            found = found or [
                path for stem, path in self._files.items() if part and f"{ends}-" in stem
            ]
            if len(found) == 1:
                return found[0]
        raise NoNumbersError("marking.no_file")

    def _from_seed(self, seed: int) -> Exercise:
        if not self.variants.varies:
            return self.original
        text = self.variants.filled(seed)
        drawn = read_problem(text, self.problem.path)
        return self._made(drawn._replace(rounding=self.problem.rounding), str(seed))

    def _from_file(self, path: Path) -> Exercise:
        from bp_tutor.api.reading import read_whole

        found = read_whole(path)
        return self._made(found._replace(rounding=self.problem.rounding), path.name)


def _place(student: Student) -> Place:
    return Place(*(told_of(role, student.more) for role in ("seed", "file", "variant")))


def _seed(text: str) -> int:
    if (seed := seed_in(text)) is not None:
        text = str(seed)
    if not text.isdecimal() or int(text) > LARGEST_SEED:
        raise NoNumbersError("marking.no_seed")
    return int(text)


def _files_in(folder: Path) -> dict[str, Path]:
    return {path.stem.casefold(): path for path in _problems_in(folder)}


def _problems_in(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.iterdir() if path.suffix in ENDINGS)


class Folder(NamedTuple):
    """A folder of variants: one of them, and the list of who has which, where there is one."""

    path: Path
    first: Path
    listed: str | None


def folder_of(name: str) -> Folder | None:
    """A folder of variants that is named instead of a problem: it, one of them, and the list.

    Raises:
        RefusalError: there is no variant in it.
    """
    folder = Path(name)
    if not folder.is_dir() or name in {path.stem for path in list_problems()}:
        return None
    first = next(_problems_in(folder), None)
    if first is None:
        raise RefusalError("marking.empty_folder", path=shown(name))
    lists = sorted(path for path in folder.iterdir() if path.name.endswith(LIST))
    return Folder(folder, first, str(lists[0]) if len(lists) == 1 else None)
