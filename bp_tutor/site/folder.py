"""Writing a site into a folder: over an earlier site, and over nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.reader.text import shown
from bp_tutor.site.building import MARK, PICTURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


def write_folder(
    folder: Path,
    files: Iterable[tuple[str, bytes]],
    *,
    force: bool,
    done: Callable[[int], None],
) -> int:
    """Write the files; how many they are.

    `force`: into a folder that holds other things as well. `done` is told how many exercises are
    written. Files of an earlier site that this one does not have go.

    Raises:
        RefusalError: the folder holds something else, or cannot be written.
    """
    earlier = _earlier(folder)
    if earlier is None and not force:
        raise RefusalError("site.other", path=shown(str(folder)), option="--force")
    written = 0
    pages = 0
    try:
        for name, content in files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written += 1
            if name.startswith(PICTURES):
                pages += 1
                done(pages)
        for name in set(earlier or ()) - set(_earlier(folder) or ()):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        where = shown(str(folder))
        raise RefusalError("error.not_written", path=where, reason=reason_of(error)) from None
    return written


def _earlier(folder: Path) -> list[str] | None:
    """The files of the site that stands there; none where the folder is empty or missing.

    None where it holds something else.
    """
    try:
        if not folder.exists() or not any(folder.iterdir()):
            return []
        about = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    files = about.get("files") if isinstance(about, dict) else None
    if not isinstance(files, list):
        return None
    # Whoever wrote the list: nothing outside of the folder is one of its files.
    return [
        name for name in files
        if isinstance(name, str) and not name.startswith("/") and ".." not in name.split("/")
    ]  # fmt: skip
