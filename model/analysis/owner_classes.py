"""The classes that owners of memory fall into: what a map can still tell apart."""

from __future__ import annotations

from enum import Enum

from ..language.words import translatable
from .owner_rules import Owner


class OwnerClass(Enum):
    """A class of owners, in words."""

    KERNEL = translatable("kernel image")
    INITRD = translatable("initrd")
    DEVICE_TREE = translatable("device tree")
    PAGE_TABLES = translatable("page tables")
    PAGE_STRUCTS = translatable("page structs")
    PER_CPU = translatable("per-CPU")
    HASH_TABLES = translatable("hash tables")
    CMA = translatable("CMA")
    CRASH_KERNEL = translatable("crash kernel")
    NODE = translatable("reserved-memory node")
    FIRMWARE = translatable("firmware")
    OTHER = translatable("other")


BEGINNINGS: tuple[tuple[str, OwnerClass], ...] = (
    ("kernel ", OwnerClass.KERNEL),
    ("early heap", OwnerClass.KERNEL),
    ("initrd", OwnerClass.INITRD),
    ("device tree", OwnerClass.DEVICE_TREE),
    ("unflattened device tree", OwnerClass.DEVICE_TREE),
    ("page tables", OwnerClass.PAGE_TABLES),
    ("early page tables", OwnerClass.PAGE_TABLES),
    ("page structs", OwnerClass.PAGE_STRUCTS),
    ("per-CPU", OwnerClass.PER_CPU),
    ("CMA area", OwnerClass.CMA),
    ("crash kernel", OwnerClass.CRASH_KERNEL),
    ("reserved memory", OwnerClass.NODE),
    ("/memreserve/", OwnerClass.NODE),
    ("ACPI", OwnerClass.FIRMWARE),
    ("UEFI", OwnerClass.FIRMWARE),
    ("BIOS", OwnerClass.FIRMWARE),
    ("MP configuration table", OwnerClass.FIRMWARE),
    ("setup_data", OwnerClass.FIRMWARE),
    ("the first ", OwnerClass.FIRMWARE),
)
"""How the names of a class begin, see `owner_names`."""


def owner_class(owner: Owner) -> OwnerClass:
    """The class of an owner, by its name."""
    for beginning, found in BEGINNINGS:
        if owner.name.startswith(beginning):
            return found
    return OwnerClass.HASH_TABLES if owner.name.endswith("hash table") else OwnerClass.OTHER
