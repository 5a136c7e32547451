"""The board of a PC: its e820 map, its zero page, what firmware left; UEFI's and ACPI's tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from msgspec.structs import replace

from ....model.base.errors import InputError
from ....model.firmware.boot_params import (
    BOOT_PARAMS_SIZE,
    E820_MAX_ENTRIES_ZEROPAGE,
    EFI64_LOADER_SIGNATURE,
    BootParams,
    parse_boot_params,
)
from ....model.firmware.cpu_features import KEYS, parse_cpuinfo
from ....model.firmware.e820 import entry_of_sysfs, spelled
from ....model.firmware.efi_log import efi_facts_of_log, memory_map_of_log
from ....model.memory.e820 import E820Entry
from ...core.inputs import Drawn
from ..architecture import CapturedBoard
from ..firmware import capture_acpi, uefi_files
from ..source import Source
from .firmware import capture_firmware
from .smbios import capture_smbios

BOOT_PARAMS = "/sys/kernel/boot_params/data"
MEMMAP = "/sys/firmware/memmap"
MOST = 4096
ATTRIBUTES = re.compile(r"efi: memattr:  (0x[0-9a-f]+-0x[0-9a-f]+) \[")
"""What the kernel prints of the memory attributes table, with efi=debug."""


def capture_board(source: Source, log: str, with_keys: bool) -> CapturedBoard:
    """The keys of [board] and [boot], and the files that they name."""
    page = _zero_page(source)
    e820 = _map(source, page)
    board: dict[str, str | int] = {"firmware": "firmware.json"}
    boot: dict[str, str | int | Drawn] = {"kind": "e820"}
    files: dict[str, bytes] = {}
    if page is not None and page.efi_loader_signature == EFI64_LOADER_SIGNATURE:
        files |= _uefi(source, log, page)
    if "efi_memmap.bin" in files:
        board |= {"efi_memmap": "efi_memmap.bin", "efi": "efi.json"}
        boot["kind"] = "uefi"
    if e820:
        files["e820.txt"], board["e820"] = spelled(e820).encode(), "e820.txt"
    if page is not None:
        files["boot_params.bin"], board["boot_params"] = page.data, "boot_params.bin"
    smbios = capture_smbios(source, log, with_keys, by_uefi=boot["kind"] == "uefi")
    files["firmware.json"] = capture_firmware(source, log, page, e820, smbios)
    files |= capture_acpi(source, log, with_keys)
    if any(name.startswith("acpi/") for name in files):
        board["acpi"] = "acpi"
    files |= _cpu(source, board)
    boot["cmdline"] = " ".join(source.text("/proc/cmdline").split())
    return CapturedBoard(board, boot, files)


def _zero_page(source: Source) -> BootParams | None:
    content = source.read(BOOT_PARAMS, "boot_params", "it is made of the e820 map", BOOT_PARAMS_SIZE)
    try:
        return parse_boot_params(content, BOOT_PARAMS) if content is not None else None
    except InputError as error:
        source.note("boot_params", str(error), "it is made of the e820 map")
        return None


def _map(source: Source, page: BootParams | None) -> tuple[E820Entry, ...]:
    """The map as the boot loader gave it: the zero page's, or sysfs's if that has more ranges."""
    given = page.e820_table if page else ()
    if given and len(given) < E820_MAX_ENTRIES_ZEROPAGE:
        return given
    found = tuple(_of_sysfs(source))
    if not given and not found:
        source.note("e820", f"there is neither {BOOT_PARAMS} nor {MEMMAP}", "set e820 to a map or a log")
    return found if len(found) > len(given) else given


def _of_sysfs(source: Source) -> Iterator[E820Entry]:
    numbers = [name for name, is_directory in source.names(MEMMAP) if is_directory and name.isdecimal()]
    for number in sorted(numbers, key=lambda name: int(name[:9]))[:MOST]:
        start, end, type = (source.text(f"{MEMMAP}/{number}/{part}") for part in ("start", "end", "type"))
        try:
            yield entry_of_sysfs(start, end, type, f"{MEMMAP}/{number}")
        except InputError as error:
            source.note("e820", str(error), "set e820 to a map or a log")


def _uefi(source: Source, log: str, page: BootParams) -> dict[str, bytes]:
    """UEFI's map and tables, where the log has them."""
    try:
        memmap = memory_map_of_log(log)
    except ValueError as error:
        source.note("UEFI memory map", str(error), "boot once with efi=debug")
        return {}
    found = [(one.type, one.phys_addr, one.num_pages, one.attribute) for one in memmap]
    files = uefi_files(source, log, found, page.efi_memmap_size, page.efi_memdesc_size)
    if "efi_memmap.bin" not in files:
        source.derived.append('kind = "e820": without UEFI\'s map it is started as a BIOS would')
        return {}
    facts = json.loads(files["efi.json"])
    facts |= {"systab": hex(page.efi_systab), "memmap_pa": hex(page.efi_memmap)}
    if tables := _memory_attributes(log):
        facts["tables"] = tables
    return {**files, "efi.json": (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode()}


def _memory_attributes(log: str) -> dict[str, dict[str, int]]:
    """How long UEFI's table of memory attributes is: memblock=debug tells its size, efi=debug its entries.
    Empty if neither was there."""
    entries = len(set(ATTRIBUTES.findall(log)))
    return efi_facts_of_log(log).get("tables") or ({"MEMATTR": {"entries": entries}} if entries else {})


def _cpu(source: Source, board: dict[str, str | int]) -> dict[str, bytes]:
    """cpu.json, and how many CPUs there are."""
    text = source.text("/proc/cpuinfo")
    board["cpu"], board["cpus"] = "qemu64", len(re.findall(r"^processor\s*:", text, re.MULTILINE)) or 1
    try:
        cpu = replace(parse_cpuinfo(text, "/proc/cpuinfo"), source="")
    except InputError as error:
        source.note("cpu_features", str(error), "those of QEMU's qemu64 are assumed")
        return {}
    board["cpu_features"] = "cpu.json"
    facts = {key: getattr(cpu, key) for key in KEYS}
    facts |= {"flags": sorted(cpu.flags), "bugs": sorted(cpu.bugs)}
    return {"cpu.json": (json.dumps(facts, indent=1) + "\n").encode()}
