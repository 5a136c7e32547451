"""What kernel files tell of their functions."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.live.arm64.registers import CALLING as ARM64
from bootstep.boots.live.functions import told
from bootstep.boots.live.functions.finding import Told, traced_functions
from bootstep.boots.live.functions.told import read_told
from bootstep.boots.live.functions.traced import Place, arguments
from bootstep.boots.live.x86.registers import CALLING as X86
from bootstep.model.base.errors import InputError
from bootstep.model.build.image.image import Image

DATA = Path(__file__).parents[3] / "data" / "types"
FILES = dict.fromkeys(("reserve", "told", "by_value", "cloned", "inlined"), "mm/functions.c")
KERNELS = pytest.mark.parametrize(
    ("name", "calls"), [("functions-arm64.elf", ARM64), ("functions-x86.elf", X86)], ids=["arm64", "x86"]
)
SYMBOLS = {"reserve": 0x1000, "told": 0x1100, "cloned.constprop.0": 0x1200}


@KERNELS
def test_dwarf_tells_of_clones_and_of_what_was_inlined(name: str, calls) -> None:
    symbols = Image.parse((DATA / name).read_bytes()).symbols
    found = read_told(DATA / name, FILES, symbols, calls)
    assert found.source == "DWARF"
    clone = found.clones["cloned.constprop.0"]
    first, second = calls.arguments[:2]
    assert clone.places == (Place(first), None, Place("", -1), Place(second))
    assert arguments(clone, {first: 5, second: 6}) == (5, None, -1, 6)
    assert clone.result_at == "" and clone.entries == (symbols["cloned.constprop.0"],)
    (one, other) = found.inlined["inlined"]
    assert one.inlined and one.address < one.code[-1][1] <= other.address < other.code[-1][1]
    assert [arguments(each, {})[1] for each in (one, other)] == [3, 4]
    traced, missing = traced_functions(FILES, {}, symbols, calls, found)
    assert not missing
    assert [each.name for each in traced if each.prototype == "DWARF"] == [*FILES, "inlined"]


@KERNELS
def test_what_was_read_once_is_kept(name: str, calls, monkeypatch: pytest.MonkeyPatch) -> None:
    symbols = Image.parse((DATA / name).read_bytes()).symbols
    found = read_told(DATA / name, FILES, symbols, calls)

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(told, "_read", never)
    assert read_told(DATA / name, FILES, symbols, calls) == found
    with pytest.raises(AssertionError):
        read_told(DATA / name, {"reserve": "mm/functions.c"}, symbols, calls)


def test_btf_is_found_in_a_kernel_as_it_is_booted(tmp_path: Path) -> None:
    """Of clones it tells no places."""
    kernel = tmp_path / "Image"
    kernel.write_bytes(b"\0" * 4096 + (DATA / "functions.btf").read_bytes() + b"\0" * 100)
    found = read_told(kernel, FILES, SYMBOLS, ARM64)
    assert (found.source, found.clones, found.inlined) == ("BTF", {}, {})
    assert [each.name for each in found.prototypes["told"].parameters] == [
        *("name", "nid", "exact", "flags", "prot"),
    ]
    traced, missing = traced_functions(FILES, {}, SYMBOLS, ARM64, found)
    assert missing == ("by_value", "inlined")
    assert [each.prototype for each in traced] == ["BTF", "BTF", ""]


def test_a_file_that_tells_nothing_tells_nothing(tmp_path: Path) -> None:
    kernel = tmp_path / "Image"
    kernel.write_bytes(b"\0" * 8192)
    assert read_told(kernel, FILES, SYMBOLS, ARM64) == Told()


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    kernel = tmp_path / "vmlinux"
    kernel.write_bytes((DATA / "functions-arm64.elf").read_bytes()[:5000])
    with pytest.raises(InputError, match=f"^{kernel}: this ELF file is damaged"):
        read_told(kernel, FILES, SYMBOLS, ARM64)
