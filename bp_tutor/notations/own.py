"""A problem file's own symbols for quantities, laid over the notation that it names.

What comes out is a notation like any other: it spells and reads by the same templates, in
which only the letters are others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.notations.letters import GREEK, greek
from bp_tutor.notations.template import Slot, Spelling, Template, split_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Protocol

    from bp_tutor.notations.notation import Notation, Table
    from bp_tutor.notations.structure import Structure

    class Own(Protocol):
        """A name of a file: what it names, the symbol if it gives one, and that in ASCII."""

        @property
        def of(self) -> str:
            """A letter of `LETTERS`, or a name that the file gives elsewhere."""

        @property
        def symbol(self) -> str:
            """Empty where only words are given."""

        @property
        def ascii(self) -> str:
            """Empty where the rule for letters gives it."""


LETTERS = (
    "Z", "A", "X", "O", "W", "B", "Y", "E", "L", "dZ", "dA", "dW", "dB", "W'", "B'", "eta",
    "lambda",
)  # fmt: skip
"""What can be named: canonical letters, and `X` for the inputs, `O` for the outputs."""
SCALARS = ("eta", "lambda")
SPARE = {"t": "τkn", "others": "κγξχψωφτν"}
"""Letters for what finds its own one taken."""
ROLES = {"X": ("input",), "O": ("only_output", "output")}
"""Those, by the roles of the layers that they belong to."""


def greek_letter(word: str) -> str:
    """The Greek letter that a word is the name of, or the word: `delta` is `δ`.

    >>> greek_letter("delta"), greek_letter("net"), greek_letter("Loss")
    ('δ', 'net', 'Loss')
    """
    for letter, name in GREEK.items():
        if name == word and letter.isalpha() and letter not in "ℒ":
            return letter
    return word


def laid_over(notation: Notation, names: Iterable[Own]) -> Notation:
    """The notation with the letters of `names` in place of its own."""
    names = tuple(names)
    if not names:
        return notation
    symbols = {own.of: own.symbol for own in names if own.of in LETTERS and own.symbol}
    whole = tuple(
        (own.symbol or own.of, own.ascii or GREEK[own.symbol])
        for own in names
        if own.ascii or own.symbol in GREEK
    )
    entry, array = (
        _renamed(notation, table, symbols) for table in (notation.entry, notation.array)
    )
    if "L" in symbols and array.get("E", {}).get("all") == array["L"]["all"]:
        # The losses of all outputs together are not called as their sum is.
        array["E"] = {"all": Template(array["E"]["all"].base, ("k",))}
    taken = set(symbols.values())
    reads: Table = {}
    for key, by_role in notation.reads.items():
        kept = {
            role: template for role, template in by_role.items() if _word(template) not in taken
        }
        reads |= {key: kept} if kept else {}
    return notation._replace(
        spelling=Spelling(notation.spelling.letters, whole),
        entry=entry,
        array=array,
        reads=reads,
        own=symbols,
    )


def told_apart(notation: Notation, parameters: Iterable[str], structure: Structure) -> Notation:
    """The notation in which no two of the quantities without an index have one letter.

    Those are the learning rate, the weight decay and the `parameters` of the optimiser. What
    the file says holds (its letters and names), then what the notation calls quantities of
    the network, then the optimiser's usual letters, then the notation's rate and decay; what
    finds its letter taken gets another one.
    """
    taken: set[str] = set()
    for symbol in (*notation.own.values(), *_names(structure), *_bare(notation, structure)):
        taken |= _written(notation, symbol)
    changed: dict[str, str] = {}
    usual = {name: greek(name, "unicode") for name in parameters}
    usual |= {of: "".join(letters_of(notation, of)) for of in SCALARS if of not in notation.own}
    for of, letter in usual.items():
        spare = (letter, *SPARE.get(of, SPARE["others"]))
        free = next(one for one in spare if not _written(notation, one) & taken)
        taken |= _written(notation, free)
        if free != letter:
            changed[of] = free
    if not changed:
        return notation
    entry, array = (
        {
            **table,
            **{
                of: {role: _with_letters(one, changed[of]) for role, one in table[of].items()}
                for of in SCALARS
                if of in changed and of in table
            },
        }
        for table in (notation.entry, notation.array)
    )
    return notation._replace(entry=entry, array=array, own={**notation.own, **changed})


def _names(structure: Structure) -> Iterator[str]:
    """What the file itself calls units, weights, and the nodes of a graph."""
    yield from structure.names
    for units in structure.unit_names:
        yield from units
    for _, weight in structure.weight_names:
        yield weight


def _bare(notation: Notation, structure: Structure) -> Iterator[str]:
    """Symbols without an index: a single output's target is `t` in some notations."""
    roles = (*(structure.roles(structure.depth) if structure.units else ()), "all")
    for of, by_role in notation.entry.items():
        template = next((by_role[role] for role in roles if role in by_role), None)
        if of not in SCALARS and template is not None:
            parts = (*template.base, *template.sub, *template.sup)
            if not any(isinstance(part, Slot) for part in parts):
                yield "".join(map(str, (*template.base, *template.sub)))


