"""Momentum, RMSProp and Adam on a small function, over several updates."""

from __future__ import annotations

from random import Random

from tests.mistakes.sheet import Also, Exercise, Line

UPDATES = 3
EPSILON = 1e-8


class Optimised:
    """f(w) = (x·w − t)²/2 or w² + b·w from a drawn start; the states start at 0."""

    def __init__(self, seed: int) -> None:
        draw = Random(seed)  # noqa: S311
        self.slips: Also
        self.kind = ("momentum", "adam", "rmsprop")[seed % 3]
        self.given = {
            name: round(draw.uniform(0.3, 1.5) * draw.choice((1, 1, -1)), 2) for name in "wxt"
        }
        rate = draw.choice((0.1, 0.05, 0.2))
        self.given["eta"] = rate
        if draw.random() < 0.5:
            formula = "1/2*(x*w - t)**2"
            self.function = "1/2*({x}*{w} - {t})**2"
            self.by_w = "({x}*{w} - {t})*{x}"
            self.slips = (
                ("input left out", "({x}*{w} - {t})"),
                ("error turned", "({t} - {x}*{w})*{x}"),
                ("factor two put in", "2*({x}*{w} - {t})*{x}"),
                ("only the input", "{x}"),
                ("activation for error", "{x}*{w}*{x}"),
            )
        else:
            formula = "w**2 + t*w + x"
            self.function = "{w}**2 + {t}*{w} + {x}"
            self.by_w = "2*{w} + {t}"
            self.slips = (
                ("one term left out", "2*{w}"),
                ("two left out", "{w} + {t}"),
                ("sign of a term", "2*{w} - {t}"),
            )
        settings = {
            "momentum": {"mu": draw.choice((0.9, 0.8, 0.5))},
            "rmsprop": {"rho": draw.choice((0.9, 0.8))},
            "adam": {"beta1": draw.choice((0.9, 0.8)), "beta2": draw.choice((0.999, 0.99))},
        }[self.kind]
        self.given.update(settings)
        if self.kind != "momentum":
            self.given["epsilon"] = EPSILON
        told = ", ".join(f"{name}: {value:g}" for name, value in settings.items())
        self.problem = "\n".join(
            [
                "title: Random descent",
                "notation: plain",
                "graph:",
                f"  values: {{w: {self.given['w']:g}, x: {self.given['x']:g}, "
                f"t: {self.given['t']:g}}}".replace("t:", "c:"),
                f"  formulas: {{f: {formula}}}".replace("t", "c"),
                "  differentiate: f",
                "  with_respect_to: [w]",
                f"  learning_rate: {rate}",
                f"  optimiser: {{{self.kind}: {{{told}}}}}",
                f"updates: {UPDATES}",
                "",
            ]
        )
        # The program counts updates in t; the constant of the function is called c.
        self.given["c"] = self.given.pop("t")
        self.lines: list[Line] = []
        for update in range(1, UPDATES + 1):
            self._update(update)

    def _update(self, update: int) -> None:
        at = "" if update == 1 else f"#{update}"
        before = "" if update == 2 else f"#{update - 1}"
        w = "w" if update == 1 else f"w'{before}"

        def here(text: str) -> str:
            return text.replace("{w}", f"{{{w}}}").replace("{t}", "{c}")

        older = [] if update == 1 else [("old weight for the new", here(self.by_w).replace(w, "w"))]
        self.lines += [
            Line(f"f{at}", "forward", whole=here(self.function)),
            Line(
                f"dw{at}",
                "gradient",
                whole=here(self.by_w),
                also=(
                    *((label, here(text)) for label, text in self.slips),
                    ("sign lost", f"-({here(self.by_w)})"),
                    *older,
                ),
            ),
        ]
        getattr(self, f"_{self.kind}")(update, w, at, before)

    def _state(self, letter: str, update: int, before: str) -> str:
        """A state of the update before; 0 at the first one."""
        return f"{{{letter}w'{before}}}" if update > 1 else f"{{{letter}w}}"

    def _momentum(self, update: int, w: str, at: str, before: str) -> None:
        self.given["vw"] = 0.0
        old, gradient = self._state("v", update, before), f"{{dw{at}}}"
        also = [
            ("momentum left out", f"-{{eta}}*{gradient}"),
            ("sign of a term", f"{{mu}}*{old} + {{eta}}*{gradient}"),
            ("rate left out", f"{{mu}}*{old} - {gradient}"),
        ]
        if update > 1:
            also += [
                ("share of the state left out", f"{old} - {{eta}}*{gradient}"),
                ("old gradient for the new", f"{{mu}}*{old} - {{eta}}*{{dw{before}}}"),
                ("gradient for state", f"{{mu}}*{{dw{before}}} - {{eta}}*{gradient}"),
            ]
        self.lines += [
            Line(
                f"vw'{at}", "update", whole=f"{{mu}}*{old} - {{eta}}*{gradient}", also=tuple(also)
            ),
            Line(
                f"w'{at}",
                "update",
                whole=f"{{{w}}} + {{vw'{at}}}",
                also=(
                    ("step added", f"{{{w}}} - {{vw'{at}}}"),
                    ("plain step", f"{{{w}}} - {{eta}}*{gradient}"),
                    ("step for the new value", f"{{vw'{at}}}"),
                    ("not updated", f"{{{w}}}"),
                ),
            ),
        ]

    def _square(self, share: str, update: int, at: str, before: str) -> Line:
        self.given["sw"] = 0.0
        old, gradient = self._state("s", update, before), f"{{dw{at}}}"
        also = [
            ("gradient not squared", f"{share}*{old} + (1 - {share})*{gradient}"),
            ("shares exchanged", f"(1 - {share})*{old} + {share}*{gradient}**2"),
            ("share of the gradient left out", f"{share}*{old} + {gradient}**2"),
        ]
        if update > 1:
            also += [
                ("share of the state left out", f"{old} + (1 - {share})*{gradient}**2"),
                ("old state left out", f"(1 - {share})*{gradient}**2"),
            ]
        right = f"{share}*{old} + (1 - {share})*{gradient}**2"
        return Line(f"sw'{at}", "update", whole=right, also=tuple(also))

    def _step(
        self, w: str, at: str, size: str, above: str, below: str, more: list[tuple[str, str]]
    ) -> Line:
        also = [
            ("step added", f"{{{w}}} + {size}*{above}/(sqrt({below}) + {{epsilon}})"),
            ("root left out", f"{{{w}}} - {size}*{above}/({below} + {{epsilon}})"),
            ("rate left out", f"{{{w}}} - {above}/(sqrt({below}) + {{epsilon}})"),
            ("plain step", f"{{{w}}} - {{eta}}*{{dw{at}}}"),
            ("not divided", f"{{{w}}} - {size}*{above}"),
            ("not updated", f"{{{w}}}"),
            *more,
        ]
        right = f"{{{w}}} - {size}*{above}/(sqrt({below}) + {{epsilon}})"
        return Line(f"w'{at}", "update", whole=right, also=tuple(also))

    def _rmsprop(self, update: int, w: str, at: str, before: str) -> None:
        state = f"{{sw'{at}}}"
        old = self._state("s", update, before)
        older = [
            ("old state for the new", f"{{{w}}} - {{eta}}*{{dw{at}}}/(sqrt({old}) + {{epsilon}})")
        ]
        self.lines += [
            self._square("{rho}", update, at, before),
            self._step(w, at, "{eta}", f"{{dw{at}}}", state, older if update > 1 else []),
        ]

    def _adam(self, update: int, w: str, at: str, before: str) -> None:
        self.given.update({"mw": 0.0, "t": 1.0})
        count = "t" if update == 1 else f"t'{before}"
        old, gradient = self._state("m", update, before), f"{{dw{at}}}"
        also = [
            ("shares exchanged", f"(1 - {{beta1}})*{old} + {{beta1}}*{gradient}"),
            ("share of the gradient left out", f"{{beta1}}*{old} + {gradient}"),
            ("other share", f"{{beta2}}*{old} + (1 - {{beta2}})*{gradient}"),
        ]
        if update > 1:
            also += [
                ("share of the state left out", f"{old} + (1 - {{beta1}})*{gradient}"),
                ("old state left out", f"(1 - {{beta1}})*{gradient}"),
            ]
        right = f"{{beta1}}*{old} + (1 - {{beta1}})*{gradient}"
        self.lines += [
            Line(f"mw'{at}", "update", whole=right, also=tuple(also)),
            self._square("{beta2}", update, at, before),
            self._corrected("mhatw", "mw'", "beta1", "beta2", at, count),
            self._corrected("shatw", "sw'", "beta2", "beta1", at, count),
            self._step(
                w,
                at,
                "{eta}",
                f"{{mhatw{at}}}",
                f"{{shatw{at}}}",
                [
                    (
                        "moments not corrected",
                        f"{{{w}}} - {{eta}}*{{mw'{at}}}/(sqrt({{sw'{at}}}) + {{epsilon}})",
                    ),
                    (
                        "gradient for the first moment",
                        f"{{{w}}} - {{eta}}*{gradient}/(sqrt({{shatw{at}}}) + {{epsilon}})",
                    ),
                ],
            ),
            Line(f"t'{at}", "update", whole=f"{{{count}}} + 1"),
        ]

    def _corrected(self, name: str, of: str, share: str, other: str, at: str, count: str) -> Line:
        moment = f"{{{of}{at}}}"
        also = [
            ("not corrected", moment),
            ("other share", f"{moment}/(1 - {{{other}}}**{{{count}}})"),
        ]
        if at:
            also.append(("exponent left out", f"{moment}/(1 - {{{share}}})"))
        right = f"{moment}/(1 - {{{share}}}**{{{count}}})"
        return Line(f"{name}{at}", "update", whole=right, also=tuple(also))


def optimiser(seed: int) -> Exercise:
    made = Optimised(seed)
    return Exercise("optimiser", seed, made.problem, made.given, tuple(made.lines), UPDATES)
