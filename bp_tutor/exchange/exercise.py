"""What is handed to a learning platform: the exercise, and its questions as records."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bp_tutor.explain.asked import group_of
from bp_tutor.explain.document import rule_name
from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.explain.worksheet import without_answers, worksheet
from bp_tutor.formula import as_shown
from bp_tutor.frozen import Frozen
from bp_tutor.output.paper.picture import given_picture
from bp_tutor.quiz.questions import is_recorded, make_questions, record
from bp_tutor.quiz.record import FIGURES, NumberRecord, Recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bp_tutor.explain import Presentation, Said, Section
    from bp_tutor.explain.document import Line
    from bp_tutor.formula import Address, Formula
    from bp_tutor.quiz import Choice, Context, Question
    from bp_tutor.quiz.record import Record

MOST_MISTAKES = 12
"""So many known mistakes of a question are told apart, the most frequent ones."""


class Item(Frozen):
    """A question, and the line that answers it."""

    record: Record
    line: Line | None = None


class Step(Frozen):
    """Questions about one array, which are worked out by one rule."""

    heading: Said
    items: tuple[Item, ...]


class Value(Frozen):
    """A number that answers are worked out from."""

    address: Address
    update: int
    value: float
    formula: Formula | None = None
    """The line that gives it; None of what is given, or comes from an update before."""


class Variant(Frozen):
    """The exercise with one choice of numbers."""

    facts: tuple[Said, ...]
    """Its text, where it comes from, and the conventions that hold."""
    given: tuple[Section, ...]
    picture: str
    """The network before anything is worked out, in SVG."""
    items: tuple[Item, ...]
    """All its questions, in the order of the page."""
    values: tuple[Value, ...]
    """Everything that the answers are worked out from, and these, each behind what it needs."""
    seed: int | None = None
    """The seed of its numbers; None of those in the file."""
    student: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The questions by what they ask for, also where those of two arrays take turns."""
        found: dict[tuple[object, ...], list[Item]] = {}
        for item in self.items:
            found.setdefault(_group(item), []).append(item)
        return tuple(
            Step(rule_name(alike[0].record.rule), tuple(alike)) for alike in found.values()
        )


class Exercise(Frozen):
    """The questions of a problem, for every variant."""

    name: str
    """What its files are called."""
    title: Said
    page: Presentation
    """Who reads it; writers set it in the style that their target shows."""
    variants: tuple[Variant, ...]
    source: str = ""
    """The text of the problem file, for what marks with this program."""
    options: Mapping[str, Any] = MappingProxyType({})
    """How the same questions are asked again there: `ask`, `layers`, `lang` and so on."""


def variant_of(
    contexts: Sequence[Context],
    choice: Choice,
    *,
    worth: Callable[[Sequence[Question]], Sequence[float]] | None = None,
    figures: int = FIGURES,
) -> Variant:
    """The questions about some updates that `choice` asks for.

    `worth` tells what each of the questions is worth; without it each is worth 1. What only a
    quiz can ask is left out.
    """
    questions = tuple(filter(is_recorded, make_questions(contexts, choice)))
    addresses = (contexts[each.update - 1].graph.find(each.identifier) for each in questions)
    recorded = Recorded(
        figures,
        unsaid=frozenset(address for address in addresses if address is not None),
        most=MOST_MISTAKES,
    )
    points = [1.0] * len(questions) if worth is None else worth(questions)
    items = []
    for question, one in zip(questions, points, strict=True):
        context = contexts[question.update - 1]
        found = record(question, context, recorded._replace(points=one))
        if found is not None:
            items.append(Item(found, _line(context, found)))
    context = contexts[0]
    sheet = worksheet(context.page.settings, context.trace, ())
    run = without_answers(context.trace.runs[0])
    picture = given_picture(context.page, context.trace, run)
    values = _values(contexts, items)
    return Variant(sheet.facts, sheet.given, picture.svg, tuple(items), values)


def _line(context: Context, found: Record) -> Line | None:
    """The line that gives a number, from the rule to the result."""
    if not isinstance(found, NumberRecord):
        return None
    step = context.graph.steps[found.address.quantity]
    settings, kinds = context.page.settings, DETAILS["full"]
    return entry_line(settings, context.graph.run, step, found.address.index, kinds)


def _values(contexts: Sequence[Context], items: Sequence[Item]) -> tuple[Value, ...]:
    """What the numbers that are asked for follow from, in the order of the calculation."""
    found: list[Value] = []
    for context in contexts:
        graph, update = context.graph, context.run.update
        records = (item.record for item in items if item.record.update == update)
        asked = [one.address for one in records if isinstance(one, NumberRecord)]
        needed = {one for each in asked for one in (each, *graph.entries_before(each))}
        for address in sorted(needed, key=lambda one: (graph.order[one.quantity], one.index)):
            formula = as_shown(graph.formula(address)) if graph.step(address) else None
            found.append(Value(address, update, graph.exact(address), formula))
    return tuple(found)


def _group(item: Item) -> tuple[object, ...]:
    one = item.record
    if isinstance(one, NumberRecord):
        return one.update, group_of(one.address.quantity)
    return one.update, one.name, one.prompt
