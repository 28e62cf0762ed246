"""Layers: one of a network as a file gives it, and what a kind of layer says of itself.

A kind of layer is a `LayerKind` in a module of `bp_tutor/catalogue/layers/`, and a line in
`LAYERS`. The reader of problem files, the JSON Schema, the documentation, new files, pictures
and the calculation all go by it; none of them knows a layer by name.
"""

from __future__ import annotations

from importlib import import_module
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING

from bp_tutor.catalogue.bias import Bias, NoBias
from bp_tutor.catalogue.definition import Remark
from bp_tutor.fields.forms import Name, Nothing, Whole
from bp_tutor.fields.numbers import NestedNumbers, NumberRow, Numbers, Seeded, SeededOr
from bp_tutor.fields.records import Field, ListOf, OneOf, Record
from bp_tutor.formula import Quantity, Ref, Role
from bp_tutor.formula.quantity import FIRST_STATES
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bp_tutor.catalogue.definition import Definition
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.forms import Form, Setting
    from bp_tutor.fields.numbers import Generated, Matrix, Row
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Formula
    from bp_tutor.reader import Mark

MOST_UNITS = 10_000

Shape = tuple[int, ...]
Outputs = tuple[Quantity, ...]
"""What a layer hands on: one quantity, or one for each time step."""

USUAL = "dense"
"""The kind of a layer that has the key of no other kind."""

LAYERS: dict[str, str | LayerKind] = {
    "dense": "dense.DENSE",
    "convolution": "convolution.CONVOLUTION",
    "convolution_1d": "convolution_1d.CONVOLUTION_1D",
    "pooling": "pooling.POOLING",
    "flatten": "flatten.FLATTEN",
    "recurrent": "recurrent.RECURRENT",
    "lstm": "lstm.LSTM",
    "gru": "gru.GRU",
    "fed_back": "fed_back.FED_BACK",
    "over_time": "over_time.OVER_TIME",
    "swiglu": "swiglu.SWIGLU",
    "attention": "attention.ATTENTION",
    "additive_attention": "additive_attention.ADDITIVE_ATTENTION",
    "normalisation": "normalisation.NORMALISATION",
    "activate": "activate.ACTIVATE",
    "prelu": "prelu.PRELU",
    "dropout": "dropout.DROPOUT",
    "embedding": "embedding.EMBEDDING",
    "positional": "positional.POSITIONAL",
    "add": "joining.ADD",
    "concatenate": "joining.CONCATENATE",
    "slice": "slicing.SLICE",
}
"""Kind of layer -> module and name of its description.

The module is imported when a problem has such a layer. Beside dense layers, the kind is also
the key that says it in a file.
"""


def layer_kind(name: str) -> LayerKind:
    """The description of a kind of layer."""
    found = LAYERS[name]
    if isinstance(found, str):
        module, _, constant = found.partition(".")
        found = getattr(import_module(f"bp_tutor.catalogue.layers.{module}"), constant)
    assert isinstance(found, LayerKind)
    return found


class Signal(Frozen):
    """What one layer hands to the next for one sample.

    `shape` is (units,), (channels, height, width) or, where all positions are seen at once,
    (positions, units); `steps` counts the time steps of a sequence, each of that shape.
    """

    form: str
    shape: Shape
    steps: int = 1

    @property
    def size(self) -> int:
        """How many numbers one step has."""
        return prod(self.shape)


