"""An archive of the kernel's source, such as Debian's /usr/src/linux-source-6.12.tar.xz, read as it is.

An archive that is packed has no index: to find a file all before it has to be unpacked, which takes half a
minute for a kernel.  So it is gone through once, never kept whole; the files that the known releases have
their functions in are kept, and put into the cache.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast
from zlib import crc32

from ...base.errors import InputError
from ...base.units import readable_size
from ...files.cache import cached
from ...files.input_files import beginning_of, pieces_of
from ...files.packed import PackedError, is_packed, unpacked
from ...files.progress import Progress
from ...language.words import tr
from ..release import Release
from .line_map import all_known
from .makefile import release_of

LARGEST_ARCHIVE = 2 << 30
"""Bytes that are read of an archive; a kernel's has 150 MB."""
MOST_UNPACKED = 8 << 30
"""Bytes that it may unpack to; a kernel's does to 1.5 GB."""
LARGEST_FILE = 2 << 20
MOST_KEPT = 64 << 20
"""Bytes of one file, and of all files, that are kept."""
MOST_FILES = 500_000
"""Files of an archive; a kernel has 85,000."""
MAKEFILE = "Makefile"


class SourceArchive:
    """The files of an archive that are kept."""

    def __init__(self, path: Path, files: dict[str, str]) -> None:
        self.path = path
        self.files = files

    @classmethod
    def at(cls, path: Path) -> SourceArchive:
        """Those of the archive at a path, as they were kept before for the same one, or else now.  Raises
        `InputError` if it is no archive of a kernel's source."""
        what = f"kernel-source-{crc32(' '.join(sorted(wanted_files())).encode()):x}"
        found = cached(path, what, lambda: dict(_kept(path)))
        files = cast("dict[str, str]", found or {})
        if not all(isinstance(text, str) for text in cast("dict[str, Any]", files).values()):
            files = _kept(path)
        return cls(path, files)

    @property
    def name(self) -> str:
        """How it is called."""
        return str(self.path)

    @property
    def release(self) -> Release | None:
        """The release that its Makefile names."""
        return release_of(self.files.get(MAKEFILE, ""))

    def text(self, file: str) -> str | None:
        """The text of a file; None if it is not kept."""
        return self.files.get(file)

    def names(self, folder: str) -> list[str]:
        """The files of a folder that are kept, in order."""
        return sorted(file for file in self.files if file.rpartition("/")[0] == folder)


def wanted_files() -> frozenset[str]:
    """The files that are kept: all that known releases have traced functions in, and the Makefile."""
    return frozenset((MAKEFILE, *(file for known in all_known() for file in known.files)))


def _kept(path: Path) -> dict[str, str]:
    """The wanted files of an archive.  Raises `InputError`."""
    try:
        found = _gone_through(path)
    except PackedError as error:
        raise InputError(tr("--kernel-source {path}: this archive {error}", path=path, error=error)) from None
    except (tarfile.TarError, EOFError, ValueError, OSError, RecursionError, OverflowError):
        raise InputError(
            tr(
                "--kernel-source {path}: this is no tar archive of the kernel's source, or it is damaged",
                path=path,
            )
        ) from None
    if not any(file.startswith("mm/") for file in found):
        raise InputError(
            tr(
                "--kernel-source {path}: this is no archive of the kernel's source, it has no mm directory",
                path=path,
            )
        )
    return found


def _gone_through(path: Path) -> dict[str, str]:
    """Read an archive to its end, and keep what is wanted: named from the archive's root, or from the one
    folder that everything is in, as archives of the kernel have it."""
    wanted, tops = wanted_files(), set[str]()
    whole: dict[str, str] = {}
    inner: dict[str, str] = {}
    tell, kept, tenths = Progress(), 0, 0
    stream = _Stream(path)
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|", bufsize=1 << 20) as archive:
        for number, member in enumerate(archive, 1):
            cast("Any", archive).members = []  # else it remembers all
            if number > MOST_FILES:
                raise InputError(
                    tr(
                        "--kernel-source {path}: this archive has more than {most_files} files",
                        path=path,
                        most_files=MOST_FILES,
                    )
                )
            if stream.tenths() > tenths:
                tenths = stream.tenths()
                tell(f"reading {path.name} once, {tenths}0% of {readable_size(stream.size)}")
            name = member.name.removeprefix("./").lstrip("/")
            top, _, rest = name.partition("/")
            tops.add(top)
            if not member.isreg() or member.size > LARGEST_FILE or not (name in wanted or rest in wanted):
                continue
            kept += member.size
            if kept > MOST_KEPT:
                break
            opened = archive.extractfile(member)
            text = opened.read().decode("utf-8", "replace") if opened else ""
            (whole if name in wanted else inner)[name if name in wanted else rest] = text
    return inner if len(tops) == 1 else whole


class _Stream:
    """What an archive unpacks to, as `tarfile` reads it.  Raises `PackedError`, `InputError`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = max(path.stat().st_size, 1)
        self._read = 0
        self._unpacked = 0
        pieces = self._counted()
        packed = is_packed(beginning_of(path, 8))
        self._pieces: Iterator[bytes] = unpacked(pieces) if packed else pieces
        self._rest = b""

    def _counted(self) -> Iterator[bytes]:
        for piece in pieces_of(self._path, LARGEST_ARCHIVE):
            self._read += len(piece)
            yield piece

    def tenths(self) -> int:
        """How many tenths of the archive have been read."""
        return self._read * 10 // self.size

    def read(self, size: int) -> bytes:
        """The next bytes, as many as asked for, fewer at the end."""
        parts, have = [self._rest], len(self._rest)
        while have < size and (piece := next(self._pieces, b"")):
            parts.append(piece)
            have += len(piece)
            self._unpacked += len(piece)
            if self._unpacked > MOST_UNPACKED:
                raise InputError(
                    tr(
                        "--kernel-source {path}: this archive unpacks to more than {most_unpacked}, "
                        "it is not read",
                        path=self._path,
                        most_unpacked=readable_size(MOST_UNPACKED),
                    )
                )
        whole = b"".join(parts)
        self._rest = whole[size:]
        return whole[:size]
