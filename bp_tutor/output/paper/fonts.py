"""Which font of the system can write Chinese."""

from __future__ import annotations

import re

CHINESE = (
    "Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Songti SC", "STSong", "SimSun",
    "FandolSong", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "PingFang SC",
    "Microsoft YaHei", "SimHei", "Heiti SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
    "AR PL SungtiL GB", "AR PL UMing CN", "Droid Sans Fallback", "Noto Serif CJK TC",
    "Noto Sans CJK TC",
)  # fmt: skip
"""Families that hold simplified Chinese, those with serifs first."""
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def is_chinese(text: str) -> bool:
    """Whether any sign is one that a Latin font lacks: Chinese, or its punctuation."""
    return bool(_WIDE.search(text))


def chinese_font() -> str:
    """The first family that this machine has; empty where it has none."""
    import typst

    there = set(typst.Fonts().families())
    return next((family for family in CHINESE if family in there), "")
