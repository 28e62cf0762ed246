"""Asked for by name: the derivative of one value by another."""

from __future__ import annotations

import pytest

from tests.cli.running import good, run, trace_of


def test_solve_writes_the_derivative_of_one_value_by_another() -> None:
    text = good("solve", "sigmoid-2-2-2", "--entry", "∂E_o1/∂out_h1,∂out_h1 / ∂net_h1")
    assert "= ∂E_o1/∂out_o1·∂out_o1/∂net_o1·∂net_o1/∂out_h1" in text
    assert "(out_o1 − target_o1)·out_o1·(1 − out_o1)·w₅" in text
    assert "0.6087·(1 − 0.6087)" in text
    assert "= 0.02931" in text
    assert "= 0.2382" in text
    assert "every line above" in text
    assert "一个量对另一个量的导数" in good(
        "solve", "sigmoid-2-2-2", "--entry", "dA[2,1]/dZ[2,1]", "--lang", "zh"
    )


def test_by_hand_it_is_rounded_like_every_number() -> None:
    entry = ("--entry", "∂out_h1/∂net_h1", "--rounding", "hand:2")
    text = good("solve", "sigmoid-2-2-2", *entry)
    assert "0.61·(1 − 0.61) = 0.24" in text


def test_why_shows_what_it_is_made_from() -> None:
    text = good("why", "sigmoid-2-2-2", "∂out_h1/∂net_h1")
    assert text.startswith("∂out_h1/∂net_h1 = out_h1·(1 − out_h1) = 0.6087·(1 − 0.6087) = 0.2382")
    assert "net_h1 = i₁·w₁ + i₂·w₂ + b₁" in text
    assert "∂E_total/∂i₁" in good("why", "sigmoid-2-2-2", "∂E_total/∂i1")


def test_of_several_samples_each_has_its_own() -> None:
    text = good("solve", "batch-weight-decay", "--entry", "dZ[2,1]/dW[1,1,1]")
    assert [f"@{sample} = " in text for sample in (1, 2, 3, 4)] == [True] * 4
    only = good("solve", "batch-weight-decay", "--entry", "dZ[2,1]@3/dW[1,1,1]")
    assert "x₁@3 = 0.3" in only
    assert "@2" not in only


def test_the_json_says_which_two() -> None:
    (step,) = trace_of("sigmoid-2-2-2", "--entry", "∂out_h1/∂net_h1")["steps"]
    assert step["quantity"] == step["entries"][0]["id"] == "dA[2,1]/dZ[2,1]"
    assert step["entries"][0]["value"] == pytest.approx(0.2381766, abs=1e-7)


@pytest.mark.parametrize(
    ("problem", "name", "said"),
    [
        ("sigmoid-2-2-2", "∂net_h1/∂out_h1", "no such derivative"),
        ("sigmoid-2-2-2", "∂δ_o1/∂w5", "only values have derivatives"),
        ("sigmoid-2-2-2", "∂E_o1/∂target_o1", "not by targets"),
        ("sigmoid-2-2-2", "∂foo/∂w1", '"foo" is no symbol'),
        ("rnn-bptt", "dZ[2,2,1]/dR[2,1,1]", "two things"),
    ],
)
def test_what_does_not_exist_is_refused(problem: str, name: str, said: str) -> None:
    for command in (("why", problem, name), ("solve", problem, "--entry", name)):
        done = run(*command)
        assert done.code == 2
        assert said in done.err
        assert run(*command, "--lang", "zh").err.strip()
