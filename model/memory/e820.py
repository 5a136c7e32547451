"""The e820 map: what the firmware of a PC says of physical memory, and what the kernel makes of it.

The kernel keeps three tables (arch/x86/kernel/e820.c): `e820_table`, which it works with; `e820_table_kexec`,
which the next kernel gets; `e820_table_firmware`, which stays as firmware gave it.
"""

from __future__ import annotations

from typing import NamedTuple

from ..trace.events import Kind
from .recorded import RecordedList

E820_TYPE_RAM = 1
E820_TYPE_RESERVED = 2
E820_TYPE_ACPI = 3
E820_TYPE_NVS = 4
E820_TYPE_UNUSABLE = 5
E820_TYPE_PMEM = 7
E820_TYPE_PRAM = 12
E820_TYPE_RESERVED_KERN = 128
E820_TYPE_SOFT_RESERVED = 0xEFFFFFFF

TYPE_NAMES = {
    E820_TYPE_RAM: "usable",
    E820_TYPE_RESERVED: "reserved",
    E820_TYPE_ACPI: "ACPI data",
    E820_TYPE_NVS: "ACPI NVS",
    E820_TYPE_UNUSABLE: "unusable",
    E820_TYPE_PMEM: "persistent (type 7)",
    E820_TYPE_PRAM: "persistent (type 12)",
    E820_TYPE_RESERVED_KERN: "usable",
    E820_TYPE_SOFT_RESERVED: "soft reserved",
}
"""What the kernel prints for each type (``e820_print_type``)."""


RESOURCE_NAMES = {
    E820_TYPE_RAM: "System RAM",
    E820_TYPE_RESERVED_KERN: "System RAM",
    E820_TYPE_ACPI: "ACPI Tables",
    E820_TYPE_NVS: "ACPI Non-volatile Storage",
    E820_TYPE_UNUSABLE: "Unusable memory",
    E820_TYPE_PRAM: "Persistent Memory (legacy)",
    E820_TYPE_PMEM: "Persistent Memory",
    E820_TYPE_RESERVED: "Reserved",
    E820_TYPE_SOFT_RESERVED: "Soft Reserved",
}
"""What /proc/iomem and /sys/firmware/memmap call each type (``e820_type_to_string``)."""


def e820_type_to_string(type: int) -> str:
    """What /proc/iomem calls a type."""
    return RESOURCE_NAMES.get(type, "Unknown E820 type")


def type_name(type: int) -> str:
    """What the kernel prints for a type; ``type 9`` for one that it does not know."""
    return TYPE_NAMES.get(type, f"type {type}")


class E820Entry(NamedTuple):
    """One ``struct e820_entry``: a range of physical memory, `addr` and `size` in bytes, and its type."""

    addr: int
    size: int
    type: int

    @property
    def end(self) -> int:
        """The first byte after it."""
        return self.addr + self.size


class E820Tables:
    """The three tables, each a list of `E820Entry` that records what is done to it."""

    def __init__(self) -> None:
        self.e820_table = RecordedList("e820.e820_table", Kind.E820)
        self.e820_table_kexec = RecordedList("e820.e820_table_kexec", Kind.E820)
        self.e820_table_firmware = RecordedList("e820.e820_table_firmware", Kind.E820)
