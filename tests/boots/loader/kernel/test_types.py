"""Sizes of structures out of DWARF and BTF, and which of the sources counts.

Covers model/build/btf.py, model/build/dwarf/structures.py, model/build/known_kernels.py,
model/build/required_types.py.
"""

from __future__ import annotations

import gzip
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.core.inputs import Machine
from bootstep.boots.loader.kernel.file import read_kernel_file
from bootstep.boots.loader.kernel.types import KNOWN_KERNELS, read_sizes, types_in_vmlinux
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.model.arch.arm64.address_map import address_map_of
from bootstep.model.arch.arm64.constants import computed_constants
from bootstep.model.base.errors import InputError
from bootstep.model.build.btf import read_btf
from bootstep.model.build.dwarf.structures import read_dwarf
from bootstep.model.build.image.image import Image
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.known_kernels import decided_by_config, nearest
from bootstep.model.build.release import Release
from bootstep.model.build.required_types import STRUCTURES
from bootstep.model.files.input_files import read_json
from elftools.elf.elffile import ELFFile

DATA = Path(__file__).parents[3] / "data"
TWO = DATA / "types" / "two.elf"
DWARF, BTF = DATA / "types" / "dwarf.elf", DATA / "types" / "btf.elf"
KERNELS = ("6.1-4k48", "6.1-64k48", "6.1.0-50-arm64", "6.12-4k48", "6.12-16k47")
PAGE, PGLIST_DATA, RESERVED_MEM = 80, 12345, 61
"""Sizes that tests/data/types/types.c gives them."""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def elf(path: Path) -> Any:
    return ELFFile(io.BytesIO(path.read_bytes()))


def btf() -> bytes:
    return elf(BTF).get_section_by_name(".BTF").data()


def test_dwarf_tells_all_sizes() -> None:
    read: list[str] = []
    facts = read_dwarf(elf(DWARF), Image.parse(DWARF.read_bytes()).symbols, "vmlinux", read.append)
    assert facts
    assert {f"struct {name}" for name in STRUCTURES} <= set(facts["sizeof"])
    assert facts["sizeof"]["struct page"] == PAGE
    assert facts["sizeof"]["struct pglist_data"] == PGLIST_DATA
    assert facts["enums"]["fixed_addresses"]["FIX_FDT"] == 7
    assert ["subsection_map", 16, 16, "long unsigned int[2]"] in facts["fields_[name,offset,size]"][
        "mem_section_usage"
    ]
    assert read == ["reading sizes of structures from the DWARF of vmlinux: types.c"]


def test_types_that_no_known_function_uses_are_found_by_their_source() -> None:
    """`reserved_mem` is in a unit whose functions have other names than those of 6.1 and 6.12."""
    read: list[str] = []
    facts = read_dwarf(elf(TWO), Image.parse(TWO.read_bytes()).symbols, "vmlinux", read.append)
    assert facts
    assert facts["sizeof"]["struct page"] == PAGE
    assert facts["sizeof"]["struct reserved_mem"] == RESERVED_MEM
    assert [words.rpartition("/")[2] for words in read] == ["sparse.c", "of_reserved_mem.c"]


def test_the_dwarf_of_a_real_file_of_6_1_tells_what_the_kernel_has() -> None:
    """mm/sparse.c, compiled with -g as the kernel 6.1-4k48 is otherwise."""
    content = gzip.decompress((DATA / "types" / "sparse-6.1.elf.gz").read_bytes())
    symbols = Image.parse(content).symbols
    facts = read_dwarf(ELFFile(io.BytesIO(content)), symbols, "vmlinux", lambda _: None)
    assert facts
    real = read_json(KNOWN_KERNELS)["6.1-4k48"]["sizeof"]
    assert {
        name: facts["sizeof"][name] for name in facts["sizeof"].keys() & real.keys()
    }.items() <= real.items()
    assert {f"struct {name}" for name in ("page", "mem_section", "mem_section_usage", "pglist_data")} <= set(
        facts["sizeof"]
    )


def test_btf_tells_the_same_as_the_dwarf_it_was_made_of() -> None:
    symbols = Image.parse(DWARF.read_bytes()).symbols
    assert read_btf(btf(), "vmlinux") == read_dwarf(elf(DWARF), symbols, "vmlinux", lambda _: None)


def test_a_vmlinux_without_types_tells_nothing() -> None:
    assert read_dwarf(elf(BTF), {}, "vmlinux", lambda _: None) is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "damaged or cut off"),
        (b"\0" * 64, "does not begin with its magic number"),
        (btf()[: len(btf()) // 2], "damaged or cut off"),
        (btf()[:24] + b"\xff" * 500, "damaged or cut off"),
    ],
    ids=["empty", "zeroes", "half", "overwritten"],
)
def test_damaged_btf_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_btf(data, "vmlinux")


def damaged_dwarf() -> bytes:
    content = bytearray(DWARF.read_bytes())
    section = elf(DWARF).get_section_by_name(".debug_abbrev")
    start, size = section["sh_offset"], section["sh_size"]
    content[start : start + size] = b"\xee" * size
    return bytes(content)


def test_damaged_dwarf_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "vmlinux"
    path.write_bytes(damaged_dwarf())
    with pytest.raises(InputError, match="the DWARF in this ELF file is damaged"):
        types_in_vmlinux(path, path.read_bytes(), {"sparse_init": 0x4001000})