class Array(Frozen):
    """An array of a layer, by its canonical letter: shape, what its axes count, its place."""

    letter: str
    shape: Shape
    axes: tuple[str, ...]
    field: str
    """The key of the layer under which a file gives it."""
    part: str = ""
    """The key under that, where the key has several arrays."""
    leaves: bool = False
    """Known by the layer that it leaves, as dense weights are, not by the one it belongs to."""
    role: Role = Role.WEIGHT
    rule: str = "weight_gradient"
    """The words for its gradient."""
    initial_of: str = ""
    """The letter of the state that it is before the first step; such an array is not trained."""
    at_step: int = 0
    """The step at which it is that state: 0, or backward in time the one behind the last."""
    start: Row | None = None
    """Where it begins unless a file says so; if anything changes it, then a formula of its own."""
    dropped: tuple[int, float] | None = None
    """The seed by which its ones and zeros are drawn, and the share of zeros."""
    head: int = 0
    """The number of its head, where a layer has an array of this letter for each."""
    cut: int | None = None
    """The axis along which a file has those of all heads side by side."""
    heads: int = 1
    """How many there are."""
    place: tuple[int, ...] = ()
    """The numbers behind its letter where they are not those of the layer."""

    @property
    def key(self) -> str:
        """What tells it from the layer's other arrays: its letter, and the number of its head."""
        if self.place:
            return f"{self.letter}{list(self.place)}"
        return f"{self.letter}{self.head or ''}"

    @property
    def given_shape(self) -> Shape:
        """The shape of what a file gives: of all heads together."""
        return tuple(
            length * self.heads if axis == self.cut else length
            for axis, length in enumerate(self.shape)
        )

    def of_all(self, numbers: Row) -> Row:
        """Its own numbers among those that a file gives, in row-major order."""
        if self.cut is None:
            return numbers
        width = self.given_shape[-1]
        rows = [numbers[start : start + width] for start in range(0, len(numbers), width)]
        start = (self.head - 1) * self.shape[self.cut]
        own = slice(start, start + self.shape[self.cut])
        kept = rows[own] if self.cut == 0 else [row[own] for row in rows]
        return tuple(number for row in kept for number in row)

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)

    @property
    def trained(self) -> bool:
        """Whether an update changes it."""
        return self.role not in (*FIRST_STATES, Role.RUNNING, Role.FIXED)

    @property
    def of_samples(self) -> bool:
        """Whether a file may give a row of it for each sample."""
        return self.role in (*FIRST_STATES, Role.FIXED) and self.axes[0] != "position"

    @property
    def through_time(self) -> bool:
        """Whether it is of a layer whose states follow from each other."""
        return bool(self.initial_of) or self.role is Role.RECURRENT_WEIGHT

    def quantity(self, number: int) -> Quantity:
        """It as a quantity, for the layer of that number."""
        if self.initial_of:
            state, step = self.initial_of, self.at_step
            return Quantity(state, (number, step), self.shape, self.axes, role=self.role)
        place = self.place or (number - self.leaves, *([self.head] if self.head else []))
        return Quantity(self.letter, place, self.shape, self.axes, role=self.role)


class Tie(Frozen):
    """An array that a layer has not for itself: it is that of an earlier layer."""

    key: str
    """Of the array that it stands for: its letter, and its head where there are several."""
    layer: int
    """The layer whose array it is; the input is layer 1."""
    of: str
    """Its key there."""
    transposed: bool = False


class Edge(Frozen):
    """A wire by itself, from a unit of any earlier layer; units are counted from 1."""

    source: int
    """The layer that it leaves; the input is layer 1."""
    start: int
    """The unit that it leaves."""
    unit: int
    """The unit that it reaches."""
    weight: tuple[int, ...]
    """The place of its weight, `W[2,1,4,3]` over layers and `W[2,1,3]` from the layer before."""
    own: bool = True
    """Whether the weight belongs to the layer: no edge before this one has it."""
    shared: bool = False
    """Whether several edges have that weight."""

    @property
    def quantity(self) -> Quantity:
        """Its weight."""
        return Quantity("W", self.weight, role=Role.EDGE)


