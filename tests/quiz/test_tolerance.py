"""How wide the band around a right answer is: what digits can explain, and no wider."""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import product
from random import Random

import pytest

from bp_tutor.formula import Address
from bp_tutor.quiz import Context, NotUnderstood, StudentAnswers
from bp_tutor.quiz.kinds.kind import asked_steps
from bp_tutor.quiz.kinds.number import mark_entry
from bp_tutor.quiz.typed import read_number
from tests.quiz.networks import context_of_problem, random_context
from tests.quiz.problems_of_all_kinds import ALL_KINDS, context_of_kind
from tests.quiz.right_chains import WAYS, kept_chain
from tests.quiz.test_carried_numbers import Said, contexts, marked, said, sigmoid

NEAR_TARGET = """title: near the target
network:
  inputs: 1
  weight_order: from-to
  layers: [{units: 1, activation: sigmoid, weights: [[0.32]], bias: none}]
inputs: [1.25]
targets: [0.6]
learning_rate: 0.5
"""


def delta(a: float) -> float:
    return (a - 0.6) * a * (1 - a)


def test_six_typed_digits_are_not_excused_by_four_on_the_page() -> None:
    assert f"{sigmoid(0.4):.6f}" == "0.598688"
    assert f"{delta(0.598688):.6f}" == "-0.000315"
    for text in ("-0.000300", "-0.00030000", "-0.000330"):
        found = marked(contexts(NEAR_TARGET), Z_2_1="0.4", A_2_1="0.598688", dZ_2_1=text)
        assert [one.verdict for one in found.values()] == ["right", "right", "wrong"]
    found = marked(contexts(NEAR_TARGET), Z_2_1="0.4", A_2_1="0.598688", dZ_2_1="-0.000315")
    assert found["dZ_2_1"].verdict == "right"
    for text in ("-0.00030024", "-0.00033"):
        assert marked(contexts(NEAR_TARGET), dZ_2_1=text)["dZ_2_1"].verdict == "wrong"


@pytest.mark.parametrize("digits", [3, 4, 5])
def test_what_cancels_is_as_wide_as_its_own_digits_explain(digits: int) -> None:
    typed = f"{sigmoid(0.4):.{digits}f}"
    right = delta(float(typed))
    found = marked(contexts(NEAR_TARGET), A_2_1=typed, dZ_2_1=f"{right:#.3g}")
    assert found["dZ_2_1"].verdict == "right"
    # All digits were kept on the calculator.
    found = marked(contexts(NEAR_TARGET), A_2_1=typed, dZ_2_1=f"{delta(sigmoid(0.4)):.5g}")
    assert found["dZ_2_1"].verdict == "right"
    # Nothing that has the digits of the output could give twice as much as either.
    worst = max(abs(delta(float(typed) + way * 0.5 * 10.0**-digits)) for way in (-1, 1))
    found = marked(contexts(NEAR_TARGET), A_2_1=typed, dZ_2_1=f"{-1.2 * worst:.4g}")
    assert found["dZ_2_1"].verdict == "wrong"


def test_a_number_on_the_page_may_be_gone_on_with() -> None:
    # The output stands there as 0.5987.
    text = f"{delta(0.5987):.6g}"
    assert marked(contexts(NEAR_TARGET), dZ_2_1=text)["dZ_2_1"].verdict == "right"


ATTENTION = """title: attention
network:
  inputs: {positions: 2, units: 2}
  weight_order: from-to
  layers:
    - attention: {keys: 1, values: 2}
      weights:
        {query: [[1.05], [-0.29]], key: [[0.9], [1.01]], value: [[0.77, 1.06], [1.15, -0.55]]}
inputs: [[1.27, -0.26], [0.99, 0.46]]
targets: [[0.0, 0.0], [0.0, 0.5]]
loss: half_squared_error
learning_rate: 0.5
"""


def test_an_old_weight_is_no_new_one() -> None:
    """The new weight is 0.9053 (by NumPy), and the old one 0.9."""
    found = contexts(ATTENTION)
    for text in ("0.905", "0.9053", "0.90530"):
        assert said(found, [("Wk'[1,1,1]", text)]) == [Said("right", None)]
    for text in ("0.900", "0.9000", "0.860", "0.951", "0.910", "0.902", "0.9043"):
        assert said(found, [("Wk'[1,1,1]", text)])[0].verdict == "wrong", text


