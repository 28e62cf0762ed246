"""Python for the browser: the files of Pyodide, which stand in the site or at another address."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "runtime"
FILES = (
    "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json",
)  # fmt: skip
"""What a worker loads; the package has more."""
_ADDRESS = re.compile(
    r"(?:https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|http://(?:127\.0\.0\.1|localhost))(?::[0-9]{1,5})?"
    r"/(?:[A-Za-z0-9._~@+-]+/)*",
    re.ASCII,
)
"""Nothing that would mean something else in a policy; unencrypted from this machine alone."""


class Runtime(Frozen):
    """The files of Pyodide, and where pages find them."""

    address: str
    """The folder: in the site, or a whole address elsewhere."""
    files: dict[str, bytes]
    """By their names in the folder."""

    @property
    def elsewhere(self) -> bool:
        """Whether the files are not the site's own."""
        return "://" in self.address

    @cached_property
    def sums(self) -> dict[str, str]:
        """By which a browser knows each file, in the form that it wants."""
        return {
            name: f"sha256-{b64encode(sha256(content).digest()).decode()}"
            for name, content in self.files.items()
        }

    @property
    def own(self) -> dict[str, bytes]:
        """The files that are the site's own, by their names in it."""
        if self.elsewhere:
            return {}
        return {f"{self.address}{name}": content for name, content in self.files.items()}


def runtime_of(folder: Path, address: str | None = None) -> Runtime:
    """The files of Pyodide in a folder; `address`: where pages load the same files from.

    Without it they go into the site, in a folder that is called otherwise where they are others:
    a page never gets some files of one version and some of another.

    Raises:
        RefusalError: the folder does not hold them, or there can be no such address.
    """
    checked = None if address is None else _checked(address)
    files = {name: _content(folder / name) for name in FILES}
    mark = sha256(b"".join(sha256(content).digest() for content in files.values())).hexdigest()
    return Runtime(checked or f"{FOLDER}/{mark[:12]}/", files)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        where = shown(str(path))
        raise RefusalError("site.no_runtime", path=where, reason=reason_of(error)) from None


def _checked(address: str) -> str:
    """The address of a folder, with the stroke at its end."""
    whole = address if address.endswith("/") else f"{address}/"
    if not _ADDRESS.fullmatch(whole) or "/../" in whole or "/./" in whole:
        raise RefusalError("site.address", address=shown(address))
    return whole
