"""A new problem file: commented in the author's language, sound as it comes."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from bp_tutor.authoring.new_layers import (
    BLOCKS,
    START,
    count_of,
    inputs_of,
    order_of,
    row,
    sample_of,
)
from bp_tutor.authoring.plan import NO_LOSS
from bp_tutor.authoring.schema import MODELINE
from bp_tutor.authoring.symbols import parameters
from bp_tutor.authoring.variant import Variants
from bp_tutor.authoring.yaml_text import flow, folded, scalar
from bp_tutor.problem.load import read_problem
from bp_tutor.words import languages, load_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.authoring.new_layers import Block
    from bp_tutor.authoring.plan import Plan
    from bp_tutor.words import Words

BY_SYMBOL = 60
"""So many weights and biases are named one by one; more stand in matrices."""
MOST_TYPED = 600
"""More than these come from a generator."""
_RATE = "0.4"


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
        (name, load_words(name).text(f"new.title.{kind}", shape=shape)) for name in languages()
    )


def _text(plan: Plan) -> Iterator[str]:
    """What is to be done, in every language."""
    goal = "graph" if plan.kind == "graph" else "forward" if plan.loss == NO_LOSS else "train"
    yield "text:"
    for name in languages():
        yield f"  {name}: {scalar(load_words(name).text(f'new.text.{goal}'))}"


def _network(plan: Plan, words: Words) -> Iterator[str]:
    """Layers with their numbers: by symbol where they are few, else in rows."""
    numbers = cycle(START)
    named = plan.kind == "network" and count_of(plan.units) <= BY_SYMBOL
    blocks = BLOCKS[plan.kind](plan)
    yield "network:"
    if plan.kind != "network":
        yield from _comment(words, f"new.comment.{plan.kind}", "  ")
    yield f"  inputs: {inputs_of(plan)}"
    if not named:
        yield from _comment(words, "new.comment.weight_order", "  ")
        yield f"  weight_order: {order_of(plan)}"
    yield "  layers:"
    for place, block in enumerate(blocks):
        start, *more = block.head
        yield f"    - {start}"
        for line in (*more, *(_arrays(plan, place, block, numbers) if not named else ())):
            yield f"      {line}"
    if named:
        yield from _named(plan, words, numbers)
    elif not plan.drawn:
        yield from _comment(words, "new.comment.matrices", "  ")
    yield from _data(plan, words, sample_of(plan))


def _arrays(plan: Plan, place: int, block: Block, numbers: Iterator[str]) -> Iterator[str]:
    """The numbers of a layer."""
    if not plan.drawn:
        return
    for position, (key, shape) in enumerate(block.arrays):
        if plan.kind == "network" and count_of(plan.units) > MOST_TYPED:
            scale = "0.1" if key == "bias" else "0.5"
            yield f"{key}: {{seed: {plan.seed + 2 * place + position}, scale: {scale}}}"
        elif len(shape) == 1:
            yield f"{key}: {row(numbers, *shape)}"
        else:
            yield f"{key}:"
            for _ in range(shape[0]):
                yield f"  - {row(numbers, shape[1])}"


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
    targets = ("1" if place == 0 else "0" for place in range(plan.units[-1]))
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
