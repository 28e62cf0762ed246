"""Random LSTM layers of one or two units over two steps."""

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
from tests.mistakes.sheet import Also, Exercise, Factor, Line, Term

GATES = (("i", "I", "input"), ("f", "F", "forget"), ("o", "O", "output"), ("g", "G", "candidate"))
LETTERS = {small: large for small, large, _ in GATES}
STEPS = 2


class Lstm:
    """An LSTM layer whose last state a dense unit reads."""

    def __init__(self, seed: int) -> None:
        draw = Random(seed)  # noqa: S311
        numbers = self.numbers = Numbers(draw)
        self.hidden, self.inputs = draw.choice((1, 1, 2)), draw.choice((1, 1, 2))
        rate = draw.choice((0.1, 0.5))
        weights, back, bias = [], [], []
        for small, _, name in GATES:
            matrix = numbers.matrix(f"W{small}[1,{{}},{{}}]", self.inputs, self.hidden)
            weights.append(f"{name}: {rows_text(matrix)}")
            matrix = numbers.matrix(f"R{small}[2,{{}},{{}}]", self.hidden, self.hidden)
            back.append(f"{name}: {rows_text(matrix)}")
            bias.append(f"{name}: {row_text(numbers.row(f'B{small}[2,{{}}]', self.hidden))}")
        state, cell = numbers.row("A[2,0,{}]", self.hidden), numbers.row("C[2,0,{}]", self.hidden)
        out, last = numbers.matrix("W[2,{},{}]", self.hidden, 1), numbers.row("B[3,{}]", 1)
        sequence = [
            [numbers.one(f"A[1,{t},{i}]") for i in range(1, self.inputs + 1)]
            for t in range(1, STEPS + 1)
        ]
        target = numbers.one("Y[1]")
        numbers.given["eta"] = rate
        self.problem = "\n".join(
            [
                "title: Random LSTM",
                "network:",
                f"  inputs: {{steps: {STEPS}, units: {self.inputs}}}",
                "  weight_order: from-to",
                "  layers:",
                (
                    f"    - lstm: {{units: {self.hidden}, returns: last, "
                    f"initial: {row_text(state)}, initial_cell: {row_text(cell)}}}"
                ),
                f"      weights: {{{', '.join(weights)}}}",
                f"      recurrent_weights: {{{', '.join(back)}}}",
                f"      bias: {{{', '.join(bias)}}}",
                f"    - {{units: 1, weights: {rows_text(out)}, bias: {row_text(last)}}}",
                f"inputs: {rows_text(sequence)}",
                f"targets: [{target:g}]",
                "loss: half_squared_error",
                f"learning_rate: {rate}",
                "",
            ]
        )
        self.units = range(1, self.hidden + 1)
        self.times = range(1, STEPS + 1)
        self.lines: list[Line] = []
        for t in self.times:
            self._forward(t)
        self._output()
        for t in reversed(self.times):
            self._backward(t)
        gradients = self._gradients()
        self.lines += [*gradients, *all_updates(gradients)]

    def _forward(self, t: int) -> None:
        for small, large, _ in GATES:
            self.lines += [self._net(small, t, j) for j in self.units]
            function = "tanh" if small == "g" else "sigmoid"
            for j in self.units:
                self.lines.append(
                    activated(f"{large}[2,{t},{j}]", f"Z{small}[2,{t},{j}]", function)
                )
        for j in self.units:
            self.lines.append(self._cell(t, j))
        for j in self.units:
            self.lines.append(activated(f"T[2,{t},{j}]", f"C[2,{t},{j}]", "tanh"))
        for j in self.units:
            o = factor("gate", f"O[2,{t},{j}]", ("other gate", f"I[2,{t},{j}]"))
            squashed = factor("input", f"T[2,{t},{j}]", ("cell not squashed", f"C[2,{t},{j}]"))
            self.lines.append(Line(f"A[2,{t},{j}]", "forward", (Term((o, squashed)),)))

    def _net(self, small: str, t: int, j: int) -> Line:
        another = "f" if small != "f" else "i"
        terms = []
        for i in range(1, self.inputs + 1):
            x = factor(
                "input",
                f"A[1,{t},{i}]",
                ("all:other time step", f"A[1,{other_of(t, STEPS)},{i}]"),
                ("other input", f"A[1,{t},{other_of(i, self.inputs)}]"),
            )
            w = factor(
                "weight",
                f"W{small}[1,{i},{j}]",
                ("weight of another gate", f"W{another}[1,{i},{j}]"),
            )
            terms.append(Term((x, w)))
        for k in self.units:
            h = factor(
                "input",
                f"A[2,{t - 1},{k}]",
                ("first state for the one before", f"A[2,0,{k}]"),
                ("cell for state", f"C[2,{t - 1},{k}]"),
            )
            r = factor(
                "weight",
                f"R{small}[2,{k},{j}]",
                ("weight of another gate", f"R{another}[2,{k},{j}]"),
                ("all:weights transposed", f"R{small}[2,{j},{k}]"),
                ("input weight for recurrent weight", f"W{small}[1,1,{j}]"),
            )
            terms.append(Term((h, r), "time"))
        b = factor("bias", f"B{small}[2,{j}]", ("bias of another gate", f"B{another}[2,{j}]"))
        return Line(f"Z{small}[2,{t},{j}]", "forward", (*terms, Term((b,), "bias")))

    def _cell(self, t: int, j: int) -> Line:
        kept = (
            factor(
                "gate",
                f"F[2,{t},{j}]",
                ("all:gates exchanged", f"I[2,{t},{j}]"),
                ("other gate", f"O[2,{t},{j}]"),
            ),
            factor("input", f"C[2,{t - 1},{j}]", ("state for cell", f"A[2,{t - 1},{j}]")),
        )
        new = (
            factor(
                "gate",
                f"I[2,{t},{j}]",
                ("all:gates exchanged", f"F[2,{t},{j}]"),
                ("other gate", f"O[2,{t},{j}]"),
            ),
            factor("input", f"G[2,{t},{j}]", ("net for activation", f"Zg[2,{t},{j}]")),
        )
        return Line(f"C[2,{t},{j}]", "forward", (Term(kept, "time"), Term(new)))

    def _output(self) -> None:
        terms = [
            Term(
                (
                    factor(
                        "input",
                        f"A[2,{STEPS},{j}]",
                        ("all:cell for state", f"C[2,{STEPS},{j}]"),
                        ("all:other time step", f"A[2,{STEPS - 1},{j}]"),
                    ),
                    factor(
                        "weight",
                        f"W[2,{j},1]",
                        ("other weight", f"W[2,{other_of(j, self.hidden)},1]"),
                    ),
                )
            )
            for j in self.units
        ]
        bias = Term((factor("bias", "B[3,1]"),), "bias")
        self.lines += [
            Line("Z[3,1]", "forward", (*terms, bias)),
            activated("A[3,1]", "Z[3,1]", "identity"),
            half_square("E[1]", "A[3,1]", "Y[1]"),
            Line("L", "loss", whole="{E[1]}"),
            *half_square_outputs("A[3,1]", "Y[1]", "E[1]", "Z[3,1]", "identity"),
        ]

    def _backward(self, t: int) -> None:
        for j in self.units:
            self.lines.append(Line(f"dA[2,{t},{j}]", "backward", self._paths(t, j)))
        for j in self.units:
            terms = (Term((self._by_state(t, j), self._gate("O", t, j, "I"))),)
            self.lines.append(Line(f"dT[2,{t},{j}]", "backward", terms))
        for j in self.units:
            self.lines.append(self._cell_derivative(t, j))
        others = {"g": ("I", "gate"), "f": ("", ""), "i": ("G", "input")}
        for small in "gofi":
            large = LETTERS[small]
            for j in self.units:
                if small == "o":
                    by = self._by_state(t, j)
                    squashed = factor(
                        "input", f"T[2,{t},{j}]", ("cell not squashed", f"C[2,{t},{j}]")
                    )
                    terms = (Term((by, squashed)),)
                elif small == "f":
                    cell = factor(
                        "input",
                        f"C[2,{t - 1},{j}]",
                        ("same cell for the one before", f"C[2,{t},{j}]"),
                        ("state for cell", f"A[2,{t - 1},{j}]"),
                    )
                    terms = (Term((self._by_cell(t, j), cell)),)
                else:
                    letter, kind = others[small]
                    wrong = "F" if small == "g" else "I"
                    with_it = factor(
                        kind, f"{letter}[2,{t},{j}]", ("other gate", f"{wrong}[2,{t},{j}]")
                    )
                    terms = (Term((self._by_cell(t, j), with_it)),)
                self.lines.append(Line(f"d{large}[2,{t},{j}]", "backward", terms))
            for j in self.units:
                a, z = f"{large}[2,{t},{j}]", f"Z{small}[2,{t},{j}]"
                slope = slope_factor("tanh" if small == "g" else "sigmoid", a, z)
                (plain,) = (line for line in self.lines if line.name == f"d{a}")
                way = f"{{d{a}}}*{slope.text}"
                self.lines.append(Line(f"d{z}", "backward", plain.terms, (slope,), by_way=way))

    def _by_state(self, t: int, j: int) -> Factor:
        return factor("delta", f"dA[2,{t},{j}]")

    def _by_cell(self, t: int, j: int) -> Factor:
        return factor(
            "delta", f"dC[2,{t},{j}]", ("state's derivative for the cell's", f"dA[2,{t},{j}]")
        )

    def _gate(self, letter: str, t: int, j: int, other: str) -> Factor:
        return factor("gate", f"{letter}[2,{t},{j}]", ("other gate", f"{other}[2,{t},{j}]"))

    def _paths(self, t: int, j: int) -> tuple[Term, ...]:
        if t == STEPS:
            d = factor("delta", "dZ[3,1]")
            w = factor(
                "weight",
                f"W[2,{j},1]",
                ("other weight", f"W[2,{other_of(j, self.hidden)},1]"),
                ("new weights", f"W'[2,{j},1]"),
            )
            return (Term((d, w)),)
        terms = []
        for small, large, _ in GATES:
            for k in self.units:
                d = factor(
                    "delta",
                    f"dZ{small}[2,{t + 1},{k}]",
                    ("all:derivative for delta", f"d{large}[2,{t + 1},{k}]"),
                )
                r = factor(
                    "weight",
                    f"R{small}[2,{j},{k}]",
                    ("all:weights transposed", f"R{small}[2,{k},{j}]"),
                    ("input weight for recurrent weight", f"W{small}[1,1,{k}]"),
                )
                terms.append(Term((d, r), "time"))
        return tuple(terms)

    def _cell_derivative(self, t: int, j: int) -> Line:
        squash = f"(1 - {{T[2,{t},{j}]}}**2)"
        others: Also = (
            ("slope at the net input", f"(1 - {{C[2,{t},{j}]}}**2)"),
            ("slope not squared", f"(1 - {{T[2,{t},{j}]}})"),
        )
        slope = Factor("slope", squash, others)
        own = Term((self._by_state(t, j), self._gate("O", t, j, "F"), slope))
        if t == STEPS:
            way = f"{{dT[2,{t},{j}]}}*{squash}"
            return Line(f"dC[2,{t},{j}]", "backward", (own,), by_way=way)
        later = factor("delta", f"dC[2,{t + 1},{j}]")
        forget = factor("gate", f"F[2,{t + 1},{j}]", ("other time step", f"F[2,{t},{j}]"))
        way = f"{{dT[2,{t},{j}]}}*{squash} + {later.text}*{forget.text}"
        terms = (own, Term((later, forget), "time"))
        return Line(f"dC[2,{t},{j}]", "backward", terms, by_way=way)

    def _deltas(self, small: str, t: int, j: int) -> Factor:
        large = LETTERS[small]
        another = "f" if small != "f" else "i"
        return factor(
            "delta",
            f"dZ{small}[2,{t},{j}]",
            ("all:derivative for delta", f"d{large}[2,{t},{j}]"),
            ("all:delta of another gate", f"dZ{another}[2,{t},{j}]"),
        )

    def _gradients(self) -> list[Line]:
        found = []
        delta = factor("delta", "dZ[3,1]")
        for j in self.units:
            a = factor(
                "input",
                f"A[2,{STEPS},{j}]",
                ("cell for state", f"C[2,{STEPS},{j}]"),
                ("other time step", f"A[2,{STEPS - 1},{j}]"),
            )
            found.append(gradient_line(f"W[2,{j},1]", [Term((a, delta))]))
        found.append(gradient_line("B[3,1]", [Term((delta,))]))
        for small, _, _ in GATES:
            for i in range(1, self.inputs + 1):
                for j in self.units:
                    terms = [
                        Term(
                            (
                                factor(
                                    "input",
                                    f"A[1,{t},{i}]",
                                    ("all:other time step", f"A[1,{other_of(t, STEPS)},{i}]"),
                                ),
                                self._deltas(small, t, j),
                            ),
                            "moment",
                        )
                        for t in self.times
                    ]
                    found.append(gradient_line(f"W{small}[1,{i},{j}]", terms))
            for k in self.units:
                for j in self.units:
                    terms = [
                        Term(
                            (
                                factor(
                                    "input",
                                    f"A[2,{t - 1},{k}]",
                                    ("all:same state for the one before", f"A[2,{t},{k}]"),
                                    ("all:cell for state", f"C[2,{t - 1},{k}]"),
                                ),
                                self._deltas(small, t, j),
                            ),
                            "moment",
                        )
                        for t in self.times
                    ]
                    found.append(gradient_line(f"R{small}[2,{k},{j}]", terms))
            for j in self.units:
                terms = [Term((self._deltas(small, t, j),), "moment") for t in self.times]
                found.append(gradient_line(f"B{small}[2,{j}]", terms))
        return found


def lstm(seed: int) -> Exercise:
    made = Lstm(seed)
    return Exercise("lstm", seed, made.problem, made.numbers.given, tuple(made.lines))
