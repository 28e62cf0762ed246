"""What `train -o FILE` is to draw, and the file that it writes."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.cli import saving
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import listed, shown
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.explain import Page
    from bp_tutor.formula import Address
    from bp_tutor.notations import Symbols
    from bp_tutor.problem import Problem
    from bp_tutor.solve.training import Training

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
    from bp_tutor.cli.naming import refusal
    from bp_tutor.notations.names import Names
    from bp_tutor.solve.landscape import trained_entries
    from bp_tutor.solve.solver import forward
    from bp_tutor.solve.surface import plane_inputs
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
            raise refusal(names, text, {quantity for quantity, _ in trained})
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


def save_picture(page: Page, problem: Problem, training: Training, drawn: Drawn) -> None:
    """Draw the training and save it."""
    from bp_tutor.explain import style_named
    from bp_tutor.explain.training import training_document
    from bp_tutor.explain.training_picture import training_picture
    from bp_tutor.render.training import figure_svg, training_page
    from bp_tutor.solve.training import few_points

    page = page._replace(style=style_named("unicode"))
    picture = training_picture(
        page, problem, training, drawn.watched, chosen=drawn.chosen, surface=drawn.surface
    )
    ending = drawn.path.suffix.lower()
    svg = figure_svg(picture, headed=ending != ".html")
    content: str | bytes = svg
    if ending == ".html":
        mathml = page._replace(style=style_named("mathml"))
        document = training_document(mathml, problem, few_points(training), drawn.points[-1])
        content = training_page(svg, document, page.words.language)
    elif ending != ".svg":
        from bp_tutor.cli.draw import set_picture

        content = set_picture(svg, ending[1:])
    saving.save(drawn.path, content, force=drawn.force)
