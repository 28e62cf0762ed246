"""Writing symbols: a template bound to one quantity, ready to be filled in for each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import ONE, SAMPLE, UPDATED, Quantity
from bp_tutor.formula.style import style_named
from bp_tutor.notations.letters import greek
from bp_tutor.notations.template import Slot, Template, split_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.notations.symbols import Symbols
    from bp_tutor.notations.template import Part

    Index = tuple[int, ...]
    Places = tuple[int, ...]
    Write = Callable[[Places], str]

SIMPLE = {"unit": 0, "from": 0, "to": 1}
"""Slots that are one of an entry's own numbers, and which."""
OF_OUTPUTS = ("E", "Y")
"""Quantities that belong to the output layer; their place is the time step."""
OFFSETS = {"layer": 0, "layer0": -1, "to_layer": 1, "to_layer0": 0}
"""Slots that are the layer's number, and how much they add to it."""


def writer(
    symbols: Symbols, quantity: Quantity, template: Template | None, index: Index | None, style: str
) -> Callable[[Index], str]:
    """What gives the symbol of an entry from its index.

    `index` None binds it to the whole array; without a template the quantity is written by
    its canonical letter and plain numbers.
    """
    key = symbols.key(quantity)
    spots = tuple(i for i, axis in enumerate(quantity.axes) if axis not in (SAMPLE, ONE))
    if template is None:
        own = quantity.symbol in symbols.structure.names
        letter = quantity.symbol if own else greek(quantity.symbol, style)
        names = symbols.notation.own
        inputs = key == "A" and quantity.place[:1] == (1,) and "X" in names
        letter = names.get("X" if inputs else key, letter)
        write = _plain(quantity, letter, () if index is None else spots)
    else:
        write = _parts(symbols, quantity, template)
    base_of, sub_of, sup_of = write
    spell = symbols.notation.spelling.spell
    updated = symbols.notation.updated if symbols.marked(quantity) else ""
    sampled = index is not None and quantity.samples > 1
    sample = _sample(symbols, style) if sampled else ""
    spot = quantity.axes.index(SAMPLE) if sampled else 0

    at_step = _step_mark(quantity, style)
    beside = style_named(style).beside

    def symbol(index: Index) -> str:
        places = tuple([index[spot] + 1 for spot in spots]) if index else (1,)
        base, sub, sup = base_of(places), sub_of(places), sup_of(places) + updated
        if base[-1].isdecimal():
            base, digits = split_name(base)
            sub = digits + sub
        mark = sample.replace("{sample}", str(index[spot] + 1)) if sampled else ""
        if mark[:1] == "^":
            sup, mark = sup + mark[1:], ""
        name = spell(base, sub, sup, style)
        return beside(name, at_step + mark) if at_step or mark else name

    return symbol


def _step_mark(quantity: Quantity, style: str) -> str:
    """What tells the time step: angle brackets, as layers and samples have the others."""
    steps = quantity.place if quantity.symbol in OF_OUTPUTS else quantity.place[1:]
    if not steps:
        return ""
    markup = style_named(style)
    before, behind = markup.angles
    return f"{before}{markup.number(str(steps[0]))}{behind}"


def _sample(symbols: Symbols, style: str) -> str:
    """How the notation marks a sample; all styles with scripts take that of LaTeX."""
    stated = symbols.notation.sample
    return stated.get("latex" if style_named(style).typeset else style, "@{sample}")


def state_name(kind: str, weight: str, updated: str, style: str) -> str:
    """What an optimiser keeps of a weight: a velocity `v_w₁`, a corrected `m`."""
    letter, hat = kind.removesuffix("hat"), kind.endswith("hat")
    markup = style_named(style)
    if style != "ascii":
        letter = markup.hat(letter) if hat else markup.glyphs(letter)
    if markup.typeset:
        return markup.scripts(letter, weight, markup.glyphs(updated))
    mark = updated if style == "unicode" else UPDATED[: len(updated)]
    return f"{kind if style == 'ascii' else letter}_{weight}{mark}"


def _parts(symbols: Symbols, quantity: Quantity, template: Template) -> tuple[Write, Write, Write]:
    return (
        _joined(symbols, quantity, template.base),
        _joined(symbols, quantity, template.sub),
        _joined(symbols, quantity, template.sup),
    )


def _plain(quantity: Quantity, letter: str, spots: tuple[int, ...]) -> tuple[Write, Write, Write]:
    """Canonical letter and numbers: `H` with [2,1,3] is `H₂₁₃`; a graph's names stay."""
    layers = [str(number) for number in quantity.place[:1]]
    if not layers and not spots:
        base, sub = split_name(letter)
        return lambda _: base, lambda _: sub, lambda _: ""

    def numbers(places: Places) -> str:
        return run([*layers, *map(str, places)] if spots else layers)

    return lambda _: letter, numbers, lambda _: ""


def run(numbers: list[str]) -> str:
    """Numbers written together while each has one digit, else with commas: `112`, `1,11,2`."""
    return ("" if all(len(number) == 1 for number in numbers) else ",").join(numbers)


def _joined(symbols: Symbols, quantity: Quantity, parts: tuple[Part, ...]) -> Write:
    """What writes one place of a template; neighbouring numbers are written as a run."""
    if not parts:
        return lambda _: ""
    writes = [_write(symbols, quantity, part) for part in parts]
    if len(parts) == 1:
        return writes[0]
    numeric = [isinstance(p, Slot) and _is_number(symbols, quantity, p.name) for p in parts]
    groups: list[list[Write]] = []
    for position, write in enumerate(writes):
        if position and numeric[position] and numeric[position - 1]:
            groups[-1].append(write)
        else:
            groups.append([write])
    if len(groups) == 1:
        return lambda places: run([write(places) for write in groups[0]])
    return lambda places: "".join(
        [
            run([write(places) for write in group]) if group[1:] else group[0](places)
            for group in groups
        ]
    )


def _is_number(symbols: Symbols, quantity: Quantity, slot: str) -> bool:
    if not slot.startswith("node"):
        return True
    layer = symbols.layer(quantity) + (slot == "node_to")
    return symbols.nodes(layer)[0].isdecimal()


def _write(symbols: Symbols, quantity: Quantity, part: Part) -> Write:
    """What writes one literal or slot."""
    if isinstance(part, str):
        return lambda _: part
    layer = symbols.layer(quantity)
    if part.name in OFFSETS:
        number = str(layer + OFFSETS[part.name])
        return lambda _: number
    if part.name == "number":
        return _number(symbols, quantity, layer)
    if part.name in SIMPLE:
        spot = SIMPLE[part.name]
        return lambda places: str(places[spot])
    spot = int(part.name == "node_to")
    nodes = symbols.nodes(layer + spot)
    return lambda places: nodes[places[spot] - 1]


def _number(symbols: Symbols, quantity: Quantity, layer: int) -> Write:
    """The running number; of a weight that the file names, the number in its name."""
    counts: dict[str, Callable[..., int]] = {
        "W": symbols.counting.weight,
        "B": symbols.counting.bias,
    }
    count = counts.get(quantity.symbol, symbols.counting.unit)
    if not symbols.given:
        return lambda places: str(count(layer, *places))

    def number(places: Places) -> str:
        numbers = ",".join(map(str, (layer, *places)))
        given = split_name(symbols.given.get(f"{quantity.symbol}[{numbers}]", ""))[1]
        return given or str(count(layer, *places))

    return number
