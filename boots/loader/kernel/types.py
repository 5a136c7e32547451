"""Where the sizes of a kernel's structures come from: a file that tells them, the DWARF or the BTF of its
vmlinux, or the table of known kernels.  The first that there is counts."""

from __future__ import annotations

from collections.abc import Mapping
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ....model.build.kconfig import KConfig
from ....model.build.sizes import Sizes
from ....model.files.cache import cached
from ....model.files.input_files import map_file, read_json
from ....model.files.progress import Progress
from ...core.inputs import Machine
from ..architectures import architecture_of
from ..machine_file import SHIPPED

if TYPE_CHECKING:
    from .file import KernelFile

KNOWN_KERNELS = SHIPPED / "known_kernels.json"
SUBSECTION_SIZE = 2 << 20
MEMBERS = "fields_[name,offset,size]"


def open_kernel(path: Path) -> bytes | mmap:
    """The bytes of a kernel file, which may be hundreds of megabytes.  Raises `InputError`."""
    return map_file(path)


def read_sizes(machine: Machine, config: KConfig, kernel: KernelFile | None) -> Sizes:
    """The sizes of a machine's kernel, whose file is `kernel`.  Raises `InputError`."""
    constants: Mapping[str, Any] = read_json(machine.constants) if machine.constants else {}
    if machine.constants:
        Sizes.from_json({}, constants, str(machine.constants))
    if machine.sizes:
        return Sizes.from_json(read_json(machine.sizes), constants, str(machine.sizes))
    from ....model.build.known_kernels import decided_by_config, nearest  # shipped machines have their sizes
    from ....model.build.required_types import OF_DEVICE_TREES, STRUCTURES

    own, source = types_in(kernel) if kernel else no_types()
    known = nearest(read_json(KNOWN_KERNELS), machine.arch, machine.release, config)
    section_size = architecture_of(machine).section_size(machine.release, config)
    decided = decided_by_config(machine.release, config, section_size // SUBSECTION_SIZE)
    facts = _merged(known.facts, _merged(decided, own))
    needed = STRUCTURES if config.enabled("OF") else STRUCTURES - OF_DEVICE_TREES
    missing = sorted(needed - {name.removeprefix("struct ") for name in own.get("sizeof", {})})
    if own:
        doubtful = f"not in it: {', '.join(missing)}; taken from {known.name}" if missing else ""
        return replace(Sizes.from_json(facts, constants, source), doubtful=doubtful)
    source = f"what is shipped for {known.name}"
    return replace(Sizes.from_json(facts, constants, source), doubtful=known.doubtful)


def types_in(kernel: KernelFile) -> tuple[Mapping[str, Any], str]:
    """What a kernel file tells of its types (shaped as sizes.json), and how: ({}, "") if it does not.  Raises
    `InputError`."""
    if kernel.embedded is not None:
        types = kernel.embedded.types
        return types, f"BTF in {kernel.path}" if types else ""
    return types_in_vmlinux(kernel.path, kernel.content, kernel.image.symbols if kernel.image else {})


def no_types() -> tuple[Mapping[str, Any], str]:
    """What a kernel without a file tells of its types."""
    return {}, ""


def types_in_vmlinux(
    path: Path, content: bytes | mmap, symbols: Mapping[str, int]
) -> tuple[dict[str, Any], str]:
    """What an ELF file tells of its types (shaped as sizes.json), and how it tells it: ({}, "") if it does
    not.  Raises `InputError`."""
    from ....model.build.btf import read_btf  # pyelftools' DWARF takes its time
    from ....model.build.dwarf import read_dwarf
    from ....model.build.image.elf import open_elf, section_data
    from ....model.build.kernel_files import damaged

    elf = open_elf(content, str(path))
    with damaged(f"{path}: this ELF file is damaged or cut off"):
        dwarf = cached(path, "dwarf", lambda: read_dwarf(elf, symbols, path.name, Progress()))
        if dwarf:
            return dwarf, f"DWARF in {path}"
        section = elf.get_section_by_name(".BTF")
        if section is None or section["sh_type"] == "SHT_NOBITS":
            return {}, ""
        btf = cached(path, "btf", lambda: read_btf(section_data(section, str(path)), str(path)))
    return (btf, f"BTF in {path}") if btf and btf["sizeof"] else ({}, "")


def _merged(first: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """Facts, of which the second count where both tell."""
    return {
        part: {**first.get(part, {}), **then.get(part, {})}
        for part in ("sizeof", MEMBERS, "enums", "constants")
    }
