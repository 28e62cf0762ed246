"""From arguments to a problem, a page, and the part of a derivation that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.cli.options import listed
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.saving import note_read
from bp_tutor.frozen import Frozen
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.reader.text import nearest, printable, shown

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Presentation, View
    from bp_tutor.notations import Symbols
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Run


def read_problem(name: str, rounding: str | None, notation: str | None) -> Problem:
    """The problem that is named, with rounding as asked for."""
    from bp_tutor.notations import notation_names
    from bp_tutor.problem.rounded import read_rounding

    if notation is not None and notation not in notation_names():
        known = notation_names()
        raise RefusalError(
            "error.unknown_notation",
            nearest(notation, known),
            name=shown(notation),
            names=", ".join(known),
        )
    path = find_problem(name)
    note_read(path)
    problem = load_problem(path)
    if problem.published:
        from bp_tutor.authoring.published.names import check_names

        check_names(problem)
    if rounding is None:
        return problem
    asked = read_rounding(rounding)
    if asked is None:
        raise RefusalError("error.rounding", name=shown(rounding))
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


class PageChoice(Frozen):
    """What decides how a page looks."""

    problem: Problem
    symbols: Symbols
    output: Output
    digits: int | None = None
    whole: bool = False


def page_of(choice: PageChoice) -> Presentation:
    """How this reader sees the problem."""
    from bp_tutor.explain import Presentation, Settings, named_words, style_named

    problem, symbols = choice.problem, choice.symbols
    layout = problem.conventions.layout or symbols.notation.layout
    settings = Settings(
        symbols,
        choice.digits or problem.digits,
        problem.rounding,
        columns=layout == "columns",
        whole=choice.whole,
    )
    words = named_words(choice.output.words, problem)
    return Presentation(symbols, words, style_named(choice.output.style), settings)


def for_shell(path: Path) -> str:
    """What somebody types to mean the problem of a file, quoted where a shell needs it."""
    import shlex

    from bp_tutor.problem.find import known_as

    return printable(shlex.quote(known_as(path)))


def view_of(
    run: Run,
    symbols: Symbols,
    only: list[str] | None,
    layer: list[str] | None,
    entries: tuple[str, ...],
    detail: str,
    form: str,
) -> View:
    """The view that the options describe, each part checked against this problem.

    `entries` are canonical identifiers of what the run has steps for.
    """
    from bp_tutor.explain import View

    return View(_kinds(run, symbols, only), _layers(symbols, layer), entries, detail, form)


def _kinds(run: Run, symbols: Symbols, only: list[str] | None) -> tuple[str, ...]:
    if not only:
        return ()
    from bp_tutor.notations import Kinds

    kinds = Kinds(symbols, (step.quantity for step in run.steps))
    found = []
    for text in listed(only):
        kind = kinds.read(text)
        if kind is None:
            names = kinds.typed_names
            near = nearest(text, names)
            raise RefusalError("error.unknown_kind", near, name=shown(text), names=", ".join(names))
        found.append(kind)
    return tuple(found)


def _layers(symbols: Symbols, layer: list[str] | None) -> tuple[int, ...]:
    depth = len(symbols.structure.units)
    found = []
    for text in listed(layer):
        if not depth:
            raise RefusalError("error.no_layers")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= depth:
            raise RefusalError("error.unknown_layer", name=shown(text), count=depth)
        found.append(number)
    return tuple(found)
