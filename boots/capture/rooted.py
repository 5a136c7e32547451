"""Files below a root directory, read without ever leaving it.

``bootstep capture`` runs as root on machines where others may write: in a home that a link of /lib/modules
leads to, or in a copied system given with ``--root``.  Links are therefore followed as the kernel's
``RESOLVE_IN_ROOT`` does, by hand: whatever they say, they lead somewhere below the root.  Only regular files
are opened; a device may do something when it is.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable
from errno import EISDIR, ELOOP, ENOENT, ENOTDIR
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.files.input_files import content_of

MOST_LINKS = 40
LARGEST = 64 << 20
"""Bytes read of one file: kallsyms has about 16 million."""

Result = TypeVar("Result")


class NotRegular(OSError):
    """This is no regular file, so it is not read."""


class Rooted(Struct, frozen=True):
    """The files below `root`; names begin with ``/`` and mean it."""

    root: Path

    def read(self, name: str, most: int = LARGEST) -> bytes:
        """The content of a regular file.  Raises `OSError`, also for one that is larger than `most`."""

        def content(descriptor: int, place: str) -> bytes:
            try:
                return content_of(descriptor, name, most)
            except InputError as error:
                raise NotRegular(EISDIR, str(error).partition(": ")[2]) from None

        return self._at(name, content)

    def head(self, name: str, most: int) -> bytes:
        """The first `most` bytes of a regular file, however large it is.  Raises `OSError`."""
        return self._at(name, lambda descriptor, _: os.read(descriptor, most))

    def where(self, name: str) -> Path:
        """The path of a regular file, without links.  Raises `OSError`."""
        return self._at(name, lambda _, place: self.root / place)

    def names(self, name: str) -> list[tuple[str, bool]]:
        """What lies in a directory, by name, and whether it is one too; links and devices do not count.
        Raises `OSError`."""
        handle, _ = self._resolve(name)
        try:
            listing = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=handle)
            with os.scandir(listing) as entries:
                found = [
                    (entry.name, entry.is_dir(follow_symlinks=False))
                    for entry in entries
                    if entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)
                ]
            os.close(listing)
        finally:
            os.close(handle)
        return sorted(found)

    def is_directory(self, name: str) -> bool:
        """Whether there is a directory of this name."""
        try:
            handle, _ = self._resolve(name)
        except OSError:
            return False
        try:
            return stat.S_ISDIR(os.fstat(handle).st_mode)
        finally:
            os.close(handle)

    def _at(self, name: str, use: Callable[[int, str], Result]) -> Result:
        """What `use` makes of a regular file, opened, and of its path below the root."""
        handle, place = self._resolve(name)
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise NotRegular(EISDIR, "this is no regular file")
            above, _ = self._resolve("/" + str(Path(place).parent))
            try:
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                descriptor = os.open(Path(place).name, flags, dir_fd=above)
            finally:
                os.close(above)
            try:
                opened = os.fstat(descriptor)
                if (opened.st_dev, opened.st_ino) != (found.st_dev, found.st_ino):
                    raise NotRegular(ENOENT, "it changes while it is read")
                return use(descriptor, place)
            finally:
                os.close(descriptor)
        finally:
            os.close(handle)

    def _resolve(self, name: str) -> tuple[int, str]:
        """A handle (``O_PATH``) of what has this name, and its path below the root, without links."""
        stack = [os.open(self.root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)]
        path: list[str] = []
        parts, links = deque(name.split("/")), 0
        try:
            while parts:
                part = parts.popleft()
                if part in ("", "."):
                    continue
                if part == "..":
                    if path:
                        path.pop()
                        os.close(stack.pop())
                    continue
                handle = os.open(part, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=stack[-1])
                mode = os.fstat(handle).st_mode
                if not stat.S_ISLNK(mode):
                    if parts and not stat.S_ISDIR(mode):
                        os.close(handle)
                        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR))
                    stack.append(handle)
                    path.append(part)
                    continue
                os.close(handle)
                target = os.readlink(part, dir_fd=stack[-1])
                links += 1
                if links > MOST_LINKS:
                    raise OSError(ELOOP, os.strerror(ELOOP))
                if target.startswith("/"):
                    while path:
                        path.pop()
                        os.close(stack.pop())
                parts.extendleft(reversed(target.split("/")))
            return stack.pop(), "/".join(path)
        finally:
            for handle in stack:
                os.close(handle)
