"""Array primitives: what is spelled is read back, and every entry is the array's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.formula import (
    ASCII,
    PRIMITIVES,
    UNICODE,
    Apply,
    Formula,
    LogSumExp,
    Quantity,
    Ref,
    SoftmaxEntry,
    apply,
    parse,
    replace,
    spell,
    walk,
)
from bp_tutor.formula.compiling import compile_arrays, compile_scalars
from bp_tutor.formula.masks import is_minus_infinity
from bp_tutor.formula.spelling import Canonical

READ_BACK = Canonical(ASCII)
Options = tuple[int, ...]


def image(letter: str, *shape: int) -> Ref:
    return Ref(Quantity(letter, (1,), shape, ("sample", "channel", "row", "column")))


def rows(letter: str, *shape: int) -> Ref:
    return Ref(Quantity(letter, (1,), shape, ("sample", "unit")))


@st.composite
def correlations(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...], Options]:
    """Shapes of an image and a kernel that fits into it, and the options between them."""
    samples, channels, to = draw(st.tuples(*[st.integers(1, 2)] * 3))
    height, width = draw(st.tuples(*[st.integers(1, 4)] * 2))
    sides = draw(st.tuples(*[st.integers(0, 2)] * 4))
    high = draw(st.integers(1, min(3, height + sides[0] + sides[1])))
    wide = draw(st.integers(1, min(3, width + sides[2] + sides[3])))
    strides = draw(st.tuples(*[st.integers(1, 3)] * 2))
    return (samples, channels, height, width), (to, channels, high, wide), (*strides, *sides)


KERNELS = ("flip", "dilate", "thinned", "grouped", "ungrouped")
STEPWISE = ("slide", "slide_to_kernel", "slide_to_step", "largest_step", "largest_step_back")


def of_kernels(name: str, kernel: Options) -> Formula:
    """A primitive that spreads a kernel, or takes it back."""
    to, sources, *sides = kernel
    if name == "grouped":
        return apply(name, image("W", 2 * to, sources, *sides), options=(2,))
    if name == "ungrouped":
        return apply(name, image("W", 2 * to, 2 * sources, *sides), options=(2,))
    apart = (1 + to % 2, 1 + sides[0] % 3)
    return apply(name, image("W", *kernel), options=() if name == "flip" else apart)


@st.composite
def of_steps(draw: st.DrawFn, name: str, samples: int, width: int) -> Formula:
    """A primitive over several time steps, under a kernel of four places."""
    steps = [rows(letter, samples, width) for letter in "ABC"[: draw(st.integers(1, 3))]]
    first = draw(st.integers(0, 4 - len(steps)))
    kernel = Ref(Quantity("W", (1,), (2, width, 4), ("to", "from", "place")))
    upstream, above = rows("dZ", samples, 2), rows("dA", samples, width)
    return {
        "slide": lambda: apply(name, kernel, *steps, options=(first,)),
        "slide_to_kernel": lambda: apply(name, upstream, *steps, options=(first, 4)),
        "slide_to_step": lambda: apply(name, upstream, kernel, options=(first,)),
        "largest_step": lambda: apply(name, *steps),
        "largest_step_back": lambda: apply(name, above, *steps, options=(len(steps) - 1,)),
    }[name]()


@st.composite
def applied(draw: st.DrawFn, name: str) -> Formula:
    """A primitive of the table over arrays and options that fit."""
    shape, kernel, options = draw(correlations())
    samples, channels, height, width = shape
    source, weights = image("A", *shape), image("W", *kernel)
    if name.startswith("correlate"):
        slid = apply("correlate", source, weights, options=options)
        upstream = image("dZ", *slid.shape)
        return {
            "correlate": slid,
            "correlate_to_image": apply(
                "correlate_to_image", upstream, weights, options=(height, width, *options)
            ),
            "correlate_to_kernel": apply(
                "correlate_to_kernel", upstream, source, options=(*kernel[2:], *options)
            ),
        }[name]
    if "pool" in name:
        size = (draw(st.integers(1, min(3, height))), draw(st.integers(1, min(3, width))))
        options = (*size, *options[:2])
        pooled = apply(name.removesuffix("_back"), source, options=options)
        upstream = image("dA", *pooled.shape)
        return {
            "max_pool_back": lambda: apply(name, upstream, source, options=options),
            "average_pool_back": lambda: apply(name, upstream, options=(height, width, *options)),
        }.get(name, lambda: pooled)()
    if name == "flatten":
        return apply(name, source)
    if name == "unflatten":
        return apply(
            name, rows("A", samples, channels * height * width), options=(channels, height, width)
        )
    if name in ("at_place", "entry_at"):
        row, column = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        if name == "entry_at":
            return apply(name, rows("A", height, width), options=(row, column))
        return apply(name, Ref(Quantity("w")), options=(height, width, row, column))
    if name in ("slice_of", "pad", "concatenate"):
        axis = draw(st.integers(0, 3))
        if name == "concatenate":
            other = tuple(
                draw(st.integers(1, 3)) if place == axis else length
                for place, length in enumerate(shape)
            )
            return apply(name, source, image("B", *other), options=(axis,))
        first = draw(st.integers(0, shape[axis] - 1))
        end = draw(st.integers(first + 1, shape[axis]))
        return apply(name, source, options=(axis, first, end))
    if name in KERNELS:
        return of_kernels(name, kernel)
    if name in STEPWISE:
        return draw(of_steps(name, samples, width))
    if name.endswith("_back"):
        return apply(name, rows("dA", samples, width), rows("A", samples, width))
    known = name in ("softmax", "log_softmax", "logsumexp", "masked")
    assert known, f"say in tests/layers/test_primitives.py to what {name} can be applied"
    # The first place is never padding, so that something is left to be seen.
    hidden = (draw(st.integers(0, 1)), draw(st.integers(0, 2 ** (width - 1) - 1)) * 2)
    return apply(name, rows("Z", samples, width), options=hidden if name == "masked" else ())


def resolver(formula: Formula) -> Callable[[str], Formula | None]:
    """What each name in a formula stands for."""
    known: dict[str, Formula] = {}
    for node in walk(formula):
        if isinstance(node, Ref):
            known[node.quantity.name] = node
            for index in node.quantity.indices():
                known[node.quantity.identifier(index)] = node.entry(index)
    return known.get


BACK_ALONE = (
    "correlate_to_kernel",
    "slide_to_kernel",
    "slide_to_step",
    "thinned",
    "ungrouped",
    "unflatten",
    "logsumexp",
    "pad",
)
every_primitive = pytest.mark.parametrize("name", sorted(PRIMITIVES))


@every_primitive
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_what_is_spelled_is_read_back(name: str, data: st.DataObject) -> None:
    formula = data.draw(applied(name))
    assert isinstance(formula, Apply)
    assert formula.primitive.name == name
    names = resolver(formula)
    assert parse(spell(formula, READ_BACK), names) == replace(formula, number_itself)


def number_itself(node: Formula) -> Formula | None:
    """A single number is read as its entry."""
    return node.entry(()) if isinstance(node, Ref) and not node.shape else None


def there(formula: Formula) -> Iterator[Formula]:
    """Every entry; of scores only those that a mask leaves."""
    for index in np.ndindex(formula.shape):
        entry = formula.entry(index)
        if not is_minus_infinity(entry):
            yield entry


def spelled_out(node: Formula) -> Formula | None:
    return node.expanded() if isinstance(node, SoftmaxEntry | LogSumExp) else None


@every_primitive
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_an_entry_is_read_back(name: str, data: st.DataObject) -> None:
    formula = data.draw(applied(name))
    names = resolver(formula)
    entry = data.draw(st.sampled_from([*there(formula)]))
    read = parse(spell(entry, READ_BACK), names)
    draw = np.random.default_rng(3)
    numbers: dict[tuple[str, tuple[int, ...]], float] = {}

    def value(quantity: Quantity, at: tuple[int, ...]) -> float:
        return numbers.setdefault((quantity.name, at), float(draw.normal()))

    assert read.value(value) == pytest.approx(entry.value(value), rel=1e-12)
    assert read == replace(entry, spelled_out)


@every_primitive
@settings(max_examples=20, deadline=None)
@given(data=st.data(), seed=st.integers(0, 10**6), ties=st.booleans())
def test_entries_are_those_of_the_array(
    name: str, data: st.DataObject, seed: int, ties: bool
) -> None:
    formula = data.draw(applied(name))
    draw = np.random.default_rng(seed)
    used = list(dict.fromkeys(node.quantity for node in walk(formula) if isinstance(node, Ref)))
    arrays = {
        q: draw.integers(-1, 2, q.shape).astype(float) if ties else draw.normal(size=q.shape)
        for q in used
    }
    result = Quantity("X", (9,), formula.shape, tuple(f"axis{n}" for n in range(9)))
    by_array = compile_arrays(used, [(result, formula)], [result])(1, *arrays.values())[0]
    flat = [float(number) for array in arrays.values() for number in array.flat]
    by_code = compile_scalars(used, [(result, formula)], [result])(1, *flat)
    assert by_array.shape == formula.shape
    for index, code in zip(np.ndindex(formula.shape), by_code, strict=True):
        entry = formula.entry(index).value(lambda q, at: float(arrays[q][at]))
        assert by_array[index] == pytest.approx(entry, rel=1e-12, abs=1e-12)
        assert code == pytest.approx(entry, rel=1e-12, abs=1e-12)


@every_primitive
def test_a_way_back_has_none_of_its_own(name: str) -> None:
    """Derivatives are taken once; asking for more is told, not guessed."""
    row = PRIMITIVES[name]
    back = "_back" in name or name in BACK_ALONE
    told = "it needs a pullback, or to be named here as one that is met on the way back alone"
    assert (row.pullback is None) == back, f"{name}: {told}"


def test_notation_shows_a_primitive_without_its_options() -> None:
    slid = apply("correlate", image("A", 1, 1, 3, 3), image("W", 1, 1, 2, 2), options=(1,) * 6)
    assert spell(slid, Canonical(UNICODE)) == "correlate(A[1], W[1])"
