"""Formulas in the words of NumPy and PyTorch: what each kind of node is called there.

Sums, products and brackets are spelled as everywhere; only what has a name of its own in a
library is put in its place first, as text. What a function or an array primitive is called
stands in its own row.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from bp_tutor.formula import (
    ASCII,
    HALF,
    Apply,
    Call,
    Div,
    Formula,
    Function,
    Indicator,
    IsLargest,
    Largest,
    Number,
    Pi,
    Reduce,
    StableForm,
    replace,
    spell,
)
from bp_tutor.formula.algebra import array_code_of, scalar_code_of
from bp_tutor.formula.node import NOISE
from bp_tutor.formula.primitive import Spread
from bp_tutor.formula.spelling import first_factor, text_of
from bp_tutor.formula.style import Binding
from bp_tutor.output.code.taken import options_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula.node import Shape, Speller

TINY = "TINY"
"""The name for what rounding leaves of 0."""
TINY_LINE = f"{TINY} = {NOISE!r}"


class CodeError(Exception):
    """A problem that a library cannot follow: a key of the words that says why, and values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class _Python(type(ASCII)):  # type: ignore[misc]
    """Formulas as a program writes them."""

    name = "python"
    times = elementwise = " * "
    half = "0.5"


PYTHON: Final = _Python()


class CodeText(Formula):
    """A part of a formula that has its text already."""

    __slots__ = __match_args__ = ("text", "binding", "shape")

    def __init__(self, text: str, binding: int, shape: Shape) -> None:
        self.text: Final = text
        self.binding: Final = binding
        self.shape: Final = shape

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return self.text, self.binding


