"""The usual part of YAML, read line by line: what nearly every file is written in.

Block mappings and lists, lists and mappings in brackets, words and quoted texts of one line.
Whatever else there is, a mistake above all, is left to PyYAML: importing it takes longer than
reading ten such files. Where this gives nodes, PyYAML gives the same; a test holds that.
"""

from __future__ import annotations

import re

from bp_tutor.reader.nodes import Mapping, Mark, Node, Scalar, Sequence

LONGEST = 200_000
DEEPEST = 60
_KEY = re.compile(r"""(\w[\w.\[\],'/-]{0,200}|"[^"\\]{0,200}"|'[^']{0,200}'):(?= |$)""")
_PLAIN = re.compile(r"(?:[^ \-?:,\[\]{}#&*!|>'\"%@`]|-(?! |$))(?:[^:#]|:(?! |$)|(?<! )#)*")
_IN_BRACKETS = re.compile(r"(?:[^ \-?:,\[\]{}#&*!|>'\"%@`]|-(?=[0-9.]))[^:#,?\[\]{}]*")
_QUOTED = re.compile(r"""\"[^"\\]*\"|'(?:[^']|'')*'""")


class _Unusual(Exception):  # noqa: N818
    """Something that only the whole of YAML can tell."""


def read_directly(text: str) -> Node | None:
    """The nodes of a text; None where there is more in it than the usual."""
    if len(text) > LONGEST or "\t" in text or "\r" in text or "\uffff" in text or "\ufffe" in text:
        return None
    try:
        return _Reader(text).document()
    except (_Unusual, IndexError):
        return None


