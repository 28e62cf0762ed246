"""A picture as PDF or PNG, set by the compiler that the library `typst` brings."""

from __future__ import annotations

import json
import re
from typing import Literal

from bp_tutor.output.paper.fonts import is_chinese
from bp_tutor.output.svg_style import chinese_first

PIXELS = 144.0
"""Points an inch of a PNG."""


_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def picture_file(svg: str, kind: str) -> bytes:
    """The SVG as `pdf` or `png`, a unit as a point.

    Raises:
        ModuleNotFoundError: there is no library for it.
    """
    import typst

    size = _SIZE.search(svg)
    assert size is not None
    svg = chinese_first(svg) if is_chinese(svg) else svg
    # Typst's strings are escaped as those of JSON, but for signs that need no escape here.
    text = json.dumps(svg, ensure_ascii=False)
    source = (
        f"#set page(width: {size[1]}pt, height: {size[2]}pt, margin: 0pt)\n"
        f'#image(bytes({text}), format: "svg", width: 100%)\n'
    )
    form: Literal["pdf", "png"] = "pdf" if kind == "pdf" else "png"
    made = typst.compile(source.encode(), format=form, ppi=PIXELS)
    assert isinstance(made, bytes)
    return made