class Layer(Frozen):
    """One layer: its kind and settings, activation with its parameters, weights into it, bias.

    A dense layer is said by `weights` and `bias`. Other kinds hold their numbers in `arrays`,
    by the canonical letters of their arrays, each in row-major order.
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
    arrays: tuple[tuple[str, Matrix | Row | Generated | None], ...] = ()
    """By canonical letter and head; an initial state has a row a sample where samples differ."""
    sources: tuple[int, ...] = ()
    """The layers whose outputs it takes, the input being layer 1; none: the one before it."""
    ties: tuple[Tie, ...] = ()
    """The arrays that it shares with earlier layers, to which they belong."""
    edges: tuple[Edge, ...] = ()
    """Wires over layers, and single ones from the layer before where that has `gaps`."""
    gaps: bool = False
    """Whether there is no matrix of all wires from the layer before."""

    @property
    def shares(self) -> bool:
        """Whether a weight of it stands in several places."""
        return bool(self.ties) or any(edge.shared for edge in self.edges)

    @property
    def chained(self) -> bool:
        """Whether all it takes is what the layer before hands on."""
        return not self.sources and not self.edges

    def sources_at(self, number: int) -> tuple[int, ...]:
        """The layers whose outputs reach it where it is layer `number`; the input is layer 1."""
        return self.sources or (number - 1,)

    def setting(self, name: str) -> int:
        """A whole number among the settings."""
        value = dict(self.settings)[name]
        assert isinstance(value, int)
        return value

    def number(self, name: str) -> float:
        """A number among the settings."""
        return float(dict(self.settings)[name])

    def word(self, name: str) -> str:
        """A word among the settings."""
        return str(dict(self.settings)[name])

    @property
    def is_dense(self) -> bool:
        """Whether it is called dense."""
        return self.called == USUAL

    @property
    def called(self) -> str:
        """Its key among the words for layers."""
        return layer_kind(self.kind).called(self)

    @property
    def wired(self) -> bool:
        """Whether it is units with a wire from every unit before."""
        return layer_kind(self.kind).wired

    @property
    def entrywise(self) -> bool:
        """Whether each unit stands for itself."""
        return layer_kind(self.kind).entrywise

    def arrays_after(self, signal: Signal) -> tuple[Array, ...]:
        """The arrays that belong to it, where `signal` reaches it."""
        found = layer_kind(self.kind).arrays(self, signal)
        tied = {tie.key for tie in self.ties}
        return tuple(array for array in found if array.key not in tied) if tied else found

    def hands_on(self, signal: Signal) -> Signal:
        """What it makes of what reaches it."""
        return layer_kind(self.kind).hands_on(self, signal)


class Reached(Frozen):
    """What the reader of a file tells a kind of layer about the place where the layer stands."""

    signals: tuple[Signal, ...]
    """What the inputs and each layer before hand on."""
    context: Context
    """Told of mistakes."""
    sources: tuple[int, ...] = ()
    """The layers whose outputs reach the layer, the input being layer 1; none: the one before."""

    @property
    def signal(self) -> Signal:
        """What reaches the layer; of several signals the first."""
        return self.arriving[0]

    @property
    def arriving(self) -> tuple[Signal, ...]:
        """Everything that reaches the layer."""
        return tuple(self.signals[number - 1] for number in self.sources) or self.signals[-1:]

    @property
    def number(self) -> int:
        """The number of the layer; the input is layer 1."""
        return len(self.signals) + 1


class LayerContext(Frozen):
    """A layer in its network: its number, its arrays, and all that was calculated before it."""

    layer: Layer
    number: int
    """The input is layer 1."""
    signal: Signal
    """The form of what reaches it."""
    arrays: dict[str, Quantity]
    """The arrays that belong to it, by letter, those of several heads by letter and head."""
    outputs: tuple[Outputs, ...]
    """What the inputs and each layer before hand on."""
    tied: Mapping[str, Formula] = MappingProxyType({})
    """The arrays that it shares with an earlier layer, by the same keys."""

    def array(self, key: str) -> Formula:
        """One of its arrays, perhaps an earlier layer's."""
        return self.tied.get(key) or Ref(self.arrays[key])

    def told(self, key: str) -> tuple[Remark, ...]:
        """What is said where an array is first used: whose it is, if it is shared."""
        return tuple(
            Remark(f"tied{'_transposed' * tie.transposed}", (("layer", tie.layer),))
            for tie in self.layer.ties
            if tie.key == key
        )

    @property
    def inputs(self) -> Outputs:
        """What reaches the layer; where several layers hand something on to it, the first."""
        return self.arriving[0]

    @property
    def arriving(self) -> tuple[Outputs, ...]:
        """What each of the layers hands on that this one takes from."""
        return tuple(map(self.output_of, self.layer.sources_at(self.number)))

    def output_of(self, number: int) -> Outputs:
        """What an earlier layer hands on; the input is layer 1."""
        return self.outputs[number - 1]

    def quantity(
        self,
        letter: str,
        step: int | None,
        shape: Shape,
        role: Role = Role.INNER,
        removed: frozenset[Shape] = frozenset(),
    ) -> Quantity:
        """A quantity of this layer over all samples, at a time step where there are several.

        Where a layer has several heads, `step` is the number of the head. What a mask has
        `removed` has no number.
        """
        place: tuple[int, ...] = (self.number,) if step is None else (self.number, step)
        axes = axes_of(shape, self.signal.form)
        return Quantity(letter, place, shape, axes, role=role, removed=removed)

    def steps(self) -> list[tuple[int | None, Quantity]]:
        """Each time step's number, counted from 1, with what reaches the layer then."""
        if self.signal.form != "sequence":
            return [(None, self.inputs[0])]
        return list(enumerate(self.inputs, 1))


