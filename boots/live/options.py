"""What a person says of a live kernel: which it is, where its stub listens, what to watch, when to end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

from ...model.build.release import Release

LOOPBACK = "127.0.0.1"
UNTIL = "memblock_free_all"
"""At the return of this function the memory of early boot is handed over to the buddy allocator."""


class Stub(NamedTuple):
    """Where a GDB stub listens: the `path` of a unix socket, or if that is "" a `port` of a `host`."""

    path: str = ""
    host: str = LOOPBACK
    port: int = 0

    def __str__(self) -> str:
        """As people read it."""
        return self.path or f"{self.host}:{self.port}"


class Watched(NamedTuple):
    """Which functions are watched: `only` these if there are any, and else the usual ones of the release;
    besides these the ones in `more`, and none of those in `without`."""

    only: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def chosen(self, usual: Iterable[str]) -> tuple[str, ...]:
        """The functions' names, each once, if these are the `usual` ones."""
        wanted = dict.fromkeys((*(self.only or usual), *self.more))
        return tuple(name for name in wanted if name not in self.without)


class Walked(NamedTuple):
    """Where page tables are walked besides where they are anyway: `always` at every stop, or where the
    functions with these names begin and end."""

    functions: tuple[str, ...] = ()
    always: bool = False

    def at(self, function: str) -> bool:
        """Whether that is where a function of this name begins and ends."""
        return self.always or function in self.functions


class LiveOptions(Struct, frozen=True):
    """A live kernel as it was named; all that can be checked without it has been checked.

    `kernel` is its file (with symbols: a vmlinux, or a kernel with kallsyms inside), or a bare one whose
    symbols are in the file `system_map`; `config` is a file too, "" if there is none, and `image` is what
    QEMU boots. `release` is None if the kernel is to tell. `entry` is the physical address at which it is
    entered, None if that is to be found. `functions` are watched, and page tables walked where `page_tables`
    says. `hardware_only` says that nothing is written into its memory. `time_limit` is in seconds,
    `event_limit` in events of the trace, None without an end; it ends at the latest when the function `until`
    returns; `ended_by` is the key or command by which whoever watches ends it. `command` are the words that
    QEMU was started with, () if it runs elsewhere; `name` is what the boot is called.
    """

    stub: Stub
    kernel: str
    system_map: str = ""
    config: str = ""
    image: str = ""
    release: Release | None = None
    entry: int | None = None
    functions: Watched = Watched()
    page_tables: Walked = Walked()
    hardware_only: bool = False
    time_limit: float | None = None
    event_limit: int | None = None
    until: str = UNTIL
    ended_by: str = "^C"
    command: Sequence[str] = ()
    name: str = "live"
