"""Variants of a problem: drawn, passed over where they hide too much, and drawn again.

Which draw a seed gives is decided by the problem's own numbers and keys and by the seed, not
by the name of the file. First a number of trial draws, the same for every seed, show how well
the numbers of this problem can teach at all; then the first draw of the seed is taken that is
as good as the best of every 32 of them. What no draw could avoid is not held against any.

All this belongs to the scheme of drawing (see `draw.py`): which draws are passed over decides
what a seed gives. So the costs below, and the mistakes that are looked for, stay as they are.
"""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.authoring.draw import SCHEME, WITH_GIVEN
from bp_tutor.authoring.problem_text import SEED, as_data, places_of, renumbered, variant_text
from bp_tutor.authoring.subject import Subject
from bp_tutor.authoring.teaching import in_updates, of_some_samples, sees_some, weaknesses_in
from bp_tutor.authoring.vary import draw_groups
from bp_tutor.authoring.weaknesses import (
    digit_weaknesses,
    step_weaknesses,
    twin_weaknesses,
    unit_weaknesses,
    unnoticed,
    weight_weaknesses,
)
from bp_tutor.explain import Presentation, Settings, style_named, symbols_of
from bp_tutor.formula import Call
from bp_tutor.formula.compiling import compile_scalars
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.model import Variant
from bp_tutor.solve import solve
from bp_tutor.solve.program import batches, rate_at
from bp_tutor.words import load_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bp_tutor.authoring.problem_text import NewTexts, Place
    from bp_tutor.authoring.subject import Numbers
    from bp_tutor.authoring.weaknesses import Weakness
    from bp_tutor.formula import Quantity
    from bp_tutor.problem import Problem


COSTS = {
    "dead_unit": 400, "at_kink": 400, "saturated_unit": 100, "zero_gradient": 20,
    "symmetric_weights": 60, "equal_weights": 60, "equal_inputs": 60, "equal_biases": 30,
    "zero_weight": 10, "small_step": 10, "large_result": 10, "small_result": 1,
}  # fmt: skip
LATER = ("dead_unit", "at_kink", "saturated_unit", "zero_gradient", "small_step")
"""What is counted of the updates after the first, where the file shows several."""
JUDGES = (
    unit_weaknesses, twin_weaknesses, weight_weaknesses, step_weaknesses, digit_weaknesses,
)  # fmt: skip
STEPS = ("step", "sign")
"""What these give stays as it is in the file: a gate for AND stays one."""
HIDDEN, ALIKE = 6, 2
MOST_UPDATES = 3
"""So many are derived line by line, and looked at."""
NOTHING_COMES_IN, NO_NUMBER, OTHER_OUTPUT = 400, 10_000, 1_000


