"""A PC with more or less RAM, as QEMU and SeaBIOS would have it.

Mirrors QEMU's ``pc_init1``, ``pc_q35_init`` and ``x86_load_linux``: RAM that does not fit below devices goes
on at 4 GiB, ACPI's tables lie at the end of low RAM, and the initrd right below them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ....model.base.errors import InputError
from ....model.base.units import readable_size
from ....model.firmware.acpi_tables import AcpiTable
from ....model.memory.e820 import E820_TYPE_RAM, E820_TYPE_RESERVED, E820Entry
from ...core.inputs import Firmware
from ..board.acpi_pointers import with_pointers
from ..handover import Handover

MIB, GIB = 1 << 20, 1 << 30
FOUR_GIB = 4 * GIB
LEAST = 16 * MIB
PC_HOLE, Q35_HOLE = 0xE0000000, 0xB0000000
"""Where devices begin: RAM goes up to there, if all of it fits; else there is a split at a whole GiB."""
PC_SPLIT, Q35_SPLIT = 3 * GIB, 2 * GIB
PCI_EXPRESS = (0xB0000000, 256 * MIB)
"""The configuration space that only q35 has."""
MOST = 1 << 46


def with_ram(given: Handover, total: int) -> Handover:
    """The board with `total` bytes of RAM.  Raises `InputError`."""
    machine, firmware = given.machine, given.firmware
    if machine.kind != "e820":
        raise InputError(f"{machine.name}: UEFI's memory map says how much RAM there is, not the board")
    if not LEAST <= total <= MOST:
        raise InputError(f"{readable_size(total)} RAM: a PC has from 16 MiB to 64 TiB")
    low = _low_chain(firmware.e820)
    if not low:
        raise InputError(f"{machine.name}: no RAM begins at 1 MiB in this e820 map, it is no usual PC's")
    top, new_top = low[-1].end, low_end(firmware.e820, total)
    entries = tuple(_changed(firmware.e820, low, new_top, total - new_top))
    last = max((entry for entry in low if entry.type == E820_TYPE_RAM), key=lambda entry: entry.addr)
    initrd = machine.initrd or (0, 0)
    if last.addr <= initrd[0] < top:
        initrd = _moved_initrd(initrd, last, new_top - top)
        machine = replace(machine, initrd=initrd)
    firmware = _moved_tables(firmware, last.end, top, new_top - top)
    page = firmware.boot_params.with_e820(entries).with_ramdisk(*initrd)
    return replace(given, machine=machine, firmware=replace(firmware, e820=entries, boot_params=page))


def low_end(entries: Sequence[E820Entry], total: int) -> int:
    """Where RAM below 4 GiB ends, if there are `total` bytes of it."""
    is_q35 = any(entry[:2] == PCI_EXPRESS and entry.type == E820_TYPE_RESERVED for entry in entries)
    hole, split = (Q35_HOLE, Q35_SPLIT) if is_q35 else (PC_HOLE, PC_SPLIT)
    return total if total < hole else split


def _low_chain(entries: Sequence[E820Entry]) -> list[E820Entry]:
    """From 1 MiB on, what touches: RAM, and behind it what firmware keeps at its end."""
    chain: list[E820Entry] = []
    at = MIB
    for entry in sorted(entries):
        if entry.addr == at < FOUR_GIB and entry.size:
            chain.append(entry)
            at = entry.end
    return chain if any(entry.type == E820_TYPE_RAM for entry in chain) else []


def _changed(
    entries: Sequence[E820Entry], low: Sequence[E820Entry], top: int, above: int
) -> Iterator[E820Entry]:
    """The map with low RAM up to `top`, and `above` bytes of RAM from 4 GiB on."""
    last = max((entry for entry in low if entry.type == E820_TYPE_RAM), key=lambda entry: entry.addr)
    shift = top - low[-1].end
    if last.end + shift <= last.addr:
        raise InputError(f"{readable_size(top)} RAM: what lies at the end of low RAM has no place")
    for entry in sorted(entries):
        if entry.addr >= FOUR_GIB and above > 0:
            yield E820Entry(FOUR_GIB, above, E820_TYPE_RAM)
            above = 0
        if entry.addr >= FOUR_GIB and entry.type == E820_TYPE_RAM:
            continue
        if entry == last:
            yield entry._replace(size=entry.size + shift)
        elif entry in low and entry.addr > last.addr:
            yield entry._replace(addr=entry.addr + shift)
        else:
            yield entry
    if above > 0:
        yield E820Entry(FOUR_GIB, above, E820_TYPE_RAM)


def _moved_initrd(initrd: tuple[int, int], last: E820Entry, shift: int) -> tuple[int, int]:
    start, size = initrd
    if start + shift < last.addr:
        raise InputError(f"an initrd of {readable_size(size)} has no place in so little RAM")
    return start + shift, size


# ---- ACPI's tables ----


def _moved_tables(firmware: Firmware, start: int, end: int, shift: int) -> Firmware:
    """With ACPI's tables that lie in [start, end) elsewhere, and what points to them."""

    def moved(address: int) -> int:
        return address + shift if start <= address < end else address

    def table(given: AcpiTable | None) -> AcpiTable | None:
        return given and replace(with_pointers(given, moved), address=moved(given.address))

    acpi = tuple(found for found in map(table, firmware.acpi) if found)
    listed = tuple(entry._replace(address=moved(entry.address)) for entry in firmware.x86.acpi_tables)
    setup_data = tuple(entry._replace(address=moved(entry.address)) for entry in firmware.x86.setup_data)
    x86 = replace(firmware.x86, acpi_tables=listed, setup_data=setup_data, rsdp=moved(firmware.x86.rsdp))
    return replace(firmware, acpi=acpi, xsdt=table(firmware.xsdt), rsdt=table(firmware.rsdt), x86=x86)
