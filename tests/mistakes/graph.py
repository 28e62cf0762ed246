"""Neurons and small networks written as computation graphs."""

from __future__ import annotations

from random import Random

from tests.mistakes.dense import slope_factor, update_line
from tests.mistakes.sheet import Exercise, Factor, Line, Term


def graph(seed: int) -> Exercise:
    return (neuron, chain, two_paths)[seed % 3](seed)


def _numbers(draw: Random, names: str) -> dict[str, float]:
    return {
        name: round(draw.uniform(0.2, 1.4) * draw.choice((1, 1, -1)), 2) for name in names.split()
    }


def _problem(values: dict[str, float], formulas: dict[str, str], wanted: str, rate: float) -> str:
    inside = ", ".join(f"{name}: {value:g}" for name, value in values.items())
    return "\n".join(
        [
            "title: Graph",
            "notation: plain",
            "graph:",
            f"  values: {{{inside}}}",
            f"  formulas: {{{', '.join(f'{name}: {text}' for name, text in formulas.items())}}}",
            "  differentiate: L",
            f"  with_respect_to: [{wanted}]",
            f"  learning_rate: {rate}",
            "",
        ]
    )


def _activated(name: str, net: str, activation: str) -> Line:
    also = [("activation left out", f"{{{net}}}")]
    also += [
        ("another activation", f"{other}({{{net}}})")
        for other in ("sigmoid", "tanh", "relu")
        if other != activation
    ]
    if activation == "sigmoid":
        also += [
            ("sign of the exponent", f"1/(1 + exp({{{net}}}))"),
            ("only the exponential", f"exp(-{{{net}}})"),
        ]
    return Line(name, "forward", whole=f"{activation}({{{net}}})", also=tuple(also))


def _error(name: str, target: str) -> Factor:
    text = f"({{{name}}} - {{{target}}})"
    others = (
        ("error turned", f"({{{target}}} - {{{name}}})"),
        ("loss for error", "{L}"),
        ("activation for error", f"{{{name}}}"),
    )
    return Factor("error", text, others)


def _loss(name: str, target: str) -> Line:
    inner = f"({{{name}}} - {{{target}}})"
    also = (("half left out", f"{inner}**2"), ("error not squared", f"1/2*{inner}"))
    return Line("L", "loss", whole=f"1/2*{inner}**2", also=also)


def _plain(kind: str, name: str, *others: tuple[str, str]) -> Factor:
    return Factor(kind, f"{{{name}}}", tuple((label, f"{{{other}}}") for label, other in others))


def neuron(seed: int) -> Exercise:
    draw = Random(seed)  # noqa: S311
    given = _numbers(draw, "x1 x2 w1 w2 b")
    given["t"] = round(draw.uniform(0.1, 0.9), 2)
    activation = draw.choice(("sigmoid", "tanh"))
    rate = draw.choice((0.1, 0.5))
    formulas = {
        "z": "w1*x1 + w2*x2 + b",
        "a": f"{activation}(z)",
        "L": "1/2*(a - t)**2",
    }
    net = Line(
        "z",
        "forward",
        (
            Term(
                (
                    _plain("weight", "w1", ("other weight", "w2")),
                    _plain("input", "x1", ("other input", "x2")),
                )
            ),
            Term(
                (
                    _plain("weight", "w2", ("other weight", "w1")),
                    _plain("input", "x2", ("other input", "x1")),
                )
            ),
            Term((_plain("bias", "b"),), "bias"),
        ),
    )
    error, slope = _error("a", "t"), slope_factor(activation, "a", "z")
    delta = _plain("delta", "dz", ("derivative for delta", "da"))
    lines = [
        net,
        _activated("a", "z", activation),
        _loss("a", "t"),
        Line(
            "da",
            "backward",
            (),
            (error,),
            also=(("factor two put in", f"2*{error.text}"), ("half put in", f"1/2*{error.text}")),
        ),
        Line("dz", "backward", (), (error, slope), by_way=f"{{da}}*{slope.text}"),
    ]
    for name, x, other in (("w1", "x1", "x2"), ("w2", "x2", "x1")):
        factor = _plain("input", x, ("other input", other))
        also = (
            ("weight for gradient", f"{{{name}}}"),
            ("weight multiplied in", f"{{dz}}*{{{x}}}*{{{name}}}"),
            ("step for gradient", f"{{eta}}*{{dz}}*{{{x}}}"),
            ("new weight for gradient", f"{{{name}'}}"),
        )
        lines.append(Line(f"d{name}", "gradient", (Term((delta, factor)),), also=also))
    lines.append(
        Line("db", "gradient", (Term((delta,)),), also=(("bias multiplied in", "{dz}*{b}"),))
    )
    lines += [update_line("w1", "dw2", "{dz}"), update_line("w2", "dw1", "{dz}"), update_line("b")]
    problem = _problem(given, formulas, "w1, w2, b", rate)
    return Exercise("graph", seed, problem, given | {"eta": rate}, tuple(lines))


