"""A new problem file: commented in the author's language, sound as it comes."""

from __future__ import annotations

from itertools import cycle, islice, pairwise
from typing import TYPE_CHECKING

from bp_tutor.authoring.plan import NO_LOSS
from bp_tutor.authoring.schema import MODELINE
from bp_tutor.authoring.symbols import parameters, weight_order
from bp_tutor.authoring.variant import Variants
from bp_tutor.authoring.yaml_text import flow, folded, scalar
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.signals import arrays_of
from bp_tutor.problem.texts import LANGUAGES
from bp_tutor.words import load_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bp_tutor.authoring.plan import Plan
    from bp_tutor.catalogue.layer import Array
    from bp_tutor.words import Words

BY_SYMBOL = 60
"""So many weights and biases are named one by one; more stand in matrices."""
MOST_TYPED = 600
"""More than these come from a generator."""
STEPS = 3
START = ("0.5", "-0.3", "0.8", "0.2", "-0.6", "0.4", "0.7", "-0.1", "0.9", "0.3", "-0.4", "0.6")
INPUTS = ("0.5", "0.9", "0.2", "0.7", "0.4", "0.8")
"""Numbers to begin with; what is drawn is like them."""
_RATE = "0.4"

Lines = tuple[str, ...]
"""The lines of a layer that say what it is."""


def new_text(plan: Plan, words: Words) -> str:
    """The text of the file that a plan describes, its numbers such that they teach.

    Raises:
        ProblemError: it could not be read, as where the title is too long.
    """
    text = _begun(plan, words)
    problem = read_problem(text)
    return Variants(text, problem).filled(plan.seed) if plan.drawn else text


def _begun(plan: Plan, words: Words) -> str:
    """The file with the numbers that others are drawn like."""
    lines = [MODELINE, *_comment(words, "new.comment.head")]
    lines += [f"title: {_title(plan)}", *_text(plan), f"notation: {plan.notation}"]
    lines += ["", *(_graph if plan.kind == "graph" else _network)(plan, words)]
    return "\n".join(lines) + "\n"


def _comment(words: Words, key: str, indent: str = "", **values: object) -> Iterator[str]:
    yield f"{indent}# {words.text(key, **values)}"


def _title(plan: Plan) -> str:
    if plan.title:
        return scalar(plan.title)
    shape = "-".join(map(str, plan.units))
    kind = "forward" if plan.kind == "network" and plan.loss == NO_LOSS else plan.kind
    return flow(
        (name, load_words(name).text(f"new.title.{kind}", shape=shape)) for name in LANGUAGES
    )


def _text(plan: Plan) -> Iterator[str]:
    """What is to be done, in every language of files."""
    goal = "graph" if plan.kind == "graph" else "forward" if plan.loss == NO_LOSS else "train"
    yield "text:"
    for name in LANGUAGES:
        yield f"  {name}: {scalar(load_words(name).text(f'new.text.{goal}'))}"


def _network(plan: Plan, words: Words) -> Iterator[str]:
    """Layers with their numbers: by symbol where they are few, else in rows."""
    numbers = cycle(START)
    named = plan.kind == "network" and count_of(plan.units) <= BY_SYMBOL
    layers = LAYERS[plan.kind](plan)
    yield "network:"
    if plan.kind != "network":
        yield from _comment(words, f"new.comment.{plan.kind}", "  ")
    yield f"  inputs: {_inputs(plan)}"
    if not named:
        yield from _comment(words, "new.comment.weight_order", "  ")
        yield f"  weight_order: {weight_order(plan.notation)}"
    yield "  layers:"
    arrays = _arrays(plan, layers) if plan.drawn and not named else [()] * len(layers)
    for place, (lines, own) in enumerate(zip(layers, arrays, strict=True)):
        start, *more = lines
        yield f"    - {start}"
        for line in (*more, *_given(plan, place, own, numbers)):
            yield f"      {line}"
    if named:
        yield from _named(plan, words, numbers)
    elif not plan.drawn:
        yield from _comment(words, "new.comment.matrices", "  ")
    yield from _data(plan, words, _sample(plan))


def _arrays(plan: Plan, layers: tuple[Lines, ...]) -> list[tuple[Array, ...]]:
    """The arrays of each layer, as the layers themselves say."""
    listed = ", ".join(
        f"{{{', '.join(lines)}}}" if ":" in lines[0] else lines[0] for lines in layers
    )
    text = f"network: {{inputs: {_inputs(plan)}, layers: [{listed}]}}\nloss: none\n"
    network = read_problem(text).network
    assert network is not None
    return [tuple(one for one in arrays if one.trained) for arrays in arrays_of(network)]


