"""The board a machine names: its device tree, from whatever somebody has of it.

A blob, a copy of /sys/firmware/fdt, a source before or after the C preprocessor, what fdtdump, ``dtc -O dts``
or U-Boot's ``fdt print`` printed, or a directory like /proc/device-tree; known by its content, packed or not.
"""

from __future__ import annotations

from pathlib import Path

from ....model.base.errors import InputError
from ....model.files.input_files import is_directory
from ....model.firmware.devicetree.tree import DeviceTree
from ....model.logs import file_kinds
from ....model.logs.content import kind_at, unpacked
from .device_tree_directory import is_device_tree_directory, read_directory

TREES = (file_kinds.BLOB, file_kinds.SOURCE)


def read_board(path: Path, overlays: tuple[Path, ...] = ()) -> DeviceTree:
    """The device tree at a path, with overlays laid over it in their order.  Raises `InputError`."""
    tree = _read(path, TREES, symbols=bool(overlays))
    for overlay in overlays:
        from ....model.firmware.devicetree.overlay import apply_overlay  # a boot needs none but for this

        tree = apply_overlay(tree, _read(overlay, (file_kinds.OVERLAY,), symbols=True))
    return tree


def _read(path: Path, expected: tuple[str, ...], symbols: bool) -> DeviceTree:
    if is_directory(path):
        if not is_device_tree_directory(path):
            raise InputError(f"{path}: this directory has no device tree in it")
        return read_directory(path)
    kind = kind_at(path)
    if kind is not None and kind.name not in (*expected, file_kinds.EMPTY):
        if kind.name in TREES:
            raise InputError(f"{path}: this is {kind.what}, no overlay: it has no fragments")
        raise InputError(f"{path}: {kind.told(str(path))}")
    content = unpacked(path)
    is_unknown = kind is None and path.suffix not in (".dts", ".dtsi", ".dtso")
    if is_unknown or content.startswith(b"\xd0\x0d\xfe\xed") or not content:
        return _blob(content, path)
    from .source_text import compile_source  # a compiler, which blobs do not need

    return compile_source(content, path, symbols)


def _blob(content: bytes, path: Path) -> DeviceTree:
    """A blob; what a file has behind it is not the kernel's."""
    total = int.from_bytes(content[4:8], "big")
    return DeviceTree(content[:total] if total >= 40 else content, str(path))