def chain(seed: int) -> Exercise:
    """Two neurons behind each other."""
    draw = Random(seed)  # noqa: S311
    given = _numbers(draw, "x w b v c")
    given["t"] = round(draw.uniform(0.1, 0.9), 2)
    first, second = draw.choice(("sigmoid", "tanh")), draw.choice(("sigmoid", "tanh"))
    rate = draw.choice((0.1, 0.5))
    formulas = {
        "p": "w*x + b",
        "h": f"{first}(p)",
        "q": "v*h + c",
        "a": f"{second}(q)",
        "L": "1/2*(a - t)**2",
    }
    error = _error("a", "t")
    outer, inner = slope_factor(second, "a", "q"), slope_factor(first, "h", "p")
    weight = _plain(
        "weight", "v", ("other weight", "w"), ("new weights", "v'"), ("gradient for weight", "dv")
    )
    lines = [
        Line(
            "p",
            "forward",
            (
                Term((_plain("weight", "w", ("other weight", "v")), _plain("input", "x"))),
                Term((_plain("bias", "b", ("other bias", "c")),), "bias"),
            ),
        ),
        _activated("h", "p", first),
        Line(
            "q",
            "forward",
            (
                Term(
                    (
                        _plain("weight", "v", ("other weight", "w")),
                        _plain("input", "h", ("net for activation", "p"), ("wrong layer", "x")),
                    )
                ),
                Term((_plain("bias", "c", ("other bias", "b")),), "bias"),
            ),
        ),
        _activated("a", "q", second),
        _loss("a", "t"),
        Line(
            "da",
            "backward",
            (),
            (error,),
            also=(("factor two put in", f"2*{error.text}"), ("half put in", f"1/2*{error.text}")),
        ),
        Line("dq", "backward", (), (error, outer), by_way=f"{{da}}*{outer.text}"),
        Line(
            "dh",
            "backward",
            (Term((_plain("delta", "dq", ("derivative for delta", "da")), weight)),),
        ),
        Line(
            "dp",
            "backward",
            (Term((_plain("delta", "dq", ("derivative for delta", "da")), weight)),),
            (inner,),
            by_way=f"{{dh}}*{inner.text}",
        ),
        Line(
            "dv",
            "gradient",
            (
                Term(
                    (
                        _plain("delta", "dq", ("derivative for delta", "da")),
                        _plain("input", "h", ("net for activation", "p"), ("wrong layer", "x")),
                    )
                ),
            ),
            also=(("weight for gradient", "{v}"), ("step for gradient", "{eta}*{dq}*{h}")),
        ),
        Line("dc", "gradient", (Term((_plain("delta", "dq", ("derivative for delta", "da")),)),)),
        Line(
            "dw",
            "gradient",
            (
                Term(
                    (
                        _plain("delta", "dp", ("derivative for delta", "dh")),
                        _plain("input", "x", ("own activation for input", "h")),
                    )
                ),
            ),
            also=(("weight for gradient", "{w}"), ("step for gradient", "{eta}*{dp}*{x}")),
        ),
        Line("db", "gradient", (Term((_plain("delta", "dp", ("derivative for delta", "dh")),)),)),
    ]
    lines += [
        update_line("v", "dw", "{dq}"),
        update_line("c", "db"),
        update_line("w", "dv", "{dp}"),
        update_line("b", "dc"),
    ]
    problem = _problem(given, formulas, "w, b, v, c", rate)
    return Exercise("graph", seed, problem, given | {"eta": rate}, tuple(lines))


def two_paths(seed: int) -> Exercise:
    """One input that reaches the end by two ways: L = (u*v - t)**2 / 2 with u, v of the same w."""
    draw = Random(seed)  # noqa: S311
    given = _numbers(draw, "w x b")
    given["t"] = round(draw.uniform(0.1, 0.9), 2)
    activation = draw.choice(("sigmoid", "tanh"))
    rate = draw.choice((0.1, 0.5))
    formulas = {
        "z": "w*x + b",
        "u": f"{activation}(z)",
        "v": "w*u",
        "y": "u*v",
        "L": "1/2*(y - t)**2",
    }
    error, slope = _error("y", "t"), slope_factor(activation, "u", "z")
    paths = (
        Term(
            (
                _plain("delta", "dy", ("error turned", "dy")),
                _plain("weight", "v", ("other factor", "u")),
            ),
            "term",
        ),
        Term((_plain("delta", "dv"), _plain("weight", "w", ("new weights", "w'"))), "term"),
    )
    lines = [
        Line(
            "z",
            "forward",
            (
                Term((_plain("weight", "w"), _plain("input", "x"))),
                Term((_plain("bias", "b"),), "bias"),
            ),
        ),
        _activated("u", "z", activation),
        Line(
            "v",
            "forward",
            (Term((_plain("weight", "w"), _plain("input", "u", ("net for activation", "z")))),),
        ),
        Line(
            "y",
            "forward",
            (Term((_plain("input", "u", ("net for activation", "z")), _plain("weight", "v"))),),
            also=(("added instead of multiplied", "{u} + {v}"),),
        ),
        _loss("y", "t"),
        Line("dy", "backward", (), (error,), also=(("factor two put in", f"2*{error.text}"),)),
        Line(
            "dv",
            "backward",
            (Term((_plain("delta", "dy"), _plain("input", "u", ("other factor", "v")))),),
        ),
        Line("du", "backward", paths),
        Line("dz", "backward", paths, (slope,), by_way=f"{{du}}*{slope.text}"),
        Line(
            "dw",
            "gradient",
            (
                Term(
                    (_plain("delta", "dv"), _plain("input", "u", ("net for activation", "z"))),
                    "term",
                ),
                Term(
                    (_plain("delta", "dz", ("derivative for delta", "du")), _plain("input", "x")),
                    "term",
                ),
            ),
            also=(("weight for gradient", "{w}"),),
        ),
        Line("db", "gradient", (Term((_plain("delta", "dz", ("derivative for delta", "du")),)),)),
    ]
    lines += [update_line("w", "db"), update_line("b", "dw")]
    problem = _problem(given, formulas, "w, b", rate)
    return Exercise("graph", seed, problem, given | {"eta": rate}, tuple(lines))
