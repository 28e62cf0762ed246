"""Why a file cannot be read or written, in words of every language."""

from __future__ import annotations

import errno

from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import shown
from bp_tutor.reader import Key

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
