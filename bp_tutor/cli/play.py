"""The derivation as a walk in the terminal: a step a key, forward and back."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from functools import reduce
from io import StringIO
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Document, Page
    from bp_tutor.explain.steps import StepOf
    from bp_tutor.render.rows import Row
    from bp_tutor.render.walk import Walk
    from bp_tutor.solve import Trace

START, END = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""To a screen of its own without a cursor, and back to what stood there before."""
HOME, CLEAR_ROW, CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


class Play(Frozen):
    """What is walked through, and where it is shown."""

    output: Output
    page: Page
    trace: Trace
    document: Document
    steps: tuple[StepOf, ...]

    def rows(self, walk: Walk, columns: int, height: int) -> list[Row]:
        """What stands on a terminal of this size."""
        from bp_tutor.explain.marks import marks_of
        from bp_tutor.render.walk_rows import Frame, Standing, help_rows, standing_rows

        output = self.output
        frame = Frame(min(columns, output.width), height, output.colour, output.style == "ascii")
        if walk.helping:
            return help_rows(frame, output.words)
        step = self.steps[walk.step - 1]
        run = next(
            (run for run in self.trace.runs if run.update == step.update), self.trace.runs[0]
        )
        marks = marks_of(self.page, run, step)
        standing = Standing(self.document, step, marks, walk.count, walk.typed)
        return standing_rows(standing, frame, output.words)


def can_play(output: Output) -> bool:
    """Whether somebody sits at both ends."""
    return output.stream.isatty() and sys.stdin.isatty()


def play(output: Output, page: Page, trace: Trace, document: Document) -> None:
    """Walk until it is left; where nothing is worked out, there is only a page to show."""
    from bp_tutor.explain.steps import steps_of
    from bp_tutor.render.terminal import write_document
    from bp_tutor.render.walk import walk_of

    steps = steps_of(document, whole=page.whole)
    if not steps:
        write_document(document, output.stream, width=output.width, colour=output.colour)
        return
    told = Play(output, page, trace, document, steps)
    if os.environ.get("TERM", "") == "dumb":
        _by_lines(told, walk_of(steps))
    else:
        _by_keys(told, walk_of(steps))


def _by_keys(play: Play, walk: Walk) -> None:
    from typer import getchar

    from bp_tutor.render.walk import keys_in, pressed

    # A change of size comes while a key is waited for: what is shown then is the last of these.
    now = [walk]
    with _screen(play, lambda: _show(play, now[0])):
        while not now[0].left:
            _show(play, now[0])
            try:
                typed = getchar()
            except EOFError:
                return
            # Nothing at all means that nobody is there any more.
            now[0] = reduce(pressed, keys_in(typed or "q"), now[0])


@contextmanager
def _screen(play: Play, show: Callable[[], None]) -> Iterator[None]:
    """A screen of its own; afterwards the terminal is as it was."""
    stream, resized = play.output.stream, getattr(signal, "SIGWINCH", None)
    before = signal.signal(resized, lambda *_: show()) if resized else None
    try:
        stream.write(START)
        stream.flush()
        yield
    finally:
        if resized:
            signal.signal(resized, before)
        stream.write(END)
        stream.flush()


def _show(play: Play, walk: Walk) -> None:
    from bp_tutor.render.terminal import write_rows

    columns, height = get_terminal_size((80, 24))
    text = StringIO()
    write_rows(play.rows(walk, columns, height - 1), text, colour=play.output.colour)
    # While a key is waited for, a new row does not begin at the left by itself.
    rows = text.getvalue().replace("\n", f"{CLEAR_ROW}\r\n")
    play.output.stream.write(HOME + rows + CLEAR_BELOW)
    play.output.stream.flush()


def _by_lines(play: Play, walk: Walk) -> None:
    """Where the cursor cannot be moved: a line is typed for each step."""
    from bp_tutor.cli.talk import LineTalk
    from bp_tutor.render.walk import pressed

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