class DrawEvaluator:
    """The formulas of a subject, turned into code once, for one draw after another."""

    def __init__(self, subject: Subject, places: tuple[Place, ...]) -> None:
        self.subject = subject
        run, model = subject.run, subject.program.model
        self._inputs = [quantity for quantity in model.given if quantity in run.values]
        self._given = {quantity: list(run.values[quantity]) for quantity in self._inputs}
        self._places = places
        self._slots = [self._slots_of(place, places) for place in places]
        self._in_turn = _in_turn(places)
        lines = [line for line in subject.program.lines if not line.may_fail]
        self._outputs = [line.quantity for line in lines]
        pairs = [(line.quantity, line.formula) for line in lines]
        self._run = compile_scalars(self._inputs, pairs, self._outputs)
        self._later = later_rates(subject)
        self._kept = {
            line.quantity: run.values[line.quantity]
            for line in model.definitions
            if isinstance(line.formula, Call) and line.formula.function.name in STEPS
        }

    def _slots_of(self, place: Place, places: tuple[Place, ...]) -> list[tuple[Quantity, int]]:
        """Where the number of a place goes, of the samples of the first update."""
        rate = self.subject.program.model.rate
        if place.role == "learning_rate":
            first = next(one for one in places if one.role == "learning_rate")
            return [] if rate is None or place is not first else [(rate, 0)]
        if place.update > 1:
            return []
        found = []
        by_name = {quantity.name: quantity for quantity in self._inputs}
        for whole, index in place.entries:
            quantity = by_name.get(whole.name)
            pairs = zip(index, quantity.shape, strict=False) if quantity is not None else ()
            if quantity is not None and all(at < length for at, length in pairs):
                found.append((quantity, quantity.row_major(index)))
        return found

    def numbers(self, drawn: NewTexts) -> Numbers | None:
        """Every quantity with the drawn numbers put in; None where one has no value."""
        given = {quantity: list(values) for quantity, values in self._given.items()}
        for place, text in drawn.items():
            for quantity, flat in self._slots[place]:
                if quantity in given:
                    given[quantity][flat] = self._places[place].sign * float(text)
        return self._worked_out(given)

    def later(self, first: Numbers, drawn: NewTexts) -> Iterator[Numbers]:
        """The updates after the first, each from the weights that the one before left."""
        rate, numbers = self.subject.program.model.rate, first
        for update, own in enumerate(self._later, 2):
            given = {quantity: numbers[quantity] for quantity in self._inputs}
            given |= {old: numbers[new] for old, new in self.subject.program.next_values}
            if rate is not None and own is not None:
                given[rate] = (own,)
            for quantity, places in self._in_turn.items():
                place = places[min(update, len(places)) - 1]
                given[quantity] = (float(drawn.get(place, self._places[place].text)),)
            found = self._worked_out(given)
            if found is None:
                return
            numbers = found
            yield numbers

    def _worked_out(self, given: Mapping[Quantity, Sequence[float]]) -> Numbers | None:
        flat_values = [value for quantity in self._inputs for value in given[quantity]]
        try:
            results = self._run(1, *flat_values)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        if not all(value - value == 0 for value in results):
            return None
        found: Numbers = {quantity: tuple(given[quantity]) for quantity in self._inputs}
        numbers = iter(results)
        return found | {quantity: quantity.whole(numbers) for quantity in self._outputs}

    def cost(self, drawn: NewTexts, limit: int = NO_NUMBER) -> int:
        """How much the numbers hide; from `limit` on it is not counted to the end."""
        numbers = self.numbers(drawn)
        if numbers is None:
            return NO_NUMBER
        cost = 0
        for more in self._costs(numbers, drawn):
            cost += more
            if cost >= limit:
                return cost
        return cost

    def _costs(self, numbers: Numbers, drawn: NewTexts) -> Iterator[int]:
        """What each thing that the numbers hide costs, the cheapest to find first."""
        for quantity, kept in self._kept.items():
            pairs = zip(kept, numbers[quantity], strict=True)
            yield OTHER_OUTPUT * sum(old != new for old, new in pairs)
        for judge in JUDGES:
            for weakness in judge(self.subject, numbers):
                yield COSTS.get(weakness.key, 0) * len(weakness.entries)
                if weakness.key == "zero_input" and self._all_zero(len(weakness.entries)):
                    yield NOTHING_COMES_IN
        for after in self.later(numbers, drawn):
            for judge in (unit_weaknesses, step_weaknesses):
                for weakness in judge(self.subject, after):
                    if weakness.key in LATER:
                        yield COSTS[weakness.key] * len(weakness.entries)
        for names, _ in unnoticed(self.subject, numbers):
            yield HIDDEN if len(names) == 1 else ALIKE

    def _all_zero(self, zeros: int) -> bool:
        network = self.subject.problem.network
        return network is not None and zeros == network.inputs


def _in_turn(places: tuple[Place, ...]) -> dict[Quantity, list[int]]:
    """What has a number for each update: the places of these, in turn."""
    found: dict[Quantity, list[int]] = {}
    for number, place in enumerate(places):
        if place.entries and (place.update > 1 or place.role == "given"):
            found.setdefault(place.entries[0].quantity, []).append(number)
    return {
        quantity: sorted(numbers, key=lambda number: places[number].update)
        for quantity, numbers in found.items()
        if any(places[number].update > 1 for number in numbers)
    }


def later_rates(subject: Subject) -> tuple[float | None, ...]:
    """The learning rate of each further update that the file shows; None where it stays.

    None at all where there are many, or where each has samples of its own.
    """
    problem = subject.problem
    if not 1 < problem.updates <= MOST_UPDATES or len(batches(problem)) > 1:
        return ()
    rates = [rate_at(problem, update) for update in range(1, problem.updates + 1)]
    return tuple(None if rate == rates[0] else rate for rate in rates[1:])


