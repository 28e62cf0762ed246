"""What `debug` has found of somebody's arrays, and the report that says it."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from bp_tutor.api.own_way import OwnWay
from bp_tutor.api.shown import WIDTH, Shown, text_of
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.debugging.convention import TRAINED
from bp_tutor.debugging.gradient_check import GradientCheck, gradient_checks
from bp_tutor.debugging.outcome import UNCHECKED
from bp_tutor.debugging.slips import leaves
from bp_tutor.explain.numbers import format_number
from bp_tutor.formula import style_named
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED
from bp_tutor.frozen import Frozen
from bp_tutor.output.wrapping import FIRM
from bp_tutor.reader.text import shown
from bp_tutor.words import PlainWords

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bp_tutor.debugging.outcome import Judged, Outcome
    from bp_tutor.formula import Quantity
    from bp_tutor.output.wrapping import Row
    from bp_tutor.words import Words

    Told = tuple[str, int]
    """A sentence, and how far it is indented."""

__all__ = ["Diagnosis", "GradientCheck", "Verdict"]

NOISE = 1e-7
"""Below it a relative error is that of the differences themselves."""
MOST_OFF = 3
"""Entries that differ, of which so many are named."""


class Verdict(Frozen):
    """One array with what is found of it."""

    name: str
    """As it was handed in."""
    canonical: str
    """The quantity that it is here, `dW[1]`."""
    status: str
    """`agrees`, `follows` (right from own values that are not), `wrong`, or `unchecked`."""
    difference: float
    """The largest difference from what it should be, relative to the largest entry."""
    causes: tuple[str, ...] = ()
    """Of the first wrong one: slips each of which gives every entry, by key."""
    messages: tuple[str, ...] = ()
    """The same as sentences."""


class Diagnosis(Shown):
    """What was found of all arrays, the first wrong one explained."""

    def __init__(
        self, outcome: Outcome, words: Words, assumed: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Made by `debug`."""
        self.assumed = assumed
        """What nobody said of the network and was taken, as no other fits the arrays better:
        by `activation`, `loss`, `bias`."""
        self._outcome, self._words = outcome, words
        self._way = OwnWay(outcome)

    @property
    def right(self) -> bool:
        """Whether no array is wrong."""
        return not self._outcome.first

    @property
    def compared(self) -> int:
        """How many arrays could be compared."""
        return sum(one.status != UNCHECKED for one in self._outcome.judged)

    @property
    def arrays(self) -> tuple[Verdict, ...]:
        """Every array that was understood, in the order of the calculation."""
        return tuple(map(self._verdict, self._outcome.judged))

    @property
    def first(self) -> tuple[Verdict, ...]:
        """The first wrong array; several where each can be called the first."""
        return tuple(map(self._verdict, self._outcome.first))

    @property
    def not_understood(self) -> tuple[str, ...]:
        """Names that mean nothing here."""
        return self._outcome.unread

    @cached_property
    def gradient_check(self) -> tuple[GradientCheck, ...]:
        """Each gradient by weights or biases against central differences of the loss.

        The loss is that of the network at the weights that were handed in; nothing where inputs,
        targets or weights are missing. Of a large array some entries are compared.
        """
        return gradient_checks(self._outcome)

    def _verdict(self, one: Judged) -> Verdict:
        return Verdict(
            one.name,
            one.quantity.name,
            one.status,
            one.difference,
            tuple(key.partition(":")[0] for key in one.causes),
            tuple(self._cause(key) for key in one.causes),
        )

    def _cause(self, key: str, words: Words | None = None) -> str:
        name, _, other = key.partition(":")
        known = self._outcome.lines.by_name
        words = words or self._words
        if other in ACTIVATIONS:
            other = words.text(f"activation.{other}")
        called = self._called(known[other]) if other in known else other
        return words.text(f"debug.cause.{name}", other=called)

    def _called(self, quantity: Quantity) -> str:
        return self._way.names.called(quantity)

    def text(self, *, width: int = WIDTH, ascii_only: bool = False) -> str:
        """The report, at most `width` columns wide."""
        words = PlainWords(self._words) if ascii_only else self._words
        return text_of(self._rows(words, width, "ascii" if ascii_only else "unicode"))

    def __repr__(self) -> str:
        first = ", ".join(shown(one.name) for one in self._outcome.first)
        said = f"{first} wrong first" if first else "none wrong"
        return f"<Diagnosis of {len(self._outcome.judged)} arrays: {said}>"

    def _rows(self, words: Words, width: int, style: str) -> Iterator[Row]:
        yield from _wrapped(self._overview(words), width)
        alike: dict[tuple[str, ...], list[Judged]] = {}
        for one in self._outcome.first:
            alike.setdefault(one.causes, []).append(one)
        for group in alike.values():
            yield from _wrapped(self._explained(group, words), width)
            yield from self._one_entry(group[0], words, width, style)
        yield from _wrapped(self._checked(words, style), width)

    def _overview(self, words: Words) -> list[Told]:
        """The convention, every array, and whether all is right."""
        outcome = self._outcome
        found: list[Told] = [
            (words.text(f"debug.assumed.{key}", names=names), 0)
            for key, names in self.assumed.items()
        ]
        found += [(text, 0) for text in self._convention(words)]
        found += [(text, 0) for text in self._conditions(words)]
        for one in outcome.judged:
            missing = words.text("fact.name_join").join(map(self._called, one.missing))
            key = "unchecked_without" if missing else one.status
            said = words.text(f"debug.status.{key}", names=missing)
            found.append((_said_of(one.name, said, words), 2))
        for name, other in outcome.doubled.items():
            said = words.text("debug.doubled", name=shown(name), other=shown(other))
            found.append((said, 0))
        if outcome.unread:
            names = ", ".join(map(shown, outcome.unread))
            found.append((words.text("debug.unread", names=names), 0))
        if not self.compared:
            found.append((words.text("debug.nothing"), 0))
        elif not outcome.first:
            left = any(one.status == UNCHECKED for one in outcome.judged)
            found.append((words.text("debug.right_so_far" if left else "debug.right"), 0))
        return found

    def _convention(self, words: Words) -> list[str]:
        one = self._outcome.convention
        keys = {
            "columns": one.columns,
            "to_from": one.to_from,
            "downhill": one.downhill,
            "sum": one.steps and self._has_steps,
            "mean_in_step": one.gradients and not one.steps and self._has_steps,
            "mean_in_gradients": one.deltas and not one.gradients and self._has_gradients,
            "slope_at_zero": one.slope_at_zero == 1,
            "decay": one.decay and not one.decay_in_step,
            "decay_in_step": one.decay_in_step,
        }
        said = [words.text(f"debug.convention.{key}") for key, holds in keys.items() if holds]
        if not said:
            return []
        joined = words.text("fact.name_join").join(said)
        return [words.text("debug.convention.found", names=joined)]

    def _conditions(self, words: Words) -> list[str]:
        """What has to hold besides, where no array shows in which place the mean is taken."""
        outcome, one = self._outcome, self._outcome.convention
        told = []
        if outcome.odd_targets:
            name = self._called(outcome.lines.target)
            told.append(words.text(f"debug.odd_targets.{outcome.odd_targets}", name=name))
        count = round(outcome.lines.whole)
        if count > 1 and one.gradients and self._has_gradients and not self._has_steps:
            told.append(words.text("debug.scale.gradients", count=count))
        elif count > 1 and one.deltas and not self._has_gradients and not self._has_steps:
            told.append(words.text("debug.scale.deltas", count=count))
        return told

    @property
    def _has_steps(self) -> bool:
        return any(one.quantity.kind == UPDATED for one in self._outcome.judged)

    @property
    def _has_gradients(self) -> bool:
        """Whether gradients by what is trained were handed in."""
        return any(
            one.quantity.kind == DERIVATIVE and one.quantity.role in TRAINED
            for one in self._outcome.judged
        )

    def _explained(self, group: Sequence[Judged], words: Words) -> list[Told]:
        """What is said of arrays that are wrong first, for one and the same reason."""
        names = words.text("fact.name_join").join(shown(one.name) for one in group)
        found = [(words.text("debug.first", names=names, count=len(group)), 0)]
        found += [(self._off(one, words), 2) for one in group if one.shape is not None or one.off]
        causes = group[0].causes
        if causes:
            key = "debug.cause_is" if len(causes) == 1 else "debug.cause_one_of"
            found.append((words.text(key), 2))
            found += [(self._cause(each, words), 4) for each in causes]
        else:
            found.append((words.text("debug.no_cause"), 2))
        found.append((words.text("debug.line"), 2))
        needed = self._needed([one.quantity for one in group])
        return found + [(self._line_of(quantity), 4) for quantity in needed]

    def _off(self, one: Judged, words: Words) -> str:
        """Where an array is off."""
        name = shown(one.name)
        if one.shape is not None:
            wanted = self._way.shape(one.quantity)
            return words.text("debug.shape", name=name, found=one.shape, wanted=wanted)
        place = self._way.names.place
        # No row ends inside the brackets.
        places = ", ".join(
            str([*place(one.quantity, index)]).replace(" ", FIRM) for index in one.off[:MOST_OFF]
        )
        more = words.text("debug.more") if len(one.off) > MOST_OFF else ""
        count, of = len(one.off), one.quantity.size
        said = words.text("debug.off", count=count, of=of, places=places + more)
        return _said_of(one.name, said, words)

    def _line_of(self, quantity: Quantity) -> str:
        """The line as it should be, in NumPy and the program's own names and layout."""
        from bp_tutor.output.code.plain_numpy import PlainNumPy

        columns = self._outcome.convention.columns
        # A gradient of biases with one axis is a sum that leaves no axis.
        flat = self._way.names.is_flat(quantity) and quantity.kind == DERIVATIVE
        writer = PlainNumPy(columns=columns, keeps_axes=not flat)
        text = writer.text(self._way.laid_out(quantity), self._way.names)
        return f"{self._called(quantity)} = {text}"

    def _needed(self, wanted: Sequence[Quantity]) -> list[Quantity]:
        """Some quantities behind those that they need and that were not handed in."""
        defined = self._outcome.lines.defined
        handed = set(self._outcome.given.values())
        waiting, needed = list(wanted), set(wanted)
        kinds = {one.kind for one in wanted}
        if UPDATED in kinds:
            # What an optimiser keeps is worked out before the step.
            kinds |= {one.kind for one in defined if one.kind.endswith(UPDATED)}
        while waiting:
            for leaf in leaves(defined[waiting.pop()].formula):
                new = leaf.quantity.name not in handed and leaf.quantity.kind in kinds
                if new and leaf.quantity in defined and leaf.quantity not in needed:
                    needed.add(leaf.quantity)
                    waiting.append(leaf.quantity)
        return [quantity for quantity in defined if quantity in needed]

    def _one_entry(self, one: Judged, words: Words, width: int, style: str) -> Iterator[Row]:
        """The derivation of the entry that is most off, with the program's own numbers."""
        from bp_tutor.api.one_entry import entry_rows, presented_by

        index = one.worst or (0,) * len(one.quantity.shape)
        reader = presented_by(self._way, self._outcome, words, style)
        rows = list(entry_rows(reader, self._needed([one.quantity]), one.quantity, index, width))
        if not rows:
            return
        yield from _wrapped([(words.text("debug.entry"), 2)], width)
        yield from rows
        mine = self._outcome.own.get(one.quantity)
        if mine is not None and one.shape is None:
            value = float(self._way.value(one.quantity, mine)[index])
            name = reader.name(one.quantity, index)
            figure = reader.figure(format_number(value))
            yield from _wrapped([(words.text("debug.yours", name=name, value=figure), 4)], width)

    def _checked(self, words: Words, style: str) -> list[Told]:
        """What the gradient check says."""
        checks = self.gradient_check
        found: list[Told] = [(words.text("debug.check.title"), 0)] if checks else []
        for one in checks:
            error = style_named(style).figure(format_number(max(one.error, NOISE), 1))
            passes = "passes_below" if one.error < NOISE else "passes"
            said = words.text(f"debug.check.{passes if one.passes else 'fails'}", error=error)
            if one.compared < one.of:
                said += words.text("debug.check.some", count=one.compared, of=one.of)
            found.append((_said_of(one.name, said, words), 2))
        return found


def _said_of(name: str, said: str, words: Words) -> str:
    return words.text("debug.said", name=shown(name), said=said)


def _wrapped(told: Sequence[Told], width: int) -> Iterator[Row]:
    from bp_tutor.output.wrapping import wrapped

    for text, depth in told:
        yield from wrapped(text, "", depth, width)