class LayerFormulas(Frozen):
    """A layer as formulas, and what it hands on."""

    lines: tuple[Definition, ...]
    outputs: Outputs


def axes_of(shape: Shape, form: str) -> tuple[str, ...]:
    """What the axes of a layer's values count."""
    first = "position" if form == "positions" else "sample"
    if len(shape) == 4:
        return first, "channel", "row", "column"
    return first, "unit"


def _no_arrays(_: Layer, __: Signal) -> tuple[Array, ...]:
    return ()


def _same_signal(_: Layer, signal: Signal) -> Signal:
    return signal


def _no_settings(_: Section, __: Reached) -> dict[str, Setting]:
    return {}


def _pools_nothing(_: Layer) -> bool:
    return False


def _looks_at_none(_: Layer) -> tuple[int, ...]:
    return ()


def _called_by_kind(layer: Layer) -> str:
    return layer.kind


class LayerKind(Frozen):
    """A kind of layer: how a file says it, its arrays, and its formulas."""

    key: str
    """What says it in a file, and its name in `LAYERS`."""
    also: tuple[str, ...]
    """What else people call that key; only for the hint in a message."""
    takes: tuple[str, ...]
    """The forms of input that it understands; the last is named where it gets another."""
    formulas: Callable[[LayerContext], LayerFormulas]
    examples: tuple[str, ...]
    """The layer as a file has it, for the documentation; what is left out are symbols."""
    arrays: Callable[[Layer, Signal], tuple[Array, ...]] = staticmethod(_no_arrays)
    hands_on: Callable[[Layer, Signal], Signal] = staticmethod(_same_signal)
    """What it makes of what reaches it."""
    units: Callable[[Section], int] | None = None
    """From what stands under its key to the number of its units; None: what it hands on tells."""
    settings: Callable[[Section, Reached], dict[str, Setting] | None] = staticmethod(_no_settings)
    """From its section to its settings; None where they do not fit, which the context is told."""
    fields: tuple[Field, ...] = ()
    """The keys of its settings, under its own key."""
    example: str = "null"
    """What may stand under its own key."""
    own_field: Field | None = None
    """The key that says it, where that is neither its name nor has a record of settings."""
    record_name: str = ""
    """The name of its record among the words for keys, where that is not its own name."""
    numbers: tuple[Field, ...] = ()
    """Keys beside its own: those of its arrays."""
    activation: str = ""
    """The activation that it has where the file says none; empty: it can be given none."""
    activation_key: str = "activation"
    """The key under which that stands; its own where it is nothing but an activation."""
    is_word: bool = False
    """Whether the bare word says it, without anything under it."""
    pools: Callable[[Layer], bool] = staticmethod(_pools_nothing)
    """Whether its values depend on all samples of a batch together."""
    shares_bias: bool = False
    """Whether all its units may share one bias."""
    wired: bool = False
    """Whether it is units with a wire from every unit before, and so can be drawn."""
    entrywise: bool = False
    """Whether each unit stands for itself, so that loops over units can be written."""
    joins: bool = False
    """Whether it takes what several layers hand on; their numbers stand under its key."""
    looks_at: Callable[[Layer], tuple[int, ...]] = staticmethod(_looks_at_none)
    """The layers whose outputs it uses beside those that reach it."""
    called: Callable[[Layer], str] = staticmethod(_called_by_kind)
    """Its key among the words for layers, under `layer_kind`."""

    @property
    def field(self) -> Field:
        """The key that says it in a file, with the form of what stands under it."""
        settings = Record(f"{self.key} settings", self.fields) if self.fields else Nothing()
        return self.own_field or Field(self.key, settings, self.example, required=True)


