"""What was found out slowly is kept in the platform's cache directory, by the identity of the file it came
from; what a process needs again, as a what-if needs the kernel, stays in its memory too."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast
from zlib import crc32

from msgspec import json

FORMAT = 12
"""Goes up when what is kept changes its meaning."""
MOST_REMEMBERED = 2
"""The symbols of a distribution's kernel take tens of megabytes."""
Made = TypeVar("Made")
_remembered: dict[str, Any] = {}


def cache_directory() -> Path:
    """Where this platform keeps what can be made again.  Raises `RuntimeError` if nowhere: root writes
    nothing into the home of who called sudo."""
    if "SUDO_UID" in os.environ:
        raise RuntimeError("nothing is kept under sudo")
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "bootstep"


def cached(path: Path, what: str, find_out: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
    """What `find_out` returns for the file at `path`, or returned before for the same file.  A cache that
    cannot be read or written is done without."""
    try:
        kept = cache_directory() / f"{what}-{_identity(path)}.json"
        found = json.decode(kept.read_bytes())
        if isinstance(found, dict):
            return cast("dict[str, Any]", found)
    except (OSError, ValueError, RuntimeError):
        pass
    found = find_out()
    if found is not None:
        _keep(path, what, found)
    return found


def remembered(path: Path, what: str, make: Callable[[], Made]) -> Made:
    """What `make` returns for the file at `path`, or returned for it not long ago in this process: it must be
    something that nobody changes."""
    try:
        key = f"{what}-{_identity(path)}"
    except OSError:
        return make()
    made = _remembered.pop(key, None)
    _remembered[key] = made = make() if made is None else made
    for old in [*_remembered][:-MOST_REMEMBERED]:
        _remembered.pop(old, None)
    return made


def _identity(path: Path) -> str:
    status = path.stat()
    identity = crc32(str(path.resolve()).encode("utf-8", "surrogateescape"))
    numbers = (identity, status.st_size, status.st_mtime_ns, status.st_ino, FORMAT)
    return "-".join(f"{number:x}" for number in numbers)


def _keep(path: Path, what: str, found: dict[str, Any]) -> None:
    try:
        directory = cache_directory()
        directory.mkdir(parents=True, exist_ok=True)
        kept = directory / f"{what}-{_identity(path)}.json"
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(json.encode(found))
        unfinished.replace(kept)
    except (OSError, RuntimeError):
        return
