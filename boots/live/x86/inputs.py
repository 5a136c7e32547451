"""The inputs of an x86-64 boot: the zero page that the boot loader hands over, and all that it and the
firmware have left in memory.

At ``startup_64`` rsi points to the zero page, at ``x86_64_start_kernel`` rdi does, both physical.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ....model.base.errors import InputError
from ....model.firmware.acpi_tables import AcpiTable
from ....model.firmware.boot_params import (
    BOOT_PARAMS_SIZE,
    EFI64_LOADER_SIGNATURE,
    SETUP_E820_EXT,
    BootParams,
)
from ....model.firmware.e820 import checked
from ....model.firmware.e820 import spelled as spelled_map
from ....model.firmware.efi_tables import GUIDS
from ....model.firmware.madt import enabled_apic_ids
from ....model.language.words import tr
from ....model.memory.e820 import E820Entry
from ...capture.x86.smbios import masked as masked_table
from ..inputs.acpi import AcpiFound, read_acpi
from ..inputs.architecture import InputsOf
from ..inputs.physical import Reader
from ..inputs.records import LiveInputs
from ..inputs.uefi import UefiAddresses, read_uefi
from ..memory import KernelMemory
from .bios import Bios, mp_table, read_bios, root_pointer, smbios
from .cpu import has_all, read_cpu
from .drawn import drawn
from .mtrr import read_mtrr
from .setup_data import read_setup_data, spelled

FIRMWARE, CPU = "firmware.json", "cpu.json"
DEFAULT_CPU = "qemu64"
KERNEL_HALF = 63
MOST_PHYSICAL_BITS = 52
COMMAND_LINE_SIZE = 2048


async def at_entry(reader: Reader, memory: KernelMemory, inputs: LiveInputs) -> None:
    """The zero page and what it points to, BIOS or UEFI, ACPI's tables."""
    address = _zero_page(memory, inputs)
    inputs.board |= {"cpu": DEFAULT_CPU, "cpus": 1}
    inputs.boot["kind"] = "e820"
    raw = await reader.bytes_at(address, BOOT_PARAMS_SIZE)
    if raw is None:
        inputs.missing.append(tr("the zero page: it cannot be read at {address}", address=hex(address)))
        return
    page = BootParams(raw)
    if inputs.entry.late and not page.number("e820_entries"):
        inputs.missing.append(tr("the zero page: the kernel that already ran has not copied it"))
        return
    inputs.files["boot_params.bin"], inputs.board["boot_params"] = raw, "boot_params.bin"
    await _command_line(reader, page, inputs)
    if page.ramdisk_image and page.ramdisk_size and page.ramdisk_image + page.ramdisk_size <= 1 << 52:
        inputs.boot["initrd"] = page.ramdisk_image, page.ramdisk_size
    bios = await read_bios(reader)
    acpi, told_smbios = await _acpi(reader, page, bios, inputs)
    nodes = await read_setup_data(reader, page.setup_data, inputs.missing)
    extended = next((node for node in nodes if node.type == SETUP_E820_EXT), None)
    _map(page, extended.e820_entries() if extended else (), inputs)
    facts: dict[str, Any] = {
        **({} if inputs.entry.late else {"boot_params_pa": hex(address)}),
        "cmdline_pa": hex(page.cmd_line_ptr),
        "setup_data": [spelled(node) for node in nodes],
        "ebda_segment_0x40e": hex(bios.ebda_segment),
        "base_memory_k_0x413": bios.base_memory_k,
        "mp": await mp_table(reader, bios),
        "smbios": await smbios(reader, told_smbios, bios),
        "rsdp_pa": hex(acpi.tables[0].address if acpi.tables else page.acpi_rsdp_addr),
        "acpi_tables": [
            {"signature": table.signature, "pa": hex(table.address), "size": len(table.data), "file": name}
            for name, table in acpi.named()
        ],
    }
    inputs.files[FIRMWARE], inputs.board["firmware"] = _json(facts), FIRMWARE
    inputs.board["cpus"] = max(1, _cpus(acpi))


def _zero_page(memory: KernelMemory, inputs: LiveInputs) -> int:
    """Its physical address; that of the kernel's copy if it was already running, 0 if that is not told."""
    entry, symbols = inputs.entry, memory.symbols
    if entry.late:
        copy, text = symbols.get("boot_params"), symbols.get("_text")
        return entry.load_address + copy - text if copy is not None and text is not None else 0
    at_c = entry.registers.get("rip", 0) >> KERNEL_HALF
    return entry.registers.get("rdi" if at_c else "rsi", 0)


