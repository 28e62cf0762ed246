"""Neurons and small networks written as computation graphs."""

from __future__ import annotations

from random import Random

from tests.mistakes.pieces import (
    activated,
    error_of,
    factor,
    half_square,
    slope_factor,
    update_line,
)
from tests.mistakes.sheet import Exercise, Line, Term


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
                    factor("weight", "w1", ("other weight", "w2")),
                    factor("input", "x1", ("other input", "x2")),
                )
            ),
            Term(
                (
                    factor("weight", "w2", ("other weight", "w1")),
                    factor("input", "x2", ("other input", "x1")),
                )
            ),
            Term((factor("bias", "b"),), "bias"),
        ),
    )
    error, slope = error_of("a", "t", "L"), slope_factor(activation, "a", "z")
    delta = factor("delta", "dz", ("derivative for delta", "da"), ("net for delta", "z"))
    lines = [
        net,
        activated("a", "z", activation),
        half_square("L", "a", "t"),
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
        entering = factor("input", x, ("other input", other))
        also = (
            ("weight for gradient", f"{{{name}}}"),
            ("step for gradient", f"{{eta}}*{{dz}}*{{{x}}}"),
            ("new weight for gradient", f"{{{name}'}}"),
        )
        lines.append(Line(f"d{name}", "gradient", (Term((delta, entering)),), also=also))
    lines.append(Line("db", "gradient", (Term((delta,)),)))
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
    error = error_of("a", "t", "L")
    outer, inner = slope_factor(second, "a", "q"), slope_factor(first, "h", "p")
    weight = factor(
        "weight", "v", ("other weight", "w"), ("new weights", "v'"), ("gradient for weight", "dv")
    )
    lines = [
        Line(
            "p",
            "forward",
            (
                Term((factor("weight", "w", ("other weight", "v")), factor("input", "x"))),
                Term((factor("bias", "b", ("other bias", "c")),), "bias"),
            ),
        ),
        activated("h", "p", first),
        Line(
            "q",
            "forward",
            (
                Term(
                    (
                        factor("weight", "v", ("other weight", "w")),
                        factor("input", "h", ("net for activation", "p"), ("wrong layer", "x")),
                    )
                ),
                Term((factor("bias", "c", ("other bias", "b")),), "bias"),
            ),
        ),
        activated("a", "q", second),
        half_square("L", "a", "t"),
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
            (Term((factor("delta", "dq", ("derivative for delta", "da")), weight)),),
        ),
        Line(
            "dp",
            "backward",
            (Term((factor("delta", "dq", ("derivative for delta", "da")), weight)),),
            (inner,),
            by_way=f"{{dh}}*{inner.text}",
        ),
        Line(
            "dv",
            "gradient",
            (
                Term(
                    (
                        factor("delta", "dq", ("derivative for delta", "da")),
                        factor("input", "h", ("net for activation", "p"), ("wrong layer", "x")),
                    )
                ),
            ),
            also=(("weight for gradient", "{v}"), ("step for gradient", "{eta}*{dq}*{h}")),
        ),
        Line("dc", "gradient", (Term((factor("delta", "dq", ("derivative for delta", "da")),)),)),
        Line(
            "dw",
            "gradient",
            (
                Term(
                    (
                        factor("delta", "dp", ("derivative for delta", "dh")),
                        factor("input", "x", ("own activation for input", "h")),
                    )
                ),
            ),
            also=(("weight for gradient", "{w}"), ("step for gradient", "{eta}*{dp}*{x}")),
        ),
        Line("db", "gradient", (Term((factor("delta", "dp", ("derivative for delta", "dh")),)),)),
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
    error, slope = error_of("y", "t", "L"), slope_factor(activation, "u", "z")
    paths = (
        Term(
            (
                factor("delta", "dy", ("error turned", "dy")),
                factor("weight", "v", ("other factor", "u")),
            ),
            "term",
        ),
        Term((factor("delta", "dv"), factor("weight", "w", ("new weights", "w'"))), "term"),
    )
    lines = [
        Line(
            "z",
            "forward",
            (
                Term((factor("weight", "w"), factor("input", "x"))),
                Term((factor("bias", "b"),), "bias"),
            ),
        ),
        activated("u", "z", activation),
        Line(
            "v",
            "forward",
            (Term((factor("weight", "w"), factor("input", "u", ("net for activation", "z")))),),
        ),
        Line(
            "y",
            "forward",
            (Term((factor("input", "u", ("net for activation", "z")), factor("weight", "v"))),),
            also=(("added instead of multiplied", "{u} + {v}"),),
        ),
        half_square("L", "y", "t"),
        Line("dy", "backward", (), (error,), also=(("factor two put in", f"2*{error.text}"),)),
        Line(
            "dv",
            "backward",
            (Term((factor("delta", "dy"), factor("input", "u", ("other factor", "v")))),),
        ),
        Line("du", "backward", paths),
        Line("dz", "backward", paths, (slope,), by_way=f"{{du}}*{slope.text}"),
        Line(
            "dw",
            "gradient",
            (
                Term(
                    (factor("delta", "dv"), factor("input", "u", ("net for activation", "z"))),
                    "term",
                ),
                Term(
                    (factor("delta", "dz", ("derivative for delta", "du")), factor("input", "x")),
                    "term",
                ),
            ),
            also=(("weight for gradient", "{w}"),),
        ),
        Line("db", "gradient", (Term((factor("delta", "dz", ("derivative for delta", "du")),)),)),
    ]
    lines += [update_line("w", "db"), update_line("b", "dw")]
    problem = _problem(given, formulas, "w, b", rate)
    return Exercise("graph", seed, problem, given | {"eta": rate}, tuple(lines))
