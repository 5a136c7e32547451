"""What the kernel changes in its device tree stays where it is."""

from __future__ import annotations

import gzip
from pathlib import Path

from bootstep.model.firmware.devicetree.patch import patched, property_places
from bootstep.model.firmware.devicetree.tree import DeviceTree

STUB = Path(__file__).parents[3] / "data" / "oracle" / "6.1-4k48" / "efi-dt" / "board.dtb.gz"
BLOB = gzip.decompress(STUB.read_bytes())
"""The EFI stub packs its device tree: there is no room behind it, and names share their ends."""


def test_every_property_has_its_place() -> None:
    tree = DeviceTree(BLOB)
    expected = [
        (node.path, name, len(value)) for node in tree.nodes() for name, value in node.properties.items()
    ]
    assert [(place.path, place.name, place.length) for place in property_places(BLOB)] == expected


def test_a_value_of_the_same_length_changes_its_bytes_only() -> None:
    changed = DeviceTree(BLOB).with_properties("/chosen", {"linux,uefi-mmap-size": b"\1\2\3\4"})
    assert len(changed.raw) == changed.totalsize == len(BLOB)
    different = [at for at, (a, b) in enumerate(zip(BLOB, changed.raw, strict=True)) if a != b]
    assert different[-1] - different[0] < 4
    assert changed.find("/chosen").properties["linux,uefi-mmap-size"] == b"\1\2\3\4"


def test_a_property_that_goes_leaves_a_gap() -> None:
    changed = DeviceTree(BLOB).with_properties("/chosen", {"bootargs": None, "no-such": None})
    assert changed.totalsize == len(BLOB)
    assert "bootargs" not in changed.find("/chosen").properties
    assert len(list(property_places(changed.raw))) == len(list(property_places(BLOB))) - 1


def test_what_is_longer_or_new_does_not_fit() -> None:
    assert patched(BLOB, "/chosen", {"linux,uefi-mmap-size": bytes(5)}) is None
    assert patched(BLOB, "/chosen", {"new": b""}) is None
    longer = DeviceTree(BLOB).with_properties("/chosen", {"linux,uefi-mmap-size": bytes(5)})
    assert longer.find("/chosen").properties["linux,uefi-mmap-size"] == bytes(5)
