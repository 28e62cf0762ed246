"""`why` with the name of a function alone, and `solve --unfused`."""

from __future__ import annotations

import math
from typing import Any

import pytest

from bp_tutor.explain.proofs import provable
from bp_tutor.words import cells, languages
from tests.cli.running import good, run, trace_of


@pytest.mark.parametrize("style", [(), ("--ascii",)])
@pytest.mark.parametrize("language", languages())
def test_every_proof_fits_into_eighty_columns(language: str, style: tuple[str, ...]) -> None:
    for name in provable():
        text = good("why", name, "--lang", language, *style)
        assert max(map(cells, text.splitlines())) <= 80, name
        assert "proof." not in text
        if style and language == "en":
            assert text.isascii(), name


@pytest.mark.parametrize("typed", ["sigmoid'", "sigmoid", "sigmoid′", "σ'", "sigmoid’"])
def test_a_proof_may_be_called_in_several_ways(typed: str) -> None:
    assert good("why", typed) == good("why", "sigmoid'")


def test_the_proof_of_the_sigmoid() -> None:
    lines = [line.split("  ")[0].strip() for line in good("why", "sigmoid").splitlines()]
    assert lines[0] == "The slope of sigmoid, derived"
    text = good("why", "sigmoid'")
    assert "∂a/∂z = ∂/∂z(1/(1 + e^(−z)))" in text
    assert "= e^(−z)/(1 + e^(−z))²" in text
    assert "= a·(1 − a)" in text.splitlines()[-1]


def test_what_has_no_proof_is_refused_with_the_nearest_name() -> None:
    done = run("why", "sigmiod'")
    assert done.code == 2
    assert "did you mean 'sigmoid''?" in done.err
    assert run("why", "sigmoid+nothing").code == 2
    assert run("why", "step+squared_error").code == 2
    assert "SYMBOL" in run("why", "exercise").err
    for hostile in ("\x1b[31m'", "9**9**9'", "__import__('os')", "", "+", "softmax+"):
        done = run("why", hostile)
        assert (done.code, done.out) == (2, "")
        assert "\x1b" not in done.err


@pytest.mark.parametrize("name", ["softmax-cross-entropy", "xor-sigmoid"])
def test_unfused_goes_through_the_outputs_to_the_same_numbers(name: str) -> None:
    fused, apart = (trace_of(name, *more) for more in ((), ("--unfused",)))

    def values(trace: dict[str, Any]) -> dict[str, float]:
        lines = (step["entries"] for step in trace["steps"] if step["quantity"] == "dZ")
        return {entry["id"]: entry["value"] for entries in lines for entry in entries}

    deltas = values(fused)
    assert deltas
    for key, value in values(apart).items():
        assert math.isclose(value, deltas[key], rel_tol=1e-9, abs_tol=1e-12)
    text = good("solve", name, "--unfused")
    assert text != good("solve", name)
    assert "disagree" not in text


def test_unfused_is_refused_where_nothing_is_taken_together() -> None:
    for name in ("exercise", "graph-chain-rule", "forward-4-3-1"):
        done = run("solve", name, "--unfused")
        assert done.code == 2
        assert "--unfused" in done.err


def test_another_name_of_a_function_says_which_it_is() -> None:
    assert good("why", "silu").endswith("SiLU is Swish with beta = 1.\n")
    assert "SiLU" not in good("why", "swish")
    done = run("why", "silo")
    assert (done.code, done.err) == (2, "there is no proof called silo; did you mean 'silu'?\n")


def test_why_of_a_later_update() -> None:
    # 0.8·0.108 + 0.2·(−0.32), by hand.
    text = good("why", "adam-on-gradients", "m_w'#2")
    assert "= 0.8·0.108 + (1 − 0.8)·(−0.32)" in text
    assert good("why", "adam-on-gradients", "m_w'#1") == good("why", "adam-on-gradients", "m_w'")
    assert "2 updates" in run("why", "adam-on-gradients", "m_w'#3").err
    assert run("why", "adam-on-gradients", "m_w'#x").code == 2
