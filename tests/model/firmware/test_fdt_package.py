"""What the package ``fdt`` does of device trees, and what it does not: why model/firmware/devicetree/tree.py
reads the structure block itself.  When the second test fails, the package has become able to do it."""

from __future__ import annotations

import gzip
from pathlib import Path

import fdt
import pytest
from bootstep.model.firmware.devicetree.tree import DeviceTree

DATA = Path(__file__).parents[2] / "data"
READ_BY_BOTH = sorted((DATA / "boards").glob("*.dtb")) + sorted((DATA / "overlays").glob("*.dtb"))


@pytest.mark.parametrize("path", READ_BY_BOTH, ids=lambda path: path.stem)
def test_a_tree_that_the_package_has_rewritten_reads_the_same(path: Path) -> None:
    raw = path.read_bytes()
    rewritten = fdt.parse_dtb(raw).to_dtb()
    ours, theirs = (
        {node.path: list(node.properties.items()) for node in DeviceTree(blob).nodes()}
        for blob in (raw, rewritten)
    )
    assert len(ours) > 1
    assert ours == theirs


def test_the_package_cannot_read_a_tree_that_something_was_taken_out_of() -> None:
    """Boards of real boots have FDT_NOP where something was taken out in place (libfdt's fdt_nop_node)."""
    failed = 0
    for path in sorted((DATA / "oracle").glob("*/*/board.dtb.gz")):
        raw = gzip.decompress(path.read_bytes())
        assert DeviceTree(raw).root.children
        try:
            fdt.parse_dtb(raw)
        except Exception as error:
            assert str(error) == "Unknown Tag: 4"
            failed += 1
    assert failed
