"""Sums, products, quotients, powers and calls of functions, entry by entry, and their derivatives.

The nodes stand together with what builds them, because each derivative is built from all of them:
that of a quotient is a power, that of a power a logarithm, that of a call whatever its table says.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Final, Literal

from bp_tutor.formula.atoms import Hole, Number
from bp_tutor.formula.function_table import DERIVED, FUNCTIONS, Function
from bp_tutor.formula.node import NOISE, Formula, added, broadcast, entries_of, fit, walk
from bp_tutor.formula.node import replace as replace_nodes
from bp_tutor.formula.primitive import spread
from bp_tutor.formula.spelling import first_factor, text_of
from bp_tutor.formula.style import Binding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bp_tutor.formula.node import Coder, Index, Lookup, Shape, Speller
    from bp_tutor.formula.quantity import Quantity

ZERO, ONE = Number(0), Number(1)
LARGEST = 10**15
"""Whole numbers up to which a fraction is worked out; floats hold them exactly."""
LONGEST_CODE = 500
"""Operands in one expression of Python."""
FAR_FROM_NOISE = 4 * NOISE**2
"""A sum whose square is a larger part of those of its terms has lost nothing to noise."""
MOST_IN_LINE = 24
"""Terms of a sum that is written out where noise matters."""


class Add(Formula):
    """A sum of two or more terms; a term that is subtracted is a `Neg`."""

    __slots__ = __match_args__ = ("terms",)

    def __init__(self, terms: tuple[Formula, ...]) -> None:
        self.terms: Final = terms

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.terms

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Add(children)

    @property
    def shape(self) -> Shape:
        return broadcast(*(term.shape for term in self.terms))

    def entry(self, index: Index) -> Formula:
        flat: list[Formula] = []
        for whole, term in zip(self.terms, entries_of(self.terms, index), strict=True):
            if term == ZERO != whole:
                # An array that has nothing at this place.
                continue
            flat.extend(term.terms if isinstance(term, Add) else (term,))
        return Add(tuple(flat)) if len(flat) > 1 else (*flat, ZERO)[0]

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return tuple(sum_to(upstream, term.shape) for term in self.terms)

    def value(self, lookup: Lookup) -> float:
        return added([term.value(lookup) for term in self.terms])

    def scalar_code(self, coder: Coder) -> str:
        if coder.exactly:
            return self._exact_code(coder)
        return self._code("+", "-", lambda term: term.scalar_code(coder), coder)

    def array_code(self, coder: Coder) -> str:
        return self._code(" + ", " - ", lambda term: term.array_code(coder), coder)

    def _exact_code(self, coder: Coder) -> str:
        """The sum as `value` gives it; what is far from noise is simply added up."""
        names = [coder.variable(term.scalar_code(coder)) for term in self.terms]
        terms = f"added(({', '.join(names)},))"
        if len(names) > MOST_IN_LINE:
            return terms
        total = coder.variable("+".join(names))
        squares = "+".join(f"{name}*{name}" for name in names)
        # Squares, for they cost less than to ask for the size of each term.
        return f"({total} if {total}*{total} > {FAR_FROM_NOISE}*({squares}) else {terms})"

    def _code(self, plus: str, minus: str, code: Callable[[Formula], str], coder: Coder) -> str:
        """The terms with their signs; what is subtracted is not first made negative."""
        signed = (
            minus + code(term.arg) if isinstance(term, Neg) else plus + code(term)
            for term in self.terms[1:]
        )
        return _joined("", [code(self.terms[0]), *signed], coder)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        text, binding = self.terms[0].spelled(speller)
        if binding < Binding.PRODUCT and not isinstance(self.terms[0], Neg | Number):
            text = style.bracketed(text)
        for term in self.terms[1:]:
            if isinstance(term, Neg):
                text += style.subtract + _unsigned(term.arg, speller)
            elif isinstance(term, Number) and term.number < 0:
                text += style.subtract + term.spelled(speller)[0].removeprefix(style.minus)
            else:
                text += style.plus + _unsigned(term, speller)
        return text, Binding.SUM


class Neg(Formula):
    """The negative of a formula."""

    __slots__ = __match_args__ = ("arg",)

    def __init__(self, arg: Formula) -> None:
        self.arg: Final = arg

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.arg,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Neg(children[0])

    @property
    def shape(self) -> Shape:
        return self.arg.shape

    def entry(self, index: Index) -> Formula:
        return neg(self.arg.entry(index))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return (neg(upstream),)

    def value(self, lookup: Lookup) -> float:
        return -self.arg.value(lookup)

    def scalar_code(self, coder: Coder) -> str:
        return f"(-{self.arg.scalar_code(coder)})"

    def array_code(self, coder: Coder) -> str:
        return f"(-{self.arg.array_code(coder)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        text = _unsigned(self.arg, speller)
        # "−2" would be read as the number; brackets keep the sign apart from it.
        if speller.style.starts_with_digit(text):
            text = speller.style.bracketed(text)
        return speller.style.minus + text, Binding.SUM


class Mul(Formula):
    """An elementwise product of two or more factors."""

    __slots__ = __match_args__ = ("factors",)

    def __init__(self, factors: tuple[Formula, ...]) -> None:
        self.factors: Final = factors

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.factors

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Mul(children)

    @property
    def shape(self) -> Shape:
        return broadcast(*(factor.shape for factor in self.factors))

    def entry(self, index: Index) -> Formula:
        flat: list[Formula] = []
        for factor in entries_of(self.factors, index):
            flat.extend(factor.factors if isinstance(factor, Mul) else (factor,))
        return Mul(tuple(flat))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        return tuple(
            sum_to(
                mul(upstream, *self.factors[:position], *self.factors[position + 1 :]),
                factor.shape,
            )
            for position, factor in enumerate(self.factors)
        )

    def value(self, lookup: Lookup) -> float:
        product = self.factors[0].value(lookup)
        for factor in self.factors[1:]:
            product *= factor.value(lookup)
        return product

    def scalar_code(self, coder: Coder) -> str:
        return _joined("*", [factor.scalar_code(coder) for factor in self.factors], coder)

    def array_code(self, coder: Coder) -> str:
        return _joined(" * ", [factor.array_code(coder) for factor in self.factors], coder)

    def spelled(self, speller: Speller) -> tuple[str, int]:
        text = first_factor(self.factors[0], speller)
        shape = self.factors[0].shape
        for factor in self.factors[1:]:
            sign = speller.style.elementwise if shape and factor.shape else speller.style.times
            text += sign + text_of(factor, speller, Binding.POWER)
            shape = shape or factor.shape
        return text, Binding.PRODUCT


class Div(Formula):
    """An elementwise quotient."""

    __slots__ = __match_args__ = ("top", "bottom")
    leads_bare = True

    def __init__(self, top: Formula, bottom: Formula) -> None:
        self.top: Final = top
        self.bottom: Final = bottom

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.top, self.bottom)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Div(*children)

    @property
    def shape(self) -> Shape:
        return broadcast(self.top.shape, self.bottom.shape)

    def entry(self, index: Index) -> Formula:
        return Div(*entries_of(self.children, index))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        by_top = div(upstream, self.bottom)
        by_bottom = neg(div(mul(upstream, self.top), power(self.bottom, 2)))
        return sum_to(by_top, self.top.shape), sum_to(by_bottom, self.bottom.shape)

    def value(self, lookup: Lookup) -> float:
        return self.top.value(lookup) / self.bottom.value(lookup)

    def scalar_code(self, coder: Coder) -> str:
        return f"({self.top.scalar_code(coder)}/{self.bottom.scalar_code(coder)})"

    def array_code(self, coder: Coder) -> str:
        return f"({self.top.array_code(coder)} / {self.bottom.array_code(coder)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        if style.stacked:
            top, bottom = (child.spelled(speller)[0] for child in self.children)
            return style.fraction(top, bottom), Binding.POWER
        if style.half and self == HALF:
            return style.half, Binding.ATOM
        top = first_factor(self.top, speller)
        return top + "/" + text_of(self.bottom, speller, Binding.POWER), Binding.PRODUCT


class Pow(Formula):
    """A power with a number as its exponent, or with a formula."""

    __slots__ = __match_args__ = ("base", "exponent")

    def __init__(self, base: Formula, exponent: Formula) -> None:
        self.base: Final = base
        self.exponent: Final = exponent

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.base, self.exponent)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Pow(*children)

    @property
    def shape(self) -> Shape:
        return broadcast(self.base.shape, self.exponent.shape)

    def entry(self, index: Index) -> Formula:
        return Pow(*entries_of(self.children, index))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        lowered = add(self.exponent, Number(-1))
        by_base = mul(upstream, self.exponent, power(self.base, lowered))
        if isinstance(self.exponent, Number):
            return sum_to(by_base, self.base.shape), None
        by_exponent = mul(upstream, itself, call("log", self.base))
        return sum_to(by_base, self.base.shape), sum_to(by_exponent, self.exponent.shape)

    def value(self, lookup: Lookup) -> float:
        # Unlike `**`, this has no answer for a root of a negative number, and says so.
        return math.pow(self.base.value(lookup), self.exponent.value(lookup))

    def scalar_code(self, coder: Coder) -> str:
        base = self.base.scalar_code(coder)
        if coder.exactly:
            return f"pow({base}, {self.exponent.scalar_code(coder)})"
        if self.exponent == Number(2):
            name = coder.variable(base)
            return f"({name}*{name})"
        exponent = self.exponent.scalar_code(coder)
        if isinstance(self.exponent, Number) and float(self.exponent.number).is_integer():
            return f"({base}**{exponent})"
        # Where `value` has no number, Python's own sign would go on with a complex one.
        return f"pow({base}, {exponent})"

    def array_code(self, coder: Coder) -> str:
        return f"({self.base.array_code(coder)} ** {self.exponent.array_code(coder)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        base = style.raisable(text_of(self.base, speller, Binding.ATOM))
        exponent, binding = self.exponent.spelled(speller)
        number = self.exponent.number if isinstance(self.exponent, Number) else 0.5
        whole = int(number) if float(number).is_integer() else None
        return style.power(base, exponent, binding, whole), Binding.POWER


HALF = Div(Number(1), Number(2))


class Reduce(Formula):
    """A sum or mean along axes, which stay with length 1; of all axes where `scalar`."""

    __slots__ = __match_args__ = ("kind", "arg", "axes", "scalar")

    def __init__(
        self,
        kind: Literal["sum", "mean"],
        arg: Formula,
        axes: tuple[int, ...],
        *,
        scalar: bool = False,
    ) -> None:
        self.kind: Final = kind
        self.arg: Final = arg
        self.axes: Final = axes
        self.scalar: Final = scalar

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.arg,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Reduce(self.kind, children[0], self.axes, scalar=self.scalar)

    @property
    def shape(self) -> Shape:
        if self.scalar:
            return ()
        return tuple(
            1 if axis in self.axes else length for axis, length in enumerate(self.arg.shape)
        )

    @property
    def count(self) -> int:
        """How many numbers go into each sum."""
        count = 1
        for axis in self.axes:
            count *= self.arg.shape[axis]
        return count

    def entry(self, index: Index) -> Formula:
        shape = self.arg.shape
        ranges = [
            range(length) if axis in self.axes else (index[axis],)
            for axis, length in enumerate(shape)
        ]
        terms = tuple(self.arg.entry(place) for place in product(*ranges))
        total = terms[0] if len(terms) == 1 else Add(terms)
        return total if self.kind == "sum" else Div(total, Number(self.count))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        if self.scalar and _repeats(self.arg):
            upstream = spread(upstream, self.arg.shape)
        if self.kind == "sum":
            return (upstream,)
        return (div(upstream, Number(self.count)),)

    def array_code(self, coder: Coder) -> str:
        kept = "" if self.scalar else ", keepdims=True"
        return f"{self.arg.array_code(coder)}.{self.kind}(axis={self.axes}{kept})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        name = style.total if self.kind == "sum" else style.word("mean")
        text = self.arg.spelled(speller)[0]
        if not self.scalar:
            axes = (style.number(str(axis + 1)) for axis in self.axes)
            text = style.comma.rstrip().join((text, *axes))
        return style.call(name, (text,)), Binding.ATOM


def _repeats(formula: Formula) -> bool:
    """Whether something in it is repeated along an axis, so that its derivative adds up."""
    return any(node.shape not in (formula.shape, ()) for node in walk(formula))


class Call(Formula):
    """A function applied to its arguments, entry by entry."""

    __slots__ = __match_args__ = ("function", "args")

    def __init__(self, function: Function, args: tuple[Formula, ...]) -> None:
        self.function: Final = function
        self.args: Final = args

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.args

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Call(self.function, children)

    @property
    def shape(self) -> Shape:
        return broadcast(*(arg.shape for arg in self.args))

    def entry(self, index: Index) -> Formula:
        entries = (arg.entry(fit(index, arg.shape) if index else ()) for arg in self.args)
        return Call(self.function, tuple(entries))

    def pullback(self, upstream: Formula, itself: Formula) -> tuple[Formula | None, ...]:
        slopes = (self.slope(itself, place) for place in range(len(self.function.slopes)))
        return tuple(
            None if slope is None else sum_to(mul(upstream, slope), arg.shape)
            for slope, arg in zip(slopes, self.args, strict=False)
        )

    def slope(self, itself: Formula, place: int = 0) -> Formula | None:
        """The derivative by an argument, its own value written as `itself`."""
        slope = slope_of(self.function, place)
        return None if slope is None else tidy(self._filled(slope, itself))

    def expanded(self) -> Formula:
        """The function's definition with the arguments put in (itself where it has none)."""
        body = self.function.body
        return self if body is None else self._filled(template(body), self)

    def _filled(self, pattern: Formula, itself: Formula) -> Formula:
        arguments = dict(zip(self.function.parameters, self.args, strict=True))
        return filled(pattern, {**arguments, self.function.result: itself})

    def value(self, lookup: Lookup) -> float:
        return compiled(self.function)(*(arg.value(lookup) for arg in self.args))

    def scalar_code(self, coder: Coder) -> str:
        names = (coder.variable(arg.scalar_code(coder)) for arg in self.args)
        return scalar_code_of(self.function).format(
            **dict(zip(self.function.parameters, names, strict=True))
        )

    def array_code(self, coder: Coder) -> str:
        names = (coder.variable(arg.array_code(coder)) for arg in self.args)
        arguments = dict(zip(self.function.parameters, names, strict=True))
        return f"({array_code_of(self.function).format(**arguments)})"

    def spelled(self, speller: Speller) -> tuple[str, int]:
        if self.function.as_body:
            return self.expanded().spelled(speller)
        style = speller.style
        if self.function.name == "exp":
            text, binding = self.args[0].spelled(speller)
            alone = not self.args[0].children and not style.is_product(text)
            single = alone and binding == Binding.SUM
            return style.exponential(text, bare=binding == Binding.ATOM or single)
        args = self.args
        if self.function.defaults and not style.tells_all:
            args = args[: -len(self.function.defaults)]
        shown = [arg.spelled(speller)[0] for arg in args]
        name = style.function(self.function)
        if self.function.name == "sqrt":
            root = style.root(name, shown[0])
            # What is raised, or takes part in a name, needs brackets around a bare root.
            return root, Binding.POWER if root[-1].isdecimal() else Binding.ATOM
        return style.call(name, shown), Binding.ATOM


