"""What the YAML parsers complain of, said in the tutor's own words.

There are two parsers, one in C and one in Python, and each words its complaints for those
who write parsers. Here stand all of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.reader.mistake import Mistake
from bp_tutor.reader.nodes import Mark
from bp_tutor.reader.signs import in_lines
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    import yaml

_SENTENCES: tuple[tuple[str, str, str], ...] = (
    ("", "tab character", "reader.tab"),
    ("", r"'\t' that cannot start", "reader.tab"),
    ("directive", "", "reader.directive"),
    ("", "directive", "reader.directive"),
    ("", "incompatible", "reader.directive"),
    ("", "tag handle", "reader.character"),
    ("block scalar", "", "reader.block_text"),
    ("an anchor", "", "reader.character"),
    ("an alias", "", "reader.character"),
    ("a tag", "", "reader.character"),
    ("", "cannot start any token", "reader.character"),
    ("", "mapping values are not allowed", "reader.colon"),
    ("", "unexpected ':'", "reader.colon"),
    ("", "sequence entries are not allowed", "reader.dash"),
    ("", "mapping keys are not allowed", "reader.question"),
    ("", "document start>", "reader.after_the_end"),
    ("", "expected ',' or", "reader.unclosed"),
    ("quoted scalar", "end of stream", "reader.open_quote"),
    ("quoted scalar", "document indicator", "reader.open_quote"),
    ("quoted scalar", "document separator", "reader.open_quote"),
    ("quoted scalar", "", "reader.escape"),
    ("", "expected ':'", "reader.no_colon"),
    ("", "expected key", "reader.indentation"),
    ("", "expected '-'", "reader.indentation"),
    ("", "expected <block end>", "reader.indentation"),
    ("", "node content", "reader.no_value"),
)
"""A piece of where a parser was, a piece of its complaint, and the sentence for it."""

_OPENED = ("reader.unclosed", "reader.open_quote")
_MINUS = re.compile(r"-\s+[\d.]")
_NAME = re.compile(r"(?<![\w\"'])[^\W\d][\w/]*'?\[[\d, ]*\](?=\s*:)")
_AT_THE_BEGINNING = ("reader.character", "reader.directive")


def sentence(context: str, problem: str) -> str:
    """The key of the sentence for a complaint; a general one for what nobody has heard yet."""
    for where, what, key in _SENTENCES:
        if where in context and what in problem:
            return key
    return "reader.syntax"


def syntax_mistake(error: yaml.MarkedYAMLError, text: str, file: str) -> Mistake:
    """What is wrong with the YAML, at the place where it can be mended."""
    # YAML's own line breaks only: others would count differently.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = error.problem_mark or error.context_mark
    line, column = (at.line, at.column) if at else (0, 0)
    since, begin = line, 0
    if error.context_mark:
        since, begin = error.context_mark.line, error.context_mark.column
    key = sentence(error.context or "", error.problem or "")
    sign = _sign(lines, line, column)
    if key == "reader.character" and sign == "\t":
        key = "reader.tab"
    elif key in _AT_THE_BEGINNING and error.context_mark and "token" not in (error.context or ""):
        line, column = since, begin
        sign = _sign(lines, line, column)
    first = since if key in ("reader.unclosed", "reader.no_colon") else _line_above(lines, line)
    last = since if key == "reader.no_colon" else line
    if found := in_lines(lines, first, last, begin, key):
        return found.mistake(file)
    if key == "reader.unclosed" and (bare := _bare_name(lines, line, column)):
        key, sign, column = "reader.bare_name", bare[0], bare.start()
    if key == "reader.dash" and _MINUS.match(_rest(lines, line, column)):
        key = "reader.minus"
    if key == "reader.colon" and _is_bare(lines, first, line):
        # The line above began a text, and goes on here.
        key, line, column = "reader.no_colon", first, _indent(lines[first])
        since, begin = line, column
    ended = not lines[line][column:].strip() if line < len(lines) else True
    if key == "reader.no_colon" or (
        key in _OPENED and ended and not any(rest.strip() for rest in lines[line + 1 :])
    ):
        line, column = since, begin
    if line >= len(lines):
        # One of the parsers counts a line behind the last one.
        line, column = len(lines) - 1, len(lines[-1])
    values = {"sign": shown(sign), "since": since + 1}
    return Mistake(key, Mark(line + 1, column + 1), values, file=file)


def _bare_name(lines: list[str], line: int, column: int) -> re.Match[str] | None:
    """A name with brackets that stands at a place without quotes, if there is one."""
    found = _NAME.finditer(lines[line]) if line < len(lines) else ()
    return next((each for each in found if each.start() <= column <= each.end()), None)


def _sign(lines: list[str], line: int, column: int) -> str:
    return _rest(lines, line, column)[:1]


def _rest(lines: list[str], line: int, column: int) -> str:
    return lines[line][column:] if line < len(lines) else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_bare(lines: list[str], above: int, line: int) -> bool:
    """Whether the line above stands as far to the right as this one, and has no colon."""
    if above >= line or line >= len(lines):
        return False
    text = lines[above].strip()
    plain = bool(text) and ":" not in text and text[0] not in "-#[{'\"|>"
    return plain and _indent(lines[above]) == _indent(lines[line])


def _line_above(lines: list[str], line: int) -> int:
    """The last line above that says something: what began there may go on here."""
    above = min(line, len(lines)) - 1
    while above > 0 and (not lines[above].strip() or lines[above].lstrip().startswith("#")):
        above -= 1
    return max(above, 0)
