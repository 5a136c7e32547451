"""The board: its device tree and where that lies, its CPUs, its initrd."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...model.devicetree import LONGEST_NAME, MAX_DEPTH, MAX_TOTALSIZE, DeviceTree, DTNode, flatten
from ...model.efi_memmap import EFI_LOADER_DATA
from ...model.errors import InputError
from ..arm64.cpu import CPUS
from .firmware import descriptors
from .source import Source

MEMBLOCK_RESERVED = "/sys/kernel/debug/memblock/reserved"
TWO_MIB = 2 << 20
PAGE = 4096
DEFAULT_CPU = "cortex-a57"
RANGE = r"\[0x([0-9a-f]+)-0x([0-9a-f]+)\]"
ADDED = rf"memblock_add: {RANGE} arm64_memblock_init"
RESERVED = rf"memblock_reserve: {RANGE} arm64_memblock_init"
FIRST_RESERVED = rf"memblock_reserve: {RANGE} setup_(?:arch|machine_fdt)\b"
FLATTENED = (
    "it was put together from /proc/device-tree: /memreserve/ entries and the order of nodes may be lost"
)


def capture_device_tree(source: Source) -> DeviceTree | None:
    """The blob the kernel got, or one put together from its unpacked tree."""
    raw = source.look("/sys/firmware/fdt")
    if raw:
        try:
            return DeviceTree(raw, "/sys/firmware/fdt")
        except InputError as error:
            source.note("device tree", str(error), "the unpacked one is taken")
    for name in ("/proc/device-tree", "/sys/firmware/devicetree/base"):
        if source.files.is_directory(name):
            why = "/sys/firmware/fdt cannot be read" if raw is None else "/sys/firmware/fdt is damaged"
            source.note("device tree", why, f"run as root; {FLATTENED}")
            source.seen[name] = None
            return DeviceTree(flatten(_Unpacked(source).node(name, "", None), (), 0), name)
    source.note("device tree", "there is no /sys/firmware/fdt and no /proc/device-tree", "run as root")
    return None


@dataclass
class _Unpacked:
    """/proc/device-tree being read; `left` is how many bytes more a tree may have."""

    source: Source
    left: int = MAX_TOTALSIZE

    def node(self, directory: str, name: str, parent: DTNode | None) -> DTNode:
        """A node: the files of its directory are properties, the directories nodes."""
        node = DTNode(name, parent, parent.depth + 1 if parent else 0)
        for entry, is_directory in self.source.names(directory):
            path = f"{directory}/{entry}"
            if len(entry) > LONGEST_NAME or not entry.isascii() or self.left < 0:
                continue
            if is_directory:
                if node.depth + 1 < MAX_DEPTH:
                    node.children.append(self.node(path, entry, node))
            elif entry != "name":
                self.property(node, path, entry)
        self.left -= len(name)
        return node

    def property(self, node: DTNode, path: str, name: str) -> None:
        """A property, if it can be read."""
        try:
            value = self.source.files.read(path, MAX_TOTALSIZE)
        except OSError:
            return
        self.left -= len(value) + len(name)
        if self.left >= 0:
            node.properties[name] = value


def capture_cpus(source: Source) -> tuple[str, int]:
    """The name of the first CPU as bootstep knows it, and how many there are."""
    text = source.text("/proc/cpuinfo")
    count = len(re.findall(r"^processor\s*:", text, re.M)) or 1
    implementer, part = (
        int(found[1], 16) if (found := re.search(rf"^CPU {what}\s*: (0x[0-9a-f]+)$", text, re.M)) else 0
        for what in ("implementer", "part")
    )
    for name, cpu in CPUS.items():
        if part and (cpu.midr >> 24, cpu.midr >> 4 & 0xFFF) == (implementer, part):
            return name, count
    why = f"CPU implementer {implementer:#x} part {part:#x} is not one that bootstep knows"
    source.note("cpu", why, f"{DEFAULT_CPU} is assumed, set cpu to one with the same features")
    return DEFAULT_CPU, count


def exception_level(log: str) -> int | None:
    """The exception level the kernel was started at, as it says itself; None if it no longer does."""
    told = re.search(r"CPU: All CPU\(s\) started at EL([12])$", log, re.M)
    if told:
        return int(told[1])
    if re.search(r"kvm \[\d+\]: HYP mode not available$", log, re.M):
        return 1
    has_hypervisor = re.search(r"kvm \[\d+\]: (?:VHE|Hyp|Protected)\b.* mode initialized", log)
    return 2 if has_hypervisor else None


def reserved_ranges(iomem: str) -> list[tuple[int, int]]:
    """Start and size of what /proc/iomem has as reserved inside System RAM."""
    found = re.findall(r"^ +([0-9a-f]+)-([0-9a-f]+) : reserved$", iomem, re.M)
    return [(int(start, 16), int(end, 16) + 1 - int(start, 16)) for start, end in found]


def find_device_tree(source: Source, fdt: DeviceTree, iomem: str, log: str) -> int | None:
    """Where the blob lies: the range of its size that debugfs has among memblock's reserved ones, or that
    memblock=debug says was reserved first; or else a range of /proc/iomem of its size in pages, which is the
    beginning of what UEFI's boot stub took for it, at least 2 MiB of loader data."""
    listed = re.findall(r"^ *\d+: 0x([0-9a-f]+)\.\.0x([0-9a-f]+)", source.text(MEMBLOCK_RESERVED), re.M)
    first = re.search(FIRST_RESERVED, log)
    told = [*listed, *([(first[1], first[2])] if first else [])]
    exact = {int(start, 16) for start, end in told if int(end, 16) + 1 - int(start, 16) == fdt.totalsize}
    if len(exact) == 1:
        return exact.pop()
    pages = -(-fdt.totalsize // PAGE) * PAGE
    found = [start for start, size in reserved_ranges(iomem) if size == pages]
    stub = {
        start
        for kind, start, count, _ in descriptors(log)
        if kind == EFI_LOADER_DATA and count * PAGE >= TWO_MIB
    }
    chosen = [start for start in found if start in stub] or found
    if len(chosen) == 1:
        return chosen[0]
    why = "several ranges" if chosen else "no range"
    how = f"run capture as root with debugfs mounted, {MEMBLOCK_RESERVED} has it; or set dtb_address"
    source.note("dtb_address", f"{why} reserved in /proc/iomem could be the device tree's", how)
    return None


def find_initrd(
    source: Source, fdt: DeviceTree, iomem: str, log: str, load_address: int | None
) -> tuple[int, int] | None:
    """Start and size of an initrd that the device tree does not tell of: UEFI's boot stub leaves it in a
    table that Linux does not show.  None if there is none, or the device tree tells."""
    chosen = fdt.find("/chosen")
    freed = re.search(r"Freeing initrd memory: (\d+)K", log)
    if chosen and "linux,initrd-start" in chosen.properties:
        return None
    # The kernel adds and reserves an initrd in a row; itself it adds first, if mem= may have cut it off.
    logged = re.findall(rf"{ADDED}.*\n.*{RESERVED}", log)
    for start, end, again, until in logged:
        if (start, end) == (again, until) and int(start, 16) != load_address:
            return int(start, 16), int(end, 16) + 1 - int(start, 16)
    if not freed:
        return None
    size = int(freed[1]) << 10
    found = [one for one in reserved_ranges(iomem) if 0 <= one[1] - size <= PAGE]
    if len(found) == 1:
        return found[0]
    how = "set initrd; a boot with memblock=debug prints it in arm64_memblock_init's memblock_reserve"
    source.note("initrd", "neither the device tree nor /proc/iomem tells where it was", how)
    return None
