"""Structures with their members: told by DWARF and BTF, declared, laid out as C does.

Covers model/build/structures.py, model/build/printk_types.py, model/build/btf_types.py,
model/build/dwarf/types.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.model.build.btf import read_btf
from bootstep.model.build.dwarf.structures import read_dwarf
from bootstep.model.build.image.elf import open_elf, section_data
from bootstep.model.build.image.image import Image
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.sizes import Sizes
from bootstep.model.build.structures import (
    BASE_SIZES,
    COMPUTED,
    DECLARED,
    Member,
    StructType,
    array_lengths,
    laid_out,
    told_structures,
)

DATA = Path(__file__).parents[2] / "data" / "types"
NUMA = KConfig({"NUMA": "y"})
LENGTHS = array_lengths(16)


def size_of(kind: str) -> int | None:
    if kind.startswith("struct ") and not kind.endswith("*"):
        found = computed(kind.removeprefix("struct "))
        return found.size if found else None
    return 8 if kind.endswith("*") else 4 if kind.startswith("enum ") else BASE_SIZES.get(kind)


def computed(name: str, config: KConfig = NUMA) -> StructType | None:
    return laid_out(name, config, size_of, LENGTHS)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("memblock_region", 24),
        ("memblock_type", 40),
        ("memblock", 96),
        ("mem_section", 16),
        ("e820_entry", 20),
        ("e820_table", 3524),
        ("numa_memblk", 24),
        ("numa_meminfo", 776),
        ("printk_ringbuffer", 88),
        ("printk_info", 88),
        ("prb_desc", 24),
    ],
)
def test_what_c_makes_of_a_declaration_is_as_large_as_in_real_kernels(name: str, size: int) -> None:
    found = computed(name)
    assert found is not None
    assert found.size == size
    assert {member.name for member in found.members} <= set(DECLARED[name])


def test_options_decide_about_members() -> None:
    without = computed("memblock_region", KConfig({}))
    assert without is not None
    assert [member.name for member in without.members] == ["base", "size", "flags"]
    assert without.size == 24
    doubled = computed("mem_section", KConfig({"PAGE_EXTENSION": "y"}))
    assert doubled is not None
    assert doubled.size == 32


def test_what_depends_on_more_is_not_computed() -> None:
    assert "page" not in COMPUTED
    assert computed("page") is None
    assert laid_out("e820_table", NUMA, size_of, {}) is None


def facts_of(name: str) -> Sizes:
    content = (DATA / name).read_bytes()
    elf = open_elf(content, name)
    section = elf.get_section_by_name(".BTF")
    if section is not None:
        return Sizes.from_json(read_btf(section_data(section, name), name), {}, name)
    found = read_dwarf(elf, Image.parse(content).symbols, name, lambda _: None)
    assert found
    return Sizes.from_json(found, {}, name)


@pytest.mark.parametrize("name", ["dwarf.elf", "btf.elf"])
def test_members_have_their_types_and_sizes(name: str) -> None:
    told = {each.name: each for each in told_structures(facts_of(name))}
    assert told["page"].members == (
        Member("flags", "long", 0, 8),
        Member("rest", "char[72]", 8, 72),
    )
    assert told["mem_section"].members[1] == Member("usage", "void *", 8, 8)


def test_types_that_are_not_told_are_as_declared() -> None:
    sizes = Sizes.from_json(
        {
            "sizeof": {"struct zone": 1664, "struct free_area": 104, "struct cma": 104},
            "fields_[name,offset,size]": {"zone": [["free_area", 256, 1144], ["odd", 8, 8], [None, 16, 8]]},
        },
        {},
        "here",
    )
    told = {each.name: each for each in told_structures(sizes)}
    assert told["zone"].members == (
        Member("free_area", "struct free_area[11]", 256, 1144),
        Member("odd", "", 8, 8),
        Member("", "", 16, 8),
    )
    assert told["cma"] == StructType("cma", 104)
