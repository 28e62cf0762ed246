"""Reading symbols: what somebody typed, back to what it means.

Both a typed symbol and a template are brought to one form, a skeleton: letters stay, every
run of digits becomes `#`. So `W_111`, `W₁₁₁` and `w_{11}^{(1)}` are looked up at once, however
large the network is, and the numbers are then put into the template's slots.
"""

from __future__ import annotations

import re
from itertools import combinations, product
from typing import TYPE_CHECKING

from bp_tutor.formula.addresses import Addresses, Meaning
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE, head_of
from bp_tutor.formula.tokens import upright
from bp_tutor.frozen import Frozen
from bp_tutor.notations.letters import DERIVED, SIGNS, linear, quotient
from bp_tutor.notations.structure import kinds_of, values_of
from bp_tutor.notations.template import Slot, Template
from bp_tutor.notations.writing import LAYERED, OFFSETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.notations.structure import Counting
    from bp_tutor.notations.template import Part
    from bp_tutor.notations.writing import SymbolWriter

Values = dict[str, int]

LONGEST = 80
_LONGEST_RUN = 12
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


class SymbolReader:
    """Reads the symbols of one problem; canonical identifiers as well."""

    def __init__(self, symbols: SymbolWriter) -> None:
        self.symbols = symbols
        self.structure = symbols.structure
        self.values = tuple(values_of(self.structure))
        self.addresses = Addresses(
            (value.as_kind(kind) for value in self.values for kind in kinds_of(value)),
            one_sample=self.structure.samples == 1,
        )
        self._exact: dict[str, list[Pattern]] = {}
        self._loose: dict[str, list[Pattern]] = {}
        for pattern in patterns(symbols):
            self._exact.setdefault(pattern.skeleton, []).append(pattern)
            if not pattern.whole:
                self._loose.setdefault(pattern.skeleton.lower(), []).append(pattern)
        single = {value.symbol for value in self.values if not value.shape}
        own = symbols.notation.own.items()
        self._bare = {symbol: of for of, symbol in own if of in single}
        """The file's own symbols of what has no index; they go before canonical letters."""
        self._given: dict[tuple[str, tuple[str, ...], int | None], Meaning] = {}
        for sample, meaning in self._named():
            for form in self.forms(symbols.name(*meaning.first, "ascii")):
                if form.updated == symbols.marked(meaning.quantity):
                    self._given.setdefault((form.skeleton, form.digits, sample), meaning)

    def read(self, text: str) -> Meaning | None:
        """What was typed; None where it is no symbol of these."""
        if len(text) > LONGEST:
            return None
        text = upright(text)
        return (
            self.own(text)
            or self.addresses.read(text.strip())
            or self._of_graph(text.strip())
            or (self._fraction(text) if "/" in text else self._symbol(text) or self._prefixed(text))
        )

    def own(self, text: str) -> Meaning | None:
        """What a symbol of the file that has no index stands for."""
        of = self._bare.get(text.strip())
        return None if of is None else self.addresses.read(of)

    def _of_graph(self, text: str) -> Meaning | None:
        """A name of a computation graph, or what is derived from one."""
        names = self.structure.names
        typed = self.forms(text) if names else ()
        for name in names:
            for form in typed:
                plain = self.forms(name)[0]
                if (form.skeleton, form.runs) == (plain.skeleton, plain.runs):
                    return self.addresses.read(name + UPDATED * form.updated)
        if text[:1] in DERIVED and text[1:] in names:
            return self.addresses.read(DERIVATIVE + text[1:])
        return None

    def _fraction(self, text: str) -> Meaning | None:
        """`dL/dw5`, `∂L/∂w₅`: the derivative of the loss."""
        of = self.under_loss(text)
        return None if of is None else self._derivative(of)

    def under_loss(self, text: str) -> str | None:
        """What the loss is differentiated by in `dL/dw5`; None where it is no such quotient."""
        upper, _, lower = (part.strip() for part in text.partition("/"))
        if upper in SIGNS and lower[:1] in SIGNS and upper not in self.structure.names:
            # d/dw: what else is differentiated than the loss?
            return lower[1:].strip()
        sides = quotient(text)
        if sides is None:
            return None
        # Who writes dE/dw means the whole error, unless something else is called so.
        losses = {self.structure.loss or "L", *({"L", "E"} - set(self.structure.names))}
        if sides[0] not in losses:
            of = self.read(sides[0])
            if of is None or of.identifier not in losses:
                return None
        return sides[1]

    def _derivative(self, text: str) -> Meaning | None:
        return self.addresses.of_kind(self.read(text), DERIVATIVE)

    def _prefixed(self, text: str) -> Meaning | None:
        """A step `Δw5`, or a derivative written as `dw5`."""
        text = linear(text)
        ascii_text = self.symbols.notation.spelling.ascii(text)
        prefix = self.symbols.notation.spelling.ascii(self.symbols.notation.step).strip()
        if ascii_text.startswith(prefix) and len(ascii_text) > len(prefix):
            found = self.addresses.of_kind(self._symbol(ascii_text[len(prefix) :]), STEP)
            if found is not None:
                return found
        return self._derivative(text[1:]) if text[:1] in DERIVED and text[1:] else None

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

    def _symbol(self, text: str) -> Meaning | None:
        """One symbol of the notation; capitals may be wrong where that leaves no doubt."""
        forms = self.forms(text)
        for form in forms:
            given = self._given.get((form.skeleton, form.digits, form.sample))
            if given is not None:
                marked = form.updated and given.quantity.kind != UPDATED
                return self.addresses.of_kind(given, UPDATED) if marked else given
        for index, lower in ((self._exact, False), (self._loose, True)):
            for form in forms:
                key = form.skeleton.lower() if lower else form.skeleton
                found = {
                    meaning
                    for pattern in index.get(key, ())
                    for meaning in self._meant(pattern, form)
                }
                if len(found) == 1:
                    return found.pop()
                if found:
                    return None
        return None

    def _meant(self, pattern: Pattern, form: Typed) -> Iterator[Meaning]:
        """Every entry that the numbers of `form` can mean in the slots of `pattern`."""
        kind = UPDATED if form.updated and pattern.kind == VALUE else pattern.kind
        if form.updated and pattern.kind != VALUE:
            return
        for values in split_run(pattern.slots, form.runs):
            numbers = locate(self.symbols.counting, pattern, values)
            if numbers is None:
                continue
            meaning = self.addresses.at(head_of(pattern.symbol, kind), numbers, form.sample)
            if meaning is not None and self._agrees(meaning, pattern, form):
                yield meaning

    def _agrees(self, meaning: Meaning, pattern: Pattern, form: Typed) -> bool:
        """Whether it is indeed written so."""
        if pattern.whole:
            return True
        if pattern.alias:
            layer = self.symbols.layer(meaning.quantity)
            return pattern.role in self.symbols.roles(meaning.quantity.symbol, layer)
        return any(
            (own.skeleton.lower(), own.digits) == (form.skeleton.lower(), form.digits)
            for own in self.forms(self.symbols.name(*meaning.first, "ascii"))
        )

    def _named(self) -> Iterator[tuple[int | None, Meaning]]:
        """What has a name that contains one of the file's, with the sample that it names."""
        for text, _ in self.structure.weight_names if self.symbols.given else ():
            if found := self.addresses.read(text):
                for kind in kinds_of(found.quantity.as_kind(VALUE)):
                    if named := self.addresses.of_kind(found, kind):
                        yield None, named
        for layer in range(1, self.structure.depth + 1):
            here = [
                value
                for value in self.values
                if "unit" in value.axes and self.symbols.layer(value) == layer
            ]
            for unit in range(1, len(self.symbols.own_names(layer)) + 1):
                for value in here:
                    yield from self._of_unit(value, unit)

    def _of_unit(self, value: Quantity, unit: int) -> Iterator[tuple[int | None, Meaning]]:
        samples = range(1, value.samples + 1) if value.samples > 1 else ()
        for kind in kinds_of(value):
            for sample in (None, *samples):
                head, numbers = head_of(value.symbol, kind), (*value.place, unit)
                if found := self.addresses.at(head, numbers, sample):
                    yield sample, found


