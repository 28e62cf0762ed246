"""`bp-tutor train`: many updates, and how the loss falls."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.picture import set_picture
from bp_tutor.api.reading import listed
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options, saving
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.options import whole
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Address
    from bp_tutor.notations import Symbols
    from bp_tutor.problem import Problem
    from bp_tutor.solve.training import Training


MOST_UPDATES = 100_000_000
PLOT_WIDTH = 80
Updates = Annotated[
    int | None,
    typer.Option("--updates", metavar="N", parser=whole("--updates", 1, MOST_UPDATES)),
]

Paths = Annotated[list[str] | None, typer.Option("--paths", metavar="NAMES")]


def train(
    problem: options.Problem,
    updates: Updates = None,
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    json: options.Json = False,
    csv: Annotated[bool, typer.Option("--csv")] = False,
    plot: Annotated[bool, typer.Option("--plot/--no-plot")] = True,
    whole: options.All = False,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
    out: saving.Out = None,
    paths: Paths = None,
    surface: Annotated[bool, typer.Option("--surface")] = False,
    force: saving.Force = False,
) -> int:
    """Train, and print tables and a plot, JSON, or CSV, or write a picture."""
    from bp_tutor.explain import symbols_of
    from bp_tutor.explain.training import training_document
    from bp_tutor.output.terminal import write_document
    from bp_tutor.solve.training import trainable

    output = options.output_of(lang, ascii_only, no_color, width)
    if json and csv:
        raise RefusalError("usage.json_or_csv")
    if out is None and (paths or surface):
        raise RefusalError("training_picture.no_file", option="-o")
    if out is not None and (json or csv):
        raise RefusalError("training_picture.printed", option="-o")
    read = read_problem(problem, rounding, notation)
    symbols = symbols_of(read, notation)
    count = updates or read.updates
    if missing := trainable(read):
        raise RefusalError(f"error.{missing}")
    if out is not None:
        drawn = drawn_of(read, symbols, count, out, paths, surface=surface, force=force)
        training = _trained(read, count, output, drawn.points, drawn.watched)
        page = page_of(PageChoice(read, symbols, options.files_of(lang), digits))
        save_picture(page, read, training, drawn)
        saving.tell(out, output)
        return 0
    training = _trained(read, count, output)
    if json or csv:
        from bp_tutor.output.json_training import training_json
        from bp_tutor.output.table_csv import losses_csv

        text = training_json(training, read.name, count) if json else losses_csv(training)
        output.stream.write(text)
        return 0
    page = page_of(PageChoice(read, symbols, output, digits, whole))
    document = training_document(page.settings, read, training, count)
    write_document(document, page, output.stream, width=output.width, colour=output.colour)
    if plot:
        _plot(training, output._replace(words=page.words))
    return 0


def _trained(
    problem: Problem,
    count: int,
    output: Output,
    points: tuple[int, ...] | None = None,
    watched: tuple[Address, ...] = (),
) -> Training:
    """The training, with a bar where it takes long and somebody is there to see it."""
    from bp_tutor.solve import NumberError
    from bp_tutor.solve.training import train as train_problem

    with Progress(count, output.words.text("progress.training"), sys.stderr) as progress:
        try:
            return train_problem(problem, count, points, progress, watched)
        except NumberError as error:
            raise RefusalError("train.diverged", name=str(error), updates=progress.done) from error


def _plot(training: Training, output: Output) -> None:
    from bp_tutor.output.plot import loss_plot

    lines = loss_plot(
        training,
        output.words,
        width=min(output.width, PLOT_WIDTH),
        ascii_only=output.style == "ascii",
    )
    if lines:
        output.rows([(), *(((line, "picture"),) for line in lines)])


ENDINGS = (".svg", ".html", ".pdf", ".png")
MOST_PATHS = 8
"""More lines than there are colours and dashes that are told apart."""
MOST_POINTS = 200
MOST_NUMBERS = 2_000
FEW_POINTS = 40
"""Points of the curves; fewer where a look at the loss takes long."""


class Drawn(Frozen):
    """What is to be drawn, and where to."""

    path: Path
    force: bool
    watched: tuple[Address, ...]
    """Entries whose way the training keeps: those asked for, then those of the landscape."""
    chosen: int
    """How many of them were asked for."""
    surface: bool
    points: tuple[int, ...]


def drawn_of(
    problem: Problem,
    symbols: Symbols,
    count: int,
    out: str,
    paths: list[str] | None,
    *,
    surface: bool,
    force: bool,
) -> Drawn:
    """What the options ask for; refused before the training where it cannot be done."""
    from bp_tutor.api.asked import refusal
    from bp_tutor.notations.names import Names
    from bp_tutor.solve.landscape import plane_inputs, trained_entries
    from bp_tutor.solve.solver import forward
    from bp_tutor.solve.training import many_points

    if Path(out).suffix.lower() not in ENDINGS:
        raise RefusalError("draw.ending", name=shown(out), endings=", ".join(ENDINGS))
    saving.refuse_existing(out, force=force)
    if find_spec("matplotlib") is None:
        raise RefusalError("training_picture.no_library", extra="'bp-tutor[plot]'")
    if surface and not plane_inputs(problem):
        raise RefusalError("training_picture.no_plane")
    run = forward(problem, 0, {})
    trained = trained_entries(run)
    names = Names(
        symbols, dict.fromkeys((*run.named(), *(line.quantity for line in run.program.lines)))
    )
    found = []
    for text in listed(paths):
        meaning = names.read(text)
        if meaning is None or not (meaning.key or meaning.quantity.size == 1):
            among = {quantity for quantity, _ in trained}
            raise refusal(names, text, among, tied=run.program.model.tied)
        entry = meaning.keys[0]
        if entry not in trained:
            raise RefusalError("training_picture.not_trained", name=shown(text))
        found.append(entry)
    chosen = tuple(dict.fromkeys(found))
    if len(chosen) > MOST_PATHS:
        raise RefusalError("training_picture.too_many", count=len(chosen), most=MOST_PATHS)
    more = tuple(entry for entry in trained if entry not in chosen) if len(trained) <= 2 else ()
    most = MOST_POINTS if len(trained) <= MOST_NUMBERS else FEW_POINTS
    points = many_points(count, most)
    return Drawn(Path(out), force, chosen + more, len(chosen), surface, points)


def save_picture(page: Presentation, problem: Problem, training: Training, drawn: Drawn) -> None:
    """Draw the training and save it."""
    from bp_tutor.explain import style_named
    from bp_tutor.explain.training import training_document
    from bp_tutor.output.training import figure_svg, training_page
    from bp_tutor.output.training.picture import training_picture
    from bp_tutor.solve.training import few_points

    page = page._replace(style=style_named("unicode"))
    picture = training_picture(
        page, problem, training, drawn.watched, chosen=drawn.chosen, surface=drawn.surface
    )
    ending = drawn.path.suffix.lower()
    svg = figure_svg(picture, headed=ending != ".html")
    content: str | bytes = svg
    if ending == ".html":
        document = training_document(page.settings, problem, few_points(training), drawn.points[-1])
        content = training_page(svg, document, page)
    elif ending != ".svg":
        content = set_picture(svg, ending[1:])
    saving.save(drawn.path, content, force=drawn.force)
