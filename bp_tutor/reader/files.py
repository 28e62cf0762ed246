"""Reading a YAML file from disk: what is no readable, plain, UTF-8 file is refused at once."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from bp_tutor.reader.mistake import Mistake, ReadError
from bp_tutor.reader.parse import LARGEST, Document, parse_document

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.reader.nodes import Node


def read_bytes(path: Path, file: str) -> bytes:
    """What stands in a plain file of at most 16 MiB.

    Raises:
        ReadError: it is not there, a folder, no plain file, not readable, or too large.
    """
    key, values = "reader.unreadable", {"reason": ""}
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            key = "reader.folder"
        elif not stat.S_ISREG(status.st_mode):
            key = "reader.not_a_file"
        elif status.st_size > LARGEST:
            key, values = "reader.too_large", {"most": str(LARGEST >> 20)}
        else:
            with path.open("rb") as stream:
                return stream.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        key = "reader.missing"
    except PermissionError:
        key = "reader.forbidden"
    except OSError as error:
        values = {"reason": error.strerror or str(error)}
    except ValueError:
        key = "reader.missing"
    raise ReadError([Mistake(key, values=values, file=file)])


def read_document(path: Path) -> Document:
    """The nodes of a file, with the mistakes that do not keep it from being read.

    Raises:
        ReadError: it cannot be read at all.
    """
    return parse_document(read_bytes(path, str(path)), str(path))


def read_file(path: Path) -> Node:
    """The nodes of a YAML file.

    Raises:
        ReadError: with every mistake of the YAML itself.
    """
    return _sound(read_document(path))


def read_text(text: str, path: str = "") -> Node:
    """The nodes of a YAML text; `path` is what its mistakes name as the file.

    Raises:
        ReadError: with every mistake of the YAML itself.
    """
    return _sound(parse_document(text.encode("utf-8", "surrogatepass"), path))


def _sound(document: Document) -> Node:
    if document.mistakes:
        raise ReadError(document.mistakes)
    return document.root
