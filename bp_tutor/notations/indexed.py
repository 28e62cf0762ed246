"""Symbols with letters for their indices, `W_ijk`, in the notation of a course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.indexed import Place
from bp_tutor.formula.quantity import DERIVATIVE, ONE, SAMPLE, STEP, UPDATED, VALUE, Quantity, Role
from bp_tutor.formula.style import style_named
from bp_tutor.notations.letters import greek
from bp_tutor.notations.template import Slot
from bp_tutor.notations.writing import OFFSETS, SIMPLE, state_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula.indexed import Indexed
    from bp_tutor.notations.template import Part, Template
    from bp_tutor.notations.writing import SymbolWriter


HIDDEN = 2
"""The first hidden layer, in a network of more layers."""


def indexed_name(symbols: SymbolWriter, node: Indexed, style: str) -> str:
    """The symbol of a number whose indices are letters."""
    return _name(symbols, node, node.like, style)


def _name(symbols: SymbolWriter, node: Indexed, quantity: Quantity, style: str) -> str:
    markup = style_named(style)
    template = _template(symbols, node, quantity)
    named = template is not None or symbols.key(quantity) in symbols.notation.own
    value = quantity.as_kind(VALUE)
    if quantity.kind == STEP:
        inner = _name(symbols, node, value, style)
        return symbols.notation.spelling.before(symbols.notation.step, inner, style)
    if quantity.kind == DERIVATIVE and not named:
        sign = markup.minus if symbols.structure.downhill else ""
        return sign + markup.partial(symbols.loss(style), _name(symbols, node, value, style))
    state = quantity.kind.removesuffix(UPDATED)
    if state not in (VALUE, DERIVATIVE):
        mark = symbols.notation.updated if quantity.kind.endswith(UPDATED) else ""
        return state_name(state, _name(symbols, node, value, style), mark, style)
    numbers = node.places if node.layer is None else (node.layer, *node.places)
    if node.step is None and not any(each.letter for each in numbers):
        return _numbered(symbols, node, quantity, style) + _behind(node, style)
    updated = symbols.notation.updated if symbols.marked(quantity) else ""
    if template is None:
        base = symbols.notation.own.get(symbols.key(quantity), greek(quantity.symbol, style))
        pieces: list[str] = _places(node.layer, node.places)
        written = _scripts(symbols, base, pieces, [updated] if updated else [], style)
    else:
        letters = [_letters(symbols, node, quantity, part) for part in template.base]
        counted = [
            piece for part in template.base for piece in _counted(symbols, node, quantity, part)
        ]
        sub = [*counted, *_filled(symbols, node, quantity, template.sub)]
        sup = _filled(symbols, node, quantity, template.sup)
        sup += [updated] if updated else []
        written = _scripts(symbols, "".join(letters), sub, sup, style)
    return written + _behind(node, style)


def _numbered(symbols: SymbolWriter, node: Indexed, quantity: Quantity, style: str) -> str:
    """The symbol of an entry whose layer and places are numbers, without its sample."""
    own = quantity if node.layer is None else _in_layer(quantity, node.layer.offset)
    before = counted_before(symbols)
    places = iter(node.places)
    index = []
    for axis in own.axes:
        if not node.places or axis in (SAMPLE, ONE):
            index.append(0)
            continue
        layer = symbols.structure.depth if node.layer is None else node.layer.offset
        further = axis == "to" and quantity.role is Role.WEIGHT
        index.append(next(places).offset - 1 - (before[layer + further - 1] if before else 0))
    return symbols.name(own.of_one_sample, tuple(index), style)


def _behind(node: Indexed, style: str) -> str:
    """The marks of the step and of the sample."""
    markup = style_named(style)
    found = ""
    if node.step is not None:
        before, after = markup.angles
        found += before + place_text(node.step, style) + after
    if node.sample is not None:
        inside = markup.bracketed(place_text(node.sample, style))
        found += markup.scripts("{}", "", inside) if style == "latex" else _raised(inside, style)
    return found


def _raised(inside: str, style: str) -> str:
    if style == "typst":
        return f'""^({inside})'
    if style == "mathml":
        return f"<msup><mrow></mrow><mrow>{inside}</mrow></msup>"
    return f"^{inside}"


def _places(layer: Place | None, places: Iterable[Place]) -> list[str]:
    found = [] if layer is None else [_text(layer)]
    return [*found, *map(_text, places)]


def _text(place: Place) -> str:
    """An index within a run of them: `i`, `(i+1)`."""
    return place.text() if place.alone else f"({place.text()})"


def _template(symbols: SymbolWriter, node: Indexed, quantity: Quantity) -> Template | None:
    """How the notation writes it: as in a hidden layer, where the layer is any of several."""
    depth = symbols.structure.depth
    if node.alone:
        return symbols.template(quantity, symbols.notation.entry)
    if node.layer is None or node.layer.letter != "i":
        if node.layer is not None and quantity.place:
            number = node.layer.at({"n": depth})
            quantity = _in_layer(quantity, number)
        return symbols.template(quantity, symbols.notation.entry)
    found = symbols.template(quantity, symbols.notation.entry)
    by_role = symbols.notation.entry.get(symbols.key(quantity))
    if found is None or by_role is None or depth <= HIDDEN:
        return found
    return by_role.get("hidden") or by_role.get("all") or found


def _in_layer(quantity: Quantity, number: int) -> Quantity:
    place = (number, *quantity.place[1:])
    return Quantity(
        quantity.symbol, place, quantity.shape, quantity.axes, quantity.kind, quantity.role
    )


def counts_from_zero(symbols: SymbolWriter) -> bool:
    """Whether the course calls the inputs layer 0."""
    return any(
        isinstance(part, Slot) and part.name.endswith("layer0")
        for by_role in symbols.notation.entry.values()
        for template in by_role.values()
        for part in _parts(template)
    )


def says_layers(symbols: SymbolWriter) -> bool:
    """Whether the course's names of units say which layer they are of."""
    by_role = symbols.notation.entry.get("Z", {})
    return all(
        any(isinstance(part, Slot) and part.name.startswith("layer") for part in _parts(template))
        for template in by_role.values()
    )


