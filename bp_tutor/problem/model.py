"""What a teacher wrote, read and checked: the records that the rest of the house builds on.

Everything here is plain data in canonical order: weights as `(from, to)`, samples as rows,
whatever order the file used. Values that the file leaves out are `None`: the derivation is
then in symbols only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from bp_tutor.catalogue.losses import Loss
from bp_tutor.catalogue.optimisers import Optimiser
from bp_tutor.formula.quantity import STARTS
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.catalogue.layer import Layer
    from bp_tutor.fields.numbers import Generated, Matrix, Row
    from bp_tutor.reader import Mark

    Leaf: TypeAlias = "float | Matrix | None"
    """A number, an array as rows, or a symbol only."""


class Text(Frozen):
    """One text in the languages that the file gives, `{"en": ..., "zh": ...}`."""

    by_language: tuple[tuple[str, str], ...] = ()

    def in_language(self, language: str) -> str:
        """The text in `language`, or in whichever language there is."""
        texts = dict(self.by_language)
        return texts.get(language) or next(iter(texts.values()), "")


class Rounding(Frozen):
    """`exact`, or by hand: each quantity rounded or cut to so many decimals or figures."""

    mode: str = "exact"
    """`exact` or `hand`: how every quantity is treated that `by_quantity` does not name."""
    digits: int = 4
    significant: bool = False
    truncate: bool = False
    by_quantity: tuple[tuple[str, int | None], ...] = ()
    """Other digits for some quantities (`Z`, `W'[1]`); None keeps these exact."""

    def digits_of(self, name: str) -> int | None:
        """The digits kept of a quantity, by its canonical name; None where it stays exact."""
        default = self.digits if self.mode == "hand" else None
        special = dict(self.by_quantity)
        return special.get(name, special.get(name.partition("[")[0], default))

    @property
    def by_hand(self) -> bool:
        """Whether anything is rounded at all."""
        return self.mode == "hand" or bool(self.by_quantity)

    @property
    def everything(self) -> bool:
        """Whether nothing at all is left exact."""
        return self.mode == "hand" and all(digits is not None for _, digits in self.by_quantity)


class Conventions(Frozen):
    """Choices in which courses differ and that change a figure or a sign."""

    delta: str = "gradient"
    """`gradient`: delta = dL/dz. `descent`: delta = -dL/dz, and steps are added."""
    update_order: str = "simultaneous"
    """`simultaneous`: all deltas with the old weights; `sequential`: with updated ones."""
    report: str = "gradient"
    """`gradient`: W' = W - eta*dW. `step`: the step -eta*dW is written out first."""
    layout: str = ""
    """Matrix form: `rows` writes x·W, `columns` writes W·x; empty: as the notation has it."""
    first_update: int = 1
    """The number of the first update, 0 or 1."""


MOST_UPDATES = 10_000_000
VERDICTS = (
    "agrees", "truncated", "follows_by_hand_rounding", "follows_under_convention",
    "does_not_follow",
)  # fmt: skip
"""What can be found of a printed figure, and accepted in a file."""


class Published(Frozen):
    """A figure as the source prints it; `value` stays text so that its digits count."""

    name: str
    value: str
    update: int | None = None
    """In the course of which update it is met (before that update's step); None: the first."""
    after: int | None = None
    """After how many updates it holds."""
    origin: str | None = None
    """How the source got it, from its own printed figures (`from: 0.19*0.69`)."""
    page: str | None = None
    accepted: str | None = None
    """The verdict that the author knows and accepts, one of `VERDICTS`."""
    why: Text | None = None
    mark: Mark | None = None


class OwnName(Frozen):
    """What the course calls a quantity, a unit or a weight."""

    of: str
    """A letter such as `Z` or `dZ`, `X` (inputs), `O` (outputs), or a name of the file."""
    symbol: str = ""
    """In formulas; empty where only the words are given, and for what the file names itself."""
    ascii: str = ""
    """The symbol in ASCII, where letters alone do not say it."""
    words: Text | None = None


