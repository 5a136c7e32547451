"""A source of the kernel in a directory or an archive: its functions are found, what is wrong is a sentence.

Covers functions.py, makefile.py, tarball.py, tree.py.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.build.kernel_source import tarball
from bootstep.model.build.kernel_source.found import KernelFunction
from bootstep.model.build.kernel_source.functions import KernelSource
from bootstep.model.build.kernel_source.makefile import release_of
from bootstep.model.build.kernel_source.opened import open_kernel_source
from kernel_tree import FILES, MMU, archive, write_tree


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SUDO_UID", raising=False)
    return tmp_path / "cache"


def none(option: str) -> bool:
    return False


def tree_in(root: Path) -> KernelSource:
    return open_kernel_source(str(write_tree(root / "tree")))


def archive_in(root: Path, content: bytes, name: str = "linux-source-6.1.tar.xz") -> str:
    (root / name).write_bytes(content)
    return str(root / name)


def found_in(source: KernelSource, file: str, name: str) -> KernelFunction:
    found = source.find(file, name, none, "arm64")
    assert isinstance(found, KernelFunction), found
    return found


def why(path: str) -> str:
    with pytest.raises(InputError) as caught:
        open_kernel_source(path)
    return str(caught.value)


def test_a_tree_gives_functions_with_their_lines(tmp_path: Path) -> None:
    source = tree_in(tmp_path)
    found = found_in(source, "mm/memblock.c", "memblock_reserve")
    assert (found.file, found.first, found.line, found.last) == ("mm/memblock.c", 10, 11, 15)
    assert found.lines[0] == "int __init_memblock"
    assert [extent.name for extent in source.extents("mm/memblock.c")] == [
        "memblock_add_range",
        "memblock_reserve",
    ]
    assert source.name == f"{tmp_path}/tree (6.1.192)"


@pytest.mark.parametrize("form", ["xz", "gz", "bz2", ""])
@pytest.mark.parametrize("top", ["linux-source-6.1/", "./linux/", ""])
def test_an_archive_gives_the_same(tmp_path: Path, form: str, top: str) -> None:
    source = open_kernel_source(archive_in(tmp_path, archive(top=top, form=form)))
    tree = tree_in(tmp_path)
    for file, name in (("mm/memblock.c", "memblock_reserve"), ("arch/arm64/mm/mmu.c", "paging_init")):
        assert found_in(source, file, name) == found_in(tree, file, name)
    assert source.files.release == (6, 1, 192)


def test_an_archive_is_gone_through_once_and_only_what_is_needed_is_kept(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive_in(tmp_path, archive())
    open_kernel_source(path)
    (kept,) = (cache / "bootstep").iterdir()
    assert "paging_init" in kept.read_text()
    assert "unwanted" not in kept.read_text()

    def never(path: Path) -> dict[str, str]:
        raise AssertionError("it is gone through again")

    monkeypatch.setattr(tarball, "_gone_through", never)
    assert found_in(open_kernel_source(path), "mm/memblock.c", "memblock_reserve").line == 11


def test_an_archive_that_changed_is_read_again(tmp_path: Path) -> None:
    path = archive_in(tmp_path, archive())
    open_kernel_source(path)
    moved = {**FILES, "arch/arm64/mm/mmu.c": "\n\n" + MMU}
    archive_in(tmp_path, archive(moved))
    os.utime(path, ns=(1, 1))
    before = MMU[: MMU.index("void __init paging_init")].count("\n") + 1
    assert found_in(open_kernel_source(path), "arch/arm64/mm/mmu.c", "paging_init").line == before + 2


def test_a_cache_that_is_none_is_done_without(tmp_path: Path, cache: Path) -> None:
    path = archive_in(tmp_path, archive())
    open_kernel_source(path)
    (kept,) = (cache / "bootstep").iterdir()
    for content in ('{"mm/memblock.c": 7}', "[", "[]"):
        kept.write_text(content)
        assert found_in(open_kernel_source(path), "mm/memblock.c", "memblock_reserve").line == 11


def test_folders_inside_that_are_called_alike_do_not_count(tmp_path: Path) -> None:
    files = {"tools/mm/memblock.c": "int memblock_reserve(void)\n{\n}\n", **FILES}
    source = open_kernel_source(archive_in(tmp_path, archive(files, top="")))
    assert found_in(source, "mm/memblock.c", "memblock_reserve").line == 11


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "this is no tar archive of the kernel's source, or it is damaged"),
        (b"no archive at all\n" * 100, "this is no tar archive of the kernel's source, or it is damaged"),
        (archive()[:400], "this archive is cut off"),
        (archive()[:200] + bytes(100) + archive()[300:], "this archive is damaged"),
        (archive(form="")[:900], "this is no tar archive of the kernel's source, or it is damaged"),
        (archive({"README": "a"}), "this is no archive of the kernel's source, it has no mm directory"),
    ],
    ids=["empty", "text", "cut", "damaged", "tar-cut", "foreign"],
)
def test_what_is_no_archive_of_a_kernel_is_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = archive_in(tmp_path, content)
    assert why(path) == f"--kernel-source {path}: {sentence}"


def test_what_an_archive_unpacks_to_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tarball, "MOST_UNPACKED", 4096)
    path = archive_in(tmp_path, archive({**FILES, "drivers/zeros": "0" * (4 << 20)}))
    assert "unpacks to more than 4.0 KiB, it is not read" in why(path)


def test_files_of_an_archive_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tarball, "MOST_FILES", 3)
    assert "more than 3 files" in why(archive_in(tmp_path, archive()))
    monkeypatch.setattr(tarball, "MOST_FILES", 300)
    monkeypatch.setattr(tarball, "LARGEST_FILE", 1000)
    source = open_kernel_source(archive_in(tmp_path, archive()))
    assert source.files.text("mm/memblock.c") is not None
    large = {**FILES, "mm/memblock.c": FILES["mm/memblock.c"] + " " * 1000, "mm/sparse.c": ""}
    source = open_kernel_source(archive_in(tmp_path, archive(large), "large.tar.xz"))
    assert source.files.text("mm/memblock.c") is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("nowhere", "there is no such directory"), ("tree/arch", "this is no Linux source tree, it has no mm")],
)
def test_a_directory_that_is_no_kernel_is_one_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    write_tree(tmp_path / "tree")
    assert sentence in why(str(tmp_path / name))


def test_a_name_that_no_file_can_have_is_one_sentence() -> None:
    assert "cannot contain a zero byte" in why("a\0b")
    assert "no user nobody-is-called-so" in why("~nobody-is-called-so/linux")
    assert "no directory can have this name" in why("x" * 5000)


def test_a_function_is_found_in_a_neighbour_a_header_or_where_a_release_has_it(tmp_path: Path) -> None:
    source = tree_in(tmp_path)
    write_tree(
        tmp_path / "tree", {"include/linux/fixmap.h": "static inline int inlined(void)\n{\n\treturn 1;\n}\n"}
    )
    assert found_in(source, "arch/arm64/mm/init.c", "paging_init").file == "arch/arm64/mm/mmu.c"
    assert found_in(source, "mm/fixmap.c", "inlined").file == "include/linux/fixmap.h"
    assert found_in(source, "", "memblock_reserve").file == "mm/memblock.c"


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    source = tree_in(tmp_path)
    assert str(source.find("mm/sparse.c", "sparse_init", none, "arm64")).startswith(
        f"there is no mm/sparse.c in {tmp_path}/tree: perhaps"
    )
    assert "does not define nothing" in str(source.find("mm/memblock.c", "nothing", none, "arm64"))
    assert "nobody says which file" in str(source.find("", "nothing", none, "arm64"))


def test_of_variants_the_configuration_decides(tmp_path: Path) -> None:
    source = tree_in(tmp_path)
    with_numa = source.find("arch/arm64/mm/mmu.c", "which", lambda option: option == "NUMA", "arm64")
    without = source.find("arch/arm64/mm/mmu.c", "which", none, "arm64")
    assert isinstance(with_numa, KernelFunction) and isinstance(without, KernelFunction)
    assert (with_numa.line, without.line) == (9, 14)
    assert without.remark == "one of 2 variants: not CONFIG_NUMA"
    assert not with_numa.about


def test_the_release_is_that_of_the_makefile() -> None:
    assert release_of("VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 117\n") == (6, 12, 117)
    assert release_of("VERSION = 6\n") is None
    assert release_of("all:\n\tcc\n") is None
