"""Convolution, pooling, global average, flatten: against plain loops and differences."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.problem.model import Network
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from tests.layers.cases import (
    Draw,
    assert_all,
    assert_same_in_every_way,
    assert_values,
    dense,
    network_of,
    problem_of,
    solved,
    with_arrays,
)

Sizes = tuple[int, int, int]
SMOOTH = ("identity", "sigmoid", "tanh", "relu", "leaky_relu")
BIASES = ("added", "added", "none", "threshold", "plus_input", "minus_input")


def window(rows: int, columns: int, down: int, across: int) -> tuple[tuple[str, int], ...]:
    return (("rows", rows), ("columns", columns), ("down", down), ("across", across))


def pooling(way: str, *sides: int) -> Layer:
    return Layer(0, kind="pooling", settings=(("way", way), *(window(*sides) if sides else ())))


def padding(*sides: int) -> tuple[tuple[str, int], ...]:
    return tuple(zip(("top", "bottom", "left", "right"), sides, strict=True))


def fits(length: int, size: int, stride: int) -> int:
    """How often a window fits, counted by sliding it."""
    return len(range(0, length - size + 1, stride))


@st.composite
def convolutions(draw: st.DrawFn, numbers: Draw, sizes: Sizes) -> tuple[Layer, Sizes]:
    before, height, width = sizes
    sides = [draw(st.integers(0, 2)) for _ in range(4)]
    high, wide = height + sides[0] + sides[1], width + sides[2] + sides[3]
    rows, columns = draw(st.integers(1, min(3, high))), draw(st.integers(1, min(3, wide)))
    down, across = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    channels, groups = draw(st.integers(1, 3)), 1
    more: tuple[tuple[str, int], ...] = ()
    if draw(st.booleans()):
        channels, groups = draw(st.sampled_from([(before, before), (2 * before, before)]))
        more += (("groups", groups),) if groups > 1 else ()
    high_apart, wide_apart = (
        draw(st.integers(1, (whole - 1) // (side - 1))) if side > 1 else 1
        for whole, side in ((min(high, 5), rows), (min(wide, 5), columns))
    )
    if (high_apart, wide_apart) != (1, 1):
        more += (("rows_apart", high_apart), ("columns_apart", wide_apart))
    lengths = (rows - 1) * high_apart + 1, (columns - 1) * wide_apart + 1
    after = (channels, fits(high, lengths[0], down), fits(wide, lengths[1], across))
    laid = (
        (height - 1) * down + lengths[0] - sides[0] - sides[1],
        (width - 1) * across + lengths[1] - sides[2] - sides[3],
    )
    if min(laid) > 0 and draw(st.integers(0, 2)) == 0:
        beyond = draw(st.integers(0, down - 1)), draw(st.integers(0, across - 1))
        more += (("transposed", 1), ("rows_beyond", beyond[0]), ("columns_beyond", beyond[1]))
        after = (channels, laid[0] + beyond[0], laid[1] + beyond[1])
    layer = Layer(
        channels,
        draw(st.sampled_from(SMOOTH)),
        bias=Bias(draw(st.sampled_from(BIASES))),
        kind="convolution",
        settings=(
            *window(rows, columns, down, across),
            *padding(*sides),
            ("flip", int(draw(st.booleans()))),
            *more,
        ),
    )
    return with_arrays(layer, numbers, "WB"), after


@st.composite
def poolings(draw: st.DrawFn, sizes: Sizes) -> tuple[Layer, Sizes]:
    channels, height, width = sizes
    rows, columns = draw(st.integers(1, min(3, height))), draw(st.integers(1, min(3, width)))
    down, across = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    layer = pooling(draw(st.sampled_from(["max", "average"])), rows, columns, down, across)
    return layer, (channels, fits(height, rows, down), fits(width, columns, across))


@st.composite
def image_networks(draw: st.DrawFn) -> Network:
    numbers = Draw(draw(st.integers(0, 10**6)))
    given_sizes = (draw(st.integers(1, 2)), draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    sizes = given_sizes
    layers = []
    for _ in range(draw(st.integers(1, 2))):
        layer, sizes = draw(convolutions(numbers, sizes))
        layers.append(layer)
        if draw(st.booleans()):
            layer, sizes = draw(poolings(sizes))
            layers.append(layer)
    flat = Layer(0, kind="flatten")
    layers.append(draw(st.sampled_from([flat, flat, pooling("global")])))
    layers.append(
        dense(numbers, draw(st.integers(1, 2)), draw(st.sampled_from(["tanh", "identity"])))
    )
    return network_of(numbers, layers, "image", given_sizes, samples=draw(st.integers(1, 2)))


@settings(max_examples=25, deadline=None)
@given(network=image_networks())
def test_values_gradients_and_entries(network: Network) -> None:
    assert_all(network)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_an_image_may_come_out(data: st.DataObject) -> None:
    numbers = Draw(data.draw(st.integers(0, 10**6)))
    sizes = (2, data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5)))
    convolution, after = data.draw(convolutions(numbers, sizes))
    pooling, _ = data.draw(poolings(after))
    network = network_of(numbers, [convolution, pooling], "image", sizes, samples=2, loss=None)
    run = solved(network).runs[0]
    assert_values(run, network)
    assert_same_in_every_way(run)


def lone_pooling(image: tuple[float, ...], sizes: Sizes, *shape: int) -> Network:
    height, width = fits(sizes[1], shape[0], shape[2]), fits(sizes[2], shape[1], shape[3])
    out = Layer(1, weights=((1.0,),) * (height * width), bias=Bias("none"))
    layers = (
        pooling("max", *shape), Layer(0, kind="flatten"), out,
    )  # fmt: skip
    return Network(
        len(image), layers, samples=(image,), targets=((0.0,),), learning_rate=0.1,
        loss=Loss("half_squared_error"), ask_inputs=True, form="image", sizes=sizes,
    )  # fmt: skip


def test_a_tie_goes_to_the_first_and_the_check_skips_it() -> None:
    image = (5.0, 5.0, 1.0, 2.0,
             0.0, 5.0, 7.0, 3.0)  # fmt: skip
    run = solve(problem_of(lone_pooling(image, (1, 2, 4), 2, 2, 2, 2))).runs[0]
    assert run.step("A[2]").value == (5.0, 7.0)
    gradient = next(q for q in run.values if q.name == "dA[1]")
    assert run.values[gradient] == (12.0, 0.0, 0.0, 0.0, 0.0, 0.0, 12.0, 0.0)
    assert_same_in_every_way(run)
    found = check(run)
    assert found is not None
    assert not found.failed
    assert found.skipped == ("dA[1,1,1,1]", "dA[1,1,1,2]", "dA[1,1,2,2]")


@settings(max_examples=20, deadline=None)
@given(
    image=st.lists(st.integers(0, 2), min_size=12, max_size=12),
    shape=st.tuples(*[st.integers(1, 3)] * 4),
)
def test_ties_everywhere(image: list[int], shape: tuple[int, int, int, int]) -> None:
    """Whole numbers tie often; the winner is the first in reading order, in every way."""
    network = lone_pooling(tuple(map(float, image)), (1, 3, 4), *shape)
    run = solve(problem_of(network)).runs[0]
    rows, columns, down, across = shape
    slope = [0.0] * 12
    tied = set()
    total = 0.0
    for y in range(0, 3 - rows + 1, down):
        for x in range(0, 4 - columns + 1, across):
            places = [(y + p) * 4 + x + q for p in range(rows) for q in range(columns)]
            best = max(image[place] for place in places)
            first = next(place for place in places if image[place] == best)
            slope[first] += 1
            total += best
            if len(equal := [place for place in places if image[place] == best]) > 1:
                tied.update(equal)
    gradient = next(q for q in run.values if q.name == "dA[1]")
    assert run.values[gradient] == tuple(total * each for each in slope)
    assert_same_in_every_way(run)
    found = check(run)
    assert found is not None
    assert not found.failed
    assert set(found.skipped) == {f"dA[1,1,{at // 4 + 1},{at % 4 + 1}]" for at in tied}


def test_the_lecture_s_image() -> None:
    """Weights stand as [to][from][row][column]; padding of one keeps the size."""
    kernel = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    layers = (
        Layer(1, "relu", kind="convolution", settings=(*window(3, 3, 1, 1), *padding(1, 1, 1, 1)),
              arrays=(("W", kernel), ("B", (0.0,)))),
        pooling("max", 2, 2, 2, 2),
        Layer(0, kind="flatten"),
        Layer(1, weights=((1.0,),), bias=Bias(values=(1.0,))),
    )  # fmt: skip
    network = Network(4, layers, samples=((1, 2, 3, 4),), loss=None, form="image", sizes=(1, 2, 2))
    run = solve(problem_of(network)).runs[0]
    assert run.step("Z[2]").value == (5, 2, 3, 5)
    assert run.step("A[5]").value == (6,)


@pytest.mark.parametrize(("size", "kernel", "stride", "sides", "after"), [
    ((7, 7), (3, 3), (2, 2), (0, 0, 0, 0), (3, 3)),
    ((6, 6), (3, 3), (2, 2), (0, 0, 0, 0), (2, 2)),
    ((5, 8), (2, 3), (3, 2), (1, 0, 0, 2), (2, 4)),
    ((1, 1), (3, 3), (1, 1), (1, 1, 1, 1), (1, 1)),
    ((2, 2), (1, 1), (3, 3), (0, 0, 0, 0), (1, 1)),
])  # fmt: skip
def test_sizes(
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    sides: tuple[int, ...],
    after: tuple[int, int],
) -> None:
    numbers = Draw(1)
    settings_of = (*window(*kernel, *stride), *padding(*sides))
    layer = with_arrays(Layer(1, kind="convolution", settings=settings_of), numbers, "WB")
    network = network_of(numbers, [layer], "image", (1, *size), loss=None)
    assert solved(network).runs[0].step("Z[2]").quantity.shape == (1, 1, *after)


def test_ties_of_a_large_image() -> None:
    """On a plain background all windows tie: the check skips the image, and nothing fails."""
    numbers = Draw(4)
    image = [0.0] * 784
    image[300:310] = numbers.row(10)
    slid = Layer(8, "relu", kind="convolution",
                 settings=(*window(5, 5, 1, 1), *padding(0, 0, 0, 0)))  # fmt: skip
    layers = [
        with_arrays(slid, numbers, "WB"),
        pooling("max", 2, 2, 2, 2),
        Layer(0, kind="flatten"),
        dense(numbers, 10),
    ]
    network = network_of(numbers, layers, "image", (1, 28, 28))
    found = check(solved(network._replace(samples=(tuple(image),))).runs[0])
    assert found is not None
    assert found.along_directions
    assert not found.failed
    assert found.skipped == ("dA[1]",)
