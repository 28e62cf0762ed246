"""Python for the browser: the files of Pyodide, from a folder of its npm package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "runtime"
FILES = (
    "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json",
)  # fmt: skip
"""What a worker loads; the package has more."""


def runtime_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of Pyodide by their names in the site.

    Raises:
        RefusalError: the folder does not hold them.
    """
    for name in FILES:
        path = folder / name
        try:
            yield f"{FOLDER}/{name}", path.read_bytes()
        except OSError as error:
            where = shown(str(path))
            raise RefusalError("site.no_runtime", path=where, reason=reason_of(error)) from None


def version_of(folder: Path) -> str:
    """The version that the package says it has; empty where it says none."""
    try:
        about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    found = about.get("version", "") if isinstance(about, dict) else ""
    return str(found)
