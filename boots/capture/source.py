"""The running Linux as a tree of files, and the notes of what it did not tell."""

from __future__ import annotations

import gzip
import os
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

BEGINNING = ("Booting Linux", "Linux version")
"""The first lines of a kernel's log have these."""


class Missing(NamedTuple):
    """Something that could not be read: what, why, and how to get it."""

    what: str
    why: str
    how: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}; {self.how}"


@dataclass
class Source:
    """`root` is where the system's files are, ``/`` for the one that runs."""

    root: Path
    missing: list[Missing] = field(default_factory=lambda: list[Missing]())

    def path(self, name: str) -> Path:
        """Where a file of the system is."""
        return self.root / name.lstrip("/")

    def look(self, name: str) -> bytes | None:
        """The content of a file, None if it cannot be read."""
        try:
            return self.path(name).read_bytes()
        except OSError:
            return None

    def read(self, name: str, what: str, how: str) -> bytes | None:
        """The content of a file; if it cannot be read, that is noted with `how` to get it."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            self.note(what, f"there is no {name}", how)
        except PermissionError:
            self.note(what, f"{name} may only be read by root", "run 'bootstep capture' as root")
        except OSError as error:
            self.note(what, f"{name} cannot be read ({(error.strerror or 'error').lower()})", how)
        return None

    def text(self, name: str) -> str:
        """The content of a text file, "" if it cannot be read."""
        return (self.look(name) or b"").decode("utf-8", "replace")

    def note(self, what: str, why: str, how: str) -> None:
        """Note that something is missing."""
        self.missing.append(Missing(what, why, how))

    def unpacked(self, name: str) -> bytes | None:
        """The content of a gzip file, None if it cannot be read."""
        content = self.look(name)
        try:
            return None if content is None else gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return None

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
        descriptor = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        while True:
            try:
                records.append(os.read(descriptor, 8192).decode("utf-8", "replace").partition(";")[2])
            except BrokenPipeError:
                continue
            except OSError:
                return "".join(records)
    finally:
        os.close(descriptor)
