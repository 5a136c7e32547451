"""What efi.json may say."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.efi_tables import GUIDS, MemReserve, parse_efi_tables

QEMU = Path(__file__).parents[2] / "data" / "oracle" / "6.1-4k48" / "efi-srat"


def test_qemus_configuration_tables_are_found_by_guid() -> None:
    efi = parse_efi_tables(json.loads(gzip.decompress((QEMU / "efi.json.gz").read_bytes())), "efi.json")
    assert len(efi.config_tables) == 12
    assert efi.address(GUIDS["ACPI 2.0"]) == 0x7C430018
    assert efi.address(GUIDS["RNG"]) is None
    assert efi.assumed == ("MEMATTR", "MEMRESERVE"), "nobody told what is in these"


def test_the_contents_of_tables_may_be_told() -> None:
    efi = parse_efi_tables(
        {
            "revision": "0x2001f",
            "vendor": "Phoenix",
            "config_tables": [{"guid": GUIDS["MEMATTR"].upper(), "table": "0x1000"}],
            "tables": {
                "MEMATTR": {"entries": 2},
                "INITRD": {"base": 4096, "size": "0x2000"},
                "MEMRESERVE": [{"entries": [[1, 2]]}],
            },
            "screen_info": {"lfb_base": 1, "lfb_size": 2},
        },
        "efi.json",
    )
    assert (efi.revision, efi.vendor, efi.memattr_entries) == (2 << 16 | 31, "Phoenix", 2)
    assert (efi.initrd, efi.screen) == ((4096, 0x2000), (1, 2))
    assert efi.mem_reserve == (MemReserve(0, 1, ((1, 2),)),)
    assert efi.assumed == ()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"config_tables": {}}, "config_tables = {}: expected a list"),
        ({"config_tables": [1]}, "config_tables = 1: expected an object"),
        ({"config_tables": [{"guid": "x"}]}, "guid = 'x': expected a GUID"),
        ({"config_tables": [{"guid": GUIDS["RNG"]}]}, "table = None: expected a number of 64 bits"),
        ({"tables": {"Memattr": {}}}, "tables.Memattr: no such table, known are MEMATTR, RNG, "),
        ({"tables": {"RNG": {"length": 1}}}, "tables.RNG: unknown key length, known are size"),
        ({"tables": {"RNG": {"size": "big"}}}, "tables.RNG.size = 'big': expected a number"),
        ({"tables": {"RNG": {"size": 1 << 64}}}, "expected a number of 64 bits"),
        ({"tables": {"INITRD": {"base": 1}}}, "base and size"),
        ({"tables": {"MEMRESERVE": [{"entries": [[1]]}]}}, "expected a base and a size"),
        ({"vendor": 1}, "vendor = 1: expected a string"),
    ],
)
def test_what_is_wrong_is_named(facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_efi_tables(facts, "efi.json")
    assert str(raised.value).startswith("efi.json: ")
    assert sentence in str(raised.value)
