"""What a teacher wrote, read and checked: the records that the rest of the house builds on.

Everything here is plain data in canonical order: weights as `(from, to)`, samples as rows,
whatever order the file used. Values that the file leaves out are `None`: the derivation is
then in symbols only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.problem.choices import Conventions, OwnName, Published, Rounding, Variant, Vary

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.reader import Mark

__all__ = [
    "Bias", "Conventions", "Generated", "Graph", "Layer", "Loss", "Matrix", "Names", "Network",
    "Optimiser", "OwnName", "Problem", "Published", "Rounding", "Row", "Setting", "Text", "Variant",
    "Vary",
]  # fmt: skip

Row = tuple[float, ...]
Matrix = tuple[Row, ...]
Setting = int | float | str


class Text(Frozen):
    """One text in the languages that the file gives, `{"en": ..., "zh": ...}`."""

    by_language: tuple[tuple[str, str], ...] = ()

    def in_language(self, language: str) -> str:
        """The text in `language`, or in whichever language there is."""
        texts = dict(self.by_language)
        return texts.get(language) or next(iter(texts.values()), "")


class Generated:
    """Values drawn from a seeded generator, `{seed: 1, scale: 0.1}`: normal(0, scale).

    No tuple, because it stands where a tuple of numbers can stand too.
    """

    __slots__ = ("scale", "seed")

    def __init__(self, seed: int, scale: float) -> None:
        self.seed = seed
        self.scale = scale

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Generated):
            return NotImplemented
        return (self.seed, self.scale) == (other.seed, other.scale)

    def __hash__(self) -> int:
        return hash((self.seed, self.scale))

    def __repr__(self) -> str:
        return f"Generated(seed={self.seed!r}, scale={self.scale!r})"


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


class Names(Frozen):
    """The course's own names where the notation takes them from the file.

    `units[i][j]` names unit j of layer i (0 is the input); `weights` maps canonical
    identifiers such as `W[1,1,2]` or `B[2,1]` to names such as `w3`.
    """

    units: tuple[tuple[str, ...], ...] = ()
    weights: tuple[tuple[str, str], ...] = ()


class Loss(Frozen):
    """The loss and how the course states it."""

    name: str = "half_squared_error"
    outputs: str = "default"
    """`sum` or `mean` over the outputs; `default` is what the loss's own name says."""
    samples: str = "mean"
    """`sum` or `mean` over the samples of a batch."""
    fused: bool | None = None
    """Delta straight from loss and activation together (`p - y`); None: where it is usual."""
    error: str = "prediction-target"
    """`prediction-target` writes a - y inside the loss, `target-prediction` y - a."""
    drop_factor: bool = False
    """The course states the gradient of a squared error without its factor 2."""
    weight_decay: float = 0.0
    """Lambda of (lambda/2) * sum of squared weights; biases are left out."""


class Optimiser(Frozen):
    """How gradients become steps; `parameters` such as `mu` or `beta1` where it has some."""

    name: str = "gradient_descent"
    parameters: tuple[tuple[str, Setting], ...] = ()


class Network(Frozen):
    """A network of layers as the file gives it."""

    inputs: int
    """How many numbers one sample has."""
    layers: tuple[Layer, ...]
    names: Names = Names()
    samples: Matrix | Generated | None = None
    """Inputs, shape (samples, inputs)."""
    targets: Matrix | Generated | None = None
    """Targets, shape (samples, outputs)."""
    sample_count: int = 1
    loss: Loss | None = Loss()
    """None: forward only."""
    learning_rate: float | tuple[float, ...] | None = None
    """One rate, or one for each update in turn (the last one stays)."""
    batch: int | None = None
    """Samples per update: None is all of them, 1 is online, others are mini-batches."""
    ask_inputs: bool = False
    """Derive the gradients of the inputs as well."""
    measures: tuple[str, ...] = ()
    """Measures reported beside the loss: `rmse`, `r_squared`."""
    form: str = "vector"
    """What one sample is: a `vector`, an `image`, a `sequence` of steps that are taken one
    after another, or `positions` that are seen all at once (one sample then)."""
    sizes: tuple[int, ...] = ()
    """(channels, height, width) of an image, (steps, units) of a sequence or of positions."""
    optimiser: Optimiser = Optimiser()

    @property
    def own_function(self) -> str:
        """The one activation of all layers, which a course may just call f; else empty."""
        if any(layer.kind != "dense" or layer.parameters for layer in self.layers):
            return ""
        names = {layer.activation for layer in self.layers} - {"identity"}
        return names.pop() if len(names) == 1 else ""


class Graph(Frozen):
    """A computation graph of scalars."""

    formulas: tuple[tuple[str, str], ...]
    """Name and expression text, in the file's order."""
    marks: tuple[tuple[str, Mark], ...] = ()
    """Where each expression's text starts."""
    values: tuple[tuple[str, float | None], ...] = ()
    """Leaves with their numbers (None: symbol only), in the file's order."""
    differentiate: str | None = None
    """The quantity whose derivatives are asked for; None where derivatives are given."""
    with_respect_to: tuple[str, ...] = ()
    given: tuple[tuple[str, str | float], ...] = ()
    """Given derivatives: the name `z1` with a symbol (`δ₁`) or a number for dL/dz1."""
    loss_symbol: str = "L"
    learning_rate: float | tuple[float, ...] | None = None
    """Where set, the `with_respect_to` leaves are updated by the optimiser."""
    optimiser: Optimiser = Optimiser()


class Problem(Frozen):
    """A whole problem file."""

    path: Path
    title: Text = Text()
    text: Text = Text()
    """What the exercise says, where the file says it."""
    source: Text = Text()
    notation: str = "layered"
    network: Network | None = None
    graph: Graph | None = None
    conventions: Conventions = Conventions()
    rounding: Rounding = Rounding()
    digits: int = 4
    updates: int = 1
    published: tuple[Published, ...] = ()
    own_names: tuple[OwnName, ...] = ()
    vary: Vary = Vary()
    variant: Variant | None = None

    @property
    def name(self) -> str:
        """The name by which commands find it: the file's name without its ending."""
        return self.path.stem
