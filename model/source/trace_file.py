"""A boot that somebody recorded, in a file: everything of it is there, and nothing else is needed.

The file is one of `model/trace/encoding`: the trace, and what is known beside it.  Who reads one needs no
kernel, no device tree and no sources; the boot cannot be varied, and its functions' text is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..arch.arches import KNOWN
from ..base.errors import InputError
from ..build.address_map import AddressMap
from ..build.kconfig import KConfig
from ..build.release import Release
from ..build.structures import Member, StructType
from ..firmware.devicetree.tree import MAX_TOTALSIZE, DeviceTree
from ..language.words import tr, translatable
from ..memory.memory_model import MODELS, MemoryModel
from ..memory.sound import contents_of
from ..memory.state import State
from ..trace.encoding.container import TraceFileError, seal, unseal
from ..trace.encoding.read import decode
from ..trace.encoding.shapes import Shapes, pack, plain, unpack
from ..trace.encoding.write import encode
from ..trace.events import Kind, Trace
from .capabilities import Capabilities
from .facts import Facts, KernelPart, Limits, ToldRange
from .kept_locals import KeepsLocals, KeptLocals, LocalsRow
from .trace_source import Cancelled, FrameLocals, Outcome, TraceSource, never

KIND = translatable("a recorded boot")
FACTS, TRACE = "facts", "trace"
"""The sections that every file has."""
TYPES = "types"
"""A section that files have since the types of structures are kept."""
LOCALS = "locals"
"""A section that files have whose local variables were recorded."""


class RecordedFacts(Struct, frozen=True):
    """What a file says beside the trace: the fields of `Facts` as plain data, what was known when all was
    recorded, and the program that wrote it.  The device tree comes without the zeros at its end, up to
    `device_tree_size` bytes; `trees` are the trees of page tables that the state has."""

    written_by: str
    name: str
    kind: str
    arch: str
    release: Release
    address_map: AddressMap | None
    sizeof_page: int
    can: Capabilities
    memory_model: MemoryModel | None
    symbols: Mapping[str, int]
    load_address: int | None
    device_tree: bytes
    device_tree_size: int
    config: Mapping[str, str]
    parts: tuple[KernelPart, ...]
    sizes_from: str
    description: tuple[str, ...]
    assumed: tuple[str, ...]
    collisions: tuple[str, ...]
    cannot_start: bool
    told: tuple[ToldRange, ...]
    limits: Limits
    trees: tuple[str, ...]
    outcome: Outcome


class RecordedBoot:
    """A `TraceSource`: a boot that was recorded; the whole trace is there from the beginning."""

    def __init__(self, facts: Facts, trace: Trace, outcome: Outcome, kept: KeptLocals | None = None) -> None:
        self.facts = facts
        self.trace = trace
        self._outcome = outcome
        self._kept = kept

    @classmethod
    def read(cls, data: bytes, filename: str) -> RecordedBoot:
        """What a file holds.  Raises `InputError` if it holds no recorded boot, or not all of one."""
        try:
            return cls._read(data, filename)
        except TraceFileError as error:
            raise InputError(
                tr("{filename}: this recorded boot {error}", filename=filename, error=error)
            ) from None

    @classmethod
    def _read(cls, data: bytes, filename: str) -> RecordedBoot:
        sections = unseal(data)
        if not {FACTS, TRACE} <= sections.keys():
            raise TraceFileError(tr("is damaged: it has no trace in it"))
        told: RecordedFacts = SHAPES.build(unpack(sections[FACTS]), RecordedFacts)
        if told.arch not in KNOWN:
            raise TraceFileError(tr("is of an architecture that is not known here: {arch!r}", arch=told.arch))
        state = State(_trees(told))
        trace = decode(sections[TRACE], state, contents_of(state.parts))
        _check_unreadable(told.outcome, trace)
        types: tuple[StructType, ...] = ()
        if TYPES in sections:
            types = SHAPES.build(unpack(sections[TYPES]), tuple[StructType, ...])
        kept = _kept_locals(sections[LOCALS], trace) if LOCALS in sections else None
        facts = _facts(told, filename)
        facts = replace(facts, types=types, can=facts.can._replace(locals=kept is not None))
        return cls(facts, trace, told.outcome, kept)

    def run(self, cancelled: Cancelled = never) -> None:
        """There is nothing left to record."""

    def outcome(self) -> Outcome:
        """What was known when it was recorded."""
        return self._outcome

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        """The local variables of the functions open at a position; () if they were not recorded."""
        return self._kept.at(self.trace, position) if self._kept is not None else ()

    def kept_locals(self) -> KeptLocals | None:
        """All that were recorded."""
        return self._kept


def recorded(source: TraceSource, written_by: str) -> bytes:
    """The file of a boot that has run to its end; `written_by` names the program and its version."""
    facts = source.facts
    blob = facts.device_tree.raw if facts.device_tree is not None else b""
    told = RecordedFacts(
        written_by=written_by,
        name=facts.name,
        kind=facts.kind,
        arch=facts.arch.name,
        release=facts.release,
        address_map=facts.address_map,
        sizeof_page=facts.sizeof_page,
        can=facts.can,
        memory_model=facts.memory_model,
        symbols=facts.symbols,
        load_address=facts.load_address,
        device_tree=blob.rstrip(b"\0"),
        device_tree_size=len(blob),
        config=facts.config.options,
        parts=facts.parts,
        sizes_from=facts.sizes_from,
        description=facts.description,
        assumed=facts.assumed,
        collisions=facts.collisions,
        cannot_start=facts.cannot_start,
        told=facts.told,
        limits=facts.limits,
        trees=tuple(tree.target for tree in facts.arch.pgdirs if tree.target in source.trace.targets),
        outcome=source.outcome(),
    )
    sections = {FACTS: pack(plain(told)), TRACE: encode(source.trace)}
    if facts.types:
        sections[TYPES] = pack(plain(facts.types))
    kept = source.kept_locals() if isinstance(source, KeepsLocals) else None
    if kept is not None:
        sections[LOCALS] = pack(plain(kept.rows))
    return seal(sections)


def _facts(told: RecordedFacts, filename: str) -> Facts:
    words = f"in {filename}, of {told.kind}, by {told.written_by}"
    return Facts(
        name=told.name,
        address_map=told.address_map,
        sizeof_page=told.sizeof_page,
        release=told.release,
        arch=KNOWN[told.arch],
        kind=KIND,
        can=told.can._replace(source=False, what_if=False, grows=False),
        memory_model=told.memory_model,
        symbols=told.symbols,
        load_address=told.load_address,
        device_tree=_device_tree(told),
        config=KConfig(told.config),
        parts=told.parts,
        sizes_from=told.sizes_from,
        description=(*told.description, f"{'recorded':13} {words}"),
        assumed=told.assumed,
        collisions=told.collisions,
        cannot_start=told.cannot_start,
        told=told.told,
        limits=told.limits,
    )


def _kept_locals(section: bytes, trace: Trace) -> KeptLocals:
    rows: tuple[LocalsRow, ...] = SHAPES.build(unpack(section), tuple[LocalsRow, ...])
    before = 0
    for row in rows:
        is_call = 0 <= row.enter < len(trace) and trace.kind(row.enter) == Kind.ENTER
        if not is_call or not before <= row.position <= len(trace):
            raise TraceFileError(tr("is damaged: it has local variables of a call that there is not"))
        before = row.position
    return KeptLocals(rows)


def _trees(told: RecordedFacts) -> tuple[str, ...]:
    known = [tree.target for tree in KNOWN[told.arch].pgdirs]
    if not set(told.trees) <= set(known) or len(told.trees) > len(known):
        raise TraceFileError(tr("is damaged: it has page tables that its architecture has not"))
    return told.trees


def _device_tree(told: RecordedFacts) -> DeviceTree | None:
    if not told.device_tree_size:
        return None
    if not len(told.device_tree) <= told.device_tree_size <= MAX_TOTALSIZE:
        raise TraceFileError(
            tr(
                "is damaged: its device tree has {size} bytes",
                size=told.device_tree_size,
            )
        )
    try:
        return DeviceTree(told.device_tree.ljust(told.device_tree_size, b"\0"))
    except InputError:
        raise TraceFileError(tr("is damaged: its device tree cannot be read")) from None


def _check_unreadable(outcome: Outcome, trace: Trace) -> None:
    numbers = outcome.unreadable
    if numbers and not 0 <= min(numbers) <= max(numbers) < len(trace.logs):
        raise TraceFileError(tr("is damaged: it tells of lines that its log does not have"))


# ---- what the numbers are like ----


def _is_address_map(found: AddressMap) -> bool:
    areas = (found.direct_map, found.vmalloc, found.vmemmap, found.modules, found.image, found.fixmap)
    return (
        12 <= found.page_shift <= 16
        and found.page_shift < found.va_bits <= 64
        and 1 <= found.levels <= 5
        and found.page_shift <= found.section_size_bits <= found.max_physmem_bits <= 64
        and 0 < found.nr_page_orders <= 64
        and 0 <= found.pageblock_order < 64
        and 0 <= found.nodes_shift <= 10
        and all(area.start >= 0 and area.end >= 0 for area in areas)
    )


def _is_memory_model(found: MemoryModel) -> bool:
    shifts = (found.page_shift, found.section_size_bits, found.max_physmem_bits, found.pmd_shift)
    return (
        found.model in MODELS
        and 12 <= found.page_shift <= 16
        and found.page_shift <= found.section_size_bits <= found.max_physmem_bits <= 64
        and found.max_physmem_bits - found.section_size_bits <= 40
        and all(0 <= shift <= 64 for shift in (*shifts, found.pgdir_shift, found.map_last_bit))
        and 0 <= found.pageblock_order <= 64
        and found.max_order_pages > 0
        and 0 < found.sizeof_page <= 1 << 12
        and 0 < found.sizeof_mem_section <= 1 << found.page_shift
        and 0 <= found.usage_head <= 1 << 12
    )


SOUND: dict[type, Callable[[Any], bool]] = {
    AddressMap: _is_address_map,
    MemoryModel: _is_memory_model,
    Limits: lambda limits: (
        12 <= limits[0] <= 18 and limits[0] <= limits[1] <= 64 and 0 < limits[2] <= 1 << 10
    ),
    KernelPart: lambda part: 0 <= part.start < part.end,
    ToldRange: lambda told: 0 <= told.start < told.end and told.line >= 0,
    RecordedFacts: lambda told: 0 < told.sizeof_page <= 1 << 12,
    Release: lambda release: min(release) >= 0,
    StructType: lambda found: 0 <= found.size <= 1 << 24,
    Member: lambda member: 0 <= member.offset <= 1 << 24 and 0 <= member.size <= 1 << 24,
}
"""What records are like, beyond their types."""
SHAPES = Shapes(SOUND)
