from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.formula.quantity import Quantity
from bp_tutor.notations import STYLES, Structure, Symbols, load_notation, notation_names
from tests.notations.quantities import STRUCTURES, entries

pytestmark = pytest.mark.parametrize("notation", notation_names())
READABLE = ("unicode", "ascii", "canonical")


@pytest.mark.parametrize("style", READABLE)
@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
def test_every_name_is_read_back(notation: str, structure: Structure, style: str) -> None:
    symbols = Symbols(load_notation(notation), structure)
    for quantity, index, identifier in entries(structure):
        name = symbols.name(quantity, index, style)
        table = "array" if index is None else "entry"
        told = f"bp_tutor/notations/{notation}.yaml: {name} is no symbol of {identifier} that is"
        read = symbols.read(name)
        assert read == identifier, f"{told} read back ({read}): say another one under `{table}`"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
def test_names_are_distinct(notation: str, structure: Structure, style: str) -> None:
    symbols = Symbols(load_notation(notation), structure)
    names = [symbols.name(quantity, index, style) for quantity, index, _ in entries(structure)]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"bp_tutor/notations/{notation}.yaml: each of these has two meanings"


@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
def test_ascii_is_ascii(notation: str, structure: Structure) -> None:
    symbols = Symbols(load_notation(notation), structure)
    assert all(
        symbols.name(quantity, index, "ascii").isascii()
        for quantity, index, _ in entries(structure)
    )


@settings(max_examples=20, deadline=None)
@given(
    units=st.lists(st.integers(1, 12), min_size=2, max_size=4),
    samples=st.integers(1, 3),
    shared=st.sets(st.integers(2, 4)),
    data=st.data(),
)
def test_any_network(
    notation: str, units: list[int], samples: int, shared: set[int], data: st.DataObject
) -> None:
    layers = tuple(sorted(layer for layer in shared if layer <= len(units)))
    structure = Structure(tuple(units), samples, shared_biases=layers)
    symbols = Symbols(load_notation(notation), structure)
    everything = list(entries(structure))
    for quantity, index, identifier in data.draw(
        st.lists(st.sampled_from(everything), max_size=30)
    ):
        for style in READABLE:
            assert symbols.read(symbols.name(quantity, index, style)) == identifier


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="wWzZabBxyhiotΔδ∂Lnet_^'+@0123456789₁₂⁽²⁾[],(){}/ λ\\", max_size=12))
def test_whatever_is_typed_gives_something_that_exists_or_nothing(notation: str, text: str) -> None:
    structure = Structure((2, 3, 1), samples=2)
    reader = Symbols(load_notation(notation), structure).reader
    found = reader.read(text)
    assert found is None or reader.addresses.read(found.identifier) == found


def test_a_graph_keeps_its_names(notation: str) -> None:
    names = ("a", "b", "c", "e", "x1", "net_h1")
    symbols = Symbols(load_notation(notation), Structure(names=names, loss="e"))
    for name in names:
        for quantity in (Quantity(name), Quantity(name, kind="d"), Quantity(name, kind="'")):
            for style in READABLE:
                assert symbols.read(symbols.name(quantity, (), style)) == quantity.name
    assert symbols.name(Quantity("a", kind="d"), ()) == "∂e/∂a"
