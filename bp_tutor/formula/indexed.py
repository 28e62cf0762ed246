"""Formulas whose indices are letters: `Z_ij`, `Σ[k=1…N_i](δZ_(i+1)k·W_ijk)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, cast

from bp_tutor.formula.function_table import FUNCTIONS
from bp_tutor.formula.node import Formula, replace, walk
from bp_tutor.formula.quantity import Role
from bp_tutor.formula.style import Binding
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bp_tutor.formula.node import Shape, Speller
    from bp_tutor.formula.quantity import Quantity


class Place(Frozen):
    """An index: a letter, with a whole number added to it; without a letter the number alone.

    Where a window slides, so many `times` the letter, and `more` letters with their factors.
    """

    letter: str
    offset: int = 0
    times: int = 1
    more: tuple[tuple[int, str], ...] = ()

    @property
    def alone(self) -> bool:
        """Whether it is one letter, or one number, and needs no brackets."""
        return not self.letter or (not self.offset and self.times == 1 and not self.more)

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters in it."""
        return (self.letter, *(name for _, name in self.more)) if self.letter else ()

    def plus(self, number: int) -> Place:
        """The index so many further on."""
        return self._replace(offset=self.offset + number)

    def at(self, letters: Mapping[str, int]) -> int:
        """The number that it is where its letters have one."""
        own = self.times * letters[self.letter] if self.letter else 0
        return self.offset + own + sum(factor * letters[name] for factor, name in self.more)

    def text(self, minus: str = "-") -> str:
        """`i`, `i+1`, `3`, `2r+u-2`."""
        if not self.letter:
            return str(self.offset)
        terms = [(self.times, self.letter), *self.more, *([(self.offset, "")] * bool(self.offset))]
        text = ""
        for factor, name in terms:
            sign = "+" if factor > 0 else minus
            size = "" if name and abs(factor) == 1 else str(abs(factor))
            text += (sign if text or factor < 0 else "") + size + name
        return text


class IndexSpeller(Protocol):
    """A speller that knows a notation's symbols with letters for their indices."""

    def indexed(self, node: Indexed) -> str:
        """`W_ijk`."""

    def place(self, place: Place) -> str:
        """`i+1`."""

    def bound(self, letter: str, layer: Place | None) -> str:
        """How many there are of something, `N_(i+1)`."""


class _Leaf(Formula):
    __slots__ = ()

    @property
    def shape(self) -> Shape:
        return ()


class Indexed(_Leaf):
    """One number of a quantity whose layer, step, entry and sample are letters.

    `like` is any quantity of that kind: its letter, role and axes count. Its layer does not, unless
    it stands `alone`: then there is no other layer that the letter could mean.
    """

    __slots__ = ("alone", "layer", "like", "places", "sample", "step")
    __match_args__ = ("like", "layer", "step", "places", "sample")

    def __init__(
        self,
        like: Quantity,
        layer: Place | None,
        step: Place | None,
        places: tuple[Place, ...],
        sample: Place | None = None,
        *,
        alone: bool = False,
    ) -> None:
        self.like: Final = like
        self.layer: Final = layer
        self.step: Final = step
        self.places: Final = places
        self.sample: Final = sample
        self.alone: Final = alone

    def _parts(self) -> tuple[object, ...]:
        # Which layer `like` is of says nothing, but of two edges each has a weight of its own.
        name = self.like.name if self.like.role is Role.EDGE else self.like.head
        return (name, self.layer, self.step, self.places, self.sample)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        name = cast("IndexSpeller", speller).indexed(self)
        return name, Binding.POWER if speller.style.slash in name else Binding.ATOM


class At(_Leaf):
    """An index as a formula, where a sum says from where to where it runs."""

    __slots__ = __match_args__ = ("of",)

    def __init__(self, of: Place) -> None:
        self.of: Final = of

    def spelled(self, speller: Speller) -> tuple[str, int]:
        text = cast("IndexSpeller", speller).place(self.of)
        return text, Binding.ATOM if self.of.alone else Binding.SUM


class Bound(_Leaf):
    """How many there are: units of a layer `N_i`, samples `m`, steps `T`."""

    __slots__ = __match_args__ = ("letter", "layer")

    def __init__(self, letter: str, layer: Place | None = None) -> None:
        self.letter: Final = letter
        self.layer: Final = layer

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return cast("IndexSpeller", speller).bound(self.letter, self.layer), Binding.ATOM


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


class Greatest(Formula):
    """The largest value of a formula over some letters, `max_uv(A_(r+u)(q+v))`.

    `spans` gives each letter its first and last number; they are told beside the line.
    """

    __slots__ = __match_args__ = ("body", "spans")

    def __init__(self, body: Formula, spans: tuple[tuple[Place, int, int], ...]) -> None:
        self.body: Final = body
        self.spans: Final = spans

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.body,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Greatest(children[0], self.spans)

    @property
    def shape(self) -> Shape:
        return ()

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        name, letters = style.function(FUNCTIONS["max"]), [place.text() for place, *_ in self.spans]
        if style.typeset:
            name = style.scripts(name, style.beside(*map(style.glyphs, letters)), "")
        else:
            name = f"{name}_{''.join(letters)}"
        return style.call(name, (self.body.spelled(speller)[0],)), Binding.ATOM


def summed(index: str, body: Formula, first: Formula, last: Formula) -> Total:
    """The sum over an index from `first` to `last`."""
    return Total(At(Place(index)), body, first, last)


def with_places(
    formula: Formula, put: Callable[[str, Place], Place], kinds: tuple[str, ...] = ("layer", "step")
) -> Formula:
    """The formula with other layers and steps: `put` gives each anew, by its kind."""

    def place(kind: str, each: Place | None) -> Place | None:
        return put(kind, each) if each is not None and kind in kinds else each

    def swap(node: Formula) -> Formula | None:
        match node:
            case Indexed(like, layer, step, places, sample):
                return Indexed(like, place("layer", layer), place("step", step), places, sample)
            case Bound(letter, layer):
                return Bound(letter, place("layer", layer))
            case Total(index, body, first, last, but):
                start, end = (each and replace(each, swap) for each in (first, last))
                return Total(index, replace(body, swap), start, end, but)
        return None

    return replace(formula, swap)


def places_in(formula: Formula, kind: str) -> Iterator[Place]:
    """The layers or steps that a formula speaks of."""
    for node in walk(formula):
        if isinstance(node, Indexed) and (place := getattr(node, kind)) is not None:
            yield place
