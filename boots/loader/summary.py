"""A machine and its kernel in words: from which files, and what had to be assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ...model.base.units import hex_address, readable_size
from ..core.inputs import Machine
from ..core.kernel import Kernel
from .machine_file import SHIPPED


def machine_lines(named: Machine, kernel: Kernel) -> Iterator[str]:
    """All that decides the boot of a kernel; `named` is the machine as it was given, which the kernel's own
    may say more than."""
    machine = kernel.machine
    yield f"machine       {named.name}, {machine.arch}, {machine.cpus} x {machine.cpu}, from {machine.kind}"
    yield f"board         {_file(named.dtb or named.dts)}" + (
        f", ACPI {_file(named.acpi)}" if named.acpi else ""
    )
    yield f"kernel        Linux {machine.release}, {_file(machine.vmlinux or machine.kallsyms)}"
    yield f"config        {_file(machine.config) if machine.config else 'inside the kernel (IKCONFIG)'}"
    yield f"sizes         {kernel.sizes.source}"
    layout = kernel.layout
    yield f"pages         {readable_size(layout.page_size)}, {layout.va_bits} bits of virtual addresses"
    yield f"_text at      {hex_address(machine.load_address)}"
    yield f"device tree   {readable_size(kernel.fdt.totalsize)} at {hex_address(machine.dtb_address)}"
    start, size = machine.initrd or (0, 0)
    yield "initrd        " + (f"{readable_size(size)} at {hex_address(start)}" if size else "none")
    yield f"command line  {machine.cmdline or ''}".rstrip()
    if not kernel.assumed:
        yield "assumed       nothing"
    yield from _listed("assumed", kernel.assumed)
    yield from _listed("in the way", kernel.collisions)


def _listed(title: str, sentences: Sequence[str]) -> Iterator[str]:
    for number, sentence in enumerate(sentences):
        yield f"{title if number == 0 else '':13} {sentence}"


def _file(path: Path | None) -> str:
    if path is None:
        return "the shipped one"
    return str(path.relative_to(SHIPPED)) if path.is_relative_to(SHIPPED) else str(path)