def _written(notation: Notation, symbol: str) -> set[str]:
    base, sub = split_name(symbol)
    return {notation.spelling.spell(base, sub, "", style) for style in ("unicode", "ascii")}


def letters_of(notation: Notation, of: str) -> tuple[str, str]:
    """The letters of a quantity without indices, base and subscript; empty where it has none."""
    if of in notation.own:
        return split_name(notation.own[of])
    by_role = notation.entry.get("A" if of in ROLES else of, {})
    roles = (*ROLES.get(of, ()), "all", "hidden", "output")
    template = next((by_role[role] for role in roles if role in by_role), None)
    if template is None:
        return "", ""
    sub = [part for part in template.sub if isinstance(part, str)]
    return _word(template), "".join(sub) if len(sub) == len(template.sub) else ""


def _word(template: Template) -> str:
    return "".join(part for part in template.base if isinstance(part, str))


def _renamed(notation: Notation, table: Table, symbols: dict[str, str]) -> Table:
    renamed = dict(table)
    for of, symbol in symbols.items():
        if of not in ROLES:
            by_role = _alike(of, renamed.get(of) or renamed[of.strip("d'")])
            changed = {role: _with_letters(template, symbol) for role, template in by_role.items()}
            renamed[of] = {**renamed.get(of, {}), **changed}
    for of, roles in ROLES.items():
        if of in symbols:
            # Inputs and outputs are counted by themselves, unless all units have numbers.
            slot = Slot("node" if notation.nodes.get("all") == "{n}" else "unit")
            slots = (slot,) if table is notation.entry else ()
            template = _with_letters(Template((), slots), symbols[of])
            renamed["A"] = {**renamed["A"], **dict.fromkeys(roles, template)}
    return renamed


def _alike(of: str, by_role: dict[str, Template]) -> dict[str, Template]:
    """The templates that get the same letters, each told apart by what it counts."""
    if of == "A":
        template = by_role.get("all")
        if "input" not in by_role and template and not _word(template):
            # Only the unit's name stands there, as inputs are called.
            return dict.fromkeys(("hidden", "only_output", "output"), template)
        return {role: template for role, template in by_role.items() if role != "input"}
    if {"only_output", "output", "hidden"} <= by_role.keys():
        # The only output had letters of its own.
        return {**by_role, "only_output": by_role["output"]}
    return by_role


def _with_letters(template: Template, symbol: str) -> Template:
    """The template with another symbol; what counts its entries stays."""
    base, sub = split_name(symbol)
    slots = [part for part in (*template.base, *template.sub) if isinstance(part, Slot)]
    return Template((base,), (*((sub,) if sub else ()), *slots), template.sup)
