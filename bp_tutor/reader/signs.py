"""What keyboards put into a file for YAML's own signs: full-width ones, and a missing space.

Full-width signs are right in a title; they are told only where something does not work.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bp_tutor.frozen import Frozen
from bp_tutor.reader.mistake import Key, Mistake
from bp_tutor.reader.nodes import Mark
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from bp_tutor.reader.nodes import Scalar

# What each sign is called in the words, and what YAML has instead.
_CALLED: dict[str, tuple[str, str]] = {
    **dict.fromkeys("，、", ("comma", ",")),
    "；": ("semicolon", ","),
    "：": ("colon", ": "),
    "。": ("point", "."),
    **dict.fromkeys("“”„", ("quote", '"')),
    **dict.fromkeys("‘’", ("quote", "'")),
    **dict.fromkeys("【［〔", ("bracket", "[")),
    **dict.fromkeys("】］〕", ("bracket", "]")),
    "｛": ("bracket", "{"),
    "｝": ("bracket", "}"),
    "（": ("bracket", "("),
    "）": ("bracket", ")"),
    **dict.fromkeys("\u3000\u00a0", ("space", " ")),
}
LONGEST, MOST_LINES = 2_000, 1_000
"""Signs of a line, and lines, that are looked at; nobody typed more between two brackets."""
# Compiled when they are first looked for: nearly every file is without such mistakes.
_ANY = f"[{''.join(_CALLED)}]"
_OPENING = r"(?:^[ \t]*|[-:,\[{][ \t]+|[\[{])([“”„‘’【［〔｛])"
_WIDE_COLON = r"[ \t\-]*[\w.\[\],][\w.\[\], ]*(：)"
_NO_SPACE = r"[ \t\-]*[A-Za-z]\w*(?:\[[\d,]+\])?(:)(?![\s:/]|$)"
_BARE_KEY = r"([A-Za-z]\w*(?:\[[\d,]+\])?):(?![:/])\S"
_A_NUMBER = r"[-+\u2212]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_NO_SPACE_BEHIND_DASH = r"[ \t]*(-)[\[{]"
_EQUALS = r"[ \t\-]*([\w.\[\],']+)[ \t]*(=)[ \t]*\S[^:]*$"
_QUOTED_OR_COMMENT = r"""'[^']*'|(?<!\\)"(?:[^"\\]|\\.)*"|(?:(?<=\s)|^)#.*"""


class Found(Frozen):
    """A sign that was found, with the sentence that says what to write."""

    key: str
    mark: Mark
    values: dict[str, Any]

    def mistake(self, file: str) -> Mistake:
        """As a mistake of a file."""
        return Mistake(self.key, self.mark, self.values, file=file)


def in_scalar(scalar: Scalar, *, key: bool) -> Found | None:
    """The sign in a word of the file that keeps the word from being understood.

    `key` says that a mapping was wanted, or a key of one: then a colon without a space counts.
    """
    if scalar.quoted:
        return None
    line, column = scalar.mark
    if wide := re.search(_ANY, scalar.text):
        # In a text over several lines only its beginning is known.
        start = column if scalar.block else column + wide.start()
        return _told(wide[0], Mark(line, start))
    if key and (bare := re.match(_BARE_KEY, scalar.text)):
        return _no_space(bare[1], Mark(line, column + len(bare[1])))
    return None


def numbers_in(text: str, mark: str = "") -> str:
    """The numbers of a text as a list, `[0.4, 0.9]`; nothing where something else stands there.

    `mark` is what may part them beside blanks and semicolons.
    """
    pieces = re.split(rf"[\s;{mark}]+", text.strip().removeprefix("(").removesuffix(")").strip())
    return (
        f"[{', '.join(pieces)}]" if all(re.fullmatch(_A_NUMBER, piece) for piece in pieces) else ""
    )


def without(text: str) -> str:
    """What was probably meant by a word with such a sign in it: its first piece."""
    return next((piece for piece in re.split(rf"{_ANY}|:", text) if piece.strip()), "")


def in_lines(lines: list[str], first: int, last: int, column: int, key: str) -> Found | None:
    """The sign between two lines (from 0) that the YAML parser stumbled over.

    `key` is what is known of the mistake: inside brackets any wide sign ends what was
    begun, from `column` of the first line on; elsewhere a colon does, or one that opens.
    """
    inside = key == "reader.unclosed"
    for number in range(first, min(last + 1, len(lines), first + MOST_LINES)):
        if len(lines[number]) > LONGEST:
            continue
        line = re.sub(_QUOTED_OR_COMMENT, lambda found: "_" * len(found[0]), lines[number])
        if inside:
            wide = re.compile(_ANY).search(line, column if number == first else 0)
            if wide:
                return _told(wide[0], Mark(number + 1, wide.start() + 1))
        if colon := re.match(_WIDE_COLON, line):
            return _told("：", Mark(number + 1, colon.start(1) + 1))
        if bare := re.match(_NO_SPACE, line):
            name = line[: bare.start(1)].strip(" \t-")
            return _no_space(name, Mark(number + 1, bare.start(1) + 1))
        if dash := re.match(_NO_SPACE_BEHIND_DASH, line):
            return Found("reader.no_space_behind_dash", Mark(number + 1, dash.start(1) + 1), {})
        if equals := re.match(_EQUALS, line):
            values: dict[str, Any] = {"name": shown(equals[1])}
            return Found("reader.equals", Mark(number + 1, equals.start(2) + 1), values)
        if number == last and (opening := re.search(_OPENING, line)):
            return _told(opening[1], Mark(number + 1, opening.start(1) + 1))
    return None


def _told(sign: str, mark: Mark) -> Found:
    name, plain = _CALLED[sign]
    if name == "space":
        return Found("reader.wide_space", mark, {})
    if name == "colon":
        return Found("reader.wide_colon", mark, {})
    values: dict[str, Any] = {"sign": sign, "name": Key(f"sign.{name}"), "plain": plain}
    return Found("reader.wide_sign", mark, values)


def _no_space(name: str, mark: Mark) -> Found:
    return Found("reader.no_space", mark, {"name": shown(name)})
