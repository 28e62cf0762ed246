"""A picture as PDF or PNG, set by the compiler that the library `typst` brings."""

from __future__ import annotations

import json
from typing import Literal

PIXELS = 144.0
"""Points an inch of a PNG."""


def picture_file(svg: str, width: float, height: float, kind: str) -> bytes:
    """The SVG as `pdf` or `png`.

    Raises:
        ModuleNotFoundError: there is no library for it.
    """
    import typst

    # Typst's strings are escaped as those of JSON, but for signs that need no escape here.
    text = json.dumps(svg, ensure_ascii=False)
    source = (
        f"#set page(width: {width:.1f}pt, height: {height:.1f}pt, margin: 0pt)\n"
        f'#image(bytes({text}), format: "svg", width: 100%)\n'
    )
    form: Literal["pdf", "png"] = "pdf" if kind == "pdf" else "png"
    made = typst.compile(source.encode(), format=form, ppi=PIXELS)
    assert isinstance(made, bytes)
    return made
