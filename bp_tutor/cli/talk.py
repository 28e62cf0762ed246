"""Talking line by line: in a terminal, through a pipe, with a screen reader."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from importlib import import_module
from typing import IO, TYPE_CHECKING, NamedTuple

from bp_tutor.api.learner import Learner
from bp_tutor.reader.text import printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Block, Document, Presentation
    from bp_tutor.quiz.reviews import Known
    from bp_tutor.quiz.scene import Scene
    from bp_tutor.words import Words


LONGEST = 20_000
"""Signs of a line that are looked at; what stands behind them is read and dropped."""
ECHO = 200
_OPTION = re.compile(r" +\w{1,2}  (?=\S)")
"""The letter or number of one of several options; what is too wide goes on behind it."""


class LineTalk:
    """Says and asks on an output and an input, one line after the other."""

    def __init__(self, output: Output, *, plain: bool, stream: IO[str] | None = None) -> None:
        self.output, self.plain = output, plain
        self._input = stream or sys.stdin
        if hasattr(self._input, "reconfigure"):
            self._input.reconfigure(errors="replace")
        self.terminal = self._input.isatty() and output.stream.isatty()
        self.piped = not self._input.isatty()
        if self.terminal and not plain:
            _edit_lines()

    def say(self, text: str, look: str = "") -> None:
        """A sentence, wrapped unless that would hinder a screen reader."""
        from bp_tutor.output.wrapping import FIRM, wrapped

        # The program's own firm spaces are no control characters.
        text = FIRM.join(map(printable, text.split(FIRM)))
        option = _OPTION.match(text)
        if self.plain or not text or (text.startswith(" ") and option is None):
            self.output.rows([((text.replace(FIRM, " "), "" if self.plain else look),)])
            return
        start = option[0] if option is not None else ""
        first, *rest = wrapped(text[len(start) :], look, len(start), self.output.width)
        self.output.rows([((start, look), *first[1:]), *rest])

    def choose(self, options: Iterable[tuple[str, str]]) -> None:
        """Each option behind what is typed for it."""
        for sign, text in options:
            self.say(f"  {sign}  {text}")

    def show(self, block: Block, reader: Presentation | None = None) -> None:
        """A line of a derivation, a table, a list of numbers, as a reader sees them."""
        from bp_tutor.explain import Line, Listing, Note, Table
        from bp_tutor.output.rows import Layout, block_rows
        from bp_tutor.output.spelled import spelled_line

        layout = Layout(self.output.width, reader)
        if not self.plain:
            self.output.rows(block_rows(block, 2, 0, layout))
        elif isinstance(block, Line) and reader is not None:
            line = spelled_line(block, reader)
            for part in line.parts:
                self.say(f"{line.name} {part.relation} {part.text}")
        elif isinstance(block, Listing) and reader is not None:
            self.say(", ".join(" = ".join(map(reader.say, item)) for item in block.items))
        elif isinstance(block, Note):
            self.say(layout.say(block.text))
        elif isinstance(block, Table):
            heads = [layout.say(head) for head in block.heads[1:]]
            for row in block.rows:
                name, *values = map(layout.say, row)
                pairs = zip(heads, values, strict=True)
                self.say(", ".join([name, *(f"{head} {value}" for head, value in pairs)]))

    def scene(self, scene: Scene, reader: Presentation) -> None:
        """What stands with a question: a picture where there is room for it, and values."""
        from bp_tutor.output.diagram import picture_lines

        lines: tuple[str, ...] = ()
        if scene.picture is not None and not self.plain:
            lines = picture_lines(scene.picture, reader, self.output.width)
        # A picture of one row only counts, and one without room for numbers does not tell them.
        items = (" = ".join(map(reader.say, item)) for each in scene.drawn for item in each.items)
        tells = len(lines) > 1 and all(item in "\n".join(lines) for item in items)
        if tells:
            self.output.rows(((line, "picture"),) for line in lines)
        for block in (*(() if tells else scene.drawn), *scene.beside):
            self.show(block, reader)

    def state(self, document: Document, reader: Presentation) -> None:
        """A whole exercise; its picture in words where somebody listens to it."""
        from bp_tutor.output.diagram import picture_in_words
        from bp_tutor.output.rows import document_rows

        if not self.plain:
            self.output.rows(document_rows(document, reader, self.output.width))
            return
        for said in (document.title, *document.facts):
            self.say(reader.say(said))
        if document.picture is not None:
            self.say(picture_in_words(document.picture, reader))

    def ask(self, prompt: str) -> str | None:
        """A line that was typed; None at the end of input."""
        self.output.stream.flush()
        if self.terminal and self.output.stream is sys.stdout:
            try:
                return input(prompt)
            except EOFError:
                return None
        self.output.stream.write(prompt)
        self.output.stream.flush()
        line = self._read()
        if self.piped:
            # Nobody typed it into this output: repeated, the talk can be read afterwards.
            echo = "" if line is None else shown(line[:ECHO])
            self.output.stream.write(f"{echo}\n")
        return line

    def _read(self) -> str | None:
        line = self._input.readline(LONGEST)
        rest = line
        while len(rest) == LONGEST and not rest.endswith("\n"):
            rest = self._input.readline(LONGEST)
        return line.rstrip("\r\n") if line else None


def _edit_lines() -> None:
    """Cursor keys and the lines typed before, where the system offers them."""
    with suppress(ImportError):
        # `input` uses it once it is there.
        import_module("readline")


class Talker(NamedTuple):
    """A learner at a terminal or behind a pipe, and how lines go to and fro."""

    learner: Learner
    talk: LineTalk


def talker_of(output: Output, *, plain: bool, notation: str | None = None) -> Talker:
    """Who writes and reads there, with what was kept of their progress."""
    from bp_tutor.quiz.store import open_store

    talk = LineTalk(output, plain=plain)
    learner = Learner(output.words, output.style, talk, open_store(), notation)
    learner.say_troubles(learner.opened.troubles)
    return Talker(learner, talk)


def minute(time: str) -> str:
    """The local day and minute of a time that was kept."""
    from datetime import datetime

    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}"


def name_of_known(one: Known, words: Words) -> str:
    """A rule or a mistake by its name."""
    from bp_tutor.quiz.feedback import name_of
    from bp_tutor.quiz.reviews import RULE

    if one.kind != RULE:
        return name_of(one.key, words)
    # Some rules have one name on a page, where what stands around them tells them apart.
    alone = f"known.rule.{one.key}"
    return words.text(alone) if alone in words else words.rule(one.key)
