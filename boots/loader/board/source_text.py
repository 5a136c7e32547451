"""The source text of a device tree, before or after the C preprocessor, or what a tool printed of one."""

from __future__ import annotations

from pathlib import Path

from ....model.files.input_files import read_bytes
from ....model.firmware.devicetree.dtc import compile_dts
from ....model.firmware.devicetree.tree import MAX_TOTALSIZE, DeviceTree
from ....model.firmware.devicetree.tree_text import source_of_tools, told_size
from ....model.logs.content import text_of
from .preprocess import needs_preprocessor, preprocess


def compile_source(content: bytes, path: Path, symbols: bool) -> DeviceTree:
    """The tree of a source at a path, with the size that a tool told of its blob; `symbols` keeps its labels.
    Raises `InputError`."""
    text = text_of(content)
    if needs_preprocessor(text):
        text = preprocess(path)
    source = source_of_tools(text)

    def include(name: str) -> str:
        return text_of(read_bytes(path.parent / name))

    tree = compile_dts(source, str(path), include, symbols)
    size = told_size(text)
    return tree.padded(size) if tree.totalsize < size <= MAX_TOTALSIZE else tree