def _typed(head: str, sup: str, sample: int | None, *, updated: bool) -> Typed:
    text = f"{head}^{sup}" if sup else head
    return Typed(_RUN.sub("#", text), tuple(_RUN.findall(text)), updated, sample)


class Pattern(Frozen):
    """One way in which a symbol may be written: `W#`, with the slots that `#` stands for."""

    skeleton: str
    slots: tuple[tuple[str, ...], ...]
    """For each run of digits the slots that it fills."""
    symbol: str
    kind: str
    role: str
    nodes: tuple[tuple[str, str], ...]
    """Slots that hold a unit's name, and the kind of layer whose names have this form."""
    whole: bool
    alias: bool


def patterns(symbols: SymbolWriter) -> Iterator[Pattern]:
    """Every pattern of a notation: entries, whole arrays, and what is read but never written."""
    notation = symbols.notation
    for table, whole, alias in (
        (notation.entry, False, False),
        (notation.array, True, False),
        (notation.reads, False, True),
    ):
        for key, by_role in table.items():
            kind, symbol = _meant(key)
            for role, template in by_role.items():
                for nodes in _node_roles(template, role, notation.nodes):
                    skeleton, slots = _skeleton(symbols, template, nodes)
                    yield Pattern(
                        skeleton, slots, symbol, kind, role, tuple(nodes.items()), whole, alias
                    )


def _meant(key: str) -> tuple[str, str]:
    """The kind and the canonical letter that a key of a table stands for: `dZ`, `W'`."""
    if key.endswith("'"):
        return UPDATED, key[:-1]
    return (DERIVATIVE, key[1:]) if key.startswith(DERIVATIVE) else (VALUE, key)


