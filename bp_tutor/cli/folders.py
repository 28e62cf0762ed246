"""From what was typed to files: paths, folders, patterns, names of problems."""

from __future__ import annotations

from glob import glob, has_magic
from pathlib import Path
from typing import NamedTuple

from bp_tutor.cli.reasons import reason_of
from bp_tutor.problem import ProblemError, find_problem
from bp_tutor.problem.find import ENDING
from bp_tutor.reader import Mistake


class Named(NamedTuple):
    """A file, or what is the matter with what was typed."""

    path: Path
    mistakes: tuple[Mistake, ...] = ()


def files_named(typed: list[str]) -> list[Named]:
    """Every file that is meant, each once, in the order in which they were typed.

    A folder stands for all problem files below it, hidden ones left out. Patterns are looked
    up here where the shell has not done it, as on Windows.
    """
    found: dict[Path, Named] = {}
    for text in typed:
        for named in _meant(text):
            found.setdefault(named.path, named)
    return list(found.values())


def _meant(text: str) -> list[Named]:
    path = Path(text)
    try:
        if path.is_dir():
            return _below(path) or [_nothing(path, "check.nothing")]
        if not path.exists() and has_magic(text):
            places = [Path(place) for place in sorted(glob(text, recursive=True))]  # noqa: PTH207
            files = [
                named
                for place in places
                for named in (_below(place) if place.is_dir() else [Named(place)])
            ]
            return files or [_nothing(path, "check.no_match")]
        return [Named(find_problem(text))]
    except ProblemError as error:
        return [Named(path, error.mistakes)]
    except (OSError, ValueError) as error:
        reason = reason_of(error)
        return [Named(path, (Mistake("reader.unreadable", values={"reason": reason}, file=text),))]


def _below(folder: Path) -> list[Named]:
    files = (path for path in folder.rglob(f"*{ENDING}") if path.is_file())
    shown = (p for p in files if not any(x.startswith(".") for x in p.relative_to(folder).parts))
    return [Named(path) for path in sorted(shown)]


def _nothing(path: Path, key: str) -> Named:
    return Named(path, (Mistake(key, file=str(path)),))
