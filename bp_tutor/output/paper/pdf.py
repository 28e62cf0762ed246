"""Typst set to PDF, by the compiler that the library `typst` brings."""

from __future__ import annotations

import re

from bp_tutor.output.paper.fonts import chinese_font, is_chinese
from bp_tutor.output.paper.paper import PaperError

_EMBEDDED = re.compile("[\x00-\u052f\u1d00-\u2e7f]*")
"""Signs that the compiler's own fonts have."""


def pdf_of(source: str) -> bytes:
    """The pages of a Typst source.

    Raises:
        PaperError: there is no font for its Chinese.
    """
    import typst

    plain = _EMBEDDED.fullmatch(source) is not None
    if is_chinese(source) and not chinese_font():
        raise PaperError("paper.no_font", package="fonts-noto-cjk")
    # Fonts of the system are looked through only where they are needed: that takes a while.
    made = typst.compile(source.encode(), format="pdf", ignore_system_fonts=plain)
    assert isinstance(made, bytes)
    return made
