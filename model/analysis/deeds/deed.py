"""What a boot did, a deed for each thing that a line of its log tells: what it was, for whom, how much."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from msgspec import Struct

from ...language.words import translatable
from ...logs.log_line import LogLine
from ...logs.records.memblock import MemblockCall
from ...logs.records.record import Record
from ...logs.records.summary import CommandLine, MemorySummary, Panic
from ..from_log.kernel import LoggedKernel


class Subject(Enum):
    """What a deed is about, in words; `is_in_every_boot` says that every boot has such deeds, so that a log
    without any of them only does not tell of them."""

    FIRMWARE = translatable("memory map"), True
    MEMORY = translatable("memblock.memory, line by line"), True
    RESERVED = translatable("memblock.reserved, line by line"), True
    AREAS = translatable("areas set aside"), False
    NODES = translatable("nodes"), True
    ZONES = translatable("zones"), True
    TABLES = translatable("hash tables and per-CPU areas"), True
    SUMMARY = translatable("Memory: line"), True
    FREED = translatable("memory given back at the end"), True
    ENDING = translatable("panic"), False

    @property
    def title(self) -> str:
        """The subject in words."""
        return self.value[0]

    @property
    def is_in_every_boot(self) -> bool:
        """Whether it takes a gap in a log for there to be none."""
        return self.value[1]


class Deed(NamedTuple):
    """One thing that was done or found, `what` in words that do not depend on the kernel's release, on
    addresses or on the place in the log.  `size` is in bytes; `base` is where, if that is told.  `line` is
    the line of the log.  `note` says what else is told of it, such as why it failed; a deed that failed is
    not the same as one that did not."""

    subject: Subject
    what: str
    size: int
    base: int | None
    line: int
    note: str = ""
    failed: bool = False

    @property
    def key(self) -> tuple[Subject, str, bool]:
        """The same for the same thing in another boot, however much it took there."""
        return self.subject, self.what, self.failed


class ToldBoot(Struct, frozen=True):
    """A boot as its log tells it.  `name` is what its log is called, `title` whose it is ("arm64 Linux
    6.1.0"), `kernel` what has to be known of that; `deeds` and `records` are in the order of the `lines`.  A
    log that does not begin where the kernel does, or was cut, `is_excerpt`."""

    name: str
    title: str
    kernel: LoggedKernel
    deeds: tuple[Deed, ...]
    records: tuple[Record, ...]
    lines: tuple[LogLine, ...] = ()
    is_excerpt: bool = False

    @property
    def command_line(self) -> str:
        """The kernel's command line, "" if the log does not tell it."""
        told = [record for record in self.records if isinstance(record, CommandLine)]
        return max((record.text for record in told), key=len, default="")

    @property
    def summary(self) -> MemorySummary | None:
        """The ``Memory:`` line."""
        return next((record for record in self.records if isinstance(record, MemorySummary)), None)

    @property
    def panic(self) -> Panic | None:
        """Its panic, if it ends with one."""
        return next((record for record in self.records if isinstance(record, Panic)), None)

    @property
    def tells_memblock(self) -> bool:
        """Whether it was booted with ``memblock=debug``."""
        return any(isinstance(record, MemblockCall) for record in self.records)

    def tells(self, subject: Subject) -> bool:
        """Whether a thing of this kind that is not in the log did not happen."""
        if self.is_excerpt:
            return False
        return not subject.is_in_every_boot or any(deed.subject is subject for deed in self.deeds)
