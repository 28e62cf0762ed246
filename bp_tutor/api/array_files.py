"""Files of arrays by their names: `.npz` of NumPy, `.json` with lists of numbers."""

from __future__ import annotations

import json
import zlib
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
    name = shown(path.name)
    try:
        if path.suffix.lower() == ".json":
            found = json.loads(path.read_text(encoding="utf-8"))
        else:
            # Nothing in the file is run: objects are refused.
            opened = np.load(path, allow_pickle=False)
            found = opened if isinstance(opened, np.ndarray) else dict(opened)
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        raise RefusalError("debug.no_json", name=name, line=line, column=column) from None
    except OSError as error:
        raise RefusalError("debug.no_values", name=name, reason=reason_of(error)) from None
    except (ValueError, EOFError, BadZipFile, RecursionError, zlib.error):
        raise RefusalError("debug.not_arrays", name=name) from None
    if not isinstance(found, dict):
        raise RefusalError("debug.not_a_mapping", name=name)
    return found
