"""The configuration tables: what firmware and boot stub leave for the kernel.  Mirrors
drivers/firmware/efi/efi.c (``efi_config_parse_tables``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ....model.base.pfn import ALIGN
from ....model.firmware.efi_tables import GUIDS, MemReserve
from ....model.memory.memblock import memblock_add, memblock_reserve
from ....model.trace.recorder import traced
from ...mm.early_ioremap import early_memremap, early_memunmap
from .flags import EFI_CONFIG_TABLES, EFI_MEMMAP
from .memattr import efi_memattr_init
from .tpm import efi_tpm_eventlog_init

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/efi.c"

ENOMEM = 12
SZ_1K = 1 << 10
SEED_HEADER, MEMRESERVE_HEADER, MEMRESERVE_ENTRY = 4, 16, 16
RT_PROPERTIES_SIZE, INITRD_SIZE, UNACCEPTED_SIZE = 8, 16, 24


class TableType(NamedTuple):
    """What a kernel needs to know a table: an option, and a release; and whether it is printed."""

    option: str = "EFI"
    since: tuple[int, int] = (0, 0)
    printed: bool = True


RARE_TABLES = {
    "RCI2": TableType("EFI_RCI2_TABLE", printed=False),
    "MOKvar": TableType("LOAD_UEFI_KEYS"),
    "CocoSecret": TableType("EFI_COCO_SECRET"),
    "CCFinalLog": TableType(since=(6, 9)),
    "Unaccepted": TableType("UNACCEPTED_MEMORY", (6, 5)),
    "SCREEN_INFO": TableType("EFI_GENERIC_STUB", (6, 3), printed=False),
}
"""The tables that not every kernel knows, or that are not printed."""
NAMES = {guid: name for name, guid in GUIDS.items()}


@traced
def match_config_table(k: Kernel, guid: str, table: int) -> str:
    """Remember the address of a table the kernel knows.  Returns what is printed of it."""
    name = NAMES.get(guid) or k.arch.efi_arch_tables(k).get(guid)
    known = RARE_TABLES.get(name or "", TableType())
    if name is None or not k.config.enabled(known.option) or k.release < known.since:
        return ""
    k.efi.tables[name] = table
    return f"{name}=0x{table:x} " if known.printed else ""


@traced
def efi_config_parse_tables(k: Kernel) -> int:
    """Look at every configuration table, and reserve what they ask for.  Returns 0 or an error."""
    tables = k.efi.config_tables or k.firmware.efi.config_tables
    k.pr_info("efi: {}", "".join([match_config_table(k, guid, table) for guid, table in tables]))
    k.efi.flags.add(EFI_CONFIG_TABLES)
    _read_random_seed(k)
    if k.efi.enabled(EFI_MEMMAP):
        efi_memattr_init(k)
    efi_tpm_eventlog_init(k)
    head = k.efi.tables.get("MEMRESERVE")
    if head is not None and _reserve_listed(k, head):
        return -ENOMEM
    if "RTPROP" in k.efi.tables:
        _look_at(k, k.efi.tables["RTPROP"], RT_PROPERTIES_SIZE)
    _find_initrd(k)
    if "Unaccepted" in k.efi.tables:
        _keep_unaccepted(k, k.efi.tables["Unaccepted"])
    return 0


def _look_at(k: Kernel, address: int, size: int) -> bool:
    """Map a table and unmap it again.  Returns whether that was possible."""
    table = early_memremap(k, address, size)
    if table:
        early_memunmap(k, table, size)
    return bool(table)


def _read_random_seed(k: Kernel) -> None:
    address = k.efi.tables.get("RNG")
    if address is None:
        return
    seed_size = min(k.firmware.efi.rng_seed_size, SZ_1K)
    sizes = [SEED_HEADER, SEED_HEADER + seed_size] if seed_size else [SEED_HEADER]
    for size in sizes:
        if not _look_at(k, address, size):
            k.pr_err("efi: Could not map UEFI random seed!")
            return


def _reserve_listed(k: Kernel, head: int) -> int:
    """Walk the list of ranges that an earlier kernel wants kept.  Returns 0 or an error."""
    page_size = k.layout.page_size
    first, *rest = k.firmware.efi.mem_reserve or (MemReserve(0, 0, ()),)
    for reservation in (first._replace(address=head), *rest):
        page = early_memremap(k, reservation.address & -page_size, page_size)
        if not page:
            k.pr_err("efi: Could not map UEFI memreserve entry!")
            return -ENOMEM
        size = MEMRESERVE_HEADER + MEMRESERVE_ENTRY * reservation.size
        memblock_reserve(k.memblock, reservation.address, size)
        for base, entry_size in reservation.entries:
            memblock_reserve(k.memblock, base, entry_size)
        early_memunmap(k, page, page_size)
    return 0


@traced
def reserve_unaccepted(k: Kernel, unaccepted: int) -> None:
    """Keep the table of memory that a confidential guest has not accepted yet, in whole pages.  A crash
    kernel, which knows little memory, has to add it first."""
    page_size = k.layout.page_size
    start = unaccepted & -page_size
    end = ALIGN(unaccepted + UNACCEPTED_SIZE + k.firmware.efi.unaccepted_size, page_size)
    memblock_add(k.memblock, start, end - start)
    memblock_reserve(k.memblock, start, end - start)


def _keep_unaccepted(k: Kernel, address: int) -> None:
    """Keep that table, if the kernel understands it."""
    table = early_memremap(k, address, UNACCEPTED_SIZE)
    if not table:
        return
    if k.firmware.efi.unaccepted_version == 1:
        reserve_unaccepted(k, address)
    else:
        del k.efi.tables["Unaccepted"]
    early_memunmap(k, table, UNACCEPTED_SIZE)


def _find_initrd(k: Kernel) -> None:
    """The boot stub's initrd counts if the device tree told of none."""
    address = k.efi.tables.get("INITRD")
    if address is None or not k.config.enabled("BLK_DEV_INITRD") or k.phys_initrd_size:
        return
    initrd = k.firmware.efi.initrd or (k.machine.initrd_start, k.machine.initrd_size)
    if _look_at(k, address, INITRD_SIZE):
        k.phys_initrd_start, k.phys_initrd_size = initrd
