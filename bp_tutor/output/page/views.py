"""Every number and sign of a page at some digits: a view, as the script puts it onto the page.

Which keys there are, in which order, is told once (`Views.layout`); a view then is texts alone.
The digits that a reader can choose from are views beside each other, and changed inputs give
another one in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from bp_tutor.explain import Line, Table
from bp_tutor.explain.at_digits import AtDigits, Opened
from bp_tutor.explain.document import Relation
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


class Glimpse(Frozen):
    """The numbers and signs of another calculation, put where those of a page stand."""

    texts: list[str]
    """The numbers of each run in one text."""
    signs: dict[str, str]
    manner: tuple[object, ...]
    """How the page writes them beside their digits: with which signs, powers and forms of lines.

    Two calculations with one manner are written alike, but for digits and signs of results.
    """


class _Group(Frozen):
    """The numbers of one array that stand on the page."""

    name: str
    given: bool
    keys: tuple[str, ...]
    numbers: tuple[tuple[Quantity, Index, bool], ...]
    """Where each stands; and whether it is the step towards that, which is no entry of the run."""


class _Step(Frozen):
    """A step of the page: its update, its block, and its number in one form."""

    update: int
    block: Block
    form: str
    number: int


class Views(Frozen):
    """The views of a trace; its document is one in both forms, whose steps are numbered."""

    settings: Settings
    opened: tuple[Opened, ...]
    """The runs of the trace, then those before the first and after the last."""
    groups: tuple[tuple[_Group, ...], ...]
    steps: tuple[_Step, ...]
    asked: tuple[dict[str, tuple[Quantity, Index]], ...]

    @classmethod
    def made(
        cls, settings: Settings, trace: Trace, document: Document, numbering: Numbering,
        keys: Collection[str],
    ) -> Self:  # fmt: skip
        """The views of a page; `keys` are those of the values that stand on it."""
        compared = _compared(document)
        runs = _runs(trace)
        steps = tuple(_steps(document, numbering))
        asked: list[dict[str, tuple[Quantity, Index]]] = [{} for _ in trace.runs]
        for step in steps:
            asked[step.update - 1].update(_results(step.block, keys))
        ends = len(runs) - len(trace.runs)
        shown = (*(keys for _ in trace.runs), *(compared for _ in range(ends)))
        groups = tuple(tuple(_groups(*each)) for each in zip(runs, shown, strict=True))
        return cls(settings, tuple(map(Opened, runs)), groups, steps, tuple(asked))

    @property
    def free(self) -> bool:
        """Whether other digits change anything: not everything is rounded by hand."""
        rounding = self.settings.rounding
        return any(
            not group.given and (rounding is None or rounding.digits_of(group.name) is None)
            for groups in self.groups
            for group in groups
            if group.keys
        )

    def layout(self) -> dict[str, Any]:
        """The keys that views have texts for: by run and array, and those of results by run."""
        return {
            "runs": [
                [[group.name, int(group.given), chained(group.keys)] for group in groups]
                for groups in self.groups
            ],
            "results": [chained(tuple(found)) for found in self.asked],
        }

    def at(self, digits: int) -> View:
        """The view with so many digits."""
        read = self._read(digits)
        return View(
            digits,
            self._texts(read),
            self._signs(read),
            tuple(
                tuple(end for where in found.values() for end in _interval(at, opened, *where))
                for at, opened, found in zip(read, self.opened, self.asked, strict=False)
            ),
        )

    def glimpse(self, digits: int) -> Glimpse:
        """The same without intervals, in a form that is sooner made."""
        read = self._read(digits)
        signs, texts = self._signs(read), self._texts(read)
        kinds = tuple(kind_of(text) for several in texts for text in several)
        forms = tuple(form for at in read for form in at.forms)
        return Glimpse([" ".join(several) for several in texts], signs, (kinds, forms))

    def of(self, trace: Trace, *, alike: bool = True) -> Self | None:
        """The same numbers of another calculation of the same problem.

        None where that has other values; or, if lines have to be `alike`, decides otherwise.
        """
        runs = _runs(trace)
        if len(runs) != len(self.opened):
            return None
        pairs = zip(self.opened, runs, strict=True)
        if alike:
            found = [before.like(run) for before, run in pairs]
        else:
            same = all(one.run.values.keys() == run.values.keys() for one, run in pairs)
            found = [Opened(run) if same else None for run in runs]
        opened = tuple(each for each in found if each is not None)
        return self._replace(opened=opened) if len(opened) == len(runs) else None

    def _read(self, digits: int) -> list[AtDigits]:
        settings = self.settings._replace(digits=digits)
        return [AtDigits(settings, opened) for opened in self.opened]

    def _signs(self, read: Sequence[AtDigits]) -> dict[str, str]:
        signs: dict[str, dict[int, str]] = {form: {} for form in FORMS}
        for step in self.steps:
            sign = _sign(step.block, read[step.update - 1])
            for each in (step.form,) if step.form else FORMS:
                signs[each][step.number] = sign
        return {
            form: "".join(found.get(n + 1, NONE) for n in range(max(found, default=0)))
            for form, found in signs.items()
        }

    def _texts(self, read: Sequence[AtDigits]) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(
                text_of(at.step(quantity, index) if stepped else at.shown(quantity, index))
                for group in groups
                for quantity, index, stepped in group.numbers
            )
            for at, groups in zip(read, self.groups, strict=True)
        )


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


def kind_of(text: str) -> str:
    """What decides how a number is written around its digits: `-` of -0.5, `0`, `e` of 2.7e-5."""
    bare = text.removeprefix("-")
    sign = "-" if bare != text else ""
    if bare[0].isalpha():
        return text
    return sign + ("0" if not bare.strip("0.") else "e" if "e" in bare else "")


def _runs(trace: Trace) -> tuple[Run, ...]:
    """The updates, then the calculation before the first and after the last."""
    ends = (run for run in (trace.before, trace.after) if run is not None)
    return (*trace.runs, *ends)


def _steps(document: Document, numbering: Numbering) -> Iterator[_Step]:
    for section in document.sections:
        for block in section.blocks:
            form = form_of(block, section)
            for each in (form,) if form else FORMS:
                number = numbering.of(each).get(id(block))
                if number is not None:
                    yield _Step(max(section.update, 1), block, each, number)


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
            numbers = tuple((address.quantity, address.index, False) for address in found.values())
            yield _Group(quantity.name, quantity in given, tuple(found), numbers)
    for old, new in run.program.next_values:
        step = old.as_kind(STEP)
        # Of a weight, not of what an optimiser keeps of it.
        if old in run.program.model.trained and new in run.values and step not in run.values:
            taken = {
                address.identifier: (new, address.index, True) for address in _of_keys(step, keys)
            }
            yield _Group(step.name, NOT_GIVEN, tuple(taken), tuple(taken.values()))


def _of_keys(quantity: Quantity, keys: Collection[str]) -> Iterable[Address]:
    """The entries of an array that are among the keys, in their order."""
    if quantity.size <= WHOLE:
        return [address for address in quantity.addresses() if address.identifier in keys]
    addresses = Addresses((quantity,))
    found = {address for name in keys if (address := addresses.find(name)) is not None}
    return sorted(found, key=lambda address: address.offset)
