"""Random small images through a kernel, sometimes a pooling, and a dense unit."""

from __future__ import annotations

from random import Random

from tests.mistakes.pieces import (
    Numbers,
    activated,
    all_updates,
    factor,
    gradient_line,
    half_square,
    half_square_outputs,
    other_of,
    row_text,
    rows_text,
    slope_factor,
)
from tests.mistakes.sheet import Exercise, Factor, Line, Term

KERNEL = 2
POOL = 2


class Image:
    """One channel, one kernel of 2 × 2; with pooling the image is 3 × 5, else 3 × 3."""

    def __init__(self, seed: int) -> None:
        draw = self.draw = Random(seed)  # noqa: S311
        numbers = self.numbers = Numbers(draw)
        self.pooling = ("max", "average", "")[seed % 3]
        self.activation = draw.choice(("sigmoid", "tanh", "relu", "relu"))
        self.height, self.width = 3, 5 if self.pooling else 3
        self.rows, self.columns = self.height - 1, self.width - 1
        rate = draw.choice((0.1, 0.5))
        kernel = [
            [numbers.one(f"W[1,1,1,{a},{b}]") for b in range(1, KERNEL + 1)]
            for a in range(1, KERNEL + 1)
        ]
        bias = numbers.one("B[2,1]")
        image = [
            [numbers.one(f"A[1,1,{y},{x}]", 0.1, 2.0) for x in range(1, self.width + 1)]
            for y in range(1, self.height + 1)
        ]
        self.places = [(y, x) for y in range(1, self.rows + 1) for x in range(1, self.columns + 1)]
        self.pooled = [(1, x) for x in range(1, self.columns // POOL + 1)] if self.pooling else []
        self.flat = 4 if self.pooling else 3
        self.last = self.flat + 1
        count = len(self.pooled or self.places)
        out = numbers.matrix(f"W[{self.flat},{{}},{{}}]", count, 1)
        end = numbers.one(f"B[{self.last},1]")
        target = numbers.one("Y[1]")
        numbers.given["eta"] = rate
        pooling = [f"    - pooling: {{{self.pooling}: {POOL}}}"] if self.pooling else []
        self.problem = "\n".join(
            [
                "title: Random image",
                "network:",
                f"  inputs: {{channels: 1, height: {self.height}, width: {self.width}}}",
                "  weight_order: from-to",
                "  layers:",
                f"    - convolution: {{channels: 1, kernel: {KERNEL}}}",
                f"      weights: {rows_text(kernel)}",
                f"      bias: {row_text([bias])}",
                f"      activation: {self.activation}",
                *pooling,
                "    - flatten",
                f"    - {{units: 1, weights: {rows_text(out)}, bias: {row_text([end])}}}",
                f"inputs: {rows_text(image)}",
                f"targets: [{target:g}]",
                "loss: half_squared_error",
                f"learning_rate: {rate}",
                "",
            ]
        )
        self.lines: list[Line] = []
        self._forward()
        self._backward()
        gradients = self._gradients()
        self.lines += [*gradients, *all_updates(gradients)]

    def _forward(self) -> None:
        self.lines += [self._net(y, x) for y, x in self.places]
        self.lines += [
            activated(f"A[2,1,{y},{x}]", f"Z[2,1,{y},{x}]", self.activation) for y, x in self.places
        ]
        self.lines += [self._pool(x) for _, x in self.pooled]
        before = 3 if self.pooling else 2
        cells = self.pooled or self.places
        for k, (y, x) in enumerate(cells, 1):
            self.lines.append(
                Line(f"A[{self.flat},{k}]", "forward", whole=f"{{A[{before},1,{y},{x}]}}")
            )
        terms = [
            Term(
                (
                    factor(
                        "input",
                        f"A[{self.flat},{k}]",
                        ("other input", f"A[{self.flat},{other_of(k, len(cells))}]"),
                    ),
                    factor(
                        "weight",
                        f"W[{self.flat},{k},1]",
                        ("other weight", f"W[{self.flat},{other_of(k, len(cells))},1]"),
                    ),
                )
            )
            for k in range(1, len(cells) + 1)
        ]
        bias = Term((factor("bias", f"B[{self.last},1]", ("other bias", "B[2,1]")),), "bias")
        a, z = f"A[{self.last},1]", f"Z[{self.last},1]"
        self.lines += [
            Line(z, "forward", (*terms, bias)),
            activated(a, z, "identity"),
            half_square("E[1]", a, "Y[1]"),
            Line("L", "loss", whole="{E[1]}"),
        ]

    def _net(self, y: int, x: int) -> Line:
        terms = []
        for a in range(1, KERNEL + 1):
            for b in range(1, KERNEL + 1):
                pixel = factor(
                    "input",
                    f"A[1,1,{y + a - 1},{x + b - 1}]",
                    ("all:window elsewhere", f"A[1,1,{y + a - 1},{x % self.columns + b}]"),
                )
                weight = factor(
                    "weight",
                    f"W[1,1,1,{a},{b}]",
                    ("all:kernel turned round", f"W[1,1,1,{KERNEL + 1 - a},{KERNEL + 1 - b}]"),
                    ("all:weights transposed", f"W[1,1,1,{b},{a}]"),
                )
                terms.append(Term((pixel, weight)))
        bias = Term((factor("bias", "B[2,1]", ("other bias", f"B[{self.last},1]")),), "bias")
        return Line(f"Z[2,1,{y},{x}]", "forward", (*terms, bias))

    def _window(self, x: int) -> list[str]:
        columns = range(POOL * (x - 1) + 1, POOL * x + 1)
        return [f"A[2,1,{y},{column}]" for y in (1, 2) for column in columns]

    def _pool(self, x: int) -> Line:
        cells = [f"{{{one}}}" for one in self._window(x)]
        mean, most = f"({' + '.join(cells)})/{len(cells)}", f"max({', '.join(cells)})"
        added = " + ".join(cells)
        if self.pooling == "max":
            also = (
                ("mean for maximum", mean),
                ("minimum for maximum", f"-max({', '.join(f'-{c}' for c in cells)})"),
            )
            return Line(f"A[3,1,1,{x}]", "forward", whole=most, also=also)
        also = (("maximum for mean", most), ("average not divided", added))
        return Line(f"A[3,1,1,{x}]", "forward", whole=mean, also=also)

    def _backward(self) -> None:
        a, z = f"A[{self.last},1]", f"Z[{self.last},1]"
        self.lines += half_square_outputs(a, "Y[1]", "E[1]", z, "identity")
        cells = self.pooled or self.places
        for k in range(1, len(cells) + 1):
            other = other_of(k, len(cells))
            w = factor(
                "weight",
                f"W[{self.flat},{k},1]",
                ("other weight", f"W[{self.flat},{other},1]"),
                ("new weights", f"W'[{self.flat},{k},1]"),
            )
            terms = (Term((factor("delta", f"d{z}"), w)),)
            self.lines.append(Line(f"dA[{self.flat},{k}]", "backward", terms))
        before = 3 if self.pooling else 2
        for k, (y, x) in enumerate(cells, 1):
            line = Line(f"dA[{before},1,{y},{x}]", "backward", whole=f"{{dA[{self.flat},{k}]}}")
            self.lines.append(line)
        if self.pooling:
            self.lines += [
                Line(f"dA[2,1,{y},{x}]", "backward", *self._from_pool(y, x)) for y, x in self.places
            ]
        self.lines += [self._delta_line(k, y, x) for k, (y, x) in enumerate(self.places, 1)]

    def _from_pool(self, y: int, x: int) -> tuple[tuple[Term, ...], tuple[Factor, ...]]:
        """What comes back to a cell of a pooled window, and its mask or share."""
        window = (x - 1) // POOL + 1
        own = f"A[2,1,{y},{x}]"
        terms = (Term((factor("delta", f"dA[3,1,1,{window}]"),)),)
        if self.pooling == "average":
            return terms, (Factor("share", f"(1/{POOL * POOL})"),)
        cells = self._window(window)
        # Of two that are alike the first one wins.
        beaten = [
            f"I({{{own}}} {'>' if place < cells.index(own) else '>='} {{{one}}})"
            for place, one in enumerate(cells)
            if one != own
        ]
        return terms, (Factor("mask", "*".join(beaten)),)

    def _delta_line(self, k: int, y: int, x: int) -> Line:
        a, z = f"A[2,1,{y},{x}]", f"Z[2,1,{y},{x}]"
        slope = slope_factor(self.activation, a, z)
        way = f"{{d{a}}}*{slope.text}"
        if self.pooling:
            terms, outer = self._from_pool(y, x)
            return Line(f"d{z}", "backward", terms, (*outer, slope), by_way=way)
        delta = factor("delta", f"dA[{self.flat},{k}]")
        return Line(f"d{z}", "backward", (Term((delta,)),), (slope,), by_way=way)

    def _gradients(self) -> list[Line]:
        found = []
        cells = self.pooled or self.places
        delta = factor("delta", f"dZ[{self.last},1]")
        for k in range(1, len(cells) + 1):
            x = factor(
                "input",
                f"A[{self.flat},{k}]",
                ("other input", f"A[{self.flat},{other_of(k, len(cells))}]"),
            )
            found.append(gradient_line(f"W[{self.flat},{k},1]", [Term((x, delta))]))
        found.append(gradient_line(f"B[{self.last},1]", [Term((delta,))]))
        cells_of_kernel = [(a, b) for a in range(1, KERNEL + 1) for b in range(1, KERNEL + 1)]
        found += [self._kernel_gradient(a, b) for a, b in cells_of_kernel]
        terms = [Term((self._delta(y, x),), "sample") for y, x in self.places]
        found.append(gradient_line("B[2,1]", terms))
        return found

    def _delta(self, y: int, x: int) -> Factor:
        turned = f"dZ[2,1,{self.rows + 1 - y},{self.columns + 1 - x}]"
        return factor(
            "delta",
            f"dZ[2,1,{y},{x}]",
            ("all:derivative for delta", f"dA[2,1,{y},{x}]"),
            ("all:kernel turned round in the gradient", turned),
        )

    def _kernel_gradient(self, a: int, b: int) -> Line:
        terms = []
        for y, x in self.places:
            pixel = factor("input", f"A[1,1,{y + a - 1},{x + b - 1}]")
            terms.append(Term((pixel, self._delta(y, x)), "sample"))
        around = f"{{dW[1,1,1,{KERNEL + 1 - a},{KERNEL + 1 - b}]}}"
        turned = [("kernel turned round in the gradient", around)]
        turned += [("rows and columns", f"{{dW[1,1,1,{b},{a}]}}")] if a != b else []
        return gradient_line(f"W[1,1,1,{a},{b}]", terms, *turned)


def image(seed: int) -> Exercise:
    made = Image(seed)
    return Exercise("image", seed, made.problem, made.numbers.given, tuple(made.lines))
