"""A PC in words.

Covers summary.py.
"""

from __future__ import annotations

from pathlib import Path

from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.summary import machine_lines


def test_of_a_pc_its_map_and_its_cpu_are_told(tmp_path: Path) -> None:
    (tmp_path / "e820.txt").write_text("0 9fc00 usable\n100000 40000000 usable\n")
    text = 0xFFFFFFFFAB800000
    options = {"cpu": "max", "kaslr": f"{text:#x},,,", "load_address": "0x3000000"}
    machine = read_machine(str(tmp_path / "e820.txt"), options)
    lines = list(machine_lines(machine, load_kernel(machine)))
    assert lines[0].endswith("x86_64, 1 x max, from e820")
    assert lines[1].endswith("e820.txt: 2 ranges, 1.0 GiB usable") or "2 ranges, 1023" in lines[1]
    assert "firmware      no file tells" in lines
    cpu = "max: 40 bits of physical addresses, pages of 1 GiB, five levels of page tables"
    assert f"CPU           {cpu}" in lines
    assert f"KASLR         text {text:#x}" in lines
    assert not any(line.startswith("device tree") for line in lines)
