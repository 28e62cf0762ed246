"""Files of arrays by their names: `.npz` of NumPy, `.json` with lists of numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ENDINGS = (".npz", ".json")


def arrays_of(path: Path) -> Mapping[str, Any]:
    """The arrays of a file, by their names.

    Raises:
        RefusalError: it cannot be read, or holds something else.
    """
    import numpy as np

    if path.suffix.lower() not in ENDINGS:
        raise RefusalError("debug.values_ending", name=shown(path.name))
    try:
        if path.suffix.lower() == ".npz":
            # Nothing in the file is run: objects are refused.
            with np.load(path, allow_pickle=False) as file:
                return {name: file[name] for name in file.files}
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, BadZipFile, RecursionError) as error:
        reason = reason_of(error)
        raise RefusalError("debug.no_values", name=shown(path.name), reason=reason) from None
    if not isinstance(found, dict):
        raise RefusalError("debug.not_a_mapping")
    return found
