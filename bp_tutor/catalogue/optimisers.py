"""Optimisers: how a gradient becomes a step, a row of formulas each.

The formulas speak of `w` (the weight), `g` (its gradient), `eta` (the learning rate), the
row's parameters, its states from the update before (`v`), and what the row itself has defined
further up (`v_new`). `t` counts the updates from 1.

Sources: momentum as by Polyak (1964), Nesterov's form as by Sutskever et al. (2013), RMSProp
as by Hinton's lecture 6e (2012), Adam as by Kingma and Ba (2015).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.fields.forms import Setting


class Optimiser(Frozen):
    """How gradients become steps; `parameters` such as `mu` or `beta1` where it has some."""

    name: str = "gradient_descent"
    parameters: tuple[tuple[str, Setting], ...] = ()


class Line(NamedTuple):
    """One line of an update: what it defines, its formula, its rule."""

    kind: str
    """The kind of the quantity: `v'` is the new velocity, `'` the new weight."""
    formula: str
    rule: str


class OptimiserRow(NamedTuple):
    """An optimiser: its parameters with their usual values, the states it keeps, its lines."""

    lines: tuple[Line, ...]
    states: tuple[str, ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    counts: bool = False
    """Whether its formulas use the number of the update."""
    remark: str = ""
    """The key of a sentence about its conventions."""


_EPSILON = ("epsilon", 1e-8)
_VELOCITY = Line("v'", "mu*v - eta*g", "velocity")
_MEAN_SQUARE = Line("s'", "rho*s + (1 - rho)*g**2", "mean_square")
_MOMENTS = (
    Line("m'", "beta1*m + (1 - beta1)*g", "first_moment"),
    Line("s'", "beta2*s + (1 - beta2)*g**2", "second_moment"),
    Line("mhat", "m_new/(1 - beta1**t)", "first_corrected"),
    Line("shat", "s_new/(1 - beta2**t)", "second_corrected"),
)
_ADAM = (("beta1", 0.9), ("beta2", 0.999), _EPSILON)
_RMSPROP = (("rho", 0.9), _EPSILON)

OPTIMISERS: dict[str, OptimiserRow] = {
    "gradient_descent": OptimiserRow((Line("'", "w - eta*g", "gradient_step"),)),
    "gradient_descent_by_steps": OptimiserRow(
        (Line("step", "-eta*g", "step"), Line("'", "w + step", "new_weight"))
    ),
    "momentum": OptimiserRow(
        (_VELOCITY, Line("'", "w + v_new", "momentum_step")),
        ("v",),
        (("mu", 0.9),),
        remark="momentum",
    ),
    "momentum_of_gradients": OptimiserRow(
        (Line("v'", "mu*v + g", "velocity"), Line("'", "w - eta*v_new", "momentum_step")),
        ("v",),
        (("mu", 0.9),),
        remark="momentum_of_gradients",
    ),
    "nesterov": OptimiserRow(
        (_VELOCITY, Line("'", "w + mu*v_new - eta*g", "nesterov_step")),
        ("v",),
        (("mu", 0.9),),
        remark="nesterov",
    ),
    "rmsprop": OptimiserRow(
        (_MEAN_SQUARE, Line("'", "w - eta*g/(sqrt(s_new) + epsilon)", "rmsprop_step")),
        ("s",),
        _RMSPROP,
        remark="rmsprop",
    ),
    "rmsprop_epsilon_inside": OptimiserRow(
        (_MEAN_SQUARE, Line("'", "w - eta*g/sqrt(s_new + epsilon)", "rmsprop_step")),
        ("s",),
        _RMSPROP,
        remark="rmsprop_epsilon_inside",
    ),
    "adam": OptimiserRow(
        (*_MOMENTS, Line("'", "w - eta*mhat/(sqrt(shat) + epsilon)", "adam_step")),
        ("m", "s"),
        _ADAM,
        counts=True,
        remark="adam",
    ),
    "adam_epsilon_inside": OptimiserRow(
        (*_MOMENTS, Line("'", "w - eta*mhat/sqrt(shat + epsilon)", "adam_step")),
        ("m", "s"),
        _ADAM,
        counts=True,
        remark="adam_epsilon_inside",
    ),
}


def optimiser_row(optimiser: Optimiser, report: str) -> OptimiserRow:
    """The row that an optimiser's choices pick, its parameters as the file gives them."""
    given = dict(optimiser.parameters)
    name = optimiser.name
    if name == "gradient_descent" and report == "step":
        name = "gradient_descent_by_steps"
    if given.get("form") == "gradient":
        name = "momentum_of_gradients"
    if given.get("epsilon_inside"):
        name += "_epsilon_inside"
    row = OPTIMISERS[name]
    parameters = tuple((key, float(given.get(key, value))) for key, value in row.parameters)
    return row._replace(parameters=parameters)
