"""What a teacher says where a comparison picks a branch: `5 > 0, so 1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Joined, Sentence, sentence
from bp_tutor.explain.nodes import Compared
from bp_tutor.explain.settings import whole_number, written_out
from bp_tutor.formula import Call, Indicator, IsLargest, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula
    from bp_tutor.solve import Run

OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
NAMED_PLACES = 9
"""The places that have a word: first, second, third."""


def decided(settings: Settings, run: Run, formula: Formula) -> Sentence | None:
    """Why each comparison in a scalar formula comes to 1 or 0; None where there is none."""
    said = dict.fromkeys(_reason(settings, run, node) for node in _choices(formula))
    if not said:
        return None
    return sentence("decided.all", reasons=Joined(tuple(said), Sentence("decided.join")))


def _choices(formula: Formula) -> Iterator[Indicator | IsLargest]:
    for node in walk(formula):
        if isinstance(node, (Indicator, IsLargest)):
            yield node
        elif isinstance(node, Call) and written_out(node):
            yield from _choices(node.expanded())


def _reason(settings: Settings, run: Run, node: Indicator | IsLargest) -> Sentence:
    value = node.value(run.value)
    outcome = whole_number(value)
    if isinstance(node, Indicator):
        sign = node.sign if value else OPPOSITE[node.sign]
        compared = Compared(settings.shortened(settings.put_in(run, node.arg)), sign)
        return sentence("decided.compared", compared=compared, value=outcome)
    values = [candidate.value(run.value) for candidate in node.candidates]
    place = values.index(max(values)) + 1
    key = f"decided.place.{place if place <= NAMED_PLACES else 'other'}"
    numbers = tuple(settings.shortened(settings.put_in(run, each)) for each in node.candidates)
    return sentence(
        "decided.largest",
        numbers=Joined(numbers, Sentence("decided.comma")),
        place=sentence(key, number=place),
        value=outcome,
    )
