"""What a teacher would write, as a tree: sections of lines and tables, before any output.

Nothing in it is spelled. Formulas are trees whose numbers know the entry that they are the value
of; what is said are sentences by their keys. One document serves every style, language and
notation.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from bp_tutor.explain.nodes import name_of
from bp_tutor.formula import Formula
from bp_tutor.formula.quantity import DERIVATIVE
from bp_tutor.frozen import Frozen
from bp_tutor.problem.model import Text

if TYPE_CHECKING:
    from bp_tutor.formula import Address, Quantity


class Sentence(Frozen):
    """A text of the words by its key, with the values that are put into it."""

    key: str
    values: tuple[tuple[str, Said], ...] = ()
    otherwise: str = ""
    """What is said where the words have no such text, of a name that need not have any."""


class Joined(Frozen):
    """Some things said one behind the other."""

    parts: tuple[Said, ...]
    between: str | Sentence = ", "


Said = Sentence | Joined | Text | Formula | str | int
"""What can be said: sentences, texts of the file, formulas, or something that needs no words."""


def sentence(key: str, **values: Said) -> Sentence:
    """The sentence of a key."""
    return Sentence(key, tuple(values.items()))


def word_for(section: str, name: str, **values: Said) -> Sentence:
    """The word for one of the catalogue's names; the name itself where there is none."""
    return Sentence(f"{section}.{name}", tuple(values.items()), name.replace("_", " "))


def rule_name(rule: str) -> Sentence:
    """What a rule is called in a few words; by its own name where there are none."""
    return Sentence(f"rule.{rule}.short", (), rule.replace("_", " "))


class Relation(Enum):
    """How a line goes on, by the name that its sign has in a style."""

    EQUAL = "equals"
    NEAR = "approximately"
    IS = "colon"


class Part(Frozen):
    """One way in which a line says its value: `= formula`.

    `kind` is `rule` (the chain rule), `formula`, `numbers` (put in) or `result`.
    """

    kind: str
    relation: Relation
    formula: Formula
    reason: Said = ""
    """Why it follows from the part before it, in a proof; there each part has its own."""


class Line(Frozen):
    """One derived value: its symbol, up to four parts, and the reason in a few words."""

    quantity: Quantity
    index: tuple[int, ...] | None
    """None for a line in matrix form."""
    parts: tuple[Part, ...]
    reason: Said = ""
    arrays: tuple[Quantity, ...] = ()
    """In matrix form, the arrays that go in and at last what comes out, whose shapes are told."""
    remark: Said = ""
    """What a name in it means, said where the line stands alone, without the notes above it."""
    caution: Said = ""
    """What is said below it where its arithmetic, as it stands there, is not simply the result."""
    proofs: tuple[str, ...] = ()
    """The names of the proofs that it rests on, as `why` takes them."""
    symbol: Formula | None = None
    """What is derived, where it is no quantity of the calculation."""

    @property
    def name(self) -> Formula:
        """The symbol of what is derived."""
        return name_of(self.quantity, self.index) if self.symbol is None else self.symbol

    @property
    def remarks(self) -> tuple[Said, ...]:
        """Everything that is said of the line where it stands alone."""
        return tuple(said for said in (self.remark, self.caution) if said)


class Table(Frozen):
    """Rows of short texts under column heads."""

    heads: tuple[Said, ...]
    rows: tuple[tuple[Said, ...], ...]
    numbers: bool = True
    """Whether the columns behind the first hold numbers, which stand at the right."""
    counted: bool = False
    """Whether the first column holds numbers as well."""
    entries: tuple[Address, ...] = ()
    """What each row works out, in a table of updates."""
    by: str = DERIVATIVE
    """The kind of what these are worked out from, beside the old values."""


class Note(Frozen):
    """A sentence between lines: what was left out, what a convention means here."""

    text: Said
    one_of_many: bool = False
    """Whether it stands in a list of such sentences, so that its beginning has to be seen."""


class Listing(Frozen):
    """Names with their values one behind the other, `W₁₁₁ = 0.5, W₁₁₂ = 0.2`; none is broken."""

    items: tuple[tuple[Formula, Formula], ...]


Block = Line | Table | Note | Listing


class Section(Frozen):
    """A heading with its blocks; `phase` is the part of the calculation it belongs to."""

    heading: Said
    phase: str
    blocks: tuple[Block, ...]
    number: int = 0
    occasion: Said = ""
    """Which update it is, said before the heading."""
    dots_note: Said = ""
    """What is said below where dots stand for terms or figures that are left out."""
    proofs: tuple[str, ...] = ()
    """The names of the proofs of its slopes, where these stand in no section before it."""
    update: int = 0
    """The update that it belongs to, counted from 1; 0 where it belongs to none."""
    gives: tuple[Quantity, ...] = ()
    """What its lines work out, as whole arrays."""


class Named(Frozen):
    """A symbol, with its number or its formula where these are shown."""

    symbol: Formula
    value: Formula | None = None


class UnitPicture(Frozen):
    """Units in layers, with wires from all of one layer to all of the next."""

    layers: tuple[tuple[Named | None, ...], ...]
    """None for units that are only counted."""
    weights: tuple[tuple[tuple[Formula, ...], ...], ...] | None
    """What stands on each wire, by layer, source and goal; None where there are too many."""
    arrays: tuple[Formula, ...]
    """All weights between two layers by one name."""


class Node(Frozen):
    """A scalar of a graph, and the names of those that it is made from."""

    name: str
    label: Named
    uses: tuple[str, ...] = ()


class GraphPicture(Frozen):
    """A computation graph: its leaves and its nodes."""

    nodes: tuple[Node, ...]


class SizePicture(Frozen):
    """A network that is too various to draw, told by its sizes and layers in turn."""

    stages: tuple[Said, ...]


Picture = UnitPicture | GraphPicture | SizePicture


class Document(Frozen):
    """A whole derivation, ready to be written out in any format."""

    title: Said
    facts: tuple[Said, ...]
    """Where it comes from and the conventions that hold, a line each."""
    picture: Picture | None
    sections: tuple[Section, ...]
    closing: tuple[Said, ...] = ()
    """How the figures were checked."""
    sound: bool = True
