"""Which part of a derivation `--only`, `--layer` and `--entry` ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.cli.refusal import RefusalError, nearest
from bp_tutor.cli.values import listed, shown
from bp_tutor.explain import View
from bp_tutor.notations import Kinds

if TYPE_CHECKING:
    from bp_tutor.notations import Symbols
    from bp_tutor.solve import Run


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
    return View(_kinds(run, symbols, only), _layers(symbols, layer), entries, detail, form)


def _kinds(run: Run, symbols: Symbols, only: list[str] | None) -> tuple[str, ...]:
    if not only:
        return ()
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
