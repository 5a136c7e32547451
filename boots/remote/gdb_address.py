"""Where a stub listens, as people write it: ``HOST:PORT``, ``:PORT``, ``PORT``, ``[::1]:PORT``."""

from __future__ import annotations

import re

from ...model.language.words import tr
from .target import RemoteError

LOOPBACK = "127.0.0.1"
_WRITTEN = re.compile(r"(?:(?:\[([0-9A-Fa-f:.%\w]+)\]|([\w.-]*)):)?([0-9]{1,5})", re.ASCII)


def gdb_address(text: str) -> tuple[str, int]:
    """Host and port; without a host this machine itself.  gdb's ``tcp:`` may stand before it.  Raises
    `RemoteError`."""
    found = _WRITTEN.fullmatch(text.strip().removeprefix("tcp:"))
    if found is None or not 0 < int(found[3]) < 1 << 16:
        raise RemoteError(
            tr("{text!r} is no address of a stub: expected HOST:PORT, such as 127.0.0.1:1234", text=text)
        )
    return found[1] or found[2] or LOOPBACK, int(found[3])
