"""Random recurrent networks over two or three steps."""

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
    slope_at,
    slope_factor,
)
from tests.mistakes.sheet import Exercise, Factor, Line, Term


class Recurrent:
    """A recurrent layer, and a dense one that reads every state or the last one."""

    def __init__(self, seed: int) -> None:
        draw = self.draw = Random(seed)  # noqa: S311
        numbers = self.numbers = Numbers(draw)
        self.steps = draw.choice((2, 3, 3))
        self.inputs, self.hidden = draw.choice((1, 2)), draw.choice((1, 2, 2))
        self.every = draw.random() < 0.5
        self.inner = draw.choice(("tanh", "tanh", "sigmoid"))
        self.outer = draw.choice(("identity", "sigmoid"))
        self.biased = draw.random() < 0.7
        rate = draw.choice((0.1, 0.5))
        times = self.times = range(1, self.steps + 1)
        weights = numbers.matrix("W[1,{},{}]", self.inputs, self.hidden)
        back = numbers.matrix("R[2,{},{}]", self.hidden, self.hidden)
        bias = numbers.row("B[2,{}]", self.hidden) if self.biased else []
        first = numbers.row("A[2,0,{}]", self.hidden)
        out = numbers.matrix("W[2,{},{}]", self.hidden, 1)
        last = numbers.row("B[3,{}]", 1) if self.biased else []
        sequence = [[numbers.one(f"A[1,{t},{i}]") for i in self._inputs] for t in times]
        targets = [[numbers.one(self._y(t))] for t in self._read]
        numbers.given["eta"] = rate
        self.problem = "\n".join(
            [
                "title: Random sequence",
                "network:",
                f"  inputs: {{steps: {self.steps}, units: {self.inputs}}}",
                "  weight_order: from-to",
                "  layers:",
                (
                    f"    - recurrent: {{units: {self.hidden}, "
                    f"returns: {'all' if self.every else 'last'}, initial: {row_text(first)}}}"
                ),
                f"      activation: {self.inner}",
                f"      weights: {rows_text(weights)}",
                f"      recurrent_weights: {rows_text(back)}",
                f"      bias: {row_text(bias) if self.biased else 'none'}",
                (
                    f"    - {{units: 1, activation: {self.outer}, weights: {rows_text(out)}, "
                    f"bias: {row_text(last) if self.biased else 'none'}}}"
                ),
                f"inputs: {rows_text(sequence)}",
                f"targets: {rows_text(targets) if self.every else row_text(targets[0])}",
                "loss: half_squared_error",
                f"learning_rate: {rate}",
                "",
            ]
        )
        self.lines: list[Line] = []
        self._forward()
        self._backward()
        gradients = list(self._gradients())
        self.lines += [*gradients, *all_updates(gradients)]

    @property
    def _inputs(self) -> range:
        return range(1, self.inputs + 1)

    @property
    def _units(self) -> range:
        return range(1, self.hidden + 1)

    @property
    def _read(self) -> tuple[int, ...]:
        """The steps whose states are read."""
        return tuple(self.times) if self.every else (self.steps,)

    def _out(self, letter: str, t: int) -> str:
        return f"{letter}[3,{t},1]" if self.every else f"{letter}[3,1]"

    def _y(self, t: int, letter: str = "Y") -> str:
        return f"{letter}[{t},1]" if self.every else f"{letter}[1]"

    def _forward(self) -> None:
        for t in self.times:
            self.lines += [self._net(t, j) for j in self._units]
            self.lines += [self._state(t, j) for j in self._units]
        for t in self._read:
            self.lines.append(self._output_net(t))
            self.lines.append(activated(self._out("A", t), self._out("Z", t), self.outer))
        errors = []
        for t in self._read:
            line = half_square(self._y(t, "E"), self._out("A", t), self._y(t))
            self.lines.append(line)
            errors.append(Term((factor("loss", line.name),), "moment"))
        self.lines.append(Line("L", "loss", tuple(errors)))

    def _net(self, t: int, j: int) -> Line:
        terms = []
        unit, moment = other_of(j, self.hidden), other_of(t, self.steps)
        for i in self._inputs:
            x = factor(
                "input",
                f"A[1,{t},{i}]",
                ("other input", f"A[1,{t},{other_of(i, self.inputs)}]"),
                ("all:other time step", f"A[1,{moment},{i}]"),
            )
            w = factor("weight", f"W[1,{i},{j}]", ("all:other unit's weights", f"W[1,{i},{unit}]"))
            terms.append(Term((x, w)))
        for k in self._units:
            h = factor(
                "input",
                f"A[2,{t - 1},{k}]",
                ("all:net for activation", f"Z[2,{t - 1},{k}]" if t > 1 else ""),
                ("first state for the one before", f"A[2,0,{k}]"),
            )
            r = factor(
                "weight",
                f"R[2,{k},{j}]",
                ("all:weights transposed", f"R[2,{j},{k}]"),
                ("input weight for recurrent weight", f"W[1,1,{j}]"),
            )
            terms.append(Term((h, r), "time"))
        if self.biased:
            terms.append(
                Term((factor("bias", f"B[2,{j}]", ("other bias", f"B[2,{unit}]")),), "bias")
            )
        return Line(f"Z[2,{t},{j}]", "forward", tuple(terms))

    def _state(self, t: int, j: int) -> Line:
        return activated(f"A[2,{t},{j}]", f"Z[2,{t},{j}]", self.inner)

    def _output_net(self, t: int) -> Line:
        moment = other_of(t, self.steps)
        terms = [
            Term(
                (
                    factor(
                        "input",
                        f"A[2,{t},{j}]",
                        ("all:net for activation", f"Z[2,{t},{j}]"),
                        ("all:other time step", f"A[2,{moment},{j}]"),
                    ),
                    factor(
                        "weight",
                        f"W[2,{j},1]",
                        ("other weight", f"W[2,{other_of(j, self.hidden)},1]"),
                    ),
                )
            )
            for j in self._units
        ]
        if self.biased:
            terms.append(Term((factor("bias", "B[3,1]", ("other bias", "B[2,1]")),), "bias"))
        return Line(self._out("Z", t), "forward", tuple(terms))

    def _backward(self) -> None:
        for t in reversed(self._read):
            a, z = self._out("A", t), self._out("Z", t)
            self.lines += half_square_outputs(a, self._y(t), self._y(t, "E"), z, self.outer)
        for t in reversed(self.times):
            self.lines += [
                Line(f"dA[2,{t},{j}]", "backward", self._paths(t, j)) for j in self._units
            ]
            self.lines += [self._delta_line(t, j) for j in self._units]

    def _delta_line(self, t: int, j: int) -> Line:
        a, z, moment = f"A[2,{t},{j}]", f"Z[2,{t},{j}]", other_of(t, self.steps)
        elsewhere = slope_at(self.inner, f"A[2,{moment},{j}]", f"Z[2,{moment},{j}]")
        slope = slope_factor(self.inner, a, z, ("slope of another step", elsewhere))
        way = f"{{d{a}}}*{slope.text}"
        return Line(f"d{z}", "backward", self._paths(t, j), (slope,), by_way=way)

    def _paths(self, t: int, j: int) -> tuple[Term, ...]:
        terms = []
        unit = other_of(j, self.hidden)
        if t < self.steps:
            for k in self._units:
                d = factor(
                    "delta",
                    f"dZ[2,{t + 1},{k}]",
                    ("all:derivative for delta", f"dA[2,{t + 1},{k}]"),
                    ("other unit's delta", f"dZ[2,{t + 1},{other_of(k, self.hidden)}]"),
                    ("all:other time step", f"dZ[2,{t + 2},{k}]" if t + 2 <= self.steps else ""),
                )
                r = factor(
                    "weight",
                    f"R[2,{j},{k}]",
                    ("all:weights transposed", f"R[2,{k},{j}]"),
                    ("all:other unit's weights", f"R[2,{unit},{k}]"),
                    ("all:new weights", f"R'[2,{j},{k}]"),
                    ("input weight for recurrent weight", f"W[1,1,{k}]"),
                )
                terms.append(Term((d, r), "time"))
        if t in self._read:
            away = self.outer != "identity"
            d = factor(
                "delta",
                self._out("dZ", t),
                ("all:derivative for delta", self._out("dA", t) if away else ""),
            )
            w = factor(
                "weight",
                f"W[2,{j},1]",
                ("other weight", f"W[2,{unit},1]"),
                ("all:new weights", f"W'[2,{j},1]"),
            )
            terms.append(Term((d, w)))
        return tuple(terms)

    def _deltas(self, t: int, j: int) -> Factor:
        return factor(
            "delta",
            f"dZ[2,{t},{j}]",
            ("all:derivative for delta", f"dA[2,{t},{j}]"),
            ("all:other unit's delta", f"dZ[2,{t},{other_of(j, self.hidden)}]"),
        )

    def _gradients(self) -> list[Line]:
        found = []
        for j in self._units:
            terms = []
            for t in self._read:
                a = factor(
                    "input",
                    f"A[2,{t},{j}]",
                    ("all:net for activation", f"Z[2,{t},{j}]"),
                    ("all:state before for this one", f"A[2,{t - 1},{j}]"),
                )
                terms.append(Term((a, factor("delta", self._out("dZ", t))), "moment"))
            found.append(gradient_line(f"W[2,{j},1]", terms))
        if self.biased:
            terms = [Term((factor("delta", self._out("dZ", t)),), "moment") for t in self._read]
            found.append(gradient_line("B[3,1]", terms))
        for i in self._inputs:
            for j in self._units:
                terms = []
                for t in self.times:
                    x = factor(
                        "input",
                        f"A[1,{t},{i}]",
                        ("all:other input", f"A[1,{t},{other_of(i, self.inputs)}]"),
                        ("all:other time step", f"A[1,{other_of(t, self.steps)},{i}]"),
                    )
                    terms.append(Term((x, self._deltas(t, j)), "moment"))
                found.append(gradient_line(f"W[1,{i},{j}]", terms))
        found += [self._recurrent_gradient(k, j) for k in self._units for j in self._units]
        if self.biased:
            for j in self._units:
                terms = [Term((self._deltas(t, j),), "moment") for t in self.times]
                found.append(gradient_line(f"B[2,{j}]", terms))
        return found

    def _recurrent_gradient(self, k: int, j: int) -> Line:
        terms = []
        for t in self.times:
            h = factor(
                "input",
                f"A[2,{t - 1},{k}]",
                ("all:same state for the one before", f"A[2,{t},{k}]"),
                ("all:other input", f"A[2,{t - 1},{other_of(k, self.hidden)}]"),
            )
            terms.append(Term((h, self._deltas(t, j)), "moment"))
        turned = [("rows and columns", f"{{dR[2,{j},{k}]}}")] if j != k else []
        return gradient_line(f"R[2,{k},{j}]", terms, *turned)


def recurrent(seed: int) -> Exercise:
    made = Recurrent(seed)
    return Exercise("recurrent", seed, made.problem, made.numbers.given, tuple(made.lines))
