"""Boots whose files try to be markup: names in a device tree, a command line, lines of a log."""

from __future__ import annotations

from pathlib import Path

from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.firmware.devicetree.edit import with_nodes
from bootstep.model.firmware.devicetree.tree import DTNode
from opened_logs import DEBUGGED

IMAGE = "<img src=x onerror=document.title=1>"
MARKUP = f"</script><!--{IMAGE}"


def hostile_tree(folder: Path) -> Path:
    """A device tree in which reserved memory is called like markup."""
    root = DTNode("", None, 0)
    reserved = DTNode("reserved-memory", root, 1)
    cells = (2).to_bytes(4, "big")
    reserved.properties = {"#address-cells": cells, "#size-cells": cells, "ranges": b""}
    node = DTNode(f"{IMAGE}@60000000", reserved, 2)
    node.properties = {"reg": (0x6000_0000).to_bytes(8, "big") + (1 << 20).to_bytes(8, "big")}
    root.children, reserved.children = [reserved], [node]
    root.properties = {"model": f"{MARKUP}\0".encode()}
    file = folder / "hostile.dtb"
    file.write_bytes(with_nodes(load_kernel(read_machine("virt-1g")).fdt, root).raw)
    return file


def hostile_log(folder: Path) -> Path:
    """A kernel log with markup in its lines and in its name."""
    file = folder / f"{IMAGE}.txt"
    lines = DEBUGGED.splitlines()
    file.write_text("\n".join([*lines[:5], f"[    0.000000] {MARKUP} \u202e\x1b[31m", *lines[5:]]))
    return file
