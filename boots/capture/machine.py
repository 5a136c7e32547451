"""Write the machine that a Linux runs on into a directory: a machine file and what it names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.firmware.devicetree.tree import DeviceTree
from ...model.trace.events import Kind
from ..init.main import boot
from ..loader.load import load_kernel
from ..loader.machine_file import read_machine
from .board import capture_device_tree
from .firmware import capture_acpi, capture_uefi, started_by_uefi
from .kernel import CapturedKernel, capture_kernel
from .places import Clues, find_device_tree, find_initrd, initrd_extents, kernel_extents
from .source import Missing, Source
from .toml_text import MACHINE, Value, machine_text
from .written import write_new

Keys = dict[str, dict[str, Value]]


class Capture(Struct, frozen=True):
    """`files` that were written, `seen` the files of the system that were read, `left` what was left out on
    purpose, `missing` what could not be read, `derived` what follows from something else, `trouble` why the
    machine does not boot in the model ("": it does)."""

    files: tuple[str, ...]
    seen: tuple[str, ...]
    left: tuple[str, ...]
    missing: tuple[Missing, ...]
    derived: tuple[str, ...]
    trouble: str


def capture(root: Path, target: Path, with_keys: bool = False) -> Capture:
    """Take down the machine whose system is at `root` into the directory `target`, which is made; with
    ACPI's tables `with_keys`, if they are asked for.  Raises `InputError`."""
    if os.path.lexists(target):
        raise InputError(f"{target}: there is something of this name, a new directory is expected")
    source = Source(root)
    log = source.kernel_log()
    if not log:
        source.note("kernel log", "it cannot be read", "run 'bootstep capture' as root")
    kernel = capture_kernel(source, log)
    keys, files = _machine(source, kernel, log, with_keys)
    files[MACHINE] = machine_text(keys, _head(source)).encode()
    write_new(target, files)
    return Capture(
        files=tuple(sorted(files)),
        seen=tuple(source.seen),
        left=tuple(source.left),
        missing=tuple(source.missing),
        derived=tuple(source.derived),
        trouble=_trouble(target / MACHINE, keys),
    )


def _machine(
    source: Source, kernel: CapturedKernel, log: str, with_keys: bool
) -> tuple[Keys, dict[str, bytes]]:
    """The sections and keys of the machine file, and the files beside it."""
    files = dict(kernel.files)
    keys: Keys = {"kernel": dict(kernel.keys), "board": {}, "boot": {"kind": "devicetree"}}
    if kernel.arch.board is not None:
        found = kernel.arch.board(source, log, with_keys)
        files |= found.files
        keys["board"], keys["boot"] = dict(found.board), dict(found.boot)
    else:
        files |= _with_device_tree(source, kernel, log, with_keys, keys)
    cmdline = keys["boot"].pop("cmdline", None)
    if kernel.load_address is not None:
        keys["boot"]["load_address"] = kernel.load_address
    keys["boot"] |= kernel.arch.boot_keys(source, log, kernel.moved, kernel.layout)
    if cmdline is not None:
        keys["boot"]["cmdline"] = cmdline
    return keys, files


def _with_device_tree(
    source: Source, kernel: CapturedKernel, log: str, with_keys: bool, keys: Keys
) -> dict[str, bytes]:
    """The files of a board with a device tree; what names them is added to the keys."""
    files: dict[str, bytes] = {}
    fdt = capture_device_tree(source)
    if fdt:
        files["board.dtb"] = fdt.raw
        keys["board"]["dtb"] = "board.dtb"
        clues = _clues(source, kernel, fdt, log)
        where = find_device_tree(source, fdt, clues)
        if where is not None:
            keys["boot"]["dtb_address"] = where
        initrd = find_initrd(source, fdt, clues)
        if initrd is not None:
            keys["boot"]["initrd"] = initrd
    if fdt and started_by_uefi(fdt):
        keys["boot"]["kind"] = "uefi"
        files |= capture_uefi(source, fdt, log)
    files |= capture_acpi(source, log, with_keys)
    named = {"efi_memmap": "efi_memmap.bin", "efi": "efi.json", "acpi": "acpi"}
    present = {name.partition("/")[0] for name in files}
    keys["board"] |= {key: name for key, name in named.items() if name in present}
    keys["board"]["cpu"], keys["board"]["cpus"] = kernel.arch.cpus(source)
    chosen = fdt.find("/chosen") if fdt else None
    if chosen is None or "bootargs" not in chosen.properties:
        keys["boot"]["cmdline"] = " ".join(source.text("/proc/cmdline").split())
    return files


def _clues(source: Source, kernel: CapturedKernel, fdt: DeviceTree, log: str) -> Clues:
    iomem = source.text("/proc/iomem")
    known = [*kernel_extents(iomem), *initrd_extents(fdt)]
    if kernel.load_address is not None and known:
        # "Kernel code" may begin behind the head of the image.
        known[0] = min(kernel.load_address, known[0][0]), known[0][1]
    return Clues(iomem, log, kernel.page_size, tuple(known), started_by_uefi(fdt))


def _head(source: Source) -> Iterator[str]:
    yield "written by 'bootstep capture'"
    yield from (f"not read: {one}" for one in source.missing)
    yield from (f"derived: {one}" for one in source.derived)


def _trouble(path: Path, keys: Keys) -> str:
    if not keys["kernel"].keys() & {"vmlinux", "kallsyms"}:
        how = "run capture as root, if need be after 'sysctl kernel.kptr_restrict=1', or set vmlinux"
        return f"{path} has no symbols of its kernel, a shipped one would stand in for it; {how}"
    try:
        kernel = load_kernel(read_machine(str(path)))
        boot(kernel)
    except InputError as error:
        return str(error)
    at = kernel.trace.last_of_kind(Kind.PANIC)
    return f"{path}: here {kernel.trace.ending(at)}; the real one did not" if at >= 0 else ""


def told(capture: Capture, target: Path) -> Iterator[str]:
    """The capture in words."""
    yield f"written to {target}: {', '.join(capture.files)}"
    yield f"taken from: {', '.join(capture.seen)}"
    yield from (f"left out: {one}" for one in capture.left)
    yield from (f"not read: {one}" for one in capture.missing)
    yield from (f"derived: {one}" for one in capture.derived)
    if capture.trouble:
        yield f"it does not boot yet: {capture.trouble}"
    else:
        yield f"try: bootstep log {target / MACHINE}"
