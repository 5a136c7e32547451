"""What values a kernel's build can have: options of its configuration, constants, sizes of structures.

Mirrors the ``range`` lines of Kconfig (init/, lib/, arch/) where there are any, and what the kernel's
own ``BUILD_BUG_ON`` and ``#error`` lines allow.  A value outside of these is no kernel's, and a model that
followed it would compute for ever or in memory without end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from ..base.errors import InputError

U64 = (1 << 64) - 1


class Bounds(Struct, frozen=True):
    """The first and the last value that there can be; `power` tells whether it has to be a power of two."""

    first: int
    last: int
    power: bool = False

    def expected(self) -> str:
        """What is expected, in words."""
        what = "a power of 2" if self.power else "a number"
        return f"expected {what} from {self.first} to {self.last}"

    def has(self, value: int) -> bool:
        """Whether a value is one that there can be."""
        return self.first <= value <= self.last and not (self.power and value & value - 1)


OPTION_BOUNDS: Mapping[str, Bounds] = {
    "ARCH_FORCE_MAX_ORDER": Bounds(1, 20),
    "ARM64_CONT_PMD_SHIFT": Bounds(1, 10),
    "ARM64_CONT_PTE_SHIFT": Bounds(1, 10),
    "ARM64_PA_BITS": Bounds(40, 52),
    "ARM64_VA_BITS": Bounds(36, 52),
    "CMA_AREAS": Bounds(0, 1000),
    "CMA_SIZE_MBYTES": Bounds(0, 1 << 24),
    "CMA_SIZE_PERCENTAGE": Bounds(0, 100),
    "FORCE_MAX_ZONEORDER": Bounds(1, 20),
    "EFI_MAX_FAKE_MEM": Bounds(1, 128),
    "INIT_ENV_ARG_LIMIT": Bounds(0, 10_000),
    "KASAN_SHADOW_OFFSET": Bounds(0, U64),
    "KFENCE_NUM_OBJECTS": Bounds(1, 65535),
    "KFENCE_SAMPLE_INTERVAL": Bounds(0, (1 << 31) - 1),
    "LOG_BUF_SHIFT": Bounds(12, 25),
    "LOG_CPU_MAX_BUF_SHIFT": Bounds(0, 21),
    "NODES_SHIFT": Bounds(0, 10),
    "NR_CPUS": Bounds(1, 8192),
    "PGTABLE_LEVELS": Bounds(2, 5),
    "PHYSICAL_ALIGN": Bounds(1 << 21, 1 << 24, power=True),
    "PHYSICAL_START": Bounds(0, 1 << 30),
    "X86_INTERNODE_CACHE_SHIFT": Bounds(4, 12),
    "X86_L1_CACHE_SHIFT": Bounds(4, 7),
}
"""Options by name, without ``CONFIG_``."""
ANY_OPTION = Bounds(-(1 << 63), U64)

CONSTANT_BOUNDS: Mapping[str, Bounds] = {
    "CMA_MIN_ALIGNMENT_BYTES": Bounds(4096, 1 << 40, power=True),
    "COMMAND_LINE_SIZE": Bounds(256, 1 << 16),
    "INIT_MEMBLOCK_MEMORY_REGIONS": Bounds(4, 1 << 16),
    "INIT_MEMBLOCK_RESERVED_REGIONS": Bounds(4, 1 << 16),
    "MAX_CMA_AREAS": Bounds(0, 1000),
    "MAX_NR_ZONES": Bounds(2, 8),
    "MAX_RESERVED_REGIONS": Bounds(0, 4096),
    "MIGRATE_TYPES": Bounds(3, 16),
    "PCPU_MIN_UNIT_SIZE": Bounds(4096, 1 << 24),
    "PERCPU_DYNAMIC_EARLY_SIZE": Bounds(4096, 1 << 24),
    "PERCPU_DYNAMIC_RESERVE": Bounds(4096, 1 << 24),
    "PERCPU_MODULE_RESERVE": Bounds(0, 1 << 24),
    "SMP_CACHE_BYTES": Bounds(8, 4096, power=True),
}
"""The constants that a boot asks for."""
STRUCTURE_BOUNDS: Mapping[str, Bounds] = {
    "struct page": Bounds(32, 512),
    "struct mem_section": Bounds(8, 4096),
    "struct mem_section_usage": Bounds(0, 4096),
    "struct memblock_region": Bounds(16, 64),
}
ANY_STRUCTURE = Bounds(0, 1 << 20)
MEMBER_BOUNDS = Bounds(0, 1 << 20)
SLOT_BOUNDS = Bounds(0, 1 << 14)
"""Indices of ``enum fixed_addresses``."""


def check_option(name: str, value: int, filename: str) -> int:
    """The value, if an option can have it.  Raises `InputError`."""
    bounds = OPTION_BOUNDS.get(name, ANY_OPTION)
    if not bounds.has(value):
        raise InputError(f"{filename}: CONFIG_{name}={value}: {bounds.expected()}")
    return value


def check_build(source: str, structures: Mapping[str, int], members: Iterator[int]) -> None:
    """Whether a kernel can have these sizes of structures, and offsets and sizes of members.  Raises
    `InputError`."""
    for name, value in structures.items():
        bounds = STRUCTURE_BOUNDS.get(name, ANY_STRUCTURE)
        if not bounds.has(value):
            raise InputError(f"{source}: sizeof({name}) = {value}: {bounds.expected()}")
    if any(not MEMBER_BOUNDS.has(value) for value in members):
        raise InputError(f"{source}: where a member of a structure is: {MEMBER_BOUNDS.expected()}")


def check_slots(source: str, slots: Mapping[str, int], names: Sequence[str]) -> None:
    """Whether these can be the indices of ``enum fixed_addresses``; `names` are those that every kernel has,
    in ascending order.  Raises `InputError`."""
    for name in names:
        if name not in slots:
            raise InputError(f"{source}: enum fixed_addresses has no {name}")
    values = [slots[name] for name in names]
    if values != sorted(values) or any(not SLOT_BOUNDS.has(value) for value in slots.values()):
        raise InputError(f"{source}: enum fixed_addresses is not in order, or has more than {1 << 14} slots")


def check_constants(source: str, constants: Mapping[str, int]) -> None:
    """Whether a kernel can have these constants.  Raises `InputError`."""
    for name, bounds in CONSTANT_BOUNDS.items():
        if name in constants and not bounds.has(constants[name]):
            raise InputError(f"{source}: {name} = {constants[name]}: {bounds.expected()}")
