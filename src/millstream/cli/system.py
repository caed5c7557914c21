"""What the operating system refuses, in words and with a mend."""

from __future__ import annotations

import errno
import os

from millstream.errors import EngineError

_OWNER = "run as the user it belongs to, or set MILLSTREAM_STATE to a folder of your own"
_ROOM = "make room there, or set MILLSTREAM_STATE to a folder on another disk"
_MENDS = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "raise the limit on file sizes (`ulimit -f`)",
    errno.EACCES: _OWNER,
    errno.EPERM: _OWNER,
    errno.EROFS: "set MILLSTREAM_STATE to a folder that can be written",
    errno.ENOTDIR: "a file stands where a folder must be: move it away, or set MILLSTREAM_STATE to another folder",
    errno.EEXIST: "a file stands where a folder must be: move it away, or set MILLSTREAM_STATE to another folder",
    errno.ENAMETOOLONG: "set MILLSTREAM_STATE to a folder with a shorter path",
    errno.EMFILE: "raise the limit on open files (`ulimit -n 4096`)",
    errno.ENOMEM: "end other programs",
}


def explain(exc: OSError) -> EngineError:
    """Make the error a person sees.

    Raises:
        OSError: this one is no refusal of the system but a mistake of the program.
    """
    if exc.errno not in _MENDS:
        raise exc
    place = f": {exc.filename}" if exc.filename else ""
    return EngineError(f"{os.strerror(exc.errno)}{place}", mend=_MENDS[exc.errno])
