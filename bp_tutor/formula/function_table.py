"""The table of named functions.

A function is one formula, its body. Slope and code come from that; a row gives a slope where
courses state it in a form of their own, and code where the textbook form would overflow. Tests
over the whole table prove both against the body.
"""

from __future__ import annotations

from typing import Any

from bp_tutor.frozen import Frozen

DERIVED = ""
"""A slope that is found from the body."""


class Function(Frozen):
    """A function of numbers, applied entry by entry.

    `body` and `slopes` are written in the language of formulas over `parameters` and
    `result`, the function's own value; a slope is the derivative by its parameter, None
    where there is none. `scalar`, `array` and `pytorch` are Python for floats, for NumPy and
    for PyTorch, with a `{name}` for each parameter; where they are empty, the body is used.
    """

    name: str
    parameters: tuple[str, ...]
    body: str | None
    slopes: tuple[str | None, ...]
    scalar: str = ""
    array: str = ""
    pytorch: str = ""
    pytorch_too: str = ""
    """What PyTorch calls it where its parameters are as usual, if `pytorch` is spelled out."""
    result: str = "a"
    defaults: tuple[float, ...] = ()
    """Values of the last parameters where a file does not give them."""
    unicode: str | None = None
    latex: str | None = None
    kinks: tuple[float, ...] = ()
    """Where the slope jumps."""
    as_body: bool = False
    """Spelled as its body, never by its name (losses)."""
    elementary: bool = False
    """Known to everybody: its body is never written out."""
    activation: bool = False
    """Whether a layer may have it as its activation."""
    probabilities: bool = False
    """Whether every value lies between 0 and 1."""
    also: tuple[str, ...] = ()
    """What else it is called; only for the hint in a message."""

    def __hash__(self) -> int:
        return hash(self.name)

    def with_slope(self, slope: str) -> Function:
        """The same function with its first slope stated in another way."""
        return self._replace(slopes=(slope, *self.slopes[1:]))


def _row(
    name: str,
    body: str | None,
    slope: str | None = DERIVED,
    scalar: str = "",
    array: str = "",
    **more: Any,
) -> Function:
    """A function of one number, and perhaps of parameters."""
    return Function(name, ("z",), body, (slope,), scalar, array, **more)


def _table(*rows: Function) -> dict[str, Function]:
    return {row.name: row for row in rows}


