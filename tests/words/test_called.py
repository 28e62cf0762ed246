"""What a file calls the loss is said wherever the loss is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.words import load_words
from tests.cli.running import good
from tests.notations.test_kinds import OWN

NAMED = OWN.replace("L: J", "L: {symbol: J, en: cost, zh: 代价}")
RULES = (
    "loss_slope", "output_delta", "fused_delta", "error_back", "input_gradient", "gradient_step",
)  # fmt: skip


@pytest.fixture
def own(tmp_path: Path) -> str:
    file = tmp_path / "own.yaml"
    file.write_text(NAMED, "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("language", "word", "usual"), [("en", "cost", "loss"), ("zh", "代价", "损失")]
)
def test_in_rules_and_on_a_page(language: str, word: str, usual: str) -> None:
    words = load_words(language).calling({"L": word})
    for rule in RULES:
        text = words.text(f"rule.{rule}.long")
        assert usual not in text.lower(), text
    page = words.section("page")
    for key in ("page.loss_title", "page.phase_loss", "page.loss_curve"):
        assert word in page[key].lower()
        assert usual not in page[key].lower()
    assert "{count}" in page["page.loss_curve"]
    assert usual in load_words(language).section("page")["page.loss_title"]


def test_a_program_and_a_page_of_a_file(own: str, tmp_path: Path) -> None:
    text = good("solve", own, "--code", "numpy")
    assert "# Outputs and cost with the new values" in text
    assert "loss with" not in text
    page = tmp_path / "page.html"
    good("page", own, "-o", str(page))
    html = page.read_text("utf-8")
    assert "The slope of the cost at this output" in html
    assert "代价对该输出的偏导" in html
    assert '"phase_loss": "Cost"' in html or '"phase_loss":"Cost"' in html
