"""Which formula holds in general form, with letters for layer, unit, sample and time."""

from __future__ import annotations

from itertools import zip_longest
from random import Random
from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Mul, Neg, Number, Ref, replace, walk
from bp_tutor.formula.indexed import Indexed, Total
from bp_tutor.quiz.kinds.choice import LETTERS, MOST_OPTIONS, understand
from bp_tutor.quiz.kinds.kind import HintStep, Kind, Samples, verdict_on
from bp_tutor.quiz.model import Question, Understood, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain.general import Told
    from bp_tutor.formula import Formula
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.student import StudentAnswers


def make(context: Context) -> Iterator[Question]:
    """One for each array of a network whose line has letters; every update has the same."""
    if context.problem.network is None or context.run.update > context.trace.runs[0].update:
        return
    asked = {step.quantity for step in context.run.steps}
    for told in _lines(context).values():
        first = told.quantities[0]
        if first not in asked:
            continue
        say = context.page.say
        options = [*dict.fromkeys(map(say, (right_formula(told), *slips(right_formula(told)))))]
        kept = options[:MOST_OPTIONS]
        if len(kept) > 1:
            # Mixed the same way every time, so that an answer keeps its meaning.
            Random(first.name).shuffle(kept)  # noqa: S311 - no secret
            values = (("name", say(told.general.target)), ("where", say(told.where)))
            yield Question(
                "general",
                first.name,
                told.general.rule,
                context.run.update,
                "quiz.prompt.general",
                values,
                tuple(kept),
            )


def _lines(context: Context) -> dict[str, Told]:
    """The line of each array, by its name; of several, as with edges of their own, the first."""
    found: dict[str, Told] = {}
    for told in context.general_form:
        if not isinstance(told.general.target, Ref):
            found.setdefault(told.quantities[0].name, told)
    return found


def right_formula(told: Told) -> Formula:
    """What stands at the right of the line."""
    return told.line.parts[0].formula


def slips(formula: Formula) -> Iterator[Formula]:
    """The formula with one mistake each, those of different kinds in turn."""
    nodes = dict.fromkeys(walk(formula))
    found = [
        [_with(formula, node, wrong) for node in nodes for wrong in slip(node)] for slip in _SLIPS
    ]
    for each in zip_longest(*found):
        yield from (wrong for wrong in each if wrong is not None)


def _turned(node: Formula) -> Iterator[Formula]:
    """Weights with the unit that they lead to before the one that they leave."""
    match node:
        case Indexed(like, layer, step, (first, second), sample) if "from" in like.axes:
            yield Indexed(like, layer, step, (second, first), sample, alone=node.alone)


def _factor_left_out(node: Formula) -> Iterator[Formula]:
    match node:
        case Mul(factors):
            for lost in factors:
                if not isinstance(lost, Total | Number):
                    yield _without(factors, lost, Mul)


def _of_own_layer(node: Formula) -> Iterator[Formula]:
    """What another layer hands on or back, taken from the layer itself."""
    match node:
        case Indexed(like, layer, step, places, sample) if layer and layer.letter and layer.offset:
            own = layer._replace(offset=0)
            yield Indexed(like, own, step, places, sample, alone=node.alone)


def _term_left_out(node: Formula) -> Iterator[Formula]:
    match node:
        case Add(terms):
            for lost in terms:
                yield _without(terms, lost, Add)


def _sign_left_out(node: Formula) -> Iterator[Formula]:
    match node:
        case Neg(arg):
            yield arg


_SLIPS = (_turned, _factor_left_out, _of_own_layer, _term_left_out, _sign_left_out)


def _without(parts: tuple[Formula, ...], lost: Formula, kind: type[Mul | Add]) -> Formula:
    left = tuple(part for part in parts if part is not lost)
    return kind(left) if len(left) > 1 else left[0]


def _with(formula: Formula, old: Formula, new: Formula) -> Formula:
    return replace(formula, lambda node: new if node is old else None)


def _right(question: Question, context: Context) -> str:
    return context.page.say(right_formula(_lines(context)[question.identifier]))


def mark(question: Question, understood: Understood, student: StudentAnswers) -> Verdict:
    """Right where it is the formula of the derivation in general form."""
    good = understood.text == _right(question, student.context)
    values = (("name", dict(question.values)["name"]), ("first", ""))
    found = verdict_on(question, understood, values, right=good)
    return found if good else found._replace(key="quiz.of_choice.wrong")


def samples(question: Question, context: Context) -> Samples:
    """The right one by number, letter and words; the others; and what is none of them."""
    right = _right(question, context)
    place = question.choices.index(right)
    others = tuple((option, "") for option in question.choices if option != right)
    malformed = ("", "0", "9", "z", "1.5", "\x00", "🙂", "a" * 10_000)
    return Samples((str(place + 1), LETTERS[place], f" {place + 1}. "), others, malformed)


GENERAL = Kind(
    make,
    understand,
    mark,
    samples,
    level="shapes",
    form="general",
    numeric=False,
    named=False,
    shows_values=False,
    hints=lambda _: (HintStep("rule", 0.3), HintStep("choice", 0.7)),
)
