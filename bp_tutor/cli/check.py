"""`bp-tutor check`: everything that there is to say about problem files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli import options
from bp_tutor.cli.folders import files_named
from bp_tutor.cli.output import can_write
from bp_tutor.cli.reading import PageChoice, page_of
from bp_tutor.words import bare, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bp_tutor.authoring.checked import Checked
    from bp_tutor.cli.folders import Named
    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Page
    from bp_tutor.problem import Problem
    from bp_tutor.reader import Mistake

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
    from bp_tutor.cli.check_json import checks_json

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


def _pages(output: Output) -> Callable[[Problem], Page]:
    from bp_tutor.explain import symbols_of

    return lambda problem: page_of(PageChoice(problem, symbols_of(problem), output))


def _write(checked: Checked, output: Output, *, whole: bool) -> None:
    from bp_tutor.authoring.finding import FINDING
    from bp_tutor.authoring.report import located, report
    from bp_tutor.render.terminal import write_document

    if checked.page is None:
        _write_mistakes(checked, output)
        return
    # A line each, for whoever searches in them; with the report below.
    for finding, text in located(checked, whole=whole):
        output.line(text, "error" if finding.severity == FINDING else "note")
    document = report(checked, whole=whole)
    write_document(document, output.stream, width=output.width, colour=output.colour)


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
    from bp_tutor.render.excerpt import excerpt

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
