"""Second pass over inputs and targets: samples as rows, counts that fit the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD
from bp_tutor.fields.numbers import Generated
from bp_tutor.reader import Scalar, Sequence

if TYPE_CHECKING:
    from bp_tutor.catalogue.kinds import Signal
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix
    from bp_tutor.fields.records import Section


def read_data(
    problem: Section, name: str, signal: Signal, context: Context
) -> Matrix | Generated | None:
    """The samples under `inputs:` or `targets:`, each of the form of `signal`, as flat rows."""
    rows: Any = problem[name]
    if rows is BAD or rows is None or isinstance(rows, Generated):
        return rows or None
    if signal.form == "vector" and type(rows) is tuple:
        return _vectors(problem, name, rows, signal.size, context)
    from bp_tutor.problem.samples import read_samples

    return read_samples(problem, name, signal, context)


def _vectors(
    problem: Section, name: str, rows: Matrix, count: int, context: Context
) -> Matrix | None:
    """Samples that are rows of `count` numbers each."""
    node = problem.at(name)
    plain = isinstance(node, Sequence) and isinstance(node.items[0], Scalar)
    if in_columns(problem) and not plain:
        rows = tuple(zip(*rows, strict=True))
    if len(rows[0]) == count:
        return rows
    if len(rows) == count and not plain:
        key = f"problem.{name}_turned"
    elif plain and count == 1:
        key = f"problem.{name}_one_each"
    else:
        key = f"problem.{name}_count"
    context.mistake(node, key, count=len(rows[0]), wanted=count, samples=len(rows))
    return None


def in_columns(problem: Section) -> bool:
    """Whether the file says that the columns are the samples."""
    conventions = problem["conventions"]
    return bool(conventions) and conventions["samples"] == "columns"


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
    if word is BAD or word == "full":
        return None
    if word == "online":
        return 1
    if word.isascii() and word.isdigit() and 1 <= int(word) <= samples:
        return int(word)
    context.wrong(problem.at("batch"), "expected.batch", samples=samples)
    return None
