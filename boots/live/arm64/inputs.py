"""The inputs of an arm64 boot: the device tree that x0 points to, and what UEFI's boot stub says in it.

At the kernel's entry the MMU is off, or maps everything to itself (Documentation/arm64/booting.rst).
"""

from __future__ import annotations

from collections.abc import Mapping

from ....model.base.errors import InputError
from ....model.firmware.acpi_tables import (
    ACPI_MADT_TYPE_GENERIC_INTERRUPT,
    MADT_ENTRIES_AT,
    AcpiTable,
    GenericInterrupt,
    generic_interrupt,
    subtables,
)
from ....model.firmware.devicetree.tree import FDT_MAGIC, HEADER_SIZE, MAX_TOTALSIZE, DeviceTree
from ....model.language.words import tr
from ...arm64.kernel.cpu import find_cpu
from ...arm64.kernel.kaslr_early import seed_in
from ...capture.arm64.cpu import DEFAULT_CPU
from ...capture.arm64.kaslr import BLOCK
from ...core.inputs import Drawn
from ...loader.firmware import uefi_number
from ..inputs.acpi import Found
from ..inputs.architecture import InputsOf
from ..inputs.physical import Reader
from ..inputs.records import LiveInputs
from ..inputs.uefi import UefiAddresses, read_uefi
from ..memory import WORD, KernelMemory
from .cpu import alike, features_of, id_registers, main_id, named

BLOB = "board.dtb"
SHORTEST_SEED = 8
"""Bytes; fewer may be anything else in the tree too."""
EXCEPTION_LEVEL_SHIFT = 2
"""Where PSTATE has it, which stubs call cpsr."""


async def at_entry(reader: Reader, memory: KernelMemory, inputs: LiveInputs) -> None:
    """The device tree, UEFI's map and tables, the exception level."""
    entry = inputs.entry
    level = entry.registers.get("cpsr", 0) >> EXCEPTION_LEVEL_SHIFT & 3
    if level in (1, 2) and not entry.late:
        inputs.boot["exception_level"] = level
    inputs.boot["kind"] = "devicetree"
    address = await _noted(reader, memory, inputs) if entry.late else entry.registers.get("x0", 0)
    fdt = await _device_tree(reader, address, inputs)
    inputs.board |= {"cpu": DEFAULT_CPU, "cpus": 1}
    if fdt is None:
        return
    inputs.board["cpus"] = _cpus(fdt) or 1
    where = _uefi(fdt)
    if where is not None:
        await _with_uefi(reader, where, fdt, inputs)


async def _noted(reader: Reader, memory: KernelMemory, inputs: LiveInputs) -> int:
    """Where the kernel has noted that the device tree lies, if it was already running; 0 if that is not
    told."""
    noted, text = memory.symbols.get("__fdt_pointer"), memory.symbols.get("_text")
    if noted is None or text is None or not memory.target.knows_physical:
        return 0
    return await reader.number(inputs.entry.load_address + noted - text, WORD) or 0


async def _device_tree(reader: Reader, address: int, inputs: LiveInputs) -> DeviceTree | None:
    """The blob at an address, checked, as a file of the machine."""
    head = await reader.bytes_at(address, HEADER_SIZE)
    if head is None or int.from_bytes(head[:4], "big") != FDT_MAGIC:
        inputs.missing.append(
            tr(
                "the device tree: the kernel was given {address}, there is none",
                address=hex(address),
            )
        )
        return None
    size = int.from_bytes(head[4:8], "big")
    raw = await reader.bytes_at(address, size) if HEADER_SIZE <= size <= MAX_TOTALSIZE else None
    if raw is None:
        words = tr("the device tree: it says that it has {size} bytes, which cannot be read", size=size)
        inputs.missing.append(words)
        return None
    try:
        fdt = DeviceTree(raw, tr("the device tree at {address}", address=hex(address)))
    except InputError as error:
        inputs.missing.append(str(error))
        return None
    inputs.files[BLOB] = raw
    inputs.board["dtb"] = BLOB
    inputs.boot["dtb_address"] = address
    return fdt


def _cpus(fdt: DeviceTree) -> int:
    """How many CPUs the device tree has."""
    cpus = fdt.find("/cpus")
    nodes = cpus.children if cpus else ()
    return sum(node.string("device_type") == "cpu" or node.name.startswith("cpu@") for node in nodes)


# ---- UEFI ----