def counted_before(symbols: SymbolWriter) -> tuple[int, ...]:
    """How many units are counted before those of each layer; empty where that is none of any."""
    if says_layers(symbols):
        return ()
    structure = symbols.structure

    def alike(one: int, other: int) -> bool:
        through = symbols.notation.count_units == "network"
        return through or structure.roles(one) == structure.roles(other)

    counts = tuple(
        sum(structure.units[before - 1] for before in range(1, layer) if alike(before, layer))
        for layer in range(1, structure.depth + 1)
    )
    return counts if any(counts) else ()


def _parts(template: Template) -> tuple[Part, ...]:
    return (*template.base, *template.sub, *template.sup)


def _letters(symbols: SymbolWriter, node: Indexed, quantity: Quantity, part: Part) -> str:
    """What a part of the base of a name says without its index."""
    if not isinstance(part, Slot):
        return part
    return (
        _unit_name(symbols, node, quantity, 0).replace("{n}", "")
        if part.name.startswith("node")
        else ""
    )


def _counted(symbols: SymbolWriter, node: Indexed, quantity: Quantity, part: Part) -> list[str]:
    """The index that stands in the base of a name, but for a unit that is the only one."""
    if not isinstance(part, Slot) or not node.places:
        return []
    alone = part.name.startswith("node") and "{n}" not in _unit_name(symbols, node, quantity, 0)
    return [] if alone else [_text(node.places[0])]


def _filled(
    symbols: SymbolWriter, node: Indexed, quantity: Quantity, parts: tuple[Part, ...]
) -> list[str]:
    """The slots of one place of a template; what stands in brackets there needs none of its own."""
    found: list[str] = []
    for at, part in enumerate(parts):
        pieces = _slot(symbols, node, quantity, part)
        around = [parts[at - 1 : at], parts[at + 1 : at + 2]] if at else []
        alone = [str(each[0]) if each else "" for each in around]
        if alone and alone[0].endswith("(") and alone[1].startswith(")"):
            pieces = [piece.removeprefix("(").removesuffix(")") for piece in pieces]
        found += pieces
    return found


def _slot(symbols: SymbolWriter, node: Indexed, quantity: Quantity, part: Part) -> list[str]:
    """What stands in one slot of a template."""
    if not isinstance(part, Slot):
        return [part]
    layer = node.layer if node.layer is not None else Place("n")
    if part.name in OFFSETS:
        zero = counts_from_zero(symbols) and layer.letter != ""
        return [_text(layer.plus(OFFSETS[part.name] + zero))]
    if part.name in SIMPLE:
        # What a layer shares has the place of its first unit.
        first = node.places or (Place("", 1),)
        if SIMPLE[part.name] < len(first):
            return [_text(first[SIMPLE[part.name]])]
    if part.name in ("node", "node_from", "node_to") and node.places:
        spot = int(part.name == "node_to")
        pattern = _unit_name(symbols, node, quantity, spot)
        return [pattern.replace("{n}", _text(node.places[min(spot, len(node.places) - 1)]))]
    # Numbers that run through the whole network have no letter: the unit's and layer's do.
    return _places(layer, node.places)


def _unit_name(symbols: SymbolWriter, node: Indexed, quantity: Quantity, spot: int) -> str:
    """What the notation calls a unit of that layer, with {n} for its number."""
    several = node.layer is not None and node.layer.letter == "i" and not node.alone
    anywhere = several and symbols.structure.depth > HIDDEN
    number = HIDDEN if anywhere else symbols.layer(quantity) + spot
    nodes = symbols.notation.nodes
    roles = (*symbols.structure.roles(number), "all")
    return next((nodes[role] for role in roles if role in nodes), "{n}")


def _scripts(symbols: SymbolWriter, base: str, sub: list[str], sup: list[str], style: str) -> str:
    """A name with what stands below and above it."""
    markup = style_named(style)
    if markup.typeset:
        below, above = (markup.beside(*map(markup.glyphs, pieces)) for pieces in (sub, sup))
        return markup.scripts(markup.glyphs(base), below, above)
    return symbols.notation.spelling.spell(base, "".join(sub), "".join(sup), style)


def place_text(place: Place, style: str) -> str:
    """An index by itself."""
    markup = style_named(style)
    text = place.text(markup.minus if not markup.typeset else "-")
    return markup.glyphs(text) if markup.typeset else text


def bound_name(symbols: SymbolWriter, letter: str, layer: Place | None, style: str) -> str:
    """How many there are: `N_i`, `m`."""
    if layer is not None and not layer.letter and counts_from_zero(symbols):
        layer = layer.plus(-1)
    below = "" if layer is None else layer.text() if style_named(style).typeset else _text(layer)
    return _scripts(symbols, letter, [below] if below else [], [], style)
