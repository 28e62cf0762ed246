"""Figures with several explanations, or one in common, or made from another wrong figure.

What a source prints is worked out here by hand, with nothing of the program.
"""

from __future__ import annotations

import random
from math import exp

import pytest

from bp_tutor.authoring.published.judged import Judged
from bp_tutor.authoring.published.table import right, said
from bp_tutor.problem.model import Published
from bp_tutor.words import load_words
from tests.authoring.pages import page_of
from tests.authoring.test_published import found, shipped
from tests.lectures.by_hand import one_update
from tests.lectures.exercises import NETS

CONVENTION, WRONG, BY_HAND = (
    "follows_under_convention", "does_not_follow", "follows_by_hand_rounding",
)  # fmt: skip


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def printed(**figures: float) -> tuple[Published, ...]:
    """Figures with five significant digits, by names written with _ for brackets."""
    names = {
        "dZ31": "dZ[3,1]", "dZ21": "dZ[2,1]", "dW111": "dW[1,1,1]", "dW211": "dW[2,1,1]",
        "new211": "W'[2,1,1]", "new221": "W'[2,2,1]", "W111": "W[1,1,1]",
    }  # fmt: skip
    return tuple(
        Published(name=names.get(name, name), value=f"{value:#.5g}")
        for name, value in figures.items()
    )


def judged(problem: str, *figures: Published) -> list[Judged]:
    return list(found(shipped(problem), figures))


def keys(one: Judged) -> list[str]:
    return [reason.key.removeprefix("published.") for reason in one.reasons]


# Sigmoid 2-2-2 with learning rate 0.5: the gradients of w5 and w6 by hand.
H1, H2 = sigmoid(0.1 * 0.02 + 0.2 * 0.7 + 0.3), sigmoid(0.3 * 0.02 + 0.4 * 0.7 + 0.3)
O1 = sigmoid(0.2 * H1 + 0.3 * H2 + 0.2)
SLOPE5, SLOPE6 = O1 * O1 * (1 - O1) * H1, O1 * O1 * (1 - O1) * H2
EITHER = ["convention.without_half", "misconception.rate_left_out.name"]


def test_two_explanations_of_one_number_are_both_named() -> None:
    (one,) = judged("sigmoid-2-2-2", *printed(new211=0.2 - SLOPE5))
    assert (one.verdict, keys(one), one.certain) == (WRONG, EITHER, False)
    page = page_of(shipped("sigmoid-2-2-2"))
    (english,) = said(one, page)
    first, second = "the squared error without the factor 1/2", "learning rate left out"
    assert english == f"this would explain it: either {first}, or {second}"
    (chinese,) = said(one, page._replace(words=load_words("zh")))
    assert chinese.count("要么") == 2


def test_they_stay_open_where_several_figures_have_both() -> None:
    for one in judged("sigmoid-2-2-2", *printed(new211=0.2 - SLOPE5, new221=0.3 - SLOPE6)):
        assert (one.verdict, keys(one)) == (WRONG, EITHER)


def test_another_figure_decides_between_them() -> None:
    right_gradient, rate = judged("sigmoid-2-2-2", *printed(dW211=SLOPE5, new211=0.2 - SLOPE5))
    assert right_gradient.verdict == "agrees"
    assert (rate.verdict, keys(rate)) == (WRONG, EITHER[1:])
    for one in judged("sigmoid-2-2-2", *printed(dW211=2 * SLOPE5, new211=0.2 - SLOPE5)):
        assert (one.verdict, keys(one), one.certain) == (CONVENTION, EITHER[:1], True)


