"""Random dense networks, and how each value of them is worked out, rightly and wrongly."""

from __future__ import annotations

from random import Random

from tests.mistakes.pieces import (
    activated,
    other_of,
    row_text,
    rows_text,
    slope_at,
    slope_factor,
    update_line,
)
from tests.mistakes.sheet import Also, Exercise, Factor, Line, Term

LAST = (
    ("sigmoid", "half_squared_error"),
    ("sigmoid", "mean_squared_error"),
    ("identity", "half_squared_error"),
    ("tanh", "squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "cross_entropy"),
    ("sigmoid", "half_squared_error"),
)
FUSED = ("binary_cross_entropy", "cross_entropy")


class Dense:
    """One random network; `lines` are worked out from the first to the last."""

    def __init__(self, seed: int) -> None:
        draw = self.draw = Random(seed)  # noqa: S311
        self.seed = seed
        self.activation, self.loss = LAST[seed % len(LAST)]
        depth = draw.choice((2, 2, 3))
        first = 2 if self.activation == "softmax" else 1
        self.units = [draw.randint(2, 3) for _ in range(depth)] + [draw.randint(first, 3)]
        hidden = draw.choice(("sigmoid", "sigmoid", "tanh", "relu"))
        self.activations = ["", *[hidden] * (depth - 1), self.activation]
        self.samples = draw.choice((1, 1, 1, 2, 3))
        self.summed = self.samples > 1 and draw.random() < 0.5
        self.biased = draw.random() < 0.8
        self.given: dict[str, float] = {}
        self.rate = draw.choice((0.1, 0.2, 0.5, 0.7))
        self.given["eta"] = self.rate
        self.problem = self._problem()
        self.lines: list[Line] = []
        for layer in range(2, len(self.units) + 1):
            self._forward(layer)
        self._loss()
        for layer in range(len(self.units), 1, -1):
            self._backward(layer)
        for layer in range(len(self.units), 1, -1):
            self._gradients(layer)
        for layer in range(len(self.units), 1, -1):
            self._updates(layer)

    def exercise(self) -> Exercise:
        return Exercise("dense", self.seed, self.problem, self.given, tuple(self.lines))

    # The problem

    def _problem(self) -> str:
        draw, units = self.draw, self.units
        layers = []
        for layer in range(2, len(units) + 1):
            before, here = units[layer - 2], units[layer - 1]
            weights = [[self._number(0.15, 0.95) for _ in range(here)] for _ in range(before)]
            for i, row in enumerate(weights, 1):
                for j, weight in enumerate(row, 1):
                    self.given[f"W[{layer - 1},{i},{j}]"] = weight
            bias = [self._number(0.05, 0.6) for _ in range(here)]
            if self.biased:
                self.given.update({f"B[{layer},{j}]": b for j, b in enumerate(bias, 1)})
            shown = row_text(bias) if self.biased else "none"
            activation = self.activations[layer - 1]
            layers.append(
                f"    - {{units: {here}, activation: {activation}, "
                f"weights: {rows_text(weights)}, bias: {shown}}}"
            )
        inputs = [[self._number(0.1, 1.5) for _ in range(units[0])] for _ in self._sample_numbers]
        targets = []
        for s in self._sample_numbers:
            if self.activation == "softmax":
                chosen = draw.randrange(units[-1])
                targets.append([float(u == chosen) for u in range(units[-1])])
            elif self.loss == "binary_cross_entropy":
                targets.append([float(draw.random() < 0.5) for _ in range(units[-1])])
            else:
                targets.append([round(draw.uniform(0.05, 0.95), 2) for _ in range(units[-1])])
            for i, x in enumerate(inputs[s - 1], 1):
                self.given[self._n("A", 1, i, s)] = x
            for k, y in enumerate(targets[s - 1], 1):
                self.given[self._y(k, s)] = y
        loss = f"{{name: {self.loss}, samples: {'sum' if self.summed else 'mean'}}}"
        return "\n".join(
            [
                "title: Random network",
                "network:",
                f"  inputs: {units[0]}",
                "  weight_order: from-to",
                "  layers:",
                *layers,
                f"inputs: {rows_text(inputs)}",
                f"targets: {rows_text(targets)}",
                f"loss: {loss}",
                f"learning_rate: {self.rate}",
                "",
            ]
        )

    def _number(self, least: float, most: float) -> float:
        return round(self.draw.uniform(least, most) * self.draw.choice((1, 1, -1)), 2)

    @property
    def _sample_numbers(self) -> range:
        return range(1, self.samples + 1)

    def _n(self, letter: str, layer: int, unit: int, sample: int) -> str:
        at = f"@{sample}" if self.samples > 1 else ""
        return f"{letter}[{layer},{unit}]{at}"

    def _y(self, unit: int, sample: int) -> str:
        at = f"@{sample}" if self.samples > 1 else ""
        return f"Y[{unit}]{at}"

    def _another(self, number: int, among: int) -> int | None:
        others = [one for one in range(1, among + 1) if one != number]
        return self.draw.choice(others) if others else None

    # Forward

    def _forward(self, layer: int) -> None:
        here, activation = self.units[layer - 1], self.activations[layer - 1]
        for s in self._sample_numbers:
            for j in range(1, here + 1):
                self.lines.append(self._net(layer, j, s))
            for j in range(1, here + 1):
                self.lines.append(self._activated(layer, j, s, activation))

    def _net(self, layer: int, j: int, s: int) -> Line:
        before, here = self.units[layer - 2], self.units[layer - 1]
        terms = []
        other_unit = self._another(j, here)
        for i in range(1, before + 1):
            x = self._n("A", layer - 1, i, s)
            others = []
            if layer > 2 and self.activations[layer - 2] != "identity":
                others.append(("all:net for activation", f"{{{self._n('Z', layer - 1, i, s)}}}"))
            if (other := self._another(i, before)) is not None:
                others.append(("other input", f"{{{self._n('A', layer - 1, other, s)}}}"))
            if layer > 2 and i <= self.units[layer - 3]:
                others.append(("all:wrong layer", f"{{{self._n('A', layer - 2, i, s)}}}"))
            if (other := other_of(s, self.samples)) != s:
                others.append(("all:other sample", f"{{{self._n('A', layer - 1, i, other)}}}"))
            wrong = []
            if other_unit is not None:
                wrong.append(("other weight", f"{{W[{layer - 1},{i},{other_unit}]}}"))
                wrong.append(("all:other unit's weights", f"{{W[{layer - 1},{i},{other_unit}]}}"))
            if before == here:
                wrong.append(("all:weights transposed", f"{{W[{layer - 1},{j},{i}]}}"))
            terms.append(
                Term(
                    (
                        Factor("input", f"{{{x}}}", tuple(others)),
                        Factor("weight", f"{{W[{layer - 1},{i},{j}]}}", tuple(wrong)),
                    )
                )
            )
        if self.biased:
            other_bias = f"{{B[{layer},{other_unit}]}}"
            biases = () if other_unit is None else (("other bias", other_bias),)
            terms.append(Term((Factor("bias", f"{{B[{layer},{j}]}}", biases),), "bias"))
        return Line(self._n("Z", layer, j, s), "forward", tuple(terms))

    def _activated(self, layer: int, j: int, s: int, activation: str) -> Line:
        a, z = self._n("A", layer, j, s), f"{{{self._n('Z', layer, j, s)}}}"
        if activation == "softmax":
            nets = [f"{{{self._n('Z', layer, k, s)}}}" for k in range(1, self.units[-1] + 1)]
            added = " + ".join(f"exp({net})" for net in nets)
            also = [
                ("softmax not normalised", f"exp({z})"),
                ("softmax entry by entry", f"sigmoid({z})"),
                ("shares of the net inputs", f"{z}/({' + '.join(nets)})"),
                ("activation left out", z),
            ]
            return Line(a, "forward", whole=f"exp({z})/({added})", also=tuple(also))
        other = self._another(j, self.units[layer - 1])
        if other is None or activation == "identity":
            return activated(a, self._n("Z", layer, j, s), activation)
        net = f"{activation}({{{self._n('Z', layer, other, s)}}})"
        return activated(a, self._n("Z", layer, j, s), activation, ("other unit's net", net))

    # The loss

    @property
    def _share(self) -> str:
        """What each output's error is multiplied by, beside its own derivative."""
        count = 1 if self.summed else self.samples
        if self.loss == "mean_squared_error":
            return f"(2/{count * self.units[-1]})"
        if self.loss == "squared_error":
            return "2" if count == 1 else f"(2/{count})"
        return "" if count == 1 else f"(1/{count})"

    def _loss(self) -> None:
        errors = []
        for s in self._sample_numbers:
            for k in range(1, self.units[-1] + 1):
                self.lines.append(self._error(k, s))
                errors.append(Term((Factor("loss", f"{{{self.lines[-1].name}}}"),), "sample"))
        count = 1 if self.summed else self.samples
        if self.loss == "mean_squared_error":
            count *= self.units[-1]
        outer = (Factor("share", f"(1/{count})"),) if count > 1 else ()
        self.lines.append(Line("L", "loss", tuple(errors), outer))

    def _error(self, k: int, s: int) -> Line:
        also: Also
        name = self._y(k, s).replace("Y", "E")
        a, y = f"{{{self._n('A', len(self.units), k, s)}}}", f"{{{self._y(k, s)}}}"
        other = self._another(k, self.units[-1])
        wrong_y = f"{{{self._y(other, s)}}}" if other is not None else ""
        if self.loss == "cross_entropy":
            if self.given[self._y(k, s)] == 0:
                return Line(name, "loss", whole=f"-{y}*log({a})")
            also = (
                ("sign of the logarithm", f"{y}*log({a})"),
                ("logarithm to base 10", f"-{y}*log10({a})"),
            )
            return Line(name, "loss", whole=f"-{y}*log({a})", also=also)
        if self.loss == "binary_cross_entropy":
            both = f"({y}*log({a}) + (1 - {y})*log(1 - {a}))"
            also = (
                ("sign of the logarithm", both),
                ("logarithm to base 10", "-" + both.replace("log", "log10")),
            )
            return Line(name, "loss", whole=f"-{both}", also=also)
        half = "1/2*" if self.loss == "half_squared_error" else ""
        also = (
            ("half left out" if half else "half put in", f"{'' if half else '1/2*'}({a} - {y})**2"),
            ("error not squared", f"{half}({a} - {y})"),
            *([("other target", f"{half}({a} - {wrong_y})**2")] if wrong_y else []),
        )
        return Line(name, "loss", whole=f"{half}({a} - {y})**2", also=also)

    # Backward

    def _error_factor(self, k: int, s: int) -> Factor:
        last = len(self.units)
        a, y = f"{{{self._n('A', last, k, s)}}}", f"{{{self._y(k, s)}}}"
        others = [("error turned", f"({y} - {a})")]
        if (other := self._another(k, self.units[-1])) is not None:
            others.append(("other target", f"({a} - {{{self._y(other, s)}}})"))
        others.append(("loss for error", f"{{{self._y(k, s).replace('Y', 'E')}}}"))
        others.append(("activation for error", a))
        if self.activation != "identity":
            others.append(
                ("net for activation in the error", f"({{{self._n('Z', last, k, s)}}} - {y})")
            )
        return Factor("error", f"({a} - {y})", tuple(others))

    def _backward(self, layer: int) -> None:
        for s in self._sample_numbers:
            for j in range(1, self.units[layer - 1] + 1):
                self.lines.append(
                    self._output_derivative(j, s)
                    if layer == len(self.units)
                    else self._hidden(layer, j, s, slope=False)
                )
            for j in range(1, self.units[layer - 1] + 1):
                self.lines.append(
                    self._output_delta(j, s)
                    if layer == len(self.units)
                    else self._hidden(layer, j, s, slope=True)
                )

    def _shares(self) -> tuple[Factor, ...]:
        share = self._share
        if not share:
            return ()
        return (Factor("two" if share == "2" else "share", share),)

    def _factor_two(self, right: str) -> list[tuple[str, str]]:
        if self.loss in FUSED:
            return []
        return [("factor two put in", f"2*({right})"), ("half put in", f"1/2*({right})")]

    def _output_derivative(self, k: int, s: int) -> Line:
        also: Also
        last = len(self.units)
        a, y = f"{{{self._n('A', last, k, s)}}}", f"{{{self._y(k, s)}}}"
        name = self._n("dA", last, k, s)
        before = "*".join([self._share]) + "*" if self._share else ""
        if self.loss == "cross_entropy":
            if self.given[self._y(k, s)] == 0:
                return Line(name, "backward", whole=f"-{before}{y}/{a}")
            also = (
                ("sign lost", f"{before}{y}/{a}"),
                ("fused for the derivative", f"{before}({a} - {y})"),
            )
            return Line(name, "backward", whole=f"-{before}{y}/{a}", also=also)
        if self.loss == "binary_cross_entropy":
            slope = f"({a}*(1 - {a}))"
            also = (
                ("error turned", f"{before}({y} - {a})/{slope}"),
                ("fused for the derivative", f"{before}({a} - {y})"),
                ("one half of the derivative", f"-{before}{y}/{a}"),
                ("sign of a term", f"{before}({y}/{a} + (1 - {y})/(1 - {a}))"),
            )
            return Line(name, "backward", whole=f"{before}({a} - {y})/{slope}", also=also)
        line = Line(name, "backward", (), (*self._shares(), self._error_factor(k, s)))
        return line._replace(also=tuple(self._factor_two(line.text)))

    def _output_delta(self, k: int, s: int) -> Line:
        last = len(self.units)
        error = self._error_factor(k, s)
        a, z = self._n("A", last, k, s), self._n("Z", last, k, s)
        name = self._n("dZ", last, k, s)
        outer = (*self._shares(), error)
        if self.loss in FUSED:
            slope = slope_at("sigmoid", a, z)
            body = "*".join(factor.text for factor in outer)
            also = [
                ("slope kept on a fused delta", f"{body}*{slope}"),
                ("derivative for the delta", f"{{{self._n('dA', last, k, s)}}}"),
            ]
            return Line(name, "backward", (), outer, also=tuple(also))
        if self.activation == "identity":
            line = Line(name, "backward", (), outer)
            return line._replace(also=tuple(self._factor_two(line.text)))
        line = Line(name, "backward", (), (*outer, slope_factor(self.activation, a, z)))
        way = f"{{{self._n('dA', last, k, s)}}}*{slope_at(self.activation, a, z)}"
        return line._replace(also=tuple(self._factor_two(line.text)), by_way=way)

    def _hidden(self, layer: int, j: int, s: int, slope: bool) -> Line:
        here, behind = self.units[layer - 1], self.units[layer]
        terms = []
        other_unit = self._another(j, here)
        for k in range(1, behind + 1):
            others = []
            if self.activations[layer] not in ("softmax", "identity") and self.loss not in FUSED:
                others.append(("all:derivative for delta", f"{{{self._n('dA', layer + 1, k, s)}}}"))
            others.append(("all:net for delta", f"{{{self._n('Z', layer + 1, k, s)}}}"))
            if (other := self._another(k, behind)) is not None:
                others.append(("other unit's delta", f"{{{self._n('dZ', layer + 1, other, s)}}}"))
            if (other := other_of(s, self.samples)) != s:
                others.append(("all:other sample", f"{{{self._n('dZ', layer + 1, k, other)}}}"))
            wrong = [("all:new weights", f"{{W'[{layer},{j},{k}]}}")]
            if other_unit is not None:
                wrong.append(("other weight", f"{{W[{layer},{other_unit},{k}]}}"))
                wrong.append(("all:other unit's weights", f"{{W[{layer},{other_unit},{k}]}}"))
            if here == behind:
                wrong.append(("all:weights transposed", f"{{W[{layer},{k},{j}]}}"))
            if (layer - 1, j, k) in self._weights:
                wrong.append(("all:weights of the wrong layer", f"{{W[{layer - 1},{j},{k}]}}"))
            wrong.append(("all:gradient for weight", f"{{dW[{layer},{j},{k}]}}"))
            terms.append(
                Term(
                    (
                        Factor("delta", f"{{{self._n('dZ', layer + 1, k, s)}}}", tuple(others)),
                        Factor("weight", f"{{W[{layer},{j},{k}]}}", tuple(wrong)),
                    )
                )
            )
        activation = self.activations[layer - 1]
        a, z = self._n("A", layer, j, s), self._n("Z", layer, j, s)
        if not slope:
            return Line(self._n("dA", layer, j, s), "backward", tuple(terms))
        way = f"{{{self._n('dA', layer, j, s)}}}*{slope_at(activation, a, z)}"
        outer = (slope_factor(activation, a, z),)
        return Line(self._n("dZ", layer, j, s), "backward", tuple(terms), outer, by_way=way)

    @property
    def _weights(self) -> set[tuple[int, int, int]]:
        return {
            (layer, i, j)
            for layer in range(1, len(self.units))
            for i in range(1, self.units[layer - 1] + 1)
            for j in range(1, self.units[layer] + 1)
        }

    def _gradients(self, layer: int) -> None:
        before, here = self.units[layer - 2], self.units[layer - 1]
        for i in range(1, before + 1):
            for j in range(1, here + 1):
                self.lines.append(self._weight_gradient(layer, i, j))
        if self.biased:
            for j in range(1, here + 1):
                self.lines.append(self._bias_gradient(layer, j))

    def _delta(self, layer: int, j: int, s: int) -> Factor:
        here, last = self.units[layer - 1], layer == len(self.units)
        others = []
        plain = self.activations[layer - 1] in ("softmax", "identity")
        if not plain and not (last and self.loss in FUSED):
            others.append(("all:derivative for delta", f"{{{self._n('dA', layer, j, s)}}}"))
        others.append(("all:net for delta", f"{{{self._n('Z', layer, j, s)}}}"))
        if (other := other_of(j, here)) != j:
            others.append(("all:other unit's delta", f"{{{self._n('dZ', layer, other, s)}}}"))
        return Factor("delta", f"{{{self._n('dZ', layer, j, s)}}}", tuple(others))

    def _weight_gradient(self, layer: int, i: int, j: int) -> Line:
        before, here = self.units[layer - 2], self.units[layer - 1]
        terms = []
        other_input = self._another(i, before)
        for s in self._sample_numbers:
            others = []
            if layer > 2:
                others.append(("all:net for activation", f"{{{self._n('Z', layer - 1, i, s)}}}"))
            if other_input is not None:
                wrong = self._n("A", layer - 1, other_input, s)
                others.append(("all:other input", f"{{{wrong}}}"))
            others.append(("all:own activation for input", f"{{{self._n('A', layer, j, s)}}}"))
            if layer > 2 and i <= self.units[layer - 3]:
                others.append(("all:wrong layer", f"{{{self._n('A', layer - 2, i, s)}}}"))
            x = Factor("input", f"{{{self._n('A', layer - 1, i, s)}}}", tuple(others))
            terms.append(Term((x, self._delta(layer, j, s)), "sample"))
        also = [
            ("weight for gradient", f"{{W[{layer - 1},{i},{j}]}}"),
            ("new weight for gradient", f"{{W'[{layer - 1},{i},{j}]}}"),
            ("step for gradient", f"{{eta}}*({' + '.join(t.text for t in terms)})"),
        ]
        if before == here and i != j:
            also.append(("rows and columns", f"{{dW[{layer - 1},{j},{i}]}}"))
        return Line(f"dW[{layer - 1},{i},{j}]", "gradient", tuple(terms), also=tuple(also))

    def _bias_gradient(self, layer: int, j: int) -> Line:
        terms = tuple(Term((self._delta(layer, j, s),), "sample") for s in self._sample_numbers)
        right = " + ".join(term.text for term in terms)
        also = (
            ("new bias for gradient", f"{{B'[{layer},{j}]}}"),
            ("step for gradient", f"{{eta}}*({right})"),
        )
        return Line(f"dB[{layer},{j}]", "gradient", terms, also=also)

    def _updates(self, layer: int) -> None:
        before, here = self.units[layer - 2], self.units[layer - 1]
        for i in range(1, before + 1):
            for j in range(1, here + 1):
                deltas = [f"{{{self._n('dZ', layer, j, s)}}}" for s in self._sample_numbers]
                other = self._another(i, before)
                self.lines.append(
                    update_line(
                        f"W[{layer - 1},{i},{j}]",
                        "" if other is None else f"dW[{layer - 1},{other},{j}]",
                        "(" + " + ".join(deltas) + ")",
                    )
                )
        if self.biased:
            for j in range(1, here + 1):
                other = self._another(j, here)
                self.lines.append(
                    update_line(f"B[{layer},{j}]", "" if other is None else f"dB[{layer},{other}]")
                )


def dense(seed: int) -> Exercise:
    return Dense(seed).exercise()
