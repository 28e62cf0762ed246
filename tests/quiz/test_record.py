"""Records of questions against the marks that the answers in them get."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from bp_tutor.problem import load_problem
from bp_tutor.quiz import (
    Choice,
    Context,
    Question,
    StudentAnswers,
    Verdict,
    contexts_of,
    make_questions,
)
from bp_tutor.quiz.batch import mark_all
from bp_tutor.quiz.questions import record
from bp_tutor.quiz.record import ChoiceRecord, NumberRecord, Recorded
from bp_tutor.quiz.student import RIGHT
from bp_tutor.quiz.typed import read_number
from tests.quiz.networks import context_of_problem

PROBLEMS = sorted((Path(__file__).parents[2] / "problems").glob("*.yaml"))
LARGE = 500
"""Of so many questions one is tried."""
MOST, WRONG_VALUES = 20, 3
"""So many wrong values of each are looked for, and so many of them typed."""


def contexts_for(path: Path) -> tuple[Context, ...]:
    whole = context_of_problem(load_problem(path))
    return contexts_of(whole.trace, whole.page)


def marked(contexts: Sequence[Context], question: Question, text: str) -> Verdict:
    """An answer as the only one of a student."""
    (found,) = mark_all(contexts, [(question, text)])
    assert found.verdict is not None, (question, text, found.refused)
    return found.verdict


def sampled(contexts: Sequence[Context], place: int) -> list[Question]:
    """A few questions from all over the calculation; other ones in each problem."""
    asked = make_questions(contexts, Choice())
    wanted = {len(asked) * (place % 7 + 1) // 8, len(asked) * (7 - place % 5) // 8}
    return [asked[each] for each in sorted(wanted)] if 0 < len(asked) < LARGE else list(asked[-1:])


def entry_of(contexts: Sequence[Context], name: str) -> Question:
    """The question for one entry of the first update."""
    return next(each for each in make_questions(contexts, Choice()) if each.full_name == name)


@pytest.mark.parametrize("place", range(4))
def test_numbers_are_marked_as_their_records_say(place: int) -> None:
    """The mistakes that a record names are those that marking names; what is right is right."""
    ends = names = 0
    for number, path in enumerate(PROBLEMS):
        if number % 4 != place:
            continue
        contexts = contexts_for(path)
        for question in sampled(contexts, number):
            found = record(question, contexts[question.update - 1], Recorded(most=MOST))
            assert isinstance(found, NumberRecord)
            assert found.right[0].has(found.value)
            _are_apart(found)
            for text, right in _at_the_ends(found):
                # What explains a wrong one is another matter, and takes its time.
                student = StudentAnswers(contexts[question.update - 1])
                judged = student.judge(found.address, read_number(text).answer)
                assert (judged.status == RIGHT) == right, (path.stem, found.name, text, found.right)
                ends += 1
            for wrong in found.wrong[number % 3 :: max(1, len(found.wrong) // WRONG_VALUES)]:
                text = f"{wrong.value:.{found.figures - 1}e}"
                assert wrong.interval.has(float(text))
                verdict = marked(contexts, question, text)
                said = {each.misconception for each in verdict.diagnoses}
                assert not verdict.right
                assert said == set(wrong.names), (path.stem, question.full_name, text)
                assert {each.told for each in verdict.diagnoses} == {
                    each.told for each in wrong.diagnoses
                }
                names += 1
    assert ends > 40
    assert names > 40


def _are_apart(found: NumberRecord) -> None:
    """No interval meets another one."""
    taken = sorted([*found.right, *(wrong.interval for wrong in found.wrong)])
    assert all(one.high <= other.low for one, other in pairwise(taken)), found.name
    assert all(wrong.interval.has(wrong.value) for wrong in found.wrong)


def _at_the_ends(found: NumberRecord) -> Iterator[tuple[str, bool]]:
    """The last answers within each interval of what is right, and the first ones outside."""
    if not found.value:
        return
    places = found.figures - 1
    unit = Decimal(1).scaleb(Decimal(f"{found.value:.{places}e}").adjusted() - places)
    for low, high in found.right:
        for end, way, inside in ((low, ROUND_CEILING, 1), (high, ROUND_FLOOR, -1)):
            last = (Decimal(end) / unit).to_integral_value(way) * unit
            for answer in (last, last - inside * unit):
                text = f"{answer:.{places}e}"
                if Decimal(text) != answer or answer.adjusted() - places != unit.adjusted():
                    continue  # It has other digits, and so says more or less.
                right = any(Decimal(one.low) <= answer <= Decimal(one.high) for one in found.right)
                yield text, right


def test_the_likeliest_wrong_values_come_first() -> None:
    contexts = contexts_for(Path("problems/exercise.yaml"))
    question = entry_of(contexts, "Z[2,1]")
    whole, short = (
        record(question, contexts[0], Recorded(most=most, points=2.0)) for most in (None, 3)
    )
    assert isinstance(whole, NumberRecord)
    assert isinstance(short, NumberRecord)
    assert [each.value for each in short.wrong] == [each.value for each in whole.wrong[:3]]
    assert short.points == 2.0
    # 0.9·0.5 + 0.7·0.2 + 0.3·(-0.1) is left of the sum where the bias is forgotten.
    bias = next(each for each in whole.wrong if each.names == ("bias_left_out",))
    operands = {one.address.identifier: one.value for one in whole.operands}
    sums = sum(operands[f"A[1,{unit}]"] * operands[f"W[1,{unit},1]"] for unit in (1, 2, 3))
    assert bias.value == pytest.approx(sums)
    assert whole.value == pytest.approx(sums + operands["B[2,1]"])


def test_what_is_asked_for_elsewhere_is_not_told() -> None:
    contexts = contexts_for(Path("problems/exercise.yaml"))
    graph = contexts[0].graph
    question = entry_of(contexts, "dZ[3,1]")
    above = graph.find("dZ[4,1]")
    assert above is not None
    number = contexts[0].page.spell(contexts[0].page.settings.number(contexts[0].run, *above))
    told = {}
    for unsaid in (frozenset[object](), frozenset({above})):
        found = record(question, contexts[0], Recorded(unsaid=unsaid))  # type: ignore[arg-type]
        assert isinstance(found, NumberRecord)
        assert "dZ[4,1]" in found.depends
        sentences = [values for w in found.wrong for d in w.diagnoses for values in d.values]
        told[bool(unsaid)] = any(number in value for _, value in sentences)
    assert told == {False: True, True: False}


def test_choices_are_marked_as_their_records_say() -> None:
    tried = 0
    for path in PROBLEMS[::4]:
        contexts = contexts_for(path)
        for question in make_questions(contexts, Choice(level="shapes"))[::8]:
            found = record(question, contexts[question.update - 1], Recorded())
            assert isinstance(found, ChoiceRecord)
            assert sum(option.right for option in found.options) == 1
            for option in found.options:
                verdict = marked(contexts, question, option.text)
                assert verdict.right == option.right
                assert verdict.diagnoses == option.diagnoses
                tried += 1
    assert tried > 40