TRIALS, BEST = 128, 32
"""So many trial draws, and what the best one in so many of them reaches is good enough."""
GRAVE = 100
"""No draw is good enough that costs so much more than the best one."""
MOST_DRAWS = 400
"""Then the best so far is taken."""
TRIAL_SEED = -1


class Made(NamedTuple):
    """A variant: its file, and what there is to say about it."""

    variant: Variant
    text: str
    draws: int = 1
    weaknesses: tuple[Weakness, ...] = ()
    """What keeps its numbers from teaching, where that was looked at."""


class Variants:
    """The variants of one problem; `text` is what its file says."""

    def __init__(self, text: str, problem: Problem) -> None:
        self.text, self.problem = text.removeprefix("\ufeff"), problem
        self.places = places_of(self.text, problem)
        self.groups = draw_groups(problem, self.places)
        drawn = {self.places[place].role for group in self.groups for place in group.places}
        self.scheme = WITH_GIVEN if "given" in drawn else SCHEME
        self.unjudged = ""
        """Why nothing is known of how well the numbers teach: `generator`, `large`, or empty."""
        self.evaluator = self._evaluator() if self.groups else None
        self._enough: int | None = None

    def _evaluator(self) -> DrawEvaluator | None:
        """The formulas to try draws with; None where none can be tried, or it would take long."""
        if any(place.role == SEED for place in self.places):
            self.unjudged = "generator"
            return None
        trace = solve(self.problem)
        if any(step.value is None and not step.line.may_fail for step in trace.runs[0].steps):
            return None
        problem = self.problem
        symbols = symbols_of(problem)
        settings = Settings(symbols, problem.digits)
        page = Presentation(symbols, load_words("en"), style_named("unicode"), settings)
        subject = Subject(trace, page, drawing=True)
        if subject.large:
            self.unjudged = "large"
            return None
        return DrawEvaluator(subject, self.places)

    @property
    def varies(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.groups)

    def make(self, seed: int, student: str = "") -> Made:
        """The variant of a seed."""
        drawn, draws = self._drawn(seed)
        variant = Variant(as_data(self.problem.name), seed, self.scheme, as_data(student))
        text = variant_text(self.text, self.places, drawn, variant)
        return Made(variant, text, draws, self._weaknesses(drawn))

    def filled(self, seed: int) -> str:
        """The file itself with the numbers of a seed, also where its text tells them."""
        drawn, _ = self._drawn(seed)
        return renumbered(self.text, self.places, drawn)

    def problem_of(self, made: Made) -> Problem:
        """The variant as a problem, under the name of the original."""
        return read_problem(made.text, self.problem.path)

    def _weaknesses(self, drawn: NewTexts) -> tuple[Weakness, ...]:
        numbers = self.evaluator.numbers(drawn) if self.evaluator is not None else None
        if self.evaluator is None or numbers is None:
            return ()
        subject = self.evaluator.subject
        updates = enumerate((numbers, *self.evaluator.later(numbers, drawn)), 1)
        found = ((update, weaknesses_in(subject, own)) for update, own in updates)
        if sees_some(self.problem):
            # The other samples are drawn as well, but not put into these formulas.
            found = ((update, of_some_samples(own)) for update, own in found)
        return in_updates(found)

    def _draw(self, seed: int, attempt: int) -> NewTexts:
        return {place: text for group in self.groups for place, text in group.draw(seed, attempt)}

    def _drawn(self, seed: int) -> tuple[NewTexts, int]:
        """The numbers of a seed, and how many draws it took."""
        best = self._draw(seed, 0)
        if self.evaluator is None:
            return best, 1
        enough, least = self._good_enough(self.evaluator), None
        for attempt in range(MOST_DRAWS):
            drawn = self._draw(seed, attempt)
            cost = self.evaluator.cost(
                drawn, enough + 1 if least is None else max(enough + 1, least)
            )
            if cost <= enough:
                return drawn, attempt + 1
            if least is None or cost < least:
                best, least = drawn, cost
        return best, MOST_DRAWS

    def _good_enough(self, evaluator: DrawEvaluator) -> int:
        if self._enough is None:
            costs: list[int] = []
            rank = TRIALS // BEST
            for at in range(TRIALS):
                # What costs more than those that decide need not be counted to the end.
                limit = costs[rank] if at > rank else NO_NUMBER
                insort(costs, evaluator.cost(self._draw(TRIAL_SEED, at), limit))
            self._enough = min(costs[rank], costs[0] + GRAVE)
        return self._enough