def _uefi(fdt: DeviceTree) -> UefiAddresses | None:
    """Where UEFI's map and system table are, if its boot stub has started the kernel."""
    chosen = fdt.find("/chosen")
    table = chosen.properties.get("linux,uefi-system-table", b"") if chosen else b""
    numbers = [uefi_number(fdt, name) for name in ("start", "size", "desc-size")]
    start, size, each = numbers
    if start is None or size is None or each is None:
        return None
    return UefiAddresses(int.from_bytes(table[:8], "big"), start, size, each)


async def _with_uefi(reader: Reader, where: UefiAddresses, fdt: DeviceTree, inputs: LiveInputs) -> None:
    found = await read_uefi(reader, where)
    inputs.files |= found.files()
    inputs.missing += found.missing
    inputs.boot["kind"] = "uefi"
    named_files = {"efi_memmap": "efi_memmap.bin", "efi": "efi.json", "acpi": "acpi"}
    there = {name.partition("/")[0] for name in inputs.files}
    inputs.board |= {key: name for key, name in named_files.items() if name in there}
    if not _cpus(fdt):
        inputs.board["cpus"] = max(1, sum(map(_cpus_of, found.acpi.tables)))
    initrd = found.facts.get("tables", {}).get("INITRD")
    if initrd is not None:
        start, size = int(initrd["base"], 16), int(initrd["size"], 16)
        if size and start + size <= 1 << 52:
            inputs.boot["initrd"] = start, size


def _cpus_of(found: Found) -> int:
    """How many CPUs a MADT has that can be used; 0 for other tables."""
    if found.signature != "APIC":
        return 0
    table = AcpiTable(found.address, found.data, "")
    entries = [
        each for each in subtables(table, MADT_ENTRIES_AT) if each.type == ACPI_MADT_TYPE_GENERIC_INTERRUPT
    ]
    return sum(bool(generic_interrupt(each).flags & GenericInterrupt.ENABLED) for each in entries)


# ---- what the kernel found out ----


async def at_end(memory: KernelMemory, inputs: LiveInputs, log: str) -> None:
    """The CPU, and what KASLR drew: how far the image was moved, and where the linear map begins."""
    await _cpu(memory, inputs, log)
    if memory.moved < BLOCK:
        return
    start = await memory.variable("memstart_addr", signed=True)
    if _has_seed(inputs) and (start is None or not _draws_itself(inputs)):
        inputs.derived.append(tr("what KASLR drew: it follows from the seed in the device tree"))
        return
    if start is None:
        inputs.missing.append(tr("KASLR: where it began the linear map (memstart_addr) cannot be read"))
    inputs.boot["kaslr"] = Drawn(memory.moved, start)


def _has_seed(inputs: LiveInputs) -> bool:
    """Whether the device tree still had its seed: a kernel that has taken it leaves none."""
    raw = inputs.files.get(BLOB)
    return raw is not None and seed_in(DeviceTree(raw)) != 0


def _draws_itself(inputs: LiveInputs) -> bool:
    """Whether the CPU makes random numbers: some releases mix one into the seed."""
    return features_of(find_cpu(str(inputs.board["cpu"]))).rng


async def _cpu(memory: KernelMemory, inputs: LiveInputs, log: str) -> None:
    """The name of a CPU that is known and can do the same."""
    midr, can = await main_id(memory, log), await id_registers(memory)
    name = named(midr) if midr is not None else None
    if name is not None and (can is None or features_of(find_cpu(name)) == can):
        inputs.board["cpu"] = name
        return
    other = alike(can) if can is not None else None
    if other is not None:
        inputs.board["cpu"] = other
        inputs.derived.append(tr("cpu {name}: its ID registers say that it can do the same", name=other))
        return
    inputs.board["cpu"] = name or DEFAULT_CPU
    inputs.missing.append(
        tr("the CPU: it is none that bootstep knows, {name} is assumed", name=name or DEFAULT_CPU)
    )


def masked(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """The device tree without the random numbers that the boot loader has given, of which no more than that
    they are there decides about memory."""
    raw = files.get(BLOB)
    chosen = DeviceTree(raw).find("/chosen") if raw is not None else None
    seed = chosen.properties.get("rng-seed", b"") if chosen is not None else b""
    if raw is None or len(seed) < SHORTEST_SEED:
        return {}, []
    words = tr("device tree: the random numbers of /chosen/rng-seed are written over")
    return {BLOB: raw.replace(seed, bytes(len(seed)))}, [words]


INPUTS = InputsOf(at_entry, at_end, masked)
