"""A PC whose firmware hands over nonsense: a clear error, or a boot, which may panic.

BOOTSTEP_FUZZ=N tries N inputs a test instead of 25.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence

import pytest
from booted_pc import LOW, MIB, loaded_pc
from bootstep.boots.core.inputs import Firmware
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.acpi_tables import HEADER, parse_table
from bootstep.model.firmware.boot_params import SETUP_E820_EXT, BootParams, SetupData, bios_boot_params
from bootstep.model.firmware.cpu_features import FIVE_LEVELS, CpuFeatures
from bootstep.model.firmware.pc_firmware import MpPointer, PcFirmware, SmbiosEntryPoint
from bootstep.model.memory.e820 import E820Entry
from bootstep.model.trace.events import Kind
from device_tree_kernel import log
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

pytestmark = pytest.mark.slow

some = settings(max_examples=int(os.environ.get("BOOTSTEP_FUZZ", "25")), deadline=None)
ADDRESSES = st.one_of(
    st.integers(0, 1 << 33),
    st.integers(0, 1 << 21).map(lambda page: page << 12),
    st.integers(0, (1 << 64) - 1),
    st.sampled_from((0, 0x9FC00, 0xA0000, 0xF0000, 0x100000, 0xFFFFFFFF, 1 << 32, (1 << 64) - 1)),
)
TYPES = st.one_of(st.sampled_from((1, 1, 1, 2, 3, 4, 5, 7, 12, 0xEFFFFFFF)), st.integers(0, (1 << 32) - 1))
SIZES = st.one_of(st.integers(0, 1 << 31), st.integers(0, 1 << 19).map(lambda page: page << 12))
ENTRIES = st.builds(E820Entry, ADDRESSES, SIZES, TYPES)
EDITS = st.lists(st.tuples(st.integers(0, 4095), st.integers(0, 255)), max_size=8)


def table(signature: str, body: bytes) -> bytes:
    raw = HEADER.pack(
        signature.encode(), HEADER.size + len(body), 1, 0, b"BOCHS ", b"BXPC    ", 1, b"BXPC", 1
    )
    summed = bytearray(raw + body)
    summed[9] = -sum(summed) & 0xFF
    return bytes(summed)


def affinity(node: int, start: int, size: int, flags: int) -> bytes:
    numbers = ((1, 1), (40, 1), (node, 4), (0, 2), (start, 8), (size, 8), (0, 4), (flags, 4), (0, 8))
    return b"".join(number.to_bytes(width, "little") for number, width in numbers)


def of_cpu(node: int, apic: int) -> bytes:
    return bytes([0, 16, node, apic, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])


SRAT = table(
    "SRAT",
    bytes(12)
    + of_cpu(0, 0)
    + of_cpu(1, 1)
    + affinity(0, 0, 0xA0000, 1)
    + affinity(0, 0x100000, 0x3FF00000, 1)
    + affinity(1, 0x40000000, 0x40000000, 1)
    + affinity(1, 0x100000000, 0x40000000, 3),
)
MADT = table(
    "APIC",
    bytes.fromhex("0000e0fe01000000")
    + bytes([0, 8, 0, 0, 1, 0, 0, 0, 0, 8, 1, 1, 1, 0, 0, 0])
    + bytes([1, 12, 0, 0])
    + bytes.fromhex("0000c0fe00000000"),
)
SLIT = table("SLIT", (2).to_bytes(8, "little") + bytes([10, 20, 20, 10]))
MP_TABLE = bytes.fromhex(
    "50434d50c8000456424f434853435055302e3120202020202020202000000000000012000000e0fe0000000000001403b10f0600"
    "fdfb8b17000000000000000001005043492020200101495341202020020011010000c0fe0300010000040009"
)


@pytest.fixture(scope="module")
def like() -> Kernel:
    return loaded_pc()


@pytest.fixture(scope="module")
def small() -> Kernel:
    """With so little memory that it may be mapped page by page, as it is for a CPU without large pages."""
    return loaded_pc((*LOW, (MIB, 256 * MIB, "usable")))


def damaged(data: bytes, edits: Sequence[tuple[int, int]]) -> bytes:
    raw = bytearray(data)
    for at, value in edits:
        raw[at % len(raw)] = value
    return bytes(raw)


def booted(like: Kernel, firmware: Firmware, cpu: CpuFeatures | None = None) -> Kernel:
    machine = structs.replace(like.machine, cpu_features=cpu or like.machine.cpu_features)
    k = type(like)(
        machine, like.config, like.image, like.sizes, like.layout, like.fdt, firmware, arch=like.arch
    )
    boot(k)
    return k


def with_map(like: Kernel, entries: Sequence[E820Entry]) -> Firmware:
    page = like.firmware.boot_params.with_e820(entries)
    return structs.replace(like.firmware, e820=tuple(entries), boot_params=page)


def assert_it_ended_well(k: Kernel) -> None:
    """The boot came to its end or to a panic, and its memory is in order."""
    assert k.trace.finished
    panicked = k.trace.last_of_kind(Kind.PANIC) >= 0
    assert panicked or any(line.startswith("Memory: ") for line in log(k))
    regions = [(region.base, region.base + region.size) for region in k.memblock.memory.regions]
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(regions))


@some
@given(entries=st.lists(ENTRIES, max_size=12), keep=st.booleans())
def test_any_e820_map(like: Kernel, entries: list[E820Entry], keep: bool) -> None:
    given_map = (*like.firmware.e820, *entries) if keep else entries
    assert_it_ended_well(booted(like, with_map(like, given_map)))


@some
@given(edits=EDITS)
def test_any_zero_page(like: Kernel, edits: list[tuple[int, int]]) -> None:
    page = BootParams(damaged(like.firmware.boot_params.data, edits))
    firmware = structs.replace(like.firmware, boot_params=page, e820=page.e820_table)
    try:
        assert_it_ended_well(booted(like, firmware))
    except InputError as error:
        # One byte makes pebibytes of a range, and a direct map of all that takes more events than there are.
        assert "too long to record" in str(error)


@some
@given(
    ebda=st.integers(0, 0xFFFF),
    base=st.integers(0, 0xFFFF),
    setup_data=st.lists(
        st.builds(SetupData, ADDRESSES, st.integers(0, 10), SIZES, st.binary(max_size=60)), max_size=3
    ),
    pointer=st.integers(0, 0xFFFFF),
    address=st.integers(0, 1 << 32),
    edits=EDITS,
    smbios=st.binary(max_size=200),
)
def test_any_bytes_that_firmware_leaves(
    like: Kernel,
    ebda: int,
    base: int,
    setup_data: list[SetupData],
    pointer: int,
    address: int,
    edits: list[tuple[int, int]],
    smbios: bytes,
) -> None:
    nodes = tuple(node._replace(address=node.address & (1 << 40) - 1) for node in setup_data)
    entry = b"_SM_" + bytes(12) + b"_DMI_" + bytes([0, len(smbios), 0, 0, 0x10, 0xF, 0, 9, 0, 0x28, 0])
    x86 = PcFirmware(
        setup_data=nodes,
        ebda_segment=ebda,
        base_memory_k=base,
        mp=(MpPointer(pointer, 4, 0, address, damaged(MP_TABLE, edits)),),
        smbios=(SmbiosEntryPoint(0xF0000, entry, 0xF1000, len(smbios), 9, smbios),),
    )
    page = like.firmware.boot_params.having(setup_data=nodes[0].address if nodes else 0)
    assert_it_ended_well(booted(like, structs.replace(like.firmware, x86=x86, boot_params=page)))


@some
@given(
    name=st.sampled_from(("SRAT", "APIC", "SLIT")),
    edits=EDITS,
    cut=st.integers(0, 40),
    told=st.booleans(),
)
def test_any_acpi_table(like: Kernel, name: str, edits: list[tuple[int, int]], cut: int, told: bool) -> None:
    whole = {"SRAT": SRAT, "APIC": MADT, "SLIT": SLIT}
    raw = damaged(whole[name][: len(whole[name]) - cut], edits)
    whole[name] = raw[:4] + len(raw).to_bytes(4, "little") + raw[8:]
    rsdt = table("RSDT", b"".join((0x7FFD0000 + 0x1000 * at).to_bytes(4, "little") for at in range(3)))
    rsdp = b"RSD PTR " + bytes(8) + (0x7FFDF000).to_bytes(4, "little")
    rsdp = rsdp[:8] + bytes([-sum(rsdp) & 0xFF]) + rsdp[9:]
    try:
        tables = tuple(
            parse_table(data, 0x7FFD0000 + 0x1000 * at, signature)
            for at, (signature, data) in enumerate(whole.items())
        )
        root = parse_table(rsdt, 0x7FFDF000, "RSDT")
        page = like.firmware.boot_params.having(acpi_rsdp_addr=0xF59D0 if told else 0)
        x86 = structs.replace(like.firmware.x86, rsdp=0xF59D0)
        firmware = structs.replace(
            like.firmware, acpi=tables, rsdt=root, rsdp=rsdp, boot_params=page, x86=x86
        )
        assert_it_ended_well(booted(like, firmware))
    except InputError as error:
        assert str(error).startswith(f"{name}: ")


@some
@given(
    flags=st.sets(st.sampled_from(sorted(FIVE_LEVELS))),
    bits=st.integers(32, 52),
    meltdown=st.booleans(),
)
def test_any_cpu(small: Kernel, flags: set[str], bits: int, meltdown: bool) -> None:
    cpu = CpuFeatures(
        "GenuineIntel",
        6,
        94,
        physical_bits=bits,
        flags=frozenset(flags | {"lm", "pae"}),
        bugs=frozenset({"cpu_meltdown"} if meltdown else ()),
    )
    assert_it_ended_well(booted(small, small.firmware, cpu))


@some
@given(entries=st.lists(ENTRIES, min_size=129, max_size=300))
def test_any_map_that_does_not_fit_into_the_zero_page(like: Kernel, entries: list[E820Entry]) -> None:
    rest = bios_boot_params(entries[128:256]).e820_table
    raw = b"".join(
        addr.to_bytes(8, "little") + size.to_bytes(8, "little") + type.to_bytes(4, "little")
        for addr, size, type in rest
    )
    node = SetupData(0x50000, SETUP_E820_EXT, len(raw), raw)
    firmware = with_map(like, (*like.firmware.e820, *entries))
    page = firmware.boot_params.having(setup_data=0x50000)
    x86 = structs.replace(firmware.x86, setup_data=(node,))
    assert_it_ended_well(booted(like, structs.replace(firmware, x86=x86, boot_params=page)))
