"""What a page says of wrong predictions: which mistake gives the number, by the record of each.

A page can mark nothing by itself: it has wrong numbers with the sentences that explain them, as
plain data. They are made when the page is written; on a site those of changed numbers are made as
they are asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bp_tutor.explain import Line
from bp_tutor.formula import Address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.explain import Document, Presentation
    from bp_tutor.quiz import Context, Diagnosis
    from bp_tutor.quiz.record import NumberRecord
    from bp_tutor.solve import Trace
    from bp_tutor.words import Words

    Mistake = tuple[float, float, *tuple[str, ...]]
    """From where to where the answers lie that it explains, and what is said in each language."""
    Mistakes = dict[str, list[Mistake]]
    """The mistakes by which a number is got wrong, by its key."""

MOST = 120
"""Results of a page whose wrong answers are explained; a larger one would grow too much."""
MOST_NUMBERS = 2_000
"""Numbers of an update; among more of them it takes too long to find mistakes."""
MOST_OPERANDS = 24
"""Numbers in the line of one; what a mistake makes of a longer one takes too long to find."""
MISTAKES = 3
"""Wrong answers to each result: those of the mistakes that are made most often."""
FIGURES = 7
"""Figures of where an interval ends."""
SAID = 2
"""Reasons given where several mistakes lead to the same number."""


class Explained:
    """The wrong answers to the lines of a derivation, found as they are asked for."""

    def __init__(
        self, trace: Trace, document: Document, reader: Presentation, languages: Sequence[Words]
    ) -> None:
        self._trace = trace
        self._reader = reader
        self._languages = languages
        self._asked = list(_results(document))

    @cached_property
    def _contexts(self) -> Sequence[Context]:
        # Not before there is anything to explain: it takes as long as the page.
        from bp_tutor.quiz import contexts_of

        return contexts_of(self._trace, self._reader)

    @property
    def _large(self) -> bool:
        return sum(map(len, self._trace.runs[0].values.values())) > MOST_NUMBERS

    def every(self) -> tuple[Mistakes, ...]:
        """Those of each line by update; none where there are too many lines."""
        if self._large or len(self._asked) > MOST:
            return ()
        found: tuple[Mistakes, ...] = tuple({} for _ in self._trace.runs)
        for place, (update, address) in enumerate(self._asked):
            if mistakes := self._at(place):
                found[update - 1][address.identifier] = mistakes
        return found

    def of(self, update: int, key: str) -> list[Mistake]:
        """Those of the line that works out one number of an update; none where no line does."""
        places = (
            place for place, (when, address) in enumerate(self._asked)
            if when == update and address.identifier == key
        )  # fmt: skip
        place = None if self._large else next(places, None)
        return [] if place is None else self._at(place)

    def _at(self, place: int) -> list[Mistake]:
        from bp_tutor.quiz.record import Recorded, number_record

        update, address = self._asked[place]
        context = self._contexts[update - 1]
        if len(context.graph.leaves(address)) > MOST_OPERANDS:
            return []
        # No sentence tells what is still to be predicted.
        later = (other for when, other in self._asked[place:] if when == update)
        recorded = Recorded(most=MISTAKES, unsaid=frozenset(later))
        return list(_mistakes(number_record(context, address, recorded=recorded), self._languages))


def _results(document: Document) -> Iterator[tuple[int, Address]]:
    """What the lines of single numbers work out, with the updates that they belong to."""
    for section in document.sections:
        for block in section.blocks if section.update else ():
            if (
                isinstance(block, Line)
                and block.index is not None
                and any(part.kind == "result" for part in block.parts)
            ):
                yield section.update, Address(block.quantity, block.index)


def _mistakes(record: NumberRecord, languages: Sequence[Words]) -> Iterator[Mistake]:
    for wrong in record.wrong:
        low, high = (float(f"{end:.{FIGURES}g}") for end in wrong.interval)
        yield low, high, *(_why(wrong.diagnoses, words) for words in languages)


def _why(diagnoses: Sequence[Diagnosis], words: Words) -> str:
    """What explains an answer, in one language."""
    from bp_tutor.quiz.feedback import reasons

    said = " ".join(reason for one in diagnoses[:SAID] for reason in reasons(one, words))
    return said[:1].upper() + said[1:]
