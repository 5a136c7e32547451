"""The colours of maps: light ones, on which dark words can be read, one for each kind of memory."""

from __future__ import annotations

from collections.abc import Mapping

from ..analysis.owner_classes import OwnerClass
from .pieces import FREE, NOMAP

INK, DETAIL, FAINT, LINES, PAPER = "#1d2733", "#36414d", "#5b6673", "#d3d9e0", "#ffffff"
COLOURS: Mapping[str, str] = {
    OwnerClass.KERNEL.value: "#8db9e3",
    OwnerClass.INITRD.value: "#d3b4f2",
    OwnerClass.DEVICE_TREE.value: "#f3d67c",
    OwnerClass.PAGE_TABLES.value: "#f2a196",
    OwnerClass.PAGE_STRUCTS.value: "#f7bf8e",
    OwnerClass.PER_CPU.value: "#93d6c0",
    OwnerClass.HASH_TABLES.value: "#d2bf94",
    OwnerClass.CMA.value: "#b5dc82",
    OwnerClass.CRASH_KERNEL.value: "#ee9fc6",
    OwnerClass.NODE.value: "#8fd3e8",
    OwnerClass.FIRMWARE.value: "#b9c2cf",
    OwnerClass.OTHER.value: "#dadde1",
    NOMAP: "#c9c3da",
    FREE: "#f2f6ee",
}
"""By the kind of a piece."""
