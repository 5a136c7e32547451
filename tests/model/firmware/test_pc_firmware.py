"""What a PC's firmware leaves in memory; covers json_reader.py."""

from __future__ import annotations

from typing import Any

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.boot_params import SetupData
from bootstep.model.firmware.pc_firmware import KEYS, Mtrr, PcFirmware, parse_pc_firmware
from hypothesis import given
from hypothesis import strategies as st

SEABIOS: dict[str, Any] = {
    "boot_params_pa": "0x13bd0",
    "cmdline_pa": "0x20000",
    "setup_data": [],
    "ebda_segment_0x40e": "0x9fc0",
    "base_memory_k_0x413": 639,
    "mp": [{"pa": "0xf5ba0", "spec": 4, "feature1": 0, "table_pa": "0xf5bb0", "table": "50434d50c800"}],
    "smbios": [
        {
            "entry_point_pa": "0xf59f0",
            "entry_point": "5f534d5f28",
            "table_pa": "0xf5a10",
            "table_size": 388,
            "count": 9,
            "table": "0018",
        }
    ],
    "rsdp_pa": "0xf59d0",
    "acpi_tables": [{"signature": "RSDT", "pa": "0x7ffe1c94", "size": 60, "file": "RSDT.bin"}],
    "proc_mtrr": ["reg00: base=0x080000000 ( 2048MB), size= 2048MB, count=1: uncachable", "reg1?"],
}


def test_seabios_leaves_tables_below_1_mib() -> None:
    found = parse_pc_firmware(SEABIOS, "firmware.json")
    assert found.mp[0].table_address == 0xF5BB0
    assert found.mp[0].table.startswith(b"PCMP")
    assert found.smbios[0].entry_point.startswith(b"_SM_")
    assert (found.smbios[0].table_size, found.smbios[0].structures) == (388, 9)
    assert found.acpi_tables[0].address == 0x7FFE1C94
    assert found.mtrr == (Mtrr(0, 0x80000000, 2 << 30, "uncachable"),)


def test_what_is_not_said_is_as_on_a_usual_pc() -> None:
    found = parse_pc_firmware({}, "x")
    assert found == PcFirmware()
    assert found.ebda_segment << 4 == 0x9FC00


def test_uefi_leaves_the_bios_data_area_empty() -> None:
    found = parse_pc_firmware({"ebda_segment_0x40e": "0x0", "base_memory_k_0x413": 0}, "x")
    assert (found.ebda_segment, found.base_memory_k) == (0, 0)


def test_setup_data_may_come_with_its_bytes() -> None:
    facts = {
        "setup_data": [{"pa": "0x7e2cd018", "type": 3, "len": 39984}, {"pa": 16, "type": 9, "data": "00"}]
    }
    assert parse_pc_firmware(facts, "x").setup_data == (
        SetupData(0x7E2CD018, 3, 39984),
        SetupData(16, 9, 1, b"\0"),
    )


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"rsdp": 1}, "x: unknown key rsdp, known are boot_params_pa"),
        ({"rsdp_pa": "zero"}, "x: rsdp_pa = 'zero': expected a number"),
        ({"rsdp_pa": 1 << 64}, "expected a number of 64 bits"),
        ({"rsdp_pa": True}, "expected a number of 64 bits"),
        ({"mp": {}}, "x: mp = {}: expected a list"),
        ({"mp": [1]}, "x: mp = 1: expected an object"),
        ({"mp": [{"table": "5"}]}, "x: mp.table = '5': expected bytes in hexadecimal digits"),
        ({"smbios": [{"table": 5}]}, "x: smbios.table = 5: expected a string"),
        ({"ebda_segment_0x40e": 65536}, "expected a number of 16 bits"),
        ({"setup_data": [{"type": 1}]}, "x: setup_data.pa = None: expected a number"),
        ({"setup_data": [{"pa": 1 << 52, "type": 1, "len": 0}]}, "expected data below 2^52"),
        ({"mp": [{}] * 5000}, "x: mp: 5000 entries are more than any firmware has"),
    ],
)
def test_what_is_wrong_gets_a_sentence(facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_pc_firmware(facts, "x")
    assert sentence in str(raised.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("pa", "type", "len", "data", "table")), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_json_is_read_or_gets_a_sentence(facts: dict[str, Any]) -> None:
    try:
        parse_pc_firmware(facts, "x")
    except InputError as error:
        assert str(error).startswith("x: ")
