"""`train`: tables, plot, and what happens where the loss does not fall."""

from __future__ import annotations

import re

import pytest

from bp_tutor.words import cells
from tests.cli.running import ROOT, good, run


def test_the_loss_is_told_at_sensible_points() -> None:
    text = good("train", "sigmoid-2-2-2", "--updates", "1000", "--no-plot")
    table = text[text.index("\nLoss\n") :]
    points = re.findall(r"^ +(\d+)  +[\d.]+$", table, re.M)
    assert points == ["0", "1", "2", "5", "10", "20", "50", "100", "200", "500", "1000"]
    assert re.search(r"^ +0   0\.2774$", table, re.M)
    for heading in ("Weights and biases at the end", "Outputs at the end"):
        assert f"\n{heading}\n" in text


def test_final_weights_stand_in_the_order_of_their_names() -> None:
    text = good("train", "sigmoid-2-2-2", "--updates", "10", "--no-plot")
    table = text[text.index("Weights and biases at the end") : text.index("Outputs")]
    found = re.findall(r"^  ([wb].) ", table, re.M)
    assert found == ["w₁", "w₂", "w₃", "w₄", "b₁", "w₅", "w₆", "w₇", "w₈", "b₂"]
    assert re.search(r"^  parameter +value$", table, re.M)


def test_the_plot_can_be_left_out() -> None:
    drawn = good("train", "xor-sigmoid", "--updates", "200")
    assert "Loss against updates" in drawn
    assert re.search("[⠁-⣿]", drawn)
    plain = good("train", "xor-sigmoid", "--updates", "200", "--no-plot")
    assert drawn.startswith(plain)
    assert "Loss against updates" not in plain


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", ["40", "60", "80", "120"])
@pytest.mark.parametrize("name", ["sigmoid-2-2-2", "exercise", "batch-weight-decay"])
def test_nothing_is_wider_than_asked(name: str, width: str, lang: str) -> None:
    for more in ([], ["--ascii"]):
        text = good("train", name, "--updates", "100", "--width", width, "--lang", lang, *more)
        assert max(map(cells, text.splitlines())) <= int(width)


def test_ascii_has_a_plot_as_well() -> None:
    text = good("train", "exercise", "--updates", "100", "--ascii")
    assert text.isascii()
    assert "***" in text


@pytest.mark.parametrize("updates", ["1", "2", "3"])
def test_few_updates_are_no_trouble(updates: str) -> None:
    assert "Loss" in good("train", "exercise", "--updates", updates)


def test_divergence_is_said(tmp_path: object) -> None:
    source = (ROOT / "problems" / "linear-regression.yaml").read_text(encoding="utf-8")
    path = f"{tmp_path}/t.yaml"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(re.sub(r"learning_rate: .*", "learning_rate: 1000", source))
    for lang, text in (("en", "try a smaller learning rate"), ("zh", "请减小学习率")):
        done = run("train", path, "--updates", "100000", "--lang", lang)
        assert (done.code, done.out) == (2, "")
        assert text in done.err
        assert done.err.count("\n") == 1


def test_large_networks_are_shortened() -> None:
    text = good("train", "digits-784", "--updates", "2", "--no-plot")
    assert "see them all with --all" in text
    assert len(text.splitlines()) < 60
