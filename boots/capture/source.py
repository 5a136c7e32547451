"""The running Linux as a tree of files, and the notes of what it did not tell."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field

from .rooted import LARGEST, Rooted

BEGINNING = ("Booting Linux", "Linux version")
"""The first lines of a kernel's log have these."""
LARGEST_UNPACKED = 8 << 20
"""Bytes that a compressed file may have when it is unpacked: a configuration has 300,000."""
GZIP = 16 + zlib.MAX_WBITS


class Missing(NamedTuple):
    """Something that could not be read: what, why, and how to get it."""

    what: str
    why: str
    how: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}; {self.how}"


class Source(Struct):
    """`root` is where the system's files are, ``/`` for the one that runs.  `missing` is what it did not
    tell, `seen` the files that were read, `left` what was left out on purpose, `derived` what is not told but
    follows from something else."""

    root: Path
    missing: list[Missing] = field(default_factory=lambda: list[Missing]())
    seen: dict[str, None] = field(default_factory=dict[str, None])
    left: list[str] = field(default_factory=list[str])
    derived: list[str] = field(default_factory=list[str])

    @property
    def files(self) -> Rooted:
        """The system's files."""
        return Rooted(self.root)

    def path(self, name: str) -> Path:
        """What a file of the system is called from here."""
        return self.root / name.lstrip("/")

    def look(self, name: str, most: int = LARGEST) -> bytes | None:
        """The content of a file, None if it cannot be read."""
        try:
            return self._content(name, most)
        except OSError:
            return None

    def read(self, name: str, what: str, how: str, most: int = LARGEST) -> bytes | None:
        """The content of a file; if it cannot be read, that is noted with `how` to get it."""
        try:
            return self._content(name, most)
        except FileNotFoundError:
            self.note(what, f"there is no {name}", how)
        except PermissionError:
            self.note(what, f"{name} may only be read by root", "run 'bootstep capture' as root")
        except OSError as error:
            self.note(what, f"{name} cannot be read ({(error.strerror or 'error').lower()})", how)
        return None

    def _content(self, name: str, most: int) -> bytes:
        content = self.files.read(name, most)
        self.seen[name] = None
        return content

    def head(self, name: str, most: int) -> bytes:
        """The first bytes of a file, none if it cannot be read."""
        try:
            content = self.files.head(name, most)
        except OSError:
            return b""
        self.seen[f"{name} (its first {most} bytes)"] = None
        return content

    def names(self, name: str) -> list[tuple[str, bool]]:
        """What lies in a directory, and whether it is one too; nothing if it cannot be read."""
        try:
            return self.files.names(name)
        except OSError:
            return []

    def text(self, name: str) -> str:
        """The content of a text file, "" if it cannot be read."""
        return (self.look(name) or b"").decode("utf-8", "replace")

    def note(self, what: str, why: str, how: str) -> None:
        """Note that something is missing."""
        self.missing.append(Missing(what, why, how))

    def unpacked(self, name: str) -> bytes | None:
        """The content of a gzip file, None if it cannot be read or is larger than anything it should be."""
        content = self.look(name)
        if content is None:
            return None
        unpacker = zlib.decompressobj(GZIP)
        try:
            found = unpacker.decompress(content, LARGEST_UNPACKED)
        except zlib.error:
            return None
        return found if unpacker.eof else None

    def kernel_log(self) -> str:
        """The kernel's log as far as it is still there; it is only searched, never kept."""
        kept = self.text("/var/log/dmesg")
        if self.root == Path("/"):
            running = _kmsg()
            return running if any(word in running for word in BEGINNING) else kept or running
        return kept


def _kmsg() -> str:
    """Every record of the running kernel's log."""
    records: list[str] = []
    try:
        descriptor = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    left = LARGEST
    try:
        while left > 0:
            try:
                record = os.read(descriptor, 8192)
            except BrokenPipeError:
                continue
            except OSError:
                break
            left -= len(record)
            records.append(record.decode("utf-8", "replace").partition(";")[2])
        return "".join(records)
    finally:
        os.close(descriptor)
