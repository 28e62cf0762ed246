"""Over which values an entry reaches the loss: the paths that the chain rule adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.chain import paths
from bp_tutor.formula import Entry, Quantity, walk
from bp_tutor.formula.quantity import DERIVATIVE, VALUE
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import asked_steps
from bp_tutor.quiz.mistakes.candidates import singles
from bp_tutor.quiz.mistakes.diagnose import diagnosis_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.book import Key
    from bp_tutor.quiz.model import Context, Diagnosis
    from bp_tutor.quiz.sheet import Sheet

    Way = tuple[Key, ...]
    """The values that a path goes over, from the entry to where a delta is known."""

PROMPT = "quiz.prompt.path"
MOST_PATHS = 4
LARGEST = 2_000
FORGOTTEN = "path_left_out"


def keys(context: Context) -> Iterator[Key]:
    """An entry of each derivative that comes over one path or a few."""
    for step in asked_steps(context):
        quantity = step.quantity
        if quantity.kind == DERIVATIVE and quantity.size <= LARGEST:
            # The last one of the first row: its indices are not all alike.
            yield (
                quantity,
                (*(0 for _ in quantity.shape[:-1]), *(n - 1 for n in quantity.shape[-1:])),
            )


def options(context: Context, key: Key) -> list[str]:
    """The right paths first, then what mistakes make of them; empty where nothing is to choose."""
    right = _ways(context, key)
    if not right:
        return []
    others: list[list[Way]] = []
    if len(right) > 1:
        others += [right[:-1], right[1:]]
    turned = [_turned(way) for way in right]
    others += [[*right, *(way for way in turned if way not in right)], turned]
    others.append([(_turned(way[:1])[0], *way[1:]) for way in right if len(way) > 1])
    found = dict.fromkeys(_spelled(context, ways) for ways in (right, *others) if ways)
    return list(found) if len(found) > 1 else []


def right(context: Context, key: Key) -> str:
    """The paths that lead from an entry to the loss."""
    return _spelled(context, _ways(context, key))


def diagnoses(context: Context, sheet: Sheet, key: Key, chosen: str) -> tuple[Diagnosis, ...]:
    """A path that was forgotten, with the term that is lost with it."""
    right = _ways(context, key)
    for lost in right if len(right) > 1 else ():
        if chosen != _spelled(context, [way for way in right if way != lost]):
            continue
        delta = Entry(lost[-1][0].as_kind(DERIVATIVE), lost[-1][1])
        for one in singles(context, book_of(context), key).found:
            if one.name == FORGOTTEN and one.place is not None and delta in walk(one.place):
                return (diagnosis_of(context, sheet, key, one, alone=True),)
    return ()


def value_of_derivative(key: Key) -> Key:
    """What a derivative is the derivative by."""
    return key[0].as_kind(VALUE), key[1]


def _ways(context: Context, key: Key) -> list[Way]:
    model = context.run.program.model
    value = value_of_derivative(key)
    loss = (model.loss or Quantity("L"), ())
    found = paths(context.run.program, *value, loss)
    if not 1 <= len(found) <= MOST_PATHS:
        return []
    ways = [tuple(of for of, _ in reversed(path) if of != loss) for path in found]
    # A path that leads to the loss at once goes over nothing.
    return ways if all(ways) else []


def _turned(way: Way) -> Way:
    """The same path over the neighbours of its values."""
    found = []
    for quantity, index in way:
        length = quantity.shape[-1] if index else 1
        found.append((quantity, (*index[:-1], (index[-1] + 1) % length) if index else index))
    return tuple(found)


def _spelled(context: Context, ways: list[Way]) -> str:
    page = context.page
    texts = sorted(page.style.arrow.join(page.name(*key) for key in way) for way in ways)
    return ", ".join(dict.fromkeys(texts))
