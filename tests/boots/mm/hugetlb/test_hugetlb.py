"""CMA areas for gigantic pages."""

from __future__ import annotations

import pytest
from bootstep.boots.arm64.mm.hugetlbpage import arm64_hugetlb_cma_reserve
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.mm.hugetlb.hugetlb import cmdline_parse_hugetlb_cma
from bootstep.model.memory.memblock import memblock_set_node
from device_tree_kernel import GIB, kernel_with_tree, log


def reserved(value: str) -> Kernel:
    k = kernel_with_tree("", memory=((GIB, 3 * GIB), (4 * GIB, 3 * GIB)))
    for nid, base in enumerate((GIB, 4 * GIB)):
        memblock_set_node(k.memblock, base, 3 * GIB, "memory", nid)
    k.memstart_addr, k.high_memory = GIB, k.layout.page_offset + 6 * GIB
    k.numa.node_online_map = (0, 1)
    k.config.options["HUGETLB_PAGE"] = "y"
    cmdline_parse_hugetlb_cma(k, value)
    arm64_hugetlb_cma_reserve(k)
    return k


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (
            "2G",
            [
                "hugetlb_cma: reserve 2048 MiB, up to 1024 MiB per node",
                "cma: Reserved 1024 MiB at 0x00000000c0000000",
                "hugetlb_cma: reserved 1024 MiB on node 0",
                "cma: Reserved 1024 MiB at 0x0000000100000000",
                "hugetlb_cma: reserved 1024 MiB on node 1",
            ],
        ),
        (
            "1:1G,3:1G",
            [
                "hugetlb_cma: invalid node 3 specified",
                "cma: Reserved 1024 MiB at 0x0000000100000000",
                "hugetlb_cma: reserved 1024 MiB on node 1",
            ],
        ),
        ("512M", ["hugetlb_cma: cma area should be at least 1024 MiB"]),
        ("1:512M", ["hugetlb_cma: cma area of node 1 should be at least 1024 MiB"]),
        ("0", []),
    ],
)
def test_gigantic_pages_get_areas_on_the_nodes(value: str, lines: list[str]) -> None:
    assert log(reserved(value)) == lines
