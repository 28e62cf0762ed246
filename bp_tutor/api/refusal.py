"""What cannot be done, and why: a key of the words, and the values put in."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from bp_tutor.reader import Key, joined
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from bp_tutor.words import Words


class RefusalError(Exception):
    """A command line that cannot be done; says nothing itself until a language is known."""

    def __init__(self, key: str, nearest: str = "", **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.nearest = nearest
        self.values = values

    def text(self, words: Words) -> str:
        """The sentence, with the nearest right name where there is one."""
        values = {
            name: words.text(value) if isinstance(value, Key) else value
            for name, value in self.values.items()
        }
        said = words.text(self.key, **values)
        return with_nearest(said, self.nearest, words)


def with_nearest(said: str, near: str, words: Words) -> str:
    """A sentence, and the name that was probably meant where there is one."""
    return joined(said, words.text("mistake.nearest", nearest=near)) if near else said


_KNOWN = {
    errno.ENOENT: Key("reason.missing"),
    errno.ENOTDIR: Key("reason.not_a_folder"),
    errno.EEXIST: Key("reason.not_a_folder"),
    errno.EISDIR: Key("reason.folder"),
    errno.EACCES: Key("reason.forbidden"),
    errno.EPERM: Key("reason.forbidden"),
    errno.EROFS: Key("reason.read_only"),
    errno.ENOSPC: Key("reason.full"),
    errno.ENXIO: Key("reason.no_reader"),
    errno.EBADF: Key("reason.closed"),
    errno.ELOOP: Key("reason.circle"),
    errno.ENAMETOOLONG: Key("reason.long_name"),
}


def reason_of(error: Exception) -> str:
    """A key of the words; what the system says only where it is something rare."""
    if isinstance(error, OSError):
        return _KNOWN.get(error.errno or 0, error.strerror or str(error))
    if isinstance(error, UnicodeDecodeError):
        return Key("reason.not_utf8")
    return Key("reason.no_name") if isinstance(error, ValueError) else str(error)


def system_refusal(error: OSError) -> RefusalError:
    """What the system refused: to write the output, or whatever file the error names."""
    reason = reason_of(error)
    if error.filename is None:
        return RefusalError("error.output", reason=reason)
    return RefusalError("error.system", name=shown(str(error.filename)), reason=reason)