UNITS = ("vector", "sequence", "positions")
"""Forms of input in which units stand in a row, as dense layers take them."""
MATRIX = OneOf("expected.weights", items=Numbers("expected.weights"), mapping=Seeded())
ROW = OneOf("expected.row", items=NumberRow(), mapping=Seeded())
KERNEL = OneOf("expected.kernel", items=NestedNumbers("expected.kernel", least=2), mapping=Seeded())
COUNT = Whole(1, MOST_UNITS)
LAYER_NUMBER = Whole(1, MOST_UNITS, "expected.layer_number")
UNITS_OR_NAMES = OneOf(
    "expected.units",
    word=Whole(1, MOST_UNITS, "expected.units"),
    items=ListOf(Name(), "expected.units", most=MOST_UNITS),
)


def in_parts(
    of: str,
    name: str,
    parts: dict[str, str],
    cell: Form,
    example: str,
    perhaps: dict[str, str] | None = None,
) -> Field:
    """A key with a value for each part of a layer, as with the gates of a cell.

    Those in `perhaps` need not be there.
    """
    fields = [Field(part, cell, example, required=True) for part in parts]
    fields += [Field(part, cell, example) for part in perhaps or ()]
    record = Record(f"{of} {name}", tuple(fields), "expected.parts")
    examples = ", ".join(f"{part}: {example}" for part in parts)
    mapping = SeededOr(record, "expected.parts")
    if name == "bias":
        word = NoBias("expected.parts")
        kinds = OneOf("expected.parts", word=word, mapping=mapping)
        return Field(name, kinds, f"{{{examples}}}", also=("b", "biases"))
    return Field(name, OneOf("expected.parts", mapping=mapping), f"{{{examples}}}")


def weights(
    letter: str, sources: int, units: int, field: str = "weights", part: str = "", *, leaves: bool
) -> Array:
    """A matrix of weights."""
    return Array(letter, (sources, units), ("from", "to"), field, part, leaves)


def biases(letter: str, units: int, part: str = "", *, field: str = "bias") -> Array:
    """A row of biases."""
    return Array(
        letter, (1, units), ("one", "unit"), field, part, role=Role.BIAS, rule="bias_gradient"
    )


def units_under_key(section: Section) -> int:
    """The `units:` under the key of the layer."""
    units: int = section[section.name]["units"]
    return units


def to_units(layer: Layer, signal: Signal) -> Signal:
    """What a layer hands on that makes its units of each row."""
    return signal._replace(shape=(*signal.shape[:-1], layer.units))
