"""Layers and losses worked out by plain loops, number by number; nothing of the tutor's helps.

A sample is a list of numbers (vector), of lists (steps of a sequence, positions) or of lists
of lists (channels of an image).
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, sqrt, tanh
from typing import Any

from bp_tutor.catalogue.layer import Layer
from bp_tutor.problem.model import Network
from tests.solve.by_loops import activated, decay_of, output_loss, share, sign_of, softmax, weighted

Vector = list[float]
Nested = Any
"""A number, or a list of nested lists."""


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def dot(left: Vector, right: Vector) -> float:
    total = 0.0
    for one, other in zip(left, right, strict=True):
        total += one * other
    return total


def column(matrix: list[Vector], place: int) -> Vector:
    return [row[place] for row in matrix]


BENT = ("relu", "leaky_relu")


class Loops:
    """A network over arrays by canonical name; `gaps` collects how far each kink is away."""

    def __init__(self, network: Network, arrays: dict[str, Nested]) -> None:
        self.network = network
        self.arrays = arrays
        self.gaps: list[float] = []
        self.layer = network.layers[0]
        self.number = 0
        self.sample = 0
        self.handed_on: list[Nested] = []
        """What the inputs and each layer before hand on."""

    def outputs(self) -> list[Nested]:
        """What the last layer hands on, for each sample."""
        found = []
        for sample, signal in enumerate(self._samples("A[1]", "A[1,{}]")):
            self.sample = sample
            found.append(self._through(signal))
        return found

    def loss(self) -> float:
        """The loss over all samples, steps or positions, with weight decay."""
        loss = self.network.loss
        assert loss is not None
        outputs = self.outputs()
        targets = self._samples("Y", "Y[{}]")
        total = 0.0
        for output, target in zip(outputs, targets, strict=True):
            rows = output if isinstance(output[0], list) else [output]
            wanted = target if isinstance(target[0], list) else [target]
            for row, aims in zip(rows, wanted, strict=True):
                for a, y in zip(row, aims, strict=True):
                    total += output_loss(loss.name, a, y)
        total *= share(loss, len(rows[0]), len(outputs))
        for name, array in self.arrays.items():
            if name[0] in "WR":
                total += decay_of(loss) / 2 * sum(weight**2 for weight in flat(array))
        return total

    def _samples(self, whole: str, at_step: str) -> list[Nested]:
        if whole in self.arrays:
            several = self.arrays[whole]
            return [several] if self.network.form == "positions" else list(several)
        steps: list[Nested] = []
        while (name := at_step.format(len(steps) + 1)) in self.arrays:
            steps.append(self.arrays[name])
        return [[step[sample] for step in steps] for sample in range(len(steps[0]))]

    def _through(self, signal: Nested) -> Nested:
        handed_on = self.handed_on = [signal]
        for number, layer in enumerate(self.network.layers, 2):
            self.layer, self.number = layer, number
            arriving = [handed_on[source - 1] for source in layer.sources] or handed_on[-1:]
            handed_on.append(getattr(self, f"_{layer.called}")(*arriving))
        return handed_on[-1]

    def _setting(self, name: str, default: Any = 0) -> Any:
        return dict(self.layer.settings).get(name, default)

    def _into(self, letter: str, place: str = "") -> list[Vector]:
        """The weights that lead into this layer, its own or those of an earlier one."""
        number, turned = self.number, False
        while ties := [tie for tie in self.network.layers[number - 2].ties if tie.key == letter]:
            number, letter = ties[0].layer, ties[0].of
            turned ^= ties[0].transposed
        found: list[Vector] = self.arrays[f"{letter}[{number - 1}{place}]"]
        return [column(found, place) for place in range(len(found[0]))] if turned else found

    def _own(self, letter: str, place: str = "") -> list[Vector]:
        found: list[Vector] = self.arrays[f"{letter}[{self.number}{place}]"]
        return found

    def _bias(self, unit: int, letter: str = "B") -> float:
        name = f"{letter}[{self.number}]"
        if name not in self.arrays:
            return 0.0
        row = flat(self.arrays[name])
        return sign_of(self.layer) * row[0 if len(row) == 1 else unit]

    def _activated(self, row: Vector, layer: Layer) -> Vector:
        if layer.activation in BENT:
            self.gaps += [abs(z) for z in row]
        return activated(layer, row)

    def _each(self, signal: Nested, function: Callable[[Vector], Vector]) -> Nested:
        """A vector, or every step or position, through the same function."""
        if isinstance(signal[0], list):
            return [function(row) for row in signal]
        return function(signal)

    def _weighted(self, row: Vector, weights: str, bias: str = "") -> Vector:
        matrix = self._into(weights)
        sums = weighted(row, matrix)
        return [z + self._bias(unit, bias) for unit, z in enumerate(sums)] if bias else sums

    def _dense(self, signal: Nested) -> Nested:
        return self._each(signal, lambda row: self._activated(
            self._weighted(row, "W", "B"), self.layer
        ))  # fmt: skip

    def _activate(self, signal: Nested) -> Nested:
        return self._each(signal, lambda row: self._activated(row, self.layer))

    def _swiglu(self, signal: Nested) -> Nested:
        beta = self._setting("beta", 1)

        def gated(row: Vector) -> Vector:
            gates = self._weighted(row, "Wg", "Bg")
            values = self._weighted(row, "Wv", "Bv")
            return [g * sigmoid(beta * g) * v for g, v in zip(gates, values, strict=True)]

        return self._each(signal, gated)

    def _normalisation(self, signal: Nested) -> Nested:
        epsilon = self._setting("epsilon", 1e-5)

        def normal(row: Vector) -> Vector:
            mean = sum(row) / len(row)
            variance = sum((x - mean) ** 2 for x in row) / len(row)
            return [
                (x - mean) / sqrt(variance + epsilon) * self._own("gamma")[0][unit]
                + self._bias(unit)
                for unit, x in enumerate(row)
            ]

        return self._each(signal, normal)

    def _dropout(self, signal: Nested) -> Nested:
        if self._setting("inference"):
            return signal
        masks = self._own("M")
        several = isinstance(signal[0], list)
        kept = 1 - self._setting("p")
        own = masks if several else [masks[self.sample % len(masks)]]
        found = [
            [x / kept if stays else 0.0 for x, stays in zip(row, mask, strict=True)]
            for row, mask in zip(signal if several else [signal], own, strict=True)
        ]
        return found if several else found[0]

    def _embedding(self, signal: Nested) -> Nested:
        def row_of(one_hot: Vector) -> Vector:
            return self._into("W")[one_hot.index(max(one_hot))]

        return self._each(signal, row_of)

    def _positional(self, positions: list[Vector]) -> list[Vector]:
        pairs = zip(positions, self._own("Pe"), strict=True)
        return [[x + e for x, e in zip(row, more, strict=True)] for row, more in pairs]

    def _prelu(self, signal: Nested) -> Nested:
        slopes = flat(self._own("alpha"))

        def bent(row: Vector) -> Vector:
            self.gaps += [abs(z) for z in row]
            return [z if z > 0 else slope * z for z, slope in zip(row, slopes, strict=True)]

        return self._each(signal, bent)

    def _attention(self, positions: list[Vector]) -> list[Vector]:
        return self._projected([self._head(positions, "")])

    def _multi_head_attention(self, positions: list[Vector]) -> list[Vector]:
        heads = range(1, self._setting("heads") + 1)
        return self._projected([self._head(positions, f",{head}") for head in heads])

    def _head(self, positions: list[Vector], of: str) -> list[Vector]:
        """What one head makes of each position; None stands for what a mask removes."""
        memory = positions
        if memory_layer := self._setting("keys_from"):
            memory = self.handed_on[memory_layer - 1]
        queries, keys, values = (
            [
                [
                    z + (flat(self._own(f"B{part}", of))[unit] if self._setting("biases") else 0)
                    for unit, z in enumerate(weighted(row, self._into(f"W{part}", of)))
                ]
                for row in rows
            ]
            for part, rows in (("q", positions), ("k", memory), ("v", memory))
        )
        hidden = f"{self._setting('padded'):b}"[::-1]
        mixed = []
        for at, query in enumerate(queries):
            seen = [
                place
                for place in range(len(keys))
                if hidden[place : place + 1] != "1" and (place <= at or not self._setting("causal"))
            ]
            scores = [dot(query, keys[place]) / sqrt(len(query)) for place in seen]
            mixed.append(weighted(softmax(scores), [values[place] for place in seen]))
        return mixed

    def _projected(self, heads: list[list[Vector]]) -> list[Vector]:
        """All heads side by side, times the output projection where there is one."""
        if "values" not in dict(self.layer.settings):
            return heads[0]
        places = [f",{head}" for head in range(1, len(heads) + 1)] if len(heads) > 1 else [""]
        matrix = [row for place in places for row in self._into("Wo", place)]
        side_by_side = [[x for head in heads for x in head[at]] for at in range(len(heads[0]))]
        return [
            [z + self._bias(unit, "Bo") for unit, z in enumerate(weighted(row, matrix))]
            for row in side_by_side
        ]

    def _gate(self, x: Vector, h: Vector, gate: str) -> Vector:
        fresh = self._weighted(x, f"W{gate}", f"B{gate}")
        kept = self._own(f"R{gate}")
        return [z + more for z, more in zip(fresh, weighted(h, kept), strict=True)]

    def _handed_on(self, states: list[Vector]) -> Nested:
        returns = self._setting("returns", "all")
        if returns == "last":
            return states[-1]
        if returns == "mean":
            units = range(len(states[0]))
            return [sum(column(states, unit)) / len(states) for unit in units]
        return states

    def _states(self, sequence: list[Vector], step: Callable[..., tuple[Vector, ...]]) -> Nested:
        """All steps through a cell, in the order of time or from the end."""
        backward = self._setting("backward_from")
        place = f",{len(sequence) + 1 if backward else 0}"
        first = self._setting("initial_from")
        state = self._last_of(first) if first else self._own("A", place)[0]
        kept: tuple[Vector, ...] = (state,)
        if self.layer.kind == "lstm":
            kept = state, self._own("C", place)[0]
        states = []
        for x in sequence[::-1] if backward else sequence:
            kept = step(x, *kept)
            states.append(kept[0])
        if self._setting("returns", "all") == "last":
            return states[-1]
        return self._handed_on(states[::-1] if backward else states)

    def _last_of(self, number: int) -> Vector:
        signal: list[Any] = self.handed_on[number - 1]
        last: Vector = signal[-1] if isinstance(signal[0], list) else signal
        return last

    def _recurrent(self, sequence: list[Vector]) -> Nested:
        return self._states(
            sequence, lambda x, h: (self._activated(self._gate(x, h, ""), self.layer),)
        )

    def _lstm(self, sequence: list[Vector]) -> Nested:
        def step(x: Vector, h: Vector, c: Vector) -> tuple[Vector, Vector]:
            sums = {gate: self._gate(x, h, gate) for gate in "ifog"}
            peepholes = {gate: [0.0] * len(c) for gate in "ifo"}
            if self._setting("peephole"):
                peepholes = {gate: self._own(f"P{gate}")[0] for gate in "ifo"}
            new = []
            for u in range(len(c)):
                i = sigmoid(sums["i"][u] + peepholes["i"][u] * c[u])
                f = sigmoid(sums["f"][u] + peepholes["f"][u] * c[u])
                new.append(f * c[u] + i * tanh(sums["g"][u]))
            o = [sigmoid(sums["o"][u] + peepholes["o"][u] * new[u]) for u in range(len(c))]
            return [o[u] * tanh(new[u]) for u in range(len(c))], new

        return self._states(sequence, step)

    def _gru(self, sequence: list[Vector]) -> Nested:
        def step(x: Vector, h: Vector) -> tuple[Vector]:
            r, z = ([sigmoid(s) for s in self._gate(x, h, gate)] for gate in "rz")
            if self._setting("reset_after"):
                inside = weighted(h, self._own("Rn"))
                if self._setting("recurrent_bias"):
                    row = self._own("Bh")[0]
                    inside = [s + b for s, b in zip(inside, row, strict=True)]
                fresh = self._weighted(x, "Wn", "Bn")
                n = [tanh(fresh[u] + r[u] * inside[u]) for u in range(len(h))]
            else:
                n = [tanh(s) for s in self._gate(x, [r[u] * h[u] for u in range(len(h))], "n")]
            if self._setting("renews"):
                z = [1 - share for share in z]
            return ([(1 - z[u]) * n[u] + z[u] * h[u] for u in range(len(h))],)

        return self._states(sequence, step)

    def _convolution(self, image: list[list[Vector]]) -> list[list[Vector]]:
        kernels, apart, groups = self._kernels()
        top, bottom, left, right = (
            self._setting(side) for side in ("top", "bottom", "left", "right")
        )
        padded = []
        for channel in image:
            width = left + len(channel[0]) + right
            rows = [[0.0] * left + list(row) + [0.0] * right for row in channel]
            padded.append(
                [[0.0] * width for _ in range(top)] + rows + [[0.0] * width for _ in range(bottom)]
            )
        (down, across), (down_apart, across_apart) = self._strides(), apart
        high = (len(kernels[0][0]) - 1) * down_apart + 1
        wide = (len(kernels[0][0][0]) - 1) * across_apart + 1
        result = []
        for unit, kernel in enumerate(kernels):
            group = unit // (len(kernels) // groups)
            own = padded[group * len(kernel) : (group + 1) * len(kernel)]
            grid = []
            for y in range(0, len(padded[0]) - high + 1, down):
                line = []
                for x in range(0, len(padded[0][0]) - wide + 1, across):
                    total = 0.0
                    for channel, weights in zip(own, kernel, strict=True):
                        for p, row in enumerate(weights):
                            for q, weight in enumerate(row):
                                total += channel[y + p * down_apart][x + q * across_apart] * weight
                    line.append(total)
                grid.append(line)
            result.append(grid)
        return self._as_channels(result)

    def _transposed_convolution(self, image: list[list[Vector]]) -> list[list[Vector]]:
        kernels, apart, groups = self._kernels()
        (down, across), (down_apart, across_apart) = self._strides(), apart
        top, bottom, left, right = (
            self._setting(side) for side in ("top", "bottom", "left", "right")
        )
        each, members = len(kernels[0]), len(kernels) // groups
        height = (len(image[0]) - 1) * down + (len(kernels[0][0]) - 1) * down_apart + 1
        width = (len(image[0][0]) - 1) * across + (len(kernels[0][0][0]) - 1) * across_apart + 1
        height, width = (
            height + self._setting("rows_beyond"), width + self._setting("columns_beyond"),
        )  # fmt: skip
        laid = [[[0.0] * width for _ in range(height)] for _ in range(each * groups)]
        for source, (channel, kernel) in enumerate(zip(image, kernels, strict=True)):
            for to, weights in enumerate(kernel, source // members * each):
                for y, numbers in enumerate(channel):
                    for x, number in enumerate(numbers):
                        for p, row in enumerate(weights):
                            for q, weight in enumerate(row):
                                place = laid[to][y * down + p * down_apart]
                                place[x * across + q * across_apart] += number * weight
        return self._as_channels(
            [[row[left : width - right] for row in grid[top : height - bottom]] for grid in laid]
        )

    def _kernels(self) -> tuple[Nested, tuple[int, int], int]:
        """The kernels, turned round where they are, how far apart their places lie, the groups."""
        kernels: Nested = self._into("W")
        if self._setting("flip"):
            kernels = [[[row[::-1] for row in grid[::-1]] for grid in each] for each in kernels]
        apart = self._setting("rows_apart", 1), self._setting("columns_apart", 1)
        return kernels, apart, self._setting("groups", 1)

    def _strides(self) -> tuple[int, int]:
        return self._setting("down"), self._setting("across")

    def _as_channels(self, sums: list[list[Vector]]) -> list[list[Vector]]:
        """Sums with the bias of their channel, activated."""
        return [
            [self._activated([z + self._bias(unit) for z in row], self.layer) for row in grid]
            for unit, grid in enumerate(sums)
        ]

    def _convolution_1d(self, sequence: list[Vector]) -> list[Vector]:
        names = ("before", "after", "apart", "stride", "groups")
        before, after, apart, stride, groups = map(self._setting, names)
        units = len(sequence[0])
        padded = [[0.0] * units] * before + sequence + [[0.0] * units] * after
        kernels: Nested = self._into("W")
        result = []
        for start in range(0, len(padded) - (len(kernels[0][0]) - 1) * apart, stride):
            row = []
            for unit, kernel in enumerate(kernels):
                group = unit * groups // len(kernels)
                own = range(group * len(kernel), (group + 1) * len(kernel))
                total = self._bias(unit)
                for source, places in zip(own, kernel, strict=True):
                    for place, weight in enumerate(places):
                        total += padded[start + place * apart][source] * weight
                row.append(total)
            result.append(self._activated(row, self.layer))
        return result

    def _mean_over_time(self, sequence: list[Vector]) -> Vector:
        return [sum(column(sequence, unit)) / len(sequence) for unit in range(len(sequence[0]))]

    def _max_over_time(self, sequence: list[Vector]) -> Vector:
        columns = [sorted(column(sequence, unit)) for unit in range(len(sequence[0]))]
        self.gaps += [values[-1] - values[-2] for values in columns if len(values) > 1]
        return [values[-1] for values in columns]

    def _fed_back(self, x: Vector) -> list[Vector]:
        h = self._own("H", ",0")[0]
        found = []
        for _ in range(self._setting("steps")):
            h = self._activated(self._gate(x, h, ""), self.layer)
            x = weighted(h, self._own("V"))
            if self._setting("output_bias"):
                x = [y + b for y, b in zip(x, self._own("Bv")[0], strict=True)]
            found.append(x)
        return found

    def _additive_attention(self, queries: list[Vector]) -> list[Vector]:
        states: list[Vector] = self.handed_on[self._setting("keys_from") - 1]
        keys = [self._weighted(state, "Wk") for state in states]
        scores = column(self._into("Ws"), 0)
        mixed = []
        for query in (self._weighted(row, "Wq") for row in queries):
            bent = [[tanh(q + k) for q, k in zip(query, key, strict=True)] for key in keys]
            mixed.append(weighted(softmax([dot(row, scores) for row in bent]), states))
        return mixed

    def _over_windows(
        self, image: list[list[Vector]], function: Callable[[list[list[Vector]]], float]
    ) -> list[Vector]:
        """The function of every window over all channels, wherever a whole window fits."""
        rows, columns, down, across = (
            self._setting(name) for name in ("rows", "columns", "down", "across")
        )
        result = []
        y = 0
        while y + rows <= len(image[0]):
            line = []
            x = 0
            while x + columns <= len(image[0][0]):
                line.append(
                    function([[r[x : x + columns] for r in grid[y : y + rows]] for grid in image])
                )
                x += across
            result.append(line)
            y += down
        return result

    def _max_pooling(self, image: list[list[Vector]]) -> list[list[Vector]]:
        def largest(windows: list[list[Vector]]) -> float:
            ordered = sorted(flat(windows))
            if len(ordered) > 1:
                self.gaps.append(ordered[-1] - ordered[-2])
            return ordered[-1]

        return [self._over_windows([channel], largest) for channel in image]

    def _average_pooling(self, image: list[list[Vector]]) -> list[list[Vector]]:
        def mean(windows: list[list[Vector]]) -> float:
            numbers = flat(windows)
            return sum(numbers) / len(numbers)

        return [self._over_windows([channel], mean) for channel in image]

    def _global_average(self, image: list[list[Vector]]) -> Vector:
        return [sum(flat(channel)) / len(flat(channel)) for channel in image]

    def _add(self, *signals: Nested) -> Nested:
        def total(*parts: Nested) -> Nested:
            if isinstance(parts[0], list):
                return [total(*inner) for inner in zip(*parts, strict=True)]
            return self._activated([sum(parts)], self.layer)[0]

        return total(*signals)

    def _concatenate(self, *signals: Nested) -> Nested:
        first = signals[0]
        if isinstance(first[0], list) and not isinstance(first[0][0], list):
            return [[x for row in rows for x in row] for rows in zip(*signals, strict=True)]
        # Units of a vector, or channels.
        return [part for signal in signals for part in signal]

    def _slice(self, signal: Nested) -> Nested:
        first, last = self._setting("first"), self._setting("last")
        taken = range(first - 1, last)
        if self._setting("of") == "units":
            return self._each(signal, lambda row: [row[place] for place in taken])
        return [signal[place] for place in taken]

    def _flatten(self, image: list[list[Vector]]) -> Vector:
        return flat(image)


def flat(nested: Nested) -> Vector:
    """All numbers, the last axis fastest."""
    if not isinstance(nested, list):
        return [nested]
    return [number for part in nested for number in flat(part)]


def nest(numbers: Vector, shape: tuple[int, ...]) -> Nested:
    """Numbers in row-major order as nested lists."""
    if not shape:
        return numbers[0]
    if len(shape) == 1:
        return list(numbers)
    step = len(numbers) // shape[0]
    return [nest(numbers[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]
