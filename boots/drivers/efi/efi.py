"""Parameters, the system table, reservations.  Mirrors drivers/firmware/efi/efi.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.efi_memmap import (
    ATTRIBUTE_NAMES,
    EFI_MEMORY_MORE_RELIABLE,
    EFI_PAGE_SHIFT,
    MEMORY_TYPE_NAME,
    EfiMemoryDesc,
)
from ....model.memory.memblock import memblock_is_region_reserved, memblock_mark_mirror, memblock_reserve
from ....model.trace.recorder import traced
from ...core.params import early_param
from .flags import EFI_DBG, EFI_MEM_NO_SOFT_RESERVE, EFI_MEMMAP

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/efi.c"

EINVAL, ENOENT = 22, 2
U64 = (1 << 64) - 1
KNOWN_ATTRIBUTES = sum(attribute for attribute, _, _ in ATTRIBUTE_NAMES)


@early_param("noefi")
@traced
def setup_noefi(k: Kernel, value: str | None) -> int:
    """``noefi``: runtime services are not used."""
    k.efi.disable_runtime = True
    return 0


def efi_runtime_disabled(k: Kernel) -> bool:
    """Whether runtime services must not be used."""
    return k.efi.disable_runtime


@early_param("efi")
@traced
def parse_efi_cmdline(k: Kernel, value: str | None) -> int:
    """``efi=debug,noruntime,runtime,nosoftreserve``: print the memory map; whether runtime services are used;
    use memory set aside for special purposes."""
    if value is None:
        k.pr_warn("efi: need at least one option")
        return -EINVAL
    options = value.split(",")
    if "debug" in options:
        k.efi.flags.add(EFI_DBG)
    if "noruntime" in options:
        k.efi.disable_runtime = True
    if "runtime" in options:
        k.efi.disable_runtime = False
    if "nosoftreserve" in options:
        k.efi.flags.add(EFI_MEM_NO_SOFT_RESERVE)
    return 0


def efi_soft_reserve_enabled(k: Kernel) -> bool:
    """Whether memory for special purposes is left alone."""
    return k.config.enabled("EFI_SOFT_RESERVE") and not k.efi.enabled(EFI_MEM_NO_SOFT_RESERVE)


@traced
def efi_systab_report_header(k: Kernel) -> None:
    """Say which UEFI this is, and whose."""
    revision, vendor = k.firmware.efi.revision, k.firmware.efi.vendor
    major, minor = revision >> 16, revision & 0xFFFF
    if k.release < (6, 2):
        k.pr_info("efi: EFI v{}.{:02d} by {}", major, minor, vendor)
    else:
        # Since 6.2 the last digit is a number of its own, printed if it is not 0.
        last = f".{minor % 10}" if minor % 10 else ""
        k.pr_info("efi: EFI v{}.{}{} by {}", major, minor // 10, last, vendor)


@traced
def efi_md_typeattr_format(k: Kernel, md: EfiMemoryDesc) -> str:
    """Type and attributes of a descriptor, as ``efi=debug`` prints them."""
    # 6.5 learned of unaccepted memory.
    known_types = 16 if k.release >= (6, 5) else 15
    kind = f"[{MEMORY_TYPE_NAME[md.type]:12}" if md.type < known_types else f"[type={md.type}"
    if md.attribute & ~KNOWN_ATTRIBUTES:
        return f"{kind}|attr=0x{md.attribute:016x}]"
    flags = "|".join(
        f"{name if md.attribute & attribute else '':>{width}}" for attribute, name, width in ATTRIBUTE_NAMES
    )
    # The buffer holds 63 letters.
    return f"{kind}|{flags}]"[:63]


@traced
def efi_find_mirror(k: Kernel) -> None:
    """Mark the memory that the machine keeps twice."""
    if not k.efi.enabled(EFI_MEMMAP):
        return
    mirror_size = total_size = 0
    for md in k.efi.memmap:
        total_size += md.size
        if md.attribute & EFI_MEMORY_MORE_RELIABLE:
            memblock_mark_mirror(k.memblock, md.phys_addr, md.size)
            mirror_size += md.size
    if mirror_size & U64:
        k.pr_info("efi: Memory: {}M/{}M mirrored memory", (mirror_size & U64) >> 20, (total_size & U64) >> 20)


@traced
def efi_mem_desc_lookup(k: Kernel, phys_addr: int) -> EfiMemoryDesc | None:
    """The descriptor of an address."""
    # Since 6.3 one that makes no sense is no answer.
    return next(
        (
            md
            for md in k.efi.memmap
            if md.phys_addr <= phys_addr < md.end and (k.release < (6, 3) or _makes_sense(md))
        ),
        None,
    )


def _makes_sense(md: EfiMemoryDesc) -> bool:
    """Whether a descriptor begins with a page, and ends below 2^64."""
    pages = (U64 - md.phys_addr) >> EFI_PAGE_SHIFT
    return not md.phys_addr % (1 << EFI_PAGE_SHIFT) and 0 < md.num_pages <= pages


@traced
def efi_mem_desc_end(k: Kernel, md: EfiMemoryDesc) -> int:
    """The address behind a descriptor's memory."""
    return md.end


@traced
def efi_mem_reserve(k: Kernel, addr: int, size: int) -> None:
    """Keep memory (bytes) that firmware's tables use, unless all of it is kept already."""
    if not memblock_is_region_reserved(k.memblock, addr, size):
        memblock_reserve(k.memblock, addr, size)
    if k.arch.efi_arch_mem_reserve is not None:
        k.arch.efi_arch_mem_reserve(k, addr, size)
