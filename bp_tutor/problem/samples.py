"""Samples that are images, sequences or positions, brought to one flat row each."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from bp_tutor.fields.numbers import Nested
from bp_tutor.problem.data import in_columns
from bp_tutor.reader import Key, Scalar, Sequence

if TYPE_CHECKING:
    from bp_tutor.catalogue.kinds import Signal
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix
    from bp_tutor.fields.records import Section


def read_samples(problem: Section, name: str, signal: Signal, context: Context) -> Matrix | None:
    """The samples, each as one row: step after step, channel after channel."""
    given: Any = problem[name]
    node = problem.at(name)
    if in_columns(problem) and signal.form != "vector":
        context.mistake(node, "problem.samples_in_columns", form=Key(f"form.{signal.form}"))
        return None
    if not isinstance(given, Nested):
        plain = isinstance(node, Sequence) and isinstance(node.items[0], Scalar)
        lengths = (len(given[0]),) if plain else (len(given), len(given[0]))
        given = Nested(lengths, tuple(chain(*given)))
    one = _sample_shape(signal)
    size = signal.size * signal.steps
    short = one[1:] if signal.form == "image" and one[0] == 1 else one
    if given.shape in (one, short):
        return (given.numbers,)
    if given.shape[1:] in (one, short) and signal.form != "positions":
        starts = range(0, len(given.numbers), size)
        return tuple(given.numbers[start : start + size] for start in starts)
    key = "problem.one_sample_of_positions" if given.shape[1:] == one else "problem.sample_shape"
    context.mistake(
        node, key, form=Key(f"form.{signal.form}"), name=name,
        wanted=" x ".join(map(str, short)), found=" x ".join(map(str, given.shape)),
    )  # fmt: skip
    return None


def _sample_shape(signal: Signal) -> tuple[int, ...]:
    return (signal.steps, *signal.shape) if signal.form == "sequence" else signal.shape