def _node_roles(template: Template, role: str, nodes: dict[str, str]) -> Iterator[dict[str, str]]:
    """Each way of saying which kinds of layers the units named in a template belong to."""
    parts = (*template.base, *template.sub, *template.sup)
    slots = [part.name for part in parts if isinstance(part, Slot) and part.name[:4] == "node"]
    roles = [role] if role in nodes else list(nodes)
    for chosen in product(roles, repeat=len(slots)):
        yield dict(zip(slots, chosen, strict=True))


def _skeleton(
    symbols: SymbolWriter, template: Template, nodes: dict[str, str]
) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The skeleton of a template, and the slots behind each of its runs."""
    ascii_letters = symbols.notation.spelling.ascii
    names: list[str] = []

    def written(parts: tuple[Part, ...]) -> str:
        text = ""
        for part in parts:
            if isinstance(part, str):
                text += ascii_letters(part)
            elif part.name in nodes:
                text += symbols.notation.nodes[nodes[part.name]].replace("{n}", "#")
                names.append(part.name)
            else:
                text += "#"
                names.append(part.name)
        return text

    head = written(template.base) + written(template.sub)
    sup = written(template.sup).replace("(", "").replace(")", "")
    skeleton = ""
    runs: list[list[str]] = []
    node_names = symbols.notation.nodes
    following = iter(n for n in names if n not in nodes or "{n}" in node_names[nodes[n]])
    for letter in head + (f"^{sup}" if sup else ""):
        if letter != "#":
            skeleton += letter
        elif skeleton.endswith("#"):
            runs[-1].append(next(following))
        else:
            skeleton += letter
            runs.append([next(following)])
    return skeleton, tuple(tuple(run) for run in runs)


def split_run(slots: tuple[tuple[str, ...], ...], runs: tuple[str, ...]) -> Iterator[Values]:
    """Every way of sharing out the digits of `runs` among the slots."""
    if len(slots) != len(runs):
        return
    for shares in product(
        *(_shares(run, len(names)) for names, run in zip(slots, runs, strict=True))
    ):
        values: Values = {}
        for names, share in zip(slots, shares, strict=True):
            values.update(zip(names, share, strict=True))
        yield values


def _shares(run: str, count: int) -> list[tuple[int, ...]]:
    """`run` as `count` numbers: by its commas, else one digit each, else in any way.

    >>> _shares("1,11", 2), _shares("123", 3), _shares("123", 2)
    ([(1, 11)], [(1, 2, 3)], [(1, 23), (12, 3)])
    """
    if "," in run:
        parts = run.strip(",").split(",")
        return [tuple(map(int, parts))] if len(parts) == count and all(parts) else []
    if len(run) == count:
        return [tuple(map(int, run))]
    if len(run) > _LONGEST_RUN:
        return []
    shares = []
    for cuts in combinations(range(1, len(run)), count - 1):
        pieces = [run[a:b] for a, b in zip((0, *cuts), (*cuts, len(run)), strict=True)]
        if not any(len(piece) > 1 and piece[0] == "0" for piece in pieces):
            shares.append(tuple(map(int, pieces)))
    return shares


def locate(counting: Counting, pattern: Pattern, values: Values) -> tuple[int, ...] | None:
    """The canonical numbers of the entry whose slots have these values, if there is one."""
    if pattern.symbol not in LAYERED:
        if pattern.whole or pattern.symbol not in "EY":
            return ()
        found = _unit(counting, pattern, values)
        return None if found is None else found[1:]
    if pattern.whole:
        layer = _layer(counting, pattern, values)
        return None if layer is None else (layer,)
    if pattern.symbol == "W":
        return _weight(counting, pattern, values)
    return _unit(counting, pattern, values)


def _unit(counting: Counting, pattern: Pattern, values: Values) -> tuple[int, ...] | None:
    for slot, role in pattern.nodes:
        return counting.unit_at(values.get(slot, 1), role)
    if "number" in values:
        return counting.bias_at(values["number"])
    layer = _layer(counting, pattern, values)
    return None if layer is None else (layer, values.get("unit", 1))


def _weight(counting: Counting, pattern: Pattern, values: Values) -> tuple[int, ...] | None:
    if "number" in values:
        return counting.weight_at(values["number"])
    if pattern.nodes:
        roles = dict(pattern.nodes)
        source = counting.unit_at(values.get("node_from", 1), roles["node_from"])
        target = counting.unit_at(values.get("node_to", 1), roles["node_to"])
        if source is None or target is None or source[0] + 1 != target[0]:
            return None
        return (*source, target[1])
    layer = _layer(counting, pattern, values)
    return None if layer is None else (layer, values.get("from", 1), values.get("to", 1))


def _layer(counting: Counting, pattern: Pattern, values: Values) -> int | None:
    """The layer that the slots, or else the kind of layer, say."""
    for slot, offset in OFFSETS.items():
        if slot in values:
            return values[slot] - offset
    if pattern.symbol not in LAYERED:
        return counting.structure.depth
    layers = counting.structure.layers(pattern.role)
    return layers[0] if len(layers) == 1 else None
