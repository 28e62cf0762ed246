"""What Python made of the program's modules, to be kept by the browser for the next start.

Reading a module takes longer than all else of a start. Python keeps its result beside the module
and takes it again where the module's date is the same; an archive has no dates of its own, so all
files get one.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

DATE = 315_532_800
"""1980, in seconds."""


def dated(folder: str) -> None:
    """Give every file below a folder the same date."""
    for path in Path(folder).rglob("*"):
        os.utime(path, (DATE, DATE))


def compiled(folder: str) -> bytes:
    """What was made of the modules below a folder, as a ZIP file to unpack there again."""
    buffer = BytesIO()
    root = Path(folder)
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for path in sorted(root.rglob("__pycache__/*.pyc")):
            archive.write(path, path.relative_to(root).as_posix())
    return buffer.getvalue()
