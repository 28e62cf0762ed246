"""Formulas in LaTeX, Typst and MathML: well-formed everywhere, and with the same meaning."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from math import isfinite

import pytest

from bp_tutor.explain import Joined, Presentation, sentence
from bp_tutor.formula import Entry, Formula, Number, parse
from bp_tutor.notations import Structure, Symbols, load_notation, notation_names
from bp_tutor.problem.model import Text
from bp_tutor.solve import Run
from tests.cli.running import LARGE
from tests.explain.paper import (
    NAMES,
    document_of,
    first_lines,
    formulas_of,
    page_of,
    trace_of,
)
from tests.notations.quantities import STRUCTURES, entries
from tests.presented import Line, Listing, Table

ALLOWED = {
    "mi", "mn", "mo", "mrow", "msub", "msup", "msubsup", "mfrac", "msqrt", "mover", "mtable", "mtr",
    "mtd", "mspace",
}  # fmt: skip
CHILDREN = {"msub": 2, "msup": 2, "msubsup": 3, "mfrac": 2, "mover": 2}
OTHERS = tuple(
    (name, notation)
    for name in ("exercise", "cnn-2x2", "rnn-bptt", "momentum-adam", "batch-weight-decay")
    for notation in notation_names()
)
TYPESET = ("latex", "typst", "mathml")


def everything(name: str, style: str) -> Iterator[str]:
    """Every formula in the derivation of a problem, in both forms."""
    document = document_of(name, style)
    for line in document.lines:
        yield from formulas_of(line)
        yield from (part.relation for part in line.parts)
    for part in document.sections:
        for block in part.blocks:
            if isinstance(block, Table):
                yield from (cell for row in block.rows for cell in row if cell)
            if isinstance(block, Listing):
                yield from block.items


def in_notation(name: str, notation: str, style: str) -> Iterator[str]:
    page = page_of(name, style, notation)
    for line in first_lines(name, page):
        yield from formulas_of(line)


def well_formed(text: str) -> ET.Element:
    tree = ET.fromstring(f"<math>{text}</math>")  # noqa: S314 - our own text
    for node in tree.iter():
        assert node.tag in ALLOWED or node is tree, node.tag
        assert len(node) == CHILDREN.get(node.tag, len(node)), text
        assert (node.text is None) == (node.tag not in ("mi", "mn", "mo")), text
        assert set(node.attrib) <= {"data-key", "width"}
    return tree


@pytest.mark.parametrize("name", NAMES)
def test_mathml_is_well_formed(name: str) -> None:
    for text in everything(name, "mathml"):
        well_formed(text)


@pytest.mark.parametrize(("name", "notation"), OTHERS)
def test_mathml_is_well_formed_in_every_notation(name: str, notation: str) -> None:
    for text in in_notation(name, notation, "mathml"):
        well_formed(text)


@pytest.mark.parametrize("notation", notation_names())
@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
def test_every_name_in_mathml_says_which_value_it_is(notation: str, structure: Structure) -> None:
    symbols = Symbols(load_notation(notation), structure)
    for quantity, index, _ in entries(structure):
        tree = well_formed(symbols.name(quantity, index, "mathml"))
        keys = [node.attrib["data-key"] for node in tree.iter() if "data-key" in node.attrib]
        assert keys == [quantity.name if index is None else quantity.identifier(index)]


SIGNS = {
    "−": "-", "·": "*", "⊙": "*", "≥": ">=", "≤": "<=", "⁡": "", "×": "*", "∑": "Σ",
}  # fmt: skip


class Reader:
    """MathML as text that is read back; names by the keys that they carry."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.keys: list[str] = []

    def text(self, node: ET.Element) -> str:
        key = node.attrib.get("data-key")
        if key is not None and node.tag != "mn" and self.run.find(key) and not numeric(node):
            self.keys.append(key)
            return f" v{len(self.keys) - 1} "
        inside = [self.text(child) for child in node]
        match node.tag:
            case "mi" | "mn" | "mo":
                return SIGNS.get(node.text or "", node.text or "")
            case "mfrac":
                return f"(({inside[0]})/({inside[1]}))"
            case "msup" if inside[0] == "e":
                return f"exp({inside[1]})"
            case "msup":
                return f"(({inside[0]})**({inside[1]}))"
            case "msqrt":
                return f"sqrt({''.join(inside)})"
        return "".join(inside)

    def resolve(self, name: str) -> Formula | None:
        found = self.run.find(self.keys[int(name[1:])]) if re.fullmatch(r"v\d+", name) else None
        return None if found is None else Entry(*found)


