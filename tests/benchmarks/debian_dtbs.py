"""Boot every device tree blob below a directory with the shipped 6.1 kernel, twice:

    apt-get download linux-image-6.1.0-56-arm64-unsigned:arm64 && dpkg-deb -x *.deb debian
    python tests/benchmarks/debian_dtbs.py debian

Boot loaders fill in the memory of most boards, so blobs leave it empty: such a board gets 512 MiB to 8 GiB
here.  No boot may raise an exception, memblock stays in order, and the second boot must leave the
same trace.  A panic of the kernel is counted and named: some boards reserve memory they do not have.
"""

import hashlib
import sys
import tempfile
import traceback
from collections import Counter
from itertools import pairwise
from pathlib import Path

from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.tree import DeviceTree, DTNode
from bootstep.model.trace.events import Kind

MIB, GIB = 1 << 20, 1 << 30
SIZES = [size * MIB for size in (512, 1024, 2048, 3072, 4096, 8192)]


def memory_node(fdt: DeviceTree) -> DTNode | None:
    """The first node that describes memory."""
    return next((node for node in fdt.root.children if node.string("device_type") == "memory"), None)


def with_memory(raw: bytes, name: str) -> bytes:
    """The blob, with memory put in where it has none; how much follows from its name."""
    fdt = DeviceTree(raw, name)
    address_cells = (fdt.root.cells("#address-cells") or (2,))[0]
    size_cells = (fdt.root.cells("#size-cells") or (1,))[0]
    node = memory_node(fdt)
    if node is None:
        # Such a board's loader makes the node; most of them are Allwinner's, whose memory begins here.
        fdt = fdt.with_properties(f"/memory@{GIB:x}", {"device_type": b"memory\0", "reg": b""})
        node = memory_node(fdt)
        assert node
    reg = node.properties.get("reg", b"")
    if any(reg[4 * address_cells :]):
        return raw
    unit = node.name.partition("@")[2]
    base = int.from_bytes(reg[: 4 * address_cells]) or int(unit.replace(",", "") or "0", 16)
    size = SIZES[hashlib.sha256(name.encode()).digest()[0] % len(SIZES)]
    size = min(size, (1 << 32 * size_cells) - MIB, (1 << 32 * address_cells) - base)
    new = base.to_bytes(4 * address_cells) + size.to_bytes(4 * size_cells)
    return fdt.with_properties(node.path, {"reg": new}).raw


def in_order(regions: list) -> bool:
    """Whether regions are sorted and do not overlap."""
    return all(left.base + left.size <= right.base for left, right in pairwise(regions))


def once(path: str) -> tuple[list[str], str, bytes]:
    """One boot: its log, how it ended, and the kinds of all its events."""
    kernel = load_kernel(read_machine(path))
    boot(kernel)
    trace = kernel.trace
    for array in (kernel.memblock.memory, kernel.memblock.reserved):
        assert in_order(array.regions), f"memblock.{array.name} is out of order"
    last = len(trace) - 1
    ending = trace.payload(last) if trace.kind(last) == Kind.PANIC else "done"
    return [trace.log_text(event) for event in trace.logs], ending, bytes(map(trace.kind, range(len(trace))))


def main() -> int:
    endings: Counter[str] = Counter()
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "board.dtb"
        for path in sorted(Path(sys.argv[1]).rglob("*.dtb")):
            try:
                copy.write_bytes(with_memory(path.read_bytes(), path.name))
                first = once(str(copy))
                assert once(str(copy)) == first, "two boots differ"
            except InputError as refused:
                endings[f"refused: {refused}"] += 1
            except Exception:
                failed += 1
                print(path.name, traceback.format_exc(limit=-3))
            else:
                endings[first[1]] += 1
    for ending, count in endings.most_common():
        print(f"{count:4} {ending}")
    print(f"{failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
