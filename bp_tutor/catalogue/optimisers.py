"""Optimisers: how a gradient becomes a step, in formulas.

The formulas speak of `w` (the weight), `g` (its gradient), `eta` (the learning rate), the
optimiser's parameters, its states from the update before (`v`), and what has been defined
further up (`v_new`). `t` counts the updates from 1.

Sources: momentum as by Polyak (1964), Nesterov's form as by Sutskever et al. (2013), RMSProp
as by Hinton's lecture 6e (2012), AdaGrad as by Duchi et al. (2011), AdaDelta as by Zeiler (2012),
Adam and AdaMax as by Kingma and Ba (2015), NAdam as by Dozat (2016) with a fixed beta1, AMSGrad
as by Reddi et al. (2018), AdamW as by Loshchilov and Hutter (2019), Lion as by Chen et al. (2023).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bp_tutor.catalogue.clipping import CLIPPED, CLIPPING, LIMIT, NORM
from bp_tutor.fields.described import table
from bp_tutor.fields.forms import Choice, Flag, Number
from bp_tutor.fields.records import Field
from bp_tutor.formula import walk
from bp_tutor.formula.algebra import filled, number, template
from bp_tutor.formula.atoms import Hole
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.catalogue.schedules import Schedule
    from bp_tutor.fields.forms import Setting
    from bp_tutor.formula import Formula

COUNT = "t"
AHEAD = "p"
"""The kind of a quantity: the point ahead of it at which its gradient is taken."""
NEW = "'"


class Optimiser(Frozen):
    """How gradients become steps; `parameters` such as `mu` or `beta1` where it has some."""

    name: str = "gradient_descent"
    parameters: tuple[tuple[str, Setting], ...] = ()
    clipping: tuple[str, float] | None = None
    """How gradients are clipped before, `value` or `norm`, and the limit."""
    schedule: Schedule | None = None
    """How the learning rate changes from update to update."""

    @property
    def counts(self) -> bool:
        """Whether its formulas use the number of the update."""
        return self.schedule is not None or form_of(self).counts

    @property
    def beside(self) -> tuple[str, ...]:
        """All that is kept or worked out beside each weight, by the letters before its name."""
        return (*form_of(self).beside, *((CLIPPED,) if self.clipping else ()))


class Line(Frozen):
    """One line of an update: what it defines, its formula, its rule."""

    kind: str
    """The kind of the quantity: `v'` is the new velocity, `'` the new weight."""
    formula: str
    rule: str


class UpdateForm(Frozen):
    """One way of writing an optimiser's update."""

    lines: tuple[Line, ...]
    remark: str = ""
    """The key of a sentence about its conventions."""
    when: tuple[tuple[str, Setting], ...] = ()
    """The settings of the file, or the convention `report`, that choose it; none: the usual one."""
    pytorch: tuple[str, str] | None = None
    """The class in `torch.optim` that does the same, and its arguments over the symbols."""
    while_rate_stays: bool = False
    """Whether PyTorch does the same only as long as the learning rate does not change."""
    ahead: str = ""
    """Where the gradient is taken, if that is not at the weight itself."""

    @property
    def states(self) -> tuple[str, ...]:
        """What is kept beside each weight for the next update."""
        news = (line.kind for line in self.lines if line.kind.endswith(NEW))
        return tuple(kind.removesuffix(NEW) for kind in news if kind != NEW)

    @property
    def beside(self) -> tuple[str, ...]:
        """All that is kept or worked out beside each weight, by the letters before its name."""
        own = (line.kind for line in self.lines if not line.kind.endswith(NEW))
        point = (AHEAD,) if self.ahead else ()
        return (*self.states, *(kind for kind in own if kind != "step"), *point)

    @property
    def never_negative(self) -> tuple[str, ...]:
        """The states that no gradient takes below 0, as means of squares."""
        lines = {line.kind: template(line.formula) for line in self.lines}
        return tuple(each for each in self.states if _stays_up(lines[each + NEW], each))

    @property
    def counts(self) -> bool:
        """Whether its formulas use the number of the update."""
        return any(Hole(COUNT) in walk(template(line.formula)) for line in self.lines)


