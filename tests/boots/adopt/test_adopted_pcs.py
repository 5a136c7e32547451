"""Machines made of logs of PCs.  Covers pc.py and pc_tables.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from acpi_machine import memory, slit, srat
from booted_pc import EIGHT_GIB, GIB
from bootstep.boots.adopt.machine import adopt_log, write
from bootstep.boots.adopt.pc_tables import Cpus, cpus_of, logged_tables, tables_of
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.boots.x86.variables import Kernel
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.acpi_tables import checksum
from bootstep.model.firmware.pc_firmware import parse_pc_firmware
from bootstep.model.logs.comparison import MemoryLines, compare
from bootstep.model.logs.kernel_log import KernelLog
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.text.dmesg import all_lines
from pc_acpi import booted_acpi_pc, hpet, near, pc_fadt, usual_madt

NODES = srat(near(0, 0), near(1, 1), memory(0, 0, GIB), memory(1, GIB, GIB))


def log_of(k: Kernel) -> KernelLog:
    banner = f"Linux version {k.release} (user@host) (x86_64-linux-gnu-gcc 12.2.0) #1 SMP"
    lines = [line for line in all_lines(k.trace) if not line.startswith("Linux version")]
    return log_of_text("".join(f"[    0.000000] {line}\n" for line in (banner, *lines)), "dmesg.txt")


def agreement(k: Kernel, place: Path) -> tuple[int, int]:
    """How many memory lines of the log of a boot are those of the machine made of it, and of how many."""
    log = log_of(k)
    boot = ModelBoot.of(read_machine(str(write(adopt_log(log), place / "machine"))))
    boot.run()
    ours, theirs = MemoryLines.read(all_lines(boot.trace)), MemoryLines.of(log)
    found = compare(ours.known_to(k.release), theirs.known_to(k.release))
    return found.agree, found.total


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_the_machine_of_a_pcs_whole_log_boots_line_for_line(release: str, tmp_path: Path) -> None:
    tables = (pc_fadt(), usual_madt(4), NODES, slit(10, 21, 21, 10), hpet())
    k = booted_acpi_pc(tables, "crashkernel=128M", release)
    agree, total = agreement(k, tmp_path)
    assert agree == total > 100


def test_memory_above_4_gib_and_an_options_map_come_back(tmp_path: Path) -> None:
    k = booted_acpi_pc((pc_fadt(), usual_madt()), "memmap=64M$1G cma=64M", "6.12", EIGHT_GIB, cpu="EPYC")
    agree, total = agreement(k, tmp_path)
    assert agree == total > 100


def test_tables_lie_where_the_log_has_them_and_add_up() -> None:
    log = log_of(booted_acpi_pc((pc_fadt(), usual_madt(), NODES)))
    listed = logged_tables(log.lines)
    assert [table.signature for table in listed] == ["RSDP", "RSDT", "FACP", "APIC", "SRAT"]
    files = tables_of(log.lines)
    assert sorted(files) == ["APIC.bin", "FACP.bin", "RSDP.bin", "RSDT.bin", "SRAT.bin"]
    assert all(checksum(data) == 0 for name, data in files.items() if name != "RSDP.bin")
    assert len(files["APIC.bin"]) == usual_madt().length


def test_cpus_that_may_come_are_told_in_either_way() -> None:
    def told(line: str) -> Cpus | None:
        return cpus_of(log_of_text(f"Linux version 6.1.90 (u@h) (gcc) #1\n{line}\n", "dmesg.txt").lines)

    assert told("smpboot: Allowing 6 CPUs, 4 hotplug CPUs") == (2, 4)
    assert told("CPU topo: Allowing 2 present CPUs plus 4 hotplug CPUs") == (2, 4)
    assert told("Command line: possible_cpus=6\nsmpboot: Allowing 6 CPUs, 4 hotplug CPUs") == (2, 0)
    assert told("nothing of CPUs") is None


def test_a_log_without_a_map_becomes_no_machine() -> None:
    log = log_of_text("Linux version 6.1.90 (u@h) (x86_64-linux-gnu-gcc 12) #1 SMP\n", "dmesg.txt")
    with pytest.raises(InputError, match=r"dmesg\.txt: "):
        adopt_log(log)


@pytest.mark.parametrize(
    "line",
    [
        "ACPI: RSDT 0x00000009BFFE1D90 00003C (v01 BOCHS  BXPC     00000001 BXPC 00000001)",
        "ACPI: HPET id: 0x8086a20199 base: 0xfed00000",
    ],
)
def test_numbers_that_no_table_has_room_for_are_a_sentence(line: str) -> None:
    told = [
        "Linux version 6.1.0 (x86_64-linux-gnu-gcc) #1 SMP",
        "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable",
        "BIOS-e820: [mem 0x0000000000100000-0x000000007ffdffff] usable",
        line,
        "ACPI: RSDT 0x000000007FFE1B68 000034 (v01 BOCHS  BXPC     00000001 BXPC 00000001)",
        "ACPI: HPET 0x000000097FFE1B08 000038 (v01 BOCHS  BXPC     00000001 BXPC 00000001)",
    ]
    with pytest.raises(InputError, match=r"dmesg\.txt: a number in the lines about ACPI"):
        adopt_log(log_of_text("".join(f"[    0.000000] {text}\n" for text in told), "dmesg.txt"))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "ACPI: SRAT 0x000000007FFE1C14 FFFFFFFF (v01 BOCHS  BXPC     00000001 BXPC 00000001)",
            "SRAT alone has",
        ),
        (
            "smpboot: Allowing 400000000 CPUs, 0 hotplug CPUs",
            "tells of 400000000 CPUs, and 0 to be plugged in",
        ),
        ("smpboot: Allowing 1 CPUs, 4 hotplug CPUs", "tells of -3 CPUs"),
        ("CPU topo: Allowing 1 present CPUs plus 400000000 hotplug CPUs", "expected a number from 1 to 8192"),
    ],
)
def test_more_than_any_board_has_is_a_sentence(line: str, sentence: str) -> None:
    told = [
        "Linux version 6.1.0 (x86_64-linux-gnu-gcc) #1 SMP",
        "BIOS-e820: [mem 0x0000000000100000-0x000000007ffdffff] usable",
        line,
        "ACPI: RSDT 0x000000007FFE1B68 000034 (v01 BOCHS  BXPC     00000001 BXPC 00000001)",
        "ACPI: APIC 0x000000007FFE1B08 000090 (v01 BOCHS  BXPC     00000001 BXPC 00000001)",
    ]
    with pytest.raises(InputError, match=rf"dmesg\.txt: .*{sentence}"):
        adopt_log(log_of_text("".join(f"[    0.000000] {text}\n" for text in told), "dmesg.txt"))


def test_cpus_and_io_apics_of_a_machine_without_acpi_are_in_its_mp_table() -> None:
    lines = (
        "Linux version 6.1.90 (u@h) (x86_64-linux-gnu-gcc 12) #1 SMP",
        "BIOS-provided physical RAM map:",
        "BIOS-e820: [mem 0x0000000000000000-0x000000007fffffff] usable",
        "found SMP MP-table at [mem 0x000f5ba0-0x000f5baf]",
        "memblock_reserve: [0x00000000000f5ba0-0x00000000000f5baf] smp_scan_config+0xa2/0xf6",
        "memblock_reserve: [0x00000000000f5bb0-0x00000000000f5c77] smp_scan_config+0xb9/0xf6",
        "Processor #0 (Bootup-CPU)",
        "Processor #1",
        "IOAPIC[0]: apic_id 0, version 32, address 0xfec00000, GSI 0-23",
        "RAMDISK: [mem 0x7ffdc000-0x7ffdffff]",
    )
    log = log_of_text("".join(f"[    0.000000] {line}\n" for line in lines), "dmesg.txt")
    files = adopt_log(log).files
    told = parse_pc_firmware(json.loads(files["firmware.json"]), "firmware.json").mp[0]
    assert (told.address, told.table_address, len(told.table)) == (0xF5BA0, 0xF5BB0, 0xC8)
    assert checksum(told.table) == 0
    assert [told.table[at : at + 2] for at in (44, 64, 84)] == [b"\0\0", b"\0\1", b"\2\0"]
    assert b"initrd = { start = 0x7ffdc000, size = 0x4000 }" in files["machine.toml"]


def test_uefis_map_and_the_places_of_its_tables_are_taken_over() -> None:
    lines = (
        "Linux version 6.1.90 (u@h) (x86_64-linux-gnu-gcc 12) #1 SMP",
        "BIOS-provided physical RAM map:",
        "BIOS-e820: [mem 0x0000000000001000-0x000000007fffffff] usable",
        "memblock_reserve: [0x000000007f774040-0x000000007f77406f] efi_memblock_x86_reserve_range+0x1/0x2",
        "e820: update [mem 0x7e2cd018-0x7e2d6c57] usable ==> usable",
        "efi: EFI v2.70 by EDK II",
        "efi: SMBIOS=0x7f518000 ACPI=0x7f77e000 ACPI 2.0=0x7f77e014 ",
        "efi: mem00: [Conventional|   |  |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC]"
        " range=[0x0000000000001000-0x000000007fffffff] (2047MB)",
    )
    adopted = adopt_log(log_of_text("".join(f"[    0.000000] {line}\n" for line in lines), "dmesg.txt"))
    assert b'kind = "uefi"' in adopted.files["machine.toml"]
    facts = json.loads(adopted.files["efi.json"])
    assert (facts["memmap_pa"], facts["memmap_size"]) == ("0x7f774040", 48)
    assert [table["table"] for table in facts["config_tables"]][-2:] == ["0x7f77e000", "0x7f77e014"]
    assert adopted.files["efi_memmap.txt"].startswith(b"efi: mem00: [Conventional|")
    (data,) = parse_pc_firmware(json.loads(adopted.files["firmware.json"]), "firmware.json").setup_data
    assert (data.address, data.length) == (0x7E2CD018, 0x9C30)
