"""The text of a machine file is read back as what was written."""

from __future__ import annotations

import tomllib

from bootstep.boots.capture.toml_text import machine_text
from bootstep.boots.core.inputs import Drawn


def test_every_kind_of_value_is_read_back() -> None:
    text = machine_text(
        {
            "kernel": {"memblock_debug": True, "config": 'a"b\\c\x7f\u00e9'},
            "board": {"dtb_size": 0x100000, "cpus": 12},
            "boot": {
                "load_address": 0x40200000,
                "initrd": (0x48000000, 0x3600),
                "kaslr": Drawn(0x200000, -0x4000),
            },
        },
        ["written by a test", "two\nlines"],
    )
    assert tomllib.loads(text) == {
        "kernel": {"memblock_debug": True, "config": 'a"b\\c\x7f\u00e9'},
        "board": {"dtb_size": 0x100000, "cpus": 12},
        "boot": {
            "load_address": 0x40200000,
            "initrd": {"start": 0x48000000, "size": 0x3600},
            "kaslr": {"offset": "0x200000", "memstart": "0xffffffffffffc000"},
        },
    }
    assert "load_address = 0x40200000\n" in text
    assert text.splitlines()[:3] == ["# written by a test", r"# two\nlines", "[kernel]"]
