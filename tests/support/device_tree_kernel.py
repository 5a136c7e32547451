"""Kernels that have just been handed a device tree, and the log they write."""

from __future__ import annotations

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.drivers.of.fdt import early_init_dt_scan_root
from bootstep.boots.init.main import prepare
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.model.build.kconfig import KConfig
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.memory.memblock import memblock_add

MIB, GIB = 1 << 20, 1 << 30
CONFIG = (SHIPPED / "kernels" / "6.1-4k48" / "config").read_text()
ROOT = "#address-cells = <2>; #size-cells = <2>;"


def bare_kernel(options: str = "") -> Kernel:
    """A 6.1 kernel before its first step; `options` are more lines of its configuration."""
    k = load_kernel(read_machine("virt-1g"))
    if options:
        k.config = KConfig.parse(f"{CONFIG}\n{options}\n", "test")
    prepare(k)
    return k


def kernel_with_tree(nodes: str, memory: tuple[tuple[int, int], ...] = ()) -> Kernel:
    """A kernel whose device tree has these nodes, two address and two size cells, and which knows some
    `memory` (base and size, bytes) already."""
    k = bare_kernel()
    k.fdt = compile_dts(f"/dts-v1/; {_memreserve(nodes)} / {{ {ROOT} {_body(nodes)} }};")
    early_init_dt_scan_root(k)
    k.memblock.debug = False
    for base, size in memory:
        memblock_add(k.memblock, base, size)
    return k


def _memreserve(nodes: str) -> str:
    return "".join(line for line in nodes.splitlines() if line.strip().startswith("/memreserve/"))


def _body(nodes: str) -> str:
    return "\n".join(line for line in nodes.splitlines() if not line.strip().startswith("/memreserve/"))


def log(k: Kernel) -> list[str]:
    """What has been printed."""
    return [k.trace.log_text(event) for event in k.trace.logs if k.trace.is_printed(event)]


def regions(k: Kernel, name: str = "memory") -> list[tuple[int, int]]:
    """Base and size of the regions of memblock's array `name`."""
    array = k.memblock.memory if name == "memory" else k.memblock.reserved
    return [(region.base, region.size) for region in array.regions if region.size]
