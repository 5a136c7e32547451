"""Reading the files that somebody names: whatever is wrong with one is said in a sentence with its path.

A name may be anything: a directory, a device that never ends, a pipe that nobody writes to, a file larger
than memory.  What is read is bounded, in bytes and in waiting.
"""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable, Generator, Mapping
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from ..base.errors import InputError
from ..base.units import readable_size
from ..language.words import tr

LARGEST = 64 << 20
"""Bytes that are read of a file: more than any log, list of symbols or table of firmware has."""
LARGEST_MACHINE = 1 << 20
"""The same for what people write by hand."""
PATIENCE = 8.0
"""Seconds that a pipe may be silent."""
SILENCE = 4.0
"""Seconds after which a pipe that gave something, and is read piece by piece, is taken to be at its end."""
CHUNK = 1 << 20
KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "this is a directory, a file is expected"),
    (stat.S_ISCHR, "this is a device, a file is expected"),
    (stat.S_ISBLK, "this is a disk, a file is expected"),
    (stat.S_ISSOCK, "this is a socket, a file is expected"),
)
"""Kinds of files that are not read."""

PIPES: dict[tuple[int, int] | None, bytes] = {}
"""What pipes gave, by device and inode: they give it once, and files are looked at before they are read."""

BEGUN: dict[tuple[int, int] | None, bytes] = {}
"""What those gave at their beginning, of which only that was looked at."""

Result = TypeVar("Result")


def path_of(text: str, base: Path | None = None) -> Path:
    """The path that somebody wrote, ``~`` expanded, relative to `base`.  Raises `ValueError` if no file can
    have it."""
    if "\0" in text:
        raise ValueError(tr("a file's name cannot contain a zero byte"))
    path = Path(text)
    try:
        expanded = path.expanduser()
    except RuntimeError:
        raise ValueError(
            tr("there is no user {parts}, whose directory this would be", parts=path.parts[0][1:])
        ) from None
    return base / expanded if base else expanded


def is_file(path: Path) -> bool:
    """Whether there is something at a path that can be read; no path is too odd to ask."""
    try:
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):
        return False


def is_directory(path: Path) -> bool:
    """Whether there is a directory at a path; no path is too odd to ask."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read_bytes(path: Path, most: int = LARGEST) -> bytes:
    """A file's content, of at most `most` bytes.  Raises `InputError` if it cannot be read."""
    return _opened(path, lambda descriptor: content_of(descriptor, path, most))


def map_file(path: Path) -> bytes | mmap:
    """The content of a file that may be hundreds of megabytes, without reading it.  Raises `InputError`."""

    def mapped(descriptor: int) -> bytes | mmap:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            try:
                return mmap(descriptor, 0, access=ACCESS_READ)
            except (OSError, ValueError):  # empty, or of a file system that maps nothing
                pass
        return content_of(descriptor, path, LARGEST)

    return _opened(path, mapped)


def pieces_of(path: Path, most: int) -> Generator[bytes]:
    """A file's content piece by piece, `most` bytes of it; a pipe that falls silent after something came is
    at its end.  Raises `InputError` if it cannot be read."""
    descriptor = _opened(path, os.dup)
    try:
        yield from pieces_from(descriptor, path, most)
    finally:
        os.close(descriptor)


def pieces_from(descriptor: int, name: Path | str, most: int, patience: float = PATIENCE) -> Generator[bytes]:
    """The same of an open file, whose `name` is told if something is wrong; `patience` is how many seconds it
    may take until something comes.  Raises `InputError`."""
    about = os.fstat(descriptor)
    if stat.S_ISFIFO(about.st_mode) and (known := PIPES.get((about.st_dev, about.st_ino))) is not None:
        yield known
        return
    if stat.S_ISFIFO(about.st_mode) and (first := BEGUN.pop((about.st_dev, about.st_ino), b"")):
        yield first
        most, patience = most - len(first), SILENCE
    waits = not stat.S_ISREG(about.st_mode)
    while most > 0:
        if waits and not select.select([descriptor], [], [], patience)[0]:
            if patience != SILENCE:
                raise InputError(
                    tr(
                        "{name}: nothing comes from it, after {patience:.0f} seconds",
                        name=name,
                        patience=patience,
                    )
                )
            return
        try:
            some = os.read(descriptor, min(CHUNK, most))
        except BlockingIOError:
            continue
        except OSError as error:
            raise InputError(f"{name}: {(error.strerror or 'cannot be read').lower()}") from None
        if not some:
            return
        patience = SILENCE
        most -= len(some)
        yield some


