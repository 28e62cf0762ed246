"""The whole derivation as one NumPy program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.render.code.helpers import helpers
from bp_tutor.render.code.names import ALL
from bp_tutor.render.code.numpy_library import NumPy
from bp_tutor.render.code.statements import comment, indented
from bp_tutor.render.code.writer import Writer

if TYPE_CHECKING:
    from bp_tutor.explain import Page, View
    from bp_tutor.render.code.outline import Outline
    from bp_tutor.solve import Trace

MORE_DIGITS = 2
"""Decimals printed beyond those of the derivation."""


def numpy_program(page: Page, trace: Trace, view: View) -> str:
    """A program that calculates with NumPy what the derivation shows, and prints it."""
    writer = Writer(page, trace, NumPy())
    outlines = writer.outlines(view)
    after = writer.after(view)
    inputs = dict.fromkeys(quantity for outline in outlines for quantity in outline.inputs)
    given = writer.given(inputs)
    if writer.alike(outlines):
        body = _loop(writer, outlines)
    else:
        body = [line for each in outlines for line in _one(writer, each, outlines)]
    if after is not None:
        body += ["", comment(after.heading), *writer.samples("", inputs)]
        body += writer.part(after, [run for run in (trace.before, trace.after) if run])
    return "\n".join((*titled(writer), *head(writer, "show"), "", "", *given, *body, ""))


def head(writer: Writer, *more: str) -> list[str]:
    """What stands above: where it comes from, imports, helpers."""
    used = writer.library.used
    found = helpers([*sorted(used - {"rng"}), *more], writer.page.words, "np")
    settings = [f"np.set_printoptions(precision={writer.page.digits + MORE_DIGITS})"]
    if "rng" in used:
        settings.append("rng = np.random.default_rng(1)")
    imports = [*found.imports, *([""] if found.imports else []), "import numpy as np"]
    lines = [*imports, *found.of_numpy, "", *settings, *found.constants]
    for source in found.sources:
        lines += ["", "", *source.split("\n")]
    return lines


def titled(writer: Writer) -> list[str]:
    """The first lines: no title stands in the first two, where it could name an encoding."""
    said = writer.said("made", library=writer.library.said)
    return [comment(said), "#", comment(writer.page.said(writer.trace.problem.title)), ""]


def _one(writer: Writer, outline: Outline, outlines: list[Outline]) -> list[str]:
    """One update by itself."""
    run = outline.run
    lines: list[str] = []
    if len(outlines) > 1:
        title = writer.page.words.text("section.update_number", number=_number(writer, run.update))
        lines += ["", f'print("\\n{title}")']
    lines += _start(writer, outline, repr(list(run.rows)), str(run.update - 1))
    for part in outline.parts:
        lines += ["", comment(part.heading), *writer.part(part, [run])]
    return [*lines, *_end(writer, outline)]


def _loop(writer: Writer, outlines: list[Outline]) -> list[str]:
    """Updates that are all alike."""
    first = outlines[0]
    runs = [each.run for each in outlines]
    lines = []
    epoch = list(dict.fromkeys(run.rows for run in runs))
    rows = ""
    if writer.by_parts:
        lines.append(f"batches = {[list(each) for each in epoch]}")
        rows = f"batches[update % {len(epoch)}]"
    offset = _number(writer, 1)
    title = writer.page.words.text("section.update_number", number="{update}").replace(
        "{update}", f"{{update + {offset}}}" if offset else "{update}"
    )
    body = [f'print(f"\\n{title}")', *_start(writer, first, rows, "update")]
    for part in first.parts:
        body += ["", comment(part.heading), *writer.part(part, runs)]
    body += _end(writer, first)
    return ["", *lines, f"for update in range({len(outlines)}):", *indented(body)]


def _number(writer: Writer, update: int) -> int:
    return update - 1 + writer.trace.problem.conventions.first_update


def _start(writer: Writer, outline: Outline, rows: str, update: str) -> list[str]:
    """What differs from update to update: samples, learning rate."""
    lines = writer.samples(rows, outline.inputs)
    rate = outline.run.program.model.rate
    if rate is not None and rate in outline.inputs and writer.rates_change:
        name = writer.names.variable(rate)
        lines.append(f"{name} = {name}{ALL}[{update}]")
    return lines


def _end(writer: Writer, outline: Outline) -> list[str]:
    """Whatever else the next update needs, and new weights for old."""
    if not outline.goes_on:
        return []
    rest = [writer.statement(line, [outline.run]).line for line in outline.rest]
    said = comment(writer.said("carried"))
    return ["", said, *rest, *writer.carried(outline.run)]
