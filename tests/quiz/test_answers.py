"""What people type, tolerance from digits, and values carried forward."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.formula import Address
from bp_tutor.problem import load_problem
from bp_tutor.problem.model import Network, Problem
from bp_tutor.quiz import Context, NotUnderstood, StudentAnswers, Verdict, mark, understand
from bp_tutor.quiz.batch import mark_all, question_of
from bp_tutor.quiz.feedback import verdict_lines
from bp_tutor.quiz.kinds import KINDS
from bp_tutor.quiz.typed import read_matrix, read_number
from tests.quiz.networks import context_of_problem

CONTEXT = context_of_problem(load_problem(Path(__file__).parents[2] / "problems" / "exercise.yaml"))


def marked(
    student: StudentAnswers, identifier: str, text: str, context: Context = CONTEXT
) -> Verdict:
    question = question_of([context], identifier)
    assert not isinstance(question, str)
    return mark(question, understand(question, text, context), student)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.891", 0.891), (".891", 0.891), ("1/3", 1 / 3), ("2.1e-3", 0.0021), ("89%", 0.89),
        ("1/(1+exp(-2.1))", 0.8909031788043871), ("-0.5*0.2", -0.1), ("−0.5", -0.5),
        ("０．８９１", 0.891), ("０，８９１", 0.891), ("－１", -1), ("（0.5）", 0.5),
        ("0,891", 0.891), ("≈ 0.891", 0.891), ("= 0.891", 0.891), ("0.891…", 0.891),
        ("10 000.5", 10000.5), ("1,234.5", 1234.5), ("$0.891$", 0.891),
        ("1,5", 1.5), ("2.1·10⁻³", 0.0021), ("2.1×10^-3", 0.0021), ("½", 0.5), ("σ(0)", 0.5),
        ("５０％", 0.5), (" 1 ", 1), ("+3", 3), ("5.", 5),
    ],
)  # fmt: skip
def test_a_number_in_many_ways(text: str, value: float) -> None:
    assert read_number(text).value == pytest.approx(value, rel=1e-12)


@given(
    st.sampled_from(["", "-", "+"]), st.text("0123456789", max_size=4),
    st.text("0123456789", min_size=1, max_size=6), st.integers(-12, 12),
    st.sampled_from(["{}e{}", "{}E{:+03d}", "{}*10^{}", "{}·10^({})", "{} × 10**{}", "{}x10^{}",
                     "{}\\cdot 10^{{{}}}", "≈ {}\\times10^{}"]),
)  # fmt: skip
def test_a_decimal_comma_before_a_power_of_ten(
    sign: str, whole: str, part: str, power: int, form: str
) -> None:
    typed = form.format(f"{sign}{whole},{part}", power)
    if len(part) == 3 and len(whole.lstrip("0")) > 1:
        # 12,345e3 may be twelve or twelve thousand.
        with pytest.raises(NotUnderstood):
            read_number(typed)
        return
    number = read_number(typed)
    expected = Decimal(f"{sign}{whole or 0}.{part}").scaleb(power)
    assert number.value == pytest.approx(float(expected), rel=1e-12)
    assert number.unit == pytest.approx(float(Decimal(1).scaleb(power - len(part))), rel=1e-12)


@pytest.mark.parametrize(
    "text", ["1,2e-3,4", "1,2,3e-1", "1e-3,2", "1, 2e-3", "1,2e-3 4", "1 2,5e3", "1,2*10^-3,4",
             "1,2 3e-1", "12,345e3", "1,2e1.5", "1,2*3", "1,2*10"],
)  # fmt: skip
def test_two_numbers_are_not_read_as_one(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_number(text)


def test_commas_in_a_matrix_part_its_numbers() -> None:
    rows = read_matrix("[1,2e-3; 4,5*10^-1]", "W").rows
    assert [[number.value for number in row] for row in rows] == [[1, 0.002], [4, 0.5]]


@pytest.mark.parametrize(
    ("text", "position"),
    [("1..2", 2), ("0.5 + abc", 6), ("1 2", 2), ("  x", 2), ("1,234", 1), ("(1", 2), ("3*", 2)],
)
def test_the_caret_shows_where_it_stops_making_sense(text: str, position: int) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_number(text)
    assert refused.value.position == position
    assert CONTEXT.words.text(refused.value.key, **dict(refused.value.values))


@pytest.mark.parametrize(
    "text", ["[1, 2; 3, 4]", "[[1, 2], [3, 4]]", "np.array([[1,2],[3,4]])", "【1，2；3，4】",
             "1 2\n3 4", "[1 2; 3 4]", "[[1,2],\n [3,4]]", "［１，２；３，４］"],
)  # fmt: skip
def test_a_matrix_in_many_ways(text: str) -> None:
    rows = read_matrix(text, "W").rows
    assert [[number.value for number in row] for row in rows] == [[1, 2], [3, 4]]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    answered(text)


@pytest.mark.parametrize(
    "sign", ["(", "[", "9**", "-", "1+", "a", "\0", "🙂", "dd/d", "_{", "∂", "1,", ";", "{", "9",
             "sigmoid'(", "\u202e", "[[", "e", "A_11+"],
)  # fmt: skip
def test_ten_thousand_signs_are_answered_at_once(sign: str) -> None:
    text = (sign * 10_000)[:10_000]
    start = perf_counter()
    answered(text)
    # Fifty milliseconds for each kind of question, and room for a busy machine.
    assert perf_counter() - start < 0.15 * len(KINDS)


def answered(text: str) -> None:
    for identifier in ("dZ[3,1]", "dW[2]", "W'[1,1,1]"):
        refused = None
        try:
            marked(StudentAnswers(CONTEXT), identifier, text)
        except NotUnderstood as found:
            refused = found
        if refused is not None:
            assert CONTEXT.words.text(refused.key, **dict(refused.values))
            assert 0 <= refused.position <= len(text)


@pytest.mark.parametrize("text", ["0.818", "0.8176", "0.817574", "1/(1+exp(-1.5))", "81.76%"])
def test_digits_are_the_tolerance(text: str) -> None:
    assert marked(StudentAnswers(CONTEXT), "A[2,1]", text).right


@pytest.mark.parametrize(
    "text", ["0.819", "0.8177", "0.8174", "0.817576", "0.8200", "0.816", "-0.8175"]
)
def test_wrong_digits_are_wrong(text: str) -> None:
    assert not marked(StudentAnswers(CONTEXT), "A[2,1]", text).right


@pytest.mark.parametrize("text", ["0.8", "0.82", "0.81", "1", "82%", "≈ 0.8"])
def test_too_few_digits_that_may_be_right_are_asked_for_and_not_marked(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        marked(StudentAnswers(CONTEXT), "A[2,1]", text)
    assert refused.value.key == "quiz.answer.more_digits"
    assert dict(refused.value.values) == {"digits": "3", "name": "A₂₁"}


@pytest.mark.parametrize(
    "text", ["0.3", "0.9", "0.7", "0.83", "0.80", "2", "-1", "0", "0.0", "84%", "80%", "9e-1", "30"]
)
def test_too_few_digits_that_the_right_value_does_not_begin_with_are_wrong(text: str) -> None:
    student = StudentAnswers(CONTEXT)
    verdict = marked(student, "A[2,1]", text)
    assert (verdict.right, verdict.credit, verdict.first_wrong) == (False, 0.0, "A[2,1]")


@pytest.mark.parametrize("text", ["1.4", "1.6", "4", "15", "-2", "0.5"])
def test_what_is_exact_cannot_be_found_by_short_guesses(text: str) -> None:
    # Z[2,1] is 1.5, as it stands; only 2 may be it, rounded.
    assert not marked(StudentAnswers(CONTEXT), "Z[2,1]", text).right
    with pytest.raises(NotUnderstood):
        marked(StudentAnswers(CONTEXT), "Z[2,1]", "2")


@pytest.mark.parametrize("text", ["0.8175", "0.81757", "0.817", "81.75%"])
def test_digits_cut_off_are_right_and_named(text: str) -> None:
    # 1/(1 + e^-1.5) = 0.817574476
    verdict = marked(StudentAnswers(CONTEXT), "A[2,1]", text)
    assert (verdict.right, verdict.credit) == (True, 1.0)
    assert verdict.cut == (() if text in ROUNDED_ALIKE else ("A₂₁",))
    said = [line for line, _ in verdict_lines(CONTEXT, verdict)]
    assert any("cut off" in line for line in said) == bool(verdict.cut)


ROUNDED_ALIKE = ("0.81757",)
"""Cut off or rounded, it is the same."""


def test_short_numbers_are_held_against_what_follows_from_the_students_own() -> None:
    student = StudentAnswers(CONTEXT)
    assert not marked(student, "Z[2,1]", "1.30").right
    # sigmoid(1.3) = 0.78583; the right value is 0.81757.
    for text in ("0.79", "0.78", "0.82"):
        with pytest.raises(NotUnderstood):
            marked(student, "A[2,1]", text)
    for text in ("0.77", "0.83", "0.6"):
        assert not marked(student, "A[2,1]", text).right


def test_a_short_number_that_is_exact_needs_no_more_digits() -> None:
    assert marked(StudentAnswers(CONTEXT), "Z[2,1]", "1.5").right
    assert marked(StudentAnswers(CONTEXT), "Z[2,3]", ".3").right


@pytest.mark.parametrize(
    ("text", "mistakes"),
    # 0.35*0.4 + 0.9*(-0.6) = -0.4 where the bias -0.2 is forgotten. The right value is -0.6.
    [("-0.4", ["bias_left_out"]), ("-0.400", ["bias_left_out"]), ("-2/5", ["bias_left_out"])],
)
def test_a_short_number_that_a_mistake_gives_exactly_is_an_answer(
    text: str, mistakes: list[str]
) -> None:
    layer = Layer(2, "tanh", weights=((0.1, 0.4), (0.8, -0.6)), bias=Bias(values=(0.1, -0.2)))
    network = Network(2, (layer,), samples=((0.35, 0.9),), targets=((0.5, 1.0),))
    context = context_of_problem(Problem(Path("own.yaml"), network=network))
    verdict = marked(StudentAnswers(context), "Z[2,2]", text, context)
    assert not verdict.right
    assert [each.misconception for each in verdict.diagnoses] == mistakes


def test_a_short_number_that_may_be_the_right_one_rounded_is_not_judged() -> None:
    # Without the bias 0.01 the sum is 0.5 just, and 0.51 is 0.5 as well to one digit.
    layer = Layer(1, "identity", weights=((0.5,),), bias=Bias(values=(0.01,)))
    network = Network(1, (layer,), samples=((1.0,),), targets=((1.0,),))
    context = context_of_problem(Problem(Path("own.yaml"), network=network))
    with pytest.raises(NotUnderstood):
        marked(StudentAnswers(context), "Z[2,1]", "0.5", context)
    assert marked(StudentAnswers(context), "Z[2,1]", "0.500", context).diagnoses


def test_zero_is_no_small_gradient() -> None:
    assert marked(StudentAnswers(CONTEXT), "dZ[2,1]", "0").key == "quiz.verdict.zero"
    for text in ("0.0", "0.0000", "0.00010"):
        with pytest.raises(NotUnderstood):
            marked(StudentAnswers(CONTEXT), "dZ[2,1]", text)
    assert marked(StudentAnswers(CONTEXT), "dW[1,2,1]", "0").right


def test_a_mistake_is_carried_forward_and_the_first_one_is_named() -> None:
    student = StudentAnswers(CONTEXT)
    first = marked(student, "dZ[4,1]", "-0.0819")
    assert [each.misconception for each in first.diagnoses] == ["slope_left_out"]
    gradient = marked(student, "dW[3,1,1]", "-0.0541")
    assert (gradient.right, gradient.carried, gradient.credit) == (True, True, 1)
    assert gradient.first_wrong == "dZ[4,1]"
    weight = marked(student, "W'[3,1,1]", "0.30541")
    assert (weight.carried, weight.first_wrong) == (True, "dZ[4,1]")


def test_what_was_left_out_between_is_worked_out() -> None:
    student = StudentAnswers(CONTEXT)
    assert not marked(student, "Z[2,1]", "1.30").right
    # A[2,1] was not asked: sigmoid(1.3) = 0.78583 goes into Z[3,1].
    assert marked(student, "Z[3,1]", "0.6479").carried


def test_a_step_that_a_mistake_made_trivial_earns_nothing() -> None:
    student = StudentAnswers(CONTEXT)
    assert not marked(student, "dZ[4,1]", "0").right
    gradient = marked(student, "dW[3,1,1]", "0")
    assert (gradient.right, gradient.credit) == (False, 0)
    assert gradient.key == "quiz.verdict.trivial"


def test_a_changed_answer_is_marked_anew() -> None:
    student = StudentAnswers(CONTEXT)
    marked(student, "dZ[4,1]", "-0.0819")
    marked(student, "dW[3,1,1]", "-0.0541")
    key = student.graph.find("dW[3,1,1]")
    assert key is not None
    assert student.judged(key).status == "carried"
    marked(student, "dZ[4,1]", "-0.012178")
    assert student.judged(key).status == "wrong"


def test_right_by_another_way_is_right_though_something_before_was_wrong() -> None:
    student = StudentAnswers(CONTEXT)
    marked(student, "dZ[4,1]", "-0.0819")
    verdict = marked(student, "dW[3,1,1]", "-0.0080389")
    assert (verdict.right, verdict.carried) == (True, False)


def test_rounding_on_the_way_is_no_mistake() -> None:
    """A student who keeps four decimals everywhere is right everywhere."""
    student = StudentAnswers(CONTEXT)
    for step in CONTEXT.run.steps:
        if step.line.inlined and step.quantity.kind:
            continue
        for index in step.quantity.indices():
            own = student.follows(Address(step.quantity, index))
            assert own is not None
            text = f"{own:.4f}" if abs(own) >= 0.01 else f"{own:#.4g}"
            verdict = marked(student, step.quantity.identifier(index), text)
            assert verdict.right, (step.quantity.identifier(index), text)
            assert not verdict.carried


def test_the_order_in_a_file_does_not_matter() -> None:
    answers = [("W'[3,1,1]", "0.30541"), ("dW[3,1,1]", "-0.0541"), ("dZ[4,1]", "-0.0819")]
    for seed in range(6):
        Random(seed).shuffle(answers)  # noqa: S311
        asked = [(question_of([CONTEXT], name), text) for name, text in answers]
        found = mark_all(
            [CONTEXT], [(one, text) for one, text in asked if not isinstance(one, str)]
        )
        carried = {
            name: result.verdict is not None and result.verdict.carried
            for (name, _), result in zip(answers, found, strict=True)
        }
        assert carried == {"dZ[4,1]": False, "dW[3,1,1]": True, "W'[3,1,1]": True}


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("dZ[3,1]", "(δZ41·W311 + δZ42·W312)·A31·(1 − A31)"),
        ("dZ[3,1]", "A31*(W312*δZ42 + δZ41*W311)*(1 - A31)"),
        ("dZ[3,1]", "(dZ[4,1]*W[3,1,1] + dZ[4,2]*W[3,1,2])*sigmoid'(Z[3,1])"),
        ("dZ[3,1]", "（δZ₄₁·W₃₁₁＋δZ₄₂·W₃₁₂）·(A₃₁ − A₃₁²)"),
        ("A[2,1]", "1/(1 + exp(-Z21))"),
        ("A[2,1]", "(1 + tanh(Z21/2))/2"),
        ("dW[2,1,2]", "A21·δZ32"),
        ("W'[2,1,2]", "W212 − λ·A21·δZ32"),
    ],
)
def test_equal_formulas_are_right(identifier: str, text: str) -> None:
    assert marked_formula(identifier, text).right


def test_a_formula_that_goes_round_in_a_circle_is_refused() -> None:
    told = {"dZ[3,1]": "", "dZ[3,2]": "_later", "dB[3,1]": "_later", "dW[2,1,1]/A[2,1]": "_later"}
    for text, ending in told.items():
        with pytest.raises(NotUnderstood) as refused:
            marked_formula("dZ[3,1]", text)
        assert refused.value.key == f"quiz.answer.circular{ending}"


@pytest.mark.parametrize("text", ["-0.0123", "0.3894", "1/3", "7"])
def test_a_number_is_no_formula_and_costs_nothing(text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        marked_formula("dZ[3,1]", text)
    assert refused.value.key == "quiz.answer.formula_wanted"


def test_a_wrong_formula_is_diagnosed() -> None:
    found = marked_formula("dZ[3,1]", "δZ41·W311 + δZ42·W312")
    assert [each.misconception for each in found.diagnoses] == ["slope_left_out"]
    assert found.diagnoses[0].place == "A₃₁·(1 − A₃₁)"


@pytest.mark.parametrize("text", ["A_1 @ W_1 + B_2", "B[2] + A[1] @ W[1]", "A₁·W₁ + B₂"])
def test_matrix_formulas(text: str) -> None:
    assert marked_formula("Z[2]", text, "matrix_formula").right
    turned = marked_formula("Z[2]", "W_1 @ A_1.T + B_2.T", "matrix_formula")
    assert turned.key == "quiz.of_transpose.shape"


def marked_formula(identifier: str, text: str, kind: str = "formula") -> Verdict:
    question = next(one for one in KINDS[kind].make(CONTEXT) if one.identifier == identifier)
    return mark(question, understand(question, text, CONTEXT), StudentAnswers(CONTEXT))
