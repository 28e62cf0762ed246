"""Inputs and targets: what one sample is, and samples as flat rows that fit the network."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.layer import COUNT, Signal
from bp_tutor.fields.forms import BAD, Whole
from bp_tutor.fields.numbers import Generated, Nested
from bp_tutor.fields.records import Field, Record, Section
from bp_tutor.fields.regular import IDENTITY, Regular
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Key, Scalar, Sequence

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix
    from bp_tutor.reader import Node

MOST_STEPS = 1_000

INPUTS = Record(
    "inputs",
    (
        Field("channels", COUNT, "1", 1, also=("depth",)),
        Field("height", COUNT, "28", also=("rows",)),
        Field("width", COUNT, "28", also=("columns",)),
        Field("steps", Whole(1, MOST_STEPS), "3", also=("length", "time")),
        Field("positions", Whole(1, MOST_STEPS), "3", also=("tokens",)),
        Field("units", COUNT, "2", also=("size",)),
        Field("vocabulary", COUNT, "5", also=("vocabulary_size", "classes", "words")),
    ),
    "expected.inputs",
)
"""The mapping under `inputs:` of a network."""
_FORMS = {
    "image": ("height", "width", "channels"),
    "sequence": ("steps", "units"),
    "positions": ("positions", "units"),
}


def input_form(section: Section, context: Context) -> Signal | None:
    """What one sample is, from the mapping under `inputs:` of a network."""
    if not section.sound(*section.values):
        return None
    for form, names in _FORMS.items():
        if section.has(names[0]):
            return _signal(form, _units_of(names, section), section, context)
    if section.has("vocabulary"):
        return Signal("vector", (section["vocabulary"],)) if section["vocabulary"] else None
    if not section.meant - {""}:
        context.wrong(section.node, "expected.inputs")
    return None


def _units_of(names: tuple[str, ...], section: Section) -> tuple[str, ...]:
    """What says the length of a row: units, or the tokens that there are."""
    if not section.has("vocabulary"):
        return names
    return tuple("vocabulary" if name == "units" else name for name in names)


def _signal(form: str, names: tuple[str, ...], section: Section, context: Context) -> Signal | None:
    for name in section.nodes:
        if name not in names:
            context.mistake(
                section.at(name), "problem.not_in_form", name=name, form=Key(f"form.{form}")
            )
            return None
    missing = [name for name in names if section.lacks(name) and name != "channels"]
    if missing or any(section[name] is None for name in names if name != "channels"):
        for name in missing:
            context.missing(section.node, name, "2")
        return None
    sizes = tuple(section[name] for name in names)
    if form == "image":
        return Signal(form, (section["channels"] or 1, *sizes[:2]))
    if form == "sequence":
        return Signal(form, sizes[1:], sizes[0])
    return Signal(form, sizes)


def read_data(
    problem: Section, name: str, signal: Signal, context: Context
) -> Matrix | Generated | None:
    """The samples under `inputs:` or `targets:`, each of the form of `signal`, as flat rows."""
    rows: Any = problem[name]
    if rows is BAD or rows is None or isinstance(rows, Generated):
        return rows or None
    if isinstance(rows, Regular):
        return _by_formula(rows, problem.at(name), signal, context)
    if name == "inputs" and tokens_of(problem):
        return _one_hot(rows, problem.at(name), signal, context)
    listed = listed_in(problem, name, problem.at(name))
    return fitted(rows, listed, signal, context)


def _by_formula(given: Regular, node: Node, signal: Signal, context: Context) -> Matrix | None:
    """Samples by a formula: as many as its numbers make, of the identity one for each number."""
    size = signal.size * signal.steps
    count, rest = divmod(given.count or size, size)
    rows = size if given.kind == IDENTITY else count
    numbers = given.filled((rows, size)) if not rest else None
    if numbers is None:
        context.mistake(node, "problem.formula_size", kind=given.kind, size=size)
        return None
    return tuple(numbers[start : start + size] for start in range(0, len(numbers), size))


def tokens_of(problem: Section) -> int:
    """How many tokens there are, where inputs are numbers of tokens; else 0."""
    network = problem["network"]
    given: Any = network["inputs"] if isinstance(network, Section) else None
    count = given["vocabulary"] if isinstance(given, Section) else 0
    return count or 0


def _one_hot(rows: Matrix | Nested, node: Node, signal: Signal, context: Context) -> Matrix | None:
    """Each token as a row of zeros with a 1 at its number."""
    count, length = signal.shape[-1], signal.size * signal.steps // signal.shape[-1]
    several = signal.form != "positions"
    if isinstance(rows, Nested) or any(len(row) != length for row in rows):
        found = len(rows.numbers) if isinstance(rows, Nested) else len(rows[0])
        context.mistake(node, "problem.token_count", count=found, wanted=length)
        return None
    if len(rows) > 1 and not several:
        context.mistake(node, "problem.token_count", count=len(rows) * length, wanted=length)
        return None
    for row in rows:
        for number in row:
            if number not in range(1, count + 1):
                context.mistake(node, "problem.unknown_token", found=f"{number:g}", count=count)
                return None
    return tuple(
        tuple(float(place == token) for token in row for place in range(1, count + 1))
        for row in rows
    )


class Listed(Frozen):
    """Samples as they stand in a file: the name of them, which messages say, and where."""

    name: str
    node: Node
    in_columns: bool = False
    """Whether the columns are the samples."""
    channels_last: bool = False
    """Whether each pixel of an image is a list of its channels."""
    of_array: bool = False
    """Whether it is the name of an array of the network; else `inputs` or `targets`."""

    def key(self, ending: str) -> str:
        """The key of what is said of them."""
        return f"problem.{'given' if self.of_array else self.name}_{ending}"

    @property
    def plain(self) -> bool:
        """Whether one list of numbers stands there."""
        return isinstance(self.node, Sequence) and isinstance(self.node.items[0], Scalar)


def fitted(
    rows: Matrix | Nested, listed: Listed, signal: Signal, context: Context
) -> Matrix | None:
    """Samples, each of the form of `signal`, as flat rows; None where they do not fit."""
    if signal.form == "vector" and type(rows) is tuple:
        return _vectors(rows, listed, signal.size, context)
    return _nested(rows, listed, signal, context)


def _vectors(rows: Matrix, listed: Listed, count: int, context: Context) -> Matrix | None:
    """Samples that are rows of `count` numbers each."""
    plain = listed.plain
    if listed.in_columns and not plain:
        rows = tuple(zip(*rows, strict=True))
    if len(rows[0]) == count:
        return rows
    if len(rows) == count and not plain:
        ending = "turned"
    elif plain and count == 1:
        ending = "one_each"
    else:
        ending = "count"
    named = {"name": listed.name} if listed.of_array else {"samples": len(rows)}
    context.mistake(listed.node, listed.key(ending), count=len(rows[0]), wanted=count, **named)
    return None


def listed_in(problem: Section, name: str, node: Node, *, of_array: bool = False) -> Listed:
    """Samples that stand at `node`, written by the conventions of the file."""
    conventions = problem["conventions"] or {"samples": "rows", "channels": "first"}
    return Listed(
        name,
        node,
        in_columns=conventions["samples"] == "columns",
        channels_last=conventions["channels"] == "last",
        of_array=of_array,
    )


def sample_count(
    problem: Section,
    samples: Matrix | Generated | None,
    targets: Matrix | Generated | None,
    context: Context,
) -> int:
    """How many samples there are; inputs and targets must agree."""
    counts = [len(data) for data in (samples, targets) if isinstance(data, tuple)]
    if len(counts) == 2 and counts[0] != counts[1]:
        context.mistake(
            problem.at("targets"), "problem.sample_count", inputs=counts[0], targets=counts[1]
        )
    return counts[0] if counts else 1


def read_batch(problem: Section, samples: int, context: Context) -> int | None:
    """Samples per update; None for all of them."""
    word: Any = problem["batch"]
    if problem.lacks("batch") and problem.has("learning_rule"):
        # Such a rule corrects after each sample.
        word = "online"
    if word is BAD or word == "full":
        return None
    if word == "online":
        return 1
    if word.isascii() and word.isdigit() and 1 <= int(word) <= samples:
        return int(word)
    context.wrong(problem.at("batch"), "expected.batch", samples=samples)
    return None


def _nested(
    given: Matrix | Nested, listed: Listed, signal: Signal, context: Context
) -> Matrix | None:
    """The samples, each as one row: step after step, channel after channel."""
    node = listed.node
    if listed.in_columns and signal.form == "image":
        context.mistake(node, "problem.samples_in_columns", form=Key(f"form.{signal.form}"))
        return None
    if not isinstance(given, Nested):
        bare = listed.plain and not listed.in_columns
        lengths = (len(given[0]),) if bare else (len(given), len(given[0]))
        given = Nested(lengths, tuple(chain(*given)))
    if listed.in_columns:
        given = _upright(given)
    one = _sample_shape(signal)
    if listed.channels_last and signal.form == "image":
        last = (*one[1:], one[0])
        if given.shape[-len(last) :] == last:
            given = _channels_first(given)
        elif one[0] > 1:
            _does_not_fit(given, listed, signal, last, context)
            return None
    size = signal.size * signal.steps
    short = one[1:] if signal.form == "image" and one[0] == 1 else one
    if given.shape in (one, short):
        return (given.numbers,)
    if given.shape[1:] in (one, short) and signal.form != "positions":
        starts = range(0, len(given.numbers), size)
        return tuple(given.numbers[start : start + size] for start in starts)
    _does_not_fit(given, listed, signal, short, context)
    return None


def _does_not_fit(
    given: Nested, listed: Listed, signal: Signal, wanted: tuple[int, ...], context: Context
) -> None:
    several = given.shape[1:] == wanted
    context.mistake(
        listed.node, f"problem.{'one_sample_of_positions' if several else 'sample_shape'}",
        form=Key(f"form.{signal.form}"), name=listed.name,
        wanted=" x ".join(map(str, wanted)), found=" x ".join(map(str, given.shape)),
    )  # fmt: skip


def _channels_first(given: Nested) -> Nested:
    """Images by channels instead of by pixels."""
    *outer, height, width, channels = given.shape
    size = height * width * channels
    numbers = (
        given.numbers[start + pixel * channels + channel]
        for start in range(0, len(given.numbers), size)
        for channel in range(channels)
        for pixel in range(height * width)
    )
    return Nested((*outer, channels, height, width), tuple(numbers))


def _upright(given: Nested) -> Nested:
    """Each sample with a row for each step or position, where these are its columns."""
    *outer, rows, columns = given.shape
    size = rows * columns
    numbers = (
        given.numbers[start + row * columns + column]
        for start in range(0, len(given.numbers), size)
        for column in range(columns)
        for row in range(rows)
    )
    return Nested((*outer, columns, rows), tuple(numbers))


def _sample_shape(signal: Signal) -> tuple[int, ...]:
    return (signal.steps, *signal.shape) if signal.form == "sequence" else signal.shape
