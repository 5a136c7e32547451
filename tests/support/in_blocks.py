"""Machines whose kernels map memory by blocks: by pages, nine of ten events of a boot are those of one
page table more, all alike."""

from __future__ import annotations

from bootstep.boots.core.inputs import Machine
from bootstep.boots.loader.machine_file import Options, read_machine
from msgspec.structs import replace

IN_BLOCKS = "rodata=off"
"""What an arm64 kernel's command line says for that."""


def in_blocks(machine: str = "virt-1g", options: Options | None = None) -> Machine:
    """The machine of that name, whose command line says that too."""
    read = read_machine(machine, options)
    return replace(read, cmdline=f"{read.cmdline or ''} {IN_BLOCKS}".lstrip())