# Sigmoid 2-2-1: what becomes of the deltas where a slope is forgotten.
Y3, Y4 = sigmoid(0.1 * 0.35 + 0.8 * 0.9), sigmoid(0.4 * 0.35 + 0.6 * 0.9)
Y5 = sigmoid(0.3 * Y3 + 0.9 * Y4)
ERROR, OUTER, INNER = Y5 - 0.5, Y5 * (1 - Y5), Y3 * (1 - Y3)
LAYER = "convention.slope_left_out_in_layer"
FORGOTTEN = {
    "in the output": ({"dZ31": ERROR, "dW111": ERROR * 0.3 * INNER * 0.35}, LAYER, 3),
    "in the hidden layer": (
        {"dZ21": ERROR * OUTER * 0.3, "dW111": ERROR * OUTER * 0.3 * 0.35}, LAYER, 2,
    ),
    "everywhere": (
        {"dZ31": ERROR, "dW111": ERROR * 0.3 * 0.35}, "convention.slope_left_out", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", FORGOTTEN)
def test_a_forgotten_slope_is_the_same_cause_in_delta_and_gradient(where: str) -> None:
    figures, key, layer = FORGOTTEN[where]
    for one in judged("sigmoid-2-2-1", *printed(**figures)):
        assert (one.verdict, keys(one), one.certain) == (CONVENTION, [key], True)
        assert dict(one.reasons[0].values).get("layer") == layer


# The practice exercise, 3-3-3-2: the way back with slopes or paths forgotten here and there.
NET = NETS["exercise"]
VALUES = one_update(NET)[0]
UNITS = [[VALUES[f"A[{layer},{unit}]"] for unit in (1, 2, 3)[: 2 if layer == 4 else 3]]
         for layer in (1, 2, 3, 4)]  # fmt: skip


def way_back(slopeless: tuple[int, ...], lost: tuple[int, int] | None) -> dict[str, float]:
    """dZ[3,1] and dW[1,1,1] without slopes in some layers, and without one term of the sums."""
    assert NET.targets is not None
    back = [a - y for a, y in zip(UNITS[3], NET.targets[0], strict=True)]
    seen: dict[int, list[float]] = {}
    for layer in (4, 3, 2):
        if layer < 4:
            back = [
                sum(w * d for k, (w, d) in enumerate(zip(row, seen[layer + 1], strict=True))
                    if (layer, k) != lost)
                for row in NET.weights[layer - 1]
            ]  # fmt: skip
        slopes = [1.0 if layer in slopeless else a * (1 - a) for a in UNITS[layer - 1]]
        seen[layer] = [b * slope for b, slope in zip(back, slopes, strict=True)]
    return {"dZ31": seen[3][0], "dW111": UNITS[0][0] * seen[2][0]}


ALONG = {
    "slope_left_out": ((2, 3, 4), None),
    "slope_left_out_hidden": ((2, 3), None),
    "slope_left_out_in_layer": ((4,), None),
    "path_left_out_in_layer": ((), (3, 1)),
}


@pytest.mark.parametrize("key", ALONG)
def test_what_is_forgotten_in_some_layers_is_the_same_cause_in_all_that_follows(key: str) -> None:
    right = way_back((), None)
    assert right["dZ31"] == pytest.approx(VALUES["dZ[3,1]"])
    assert right["dW111"] == pytest.approx(VALUES["dW[1,1,1]"])
    for one in judged("exercise", *printed(**way_back(*ALONG[key]))):
        assert (one.verdict, keys(one)) == (CONVENTION, [f"convention.{key}"])


def test_what_comes_from_a_wrong_printed_figure_is_linked_to_it() -> None:
    z5 = 0.3 * 0.7 + 0.9 * Y4
    figures = printed(y3=0.7, z5=z5, y5=sigmoid(z5), C=(sigmoid(z5) - 0.5) ** 2 / 2)
    first, *later = judged("sigmoid-2-2-1", *figures)
    assert (first.verdict, first.sound) == (WRONG, False)
    for one in later:
        assert (one.verdict, keys(one), one.sound) == (BY_HAND, ["how.carried"], True)
        assert dict(one.reasons[0].values)["figure"] == "y3 = 0.70000"


def test_a_wrong_weight_is_carried_into_this_update_and_the_next() -> None:
    z3 = 0.35 * 0.35 + 0.8 * 0.9
    weight, one = judged("sigmoid-2-2-1", *printed(W111=0.35, z3=z3))
    assert (weight.verdict, one.verdict, keys(one)) == (WRONG, BY_HAND, ["how.carried"])

    delta = ERROR * OUTER * 0.3 * INNER
    new = Published(name="W'[1,1,1]", value="0.35")
    later = Published(name="z3", update=2, value=f"{0.35 * 0.35 + (0.8 - delta * 0.9) * 0.9:.5f}")
    weight, one = judged("sigmoid-2-2-1", new, later)
    assert (weight.verdict, one.verdict, keys(one)) == (WRONG, BY_HAND, ["how.carried"])


def test_several_wrong_figures_may_be_needed_together() -> None:
    z5 = 0.3 * 0.71 + 0.9 * 0.52
    *wrong, one = judged("sigmoid-2-2-1", *printed(y3=0.71, y4=0.52, z5=z5))
    assert [each.verdict for each in wrong] == [WRONG, WRONG]
    assert (one.verdict, keys(one)) == (BY_HAND, ["how.carried_several"])
    assert dict(one.reasons[0].values)["figure"] == "y3 = 0.71000, y4 = 0.52000"


def test_where_either_of_two_wrong_figures_gives_it_neither_is_certain() -> None:
    # y3 0.02 too large, y4 a third of that: z5 is the same from either, not from both.
    figures = printed(y3=Y3 + 0.03, y4=Y4 + 0.01, z5=0.3 * (Y3 + 0.03) + 0.9 * Y4)
    *_, one = judged("sigmoid-2-2-1", *figures)
    assert (one.verdict, keys(one), one.certain) == (BY_HAND, ["how.carried"] * 2, False)
    text = " ".join(said(one, page_of(shipped("sigmoid-2-2-1"))))
    assert text.startswith("either follows from the printed y3 = ")
    assert ", or follows from the printed y4 = " in text


def test_hardly_any_number_is_linked_by_chance() -> None:
    draw = random.Random(5)  # noqa: S311 - the same every time
    linked = 0
    for _ in range(40):
        values = {"y3": Y3, "z5": 0.3 * Y3 + 0.9 * Y4, "y5": Y5, "dW211": ERROR * OUTER * Y3}
        names = draw.sample(sorted(values), 2)
        wrong = {name: values[name] * draw.uniform(0.5, 1.5) for name in sorted(names)}
        linked += sum("how.carried" in keys(one) for one in judged("sigmoid-2-2-1", *_three(wrong)))
    assert linked <= 1


def _three(values: dict[str, float]) -> tuple[Published, ...]:
    return tuple(
        figure._replace(value=f"{value:#.3g}")
        for figure, value in zip(printed(**values), values.values(), strict=True)
    )


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    # y5 is 0.690283493, y4 0.663738697 and C 0.018103904.
    [("y5", "0.6902", "0.69028"), ("y4", "0.663", "0.6637"), ("C", "0.01811", "0.018104")],
)
def test_the_right_value_has_one_digit_more(name: str, value: str, shown: str) -> None:
    (one,) = judged("sigmoid-2-2-1", Published(name=name, value=value))
    assert right(one, page_of(shipped("sigmoid-2-2-1"))) == shown


def test_a_value_rounded_by_the_file_is_shown_as_it_is_without_rounding() -> None:
    problem = shipped("linear-2-2-1")
    one = next(each for each in found(problem, problem.published) if each.meant.figure.update == 2)
    # The first update without rounding: w1 = 0.11 + 0.05*0.809*2*0.14, w2 likewise with 3.
    exact = 2 * (0.11 + 0.05 * 0.809 * 0.28) + 3 * (0.21 + 0.05 * 0.809 * 0.42)
    assert (one.meant.figure.name, one.meant.figure.value) == ("A[2,1]", "0.93")
    assert float(right(one, page_of(problem))) == pytest.approx(exact, abs=1e-12)


def test_a_value_that_would_round_into_a_tie_is_shown_with_more_digits() -> None:
    problem = shipped("linear-regression")
    # With six digits it would be 0.49626, and 0.49625 would look wrong instead of cut off.
    network = problem.network
    assert network is not None
    layer = network.layers[0]
    weights = ((0.4962599,),)
    changed = layer._replace(weights=weights, bias=layer.bias._replace(values=(0.0,)))
    network = network._replace(layers=(changed,), samples=((1.0,),))
    (one,) = found(
        problem._replace(network=network, updates=1), (Published(name="A[2,1]", value="0.49625"),)
    )
    assert one.verdict == "truncated"
    assert right(one, page_of(problem)) == "0.4962599"


def test_a_recurrent_layer_has_no_order_of_updates_to_try() -> None:
    """Sequential updates are refused for what is unrolled, and so they are no explanation."""
    (one,) = judged("lstm-step", Published(name="dC[2,2,1]", value="-0.1111"))
    assert one.verdict == WRONG


def test_figures_of_a_large_network_are_judged_without_doing_it_by_hand() -> None:
    first, second = judged(
        "digits-784",
        Published(name="A[3,1]", value="0.1234"),
        Published(name="W'[1,1,1]", value="0.1234", update=2),
    )
    assert (first.verdict, second.verdict) == (WRONG, WRONG)
