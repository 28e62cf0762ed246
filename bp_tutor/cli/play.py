"""The derivation as a walk in the terminal: a step a key, forward and back."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, suppress
from functools import reduce
from io import StringIO
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Document, Presentation
    from bp_tutor.explain.steps import StepOf
    from bp_tutor.output.walk import Walk
    from bp_tutor.output.wrapping import Row
    from bp_tutor.solve import Trace

START, END = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""To a screen of its own without a cursor, and back to what stood there before."""
HOME, CLEAR_ROW, CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


class Play(Frozen):
    """What is walked through, and where it is shown."""

    output: Output
    page: Presentation
    trace: Trace
    document: Document
    steps: tuple[StepOf, ...]

    def rows(self, walk: Walk, columns: int, height: int) -> list[Row]:
        """What stands on a terminal of this size."""
        from bp_tutor.output.marks import marks_of
        from bp_tutor.output.walk_rows import Frame, Standing, help_rows, standing_rows

        output = self.output
        frame = Frame(min(columns, output.width), height, output.colour, output.style == "ascii")
        if walk.helping:
            return help_rows(frame, output.words)
        step = self.steps[walk.step - 1]
        run = next(
            (run for run in self.trace.runs if run.update == step.update), self.trace.runs[0]
        )
        marks = marks_of(self.page, run, step)
        standing = Standing(
            self.document, self.page, step, marks, walk.count, output.width, walk.typed, walk.sheet
        )
        return standing_rows(standing, frame, output.words)


def can_play(output: Output) -> bool:
    """Whether somebody sits at both ends."""
    return output.stream.isatty() and sys.stdin.isatty()


def play(output: Output, page: Presentation, trace: Trace, document: Document) -> None:
    """Walk until it is left; where nothing is worked out, there is only a page to show."""
    from bp_tutor.explain.picture import picture_of
    from bp_tutor.explain.steps import steps_of
    from bp_tutor.output.terminal import write_document
    from bp_tutor.output.walk import walk_of

    steps = steps_of(document)
    if not steps:
        write_document(document, page, output.stream, width=output.width, colour=output.colour)
        return
    if document.picture is None:
        # A part of a derivation is printed without it; a walk always shows where it stands.
        picture = picture_of(page.settings, trace.problem, trace.runs[0])
        document = document._replace(picture=picture)
    told = Play(output, page, trace, document, steps)
    if os.environ.get("TERM", "") == "dumb":
        _by_lines(told, walk_of(steps))
    else:
        _by_keys(told, walk_of(steps))


class Screen:
    """What a walk shows; a change of the window's size may come at any moment."""

    def __init__(self, play: Play, walk: Walk) -> None:
        self.play, self.walk = play, walk
        self._drawing = self._again = False

    def draw(self, *_: object) -> None:
        """Draw the page; where one is being drawn, once more after it."""
        self._again = True
        if self._drawing:
            return
        self._drawing = True
        try:
            while self._again:
                self._again = False
                _show(self.play, self.walk)
        finally:
            self._drawing = False


def _by_keys(play: Play, walk: Walk) -> None:
    from typer import getchar

    from bp_tutor.output.walk import keys_in, pressed

    screen = Screen(play, walk)
    with _apart(play, screen):
        while not screen.walk.left:
            screen.draw()
            try:
                typed = getchar()
            except EOFError:
                return
            # Nothing at all means that nobody is there any more.
            screen.walk = reduce(pressed, keys_in(typed or "q"), screen.walk)


@contextmanager
def _apart(play: Play, screen: Screen) -> Iterator[None]:
    """A screen of its own; afterwards the terminal is as it was, also where it is ended."""
    wanted: dict[str, Callable[[int, Any], object]]
    wanted = {"SIGWINCH": screen.draw, "SIGTERM": _ended, "SIGHUP": _ended}
    numbers = {
        getattr(signal, name): todo for name, todo in wanted.items() if hasattr(signal, name)
    }
    before = {number: signal.signal(number, todo) for number, todo in numbers.items()}
    try:
        _put(play.output.stream, START)
        yield
    finally:
        for number, todo in before.items():
            signal.signal(number, todo)
        with suppress(OSError):
            _put(play.output.stream, END)


def _ended(number: int, _: object) -> None:
    """Leave as a program that was ended does, but by the way that puts the terminal in order."""
    raise SystemExit(128 + number)


def _show(play: Play, walk: Walk) -> None:
    from bp_tutor.output.terminal import write_rows

    columns, height = get_terminal_size((80, 24))
    text = StringIO()
    write_rows(play.rows(walk, columns, height - 1), text, colour=play.output.colour)
    # While a key is waited for, a new row does not begin at the left by itself.
    rows = text.getvalue().replace("\n", f"\r\n{CLEAR_ROW}")
    _put(play.output.stream, HOME + CLEAR_ROW + rows + CLEAR_BELOW)


def _put(stream: Any, text: str) -> None:
    """Write at once, past the stream's store: that may be in use when the size changes."""
    data = text.encode(stream.encoding, stream.errors or "replace")
    while data:
        data = data[os.write(stream.fileno(), data) :]


def _by_lines(play: Play, walk: Walk) -> None:
    """Where the cursor cannot be moved: a line is typed for each step."""
    from bp_tutor.cli.talk import LineTalk
    from bp_tutor.output.walk import pressed

    talk = LineTalk(play.output, plain=True)
    while not walk.left:
        columns, _ = get_terminal_size((80, 24))
        play.output.rows(play.rows(walk, columns, 1_000))
        line = talk.ask(play.output.words.text("walk.prompt"))
        if line is None:
            return
        walk = reduce(pressed, line.strip() or " ", walk)
        if walk.typed:
            walk = pressed(walk, "\n")
