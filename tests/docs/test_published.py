"""Every printed figure that does not follow is listed where readers look for it."""

from __future__ import annotations

import re

import pytest

from tests.docs.blocks import ROOT
from tests.lectures.test_lectures import NOT_PLAIN, WRONG

PAGE = (ROOT / "docs" / "reference" / "published.md").read_text(encoding="utf-8")
FIGURES = [
    (problem, label.partition("=")[2])
    for problem, verdicts in NOT_PLAIN.items()
    for label in verdicts.get(WRONG, "").split()
]


@pytest.mark.parametrize(("problem", "figure"), FIGURES)
def test_the_page_lists_each_figure(problem: str, figure: str) -> None:
    section = PAGE.partition(f"`{problem}`)")[2].partition("\n## ")[0]
    # 5.92e-07 is printed as 5.92·10⁻⁷, and a minus sign is no hyphen.
    shown = re.sub(r"e-0?7$", "·10⁻⁷", figure).replace("-", "−")
    assert shown in section
