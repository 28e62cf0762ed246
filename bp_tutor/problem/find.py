"""Finding a problem: a file, or the name of one that comes with the tutor."""

from __future__ import annotations

from pathlib import Path

from bp_tutor.fields.context import ProblemError
from bp_tutor.reader import Mistake, nearest

ENDING = ".yaml"
SHIPPED = "shipped_problems"
"""The folder of the package in which the problems lie where it was installed."""


def find_problem(name_or_path: str | Path) -> Path:
    """The file that is meant: an existing path, or the name of a problem.

    Names are looked up in `./problems` and then among the problems that come with the tutor.

    Raises:
        ProblemError: there is no such file and no problem of that name.
    """
    name = str(name_or_path)
    path = Path(name)
    known = _known()
    if _is(path, "is_file"):
        return path
    if found := known.get(name.removesuffix(ENDING)):
        return found
    if _is(path, "exists"):
        return path
    near = nearest(path.name.removesuffix(ENDING), known)
    key = "reader.missing" if len(path.parts) > 1 else "problem.unknown_problem"
    raise ProblemError([Mistake(key, values={"names": ", ".join(known)}, nearest=near, file=name)])


def known_as(path: Path) -> str:
    """What finds a problem again from here: its name where that will do, else its path."""
    found = _known().get(path.stem)
    if found is not None and found.resolve() == path.resolve() and not Path(path.stem).exists():
        return path.stem
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def list_problems() -> tuple[Path, ...]:
    """Every problem that has a name, in alphabetical order."""
    return tuple(path for _, path in sorted(_known().items()))


def shipped_folder() -> Path:
    """Where the problems lie that come with the tutor: in the package, or in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / SHIPPED
    return inside if inside.is_dir() else package.parent / "problems"


def _known() -> dict[str, Path]:
    known: dict[str, Path] = {}
    for folder in (Path("problems"), shipped_folder()):
        if _is(folder, "is_dir"):
            for path in sorted(folder.glob(f"*{ENDING}")):
                known.setdefault(path.stem, path)
    return known


def _is(path: Path, question: str) -> bool:
    """What the file system says; a name that it cannot even look up is simply not there."""
    try:
        return bool(getattr(path, question)())
    except (OSError, ValueError):
        return False