def _joined(sign: str, codes: list[str], coder: Coder) -> str:
    """Operands in their order; long lists in several statements, as Python nests each sign."""
    while len(codes) > LONGEST_CODE:
        codes[:LONGEST_CODE] = [coder.variable(f"({sign.join(codes[:LONGEST_CODE])})")]
    return f"({sign.join(codes)})"


def _unsigned(term: Formula, speller: Speller) -> str:
    """A term behind a sign: none of its own follows it, but a bracket."""
    text = text_of(term, speller, Binding.PRODUCT)
    if not text.startswith(speller.style.minus):
        return text
    if isinstance(term, Mul | Div) and isinstance(term.children[0], Number):
        head = text_of(term.children[0], speller, Binding.ATOM)
        return head + text[len(first_factor(term.children[0], speller)) :]
    return speller.style.bracketed(text)


def number(value: Fraction | float) -> Formula:
    """A number; a fraction that is no short decimal stays a fraction."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return (
            neg(number(-value))
            if value < 0
            else Div(Number(value.numerator), Number(value.denominator))
        )
    return Number(int(value) if float(value).is_integer() else float(value))


def constant(formula: Formula) -> Fraction | None:
    """The exact number of a constant formula (numbers, quotients of numbers), else None."""
    if isinstance(formula, Number):
        return Fraction(formula.number) if float(formula.number).is_integer() else None
    if isinstance(formula, Neg):
        inner = constant(formula.arg)
        return None if inner is None else -inner
    if isinstance(formula, Div):
        top, bottom = constant(formula.top), constant(formula.bottom)
        return None if top is None or not bottom else top / bottom
    return None


def _unwieldy(value: Fraction) -> bool:
    return max(abs(value.numerator), value.denominator) > LARGEST


def add(*terms: Formula) -> Formula:
    """The sum, flat; zeros are left out and whole numbers are added up."""
    flat: list[Formula] = []
    total, place = Fraction(0), 0
    for term in terms:
        for part in term.terms if isinstance(term, Add) else (term,):
            known = constant(part)
            if known is None:
                flat.append(part)
            else:
                place = place if total else len(flat)
                total += known
    if _unwieldy(total):
        return Add(terms)
    if total or not flat:
        flat.insert(place, number(total))
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def neg(formula: Formula) -> Formula:
    """The negative; a difference is turned round instead."""
    match formula:
        case Neg(arg):
            return arg
        case Number(value):
            return Number(-value)
        case Add((first, Neg(second))):
            return Add((second, neg(first)))
        case Mul((Number(value), *others)) if value < 0:
            return mul(Number(-value), *others)
    return Neg(formula)


def sub(left: Formula, right: Formula) -> Formula:
    """The difference."""
    return add(left, neg(right))


def mul(*factors: Formula) -> Formula:
    """The product, flat; numbers are multiplied and stand in front, signs come out."""
    flat: list[Formula] = []
    known = Fraction(1)
    waiting = list(reversed(factors))
    while waiting:
        factor = waiting.pop()
        value = constant(factor)
        if value is not None:
            known *= value
        elif isinstance(factor, Mul):
            waiting.extend(reversed(factor.factors))
        elif isinstance(factor, Neg):
            known = -known
            waiting.append(factor.arg)
        else:
            flat.append(factor)
    if _unwieldy(known):
        return Mul(factors)
    if not known or not flat:
        return number(known)
    if abs(known) != 1:
        flat.insert(0, number(abs(known)))
    product = flat[0] if len(flat) == 1 else Mul(tuple(flat))
    return neg(product) if known < 0 else product


def div(top: Formula, bottom: Formula) -> Formula:
    """The quotient; by one it is the formula itself, and a sign comes out."""
    if bottom == ONE:
        return top
    if isinstance(top, Neg):
        return neg(div(top.arg, bottom))
    known, below = constant(top), constant(bottom)
    if known is not None and below and not _unwieldy(known / below):
        return number(known / below)
    return ZERO if known == 0 else Div(top, bottom)


def power(base: Formula, exponent: Formula | int) -> Formula:
    """The power; to the first it is the formula itself."""
    raised = Number(exponent) if isinstance(exponent, int) else exponent
    if raised == ONE:
        return base
    return ONE if raised == ZERO else Pow(base, raised)


def sum_to(formula: Formula, shape: Shape) -> Formula:
    """Undoes broadcasting: sums over the axes along which an operand of `shape` was repeated."""
    have = formula.shape
    if not shape and have:
        return Reduce("sum", formula, tuple(range(len(have))), scalar=True)
    extra = len(have) - len(shape)
    axes = tuple(
        axis
        for axis, length in enumerate(have)
        if length != 1 and (axis < extra or shape[axis - extra] == 1)
    )
    return Reduce("sum", formula, axes) if axes else formula


def tidy(formula: Formula) -> Formula:
    """The formula built again from below, with `1·`, `+ 0` and double signs gone."""
    children = formula.children
    if not children:
        return formula
    new = tuple(tidy(child) for child in children)
    match formula:
        case Add():
            return add(*new)
        case Mul():
            return mul(*new)
        case Neg():
            return neg(new[0])
        case Div():
            return div(*new)
    return formula.rebuild(new)


def call(name: str, *args: Formula) -> Call:
    """A row of the table applied to arguments; parameters left out take their defaults."""
    function = FUNCTIONS[name]
    missing = len(function.parameters) - len(args)
    defaults = function.defaults[len(function.defaults) - missing :] if missing else ()
    return Call(function, (*args, *map(number, defaults)))


_read: list[Callable[[str], Formula]] = []


def read_definitions_with(read: Callable[[str], Formula]) -> None:
    """Sets what reads the bodies and slopes of the function table.

    The parser makes calls, and calls have their definitions read: it says here that it is there.
    """
    _read[:] = [read]


@cache
def template(text: str) -> Formula:
    """The formula of a body or slope, with a `Hole` for each name."""
    return _read[0](text)


def filled(pattern: Formula, holes: Mapping[str, Formula]) -> Formula:
    """A template with formulas for its holes; those without one stay."""
    return replace_nodes(
        pattern, lambda node: holes.get(node.symbol) if isinstance(node, Hole) else None
    )


@cache
def slope_of(function: Function, place: int) -> Formula | None:
    """The template of the derivative by one parameter: as the row states it, or of its body."""
    text = function.slopes[place]
    if text != DERIVED:
        return None if text is None else template(text)
    assert function.body
    return derivative(template(function.body), Hole(function.parameters[place]))


def derivative(formula: Formula, leaf: Formula) -> Formula:
    """The derivative of a scalar formula by one of its leaves, along all paths that lead there."""

    def arriving(node: Formula, upstream: Formula) -> Iterator[Formula]:
        if node == leaf:
            yield upstream
        for child, part in zip(node.children, node.pullback(upstream, node), strict=False):
            if part is not None:
                yield from arriving(child, part)

    return add(*arriving(formula, ONE))


@cache
def compiled(function: Function) -> Callable[..., float]:
    """A Python function that computes one value safely."""
    from bp_tutor.formula.compiling import lambda_of

    return lambda_of(function.parameters, scalar_code_of(function))


@cache
def scalar_code_of(function: Function) -> str:
    """Python for floats with a `{name}` for each parameter."""
    return function.scalar or _body_for_code(function).scalar_code(_Inline())


@cache
def array_code_of(function: Function) -> str:
    """Python for NumPy with a `{name}` for each parameter."""
    return function.array or _body_for_code(function).array_code(_Inline())


class _Inline:
    """Writes code without statements of its own: what is used twice is written twice."""

    by_hand = exactly = False

    def name(self, quantity: Quantity, index: Index | None) -> str:
        raise KeyError(quantity.name)

    def variable(self, code: str) -> str:
        return code


def _body_for_code(function: Function) -> Formula:
    """The body as it is calculated."""
    assert function.body
    body = template(function.body)
    return in_losses(body) if function.as_body else body


def in_losses(formula: Formula) -> Formula:
    """A loss as it is calculated: 0 times the logarithm of 0 is 0, and ln cosh has no overflow."""
    return replace_nodes(formula, _safely)


_WEIGHTED_LOG = Function(
    "weighted_log", ("w", "z"), "w*log(z)", (DERIVED, DERIVED),
    "({w}*log({z}) if {w} else 0.0)",
    "np.where({w} == 0, 0.0, {w} * np.log(np.where({w} == 0, 1.0, {z})))",
)  # fmt: skip
"""A product with a logarithm, which is nothing where the factor is 0, whatever stands inside."""


_LOG_COSH = Function(
    "log_cosh", ("z",), "log(cosh(z))", ("tanh(z)",),
    "(abs({z})+log1p(exp(-2.0*abs({z})))-log(2.0))", "np.logaddexp({z}, -{z}) - np.log(2.0)",
)  # fmt: skip
"""The logarithm of the hyperbolic cosine, which itself overflows from 711 on."""


def _safely(node: Formula) -> Formula | None:
    match node:
        case Neg(Mul((first, *others))):
            return _safely(Mul((Neg(first), *others)))
        case Mul((*others, Call(Function(name="log"), (inside,)))):
            return Call(_WEIGHTED_LOG, (mul(*others), inside))
        case Call(Function(name="log"), (Call(Function(name="cosh"), (inside,)),)):
            return Call(_LOG_COSH, (inside,))
    return None
