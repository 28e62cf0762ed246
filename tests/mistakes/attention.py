"""Random attention over two positions."""

from __future__ import annotations

from random import Random

from tests.mistakes.pieces import (
    Numbers,
    all_updates,
    error_of,
    factor,
    gradient_line,
    half_square,
    other_of,
    rows_text,
)
from tests.mistakes.sheet import Exercise, Factor, Line, Term

TWO = (1, 2)
SCALE = "(1/sqrt(2))"
LETTERS = {"q": "Q", "k": "K", "v": "V"}
NEXT = {"q": "k", "k": "v", "v": "q"}


class Attention:
    """Two positions of two units, keys and values of two."""

    def __init__(self, seed: int) -> None:
        draw = Random(seed)  # noqa: S311
        numbers = self.numbers = Numbers(draw)
        rate = draw.choice((0.1, 0.5))
        weights = [
            f"{name}: {rows_text(numbers.matrix(f'W{small}[1,{{}},{{}}]', 2, 2))}"
            for small, name in (("q", "query"), ("k", "key"), ("v", "value"))
        ]
        inputs = numbers.matrix("A[1,{},{}]", 2, 2)
        targets = numbers.matrix("Y[{},{}]", 2, 2)
        numbers.given["eta"] = rate
        self.problem = "\n".join(
            [
                "title: Random attention",
                "network:",
                "  inputs: {positions: 2, units: 2}",
                "  weight_order: from-to",
                "  layers:",
                "    - attention: {keys: 2, values: 2}",
                f"      weights: {{{', '.join(weights)}}}",
                f"inputs: {rows_text(inputs)}",
                f"targets: {rows_text(targets)}",
                "loss: half_squared_error",
                f"learning_rate: {rate}",
                "",
            ]
        )
        self.lines: list[Line] = []
        self._forward()
        self._backward()
        gradients = [self._gradient(small, i, j) for small in "qkv" for i in TWO for j in TWO]
        self.lines += [*gradients, *all_updates(gradients)]

    def _each(self) -> list[tuple[int, int]]:
        return [(n, j) for n in TWO for j in TWO]

    def _forward(self) -> None:
        for small, large in LETTERS.items():
            self.lines += [self._projected(small, large, n, j) for n, j in self._each()]
        self.lines += [self._score(n, m) for n, m in self._each()]
        self.lines += [self._softmax(n, m) for n, m in self._each()]
        self.lines += [self._mixed(n, j) for n, j in self._each()]
        errors = []
        for n, j in self._each():
            self.lines.append(half_square(f"E[{n},{j}]", f"A[2,{n},{j}]", f"Y[{n},{j}]"))
            errors.append(Term((factor("loss", f"E[{n},{j}]"),), "sample"))
        self.lines.append(Line("L", "loss", tuple(errors)))

    def _projected(self, small: str, large: str, n: int, j: int) -> Line:
        terms = []
        for i in TWO:
            x = factor(
                "input",
                f"A[1,{n},{i}]",
                ("all:other position", f"A[1,{other_of(n, 2)},{i}]"),
                ("other input", f"A[1,{n},{other_of(i, 2)}]"),
            )
            w = factor(
                "weight",
                f"W{small}[1,{i},{j}]",
                ("all:weights transposed", f"W{small}[1,{j},{i}]"),
                ("all:other unit's weights", f"W{small}[1,{i},{other_of(j, 2)}]"),
                ("all:weights of another projection", f"W{NEXT[small]}[1,{i},{j}]"),
            )
            terms.append(Term((x, w)))
        return Line(f"{large}[2,{n},{j}]", "forward", tuple(terms))

    def _score(self, n: int, m: int) -> Line:
        terms = []
        for k in TWO:
            q = factor("input", f"Q[2,{n},{k}]", ("all:query and key exchanged", f"Q[2,{m},{k}]"))
            key = factor(
                "weight",
                f"K[2,{m},{k}]",
                ("all:query and key exchanged", f"K[2,{n},{k}]"),
                ("all:other position", f"K[2,{other_of(m, 2)},{k}]"),
                ("all:value for key", f"V[2,{m},{k}]"),
            )
            terms.append(Term((q, key)))
        scale = Factor("scale", SCALE, (("root left out", "(1/2)"),))
        return Line(f"S[2,{n},{m}]", "forward", tuple(terms), (scale,))

    def _softmax(self, n: int, m: int) -> Line:
        other = other_of(m, 2)
        own, beside = f"{{S[2,{n},{m}]}}", f"{{S[2,{n},{other}]}}"
        below = f"{{S[2,{other_of(n, 2)},{m}]}}"
        also = (
            ("softmax not normalised", f"exp({own})"),
            ("softmax entry by entry", f"sigmoid({own})"),
            ("softmax over the columns", f"exp({own})/(exp({own}) + exp({below}))"),
            ("activation left out", own),
            ("other position", f"exp({beside})/(exp({own}) + exp({beside}))"),
            ("sign of the exponent", f"exp(-{own})/(exp(-{own}) + exp(-{beside}))"),
        )
        return Line(
            f"P[2,{n},{m}]", "forward", whole=f"exp({own})/(exp({own}) + exp({beside}))", also=also
        )

    def _mixed(self, n: int, j: int) -> Line:
        terms = []
        for m in TWO:
            p = factor(
                "weight",
                f"P[2,{n},{m}]",
                ("all:weights transposed", f"P[2,{m},{n}]"),
                ("all:scores for shares", f"S[2,{n},{m}]"),
            )
            v = factor(
                "input",
                f"V[2,{m},{j}]",
                ("all:key for value", f"K[2,{m},{j}]"),
                ("other unit", f"V[2,{m},{other_of(j, 2)}]"),
            )
            terms.append(Term((p, v)))
        return Line(f"A[2,{n},{j}]", "forward", tuple(terms))

    def _backward(self) -> None:
        for n, j in self._each():
            error = error_of(
                f"A[2,{n},{j}]",
                f"Y[{n},{j}]",
                f"E[{n},{j}]",
                ("other target", f"({{A[2,{n},{j}]}} - {{Y[{n},{other_of(j, 2)}]}})"),
            )
            doubled = (
                ("factor two put in", f"2*{error.text}"),
                ("half put in", f"1/2*{error.text}"),
            )
            self.lines.append(Line(f"dA[2,{n},{j}]", "backward", (), (error,), also=doubled))
        for n, m in self._each():
            terms = [
                Term(
                    (
                        factor(
                            "delta",
                            f"dA[2,{n},{j}]",
                            ("all:other position", f"dA[2,{other_of(n, 2)},{j}]"),
                        ),
                        factor(
                            "weight",
                            f"V[2,{m},{j}]",
                            ("all:other position", f"V[2,{other_of(m, 2)},{j}]"),
                            ("all:key for value", f"K[2,{m},{j}]"),
                        ),
                    )
                )
                for j in TWO
            ]
            self.lines.append(Line(f"dP[2,{n},{m}]", "backward", tuple(terms)))
        self.lines += [self._by_scores(n, m) for n, m in self._each()]
        for m, j in self._each():
            terms = [
                Term(
                    (
                        factor(
                            "input", f"P[2,{n},{m}]", ("all:weights transposed", f"P[2,{m},{n}]")
                        ),
                        factor(
                            "delta", f"dA[2,{n},{j}]", ("other unit", f"dA[2,{n},{other_of(j, 2)}]")
                        ),
                    ),
                    "sample",
                )
                for n in TWO
            ]
            self.lines.append(Line(f"dV[2,{m},{j}]", "backward", tuple(terms)))
        for m, k in self._each():
            terms = [
                Term(
                    (
                        factor("input", f"Q[2,{n},{k}]", ("all:key for query", f"K[2,{n},{k}]")),
                        factor(
                            "delta", f"dS[2,{n},{m}]", ("all:weights transposed", f"dS[2,{m},{n}]")
                        ),
                    ),
                    "sample",
                )
                for n in TWO
            ]
            self.lines.append(
                Line(f"dK[2,{m},{k}]", "backward", tuple(terms), (Factor("scale", SCALE),))
            )
        for n, k in self._each():
            terms = [
                Term(
                    (
                        factor(
                            "delta", f"dS[2,{n},{m}]", ("all:weights transposed", f"dS[2,{m},{n}]")
                        ),
                        factor("weight", f"K[2,{m},{k}]", ("all:query for key", f"Q[2,{m},{k}]")),
                    )
                )
                for m in TWO
            ]
            self.lines.append(
                Line(f"dQ[2,{n},{k}]", "backward", tuple(terms), (Factor("scale", SCALE),))
            )

    def _by_scores(self, n: int, m: int) -> Line:
        other = other_of(m, 2)
        own, beside = f"{{P[2,{n},{m}]}}", f"{{P[2,{n},{other}]}}"
        by_own, by_other = f"{{dP[2,{n},{m}]}}", f"{{dP[2,{n},{other}]}}"
        right = f"{by_own}*{own}*(1 - {own}) - {by_other}*{own}*{beside}"
        also = (
            ("softmax entry by entry", f"{by_own}*{own}*(1 - {own})"),
            ("sign of a term", f"{by_own}*{own}*(1 - {own}) + {by_other}*{own}*{beside}"),
            ("share left out of the slope", f"{by_own}*(1 - {own}) - {by_other}*{beside}"),
            ("slope left out", by_own),
        )
        return Line(f"dS[2,{n},{m}]", "backward", whole=right, also=also)

    def _gradient(self, small: str, i: int, j: int) -> Line:
        large = LETTERS[small]
        terms = [
            Term(
                (
                    factor(
                        "input",
                        f"A[1,{n},{i}]",
                        ("all:other input", f"A[1,{n},{other_of(i, 2)}]"),
                        ("other position", f"A[1,{other_of(n, 2)},{i}]"),
                    ),
                    factor(
                        "delta",
                        f"d{large}[2,{n},{j}]",
                        ("all:other unit's delta", f"d{large}[2,{n},{other_of(j, 2)}]"),
                    ),
                ),
                "sample",
            )
            for n in TWO
        ]
        turned = [("rows and columns", f"{{dW{small}[1,{j},{i}]}}")] if i != j else []
        return gradient_line(f"W{small}[1,{i},{j}]", terms, *turned)


def attention(seed: int) -> Exercise:
    made = Attention(seed)
    return Exercise("attention", seed, made.problem, made.numbers.given, tuple(made.lines))