class Rule(Frozen):
    """How values of one sort are drawn anew: one of these, or kept as they are."""

    choices: tuple[float, ...] = ()
    """Empty: they stay."""


class Vary(Frozen):
    """Which values of a file vary in its variants, and how; the rest by what they are like."""

    rules: tuple[tuple[str, Rule], ...] = ()
    """By `weights`, `biases`, `inputs`, `targets`, `learning_rate`, `values` or `values.a`."""
    nothing: bool = False
    """All numbers stay."""


class Variant(Frozen):
    """Of which problem a file is a variant, and which."""

    of: str
    seed: int
    drawing: int = 1
    """The number of the scheme by which its numbers were drawn."""
    student: str = ""


class Names(Frozen):
    """The course's own names where the notation takes them from the file.

    `units[i][j]` names unit j of layer i (0 is the input); `weights` maps canonical
    identifiers such as `W[1,1,2]` or `B[2,1]` to names such as `w3`.
    """

    units: tuple[tuple[str, ...], ...] = ()
    weights: tuple[tuple[str, str], ...] = ()


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
    tokens: bool = False
    """Whether the inputs are one-hot rows, each for a token."""
    sizes: tuple[int, ...] = ()
    """(channels, height, width) of an image, (steps, units) of a sequence or of positions."""
    optimiser: Optimiser = Optimiser()
    given: tuple[tuple[str, Matrix | None], ...] = ()
    """Derivatives of the loss that are known, and values, by canonical names such as `dA[2]`:
    a row a sample; None where only the symbol is known."""
    states: tuple[tuple[str, Row], ...] = ()
    """What an optimiser starts from, by canonical names such as `vW[1]`, and its count `t`."""
    loss_weights: Matrix = ()
    """What each output's loss counts, shape (samples, outputs); empty where all count alike."""
    left: Matrix = ()
    """1 where an output has a target, 0 where that is left out, beside `loss_weights`."""
    learning_rule: str = ""
    """By which rule that follows no gradient the weights are corrected; empty for gradients."""
    alone: bool = False
    """A loss without a network: of the last layer alone what is given is known."""

    @property
    def goes_back(self) -> bool:
        """Whether there is a backward pass: from a loss, or from derivatives that are given."""
        return self.loss is not None or any(name.startswith(STARTS) for name, _ in self.given)

    @property
    def own_function(self) -> str:
        """The one activation of all layers, which a course may just call f; else empty."""
        if any(not layer.wired or layer.parameters for layer in self.layers):
            return ""
        names = {layer.activation for layer in self.layers} - {"identity"}
        return names.pop() if len(names) == 1 else ""


class Graph(Frozen):
    """A computation graph; without formulas, leaves whose derivatives are given."""

    formulas: tuple[tuple[str, str], ...]
    """Name and expression text, in the file's order."""
    marks: tuple[tuple[str, Mark], ...] = ()
    """Where each expression's text starts."""
    values: tuple[tuple[str, Leaf], ...] = ()
    """Leaves with their numbers (None: symbol only), in the file's order."""
    differentiate: str | None = None
    """The quantity whose derivatives are asked for; None where derivatives are given."""
    with_respect_to: tuple[str, ...] = ()
    given: tuple[tuple[str, str | float | tuple[float, ...]], ...] = ()
    """Given derivatives: the name `z1` with a symbol (`δ₁`) or a number for dL/dz1, or one for
    each update in turn (the last one stays)."""
    states: tuple[tuple[str, Row], ...] = ()
    """What an optimiser starts from, by canonical names such as `vw`, and its count `t`."""

    @property
    def changing(self) -> tuple[tuple[str, tuple[float, ...]], ...]:
        """The given derivatives that differ from update to update."""
        return tuple((name, each) for name, each in self.given if isinstance(each, tuple))

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
