"""The machine of a PC in QEMU, written down as bootstep reads it: from its RAM, when the kernel runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bootstep.model.firmware.boot_params import BOOT_PARAMS_SIZE, BootParams
from bootstep.model.memory.e820 import type_name
from msgspec import Struct
from pc_boards import Board
from pc_qemu import Stopped
from ram import file_name

CPUS: dict[str, Any] = json.loads((Path(__file__).parent / "cpus.json").read_text())
"""What /proc/cpuinfo has of the CPUs that QEMU imitates."""

BASES = ("page_offset_base", "vmalloc_base", "vmemmap_base")


class Build(Struct, frozen=True):
    """A kernel: the file with its symbols, its configuration, its release, what QEMU starts, and files of
    sizes and constants, by their keys."""

    vmlinux: Path
    config: Path
    release: str
    image: Path
    told: Mapping[str, Path]


def write_machine(
    board: Board, build: Build, stopped: Stopped, symbols: Mapping[str, int], folder: Path
) -> Path:
    """The files of a machine whose kernel runs; it has a copy of the zero page, and KASLR's bases."""
    ram = stopped.ram
    at = {name: symbols[name] - symbols["_text"] + stopped.load for name in ("boot_params", *BASES)}
    page = ram.bytes(at["boot_params"], BOOT_PARAMS_SIZE)
    (folder / "boot_params.bin").write_bytes(page)
    rows = (f"{e.addr:#x} {e.end:#x} {type_name(e.type)}" for e in BootParams(page).e820_table)
    (folder / "e820.txt").write_text("\n".join(rows) + "\n")
    (folder / "cpu.json").write_text(json.dumps(CPUS[board.cpu]))
    (folder / "firmware.json").write_text(json.dumps(ram.firmware(), indent=1))
    (folder / "acpi").mkdir()
    tables = list(ram.acpi_tables())
    for number, (_, _, data) in enumerate(tables):
        (folder / "acpi" / file_name(tables, number)).write_bytes(data)
    start, size = BootParams(page).ramdisk_image, BootParams(page).ramdisk_size
    text = (symbols["_text"] + stopped.moved) % (1 << 64)
    bases = {"text": text, **{name: ram.number(at[name], 8) for name in BASES}}
    drawn = ", ".join(f"{name} = {base:#x}" for name, base in bases.items())
    kaslr = "" if "nokaslr" in board.cmdline.split() else f"kaslr = {{ {drawn} }}\n"
    machine = folder / "machine.toml"
    machine.write_text(
        f'[kernel]\nrelease = "{build.release}"\narch = "x86_64"\n'
        f'vmlinux = "{build.vmlinux}"\nconfig = "{build.config}"\n'
        + "".join(f'{key} = "{path}"\n' for key, path in build.told.items())
        + '[board]\ne820 = "e820.txt"\nboot_params = "boot_params.bin"\nfirmware = "firmware.json"\n'
        f'acpi = "acpi"\ncpu_features = "cpu.json"\ncpus = {board.cpus}\n'
        f'[boot]\nkind = "e820"\nload_address = {stopped.load:#x}\n'
        f"initrd = {{ start = {start:#x}, size = {size:#x} }}\n"
        f'cmdline = "{board.cmdline}"\n' + kaslr
    )
    return machine