def _json(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, indent=1) + "\n").encode()


async def _command_line(reader: Reader, page: BootParams, inputs: LiveInputs) -> None:
    raw = await reader.text(page.cmd_line_ptr, COMMAND_LINE_SIZE - 1) if page.cmd_line_ptr else b""
    if raw is None:
        where = hex(page.cmd_line_ptr)
        inputs.missing.append(tr("the command line: it cannot be read at {address}", address=where))
        raw = b""
    inputs.boot["cmdline"] = raw.decode("utf-8", "replace").replace("\n", " ")


def _map(page: BootParams, extended: tuple[E820Entry, ...], inputs: LiveInputs) -> None:
    """The e820 map, of the zero page and of what did not fit into it."""
    try:
        entries = checked((*page.e820_table, *extended), tr("the e820 map of the zero page"))
    except InputError as error:
        inputs.missing.append(str(error))
        return
    inputs.files["e820.txt"], inputs.board["e820"] = spelled_map(entries).encode(), "e820.txt"


async def _acpi(
    reader: Reader, page: BootParams, bios: Bios, inputs: LiveInputs
) -> tuple[AcpiFound, list[int]]:
    """ACPI's tables, with UEFI's if that started the kernel; and where that says that SMBIOS is."""
    told: list[int] = []
    if page.efi_loader_signature == EFI64_LOADER_SIGNATURE:
        where = UefiAddresses(page.efi_systab, page.efi_memmap, page.efi_memmap_size, page.efi_memdesc_size)
        found = await read_uefi(reader, where)
        inputs.missing += found.missing
        if found.memory_map is not None:
            inputs.boot["kind"] = "uefi"
            inputs.board |= {"efi_memmap": "efi_memmap.bin", "efi": "efi.json"}
            inputs.files |= found.files()
        tables = {entry["guid"]: int(entry["table"], 16) for entry in found.facts["config_tables"]}
        told = [tables[GUIDS[name]] for name in ("SMBIOS 3.0", "SMBIOS") if GUIDS[name] in tables]
        acpi = found.acpi
    else:
        acpi = await read_acpi(reader, page.acpi_rsdp_addr or root_pointer(bios))
        inputs.missing += acpi.missing
    if acpi.tables:
        inputs.files |= acpi.files()
        inputs.board["acpi"] = "acpi"
    return acpi, told


def _cpus(acpi: AcpiFound) -> int:
    """How many CPUs the MADT has that can be used."""
    madt = next((table for table in acpi.tables if table.signature == "APIC"), None)
    if madt is None:
        return 0
    return len(enabled_apic_ids(AcpiTable(madt.address, madt.data, "")))


# ---- what the kernel found out ----


async def at_end(memory: KernelMemory, inputs: LiveInputs, log: str) -> None:
    """The CPU, its memory type registers, and what KASLR drew."""
    facts = await read_cpu(memory)
    if facts is None or not has_all(facts):
        inputs.missing.append(
            tr("the CPU: what it can do cannot be read, that of QEMU's {name} is assumed", name=DEFAULT_CPU)
        )
    else:
        inputs.files[CPU], inputs.board["cpu_features"] = _json(facts), CPU
    await _mtrr(memory, inputs, facts["physical_bits"] if facts else MOST_PHYSICAL_BITS)
    found = await drawn(memory, inputs)
    if found is not None:
        inputs.boot["kaslr"] = found


async def _mtrr(memory: KernelMemory, inputs: LiveInputs, physical_bits: int) -> None:
    lines = await read_mtrr(memory, physical_bits)
    if lines is None:
        inputs.missing.append(
            tr("the memory type range registers (mtrr_state) cannot be read: none are assumed")
        )
    elif FIRMWARE in inputs.files:
        inputs.files[FIRMWARE] = _json(json.loads(inputs.files[FIRMWARE]) | {"proc_mtrr": lines})


def masked(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """SMBIOS without what only its owner should know."""
    if FIRMWARE not in files:
        return {}, []
    facts = json.loads(files[FIRMWARE])
    for entry in facts["smbios"]:
        entry["table"] = masked_table(bytes.fromhex(entry["table"])).hex()
    if not facts["smbios"]:
        return {}, []
    words = tr("SMBIOS: serial numbers and all that is not in the kernel's log are written over")
    return {FIRMWARE: _json(facts)}, [words]


INPUTS = InputsOf(at_entry, at_end, masked)