def _stays_up(formula: Formula, state: str) -> bool:
    """Whether a state that is 0 is not below it behind its line, whatever else is how large."""
    others = {node.symbol for node in walk(formula) if isinstance(node, Hole)} - {state}
    # A letter alone has either sign; settings and new means of squares have only one.
    ends = [(-1.0, 1.0) if len(each) == 1 else (0.5,) for each in others]
    for numbers in product(*ends):
        holes = {state: number(0)} | dict(zip(others, map(number, numbers), strict=True))
        if filled(formula, holes).value(lambda *_: 0.0) < 0:
            return False
    return True


class OptimiserKind(Frozen):
    """An optimiser: its name in a file, what can be set, and its forms, the usual one first."""

    key: str
    forms: tuple[UpdateForm, ...]
    fields: tuple[Field, ...] = ()
    """Parameters, which are numbers, and what chooses a form."""
    also: tuple[str, ...] = ()
    """What else it is called; only for the hint in a message."""


def form_of(optimiser: Optimiser, report: str = "gradient") -> UpdateForm:
    """The form that the settings of the file and its conventions choose."""
    chosen = {**dict(optimiser.parameters), "report": report}
    usual, *others = OPTIMISERS[optimiser.name].forms
    fits = (form for form in others if all(chosen.get(key) == value for key, value in form.when))
    return next(fits, usual)


def numbers_of(optimiser: Optimiser) -> dict[str, float]:
    """The parameters of its formulas, as the file gives them or as is usual."""
    given = dict(optimiser.parameters)
    fields = OPTIMISERS[optimiser.name].fields
    return {
        field.name: float(given.get(field.name, field.default))
        for field in fields
        if isinstance(field.default, float)
    }


def formula_symbols(optimiser: Optimiser) -> tuple[str, ...]:
    """What its formulas speak of beside weight, gradient and learning rate: `mu`, `t`."""
    counts = (COUNT,) if optimiser.counts else ()
    return (*numbers_of(optimiser), *counts, *_of_clipping(optimiser))


def _of_clipping(optimiser: Optimiser) -> tuple[str, ...]:
    if optimiser.clipping is None:
        return ()
    return (LIMIT, NORM) if CLIPPING[optimiser.clipping[0]].by_norm else (LIMIT,)


