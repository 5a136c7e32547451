"""The doors of a visitor's process: Python's audit events say whatever it is about to open, run or call, and
what is not its business is refused there, whichever command or key asked for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from errno import EACCES
from pathlib import Path
from typing import cast

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
HARMLESS = ("/dev/null", "/dev/urandom", "/etc/localtime")
"""Files that the standard library reads."""
CHANGES = frozenset(
    (
        *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.link", "os.symlink"),
        *("os.truncate", "os.utime", "shutil.rmtree", "shutil.move", "shutil.copyfile", "tempfile.mkstemp"),
    )
)
REFUSED = frozenset(
    (
        *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn"),
        *("socket.connect", "socket.bind", "socket.sendto", "os.kill", "os.killpg"),
    )
)
LISTS = frozenset(("os.listdir", "os.scandir", "os.walk", "glob.glob"))


class Guard:
    """Refuses with `PermissionError`.  `own` is the only directory that is written to; `read` are files and
    directories that may be read besides."""

    def __init__(self, own: Path, read: Iterable[Path]) -> None:
        self.own = os.path.realpath(own)
        self.readable = (self.own, *(os.path.realpath(path) for path in read))

    def __call__(self, event: str, given: tuple[object, ...]) -> None:
        """What `sys.addaudithook` calls."""
        if event == "open":
            self._open(*given[:3])
        elif event in REFUSED:
            _refuse(event)
        elif event in CHANGES:
            for name in map(path_name, given[:2]):
                self._need(name, (self.own,))
        elif event in LISTS:
            self._need(path_name(given[0]), self.readable)

    def _open(self, path: object, mode: object = None, flags: object = 0) -> None:
        is_written = isinstance(flags, int) and bool(flags & WRITES)
        is_written |= isinstance(mode, str) and not {"w", "a", "x", "+"}.isdisjoint(mode)
        name = path_name(path)
        if is_written or name not in HARMLESS:
            self._need(name, (self.own,) if is_written else self.readable)

    def _need(self, name: str, roots: tuple[str, ...]) -> None:
        """Nothing is refused that is no name: a descriptor is open already."""
        real = os.path.realpath(name)
        if name and not any(real == root or real.startswith(root.rstrip("/") + "/") for root in roots):
            _refuse(name)


def path_name(path: object) -> str:
    """A path as audit events have it; "" for what is none."""
    if isinstance(path, os.PathLike):
        path = cast("os.PathLike[str]", path).__fspath__()
    return os.fsdecode(path) if isinstance(path, (str, bytes)) else ""


def _refuse(what: str) -> None:
    raise PermissionError(EACCES, "visitors reach no files of this computer", what)


def interpreter_roots() -> list[Path]:
    """Where Python and its packages are, which imports read."""
    paths = {Path(path) for path in (sys.prefix, sys.base_prefix, *sys.path) if path}
    return sorted(path for path in paths if path.is_absolute())


def close_doors(own: Path, read: Iterable[Path], add: Callable[[Guard], None] = sys.addaudithook) -> None:
    """From here on and for ever, in this process."""
    add(Guard(own, [*interpreter_roots(), *read]))
