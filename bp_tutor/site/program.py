"""The installed program as one archive that a browser can unpack: what the engine needs."""

from __future__ import annotations

from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import bp_tutor
from bp_tutor.problem.find import SHIPPED, shipped_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

NEEDED = ("PyYAML",)
"""Libraries without which no exercise can be read; the rest of the program loads others later."""
KEPT = {".py", ".yaml", ".js", ".css", ".html", ".txt", ".json"}
LEFT_OUT = ("cli", "site")
"""Rooms that a page has no use for."""
OLDEST = (1980, 1, 1, 0, 0, 0)
"""The date of every file in it, so that the same program gives the same archive."""


def program_archive() -> bytes:
    """A ZIP file with the program and the libraries that it cannot do without."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in sorted(_files()):
            about = ZipInfo(name, OLDEST)
            about.compress_type = ZIP_DEFLATED
            archive.writestr(about, path.read_bytes())
    return buffer.getvalue()


def _files() -> Iterator[tuple[str, Path]]:
    """Every file by its name in the archive."""
    root = Path(bp_tutor.__file__).parent
    for path in root.rglob("*"):
        inside = path.relative_to(root)
        wanted = path.suffix in KEPT and "__pycache__" not in inside.parts
        if wanted and inside.parts[0] not in LEFT_OUT:
            yield f"bp_tutor/{inside.as_posix()}", path
    # In a checkout they lie beside the program; a quiz asks about a mistake in another exercise.
    for path in shipped_folder().glob("*.yaml"):
        if not path.is_relative_to(root):
            yield f"bp_tutor/{SHIPPED}/{path.name}", path
    for library in NEEDED:
        for file in distribution(library).files or ():
            if file.suffix == ".py" and not file.parts[0].endswith((".dist-info", "..")):
                yield file.as_posix(), Path(str(file.locate()))
