"""Where progress is kept."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "BP_TUTOR_HOME"
"""Names another folder."""
FILE = "progress.sqlite3"


def data_folder() -> Path:
    """The folder for what bp-tutor keeps: the user's own data folder, or the one named."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("bp-tutor", appauthor=False)


def store_path() -> Path:
    """The file in which progress is kept."""
    return data_folder() / FILE
