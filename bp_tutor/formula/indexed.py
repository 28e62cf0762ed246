"""Sums over an index that stays a letter: `Σ[k=1…n](y_k·a_k)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bp_tutor.formula.node import Formula
from bp_tutor.formula.style import Binding

if TYPE_CHECKING:
    from bp_tutor.formula.node import Shape, Speller


class Total(Formula):
    """The sum of a formula over an index from `first` to `last`, or over all but one.

    `index` is the letter that runs; `first` and `last` are formulas, None where the bounds are
    understood; `but` is the letter that it does not become.
    """

    __slots__ = __match_args__ = ("index", "body", "first", "last", "but")

    def __init__(
        self,
        index: Formula,
        body: Formula,
        first: Formula | None = None,
        last: Formula | None = None,
        but: Formula | None = None,
    ) -> None:
        self.index: Final = index
        self.body: Final = body
        self.first: Final = first
        self.last: Final = last
        self.but: Final = but

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.body,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Total(self.index, children[0], self.first, self.last, self.but)

    @property
    def shape(self) -> Shape:
        return ()

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        parts = [
            "" if part is None else part.spelled(speller)[0]
            for part in (self.index, self.first, self.last, self.but)
        ]
        text, binding = self.body.spelled(speller)
        if binding < Binding.ATOM:
            text = style.bracketed(text)
        return style.summation(*parts) + style.gap * (binding == Binding.ATOM) + text, Binding.POWER
