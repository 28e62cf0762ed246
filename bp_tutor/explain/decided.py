"""What a teacher says where a comparison picks a branch: `5 > 0, so 1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.page import written_out
from bp_tutor.formula import Call, Indicator, IsLargest, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain.page import Page
    from bp_tutor.formula import Formula
    from bp_tutor.solve import Run

OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
NAMED_PLACES = 9
"""The places that have a word: first, second, third."""


def decided(page: Page, run: Run, formula: Formula) -> str:
    """Why each comparison in a scalar formula comes to 1 or 0; empty where there is none."""
    said = dict.fromkeys(_reason(page, run, node) for node in _choices(formula))
    if not said:
        return ""
    return page.words.text("decided.all", reasons=page.words.text("decided.join").join(said))


def _choices(formula: Formula) -> Iterator[Indicator | IsLargest]:
    for node in walk(formula):
        if isinstance(node, (Indicator, IsLargest)):
            yield node
        elif isinstance(node, Call) and written_out(node):
            yield from _choices(node.expanded())


def _reason(page: Page, run: Run, node: Indicator | IsLargest) -> str:
    style, words = page.style, page.words
    value = node.value(run.value)
    outcome = style.inline(style.number(f"{value:.0f}"))
    if isinstance(node, Indicator):
        sign = node.sign if value else OPPOSITE[node.sign]
        number = page.spell(page.put_in(run, node.arg))
        compared = f"{number} {style.compare.get(sign, sign)} {style.number('0')}"
        return words.text("decided.compared", compared=style.inline(compared), value=outcome)
    values = [candidate.value(run.value) for candidate in node.candidates]
    place = values.index(max(values)) + 1
    key = f"decided.place.{place if place <= NAMED_PLACES else 'other'}"
    numbers = (page.spell(page.put_in(run, candidate)) for candidate in node.candidates)
    return words.text(
        "decided.largest",
        numbers=words.text("decided.comma").join(map(style.inline, numbers)),
        place=words.text(key, number=place),
        value=outcome,
    )
