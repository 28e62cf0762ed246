"""`bp-tutor train`: many updates, and how the loss falls."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli import options
from bp_tutor.cli.reading import PageChoice, page_of, read_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.cli.output import Output
    from bp_tutor.problem import Problem
    from bp_tutor.solve.training import Training

SLOW = 200_000
"""Updates from which a progress bar is worth showing."""


def train(
    problem: options.Problem,
    updates: Annotated[int | None, typer.Option("--updates", min=1, max=100_000_000)] = None,
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    json: options.Json = False,
    csv: Annotated[bool, typer.Option("--csv")] = False,
    plot: Annotated[bool, typer.Option("--plot/--no-plot")] = True,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    from bp_tutor.explain import symbols_of
    from bp_tutor.explain.training import training_document
    from bp_tutor.render.terminal import write_document
    from bp_tutor.solve.training import train as train_problem

    output = options.output_of(ascii_only, no_color, width)
    words = output.words
    read = read_problem(problem, rounding, notation, words)
    _refuse_untrainable(read, output)
    count = updates or read.updates
    training = train_problem(read, count, progress=_progress(output, count))
    if json or csv:
        from bp_tutor.render.json_trace import training_json
        from bp_tutor.render.table_csv import losses_csv

        text = training_json(training, read.name, count) if json else losses_csv(training)
        output.stream.write(text)
        return 0
    symbols = symbols_of(read, notation)
    page = page_of(PageChoice(read, symbols, output, digits))
    document = training_document(page, read, training, count)
    write_document(document, output.stream, width=output.width, colour=output.colour)
    if plot:
        _plot(training, output)
    return 0


def _refuse_untrainable(problem: Problem, output: Output) -> None:
    from bp_tutor.solve.training import trainable

    missing = trainable(problem)
    if missing:
        raise options.refuse(output.words, f"error.{missing}")


def _progress(output: Output, updates: int) -> Callable[[int], None] | None:
    """A bar on standard error, where somebody is there to see it."""
    if not sys.stderr.isatty() or updates < SLOW:
        return None
    from rich.progress import Progress

    bar = Progress(transient=True, console=None)
    bar.start()
    task = bar.add_task(output.words.text("progress.training"), total=updates)

    def advance(done: int) -> None:
        bar.update(task, completed=done)
        if done >= updates:
            bar.stop()

    return advance


def _plot(training: Training, output: Output) -> None:
    from bp_tutor.render.plot import loss_plot

    lines = loss_plot(
        training, output.words, width=min(output.width, 80), ascii_only=output.style == "ascii"
    )
    output.rows([(), *(((line, "picture"),) for line in lines)])
