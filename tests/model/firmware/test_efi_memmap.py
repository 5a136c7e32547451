"""UEFI memory maps, as firmware hands them over."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.efi_memmap import (
    DESCRIPTOR_SIZE,
    EFI_CONVENTIONAL_MEMORY,
    EFI_MEMORY_MAPPED_IO,
    EFI_MEMORY_RUNTIME,
    EFI_MEMORY_WB,
    EFI_MEMORY_WC,
    EfiMemoryDesc,
    parse_memory_map,
)
from hypothesis import given
from hypothesis import strategies as st

QEMU = Path(__file__).parents[2] / "data" / "oracle" / "6.1-4k48" / "efi-dt"
MAP = gzip.decompress((QEMU / "efi_memmap.bin.gz").read_bytes())


def test_qemus_map_is_what_the_debugger_saw_of_it() -> None:
    memmap = parse_memory_map(MAP, 0x30, "efi_memmap.bin")
    seen = json.loads(gzip.decompress((QEMU / "efi.json.gz").read_bytes()))["memmap"]
    assert [(md.type, md.phys_addr, md.num_pages, md.attribute) for md in memmap] == [
        (entry["type"], int(entry["pa"], 0), entry["pages_4k"], int(entry["attr"], 0)) for entry in seen
    ]
    assert memmap[0] == EfiMemoryDesc(EFI_CONVENTIONAL_MEMORY, 0x40000000, 0, 0x4000, EFI_MEMORY_WB)
    assert memmap[-2].type == EFI_MEMORY_MAPPED_IO
    assert memmap[-2].attribute == EFI_MEMORY_RUNTIME | EFI_MEMORY_WC
    assert (memmap[-2].size, memmap[-2].end) == (64 << 20, 0x8000000)


def test_firmware_may_use_longer_descriptors_and_leave_a_rest() -> None:
    longer = b"".join(MAP[at : at + 48].ljust(64, b"\xff") for at in range(0, 480, 48))
    assert parse_memory_map(longer + bytes(63), 64, "x") == parse_memory_map(MAP[:480], 48, "x")


@pytest.mark.parametrize("desc_size", [0, 1, DESCRIPTOR_SIZE - 1])
def test_descriptors_too_short_to_be_any(desc_size: int) -> None:
    with pytest.raises(InputError, match=f"map.bin: descriptors of {desc_size} bytes are no UEFI memory map"):
        parse_memory_map(MAP, desc_size, "map.bin")


@given(st.binary(max_size=400), st.integers(DESCRIPTOR_SIZE, 100))
def test_any_bytes_are_a_map(data: bytes, desc_size: int) -> None:
    memmap = parse_memory_map(data, desc_size, "x")
    assert len(memmap) == len(data) // desc_size
    assert all(0 <= md.end < 1 << 64 for md in memmap)
