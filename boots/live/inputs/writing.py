"""From inputs that were read to a machine: a directory with its machine file, or the machine itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from ....model.language.words import tr
from ...capture.firmware import KEY_TABLES
from ...capture.toml_text import MACHINE, Value, machine_text
from ...capture.written import write_new
from ...core.inputs import Machine
from ...loader.machine_file import KEYS, read_machine
from ..architectures import LIVE
from .records import KernelFiles, LiveInputs


def write_machine(
    target: Path, inputs: LiveInputs, kernel: KernelFiles, with_keys: bool = False
) -> list[str]:
    """Write the machine into a new directory, which only its owner may read; the kernel is named where it is.
    Without `with_keys` ACPI's tables with keys are left out, and serial numbers written over.  Returns the
    names of the files.  Raises `InputError` if there is something of that name."""
    files, left = dict(inputs.files), list[str]()
    if not with_keys:
        files, left = _without_keys(inputs)
    files[MACHINE] = _text(inputs, kernel, left).encode()
    write_new(target, files)
    return sorted(files)


def machine_of(inputs: LiveInputs, kernel: KernelFiles | Machine, folder: Path) -> Machine:
    """The machine of the inputs, with a kernel's files or the kernel of another machine.  Its files are
    written below `folder`, nothing left out, and have to stay there as long as it is used.  Raises
    `InputError`."""
    files = kernel if isinstance(kernel, KernelFiles) else KernelFiles()
    target = folder / "inputs"
    write_machine(target, inputs, files, with_keys=True)
    machine = read_machine(str(target / MACHINE))
    if isinstance(kernel, KernelFiles):
        return machine
    own = [key.name for key in KEYS if key.section == "kernel" and key.name != "memblock_debug"]
    return replace(machine, **{name: getattr(kernel, name) for name in own})


def _text(inputs: LiveInputs, kernel: KernelFiles, left: list[str]) -> str:
    """The machine file."""
    own: Mapping[str, Value] = {"arch": inputs.arch, **dict(_kernel_keys(kernel)), **inputs.kernel}
    said = {"kernel": own, "board": inputs.board, "boot": inputs.boot}
    keys = {section: _in_order(section, values) for section, values in said.items()}
    head = ["written by 'bootstep live'"]
    head += [f"not read: {one}" for one in inputs.missing]
    head += [f"derived: {one}" for one in inputs.derived]
    head += [f"left out: {one}" for one in left]
    return machine_text(keys, head)


def _in_order(section: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """The keys as people are used to them."""
    order = [key.name for key in KEYS if key.section == section]
    return {name: values[name] for name in order if name in values}


def _kernel_keys(kernel: KernelFiles) -> Iterator[tuple[str, Value]]:
    if kernel.release:
        yield "release", kernel.release
    named = {"vmlinux": kernel.kernel, "kallsyms": kernel.symbols, "config": kernel.config}
    yield from ((name, str(path.absolute())) for name, path in named.items() if path is not None)


def _without_keys(inputs: LiveInputs) -> tuple[dict[str, bytes], list[str]]:
    """The files without what is nobody else's business, and what that is."""
    files: dict[str, bytes] = {}
    left: list[str] = []
    for name, content in inputs.files.items():
        signature = content[:4].decode("latin-1")
        if name.startswith("acpi/") and signature in KEY_TABLES:
            left.append(tr("ACPI table {name}: {why}", name=signature, why=KEY_TABLES[signature]))
        else:
            files[name] = content
    changed, why = LIVE[inputs.arch].inputs.masked(files)
    return files | changed, [*left, *why]
