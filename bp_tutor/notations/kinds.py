"""Kinds of quantities, `Z` or `dW`, by the letters of the course: spelled, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE, PartialDerivative
from bp_tutor.formula.style import style_named
from bp_tutor.notations.letters import greek, linear
from bp_tutor.notations.own import LETTERS, ROLES, letters_of
from bp_tutor.notations.template import split_name
from bp_tutor.notations.writing import state_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.notations.notation import Notation
    from bp_tutor.notations.symbols import Symbols

_PRIMES = str.maketrans("′’", "''")
_DERIVED = ("δ", "∂", "Δ")
"""What people write for the d of a derivative."""


class Kinds:
    """The kinds of quantities that one problem has, under their names in one notation."""

    def __init__(self, symbols: Symbols, quantities: Iterable[Quantity]) -> None:
        self._symbols = symbols
        self._of: dict[str, Quantity] = {}
        self._partials: set[str] = set()
        """Kinds of derivatives that this problem writes as ∂L/∂W alone, as of a kernel."""
        self._ratios: dict[str, Quantity] = {}
        for quantity in quantities:
            known = self._ratios if isinstance(quantity, PartialDerivative) else self._of
            is_partial = self._is_partial(quantity)
            if quantity.head not in known and is_partial:
                self._partials.add(quantity.head)
            elif not is_partial:
                self._partials.discard(quantity.head)
            known.setdefault(quantity.head, quantity)
        self._letters: dict[str, tuple[str, str]] = {}
        # The loss goes first, for its parts may share its letter.
        for kind in sorted(self._of, key=lambda kind: kind != "L"):
            found = self._own_letters(self._of[kind])
            typed = self._spell(found, "ascii")
            taken = {self._spell(other, "ascii") for other in self._letters.values()}
            if found[0] and typed not in taken | (self._of.keys() - {kind}):
                self._letters[kind] = found
        self._read = self._readings()

    @property
    def typed_names(self) -> tuple[str, ...]:
        """What can be typed for each kind, in the order of the calculation."""
        return tuple(self.typed(kind) for kind in self._of)

    def read(self, text: str) -> str | None:
        """The kind that somebody typed, by the course's letters or the canonical ones."""
        plain = _plain(text)
        if plain in self._read or not text.startswith(_DERIVED):
            return self._read.get(plain)
        return self._read.get(_plain(DERIVATIVE + text[1:]))

    def typed(self, kind: str) -> str:
        """A kind in letters that every keyboard has: `s`, `delta`, `dw`, `w'`."""
        quantity = self._of.get(kind)
        if quantity is None:
            return kind
        if kind in self._letters:
            return self._spell(self._letters[kind], "ascii")
        return _around(quantity, self._spell(self._base(quantity), "ascii"))

    def shown(self, kind: str, style: str = "unicode") -> str:
        """A kind as the page writes it: `s`, `δ`, `∂J/∂w`, `w′`."""
        if kind in self._ratios:
            return self._symbols.name(self._ratios[kind], (), style)
        quantity = self._of.get(kind)
        if quantity is None:
            return kind
        if kind in self._partials:
            return self._partial(quantity, style)
        if kind in self._letters:
            return self._spell(self._letters[kind], style)
        letters, notation = self._base(quantity), self._symbols.notation
        name = self._spell(letters, style)
        state = quantity.kind.removesuffix(UPDATED)
        mark = notation.updated if quantity.kind.endswith(UPDATED) else ""
        if state == DERIVATIVE:
            return self._partial(quantity, style)
        if state == STEP:
            return notation.spelling.before(notation.step, name, style)
        if state:
            return state_name(state, name, mark, style)
        return notation.spelling.spell(*letters, mark, style)

    def _is_partial(self, quantity: Quantity) -> bool:
        """Whether an entry of a derivative is written out, ∂L/∂W, and has no letters of its own."""
        if quantity.kind != DERIVATIVE or isinstance(quantity, PartialDerivative):
            return False
        first = (0,) * len(quantity.shape)
        name = self._symbols.name(quantity, first)
        return name.startswith(style_named("unicode").partial(self._symbols.loss("unicode"), ""))

    def _partial(self, quantity: Quantity, style: str) -> str:
        name = self._spell(self._base(quantity), style)
        return style_named(style).partial(self._symbols.loss(style), name)

    def _spell(self, letters: tuple[str, str], style: str) -> str:
        return self._symbols.notation.spelling.spell(*letters, "", style)

    def _own_letters(self, quantity: Quantity) -> tuple[str, str]:
        """The letters that the course has for a kind; empty where it writes it by others."""
        kind, notation = quantity.head, self._symbols.notation
        if quantity.symbol in self._symbols.structure.names:
            return split_name(quantity.symbol) if quantity.kind == VALUE else ("", "")
        # An output gate O is not what O stands for among the names of a file.
        known = kind in LETTERS and kind not in ROLES
        return letters_of(notation, kind) if known and kind in _written(notation) else ("", "")

    def _base(self, quantity: Quantity) -> tuple[str, str]:
        """The letters of the value: of a derivative, a step, an updated value that behind it."""
        value = quantity.as_kind(VALUE)
        kind = value.head
        found = self._letters.get(kind, ("", "")) if kind in self._of else self._own_letters(value)
        return found if found[0] else (greek(kind, "unicode"), "")

    def _readings(self) -> dict[str, str]:
        """What may be typed -> the kind; what was put in first stays."""
        found: dict[str, str] = {kind: kind for kind in self._of}
        for names in (self._names, self._others):
            for kind in self._of:
                for name in names(kind):
                    found.setdefault(_plain(name), kind)
        return found

    def _names(self, kind: str) -> Iterator[str]:
        yield self.typed(kind)
        yield from (self.shown(kind, style) for style in ("unicode", "ascii"))

    def _others(self, kind: str) -> Iterator[str]:
        """Letters for some layers, of whole arrays, and other ways to write a kind."""
        quantity, notation = self._of[kind], self._symbols.notation
        if quantity.symbol in self._symbols.structure.names:
            return
        if quantity.kind == DERIVATIVE:
            yield from (self._partial(quantity, style) for style in ("unicode", "ascii"))
            yield _around(quantity, self._spell(self._base(quantity), "unicode"))
        for table in (notation.entry, notation.array, notation.reads):
            for key in (kind, quantity.symbol):
                for template in table.get(key, {}).values():
                    letters = "".join(part for part in template.base if isinstance(part, str))
                    for spelled in (letters, notation.spelling.ascii(letters)) if letters else ():
                        yield spelled if key == kind else _around(quantity, spelled)


def _written(notation: Notation) -> set[str]:
    """The kinds that have letters, by the notation or the file."""
    return {*notation.entry, *notation.own}


def _around(quantity: Quantity, letters: str) -> str:
    """A derivative, a step or an updated value of what has these letters: `dw`, `w'`."""
    before = quantity.kind.removesuffix(UPDATED)
    return f"{before}{letters}{quantity.kind[len(before) :]}"


def _plain(text: str) -> str:
    return linear(text.strip().translate(_PRIMES))
