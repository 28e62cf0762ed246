"""A layer of a network as a file gives it, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.numbers import Generated, Matrix, Row
    from bp_tutor.reader import Mark


class Bias(Frozen):
    """The bias of a layer.

    `kind` is `added`, `threshold` (subtracted), `plus_input` or `minus_input` (a weight on a
    constant input of +1 or -1), or `none`. `shared`: one number for the whole layer.
    `frozen`: never updated. `values` holds one number per unit (one in all where shared).
    """

    kind: str = "added"
    shared: bool = False
    frozen: bool = False
    values: Row | Generated | None = None


class Layer(Frozen):
    """One layer: its kind and settings, activation with its parameters, weights into it, bias.

    A dense layer is said by `weights` and `bias`. Other kinds hold their numbers in `arrays`,
    by the canonical letters that `kinds.py` lists for them, each in row-major order.
    """

    units: int
    activation: str = "identity"
    parameters: tuple[tuple[str, float], ...] = ()
    """Parameters of the activation, such as `alpha` or `beta`."""
    slope_at_zero: int = 0
    """The slope taken at a kink (ReLU at 0): 0 or 1."""
    weights: Matrix | Generated | None = None
    """Shape (units before, units)."""
    bias: Bias = Bias()
    frozen: bool = False
    mark: Mark | None = None
    kind: str = "dense"
    settings: tuple[tuple[str, Setting], ...] = ()
    """What else a kind needs: sizes, strides, paddings, what is handed on."""
    arrays: tuple[tuple[str, Row | Generated | None], ...] = ()

    def setting(self, name: str) -> int:
        """A whole number among the settings."""
        value = dict(self.settings)[name]
        assert isinstance(value, int)
        return value
