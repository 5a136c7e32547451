"""A machine and its kernel in words: from which files, and what had to be assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ...model.base.units import hex_address, readable_size
from ...model.memory.e820 import E820_TYPE_RAM
from ..core.inputs import Drawn, Machine
from ..core.kernel import Kernel
from .machine_file import SHIPPED

BASES = ("page_offset_base", "vmalloc_base", "vmemmap_base")


def machine_lines(named: Machine, kernel: Kernel) -> Iterator[str]:
    """All that decides the boot of a kernel; `named` is the machine as it was given, which the kernel's own
    may say more than."""
    machine = kernel.machine
    yield f"machine       {named.name}, {machine.arch}, {machine.cpus} x {machine.cpu}, from {machine.kind}"
    yield from _of_map(named, kernel) if kernel.firmware.e820 else _of_board(named)
    yield f"kernel        Linux {machine.release}, {_file(machine.vmlinux or machine.kallsyms)}"
    yield f"config        {_file(machine.config) if machine.config else 'inside the kernel (IKCONFIG)'}"
    yield f"sizes         {kernel.sizes.source}"
    layout = kernel.layout
    yield f"pages         {readable_size(layout.page_size)}, {layout.va_bits} bits of virtual addresses"
    yield f"_text at      {hex_address(machine.load_address)}"
    if kernel.firmware.e820:
        yield from _drawn(machine.kaslr)
    else:
        yield f"device tree   {readable_size(kernel.fdt.totalsize)} at {hex_address(machine.dtb_address)}"
    start, size = machine.initrd or (0, 0)
    yield "initrd        " + (f"{readable_size(size)} at {hex_address(start)}" if size else "none")
    yield f"command line  {machine.cmdline or ''}".rstrip()
    if not kernel.assumed:
        yield "assumed       nothing"
    yield from _listed("assumed", kernel.assumed)
    yield from _listed("in the way", kernel.collisions)


def _of_board(named: Machine) -> Iterator[str]:
    """The board, if it is a device tree."""
    acpi = f", ACPI {_file(named.acpi)}" if named.acpi else ""
    yield f"board         {_file(named.dtb or named.dts)}{acpi}"


def _of_map(named: Machine, kernel: Kernel) -> Iterator[str]:
    """The board, if it is what firmware says of memory; and the CPU, which page tables depend on."""
    firmware, cpu = kernel.firmware, kernel.machine.cpu_features
    usable = sum(entry.size for entry in firmware.e820 if entry.type == E820_TYPE_RAM)
    source = named.e820 or named.boot_params or named.efi_memmap
    count = "1 range" if len(firmware.e820) == 1 else f"{len(firmware.e820)} ranges"
    yield f"e820          {_file(source)}: {count}, {readable_size(usable)} usable"
    files = {
        "boot_params": named.boot_params,
        "firmware": named.firmware,
        "ACPI": named.acpi,
        "UEFI's map": named.efi_memmap,
        "UEFI's tables": named.efi,
    }
    told = [f"{what} {_file(path)}" for what, path in files.items() if path is not None]
    yield f"firmware      {', '.join(told) or 'no file tells'}"
    pages = "pages of 1 GiB" if cpu.has("pdpe1gb") else "no pages of 1 GiB"
    levels = ", five levels of page tables" if cpu.has("la57") else ""
    name = cpu.name or cpu.vendor
    yield f"CPU           {name}: {cpu.physical_bits} bits of physical addresses, {pages}{levels}"


def _drawn(drawn: Drawn | None) -> Iterator[str]:
    """What KASLR has drawn on x86-64."""
    if drawn is not None:
        bases = ((name, getattr(drawn, name)) for name in ("text", *BASES))
        told = [f"{name} {hex_address(at)}" for name, at in bases if at is not None]
        yield f"KASLR         {', '.join(told) or 'nothing is known of it'}"


def _listed(title: str, sentences: Sequence[str]) -> Iterator[str]:
    for number, sentence in enumerate(sentences):
        yield f"{title if number == 0 else '':13} {sentence}"


def _file(path: Path | None) -> str:
    if path is None:
        return "the shipped one"
    return str(path.relative_to(SHIPPED)) if path.is_relative_to(SHIPPED) else str(path)
