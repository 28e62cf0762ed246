"""Every number and sign of a page at some digits: a view, as the script puts it onto the page.

Which keys there are, in which order, is told once (`Views.layout`); a view then is texts alone.
The digits that a reader can choose from are views beside each other, and changed inputs give
another one in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.explain import Line, Table
from bp_tutor.explain.at_digits import AtDigits, Opened
from bp_tutor.explain.document import Relation
from bp_tutor.explain.tables import step_of
from bp_tutor.formula import Entry
from bp_tutor.formula.addresses import Addresses
from bp_tutor.formula.quantity import STEP
from bp_tutor.frozen import Frozen
from bp_tutor.output.page.lines import FORMS, Numbering, form_of
from bp_tutor.output.page.packing import chained, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bp_tutor.explain import Block, Document, Settings
    from bp_tutor.formula import Address, Quantity, Shown
    from bp_tutor.formula.node import Index
    from bp_tutor.solve import Run, Trace

WHOLE = 200
"""Numbers of an array whose entries are all looked at; of a larger one those on the page are."""
SIGNS = {Relation.EQUAL: "=", Relation.NEAR: "≈"}
NOT_GIVEN = False
NONE = " "
"""The sign of a step that has none."""
EXACTLY = ".9g"
"""Figures of the ends of an interval: more than anybody types."""


class View(Frozen):
    """The numbers and signs of a page at some digits."""

    digits: int
    texts: tuple[tuple[str, ...], ...]
    """Each number of each run, as Python writes it: `0.6803`, `-2.763e-5`."""
    signs: dict[str, str]
    """By form, the sign before the result of each step, one beside the other."""
    right: tuple[tuple[str, ...], ...]
    """From where to where the right answer for each result lies, two ends for each."""


class _Group(Frozen):
    """The numbers of one array that stand on the page."""

    name: str
    given: bool
    keys: tuple[str, ...]
    numbers: tuple[tuple[Quantity, Index, float | None], ...]
    """Where each stands; with its value, where it is no entry of the run."""


class Views:
    """The views of a trace; its document is one in both forms, whose steps are numbered."""

    def __init__(
        self, settings: Settings, trace: Trace, document: Document, numbering: Numbering,
        keys: Collection[str],
    ) -> None:  # fmt: skip
        """`keys` are those of the values that stand on the page."""
        self._settings = settings
        self._about = document, numbering, keys
        compared = _compared(document)
        ends = [run for run in (trace.before, trace.after) if run is not None]
        self._opened = [Opened(run) for run in (*trace.runs, *ends)]
        self._groups = [tuple(_groups(run, keys)) for run in trace.runs]
        self._groups += [tuple(_groups(run, compared)) for run in ends]
        self._lines = list(_lines(document, numbering))
        self._asked: list[dict[str, tuple[Quantity, Index]]] = [{} for _ in trace.runs]
        for update, block, _, _ in self._lines:
            self._asked[update - 1].update(_results(block, keys))

    @property
    def free(self) -> bool:
        """Whether other digits change anything: not everything is rounded by hand."""
        rounding = self._settings.rounding
        return any(
            not group.given and (rounding is None or rounding.digits_of(group.name) is None)
            for groups in self._groups
            for group in groups
            if group.keys
        )

    def layout(self) -> dict[str, Any]:
        """The keys that views have texts for: by run and array, and those of results by run."""
        return {
            "runs": [
                [[group.name, int(group.given), chained(group.keys)] for group in groups]
                for groups in self._groups
            ],
            "results": [chained(tuple(found)) for found in self._asked],
        }

    def at(self, digits: int) -> View:
        """The view with so many digits."""
        settings = self._settings._replace(digits=digits)
        read = [AtDigits(settings, opened) for opened in self._opened]
        signs: dict[str, dict[int, str]] = {form: {} for form in FORMS}
        for update, block, form, number in self._lines:
            sign = _sign(block, read[update - 1])
            for each in (form,) if form else FORMS:
                signs[each][number] = sign
        return View(
            digits,
            self._texts(settings, read),
            {
                form: "".join(found.get(n + 1, NONE) for n in range(max(found, default=0)))
                for form, found in signs.items()
            },
            tuple(
                tuple(end for where in found.values() for end in _interval(at, opened, *where))
                for at, opened, found in zip(read, self._opened, self._asked, strict=False)
            ),
        )

    def texts(self, digits: int) -> list[str]:
        """The numbers alone: those of each run in one text."""
        settings = self._settings._replace(digits=digits)
        read = [AtDigits(settings, opened) for opened in self._opened]
        return [" ".join(texts) for texts in self._texts(settings, read)]

    def _texts(self, settings: Settings, read: Sequence[AtDigits]) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(
                text_of(
                    at.shown(quantity, index)
                    if value is None
                    else settings.shown(opened.run, quantity, value)
                )
                for group in groups
                for quantity, index, value in group.numbers
            )
            for at, opened, groups in zip(read, self._opened, self._groups, strict=True)
        )

    def of(self, trace: Trace) -> Views:
        """The same numbers of another calculation of the same problem."""
        document, numbering, keys = self._about
        return Views(self._settings, trace, document, numbering, keys)


def packed(views: Sequence[View]) -> list[dict[str, Any]]:
    """Views for the script: the texts of each in one, those of the others by those of the last."""
    *others, last = views
    found = [_packed(view, last) for view in others]
    return [*found, _packed(last, None)]


def _packed(view: View, last: View | None) -> dict[str, Any]:
    return {
        "digits": view.digits,
        "signs": view.signs,
        "texts": [
            " ".join(shortened(texts, last.texts[place] if last else None))
            for place, texts in enumerate(view.texts)
        ],
        "right": [
            " ".join(shortened(ends, last.right[place] if last else None))
            for place, ends in enumerate(view.right)
        ],
    }


def text_of(shown: Shown) -> str:
    """A number as the script takes it."""
    return shown.digits if shown.power is None else f"{shown.digits}e{shown.power}"


def _lines(document: Document, numbering: Numbering) -> Iterator[tuple[int, Block, str, int]]:
    """The steps: update, block, form, number."""
    for section in document.sections:
        for block in section.blocks:
            form = form_of(block, section)
            for each in (form,) if form else FORMS:
                number = numbering.of(each).get(id(block))
                if number is not None:
                    yield max(section.update, 1), block, each, number


def _sign(block: Block, at: AtDigits) -> str:
    """The sign before the result of a line."""
    if not isinstance(block, Line) or not any(part.kind == "result" for part in block.parts):
        return NONE
    if block.index is not None:
        return SIGNS[at.entry(block.quantity, block.index)[1]]
    put_in = any(part.kind == "numbers" for part in block.parts)
    return SIGNS[at.array(block.quantity) if put_in else Relation.EQUAL]


def _results(block: Block, keys: Collection[str]) -> Iterator[tuple[str, tuple[Quantity, Index]]]:
    """The results of a step that stand on the page, by their keys."""
    addresses: Iterable[Address] = ()
    if isinstance(block, Table):
        addresses = block.entries
    elif isinstance(block, Line) and any(part.kind == "result" for part in block.parts):
        quantity = block.quantity
        if block.index is not None:
            yield quantity.identifier(block.index), (quantity, block.index)
            return
        addresses = quantity.addresses() if quantity.size <= WHOLE else _of_keys(quantity, keys)
    for address in addresses:
        if address.identifier in keys:
            yield address.identifier, (address.quantity, address.index)


def _interval(at: AtDigits, opened: Opened, quantity: Quantity, index: Index) -> tuple[str, str]:
    """From what the numbers on the page give to the exact value, and as it is shown."""
    shown = at.shown(quantity, index).value
    exact = opened.run.value(quantity, index)
    found = at.found(quantity, index)
    ends = [shown, exact] if found is None else [shown, exact, found]
    return format(min(ends), EXACTLY), format(max(ends), EXACTLY)


def _compared(document: Document) -> set[str]:
    """What the table at the end compares before and after."""
    return {
        entry.quantity.identifier(entry.index)
        for section in document.sections
        if section.phase == "after"
        for block in section.blocks
        if isinstance(block, Table)
        for entry, *_ in block.rows
        if isinstance(entry, Entry)
    }


def _groups(run: Run, keys: Collection[str]) -> Iterator[_Group]:
    """Every array of a run, with what stands of it on the page."""
    given = run.program.model.given
    for quantity in sorted(run.quantities(), key=lambda each: each.size > WHOLE):
        if quantity in run.values:
            found = {address.identifier: address for address in _of_keys(quantity, keys)}
            numbers = tuple((address.quantity, address.index, None) for address in found.values())
            yield _Group(quantity.name, quantity in given, tuple(found), numbers)
    for old, new in run.program.next_values:
        step = old.as_kind(STEP)
        # Of a weight, not of what an optimiser keeps of it.
        if old in run.program.model.trained and new in run.values and step not in run.values:
            taken = {
                address.identifier: (new, address.index, step_of(run, new, address.index))
                for address in _of_keys(step, keys)
            }
            yield _Group(step.name, NOT_GIVEN, tuple(taken), tuple(taken.values()))


def _of_keys(quantity: Quantity, keys: Collection[str]) -> Iterable[Address]:
    """The entries of an array that are among the keys, in their order."""
    if quantity.size <= WHOLE:
        return [address for address in quantity.addresses() if address.identifier in keys]
    addresses = Addresses((quantity,))
    found = {address for name in keys if (address := addresses.find(name)) is not None}
    return sorted(found, key=lambda address: address.offset)