def numeric(node: ET.Element) -> bool:
    """Whether it is a number that was put in: it has digits and no letter."""
    return not any(child.tag == "mi" for child in node.iter())


def lines_to_read(name: str, notation: str | None) -> list[tuple[Presentation, Line]]:
    page = page_of(name, "mathml", notation)
    return [(page, line) for line in first_lines(name, page)]


@pytest.mark.parametrize(
    ("name", "notation"), [*((name, None) for name in NAMES if name not in LARGE), *OTHERS]
)
def test_mathml_means_what_the_formula_says(name: str, notation: str | None) -> None:
    run = trace_of(name).runs[0]
    if not run.values:
        return
    read = 0
    for page, line in lines_to_read(name, notation):
        for part in line.parts:
            if part.kind not in ("formula", "numbers") or page.dots in part.text:
                continue
            try:
                meant = part.formula.value(run.value)
            except (ArithmeticError, KeyError, ValueError):
                continue
            reader = Reader(run)
            text = reader.text(well_formed(part.text))
            got = parse(text, reader.resolve).value(run.value)
            assert got == pytest.approx(meant, rel=1e-9, abs=1e-12), text
            read += isfinite(meant)
    assert read


DOUBLE = re.compile(r"\}\^\{[^{}]*\}\^|\}_\{[^{}]*\}_")


def balanced(text: str) -> None:
    depth = 0
    for sign in re.sub(r"\\[{}]", "", text):
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0, text
    assert not depth, text
    assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right"), text
    assert not DOUBLE.search(text), text
    assert text.isascii(), text


@pytest.mark.parametrize("name", NAMES)
def test_latex_is_balanced(name: str) -> None:
    for text in everything(name, "latex"):
        balanced(text)


@pytest.mark.parametrize(("name", "notation"), OTHERS)
def test_latex_is_balanced_in_every_notation(name: str, notation: str) -> None:
    for text in in_notation(name, notation, "latex"):
        balanced(text)


def test_typst_takes_every_formula() -> None:
    typst = pytest.importorskip("typst", reason="needs the extra [paper]")
    found = {text for name in NAMES for text in everything(name, "typst")}
    found |= {text for name, notation in OTHERS for text in in_notation(name, notation, "typst")}
    content = "\n".join(f"${text}$" for text in sorted(found))
    assert len(typst.compile(content.encode(), format="pdf")) > 10_000


@pytest.mark.parametrize("style", TYPESET)
def test_a_number_alone_keeps_its_sign(style: str) -> None:
    page = page_of("exercise", style)
    spelled = page.spell(Number(-2.5)), page.spell(Number(2.5))
    assert spelled[0] == page.style.minus + spelled[1]


def test_sentences_tell_words_from_formulas() -> None:
    page = page_of("exercise", "mathml")
    said = Joined(("rate ", Number(1), " and ", " more, ", Number(2)), "")
    assert page.pieces(said) == (
        ("rate ", False),
        ("<mn>1</mn>", True),
        (" and  more, ", False),
        ("<mn>2</mn>", True),
    )
    assert page.pieces("plain") == (("plain", False),)


@pytest.mark.parametrize("style", TYPESET)
def test_a_text_of_a_file_cannot_pass_for_a_formula(style: str) -> None:
    forged = Text((("en", "a\ufdd0<mi>evil</mi>\ufdd1"),))
    page = page_of("exercise", style)
    assert [formula for _, formula in page.pieces(forged)] == [False]
    assert [
        formula for _, formula in page.pieces(sentence("fact.name", word=forged, symbol=""))
    ] == [False]
