"""Formulas in PyTorch, as far as a forward pass and an update need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.style import Binding
from bp_tutor.render.code.library import Library, is_number
from bp_tutor.render.code.programs import CodeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula import Apply

OWN = {
    "exp": "torch.exp", "log": "torch.log", "log10": "torch.log10", "sqrt": "torch.sqrt",
    "sin": "torch.sin", "cos": "torch.cos", "abs": "torch.abs", "tanh": "torch.tanh",
    "sigmoid": "torch.sigmoid", "relu": "torch.relu", "leaky_relu": "F.leaky_relu",
    "elu": "F.elu", "softplus": "F.softplus",
}  # fmt: skip
"""What PyTorch calls the functions that it has."""
OF_NUMBERS = ("exp", "log", "log10", "sqrt", "sin", "cos", "tanh")
"""Functions that Python has for plain numbers."""


class PyTorch(Library):
    """PyTorch's words."""

    said = "PyTorch"

    def array(self, values: str) -> str:
        return f"torch.tensor({values})"

    def anything(self, shape: tuple[int, ...], *, positive: bool) -> str:
        self.used.add("rng")
        kind = "rand" if positive else "randn"
        return f"torch.{kind}({', '.join(map(str, shape)) or '()'})"

    def spread(self, text: str, shape: tuple[int, ...]) -> str:
        return f"torch.broadcast_to({text}, {shape})"

    def summed(self, kind: str, inside: str, axes: tuple[int, ...], *, scalar: bool) -> str:
        if scalar:
            return f"torch.{kind}({inside})"
        along = str(axes[0]) if len(axes) == 1 else str(axes)
        return f"torch.{kind}({inside}, dim={along}, keepdim=True)"

    def chosen(self, condition: str) -> str:
        return f"torch.where({condition}, 1.0, 0.0)"

    def called(self, name: str, arguments: Sequence[str]) -> tuple[str, int]:
        numbers = all(map(is_number, arguments))
        if numbers and name in OF_NUMBERS:
            return f"math.{name}({arguments[0]})", Binding.ATOM
        inside = [f"torch.tensor({each})" if numbers else each for each in arguments]
        if name == "identity":
            return f"({inside[0]})", Binding.ATOM
        if name in ("max", "min"):
            # Of equal ones the second, as in the derivation; torch.maximum shares its slope out.
            sign = ">" if name == "max" else "<"
            one, other = inside
            return f"torch.where({one} {sign} {other}, {one}, {other})", Binding.ATOM
        if name not in OWN:
            self.used.add(name)
        return f"{OWN.get(name, name)}({', '.join(inside)})", Binding.ATOM

    def applied(self, node: Apply, arguments: Sequence[str]) -> tuple[str, int]:
        return self._primitive(node, arguments), Binding.ATOM

    def _primitive(self, node: Apply, arguments: Sequence[str]) -> str:
        inside = arguments[0]
        options = node.options
        match node.primitive.name:
            case "softmax":
                return f"torch.softmax({inside}, dim=-1)"
            case "logsumexp":
                return f"torch.logsumexp({inside}, dim=-1, keepdim=True)"
            case "flatten":
                return f"torch.flatten({inside}, 1)"
            case "flip":
                return f"torch.flip({inside}, (2, 3))"
            case "max_pool":
                return f"F.max_pool2d({inside}, {options[:2]}, stride={options[2:]})"
            case "average_pool":
                return f"F.avg_pool2d({inside}, {options[:2]}, stride={options[2:]})"
            case "correlate":
                return _convolution(arguments, options)
        raise CodeError("code.lacking", name=node.primitive.name)

    def largest(self, candidates: Sequence[str]) -> str:
        return f"torch.max(torch.stack([{', '.join(candidates)}]))"


def _convolution(arguments: Sequence[str], options: tuple[int, ...]) -> str:
    """PyTorch's own convolution does not turn the kernel round either."""
    image, kernel = arguments
    stride, (top, bottom, left, right) = options[:2], options[2:]
    more = f", stride={stride}" if stride != (1, 1) else ""
    if (top, left) == (bottom, right):
        more += f", padding={(top, left)}" if top or left else ""
        return f"F.conv2d({image}, {kernel}{more})"
    return f"F.conv2d(F.pad({image}, {(left, right, top, bottom)}), {kernel}{more})"