# ruff: noqa: E501 - a row of the table is read as one line
# fmt: off
FUNCTIONS = _table(
    # Elementary functions.
    _row("exp", None, "a", "exp({z})", "np.exp({z})", latex=r"\exp", pytorch="torch.exp({z})"),
    _row("log", None, "1/z", "log({z})", "np.log({z})", unicode="ln", latex=r"\ln", pytorch="torch.log({z})"),
    _row("log10", "log(z)/log(10)", "1/(z*log(10))", "log10({z})", "np.log10({z})", elementary=True, pytorch="torch.log10({z})"),
    _row("sqrt", "z**0.5", "1/(2*a)", "sqrt({z})", "np.sqrt({z})", unicode="√", latex=r"\sqrt", elementary=True, pytorch="torch.sqrt({z})"),
    _row("sin", None, "cos(z)", "sin({z})", "np.sin({z})", latex=r"\sin", pytorch="torch.sin({z})"),
    _row("cos", None, "-sin(z)", "cos({z})", "np.cos({z})", latex=r"\cos", pytorch="torch.cos({z})"),
    _row("cosh", "(exp(z) + exp(-z))/2", "(exp(z) - exp(-z))/2", "cosh({z})", "np.cosh({z})", elementary=True, latex=r"\cosh", pytorch="torch.cosh({z})"),
    _row("erf", None, "2/sqrt(pi)*exp(-z**2)", "erf({z})", "np.vectorize(math.erf, otypes=[float])({z})", elementary=True, pytorch="torch.erf({z})"),
    # The largest whole number that is not above z.
    _row("floor", None, None, "float(floor({z}))", "np.floor({z})", elementary=True, pytorch="torch.floor({z})"),
    # The normal distribution, which tables of statistics have: the area up to z, and the density.
    _row(
        "normal_cdf", "(1 + erf(z/sqrt(2)))/2", "normal_density(z)", "(erfc(-{z}/sqrt(2.0))/2.0)", "np.vectorize(math.erfc, otypes=[float])(-{z} / np.sqrt(2.0)) / 2.0",
        unicode="Φ", latex=r"\Phi", elementary=True, pytorch="torch.special.ndtr({z})",
    ),
    _row("normal_density", "exp(-z**2/2)/sqrt(2*pi)", "-z*a", unicode="Φ'", latex=r"\Phi'", elementary=True),
    _row("abs", "z*sign(z)", "sign(z)", "abs({z})", "np.abs({z})", kinks=(0.0,), elementary=True, pytorch="torch.abs({z})"),
    # Of equal ones the second counts; PyTorch's own maximum would share the slope out.
    Function(
        "max", ("y", "z"), None, ("I(y - z > 0)", "I(z - y >= 0)"),
        "({y} if {y} > {z} else {z})", "np.maximum({y}, {z})", pytorch="torch.where({y} > {z}, {y}, {z})", latex=r"\max",
    ),
    Function(
        "min", ("y", "z"), None, ("I(z - y > 0)", "I(y - z >= 0)"),
        "({y} if {y} < {z} else {z})", "np.minimum({y}, {z})", pytorch="torch.where({y} < {z}, {y}, {z})", latex=r"\min",
    ),
    # Activations: slopes in the form in which lectures state them.
    _row("identity", "z", "1", activation=True, also=("linear", "none", "id", "线性", "恒等")),
    _row(
        "sigmoid", "1/(1 + exp(-z))", "a*(1 - a)",
        "(1.0/(1.0+exp(-{z})) if {z} > -700.0 else exp({z}))",
        "1.0 / (1.0 + np.exp(-{z}))", pytorch="torch.sigmoid({z})", unicode="σ", latex=r"\sigma", activation=True, probabilities=True, also=("logistic", "sigma", "σ"),
    ),
    _row("tanh", "(exp(z) - exp(-z))/(exp(z) + exp(-z))", "1 - a**2", "tanh({z})", "np.tanh({z})", latex=r"\tanh", activation=True, pytorch="torch.tanh({z})"),
    _row("relu", "max(0, z)", "I(z > 0)", "({z} if {z} > 0.0 else 0.0)", "np.maximum({z}, 0.0)", unicode="ReLU", kinks=(0.0,), activation=True, pytorch="torch.relu({z})"),
    Function(
        "leaky_relu", ("z", "alpha"), "max(0, z) + alpha*min(0, z)",
        ("I(z > 0) + alpha*I(z <= 0)", "min(0, z)"),
        "({z} if {z} > 0.0 else {alpha}*{z})", "np.where({z} > 0.0, {z}, {alpha} * {z})",
        pytorch="F.leaky_relu({z}, {alpha})", defaults=(0.01,), unicode="LeakyReLU", kinks=(0.0,), activation=True, also=("lrelu", "leakyrelu"),
    ),
    # With a slope that is learnt, and so written each time.
    Function(
        "prelu", ("z", "alpha"), "max(0, z) + alpha*min(0, z)",
        ("I(z > 0) + alpha*I(z <= 0)", "min(0, z)"),
        "({z} if {z} > 0.0 else {alpha}*{z})", "np.where({z} > 0.0, {z}, {alpha} * {z})",
        pytorch="torch.where({z} > 0, {z}, {alpha} * {z})", unicode="PReLU", kinks=(0.0,),
    ),
    Function(
        "elu", ("z", "alpha"), "max(0, z) + min(0, alpha*(exp(z) - 1))",
        ("I(z > 0) + I(z <= 0)*(a + alpha)", "exp(min(0, z)) - 1"),
        "({z} if {z} > 0.0 else {alpha}*expm1({z}))",
        "np.where({z} > 0.0, {z}, {alpha} * np.expm1(np.minimum({z}, 0.0)))",
        pytorch="F.elu({z}, {alpha})", defaults=(1.0,), unicode="ELU", kinks=(0.0,), activation=True,
    ),
    _row(
        "softplus", "log(1 + exp(z))", "sigmoid(z)",
        "(log1p(exp(-abs({z}))) + ({z} if {z} > 0.0 else 0.0))", "np.logaddexp(0.0, {z})", pytorch="F.softplus({z})", activation=True,
    ),
    Function(
        "swish", ("z", "beta"), "z/(1 + exp(-beta*z))",
        ("beta*a + sigmoid(beta*z)*(1 - beta*a)", None),
        "({z}/(1.0+exp(-{beta}*{z})) if {beta}*{z} > -700.0 else {z}*exp({beta}*{z}))",
        "{z} / (1.0 + np.exp(-{beta} * {z}))", pytorch_too="F.silu({z})", defaults=(1.0,), unicode="Swish", activation=True, also=("silu",),
    ),
    Function(
        "selu", ("z", "alpha", "scale"), "scale*(max(0, z) + min(0, alpha*(exp(z) - 1)))",
        ("scale*I(z > 0) + I(z <= 0)*(a + scale*alpha)", "scale*(exp(min(0, z)) - 1)", "a/scale"),
        "({scale}*({z} if {z} > 0.0 else {alpha}*expm1({z})))",
        "{scale} * np.where({z} > 0.0, {z}, {alpha} * np.expm1(np.minimum({z}, 0.0)))",
        pytorch="({scale} * F.elu({z}, {alpha}))", pytorch_too="F.selu({z})", defaults=(1.6732632423543772, 1.0507009873554805), unicode="SELU", kinks=(0.0,), activation=True,
    ),
    _row("softsign", "z/(1 + abs(z))", "1/(1 + abs(z))**2", pytorch="F.softsign({z})", activation=True),
    _row("gelu", "z*normal_cdf(z)", "normal_cdf(z) + z*normal_density(z)", pytorch="F.gelu({z})", unicode="GELU", activation=True),
    _row(
        "gelu_tanh", "z/2*(1 + tanh(sqrt(2/pi)*(z + 0.044715*z**3)))",
        "(1 + tanh(sqrt(2/pi)*(z + 0.044715*z**3)))/2 + z/2*(1 - tanh(sqrt(2/pi)*(z + 0.044715*z**3))**2)*sqrt(2/pi)*(1 + 0.134145*z**2)",
        "({z}/2.0*(1.0+tanh(sqrt(2.0/pi)*({z}+0.044715*{z}*{z}*{z}))))",
        "{z} / 2.0 * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * ({z} + 0.044715 * {z} * {z} * {z})))",
        pytorch='F.gelu({z}, approximate="tanh")', unicode="GELU_tanh", activation=True, also=("gelu_new", "gelu_approximate"),
    ),
    _row("mish", "z*tanh(softplus(z))", "tanh(softplus(z)) + z*(1 - tanh(softplus(z))**2)*sigmoid(z)", pytorch="F.mish({z})", unicode="Mish", activation=True),
    _row("relu6", "min(6, max(0, z))", "I(z > 0)*I(z - 6 < 0)", pytorch="F.relu6({z})", unicode="ReLU6", kinks=(0.0, 6.0), activation=True),
    Function(
        "hard_sigmoid", ("z", "width"), "max(0, min(1, z/(2*width) + 1/2))",
        ("I(z + width > 0)*I(z - width < 0)/(2*width)", None), defaults=(3.0,), pytorch="torch.clamp({z} / (2 * {width}) + 0.5, 0, 1)", pytorch_too="F.hardsigmoid({z})",
        unicode="HardSigmoid", kinks=(-3.0, 3.0), activation=True, probabilities=True, also=("hardsigmoid",),
    ),
    _row(
        "hard_swish", "z*max(0, min(1, z/6 + 1/2))", "I(z - 3 >= 0) + I(z + 3 > 0)*I(z - 3 < 0)*(z/3 + 1/2)",
        pytorch="F.hardswish({z})", unicode="HardSwish", kinks=(-3.0, 3.0), activation=True, also=("hardswish", "h_swish"),
    ),
    _row("step", "I(z >= 0)", None, kinks=(0.0,), activation=True, also=("heaviside", "threshold", "阶跃")),
    _row("sign", "I(z > 0) - I(z < 0)", None, "(1.0 if {z} > 1e-15 else -1.0 if {z} < -1e-15 else 0.0)", "np.where(np.abs({z}) < 1e-15, 0.0, np.sign({z}))", unicode="sgn", kinks=(0.0,), elementary=True, activation=True, also=("sgn",)),
)
# fmt: on