def machine(vmlinux: Path | None, **other: Any) -> tuple[Machine, KConfig]:
    shipped = read_machine("virt-1g")
    assert shipped.config
    config = KConfig.parse(shipped.config.read_text())
    return Machine("test", vmlinux=vmlinux, **other), config


def sizes(vmlinux: Path, **other: Any) -> Any:
    named, config = machine(vmlinux, **other)
    return read_sizes(named, config, read_kernel_file(vmlinux))


def test_dwarf_counts_before_btf_before_the_table_and_a_file_before_all(tmp_path: Path) -> None:
    assert sizes(DWARF).source == f"DWARF in {DWARF}"
    assert sizes(BTF).source == f"BTF in {BTF}"
    assert sizes(BTF).sizeof("struct reserved_mem") == RESERVED_MEM
    shipped = read_machine("virt-1g").vmlinux
    assert shipped
    assert sizes(shipped).source == "what is shipped for 6.1-4k48"
    told = tmp_path / "sizes.json"
    told.write_text(json.dumps({"sizeof": {"struct page": 56}}))
    assert sizes(DWARF, sizes=told).sizeof("struct page") == 56


def test_what_was_read_once_is_kept_for_the_same_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vmlinux"
    path.write_bytes(BTF.read_bytes())
    assert sizes(path).sizeof("struct page") == PAGE

    def forbidden(*_: Any) -> Any:
        raise RuntimeError("read again")

    monkeypatch.setattr("bootstep.model.build.btf.read_btf", forbidden)
    assert sizes(path).sizeof("struct page") == PAGE
    os.utime(path, (1, 1))
    with pytest.raises(RuntimeError, match="read again"):
        sizes(path)


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert sizes(BTF).sizeof("struct page") == PAGE


def configured(kernel: str) -> tuple[Release, KConfig]:
    """The release and the configuration of a kernel; the shipped ones are there whole."""
    shipped = SHIPPED / "kernels" / kernel / "config"
    path = shipped if shipped.is_file() else DATA / "kernels" / kernel / "config"
    return Release(6, 12) if kernel.startswith("6.12") else Release(6, 1), KConfig.parse(path.read_text())


@pytest.mark.parametrize("kernel", KERNELS)
def test_constants_follow_from_the_configuration(kernel: str) -> None:
    release, config = configured(kernel)
    computed = computed_constants(release, config, address_map_of(release, config))
    real = json.loads((DATA / "kernels" / kernel / "consts.json").read_text())
    wanted = (
        *("MAX_CMA_AREAS", "CMA_MIN_ALIGNMENT_BYTES", "MIGRATE_TYPES", "SMP_CACHE_BYTES", "MAX_NR_ZONES"),
        *("PERCPU_DYNAMIC_EARLY_SIZE", "PERCPU_DYNAMIC_RESERVE", "PERCPU_MODULE_RESERVE", "NR_CPUS"),
        *("PCPU_MIN_UNIT_SIZE", "COMMAND_LINE_SIZE", "MAX_RESERVED_REGIONS"),
    )
    assert {name: computed[name] for name in wanted} == {name: real[name] for name in wanted}
    assert computed["INIT_MEMBLOCK_MEMORY_REGIONS"] == real["INIT_MEMBLOCK_MEMORY_REGIONS_arch"]


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_known_kernel_is_recognised_by_its_options(kernel: str) -> None:
    entry = read_json(KNOWN_KERNELS)[kernel]
    config = KConfig(entry["options"])
    found = nearest(read_json(KNOWN_KERNELS), entry["arch"], Release(*entry["release"]), config)
    assert (found.name, found.doubtful) == (kernel, "")


def test_what_may_differ_from_the_nearest_known_kernel_is_named() -> None:
    _, config = machine(None)
    changed = KConfig({**config.options, "MEMCG": "y", "MEMCG_KMEM": "y"})
    found = nearest(read_json(KNOWN_KERNELS), "arm64", Release(6, 1), changed)
    assert found.name == "6.1-4k48"
    assert "struct pcpu_chunk (MEMCG, MEMCG_KMEM)" in found.doubtful
    assert "struct pglist_data (MEMCG)" in found.doubtful
    between = nearest(read_json(KNOWN_KERNELS), "arm64", Release(6, 6), config)
    assert between.doubtful == "they are another release's"


def test_a_kernel_is_of_its_machines_architecture_whatever_its_options_say() -> None:
    _, config = machine(None)
    for value in ("y", "n", ""):
        odd = KConfig({**config.options, "X86_64": value})
        assert nearest(read_json(KNOWN_KERNELS), "arm64", Release(6, 1), odd).name == "6.1-4k48"
        assert nearest(read_json(KNOWN_KERNELS), "x86_64", Release(6, 1), odd).name.startswith("6.1-x86_64")


@pytest.mark.parametrize("kernel", KERNELS)
def test_page_extensions_and_subsections_decide_about_sections(kernel: str) -> None:
    release, config = configured(kernel)
    entry = read_json(KNOWN_KERNELS)[kernel]
    full = KConfig({**config.options, **entry["options"], "SPARSEMEM_VMEMMAP": "y"})
    subsections = 1 << (address_map_of(release, config).section_size_bits - 21)
    decided = decided_by_config(release, full, subsections)["sizeof"]
    assert decided == {name: entry["sizeof"][name] for name in decided}
