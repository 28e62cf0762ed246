"""Templates: `w_{to}{from}^({to_layer0})` taken apart, and filled forms spelled in a style.

A template has a base, a subscript after `_` and a superscript after `^`. What stands in
braces is a slot, filled in for one entry; everything else is spelled as it is.
"""

from __future__ import annotations

import re

from bp_tutor.formula.style import style_named
from bp_tutor.frozen import Frozen
from bp_tutor.notations.letters import GREEK, lowered, raised

_LAYERS = ("layer", "layer0", "to_layer", "to_layer0")
_NODES = ("node", "node_from", "node_to")
SLOTS = frozenset((*_LAYERS, *_NODES, "unit", "from", "to", "number"))
_TOKEN = re.compile(r"\{(\w+)\}|([_^])|([^{}_^]+)")
_RUN = re.compile(r"[^\W_]+")
_TRAILING_DIGITS = re.compile(r"^(.*[^\d_])(\d+)$")


class NotationError(ValueError):
    """A notation file, or the name of one, that cannot be used."""


class Slot(Frozen):
    """A place in a template that an entry fills: `{unit}`."""

    name: str


Part = str | Slot


class Template(Frozen):
    """One symbol with its places: base, subscript, superscript."""

    base: tuple[Part, ...]
    sub: tuple[Part, ...] = ()
    sup: tuple[Part, ...] = ()


def parse_template(text: str) -> Template:
    """`text` taken apart; a NotationError where it uses an unknown slot or a bare digit."""
    places: tuple[list[Part], list[Part], list[Part]] = ([], [], [])
    place = 0
    end = 0
    for token in _TOKEN.finditer(text):
        slot, mark, literal = token.groups()
        if token.start() != end:
            break
        end = token.end()
        if mark:
            place = "_^".index(mark) + 1
        elif slot:
            if slot not in SLOTS:
                raise NotationError(f"unknown place {{{slot}}} in {text!r}")
            places[place].append(Slot(slot))
        else:
            if any(letter.isdigit() for letter in literal):
                raise NotationError(f"a number in {text!r} would be taken for an index")
            places[place].append(literal)
    if end != len(text) or not text:
        raise NotationError(f"cannot read the template {text!r}")
    base, sub, sup = (tuple(parts) for parts in places)
    return Template(base, sub, sup)


def split_name(name: str) -> tuple[str, str]:
    """A plain name as base and subscript: `w12` -> (`w`, `12`), `net_h1` -> (`net`, `h1`)."""
    numbered = _TRAILING_DIGITS.match(name)
    if numbered and "_" not in numbered[1]:
        return numbered[1], numbered[2]
    base, _, sub = name.partition("_")
    return (base, sub) if base and sub else (name, "")


class Spelling(Frozen):
    """Spells filled forms in each style; `letters` are a notation's own ASCII letters."""

    letters: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """Whole names that a problem file gives, and how it spells them in ASCII."""

    def ascii(self, text: str) -> str:
        """`text` in ASCII letters: `δ` -> `delta`, or as the notation or the file says."""
        if text.isascii():
            return text
        if self.names:
            text = dict(self.names).get(text) or _RUN.sub(self._name, text)
        own = dict(self.letters)
        return "".join(own.get(letter) or GREEK.get(letter, letter) for letter in text)

    def _name(self, run: re.Match[str]) -> str:
        """A run of letters and digits; where it is a name, in ASCII, its index behind it kept."""
        names = dict(self.names)
        bare = run[0].rstrip("0123456789")
        return names.get(run[0]) or names.get(bare, bare) + run[0][len(bare) :]

    def spell(self, base: str, sub: str, sup: str, style: str) -> str:
        """One symbol in `style`."""
        if style == "unicode":
            return self._unicode(base, sub, sup)
        if style == "ascii":
            return self._ascii(base, sub, sup)
        markup = style_named(style)
        return markup.scripts(markup.glyphs(base), markup.glyphs(sub), markup.glyphs(sup))

    def before(self, text: str, symbol: str, style: str) -> str:
        """A spelled symbol with `text` in front."""
        markup = style_named(style)
        if not markup.typeset:
            return (self.ascii(text) if style == "ascii" else text) + symbol
        return markup.beside(markup.glyphs(text.strip()), symbol)

    def _unicode(self, base: str, sub: str, sup: str) -> str:
        if sub:
            base += _index(sub, lowered(sub) if sub.isdecimal() else None)
        if sup:
            base += raised(sup) or f"^{sup}"
        return base

    def _ascii(self, base: str, sub: str, sup: str) -> str:
        # A name of the file in which a `_` stands came here in two parts.
        whole = dict(self.names).get(f"{base}_{sub}", "") if self.names else ""
        text = whole or self.ascii(base)
        if sub and not whole:
            text += _index(self.ascii(sub), sub if sub.isdecimal() else None)
        if sup:
            text += "'" if sup == "′" else f"^{self.ascii(sup)}"
        return text


def _index(sub: str, digits: str | None) -> str:
    """A subscript on one line: `₁₂`, `_total`, or `[1,11,1]` where digits would run together."""
    if digits is not None:
        return digits
    return f"[{sub}]" if "," in sub else f"_{sub}"
