"""`bp-tutor page`: a web page that plays the calculation forward and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.reading import updates_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options, saving
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Presentation
    from bp_tutor.pictures import Scene
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Trace
    from bp_tutor.words import Words

ENDINGS = (".html", ".htm")
NARROW = 480.0
"""The width of a picture in whose labels symbols have room beside the numbers."""
LOSSES = 60
"""Points of the curve of the loss."""
MOST_TRAINED = 20_000
"""Updates that are trained for the curve."""
MOST_NUMBERS = 2_000
"""Numbers that an update changes, up to which the curve goes on behind the updates shown."""


def page(
    problem: options.Problem,
    out: saving.Out = None,
    force: saving.Force = False,
    open_it: Annotated[bool, typer.Option("--open")] = False,
    updates: options.Updates = None,
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    whole: options.All = False,
    ascii_only: options.Ascii = False,
) -> int:
    """Write the page, and open it where that is asked for."""
    output = options.output_of(lang, ascii_only, True, None)
    read = read_problem(problem, rounding, notation)
    path = Path(out or f"{read.name}.html")
    if path.suffix.lower() not in ENDINGS:
        raise RefusalError("draw.ending", name=shown(path.name), endings=", ".join(ENDINGS))
    saving.refuse_existing(path, force=force)
    text, sound = _page(
        read, options.files_of(lang), notation, updates, digits, lang is not None, whole
    )
    saving.save(path, text, force=force)
    saving.tell(path, output)
    if open_it:
        _open(path)
    return 0 if sound else 1


def _page(
    read: Problem,
    output: Output,
    notation: str | None,
    updates: int | None,
    digits: int | None,
    asked: bool,
    whole: bool,
) -> tuple[str, bool]:
    """The page as text, and whether everything on it was found right."""
    from bp_tutor.explain import View, derivation, named_words, style_named, symbols_of
    from bp_tutor.output.page import PageParts, write_page
    from bp_tutor.solve import solve
    from bp_tutor.words import languages, load_words

    symbols = symbols_of(read, notation)
    trace = solve(read, updates_of(read, updates))
    usual = page_of(PageChoice(read, symbols, output, digits, whole))
    every = [named_words(load_words(name), read) for name in languages()]
    mathml = usual._replace(style=style_named("mathml"))
    document = derivation(usual.settings, trace, View(form="both"))
    parts = PageParts(
        readers=tuple(mathml._replace(words=words) for words in every),
        language=output.words.language,
        asked=asked,
        trace=trace,
        document=document,
        scene=_scene(usual._replace(style=style_named("unicode"), words=every[0]), trace, every),
        losses=_losses(trace),
    )
    return write_page(parts), document.sound


def _scene(reader: Presentation, trace: Trace, languages: Sequence[Words]) -> Scene:
    """The picture: with symbols beside the numbers where there is room for them."""
    from bp_tutor.pictures import scene_of

    told = reader, trace.problem, trace.runs[0]
    scene = scene_of(*told, "numbers", trace.runs, languages=languages)
    if scene.width > NARROW:
        return scene
    return scene_of(*told, "both", trace.runs, languages=languages)


def _losses(trace: Trace) -> tuple[tuple[int, float], ...]:
    """The loss over the updates: of those shown, and of those that follow where that is quick."""
    problem, after = trace.problem, trace.after
    if after is None or after.program.model.loss is None:
        return ()
    numbers = sum(new.size for _, new in trace.runs[0].program.next_values)
    count = max(len(trace.runs), min(problem.updates, MOST_TRAINED))
    if count == 1 or numbers > MOST_NUMBERS:
        return ()
    from bp_tutor.solve.training import train, trainable

    if trainable(problem):
        return ()
    points = tuple(sorted({round(count * place / LOSSES) for place in range(LOSSES + 1)}))
    found = train(problem, count, points).points
    return tuple((point.updates, point.loss) for point in found)


def _open(path: Path) -> None:
    """Open the page in the reader's own browser."""
    import webbrowser

    webbrowser.open(path.resolve().as_uri())
