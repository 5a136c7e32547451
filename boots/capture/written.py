"""Writing what was captured: into a new directory that only its owner may read, never through a link and
never over anything that was there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from ...model.base.errors import InputError

NEW_DIRECTORY, NEW_FILE = 0o700, 0o600


def write_new(target: Path, files: Mapping[str, bytes]) -> None:
    """Make the directory `target` and the files in it, by name; those of a folder begin with its name.  Under
    sudo all of it belongs to who called it.  Raises `InputError`."""
    try:
        target.mkdir(NEW_DIRECTORY)
    except FileExistsError:
        raise InputError(f"{target}: there is something of this name, a new directory is expected") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{target}: {_reason(error)}") from None
    try:
        with ExitStack() as stack:
            made = list(_made(target, files, stack))
            for descriptor in reversed(made):
                _hand_over(descriptor)
    except OSError as error:
        raise InputError(f"{target}: {_reason(error)}") from None


def _made(target: Path, files: Mapping[str, bytes], stack: ExitStack) -> Iterator[int]:
    """Descriptors of the directory, its folders and its files."""
    top = _directory(str(target), None, stack)
    yield top
    folders = {"": top}
    for name, content in files.items():
        folder, _, last = str(PurePosixPath(name)).rpartition("/")
        if folder not in folders:
            os.mkdir(folder, NEW_DIRECTORY, dir_fd=top)
            folders[folder] = _directory(folder, top, stack)
            yield folders[folder]
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(last, flags, NEW_FILE, dir_fd=folders[folder]), "wb") as file:
            file.write(content)
            file.flush()
            _hand_over(file.fileno())


def _directory(name: str, above: int | None, stack: ExitStack) -> int:
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
    stack.callback(os.close, descriptor)
    if os.fstat(descriptor).st_uid != os.geteuid():
        raise PermissionError(1, "somebody else put another directory there")
    return descriptor


def caller() -> tuple[int, int] | None:
    """The user and group who called sudo, None if this is not run by it."""
    try:
        user, group = int(os.environ["SUDO_UID"]), int(os.environ["SUDO_GID"])
    except (KeyError, ValueError):
        return None
    return (user, group) if os.geteuid() == 0 and 0 < user < 1 << 32 and 0 <= group < 1 << 32 else None


def _hand_over(descriptor: int) -> None:
    user = caller()
    if user is not None:
        os.fchown(descriptor, *user)


def _reason(error: OSError | ValueError) -> str:
    words = error.strerror if isinstance(error, OSError) else "no directory can have this name"
    return (words or "it cannot be written").lower()
