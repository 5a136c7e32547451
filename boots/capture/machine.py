"""Write the machine that a Linux runs on into a directory: a machine file and what it names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ...model.errors import InputError
from ..load import load_kernel
from ..machine import read_machine
from .board import capture_cpus, capture_device_tree, find_device_tree, find_initrd
from .firmware import capture_acpi, capture_uefi, started_by_uefi
from .kernel import CapturedKernel, capture_kernel
from .source import Missing, Source

MACHINE = "machine.toml"
Value = str | int | tuple[int, int]
Keys = dict[str, dict[str, Value]]


@dataclass(frozen=True)
class Capture:
    """`files` that were written, `missing` what could not be read, `trouble` why the machine does not boot in
    the model ("": it does)."""

    files: tuple[str, ...]
    missing: tuple[Missing, ...]
    trouble: str


def capture(root: Path, target: Path) -> Capture:
    """Take down the machine whose system is at `root` into the directory `target`, which is made.  Raises
    `InputError`."""
    if (target / MACHINE).exists():
        raise InputError(f"{target}: there is a machine in it already, another directory is wanted")
    source = Source(root)
    log = source.kernel_log()
    if not log:
        source.note("kernel log", "it cannot be read", "run 'bootstep capture' as root")
    kernel = capture_kernel(source, log)
    keys, files = _machine(source, kernel, log)
    files[MACHINE] = _toml(keys, source.missing).encode()
    _write(target, files)
    return Capture(tuple(sorted(files)), tuple(source.missing), _trouble(target / MACHINE))


def _machine(source: Source, kernel: CapturedKernel, log: str) -> tuple[Keys, dict[str, bytes]]:
    """The sections and keys of the machine file, and the files beside it."""
    files = dict(kernel.files)
    keys: Keys = {"kernel": dict(kernel.keys), "board": {}, "boot": {"kind": "devicetree"}}
    fdt = capture_device_tree(source)
    if fdt:
        files["board.dtb"] = fdt.raw
        keys["board"]["dtb"] = "board.dtb"
        where = find_device_tree(source, fdt, source.text("/proc/iomem"), log)
        if where is not None:
            keys["boot"]["dtb_address"] = where
        initrd = find_initrd(source, fdt, source.text("/proc/iomem"), log, kernel.load_address)
        if initrd is not None:
            keys["boot"]["initrd"] = initrd
    if fdt and started_by_uefi(fdt):
        keys["boot"]["kind"] = "uefi"
        files |= capture_uefi(source, fdt, log)
    files |= capture_acpi(source, log)
    named = {"efi_memmap": "efi_memmap.bin", "efi": "efi.json", "acpi": "acpi"}
    present = {name.partition("/")[0] for name in files}
    keys["board"] |= {key: name for key, name in named.items() if name in present}
    keys["board"]["cpu"], keys["board"]["cpus"] = capture_cpus(source)
    if kernel.load_address is not None:
        keys["boot"]["load_address"] = kernel.load_address
    chosen = fdt.find("/chosen") if fdt else None
    if chosen is None or "bootargs" not in chosen.properties:
        keys["boot"]["cmdline"] = " ".join(source.text("/proc/cmdline").split())
    return keys, files


def _toml(keys: Mapping[str, Mapping[str, Value]], missing: list[Missing]) -> str:
    lines = ["# written by 'bootstep capture'"]
    lines += [f"# not read: {_printable(str(one))}" for one in missing]
    for section, values in keys.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {_spelled(name, value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def _spelled(name: str, value: Value) -> str:
    if isinstance(value, tuple):
        return f"{{ start = {value[0]:#x}, size = {value[1]:#x} }}"
    if isinstance(value, int):
        return hex(value) if name.endswith("address") else str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _printable(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", "?", text)


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    try:
        for name, content in files.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{target}: {(error.strerror or 'cannot be written').lower()}") from None


def _trouble(machine: Path) -> str:
    try:
        load_kernel(read_machine(str(machine)))
    except InputError as error:
        return str(error)
    return ""


def told(capture: Capture, target: Path) -> Iterator[str]:
    """The capture in words."""
    yield f"written to {target}: {', '.join(capture.files)}"
    yield from (f"not read: {one}" for one in capture.missing)
    if capture.trouble:
        yield f"it does not boot yet: {capture.trouble}"
    else:
        yield f"try: bootstep log {target / MACHINE}"