def names_of(optimiser: Optimiser) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What there is beside each weight, as kinds of a quantity, and its single numbers."""
    symbols = (*sorted(formula_symbols(optimiser)), *((COUNT + NEW,) if optimiser.counts else ()))
    kept = (state + NEW for state in form_of(optimiser).states)
    return (*optimiser.beside, *kept), symbols


_SHARE = Number("expected.share", 0, 0.999999999999)
_MU = Field("mu", _SHARE, "0.9", 0.9, also=("momentum", "beta"))
_EPSILON = (
    Field("epsilon", Number("expected.not_negative", 0), "1e-8", 1e-8, also=("eps",)),
    Field("epsilon_inside", Flag(), "true", default=False),
)
_INSIDE = (("epsilon_inside", True),)
_VELOCITY = Line("v'", "mu*v - eta*g", "velocity")
_MEAN_SQUARE = Line("s'", "rho*s + (1 - rho)*g**2", "mean_square")
_MOMENTS = (
    Line("m'", "beta1*m + (1 - beta1)*g", "first_moment"),
    Line("s'", "beta2*s + (1 - beta2)*g**2", "second_moment"),
    Line("mhat", "m_new/(1 - beta1**t)", "first_corrected"),
    Line("shat", "s_new/(1 - beta2**t)", "second_corrected"),
)
_NADAM_STEP = Line(
    "'",
    "w - eta*(beta1*mhat + (1 - beta1)*g/(1 - beta1**t))/(sqrt(shat) + epsilon)",
    "nadam_step",
)
_BETAS = (Field("beta1", _SHARE, "0.9", 0.9), Field("beta2", _SHARE, "0.999", 0.999))
_DECAY = Field(
    "decay", Number("expected.not_negative", 0), "0.01", 0.01, also=("weight_decay", "lambda", "wd")
)

OPTIMISERS = table(
    OptimiserKind(
        "gradient_descent",
        (
            UpdateForm(
                (Line("'", "w - eta*g", "gradient_step"),),
                pytorch=("SGD", "lr={eta}"),
            ),
            UpdateForm(
                (Line("step", "-eta*g", "step"), Line("'", "w + step", "new_weight")),
                when=(("report", "step"),),
                pytorch=("SGD", "lr={eta}"),
            ),
        ),
        also=("sgd", "gd"),
    ),
    OptimiserKind(
        "momentum",
        (
            # PyTorch counts its velocity in gradients.
            UpdateForm(
                (_VELOCITY, Line("'", "w + v_new", "momentum_step")),
                "momentum",
                pytorch=("SGD", "lr={eta}, momentum={mu}"),
                while_rate_stays=True,
            ),
            UpdateForm(
                (
                    Line("v'", "mu*v + g", "velocity"),
                    Line("'", "w - eta*v_new", "momentum_step"),
                ),
                "momentum_of_gradients",
                when=(("form", "gradient"),),
                pytorch=("SGD", "lr={eta}, momentum={mu}"),
            ),
        ),
        (_MU, Field("form", Choice(("step", "gradient")), "gradient", "step")),
        also=("heavy_ball",),
    ),
    OptimiserKind(
        "nesterov",
        (
            UpdateForm(
                (_VELOCITY, Line("'", "w + mu*v_new - eta*g", "nesterov_step")),
                "nesterov",
                pytorch=("SGD", "lr={eta}, momentum={mu}, nesterov=True"),
                while_rate_stays=True,
            ),
            UpdateForm(
                (_VELOCITY, Line("'", "w + v_new", "momentum_step")),
                "nesterov_look_ahead",
                when=(("form", "look_ahead"),),
                ahead="w + mu*v",
            ),
        ),
        (_MU, Field("form", Choice(("at_weight", "look_ahead")), "look_ahead", "at_weight")),
        also=("nag", "nesterov_momentum"),
    ),
    OptimiserKind(
        "rmsprop",
        (
            UpdateForm(
                (_MEAN_SQUARE, Line("'", "w - eta*g/(sqrt(s_new) + epsilon)", "rmsprop_step")),
                "rmsprop",
                pytorch=("RMSprop", "lr={eta}, alpha={rho}, eps={epsilon}"),
            ),
            UpdateForm(
                (_MEAN_SQUARE, Line("'", "w - eta*g/sqrt(s_new + epsilon)", "rmsprop_step")),
                "rmsprop_epsilon_inside",
                when=_INSIDE,
            ),
        ),
        (
            Field("rho", _SHARE, "0.9", 0.9, also=("alpha", "beta", "decay")),
            *_EPSILON,
        ),
        also=("rms_prop",),
    ),
    OptimiserKind(
        "adam",
        (
            UpdateForm(
                (*_MOMENTS, Line("'", "w - eta*mhat/(sqrt(shat) + epsilon)", "adam_step")),
                "adam",
                pytorch=("Adam", "lr={eta}, betas=({beta1}, {beta2}), eps={epsilon}"),
            ),
            UpdateForm(
                (*_MOMENTS, Line("'", "w - eta*mhat/sqrt(shat + epsilon)", "adam_step")),
                "adam_epsilon_inside",
                when=_INSIDE,
            ),
        ),
        (*_BETAS, *_EPSILON),
    ),
    OptimiserKind(
        "adagrad",
        (
            UpdateForm(
                (
                    Line("s'", "s + g**2", "sum_of_squares"),
                    Line("'", "w - eta*g/(sqrt(s_new) + epsilon)", "adagrad_step"),
                ),
                "rmsprop",
                pytorch=("Adagrad", "lr={eta}, eps={epsilon}"),
            ),
        ),
        _EPSILON[:1],
        also=("ada_grad",),
    ),
    OptimiserKind(
        "adadelta",
        (
            UpdateForm(
                (
                    _MEAN_SQUARE,
                    Line("u", "sqrt(r + epsilon)/sqrt(s_new + epsilon)*g", "adadelta_change"),
                    Line("r'", "rho*r + (1 - rho)*u**2", "mean_square_changes"),
                    Line("'", "w - eta*u", "adadelta_step"),
                ),
                "adadelta",
                pytorch=("Adadelta", "lr={eta}, rho={rho}, eps={epsilon}"),
            ),
        ),
        (
            Field("rho", _SHARE, "0.9", 0.9, also=("alpha", "beta", "decay")),
            Field("epsilon", Number("expected.positive", above=0), "1e-6", 1e-6, also=("eps",)),
        ),
        also=("ada_delta",),
    ),
    OptimiserKind(
        "rmsprop_momentum",
        (
            UpdateForm(
                (
                    _MEAN_SQUARE,
                    Line("v'", "mu*v + g/(sqrt(s_new) + epsilon)", "velocity"),
                    Line("'", "w - eta*v_new", "momentum_step"),
                ),
                "rmsprop",
                pytorch=("RMSprop", "lr={eta}, alpha={rho}, eps={epsilon}, momentum={mu}"),
            ),
        ),
        (Field("rho", _SHARE, "0.9", 0.9, also=("alpha", "decay")), _MU, *_EPSILON[:1]),
        also=("rmsprop_with_momentum",),
    ),
    OptimiserKind(
        "adamw",
        (
            UpdateForm(
                (
                    *_MOMENTS,
                    Line("'", "w - eta*mhat/(sqrt(shat) + epsilon) - eta*decay*w", "adamw_step"),
                ),
                "adamw",
                pytorch=(
                    "AdamW",
                    "lr={eta}, betas=({beta1}, {beta2}), eps={epsilon}, weight_decay={decay}",
                ),
            ),
        ),
        (*_BETAS, *_EPSILON[:1], _DECAY),
        also=("adam_w",),
    ),
    OptimiserKind(
        "amsgrad",
        (
            UpdateForm(
                (
                    *_MOMENTS[:2],
                    Line("q'", "max(q, s_new)", "largest_moment"),
                    _MOMENTS[2],
                    Line("qhat", "q_new/(1 - beta2**t)", "second_corrected"),
                    Line("'", "w - eta*mhat/(sqrt(qhat) + epsilon)", "adam_step"),
                ),
                "adam",
                pytorch=(
                    "Adam",
                    "lr={eta}, betas=({beta1}, {beta2}), eps={epsilon}, amsgrad=True",
                ),
            ),
        ),
        (*_BETAS, *_EPSILON[:1]),
        also=("ams_grad",),
    ),
    OptimiserKind(
        "adamax",
        (
            UpdateForm(
                (
                    _MOMENTS[0],
                    Line("u'", "max(beta2*u, abs(g) + epsilon)", "largest_gradient"),
                    _MOMENTS[2],
                    Line("'", "w - eta*mhat/u_new", "adamax_step"),
                ),
                "adamax",
                pytorch=("Adamax", "lr={eta}, betas=({beta1}, {beta2}), eps={epsilon}"),
            ),
        ),
        (
            *_BETAS,
            Field("epsilon", Number("expected.positive", above=0), "1e-8", 1e-8, also=("eps",)),
        ),
        also=("ada_max",),
    ),
    OptimiserKind(
        "nadam",
        (
            UpdateForm(
                (
                    *_MOMENTS,
                    _NADAM_STEP,
                ),
                "nadam",
            ),
            # Dozat (2016), and PyTorch: the moment is corrected for the update after this one.
            UpdateForm(
                (
                    *_MOMENTS[:2],
                    Line("mhat", "m_new/(1 - beta1**(t + 1))", "first_corrected_next"),
                    _MOMENTS[3],
                    _NADAM_STEP,
                ),
                "nadam",
                when=(("correction", "next"),),
            ),
        ),
        (*_BETAS, *_EPSILON[:1], Field("correction", Choice(("same", "next")), "next", "same")),
        also=("n_adam", "nesterov_adam"),
    ),
    OptimiserKind(
        "lion",
        (
            UpdateForm(
                (
                    Line("u", "beta1*m + (1 - beta1)*g", "lion_direction"),
                    Line("'", "w - eta*(sign(u) + decay*w)", "lion_step"),
                    Line("m'", "beta2*m + (1 - beta2)*g", "first_moment"),
                ),
                "lion",
            ),
        ),
        (
            Field("beta1", _SHARE, "0.9", 0.9),
            Field("beta2", _SHARE, "0.99", 0.99),
            _DECAY._replace(default=0.0),
        ),
    ),
)
