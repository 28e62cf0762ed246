"""From names and settings to a problem, to how it is presented, and to the part asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError
from bp_tutor.problem import load_problem
from bp_tutor.reader.seed_code import is_code, seed_in
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bp_tutor.explain import Presentation, View
    from bp_tutor.notations import Symbols
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Run
    from bp_tutor.words import Words


def refuse_unknown(notation: str | None) -> None:
    """Refuse a notation that there is not.

    Raises:
        RefusalError: with the nearest one that there is.
    """
    from bp_tutor.notations import notation_names

    known = notation_names()
    if notation is not None and notation not in known:
        near, names = nearest(notation, known), ", ".join(known)
        raise RefusalError("error.unknown_notation", near, name=shown(notation), names=names)


def read_whole(path: Path) -> Problem:
    """The problem of a file, every name of a printed figure in it looked up.

    Raises:
        ProblemError: with every mistake that was found in the file.
    """
    problem = load_problem(path)
    if problem.published:
        from bp_tutor.authoring.published.names import check_names

        check_names(problem)
    return problem


def rounded(problem: Problem, how: str | None) -> Problem:
    """The problem with another rounding, such as `hand:4`; None leaves it as it is.

    Raises:
        RefusalError: it names no rounding.
    """
    if how is None:
        return problem
    from bp_tutor.problem.rounded import read_rounding

    asked = read_rounding(how)
    if asked is None:
        raise RefusalError("error.rounding", name=shown(how))
    return problem._replace(rounding=asked)


def taken_apart(problem: Problem) -> Problem:
    """The problem with loss and activation differentiated one after the other."""
    from bp_tutor.catalogue.losses import fused_of

    network = problem.network
    loss = None if network is None else network.loss
    if network is None or loss is None or not fused_of(loss, network.layers[-1].activation):
        raise RefusalError("error.not_fused", option="--unfused")
    return problem._replace(network=network._replace(loss=loss._replace(fused=False)))


USUAL_UPDATES = 3
MOST_SHOWN = 100
"""Nobody reads more updates."""
MOST_ASKED = 20
"""Nobody works out more updates by hand."""
MOST_DIGITS = 15
LARGEST_SEED = 999_999_999
MOST_MADE = 10_000
"""Variants at once: those of a large class."""


def seed_typed(name: str, seed: int | str) -> int | str:
    """The seed behind what stands for one on a sheet, `7F`; anything else as it is.

    Raises:
        RefusalError: the letter is not that of the digits.
    """
    if not (isinstance(seed, str) and is_code(seed)):
        return seed
    if (found := seed_in(seed)) is None:
        raise RefusalError("usage.code", name=name, value=shown(seed))
    return found


def updates_of(problem: Problem, asked: int | None) -> int:
    """As many updates as asked for; else as the file says, where that is a few.

    Raises:
        RefusalError: arrays of the network are given, which holds for one update alone.
    """
    if asked is not None and asked > 1 and problem.network is not None and problem.network.given:
        raise RefusalError("problem.given_once")
    if asked is not None:
        return asked
    return problem.updates if problem.updates <= USUAL_UPDATES else 1


def presented(
    problem: Problem,
    symbols: Symbols,
    words: Words,
    style: str,
    digits: int | None = None,
    *,
    whole: bool = False,
) -> Presentation:
    """How a reader of these words and signs sees the problem."""
    from bp_tutor.explain import Presentation, Settings, named_words, style_named

    layout = problem.conventions.layout or symbols.notation.layout
    settings = Settings(
        symbols,
        digits or problem.digits,
        problem.rounding,
        columns=layout == "columns",
        whole=whole,
    )
    return Presentation(symbols, named_words(words, problem), style_named(style), settings)


def listed(values: Iterable[str] | None) -> tuple[str, ...]:
    """`dZ,dW` and repeated options alike, as names; commas inside brackets do not part."""
    found: list[str] = []
    for value in values or ():
        depth = 0
        name = ""
        for sign in value:
            depth += (sign in "[({") - (sign in "])}")
            if sign in ",，、" and depth <= 0:
                found.append(name)
                name = ""
            else:
                name += sign
        found.append(name)
    return tuple(name.strip() for name in found if name.strip())


def view_of(
    run: Run,
    symbols: Symbols,
    only: Iterable[str],
    layer: Iterable[str],
    entries: tuple[str, ...],
    detail: str,
    form: str,
) -> View:
    """The view that the options describe, each part checked against this problem.

    `entries` are canonical identifiers of what the run has steps for.
    """
    from bp_tutor.explain import View

    return View(_kinds(run, symbols, only), _layers(symbols, layer), entries, detail, form)


def _kinds(run: Run, symbols: Symbols, only: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(only)
    if not wanted:
        return ()
    from bp_tutor.notations import Kinds

    kinds = Kinds(symbols, (step.quantity for step in run.steps))
    found = []
    for text in wanted:
        kind = kinds.read(text)
        if kind is None:
            names = kinds.typed_names
            near = nearest(text, names)
            raise RefusalError("error.unknown_kind", near, name=shown(text), names=", ".join(names))
        found.append(kind)
    return tuple(found)


def _layers(symbols: Symbols, layer: Iterable[str]) -> tuple[int, ...]:
    depth = len(symbols.structure.units)
    found = []
    for text in layer:
        if not depth:
            raise RefusalError("error.no_layers")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= depth:
            raise RefusalError("error.unknown_layer", name=shown(text), count=depth)
        found.append(number)
    return tuple(found)