def beginning_of(path: Path, size: int) -> bytes:
    """The first bytes of a file, of which all can be read afterwards.  Raises `InputError`."""

    def begun(descriptor: int) -> bytes:
        about = os.fstat(descriptor)
        pipe = about.st_dev, about.st_ino
        if not stat.S_ISFIFO(about.st_mode) or pipe in PIPES:
            return bytes(map_file(path)[:size])
        found = bytearray()
        for piece in pieces_from(descriptor, path, size):
            found += piece
        BEGUN[pipe] = bytes(found)
        return bytes(found)

    return _opened(path, begun)


def read_text(path: Path, most: int = LARGEST) -> str:
    """A text file's content.  Raises `InputError` if it cannot be read."""
    try:
        return read_bytes(path, most).decode()
    except UnicodeDecodeError:
        raise InputError(tr("{path}: this is no text file", path=path)) from None


def read_json(path: Path) -> Mapping[str, Any]:
    """The JSON object in a file.  Raises `InputError` if it cannot be read or has none."""
    content = read_bytes(path)
    try:
        found = _decoded(content)
    except RecursionError:
        raise InputError(tr("{path}: this JSON is nested too deep", path=path)) from None
    except ValueError as error:
        raise InputError(tr("{path}: this is no valid JSON: {error}", path=path, error=error)) from None
    if not isinstance(found, dict):
        raise InputError(tr("{path}: a JSON object is expected", path=path))
    return cast("dict[str, Any]", found)


def _decoded(content: bytes) -> Any:
    """What is written in JSON.  Raises `ValueError` with Python's own words, which name line and column, and
    takes what Python takes besides (a byte order mark, infinity)."""
    try:
        return msgspec.json.decode(content)
    except ValueError:
        import json

        return json.loads(content)


def _opened(path: Path, use: Callable[[int], Result]) -> Result:
    """What `use` makes of the open file.  A pipe is opened without waiting for somebody who writes to it."""
    try:
        mode = path.stat().st_mode
        for is_kind, words in KINDS:
            if is_kind(mode):
                raise InputError(f"{path}: {words}")
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return use(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    except ValueError:
        raise InputError(tr("{path}: no file can have this name", path=path)) from None
    except MemoryError:
        raise InputError(tr("{path}: there is not enough memory to read it", path=path)) from None


def content_of(descriptor: int, path: Path | str, most: int) -> bytes:
    """All that can be read of an open file, whose `path` is named if something is wrong; files of /proc have
    no size before they are read.  Raises `InputError` and `OSError`."""
    about = os.fstat(descriptor)
    pipe = (about.st_dev, about.st_ino) if stat.S_ISFIFO(about.st_mode) else None
    if pipe in PIPES:
        return PIPES[pipe]
    too_large = InputError(
        tr("{path}: this file has more than {most}, it is not read", path=path, most=readable_size(most))
    )
    if about.st_size > most:
        raise too_large
    found = bytearray(BEGUN.pop(pipe, b""))
    while True:
        try:
            some = os.read(descriptor, CHUNK)
        except BlockingIOError:
            if not select.select([descriptor], [], [], PATIENCE)[0]:
                raise InputError(
                    tr(
                        "{path}: nothing comes from it, after {patience:.0f} seconds",
                        path=path,
                        patience=PATIENCE,
                    )
                ) from None
            continue
        if not some:
            if pipe and found:
                PIPES[pipe] = bytes(found)
            return bytes(found)
        found += some
        if len(found) > most:
            raise too_large
