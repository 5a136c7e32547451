"""Damaged kernels: ELF files, DWARF, BTF, kallsyms and iomem, each with bytes changed, give a result or one
sentence, never a traceback.

Covers model/build/image/foreign_kernels.py, model/build/image/kallsyms.py.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bootstep.boots.loader.kernel.build import read_build
from bootstep.boots.loader.kernel.types import types_in_vmlinux
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.build.btf import read_btf
from bootstep.model.build.image.foreign_kernels import foreign_kernel
from bootstep.model.build.image.image import Image
from bootstep.model.build.image.kallsyms import parse_kallsyms
from bootstep.model.build.iomem import parse_kernel_resources
from elftools.elf.elffile import ELFFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

TYPES = Path(__file__).parents[3] / "data" / "types"
DWARF, BTF = (TYPES / "dwarf.elf").read_bytes(), (TYPES / "btf.elf").read_bytes()
with (TYPES / "btf.elf").open("rb") as file:
    RAW_BTF: bytes = ELFFile(file).get_section_by_name(".BTF").data()
KALLSYMS = """ffff800008000000 T _text
ffff800008010000 T _stext
ffff800008020000 t paging_init.constprop.0
ffff800008c00000 D swapper_pg_dir
ffff800008e00000 B _end
ffff800001000000 t helper\t[a_module]
"""
IOMEM = (
    "40000000-7fffffff : System RAM\n  40210000-4059ffff : Kernel code\n  40650000-40faffff : Kernel data\n"
)
EXAMPLES = int(os.environ.get("BOOTSTEP_FUZZ", "100"))
FUZZ = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
Mutation = tuple[list[tuple[int, bytes]], int]
MUTATION = st.tuples(
    st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=8)), max_size=8),
    st.integers(0, 1 << 20),
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def mutated(data: bytes, mutation: Mutation) -> bytes:
    """`data` with some bytes overwritten, and now and then cut off."""
    changed = bytearray(data)
    for at, piece in mutation[0]:
        at %= len(data)
        changed[at : at + len(piece)] = piece
    return bytes(changed[: mutation[1]] if mutation[1] < len(data) else changed)


def one_sentence(error: InputError) -> None:
    assert "\n" not in str(error)
    assert str(error)


@FUZZ
@given(which=st.sampled_from((DWARF, BTF)), mutation=MUTATION)
def test_a_damaged_vmlinux(tmp_path: Path, which: bytes, mutation: Mutation) -> None:
    content = mutated(which, mutation)
    path = tmp_path / "vmlinux"
    path.write_bytes(content)
    try:
        image = Image.parse(content, "vmlinux")
        types_in_vmlinux(path, content, image.symbols)
    except InputError as error:
        one_sentence(error)


@FUZZ
@given(mutation=MUTATION)
def test_damaged_btf(mutation: Mutation) -> None:
    try:
        read_btf(mutated(RAW_BTF, mutation), "vmlinux")
    except InputError as error:
        one_sentence(error)


@FUZZ
@given(symbols=MUTATION, iomem=MUTATION)
def test_damaged_kallsyms_and_iomem(tmp_path: Path, symbols: Mutation, iomem: Mutation) -> None:
    (tmp_path / "kallsyms").write_bytes(mutated(KALLSYMS.encode(), symbols))
    (tmp_path / "iomem").write_bytes(mutated(IOMEM.encode(), iomem))
    config = str(read_machine("virt-1g").config)
    options = {"kallsyms": str(tmp_path / "kallsyms"), "iomem": str(tmp_path / "iomem"), "config": config}
    try:
        read_build(read_machine("virt-1g", options))
    except InputError as error:
        one_sentence(error)


@FUZZ
@given(st.text(max_size=200))
def test_any_text_for_symbols(text: str) -> None:
    for parse in (parse_kallsyms, parse_kernel_resources):
        with pytest.raises(InputError):
            parse(text, "file")


@FUZZ
@given(st.binary(max_size=600))
def test_any_bytes_are_some_file(start: bytes) -> None:
    assert "\n" not in foreign_kernel(start)