class Library:
    """One library's words for formulas; `used` are the helpers that they need."""

    said = ""
    """What it is called in a sentence."""
    module = ""
    """What programs call it."""
    axis, keep = "", ""
    """The arguments of a sum that say along what, and that the axis stays."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def text(self, formula: Formula, speller: Speller) -> str:
        """A formula as an expression of Python."""
        return spell(self._prepared(formula, speller), speller)

    def array(self, values: str) -> str:
        """Numbers as an array."""
        raise NotImplementedError

    def anything(self, shape: tuple[int, ...], *, positive: bool) -> str:
        """Numbers where the file gives none; between 0 and 1 where `positive`."""
        raise NotImplementedError

    def called(self, function: Function, arguments: Sequence[str]) -> str:
        """A function applied to its arguments."""
        raise NotImplementedError

    def applied(self, node: Apply, arguments: Sequence[str]) -> str:
        """An array primitive applied to its arrays, with its options."""
        raise NotImplementedError

    def largest(self, candidates: Sequence[str]) -> str:
        """The largest of several numbers."""
        raise NotImplementedError

    def spread(self, text: str, shape: tuple[int, ...]) -> str:
        """A value repeated to fill a larger array."""
        return f"{self.module}.broadcast_to({text}, {shape})"

    def _summed(self, node: Reduce, inside: str) -> str:
        """A sum or mean along axes that stay, or of everything."""
        if node.scalar:
            return f"{self.module}.{node.kind}({inside})"
        along = node.axes[0] if len(node.axes) == 1 else node.axes
        return f"{self.module}.{node.kind}({inside}, {self.axis}={along}, {self.keep}=True)"

    def _helper(self, name: str, arguments: Sequence[str]) -> str:
        self.used.add(name)
        return f"{name}({', '.join(arguments)})"

    def _prepared(self, formula: Formula, speller: Speller) -> Formula:
        def written(node: Formula) -> Formula | None:
            if isinstance(node, Spread):
                said = self.spread(self.text(node.arg, speller), node.shape)
                return CodeText(said, Binding.ATOM, node.shape)
            return self._pi(node) or self._put(node, speller)

        return replace(formula, written)

    def _pi(self, node: Formula) -> Formula | None:
        return CodeText(f"{self.module}.pi", Binding.ATOM, ()) if isinstance(node, Pi) else None

    def _put(self, node: Formula, speller: Speller) -> Formula | None:
        def text(inner: Formula) -> str:
            return self.text(inner, speller)

        binding: int = Binding.ATOM
        match node:
            case Reduce(_, arg):
                said = self._summed(node, text(arg))
            case Indicator(arg, sign):
                self.used.add(TINY)
                bound = TINY if sign in (">", "<=") else f"-{TINY}"
                said = f"{self.module}.where({text(arg)} {sign[0]} {bound}, 1.0, 0.0)"
            case Call() if node.function.as_body:
                return self._prepared(node.expanded(), speller)
            case Call(function, args):
                said = self.called(function, [text(arg) for arg in args])
            case Apply(_, args):
                said = self.applied(node, [text(arg) for arg in args])
            case Largest(candidates):
                said = self.largest([text(each) for each in candidates])
            case IsLargest(candidates, place):
                said = self._helper("winner", (str(place), *(text(each) for each in candidates)))
            case StableForm(shown):
                return self._prepared(shown, speller)
            case Div(top, bottom):
                if node == HALF or (isinstance(top, Number) and isinstance(bottom, Number)):
                    return None
                over = self._prepared(top, speller), self._prepared(bottom, speller)
                below = text_of(over[1], speller, Binding.POWER)
                said = f"{first_factor(over[0], speller)} / {below}"
                binding = Binding.PRODUCT
            case _:
                return None
        return CodeText(said, binding, node.shape)


class NumPy(Library):
    """NumPy's words; what it lacks is a helper in the program."""

    said, module = "NumPy", "np"
    axis, keep = "axis", "keepdims"

    def array(self, values: str) -> str:
        return f"np.array({values})"

    def anything(self, shape: tuple[int, ...], *, positive: bool) -> str:
        self.used.add("rng")
        kind = "random" if positive else "normal"
        size = f"size={shape}" if shape else ""
        return f"rng.{kind}({size})"

    def called(self, function: Function, arguments: Sequence[str]) -> str:
        if function.body == function.parameters[0]:
            return f"({arguments[0]})"
        # Where its code is nothing but a function of NumPy, that has a name.
        inside = ", ".join(f"{{{name}}}" for name in function.parameters)
        own = re.fullmatch(rf"(np\.\w+)\({re.escape(inside)}\)", array_code_of(function))
        return (
            f"{own[1]}({', '.join(arguments)})" if own else self._helper(function.name, arguments)
        )

    def applied(self, node: Apply, arguments: Sequence[str]) -> str:
        if node.primitive.numpy is not None:
            return node.primitive.numpy(node, arguments)
        name = node.primitive.name
        return self._helper(name, (*arguments, *options_of(name, node.options)))

    def largest(self, candidates: Sequence[str]) -> str:
        return f"max({', '.join(candidates)})"


class PyTorch(Library):
    """PyTorch's words, as far as a forward pass and an update need them."""

    said, module = "PyTorch", "torch"
    axis, keep = "dim", "keepdim"

    def array(self, values: str) -> str:
        return f"torch.tensor({values})"

    def anything(self, shape: tuple[int, ...], *, positive: bool) -> str:
        self.used.add("rng")
        kind = "rand" if positive else "randn"
        return f"torch.{kind}({', '.join(map(str, shape)) or '()'})"

    def called(self, function: Function, arguments: Sequence[str]) -> str:
        inside = arguments
        if all(map(_is_number, arguments)):
            if hasattr(math, function.name) and scalar_code_of(function).startswith(function.name):
                return f"math.{function.name}({arguments[0]})"
            inside = [f"torch.tensor({each})" for each in arguments]
        if function.body == function.parameters[0]:
            return f"({inside[0]})"
        if not function.pytorch:
            return self._helper(function.name, inside)
        return function.pytorch.format(**dict(zip(function.parameters, inside, strict=True)))

    def applied(self, node: Apply, arguments: Sequence[str]) -> str:
        if node.primitive.pytorch is None:
            raise CodeError("code.lacking", name=node.primitive.name)
        return node.primitive.pytorch(node, arguments)

    def largest(self, candidates: Sequence[str]) -> str:
        return f"torch.max(torch.stack([{', '.join(candidates)}]))"


def _is_number(text: str) -> bool:
    """Whether an argument is a plain number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