ONE_WEIGHT = """title: one weight
network:
  inputs: 1
  weight_order: from-to
  layers: [{{units: 1, activation: identity, weights: [[{weight}]], bias: none}}]
inputs: [1]
targets: [{target}]
loss: half_squared_error
learning_rate: 0.01
"""


def digits_of(value: Decimal, places: int, rounding: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("step", ["0.08", "-0.08", "0.03", "0.008", "-0.008", "0.0007", "-0.0001"])
def test_digits_that_do_not_tell_a_new_weight_from_the_old_one_are_too_few(
    step: str, sign: int
) -> None:
    """Of z = w x with x = 1 the new weight is w - η(w - y), so the step is the target's choice."""
    old, new = sign * Decimal("0.2"), sign * (Decimal("0.2") + Decimal(step))
    target = old + sign * Decimal(step) * 100
    found = contexts(ONE_WEIGHT.format(weight=old, target=target))
    for places in range(1, 6):
        kept = {digits_of(new, places, way) for way in (ROUND_HALF_UP, ROUND_DOWN)}
        text = f"{old:.{places}f}"
        expected = "digits" if old in kept else "wrong"
        assert said(found, [("W'[1,1,1]", text)])[0].verdict == expected, (text, new)
        right = {f"{one:.{places}f}" for one in kept if one != old and places >= 3}
        for other in right:
            assert said(found, [("W'[1,1,1]", other)])[0].verdict == "right", (other, new)


def test_a_new_weight_that_the_page_shows_as_the_old_one_is_right_whatever_was_answered() -> None:
    for target in ("0.2", "0.2001"):
        found = contexts(ONE_WEIGHT.format(weight=0.2, target=target))
        answers = [("dZ[2,1]", "0.0800"), ("W'[1,1,1]", "0.2000")]
        assert [one.verdict for one in said(found, answers)] == ["wrong", "right"], target


def test_the_digits_that_tell_a_new_weight_from_the_old_one_are_asked_for() -> None:
    """0.2 + 0.0007 is 0.2007, which is cut off to 0.200 and rounded to 0.201."""
    (context,) = contexts(ONE_WEIGHT.format(weight=0.2, target="0.27"))
    student, address = StudentAnswers(context), context.graph.find("W'[1,1,1]")
    assert address is not None
    for text in ("0.2", "0.20", "0.200"):
        with pytest.raises(NotUnderstood) as refused:
            mark_entry(student, address, read_number(text))
        assert dict(refused.value.values)["digits"] == "4"


def units_accepted(student: StudentAnswers, address: Address, value: float, figures: int) -> int:
    """How many numbers of so many digits around a value are taken."""
    unit = 10.0 ** (math.floor(math.log10(abs(value))) + 1 - figures)
    texts = {f"{value + place * unit:#.{figures}g}" for place in range(-40, 41)}
    answers = (read_number(text).answer for text in texts)
    return sum(student.judge(address, answer).status != "wrong" for answer in answers)


@pytest.mark.parametrize("seed", range(3))
def test_each_further_digit_leaves_a_tenth_of_the_band(seed: int) -> None:
    """The band keeps its width in units of the last digit, so it narrows tenfold."""
    context = random_context(7 * seed + 2)
    graph = context.graph
    asked = [one for step in asked_steps(context) for one in step.quantity.addresses()]
    widths: dict[int, list[int]] = {3: [], 4: [], 5: []}
    for figures, found in widths.items():
        student = StudentAnswers(context)
        for address, text in kept_chain(context, "rounded", figures).items():
            if abs(graph.exact(address)) > 1e-3 and address in asked:
                found.append(units_accepted(student, address, graph.exact(address), figures))
            student.enter(address, read_number(text).answer)
    middle = {figures: sorted(found)[len(found) // 2] for figures, found in widths.items()}
    assert set(middle.values()) <= {1, 2, 3, 4, 5}


@pytest.mark.parametrize(("kind", "way"), list(product(ALL_KINDS, WAYS)))
def test_a_right_chain_is_right_whatever_is_typed_of_it(kind: str, way: str) -> None:
    """Every number kept to so many digits, rounded or cut, all of it typed or half, or the end."""
    draw = Random(f"{kind} {way}")  # noqa: S311
    context = context_of_kind(kind, 5)
    for digits in (3, 4, 5, 6):
        if "decimals" in way and (digits == 3 or kind == "adam"):
            # A second moment of 0.0000 leaves nothing to divide by.
            continue
        chain = kept_chain(context, way, digits)
        for typed in (
            list(chain),
            [one for one in chain if draw.random() < 0.5],
            [one for one in chain if one.quantity.kind == "'"],
        ):
            wrong = not_right(context, {one: chain[one] for one in typed})
            assert not wrong, (digits, wrong)


def not_right(context: Context, answers: dict[Address, str]) -> list[tuple[str, str]]:
    """Answers that are not taken; one that has too few digits is asked for, and gone on with."""
    student, found = StudentAnswers(context), []
    for address, text in answers.items():
        old = Address(address.quantity.as_kind(""), address.index)
        try:
            verdict = mark_entry(student, address, read_number(text))
        except NotUnderstood:
            continue
        unmoved = address.quantity.kind == "'" and float(text) == context.graph.exact(old)
        if verdict.carried or not (verdict.right or unmoved):
            found.append((address.identifier, text))
    return found


def test_who_was_asked_for_more_digits_is_followed_all_the_same() -> None:
    """0.0003 stands for 0.000315; the gradient from it is 0.0004, or 0.00039 with all digits."""
    for gradient in ("-0.000394", "-0.000375"):
        found = said(contexts(NEAR_TARGET), [("dZ[2,1]", "-0.0003"), ("dW[1,1,1]", gradient)])
        assert [one.verdict for one in found] == ["digits", "right"]
    found = said(contexts(NEAR_TARGET), [("dZ[2,1]", "-0.0003"), ("dW[1,1,1]", "-0.000600")])
    assert [one.verdict for one in found] == ["digits", "wrong"]
    # Nothing but a zero is typed: it says nothing of what it stands for.
    found = said(contexts(NEAR_TARGET), [("dZ[2,1]", "-0.000"), ("dW[1,1,1]", "-0.000600")])
    assert [one.verdict for one in found] == ["digits", "wrong"]


def test_a_whole_number_may_be_a_rounded_one() -> None:
    text = """title: large numbers
network:
  inputs: 1
  weight_order: from-to
  layers: [{units: 1, activation: identity, weights: [[0.56]], bias: [1.5]}]
inputs: [331]
targets: [36]
learning_rate: 1
"""
    # 0.56·331 + 1.5 = 186.86; less 36 it is 150.86; times 331 that is 49,934.66.
    typed = [
        ("187", "151", "49981"), ("186", "150", "49650"), ("187", "151", "49935"),
        ("186.86", "150.86", "49934.66"),
    ]  # fmt: skip
    for total, error, gradient in typed:
        found = marked(contexts(text), Z_2_1=total, dZ_2_1=error, dW_1_1_1=gradient)
        assert {one.verdict for one in found.values()} == {"right"}, (total, found)
    for total in ("185", "188", "180", "200"):
        assert marked(contexts(text), Z_2_1=total)["Z_2_1"].verdict == "wrong"


@pytest.mark.parametrize("digits", range(3, 9))
def test_nearly_a_whole_unit_may_be_cut_off(digits: int) -> None:
    """Of 0.5009996 the 9996 may go, however near it is to the next number."""
    total = 0.5 + 0.9996 * 10.0**-digits
    text = NEAR_TARGET.replace("0.32", f"{total / 1.25:.15f}")
    found = marked(contexts(text), Z_2_1=f"0.5{'0' * (digits - 1)}")
    assert found["Z_2_1"].verdict == "right"
    below = f"{0.5 - 10.0**-digits:.{digits}f}"
    assert marked(contexts(text), Z_2_1=below)["Z_2_1"].verdict == "wrong"


def test_an_exact_number_is_never_asked_for_more_digits() -> None:
    text = """title: exact
network:
  inputs: 2
  weight_order: from-to
  layers: [{units: 1, activation: identity, weights: [[0.3], [0.5]], bias: [0.1]}]
inputs: [0.9, 0.4]
targets: [0.25]
learning_rate: 0.5
"""
    # 0.27 + 0.2 + 0.1 = 0.57; its error is 0.32; 0.9 times that is 0.288; 0.3 - 0.144 = 0.156.
    answers = {"Z_2_1": "0.57", "dZ_2_1": "0.32", "dW_1_1_1": "0.288", "WN_1_1_1": "0.156"}
    found = marked(contexts(text), **answers)
    assert {one.verdict for one in found.values()} == {"right"}
    # And where it is exact by what the student has: 0.47 - 0.25 = 0.22, and 0.4 of it 0.088.
    found = marked(contexts(text), Z_2_1="0.47", dZ_2_1="0.22", dW_1_2_1="0.088", dB_2_1="0.22")
    assert [one.verdict for one in found.values()] == ["wrong", "carried", "carried", "carried"]


def test_as_many_digits_as_stand_on_the_page_are_enough() -> None:
    text = NEAR_TARGET.replace("learning_rate: 0.5", "learning_rate: 0.5\nrounding: hand:4")
    context = contexts(text)
    # 0.5987 - 0.6 = -0.0013, times 0.5987 and 0.4013: -0.00031, on this page -0.0003.
    found = said(context, [("A[2,1]", "0.5987"), ("dZ[2,1]", "-0.0003"), ("dW[1,1,1]", "-0.0004")])
    assert [one.verdict for one in found] == ["right", "right", "right"]
    # A calculator knows more of it.
    assert said(context, [("dZ[2,1]", "-0.000315"), ("dW[1,1,1]", "-0.000394")]) == [
        Said("right", None), Said("right", None),
    ]  # fmt: skip
    assert said(context, [("W'[1,1,1]", "0.320197")]) == [Said("right", None)]


def test_a_calculator_goes_on_into_the_next_update() -> None:
    found = contexts(NEAR_TARGET, 2)
    weight = 0.32 - 0.5 * delta(sigmoid(0.4)) * 1.25
    total = weight * 1.25
    answers = [
        ("Z[2,1]#2", f"{total:.5f}"), ("A[2,1]#2", f"{sigmoid(total):.5f}"),
        ("dZ[2,1]#2", f"{delta(sigmoid(total)):.4g}"),
    ]  # fmt: skip
    assert {one.verdict for one in said(found, answers)} == {"right"}
    assert {said(found, [one])[0].verdict for one in answers} == {"right"}
    # The old weight, not updated: the sum would be as it was.
    assert said(found, [("Z[2,1]#2", "0.40000")])[0].verdict == "wrong"
    # With the step the wrong way, what follows is carried.
    wrong = 2 * 0.32 - weight
    carried = said(
        found,
        [("W'[1,1,1]", f"{wrong:.6f}"), ("Z[2,1]#2", f"{wrong * 1.25:.6f}"),
         ("dZ[2,1]#2", f"{delta(sigmoid(wrong * 1.25)):.5g}")],
    )  # fmt: skip
    assert [one.verdict for one in carried] == ["wrong", "carried", "carried"]
    assert {one.first_wrong for one in carried} == {"W'[1,1,1]"}


@pytest.mark.parametrize(
    "text", ["1.00/(1.00-1.01)", "1.00^100", "1.00e5 - 99999.9", "9.99^9", "1/(0.999-1.000)",
             "ln(1.00)", "0.599^0.599", "1.00*2.00", "0.500/0.500", "exp(9.99)", "0.999^100"],
)  # fmt: skip
def test_an_expression_is_not_right_for_every_number(text: str) -> None:
    """None of these is any value here: 0.4, 0.5987, 8.6e-7, -0.000315, -0.000394, 0.3202."""
    worth = read_number(text).value
    context = context_of_problem(contexts(NEAR_TARGET)[0].problem)
    for step in asked_steps(context):
        for address in step.quantity.addresses():
            exact = context.graph.exact(address)
            if abs(worth - exact) > 0.01 * abs(exact):
                verdict = mark_entry(StudentAnswers(context), address, read_number(text))
                assert not verdict.right, (text, address.identifier)


def test_an_expression_of_rounded_numbers_is_as_loose_as_these() -> None:
    product_of_page = "(0.5987 - 0.6)*0.5987*(1 - 0.5987)"
    assert marked(contexts(NEAR_TARGET), dZ_2_1=product_of_page)["dZ_2_1"].verdict == "right"
    assert marked(contexts(NEAR_TARGET), A_2_1="1/(1+exp(-0.400))")["A_2_1"].verdict == "right"
    gradient = "-0.000315*1.25"
    assert marked(contexts(NEAR_TARGET), dW_1_1_1=gradient)["dW_1_1_1"].verdict == "right"
