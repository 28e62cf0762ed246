"""Reading symbols: what somebody typed, back to its canonical identifier.

Both a typed symbol and a template are brought to one form, a skeleton: letters stay, every
run of digits becomes `#`. So `W_111`, `W₁₁₁` and `w_{11}^{(1)}` are looked up at once, however
large the network is, and the numbers are then put into the template's slots.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE
from bp_tutor.formula.tokens import upright
from bp_tutor.frozen import Frozen
from bp_tutor.notations.identifiers import FIRST_LAYER, KINDS, SAMPLED, Identifier, canonical
from bp_tutor.notations.letters import linear
from bp_tutor.notations.patterns import Pattern, locate, patterns, split_run
from bp_tutor.notations.quotient import SIGNS, quotient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.notations.symbols import Symbols

LONGEST = 80
_SAMPLE = re.compile(r"@([1-9]\d*)$")
_SEGMENT = re.compile(r"([_^]*)([^_^]+)")
_RUN = re.compile(r"\d[\d,]*")
_UPDATED = ("'", "+", "new")


class Typed(Frozen):
    """A symbol in the form in which symbols are compared."""

    skeleton: str
    runs: tuple[str, ...]
    updated: bool
    sample: int | None

    @property
    def digits(self) -> tuple[str, ...]:
        """The runs without commas."""
        return tuple(run.replace(",", "") for run in self.runs)


class Reading:
    """Reads the symbols of one problem."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self.structure = symbols.structure
        self._exact: dict[str, list[Pattern]] = {}
        self._loose: dict[str, list[Pattern]] = {}
        for pattern in patterns(symbols):
            self._exact.setdefault(pattern.skeleton, []).append(pattern)
            if not pattern.whole:
                self._loose.setdefault(pattern.skeleton.lower(), []).append(pattern)
        self._bare = {
            symbol: of
            for of, symbol in symbols.notation.own.items()
            if of in KINDS and of not in FIRST_LAYER and of not in "EY"
        }
        """The file's own symbols of what has no index; they go before canonical letters."""
        self._given: dict[tuple[str, tuple[str, ...], int | None], str] = {}
        for identifier in self._named():
            quantity, index = identifier.entry(self.structure)
            for form in self.forms(symbols.name(quantity, index, "ascii")):
                if form.updated == symbols.marked(quantity):
                    key = (form.skeleton, form.digits, identifier.sample)
                    self._given.setdefault(key, str(identifier))

    def read(self, text: str) -> str | None:
        """The canonical identifier of what was typed; None where it is no symbol of these."""
        if len(text) > LONGEST:
            return None
        text = upright(text)
        if own := self.own(text):
            return own
        found = canonical(text, self.structure)
        if found is not None:
            return str(found)
        return self._graph(text) or self._whole(text)

    def own(self, text: str) -> str | None:
        """What a symbol of the file that has no index stands for."""
        return self._bare.get(text.strip())

    def _whole(self, text: str) -> str | None:
        if "/" in text:
            return self._fraction(text)
        return self._symbol(text) or self._prefixed(text)

    def _graph(self, text: str) -> str | None:
        """A name of a computation graph, or what is derived from one."""
        names = self.structure.names
        text = text.strip()
        if text in names:
            return text
        typed = self.forms(text)
        for name in names:
            for form in typed:
                plain = self.forms(name)[0]
                if (form.skeleton, form.runs) == (plain.skeleton, plain.runs):
                    return name + "'" * form.updated
        if text[:1] in "dδ∂" and text[1:] in names:
            return f"d{text[1:]}"
        return None

    def _fraction(self, text: str) -> str | None:
        """`dL/dw5`, `∂L/∂w₅`: the derivative of the loss."""
        upper, _, lower = (part.strip() for part in text.partition("/"))
        if upper in SIGNS and lower[:1] in SIGNS and upper not in self.structure.names:
            # d/dw: what else is differentiated than the loss?
            return self._derivative(lower[1:].strip())
        sides = quotient(text)
        if sides is None:
            return None
        # Who writes dE/dw means the whole error, unless something else is called so.
        losses = {self.structure.loss or "L", *({"L", "E"} - set(self.structure.names))}
        if sides[0] not in losses and self.read(sides[0]) not in losses:
            return None
        return self._derivative(sides[1])

    def _derivative(self, text: str) -> str | None:
        value = self.read(text)
        if value is None:
            return None
        if value in self.structure.names:
            return f"d{value}"
        found = canonical(value, self.structure)
        if found is None or found.kind != VALUE or DERIVATIVE not in KINDS[found.symbol]:
            return None
        return str(found._replace(kind=DERIVATIVE))

    def _prefixed(self, text: str) -> str | None:
        """A step `Δw5`, or a derivative written as `dw5`."""
        text = linear(text)
        ascii_text = self.symbols.notation.spelling.ascii(text)
        prefix = self.symbols.notation.spelling.ascii(self.symbols.notation.step).strip()
        if ascii_text.startswith(prefix) and len(ascii_text) > len(prefix):
            found = self._symbol(ascii_text[len(prefix) :])
            value = found and canonical(found, self.structure)
            if value and value.kind == VALUE and STEP in KINDS[value.symbol]:
                return str(value._replace(kind=STEP))
        if text[:1] in ("d", "δ", "∂") and len(text) > 1:
            return self._derivative(text[1:])
        return None

    def forms(self, text: str) -> tuple[Typed, ...]:
        """The forms that `text` can be compared in; `w5new` may be updated or a name."""
        text = self.symbols.notation.spelling.ascii(linear(text))
        sample = None
        if marked := _SAMPLE.search(text):
            text, sample = text[: marked.start()], int(marked[1])
            sample = None if sample == self.structure.samples == 1 else sample
        head = sup = ""
        for marks, segment in _SEGMENT.findall(text.replace("[", "_").replace("]", "")):
            if marks.endswith("^"):
                sup += segment.replace(")(", ",").replace("(", "").replace(")", "")
            else:
                apart = head[-1:].isdigit() and segment[0].isdigit() and marks
                head += ("," if apart else "") + segment
        forms = [_typed(head, sup, sample, updated=False)]
        for mark in _UPDATED:
            if sup.endswith(mark) or (not sup and head.endswith(mark)):
                cut = -len(mark)
                ends = (head, sup[:cut]) if sup else (head[:cut], sup)
                forms.insert(0, _typed(*ends, sample, updated=True))
        if sample is None and self.structure.samples > 1:
            before, _, last = sup.rpartition(",")
            if last.isdecimal():
                forms.append(_typed(head, before, int(last), updated=False))
        return tuple(forms)

    def _symbol(self, text: str) -> str | None:
        """One symbol of the notation; capitals may be wrong where that leaves no doubt."""
        forms = self.forms(text)
        for form in forms:
            given = self._given.get((form.skeleton, form.digits, form.sample))
            if given is not None:
                return self._marked(given, form)
        for index, lower in ((self._exact, False), (self._loose, True)):
            for form in forms:
                key = form.skeleton.lower() if lower else form.skeleton
                found = {
                    str(identifier)
                    for pattern in index.get(key, ())
                    for identifier in self._identified(pattern, form)
                }
                if len(found) == 1:
                    return found.pop()
                if found:
                    return None
        return None

    def _marked(self, given: str, form: Typed) -> str | None:
        found = canonical(given, self.structure)
        if found is None or not form.updated or found.kind == UPDATED:
            return given
        updated = found._replace(kind=UPDATED)
        return str(updated) if updated.exists(self.structure) else None

    def _identified(self, pattern: Pattern, form: Typed) -> Iterator[Identifier]:
        """Every entry that the numbers of `form` can mean in the slots of `pattern`."""
        kind = UPDATED if form.updated and pattern.kind == VALUE else pattern.kind
        if form.updated and pattern.kind != VALUE:
            return
        for values in split_run(pattern.slots, form.runs):
            numbers = locate(self.symbols.counting, pattern, values)
            if numbers is None:
                continue
            identifier = Identifier(pattern.symbol, numbers, kind, form.sample)
            if identifier.exists(self.structure) and self._agrees(identifier, pattern, form):
                yield identifier

    def _agrees(self, identifier: Identifier, pattern: Pattern, form: Typed) -> bool:
        """Whether the identifier is indeed written so."""
        if pattern.whole:
            return True
        if pattern.alias:
            roles = self.symbols.roles(identifier.symbol, self._layer(identifier))
            return pattern.role in roles
        name = self.symbols.name(*identifier.entry(self.structure), "ascii")
        return any(
            (own.skeleton.lower(), own.digits) == (form.skeleton.lower(), form.digits)
            for own in self.forms(name)
        )

    def _layer(self, identifier: Identifier) -> int:
        if identifier.symbol in FIRST_LAYER:
            return identifier.numbers[0]
        return self.structure.depth

    def _named(self) -> Iterator[Identifier]:
        """The identifiers whose names contain a name that the problem file gives."""
        for text, _ in self.structure.weight_names if self.symbols.given else ():
            if found := canonical(text, self.structure):
                for kind in KINDS[found.symbol]:
                    yield found._replace(kind=kind)
        samples = (None, *range(1, self.structure.samples + 1))
        for layer in range(1, self.structure.depth + 1):
            for unit in range(1, len(self.symbols.own_names(layer)) + 1):
                for symbol, kinds in KINDS.items():
                    numbers = (layer, unit) if symbol in FIRST_LAYER else (unit,)
                    last = symbol in "EY" and layer == self.structure.depth
                    if symbol == "W" or not (symbol in FIRST_LAYER or last):
                        continue
                    for kind in kinds:
                        for sample in samples if symbol in SAMPLED else (None,):
                            found = Identifier(symbol, numbers, kind, sample)
                            if found.exists(self.structure):
                                yield found


def _typed(head: str, sup: str, sample: int | None, *, updated: bool) -> Typed:
    text = f"{head}^{sup}" if sup else head
    return Typed(_RUN.sub("#", text), tuple(_RUN.findall(text)), updated, sample)
