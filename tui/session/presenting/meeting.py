"""Where presenters and those who follow meet: sockets in a directory that nobody else may enter.

Both sides hold the directory (mode 0700), the socket (0600) and the process at the other end against their
own user.  Names are looked up in the directory as it was checked, not by its path once more.
"""

from __future__ import annotations

import os
import re
import socket
import stat
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ....model.base.errors import InputError
from ....model.language.words import tr

NAME = re.compile(r"present-\d{1,10}(?:-\d{1,4})?\.sock")
OTHERS = 0o077
"""The rights of everybody else."""
OPENED = Path("/proc/self/fd")
"""Where Linux has a process's open directories as paths, which are short however long the real ones are."""
PATIENCE = 2.0
"""Seconds that a presenter has to answer."""


class Meeting(NamedTuple):
    """A socket that may have a presenter behind it; when it was made, in nanoseconds."""

    directory: Path
    name: str
    made: int


def directories(environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Where to meet, the first choice first: the user's runtime directory, and where the state is kept."""
    found: list[Path] = []
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and Path(runtime).is_dir():
        found.append(Path(runtime) / "bootstep")
    from ...settings.session_store import state_directory

    return [*found, state_directory().parent / "presenting"]


def opened(directory: Path) -> int:
    """A descriptor of a directory that is one's own alone.  Raises `InputError`."""
    try:
        found = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise InputError(f"{directory}: {_reason(error)}") from None
    about = os.fstat(found)
    if about.st_uid != os.geteuid() or about.st_mode & OTHERS:
        os.close(found)
        raise InputError(
            tr("{directory}: expected a directory of your own, with mode 0700", directory=directory)
        )
    return found


def made(directory: Path) -> int:
    """The same of one that is made if it is not there."""
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            directory.mkdir(mode=0o700)
    except OSError as error:
        raise InputError(f"{directory}: {_reason(error)}") from None
    return opened(directory)


def address(directory: Path, descriptor: int, name: str) -> str:
    """What a socket in an open directory is called for `bind` and `connect`."""
    return str(OPENED / str(descriptor) / name) if OPENED.is_dir() else str(directory / name)


def meetings(environment: Mapping[str, str] = os.environ) -> list[Meeting]:
    """The sockets there are, the oldest first.  Raises `InputError` if a directory is not one's own alone."""
    found = [each for path in directories(environment) if path.is_dir() for each in _in(path)]
    return sorted(found, key=lambda each: (each.made, len(each.name), each.name))


def names(descriptor: int) -> list[str]:
    """The names of sockets in an open directory."""
    return [name for name in os.listdir(descriptor) if NAME.fullmatch(name)]


def _in(directory: Path) -> Iterator[Meeting]:
    descriptor = opened(directory)
    try:
        for name in names(descriptor):
            with suppress(OSError):
                about = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                is_own = about.st_uid == os.geteuid() and not about.st_mode & OTHERS
                if stat.S_ISSOCK(about.st_mode) and is_own:
                    yield Meeting(directory, name, about.st_mtime_ns)
    finally:
        os.close(descriptor)


def connected(meeting: Meeting) -> socket.socket | None:
    """A connection to who presents there; None: nobody does any more, or it is somebody else."""
    descriptor = opened(meeting.directory)
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(PATIENCE)
    try:
        client.connect(address(meeting.directory, descriptor, meeting.name))
    except OSError:
        client.close()
        return None
    finally:
        os.close(descriptor)
    if is_own(client):
        return client
    client.close()
    return None


def is_own(peer: socket.socket) -> bool:
    """Whether the process at the other end is this user's, as far as the system can tell."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    size = struct.calcsize("3i")
    try:
        _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    except OSError:
        return False
    return user == os.geteuid()


def _reason(error: OSError) -> str:
    reason = error.strerror or tr("it cannot be used")
    return reason[:1].lower() + reason[1:]