class _Reader:
    """Goes down the lines in which something stands, each with where it begins and its number."""

    def __init__(self, text: str) -> None:
        self.raw = text.split("\n")
        self.lines: list[str] = []
        self.starts: list[int] = []
        self.numbers: list[int] = []
        for number, line in enumerate(self.raw, 1):
            bare = line.strip(" ")
            if bare and bare[0] != "#":
                if line.startswith(("---", "...", "%")):
                    raise _Unusual
                self.lines.append(line.rstrip(" "))
                self.starts.append(len(line) - len(line.lstrip(" ")))
                self.numbers.append(number)
        self.at = 0

    def document(self) -> Node:
        """All of it."""
        root = self.block(0, 0)
        if self.at < len(self.lines):
            raise _Unusual
        return root

    def block(self, start: int, depth: int) -> Node:
        """The mapping or list that begins on this line, in the column `start`."""
        if depth > DEEPEST or self.starts[self.at] != start:
            raise _Unusual
        mark = Mark(self.numbers[self.at], start + 1)
        if self.lines[self.at].startswith("- ", start):
            return Sequence(self.items(start, depth + 1), mark)
        return Mapping(self.pairs(start, depth + 1), mark)

    def pairs(self, start: int, depth: int) -> tuple[tuple[Scalar, Node], ...]:
        """Keys and values, a pair a line or more."""
        found: dict[str, tuple[Scalar, Node]] = {}
        while self.at < len(self.lines) and self.starts[self.at] == start:
            line = self.lines[self.at]
            key = _KEY.match(line, start)
            if key is None:
                raise _Unusual
            name = key[1]
            quoted = name[0] in "'\""
            text = name[1:-1] if quoted else name
            if text in found:
                raise _Unusual
            scalar = Scalar(text, quoted, Mark(self.numbers[self.at], start + 1))
            column = _blanks(line, key.end())
            if column == len(line) or line[column] == "#":
                found[text] = scalar, self.below(start, depth)
            else:
                found[text] = scalar, self.value(column, start, depth)
        return tuple(found.values())

    def below(self, start: int, depth: int) -> Node:
        """The value of a key that stands alone: further in, or a list right under it."""
        self.at += 1
        inner = self.starts[self.at]
        listed = inner == start and self.lines[self.at].startswith("- ", start)
        if inner <= start and not listed:
            raise _Unusual
        if self.lines[self.at][inner] in "[{":
            return self.value(inner, start, depth)
        return self.block(inner, depth)

    def items(self, start: int, depth: int) -> tuple[Node, ...]:
        """The items of a list, each behind its dash."""
        found: list[Node] = []
        while (
            self.at < len(self.lines)
            and self.starts[self.at] == start
            and self.lines[self.at].startswith("- ", start)
        ):
            line = self.lines[self.at]
            column = _blanks(line, start + 1)
            if _KEY.match(line, column):
                self.starts[self.at] = column
                found.append(self.block(column, depth))
            else:
                found.append(self.value(column, start, depth))
        return tuple(found)

    def value(self, column: int, start: int, depth: int) -> Node:
        """What stands behind a key or a dash, on this line or in brackets over several."""
        line = self.lines[self.at]
        if line.startswith((">-", "|-"), column):
            return self.lines_below(column, start)
        node: Node
        if line[column] in "[{":
            node, column = self.brackets(column, start, depth)
            line = self.lines[self.at]
        elif line[column] in "'\"":
            node, column = self.quoted(column)
        else:
            plain = _PLAIN.match(line, column)
            if plain is None:
                raise _Unusual
            node, column = self.word(plain)
        end = _blanks(line, column)
        if end < len(line) and (line[end] != "#" or line[end - 1] != " "):
            raise _Unusual
        self.at += 1
        if self.at < len(self.lines) and self.starts[self.at] > start:
            # It goes on there.
            raise _Unusual
        return node

    def lines_below(self, column: int, start: int) -> Scalar:
        """A text in the lines behind `>-`, which joins them by blanks, or `|-`."""
        mark = Mark(self.numbers[self.at], column + 1)
        number = self.numbers[self.at]
        between = " " if self.lines[self.at][column] == ">" else "\n"
        if len(self.lines[self.at]) != column + 2:
            raise _Unusual
        self.at += 1
        margin = self.starts[self.at]
        parts = []
        while self.at < len(self.lines) and self.starts[self.at] > start:
            number += 1
            line = self.raw[number - 1]
            if (self.numbers[self.at], self.starts[self.at]) != (number, margin) or line[-1] == " ":
                raise _Unusual
            parts.append(line[margin:])
            self.at += 1
        behind = next((line for line in self.raw[number:] if line.strip(" ")), "")
        if not parts or len(behind) - len(behind.lstrip(" ")) > start:
            raise _Unusual
        return Scalar(between.join(parts), quoted=False, mark=mark, block=True)

    def word(self, found: re.Match[str]) -> tuple[Scalar, int]:
        """A text without quotes, and where it ends."""
        text = found[0]
        mark = Mark(self.numbers[self.at], found.start() + 1)
        return Scalar(text.rstrip(" "), quoted=False, mark=mark), found.start() + len(
            text.rstrip(" ")
        )

    def quoted(self, column: int) -> tuple[Scalar, int]:
        """A text in quotes, and where it ends."""
        found = _QUOTED.match(self.lines[self.at], column)
        if found is None:
            raise _Unusual
        text = found[0][1:-1]
        if found[0][0] == "'":
            text = text.replace("''", "'")
        return Scalar(text, quoted=True, mark=Mark(self.numbers[self.at], column + 1)), found.end()

    def brackets(self, column: int, start: int, depth: int) -> tuple[Node, int]:
        """A list or mapping in brackets, and where it ends on the line that is then read."""
        if depth > DEEPEST:
            raise _Unusual
        mark = Mark(self.numbers[self.at], column + 1)
        mapping = self.lines[self.at][column] == "{"
        end = "}" if mapping else "]"
        items: list[Node] = []
        pairs: dict[str, tuple[Scalar, Node]] = {}
        column = self.skip(column + 1, start)
        while self.lines[self.at][column] != end or items or pairs:
            if mapping:
                key, column = self.piece(column, start, depth)
                if not isinstance(key, Scalar) or key.text in pairs:
                    raise _Unusual
                if not self.lines[self.at].startswith(": ", column):
                    raise _Unusual
                column = self.skip(column + 2, start)
                value, column = self.piece(column, start, depth)
                pairs[key.text] = key, value
            else:
                item, column = self.piece(column, start, depth)
                items.append(item)
            column = self.skip(column, start)
            if self.lines[self.at][column] == end:
                break
            if self.lines[self.at][column] != ",":
                raise _Unusual
            column = self.skip(column + 1, start)
        node = Mapping(tuple(pairs.values()), mark) if mapping else Sequence(tuple(items), mark)
        return node, column + 1

    def piece(self, column: int, start: int, depth: int) -> tuple[Node, int]:
        """One item, key or value in brackets."""
        line = self.lines[self.at]
        if line[column] in "[{":
            return self.brackets(column, start, depth + 1)
        if line[column] in "'\"":
            return self.quoted(column)
        found = _IN_BRACKETS.match(line, column)
        if found is None:
            raise _Unusual
        return self.word(found)

    def skip(self, column: int, start: int) -> int:
        """The column of what comes next in brackets, on this line or on one further in."""
        line = self.lines[self.at]
        next_one = _blanks(line, column)
        if next_one < len(line) and line[next_one] != "#":
            return next_one
        if next_one < len(line) and line[next_one - 1] != " ":
            raise _Unusual
        self.at += 1
        if self.starts[self.at] <= start:
            raise _Unusual
        return self.starts[self.at]


def _blanks(line: str, column: int) -> int:
    """The first column from here on that is not blank."""
    end = len(line)
    while column < end and line[column] == " ":
        column += 1
    return column
