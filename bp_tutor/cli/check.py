"""`bp-tutor check`: everything that there is to say about problem files."""

from __future__ import annotations

import re
from glob import glob, has_magic
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from bp_tutor.api.refusal import reason_of
from bp_tutor.cli import options
from bp_tutor.cli.output import can_write
from bp_tutor.cli.reading import PageChoice, page_of
from bp_tutor.problem import ProblemError, find_problem
from bp_tutor.problem.find import ENDING
from bp_tutor.reader import Mistake
from bp_tutor.words import bare, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.authoring.checked import Checked
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Presentation
    from bp_tutor.problem import Problem
    from bp_tutor.reader import Mark
    from bp_tutor.words import Words


INDENT = 4


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...")],
    lang: options.Lang = None,
    json: options.Json = False,
    whole: options.All = False,
    quick: Annotated[bool, typer.Option("--quick")] = False,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Check files, and print what was found or its JSON; the worst result is the exit code."""
    output = options.output_of(lang, ascii_only, no_color, width)
    named = files_named(files)
    if json:
        found = [_checked(each, output, quick=quick) for each in named]
        output.stream.write(checks_json(found, output.words))
        return max(each.result for each in found)
    results = []
    for each in named:
        checked = _checked(each, output, quick=quick)
        _write(checked, output, whole=whole or len(named) == 1)
        results.append(checked.result)
    if len(results) > 1:
        sound, findings, unreadable = (results.count(code) for code in range(3))
        output.line("")
        text = output.words.text(
            "check.total", files=len(results), sound=sound, findings=findings, unreadable=unreadable
        )
        output.line(text, "heading")
    return max(results)


def _checked(named: Named, output: Output, *, quick: bool) -> Checked:
    from bp_tutor.authoring.checked import Checked, check_file

    if named.mistakes:
        return Checked(named.path, mistakes=named.mistakes, readable=False)
    return check_file(named.path, _pages(output), quick=quick)


def _pages(output: Output) -> Callable[[Problem], Presentation]:
    from bp_tutor.explain import symbols_of

    return lambda problem: page_of(PageChoice(problem, symbols_of(problem), output))


def _write(checked: Checked, output: Output, *, whole: bool) -> None:
    from bp_tutor.authoring.checked import FINDING
    from bp_tutor.authoring.report import located, report
    from bp_tutor.output.terminal import write_document

    if checked.page is None:
        _write_mistakes(checked, output)
        return
    # A line each, for whoever searches in them; with the report below.
    for finding, text in located(checked, whole=whole):
        output.line(text, "error" if finding.severity == FINDING else "note")
    document = report(checked, whole=whole)
    write_document(document, checked.page, output.stream, width=output.width, colour=output.colour)


def _write_mistakes(checked: Checked, output: Output) -> None:
    """Every mistake in a line, with the place in the file below it."""
    from bp_tutor.reader import Mistake

    marked = any(mistake.mark for mistake in checked.mistakes)
    lines = _lines(checked.path) if marked else []
    if marked:
        where = Mistake("", file=str(checked.path)).where
        text = output.words.text("check.broken", file=where, count=len(checked.mistakes))
        output.line(text, "broken")
    for mistake in checked.mistakes:
        output.line(mistake.format(output.words.text), "error")
        _write_place(mistake, lines, output)


def _write_place(mistake: Mistake, lines: list[str], output: Output) -> None:
    from bp_tutor.output.excerpt import excerpt

    mark = mistake.mark
    if mark is None or not 1 <= mark.line <= len(lines) or not lines[mark.line - 1].strip():
        return

    def shown(sign: str) -> str:
        sign = plain(sign) if output.style == "ascii" else sign
        return sign if can_write(output.stream, sign) else bare(sign)

    dots = "..." if output.style == "ascii" else "…"
    room = output.width - INDENT
    for text in excerpt(lines[mark.line - 1], mark.column, room, dots=dots, shown=shown):
        output.rows([((" " * INDENT, ""), (text, "note"))])


def _lines(path: Path) -> list[str]:
    """The lines of a file as YAML counts them; none where it cannot be read."""
    try:
        data = path.read_bytes()
    except (OSError, ValueError):
        return []
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    return re.split(r"\r\n|\r|\n", text)


SCHEMA = "bp-tutor/check/1"
RESULTS = ("sound", "findings", "unreadable")


def checks_json(found: list[Checked], words: Words) -> str:
    """One document about all files."""
    results = [checked.result for checked in found]
    document = {
        "schema": SCHEMA,
        "files": [_file(checked, words) for checked in found],
        "summary": {
            "files": len(found),
            **{name: results.count(code) for code, name in enumerate(RESULTS)},
        },
    }
    return dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _file(checked: Checked, words: Words) -> dict[str, Any]:
    page = checked.page
    return {
        "file": str(checked.path),
        "result": RESULTS[checked.result],
        "mistakes": [
            {
                **_place(mistake.mark),
                "path": mistake.path,
                "key": mistake.key,
                "message": mistake.message(words.text),
                "nearest": mistake.nearest or None,
            }
            for mistake in checked.mistakes
        ],
        "findings": [
            {
                "severity": finding.severity,
                **_place(finding.mark),
                "path": finding.path,
                "key": finding.key,
                "message": finding.said(words),
            }
            for finding in checked.findings
        ],
        "verified": [
            {
                "checked": result.checked,
                "largest": result.largest,
                "skipped": list(result.skipped),
                "undecided": list(result.undecided),
                "failed": list(result.failed),
            }
            for result in checked.checks
        ],
        "figures": [_figure(judged, page) for judged in checked.figures] if page else [],
        "teaching": _teaching(checked),
    }


def _place(mark: Mark | None) -> dict[str, int | None]:
    return {"line": mark.line if mark else None, "column": mark.column if mark else None}


def _figure(judged: Judged, page: Presentation) -> dict[str, Any]:
    from bp_tutor.authoring.published.table import reason_text

    meant, figure = judged.meant, judged.meant.figure
    return {
        "name": figure.name,
        "id": meant.identifier,
        "update": figure.update,
        "after": figure.after,
        "page": figure.page,
        **_place(figure.mark),
        "printed": figure.value,
        "right": judged.value,
        "verdict": judged.verdict,
        "accepted": figure.accepted,
        "sound": judged.sound,
        "reasons": [
            {
                "key": reason.key,
                "message": reason_text(reason, page.words),
                **{name: str(value) for name, value in reason.values if name in SHOWN},
            }
            for reason in (*judged.reasons, judged.misstated)
            if reason is not None
        ],
        "certain": judged.certain,
    }


SHOWN = ("origin", "figure", "count", "kinds", "layer")


def _teaching(checked: Checked) -> list[dict[str, Any]]:
    from bp_tutor.authoring.weaknesses import sentence

    if checked.page is None:
        return []
    return [
        {
            "key": weakness.key,
            "grave": weakness.grave,
            "update": weakness.update,
            "ids": list(weakness.identifiers),
            "message": sentence(weakness, checked.page),
        }
        for weakness in checked.teaching
    ]


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
