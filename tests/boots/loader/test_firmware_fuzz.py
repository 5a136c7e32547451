"""Firmware that hands over nonsense: a clear error, or a boot, which may panic.

BOOTSTEP_FUZZ=N tries N inputs a test instead of 25.
"""

from __future__ import annotations

import functools
import gzip
import itertools
import os
from pathlib import Path

import pytest
from bootstep.boots.core.inputs import Firmware
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.acpi_tables import parse_table
from bootstep.model.firmware.efi_memmap import parse_memory_map
from bootstep.model.trace.events import Kind
from device_tree_kernel import log
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

pytestmark = pytest.mark.slow

CASE = Path(__file__).parents[2] / "data" / "oracle" / "6.1-4k48" / "efi-srat-uc"
KERNEL = SHIPPED / "kernels" / "6.1-4k48"
TABLES = ("APIC", "FACP", "IORT", "SLIT", "SRAT")
MAP = gzip.decompress((CASE / "efi_memmap.bin.gz").read_bytes())

Edits = list[tuple[int, int]]
BYTES = st.one_of(st.sampled_from((0, 1, 0x7F, 0x80, 0xFF)), st.integers(0, 255))
EDITS = st.lists(st.tuples(st.integers(0, 2000), BYTES), max_size=6)


some = settings(
    max_examples=int(os.environ.get("BOOTSTEP_FUZZ", "25")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def like(tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    """The kernel of a machine with UEFI, ACPI and two nodes."""
    folder = tmp_path_factory.mktemp("case")
    for path in CASE.rglob("*.gz"):
        target = folder / path.relative_to(CASE).with_suffix("")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(gzip.decompress(path.read_bytes()))
    (folder / "machine.toml").write_text((CASE / "machine.toml").read_text().replace("KERNEL", str(KERNEL)))
    return load_kernel(read_machine(str(folder / "machine.toml")))


def damaged(data: bytes, edits: Edits) -> bytes:
    def edit(raw: bytearray, change: tuple[int, int]) -> bytearray:
        raw[change[0] % len(raw)] = change[1]
        return raw

    return bytes(functools.reduce(edit, edits, bytearray(data)))


def booted(like: Kernel, firmware: Firmware) -> Kernel:
    k = type(like)(
        like.machine, like.config, like.image, like.sizes, like.layout, like.fdt, firmware, arch=like.arch
    )
    boot(k)
    return k


def assert_it_ended_well(k: Kernel) -> None:
    """The boot came to its end or to a panic, and its memory is in order."""
    assert k.trace.finished
    panicked = k.trace.last_of_kind(Kind.PANIC) >= 0
    assert panicked or any(line.startswith("Memory: ") for line in log(k))
    regions = [(region.base, region.base + region.size) for region in k.memblock.memory.regions]
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(regions))


@some
@given(edits=EDITS, cut=st.integers(0, len(MAP)))
def test_any_memory_map(like: Kernel, edits: Edits, cut: int) -> None:
    """Of any type, anywhere, with any attributes; but not larger than a machine can be, 4 GiB a piece."""
    memmap = parse_memory_map(damaged(MAP, edits)[cut // 48 % 8 * 48 :], 48, "map")
    memmap = tuple(md._replace(num_pages=md.num_pages & 0xFFFFF) for md in memmap)
    assert_it_ended_well(booted(like, structs.replace(like.firmware, memmap=memmap)))


@some
@given(edits=EDITS, name=st.sampled_from(TABLES))
def test_any_acpi_table(like: Kernel, edits: Edits, name: str) -> None:
    tables = {table.signature: table for table in like.firmware.acpi}
    old = tables[name]
    try:
        tables[name] = parse_table(damaged(old.data, edits), old.address, name)
        firmware = structs.replace(like.firmware, acpi=tuple(tables.values()))
        assert_it_ended_well(booted(like, firmware))
    except InputError as error:
        assert str(error).startswith(f"{name}: ")
