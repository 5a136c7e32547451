"""Whose log it is: what is found out about its kernel beside what it did, and how each of it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

from ..arch.arches import DEFAULT_ARCH, arch_named
from ..arch.spec import Arch
from ..arch.told.sections import Sizes, sizes_of
from ..base.errors import InputError
from ..build.release import DEFAULT_RELEASE, Release, parse_release
from ..language.words import tr
from .grammar.setting import Setting
from .head import log_head
from .kernel_log import KernelLog
from .log_line import LogLine
from .records.record import Record, Understood
from .records.reserved import NodeData
from .records.summary import Banner, MemorySummary
from .records.zones import NodePages, NodeRange, ZonePages, ZoneRange
from .told import NOTHING_TOLD, ToldByHand

Value = TypeVar("Value")
Kind = TypeVar("Kind", bound=Record)
ASSUMED, GIVEN = "assumed", "given by hand"
LARGEST_PAGE = 18
LARGEST_HOLE = 1 / 16
"""What a zone with sections may lack of what it spans before its page structs are counted otherwise."""
TOLERANCE = 0.03
"""Firmware's ranges may have odd ends, and pages are counted without them."""


class Found(NamedTuple, Generic[Value]):
    """A value and how it is known: "assumed", "given by hand", "line 2 says so", "follows from line 9"."""

    value: Value
    how: str

    @property
    def is_assumed(self) -> bool:
        """Whether nothing says it."""
        return self.how.startswith(ASSUMED)


class Identity(Struct, frozen=True):
    """What a log's kernel is.  `page_size` and `sizeof_page` (``struct page``) are bytes; `numa` whether it
    keeps nodes; `section_size_bits` is None where memory is flat."""

    arch: Found[Arch]
    release: Found[Release]
    page_size: Found[int]
    numa: Found[bool]
    section_size_bits: Found[int | None]
    max_physmem_bits: Found[int | None]
    sizeof_page: Found[int]

    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """What each is called, its value, and how it is known."""
        bits = self.section_size_bits.value
        return (
            ("architecture", self.arch.value.name, self.arch.how),
            ("release", str(self.release.value), self.release.how),
            ("page size", f"{self.page_size.value} bytes", self.page_size.how),
            ("NUMA", "yes" if self.numa.value else "no", self.numa.how),
            (
                "section size",
                "none, memory is flat" if bits is None else f"{1 << bits - 20} MiB",
                self.section_size_bits.how,
            ),
            ("struct page", f"{self.sizeof_page.value} bytes", self.sizeof_page.how),
        )

    def assumed(self) -> tuple[str, ...]:
        """A sentence for everything that nothing says."""
        return tuple(
            f"the log does not tell its kernel's {name}: {value}"
            for name, value, how in self.rows()
            if how.startswith(ASSUMED)
        )


def identify(log: KernelLog, understood: Understood, told: ToldByHand = NOTHING_TOLD) -> Identity:
    """What the kernel of a log is; what somebody says of it holds before what is found out.  Raises
    `InputError` if that names an architecture that is not known."""
    records = understood.records
    arch = _arch(log, told)
    release = _release(records, told)
    shift = _page_shift(log, records, told)
    known_shift = shift.value if shift else None
    sizes = sizes_of(arch.value.name, release.value, known_shift)
    if shift is None:
        shift = Found(sizes.page_shift, ASSUMED)
    return Identity(
        arch,
        release,
        Found(1 << shift.value, shift.how),
        _numa(records),
        Found(sizes.section_size_bits, "as that architecture has it"),
        Found(sizes.max_physmem_bits, "as that architecture has it"),
        _sizeof_page(records, sizes, shift.value),
    )


def _said(line: LogLine) -> str:
    return f"line {line.number} says so"


def _follows(line: LogLine) -> str:
    return f"follows from line {line.number}"


def _of(kind: type[Kind], records: Iterable[Record]) -> Iterator[Kind]:
    return (record for record in records if isinstance(record, kind))


def _arch(log: KernelLog, told: ToldByHand) -> Found[Arch]:
    if told.arch is not None:
        arch = arch_named(told.arch)
        if arch is None:
            raise InputError(tr("no architecture is called {arch!r} here", arch=told.arch))
        return Found(arch, GIVEN)
    found = arch_named(log_head(line.text for line in log.lines).arch)
    return Found(found, "its lines say so") if found else Found(DEFAULT_ARCH, ASSUMED)


def _release(records: Sequence[Record], told: ToldByHand) -> Found[Release]:
    if told.release is not None:
        return Found(told.release, GIVEN)
    for banner in _of(Banner, records):
        if release := parse_release(banner.release):
            return Found(release, _said(banner.line))
    return Found(DEFAULT_RELEASE, ASSUMED)


def _page_shift(log: KernelLog, records: Sequence[Record], told: ToldByHand) -> Found[int] | None:
    if told.page_size is not None:
        return Found(told.page_size.bit_length() - 1, GIVEN)
    if by_table := Setting(log.lines).told_page_shift:
        return Found(by_table[0], _follows(by_table[1]))
    nodes = tuple(_of(NodePages, records))
    pages = sum(node.present for node in nodes)
    if not pages:
        return None
    sizes = [sum(node.end - node.start for node in _of(NodeRange, records))]
    sizes += [summary.total for summary in _of(MemorySummary, records)]
    for size in sizes:
        for shift in range(12, LARGEST_PAGE + 1):
            if abs(size / (pages << shift) - 1) < TOLERANCE:
                return Found(shift, _follows(nodes[0].line))
    return None


def _numa(records: Sequence[Record]) -> Found[bool]:
    """A kernel that keeps nodes says where their data lie."""
    for data in _of(NodeData, records):
        return Found(True, _follows(data.line))
    for node in _of(NodeRange, records):
        if node.nid:
            return Found(True, _follows(node.line))
    return Found(False, "no line tells of a node's data")


def _sizeof_page(records: Sequence[Record], sizes: Sizes, shift: int) -> Found[int]:
    """The size of a page struct, by the largest zone: its memmap in pages, for the pages that it spans or
    has.  ``calc_memmap_size`` counts those it has where the zone has large holes."""
    zones: dict[tuple[int | None, str], dict[str, ZonePages]] = {}
    for zone in _of(ZonePages, records):
        for name in ("memmap", "pages"):
            if getattr(zone, name) is not None:
                zones.setdefault((zone.nid, zone.name), {})[name] = zone
    whole = [zone for zone in zones.values() if len(zone) == 2]
    if not whole:
        return Found(sizes.sizeof_page, ASSUMED)
    zone = max(whole, key=lambda zone: zone["memmap"].memmap or 0)
    memmap, present = zone["memmap"].memmap or 0, zone["pages"].pages or 0
    spans = [
        (span.end - span.start) >> shift
        for span in _of(ZoneRange, records)
        if span.name == zone["pages"].name and span.start is not None and span.end is not None
    ]
    step = sizes.long_bits // 8
    for pages in (present, present + memmap, *spans):
        size = (memmap << shift) // pages // step * step if pages else 0
        if size and -(-pages * size >> shift) == memmap:
            return Found(size, _follows(zone["memmap"].line))
    rounded = (memmap << shift) // present // step * step if present else 0
    if not rounded or (memmap << shift) > present * rounded * (1 + LARGEST_HOLE):
        return Found(sizes.sizeof_page, ASSUMED)
    return Found(rounded, f"{_follows(zone['memmap'].line)}, which has holes in it")
