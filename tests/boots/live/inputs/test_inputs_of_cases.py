"""What is read from the memory of a machine, as it was at its kernel's entry, makes the machine again.

Covers acpi.py, architecture.py, physical.py, reading.py, records.py, uefi.py,
uefi_contents.py, writing.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.core.inputs import Machine
from bootstep.boots.init.main import boot
from bootstep.boots.live.inputs.reading import read_at_entry
from bootstep.boots.live.inputs.writing import machine_of, write_machine
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.text.dmesg import all_lines
from memory_at_entry import AtEntry
from msgspec.structs import replace

BOARDS = ("6.1-4k48/m1g", "6.1-4k48/initrd-8m", "6.12-4k48/numa2", "6.1-4k48/kaslr")
BY_UEFI = ("6.1-4k48/efi-initrd", "6.1-4k48/efi-acpi", "6.1-4k48/efi-srat")
PCS = ("6.1-x86_64/m2g", "6.12-x86_64/numa4", "6.1-x86_64/efi", "6.12-x86_64/efi-m8g-q35")


def log(machine: Machine) -> list[str]:
    kernel = load_kernel(machine)
    boot(kernel)
    return list(all_lines(kernel.trace))


@pytest.mark.parametrize("case", [*BOARDS, *BY_UEFI, *PCS])
async def test_the_files_are_those_of_the_case(case: str, tmp_path: Path) -> None:
    there = AtEntry(case, tmp_path / "case")
    inputs = await read_at_entry(there.memory, there.entry, there.machine.arch)
    # The captures of boards do not have the table that FACP names (DSDT).
    is_without = case in BY_UEFI and (there.folder / "acpi" / "FACP.bin").is_file()
    lacking = ["ACPI: there is no table at"] if is_without else []
    assert [words.rpartition(" 0x")[0] for words in inputs.missing] == lacking
    expected = {
        str(path.relative_to(there.folder)): path.read_bytes()
        for path in there.folder.rglob("*")
        if path.is_file() and path.suffix not in (".toml", ".json", ".gz", ".jsonl", ".log")
    }
    assert {name: inputs.files[name] for name in expected} == expected
    assert {name for name in inputs.files if not name.endswith(".json")} == set(expected)


@pytest.mark.parametrize("case", [*BOARDS, *BY_UEFI, *PCS])
async def test_a_machine_that_was_read_boots_as_the_one_in_whose_memory_it_was(
    case: str, tmp_path: Path
) -> None:
    there = AtEntry(case, tmp_path / "case")
    inputs = await read_at_entry(there.memory, there.entry, there.machine.arch)
    write_machine(tmp_path / "live", inputs, there.files)
    machine = read_machine(str(tmp_path / "live" / "machine.toml"))
    found = replace(
        machine,
        cpu_features=there.machine.cpu_features,
        sizes=there.machine.sizes,
        constants=there.machine.constants,
    )
    assert found.memblock_debug == there.machine.memblock_debug
    assert log(found) == log(there.machine)


@pytest.mark.parametrize("case", [BOARDS[0], PCS[0]])
async def test_the_kernel_may_be_another_machines(case: str, tmp_path: Path) -> None:
    there = AtEntry(case, tmp_path / "case", physical=False)
    inputs = await read_at_entry(there.memory, there.entry, there.machine.arch)
    machine = machine_of(inputs, there.machine, tmp_path)
    found = replace(machine, cpu_features=there.machine.cpu_features)
    assert log(found) == log(there.machine)