def _given(
    plan: Plan, place: int, arrays: tuple[Array, ...], numbers: Iterator[str]
) -> Iterator[str]:
    """The numbers of a layer."""
    for position, array in enumerate(arrays):
        lengths = zip(array.shape, array.axes, strict=True)
        shape = [length for length, axis in lengths if axis != "one"][-2:]
        if array.axes == ("from", "to") and weight_order(plan.notation) == "to-from":
            shape.reverse()
        if plan.kind == "network" and count_of(plan.units) > MOST_TYPED:
            scale = "0.1" if array.field == "bias" else "0.5"
            yield f"{array.field}: {{seed: {plan.seed + 2 * place + position}, scale: {scale}}}"
        elif len(shape) == 1:
            yield f"{array.field}: {_row(numbers, *shape)}"
        else:
            yield f"{array.field}:"
            for _ in range(shape[0]):
                yield f"  - {_row(numbers, shape[1])}"


def _named(plan: Plan, words: Words, numbers: Iterable[str]) -> Iterator[str]:
    """Every weight and bias under its symbol, layer by layer."""
    yield from _comment(words, f"new.comment.values_{plan.fill}", "  ")
    if not plan.drawn:
        for line in words.text("new.comment.shared").splitlines():
            yield f"  # {line}"
    yield "  values:"
    for layer, letter, names in parameters(plan.notation, plan.units):
        yield from _comment(words, f"new.comment.{letter}", "    ", layer=layer, before=layer - 1)
        for name, number in zip(names, numbers, strict=False):
            yield f"    {scalar(name)}:{f' {number}' if plan.drawn else ''}"


def _data(plan: Plan, words: Words, inputs: Iterable[str]) -> Iterator[str]:
    """A sample with its target, the loss, and how fast it learns."""
    other = "-1" if plan.loss in LOSSES and LOSSES[plan.loss].signs else "0"
    targets = ("1" if place == 0 else other for place in range(plan.units[-1]))
    hide = "" if plan.drawn else "# "
    yield ""
    yield from _comment(words, f"new.comment.samples_{plan.fill}")
    for line in folded("inputs", inputs):
        yield f"{hide}{line}"
    if plan.loss == NO_LOSS:
        yield from _comment(words, "new.comment.no_loss")
        yield f"loss: {NO_LOSS}"
        return
    for line in folded("targets", targets):
        yield f"{hide}{line}"
    yield f"loss: {plan.loss}"
    yield f"learning_rate: {_RATE}"


def _graph(plan: Plan, words: Words) -> Iterator[str]:
    """A graph in which one leaf reaches the result by two ways."""
    yield "graph:"
    yield from _comment(words, f"new.comment.leaves_{plan.fill}", "  ")
    yield "  values: {a: 2, b: 1}" if plan.drawn else "  values: {a: null, b: null}"
    yield from _comment(words, "new.comment.formulas", "  ")
    yield "  formulas:"
    yield "    c: a + b"
    yield "    d: b + 1"
    yield "    e: c*d"
    yield "  differentiate: e"
    yield "  with_respect_to: [a, b]"


def _dense(plan: Plan) -> tuple[Lines, ...]:
    return tuple(map(_units, plan.units[1:], plan.activations))


def _units(count: int, activation: str) -> Lines:
    return f"units: {count}", f"activation: {activation}"


def _sequence(plan: Plan) -> tuple[Lines, ...]:
    _, states, outputs = plan.units
    cell = (f"recurrent: {{units: {states}, returns: last}}", "activation: tanh")
    return cell, _units(outputs, plan.activations[-1])


def _image(plan: Plan) -> tuple[Lines, ...]:
    _, kernel, outputs = plan.units
    slid = (f"convolution: {{channels: 1, kernel: {kernel}}}", "activation: sigmoid")
    return slid, ("flatten",), _units(outputs, plan.activations[-1])


LAYERS: dict[str, Callable[[Plan], tuple[Lines, ...]]] = {
    "network": _dense,
    "sequence": _sequence,
    "image": _image,
}
"""The layers of a new file, by its kind."""


def count_of(units: tuple[int, ...]) -> int:
    """How many weights and biases dense layers have."""
    return sum(before * after + after for before, after in pairwise(units))


def _inputs(plan: Plan) -> str:
    """What one sample is like."""
    first = plan.units[0]
    if plan.kind == "image":
        return f"{{channels: 1, height: {first}, width: {first}}}"
    return f"{{steps: {STEPS}, units: {first}}}" if plan.kind == "sequence" else str(first)


def _sample(plan: Plan) -> Iterator[str]:
    """What one sample is a list of."""
    first, numbers = plan.units[0], cycle(INPUTS)
    if plan.kind == "network":
        return islice(numbers, first)
    rows = first if plan.kind == "image" else STEPS
    return (_row(numbers, first) for _ in range(rows))


def _row(numbers: Iterator[str], count: int) -> str:
    """The next numbers as a list."""
    return f"[{', '.join(islice(numbers, count))}]"
