"""Covers firmware_maps.py, nodes.py, reserved_memory.py, owners.py, tables.py: what lines say in words of
maps, nodes, reserved memory and other owners of ranges."""

# ruff: noqa: E501  lines of logs are as long as they are

from __future__ import annotations

import pytest
from bootstep.model.logs.grammar.understand import understand
from bootstep.model.logs.log_line import LogLine
from bootstep.model.logs.records.record import Record


def said(*texts: str) -> tuple[Record, ...]:
    """What lines say."""
    understood = understand(LogLine(text, number) for number, text in enumerate(texts, 1))
    assert not understood.strangers
    return understood.records


def one(text: str) -> tuple[str, ...]:
    """What a line says, without the line, in words; numbers to base 16."""
    (record,) = said(text)
    return type(record).__name__, *(
        f"{value:#x}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
        for value in record[1:]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "BIOS-e820: [mem 0x0000000000100000-0x00000000dffeffff] usable",
            "e820 0x100000 0xdfef0000 usable True",
        ),
        (
            "BIOS-e820: [mem 0x000000008a10e000-0x000000008a30dfff] type 20",
            "e820 0x8a10e000 0x200000 type 20 False",
        ),
        ("BIOS-e820: [mem 0x0-0x9ffff]  System RAM", "e820 0x0 0xa0000 System RAM True"),
        ("BIOS-e820: [mem 0xa0000-0xfffff]  device reserved", "e820 0xa0000 0x60000 device reserved False"),
        ("BIOS-e820: [gap 0x9d000000-0x9d78ffff]", "e820 0x9d000000 0x790000 gap False"),
        ("user: [mem 0x0-0x9ffff] usable", "user-defined 0x0 0xa0000 usable True"),
        (" BIOS-e820: 0000000000000000 - 000000000009f000 (usable)", "e820 0x0 0x9f000 usable True"),
        (
            " modified: 00000000cd163000 - 00000000cd283000 (ACPI NVS)",
            "modified 0xcd163000 0x120000 ACPI NVS False",
        ),
        (
            "efi:   0x000000001000-0x000000307fff [Conventional Memory|   |  |  |  |  |  |  |   |WB|  |  |  ]",
            "efi 0x1000 0x307000 Conventional Memory True",
        ),
        (
            "efi: mem07: [Loader Data        |   |  |WB|WT|WC|UC] range=[0x0000000001000000-0x0000000001ffffff] (16MB)",
            "efi 0x1000000 0x1000000 Loader Data True",
        ),
        (
            "efi: mem00: type=3, attr=0xf, range=[0x0000000000000000-0x0000000000001000) (0MB)",
            "efi 0x0 0x1000 type=3 True",
        ),
        (" memory: 02000000 @ 00000000 (usable)", "physical RAM map 0x0 0x2000000 usable True"),
        ("OF: fdt: - ac200000 ,  44600000", "device tree 0xac200000 0x44600000 memory True"),
    ],
)
def test_maps_of_memory_have_ranges_of_kinds(text: str, expected: str) -> None:
    assert " ".join(one(text)) == f"MapEntry {expected}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e820: update [mem 0x00000000-0x00000fff] usable ==> reserved", "e820 0x0 0x1000 usable reserved"),
        (
            "e820: update [mem 0x10000000-0x13ffffff] usable ==> persistent (type 12)",
            "e820 0x10000000 0x4000000 usable persistent (type 12)",
        ),
        (
            "e820: update [mem 0x10000000-0x13ffffff] persistent (type 7) ==> reserved",
            "e820 0x10000000 0x4000000 persistent (type 7) reserved",
        ),
        ("e820: remove [mem 0x000a0000-0x000fffff] System RAM", "e820 0xa0000 0x60000 System RAM "),
        ("e820 remove range: 00000000000a0000 - 0000000000100000 (usable)", "e820 0xa0000 0x60000 usable "),
        (
            "Truncating RAM at 20000000-3fffffff to -2f7fffff (vmalloc region overlap).",
            "RAM 0x2f800000 0x10800000 RAM ",
        ),
        ("Ignoring memory block 0x0 - 0x1000", "RAM 0x0 0x1000 RAM "),
    ],
)
def test_the_kernel_changes_its_map(text: str, expected: str) -> None:
    assert " ".join(one(text)) == f"MapChange {expected}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACPI: SRAT: Node 0 PXM 0 [mem 0x100000000-0x87fffffff]", "NodeMemory 0x0 0x100000000 0x780000000 SRAT False"),
        ("SRAT: Node 1 PXM 1 80000000-100000000", "NodeMemory 0x1 0x80000000 0x80000000 SRAT False"),
        ("NUMA: Adding memblock [0x40000000 - 0x7fffffff] on node 1", "NodeMemory 0x1 0x40000000 0x40000000 device tree False"),
        ("NUMA: Faking a node at [mem 0x0-0x13fffffff]", "NodeMemory 0x0 0x0 0x140000000 faked False"),
        ("Faking node 1 at [mem 0x80000000-0xffffffff] (2048MB)", "NodeMemory 0x1 0x80000000 0x80000000 faked False"),
        ("NODE_DATA(1) allocated [mem 0x287fff9000-0x287fffcfff]", "NodeData 0x1 0x287fff9000 0x4000"),
        ("NUMA: NODE_DATA [mem 0x13f7cf100-0x13f7d0fff]", "NodeData 0x0 0x13f7cf100 0x1f00"),
    ],
)  # fmt: skip
def test_memory_is_of_nodes(text: str, expected: str) -> None:
    assert " ".join(one(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "OF: reserved mem: 0x0000000058000000..0x000000006fffffff (393216 KiB) map reusable linux,cma",
            "ReservedNode linux,cma 0x58000000 0x18000000 False True  ",
        ),
        (
            "OF: reserved mem: 0x00000000fd3f0000..0x00000000fd3fdfff (56 KiB) nomap non-reusable log@fd3f0000",
            "ReservedNode log@fd3f0000 0xfd3f0000 0xe000 True False  ",
        ),
        (
            "Reserved memory: initialized node ramoops_carveout, compatible id nvidia,ramoops",
            "ReservedNode ramoops_carveout None 0x0 False False nvidia,ramoops ",
        ),
        (
            "OF: fdt:Reserved memory: failed to reserve memory for node 'fb0': base 0x00000000c0000000, size 8 MiB",
            "ReservedNode fb0 0xc0000000 0x800000 False False  failed to reserve memory",
        ),
        (
            "OF: reserved mem: failed to allocate memory for node 'linux,cma': size 64 MiB",
            "ReservedNode linux,cma None 0x4000000 False False  failed to allocate memory",
        ),
        ("Reserved memory[8]: gpu_crc:0x800000", "ReservedNode gpu_crc None 0x800000 False False  "),
        ("  G2D  : 0x50000000 - 0x50ffffff  (  16 MB)", "ReservedNode G2D 0x50000000 0x1000000 False False  "),
        (
            "[2513] mblock_reserve-R[2].start: 0x7ffc0000, sz: 0x40000 map:1 name:log_store",
            "ReservedNode log_store 0x7ffc0000 0x40000 False False  ",
        ),
        ("Reserved memory: created CMA memory pool at 0x58000000, size 384 MiB", "CmaArea  0x58000000 0x18000000 "),
        ("cma: CMA: reserved 16 MiB at 8e000000", "CmaArea  0x8e000000 0x1000000 "),
        ("cma: Reserved 64 MiB at 0x00000000bc000000 on node -1", "CmaArea  0xbc000000 0x4000000 "),
        ("cma: Reserved 512 MiB in 3 ranges", "CmaArea  None 0x20000000 "),
        ("cma: Failed to reserve 64 MiB", "CmaArea  None 0x4000000 Failed to reserve"),
        (
            "Reserving 256MB of memory at 64MB for crashkernel (System RAM: 51200MB)",
            "CrashKernel 0x4000000 0x10000000 False ",
        ),
        (
            "setup: Reserving 1024MB of memory at 130048MB for crashkernel (System RAM: 130048MB)",
            "CrashKernel 0x1fc0000000 0x40000000 False ",
        ),
        (
            "Reserving 256MB of low memory at 2800MB for crashkernel (low RAM limit: 4096MB)",
            "CrashKernel 0xaf000000 0x10000000 True ",
        ),
        (
            "crashkernel reserved: 0x00000000e0000000 - 0x0000000100000000 (512 MB)",
            "CrashKernel 0xe0000000 0x20000000 False ",
        ),
        (
            "crashkernel reservation failed - No suitable area found.",
            "CrashKernel None 0x0 False crashkernel reservation failed - No suitable area found.",
        ),
        ("cannot allocate crashkernel (size:0x20000000)", "CrashKernel None 0x20000000 False cannot allocate crashkernel"),
    ],
)  # fmt: skip
def test_memory_is_reserved_or_could_not_be(text: str, expected: str) -> None:
    assert " ".join(one(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RAMDISK: [mem 0x36d25000-0x37689fff]", "initrd 0x36d25000 0x965000 True"),
        ("RAMDISK: 36c79000 - 37fef000", "initrd 0x36c79000 0x1376000 True"),
        ("ACPI: Reserving ASF! table memory at [mem 0xbffaa000-0xbffaa09f]", "ACPI ASF! table 0xbffaa000 0xa0 True"),
        ("esrt: Reserving ESRT space from 0x000000008a37d818 to 0x000000008a37d850.", "ESRT 0x8a37d818 0x38 True"),
        ("found SMP MP-table at [mem 0x000f5470-0x000f547f]", "MP table pointer 0xf5470 0x10 True"),
        ("PM: hibernation: Registered nosave memory: [mem 0x0-0xfff]", "not saved by hibernation 0x0 0x1000 False"),
        ("Reserving Intel graphics memory at [mem 0x8c000000-0x8fffffff]", "graphics stolen memory 0x8c000000 0x4000000 False"),
        ("software IO TLB: mapped [mem 0x0000000077e00000-0x000000007be00000] (64MB)", "swiotlb 0x77e00000 0x4000000 True"),
        ("software IO TLB [mem 0xf9400000-0xf97fffff] (4MB) mapped at [ffffffc0b9400000-ffffffc0b97fffff]", "swiotlb 0xf9400000 0x400000 True"),
        ("e820: reserve RAM buffer [mem 0x0009c800-0x0009ffff]", "RAM buffer 0x9c800 0x3800 False"),
        ("[gap 0xa0000000-0xfedfffff] available for PCI devices", "available for PCI devices 0xa0000000 0x5ee00000 False"),
        ("Found tegra_fbmem: 003e8a00@abc01000", "tegra_fbmem 0xabc01000 0x3e8a00 False"),
        ("kvm [0]: Reserved 44 MiB at 0x9a9e00000", "kvm 0x9a9e00000 0x2c00000 True"),
    ],
)  # fmt: skip
def test_ranges_have_owners(text: str, expected: str) -> None:
    assert " ".join(one(text)) == f"OwnedRange {expected}"


def test_tables_and_areas_have_sizes() -> None:
    text = "TCP established hash table entries: 65536 (order: 7, 524288 bytes, linear)"
    assert one(text) == ("HashTable", "TCP established", "0x10000", "0x80000")
    for words in ("percpu: Embedded 35 pages/cpu @ffff880280400000", "percpu: Embedded 35 pages/cpu"):
        areas = one(f"{words} s103064 r8192 d32104 u524288")
        assert areas == ("PerCpu", "0x23", "0x19298", "0x2000", "0x7d68", "0x80000")


def test_headings_say_nothing() -> None:
    assert not said("BIOS-provided physical RAM map:", "Memory Reserved:", "No NUMA configuration found")
