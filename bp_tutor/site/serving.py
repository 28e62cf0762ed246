"""The site on this machine: for its own browser, and for nobody else."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

LOOPBACK = "127.0.0.1"
KINDS = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".woff2": "font/woff2",
}


class Files(SimpleHTTPRequestHandler):
    """Files of a folder, with the kinds that browsers insist on."""

    def guess_type(self, path: str | PathLike[str]) -> str:
        """The kind of a file; what the system says of scripts may be wrong."""
        return KINDS.get(PurePath(path).suffix) or super().guess_type(path)

    def end_headers(self) -> None:
        """Every answer is asked for again, so that nobody looks at an old site."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is told of single requests."""


def server_of(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the folder.

    Raises:
        OSError: something else is served there.
    """
    return ThreadingHTTPServer((LOOPBACK, port), partial(Files, directory=str(folder)))
