"""Formulas in NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.style import Binding
from bp_tutor.render.code.library import Library
from bp_tutor.render.code.taken import options_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula import Apply

OWN = {
    "exp": "exp", "log": "log", "log10": "log10", "sqrt": "sqrt", "sin": "sin", "cos": "cos",
    "abs": "abs", "max": "maximum", "min": "minimum", "tanh": "tanh",
}  # fmt: skip
"""What NumPy calls the functions that it has."""


class NumPy(Library):
    """NumPy's words; what it lacks is a helper in the program."""

    said = "NumPy"

    def array(self, values: str) -> str:
        return f"np.array({values})"

    def anything(self, shape: tuple[int, ...], *, positive: bool) -> str:
        self.used.add("rng")
        kind = "random" if positive else "normal"
        size = f"size={shape}" if shape else ""
        return f"rng.{kind}({size})"

    def spread(self, text: str, shape: tuple[int, ...]) -> str:
        return f"np.broadcast_to({text}, {shape})"

    def summed(self, kind: str, inside: str, axes: tuple[int, ...], *, scalar: bool) -> str:
        if scalar:
            return f"np.{kind}({inside})"
        along = str(axes[0]) if len(axes) == 1 else str(axes)
        return f"np.{kind}({inside}, axis={along}, keepdims=True)"

    def chosen(self, condition: str) -> str:
        return f"np.where({condition}, 1.0, 0.0)"

    def called(self, name: str, arguments: Sequence[str]) -> tuple[str, int]:
        if name == "identity":
            return f"({arguments[0]})", Binding.ATOM
        if name not in OWN:
            self.used.add(name)
        word = f"np.{OWN[name]}" if name in OWN else name
        return f"{word}({', '.join(arguments)})", Binding.ATOM

    def applied(self, node: Apply, arguments: Sequence[str]) -> tuple[str, int]:
        name, inside = node.primitive.name, arguments[0]
        atom = inside if inside.isidentifier() else f"({inside})"
        match name:
            case "flatten":
                return f"{atom}.reshape(len({inside}), -1)", Binding.ATOM
            case "unflatten":
                return f"{atom}.reshape({', '.join(map(str, node.shape))})", Binding.ATOM
            case "flip":
                return f"{atom}[:, :, ::-1, ::-1]", Binding.ATOM
        self.used.add(name)
        return f"{name}({', '.join((*arguments, *options_of(name, node.options)))})", Binding.ATOM

    def largest(self, candidates: Sequence[str]) -> str:
        return f"max({', '.join(candidates)})"
