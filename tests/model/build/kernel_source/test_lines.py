"""Lines for a boot: of the shipped map, decided by its release, or of a source that somebody has."""

from __future__ import annotations

from pathlib import Path

from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.kernel_source.found import Place
from bootstep.model.build.kernel_source.lines import NO_SOURCE, SourceLines
from bootstep.model.build.kernel_source.opened import open_kernel_source
from bootstep.model.build.release import Release
from kernel_tree import write_tree

NUMA = KConfig({"NUMA": "y"})


def shipped(*release: int, arch: str = "arm64") -> SourceLines:
    return SourceLines(Release(*release), arch, NUMA)


def of_tree(root: Path) -> SourceLines:
    lines = shipped(6, 1)
    lines.source = open_kernel_source(str(write_tree(root)))
    return lines


def test_the_release_decides_which_file_has_a_function() -> None:
    old = shipped(6, 1).place("map_kernel", "arch/arm64/mm/mmu.c")
    new = shipped(6, 12).place("map_kernel", "arch/arm64/mm/mmu.c")
    assert (old.file, new.file) == ("arch/arm64/mm/mmu.c", "arch/arm64/kernel/pi/map_kernel.c")
    assert shipped(6, 12).place("free_area_init", "mm/page_alloc.c").file == "mm/mm_init.c"


def test_the_architecture_decides_too() -> None:
    assert shipped(6, 12, arch="x86").place("paging_init", "").file == "arch/x86/mm/init_64.c"
    assert shipped(6, 12).place("paging_init", "").file == "arch/arm64/mm/mmu.c"


def test_of_a_release_that_is_not_known_there_is_the_file_only() -> None:
    lines = shipped(6, 3)
    assert lines.place("paging_init", "arch/arm64/mm/mmu.c") == Place("arch/arm64/mm/mmu.c")
    assert lines.origin == ""


def test_releases_that_follow_their_source_have_lines_too() -> None:
    assert shipped(5, 7, 14).place("free_area_init_nodes", "mm/page_alloc.c").line is not None
    assert shipped(6, 6, 9).place("mm_core_init", "mm/mm_init.c").line is not None
    assert str(shipped(6, 6, 0).place("mm_core_init", "")).startswith("about mm/mm_init.c:")


def test_lines_of_another_patch_level_are_a_guess() -> None:
    assert not shipped(6, 1).place("memblock_reserve", "mm/memblock.c").about
    assert not shipped(6, 1, 192).place("memblock_reserve", "mm/memblock.c").about
    other = shipped(6, 1, 12)
    assert str(other.place("memblock_reserve", "mm/memblock.c")).startswith("about mm/memblock.c:")
    assert other.is_other
    assert other.origin == "the known lines of 6.1.192"


def test_what_nobody_knows_is_where_the_model_says() -> None:
    assert shipped(6, 1).place("no_such_function", "mm/memblock.c") == Place("mm/memblock.c")
    assert shipped(6, 1).place("no_such_function", "") == Place("")
    assert shipped(6, 1).extent("no_such_function", "") is None


def test_a_source_names_the_line_of_a_call_if_one_alone_makes_it(tmp_path: Path) -> None:
    lines, file = of_tree(tmp_path), "arch/arm64/mm/mmu.c"
    assert lines.place("paging_init", file).line == 20
    assert lines.place("paging_init", file, ["map_mem"]).line == 23
    assert lines.place("paging_init", file, ["nobody_here"]).line == 20
    assert lines.place("map_mem", file, ["1, 2"]).line == 2
    assert lines.place("map_mem", file, ["memblock_clear_nomap"]).line == 5


def test_a_name_over_two_lines_is_not_taken_for_its_call(tmp_path: Path) -> None:
    lines = of_tree(tmp_path)
    assert lines.place("memblock_reserve", "mm/memblock.c", ["memblock_reserve"]).line == 11
    assert lines.place("memblock_reserve", "mm/memblock.c", ["memblock_add_range"]).line == 14


def test_a_source_goes_before_the_map_and_may_be_taken_away(tmp_path: Path) -> None:
    lines = of_tree(tmp_path)
    assert lines.place("memblock_reserve", "mm/memblock.c").line == 11
    assert lines.origin == f"{tmp_path} (6.1.192)"
    lines.source = None
    assert lines.place("memblock_reserve", "mm/memblock.c").line == 854
    assert lines.text("memblock_reserve", "mm/memblock.c") == NO_SOURCE


def test_a_line_belongs_to_a_function(tmp_path: Path) -> None:
    for lines, first, last in ((of_tree(tmp_path), 10, 15), (shipped(6, 1), 854, 862)):
        for line in (first, last):
            assert [found.name for found in lines.functions_at("memblock.c", line)] == ["memblock_reserve"]
        assert lines.functions_at("memblock.c", first - 1) == []


def test_the_source_of_another_release_is_a_guess(tmp_path: Path) -> None:
    source = open_kernel_source(str(write_tree(tmp_path)))
    for release, about in (((6, 1), False), ((6, 1, 192), False), ((6, 1, 7), True), ((6, 12), True)):
        lines = shipped(*release)
        lines.source = source
        assert lines.place("paging_init", "arch/arm64/mm/mmu.c").about is about


def test_the_lines_of_a_file_may_be_printed(tmp_path: Path) -> None:
    lines = of_tree(tmp_path)
    assert lines.file_lines("arch/arm64/mm/mmu.c")[3] == "        memblock_mark_nomap(1, 2);"
    write_tree(tmp_path, {"mm/odd.c": "int a;\x1b[2J\n"})
    assert "\x1b" not in "".join(lines.file_lines("mm/odd.c"))
    assert lines.file_lines("mm/nowhere.c") == shipped(6, 1).file_lines("mm/memblock.c") == []


def test_a_function_under_conditions_that_do_not_hold_is_looked_for_elsewhere() -> None:
    lines = SourceLines(Release(6, 12), "arm64", KConfig({"SMP": "y"}))
    assert lines.place("setup_nr_cpu_ids", "init/main.c").file == "kernel/smp.c"
    lines = SourceLines(Release(6, 12), "arm64", KConfig({"UP": "y"}))
    assert lines.place("setup_nr_cpu_ids", "init/main.c").file == "init/main.c"


def test_files_are_named_by_their_end_and_not_those_of_other_architectures() -> None:
    lines = shipped(6, 1)
    assert lines.files_named("mm/init.c") == {"arch/arm64/mm/init.c"}
    assert lines.files_named("own.c", ["mm/own.c", "mm/down.c"]) == {"mm/own.c"}
    assert lines.functions_of("mm/own.c") == []
