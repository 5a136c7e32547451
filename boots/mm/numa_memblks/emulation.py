"""Fake nodes, as ``numa=fake=`` asks for.  Mirrors mm/numa_emulation.c (on x86 arch/x86/mm/numa_emulation.c
until 6.11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import memblock_free
from ....model.trace.recorder import traced, traced_jump
from ...lib.cmdline import get_option, memparse, simple_strtoull
from .distance import (
    default_distance,
    node_distance,
    numa_reset_distance,
    numa_set_distance,
    place_for_distances,
)
from .meminfo import numa_cleanup_meminfo
from .split_nodes import (
    Fakes,
    split_nodes_interleave,
    split_nodes_size_interleave,
    split_nodes_size_interleave_uniform,
)

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/numa_emulation.c"

EINVAL = 22
BITS_PER_LONG = 64

Distances = tuple[tuple[int, ...], ...]


def numa_emu_cmdline(k: Kernel, options: str) -> int:
    """Keep what follows ``numa=fake=``.  Returns 0, or an error if the kernel cannot fake nodes."""
    if not k.config.enabled("NUMA_EMU"):
        return -EINVAL
    k.numa.emu_cmdline = options
    return 0


def _split_each_node(k: Kernel, fakes: Fakes, count: int) -> int:
    """``numa=fake=8U``: cut each physical node into so many.  Returns the number of the next node, or an
    error."""
    nid, next_nid = 0, -1
    for physical in k.numa.numa_nodes_parsed:
        first = fakes.first_of_pi
        next_nid = split_nodes_size_interleave_uniform(k, fakes, first.start, first.end, 0, count, first, nid)
        if next_nid < 0:
            return next_nid
        # Until 6.1.176 those of the nodes before are counted in.
        created = next_nid if k.release < (6, 1, 177) else next_nid - nid
        if next_nid == nid and k.release >= (6, 1, 177):
            continue
        if created < count:
            k.pr_info("numa_emulation: phys: {} only got {} of {} nodes, failing", physical, created, count)
            return -1
        nid = next_nid
    return next_nid


def _split(k: Kernel, fakes: Fakes, options: str) -> tuple[int, str]:
    """Cut the memory as the options say: ``8`` nodes in all, ``2G`` each, or ``8U`` of each physical node.
    Returns less than 0 for an error, and the options that follow."""
    max_addr = k.max_pfn << k.layout.page_shift
    if "U" in options:
        count, rest = simple_strtoull(options)
        return _split_each_node(k, fakes, count), rest
    if "M" in options or "G" in options:
        size, rest = memparse(options)
        return split_nodes_size_interleave(k, fakes, 0, max_addr, size), rest
    count, rest = simple_strtoull(options)
    # The kernel hands the number on as an int.
    count = (count & 0xFFFFFFFF) - (count << 1 & 1 << 32)
    return split_nodes_interleave(k, fakes, 0, max_addr, count), rest


def _set_distances(k: Kernel, fakes: Fakes, highest: int, physical: Distances, options: str) -> None:
    """Fake nodes are as far apart as the physical ones they are on, if the options do not say otherwise."""
    for a in range(highest + 1):
        for b in range(highest + 1):
            found, distance, options = get_option(options)
            if found != 2:
                x, y = fakes.emu_nid_to_phys[a], fakes.emu_nid_to_phys[b]
                known = x < len(physical) and y < len(physical)
                distance = physical[x][y] if known else default_distance(x, y)
            numa_set_distance(k, a, b, distance)
    k.numa.emu_cmdline = options


def _set_distances_of_others(k: Kernel, fakes: Fakes, highest: int, physical: Distances) -> None:
    """Nodes without a fake one keep their distances, behind the fake ones (since 6.12).  If firmware told
    none, there is no copy of them to look into, and the kernel does not ask.  Raises `KernelPanic`."""
    copy = [distance for row in physical for distance in row]
    nodes = {nid: fakes.emu_nid_to_phys.get(nid, nid - highest) for nid in range(k.numa_distance_cnt)}
    for a, x in nodes.items():
        for b, y in nodes.items():
            if a in fakes.emu_nid_to_phys and b in fakes.emu_nid_to_phys:
                continue
            at = x * len(physical) + y
            if not copy:
                k.null_dereference(at)
            numa_set_distance(k, a, b, copy[at] if at < len(copy) else default_distance(x, y))


def _commit(k: Kernel, fakes: Fakes, highest: int) -> bool:
    """Let the fake nodes be the nodes.  Returns whether that went well."""
    parsed = k.numa.numa_nodes_parsed
    k.numa.numa_nodes_parsed = tuple(sorted({block.nid for block in fakes.ei}))
    # Since 6.12 proximity domains lead to fake nodes, too.
    if k.release >= (6, 12) and not k.arch.fix_pxm_node_maps(k, fakes.emu_nid_to_phys, highest):
        k.numa.numa_nodes_parsed = parsed
        return False
    meminfo = k.state.numa.meminfo
    meminfo.replace(0, len(meminfo), tuple(fakes.ei), depth=2)
    k.arch.numa_emu_update_cpu_to_node(k, fakes.emu_nid_to_phys)
    usual = fakes.emu_nid_to_phys.get(min(fakes.emu_nid_to_phys, default=0), 0)
    for nid in range(highest + 1):
        fakes.emu_nid_to_phys.setdefault(nid, usual)
    return True


def _ends_in_a_jump(k: Kernel) -> bool:
    """Whether the compiler can make a jump of the last call of numa_emulation: not with frame pointers, nor
    where others have been given a pointer to the set of nodes that it keeps on the stack since 6.12; one of a
    single word is kept in a register."""
    if k.arch.has_frame_pointers(k.config):
        return False
    return k.release < (6, 12) or k.layout.max_numnodes <= BITS_PER_LONG


@traced_jump
def _free_copy(k: Kernel, copy: int, size: int) -> None:
    """The last call of numa_emulation, where the compiler makes a jump of it."""
    memblock_free(k.memblock, copy, size)


@traced
def numa_emulation(k: Kernel) -> None:
    """Put fake nodes in the place of the real ones, if the command line says so and it can be done."""
    if k.numa.emu_cmdline is None:
        return
    blocks = list(k.state.numa.meminfo)
    fakes = Fakes(blocks, first_of_pi=blocks[0]) if blocks else Fakes(blocks)
    result, options = _split(k, fakes, k.numa.emu_cmdline)
    k.numa.emu_cmdline = options = options.removeprefix(":")
    if result < 0:
        return
    if numa_cleanup_meminfo(k, fakes.ei) < 0:
        k.pr_warn("NUMA: Warning: constructed meminfo invalid, disabling emulation")
        return
    count = k.numa_distance_cnt
    copy = place_for_distances(k, count**2) if count else 0
    if count and not copy:
        k.pr_warn("NUMA: Warning: can't allocate copy of distance table, disabling emulation")
        return
    physical = tuple(tuple(node_distance(k, a, b) for b in range(count)) for a in range(count))
    highest = max(fakes.emu_nid_to_phys, default=0)
    if not _commit(k, fakes, highest):
        return
    numa_reset_distance(k)
    _set_distances(k, fakes, highest, physical, options)
    if k.release >= (6, 12):
        _set_distances_of_others(k, fakes, highest, physical)
    if _ends_in_a_jump(k):
        _free_copy(k, copy, count**2)
    else:
        memblock_free(k.memblock, copy, count**2)
