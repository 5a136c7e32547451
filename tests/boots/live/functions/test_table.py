"""The lists of functions, as they are shipped and as they are read."""

from __future__ import annotations

import pytest
from bootstep.boots.live.architectures import LIVE
from bootstep.boots.live.functions.table import Listed, listed, of_release, read_list
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.build.kernel_source.line_map import known_lines
from bootstep.model.build.release import Release
from bootstep.model.trace.events import Kind

ARCHES = pytest.mark.parametrize("arch", sorted(LIVE))
MISSION = ("early_init_dt_scan_memory", "paging_init", "sparse_init", "free_area_init", "arm64_memblock_init")
OPERATIONS = (
    *("memblock_add", "memblock_add_node", "memblock_remove", "memblock_reserve", "memblock_phys_free"),
    *("memblock_free", "memblock_alloc_range_nid", "memblock_alloc_try_nid", "memblock_alloc_try_nid_raw"),
    *("memblock_phys_alloc_range", "memblock_mark_nomap", "memblock_clear_nomap", "memblock_mark_hotplug"),
    *("memblock_clear_hotplug", "memblock_mark_mirror", "memblock_set_node", "memblock_trim_memory"),
    *("memblock_cap_memory_range", "memblock_enforce_memory_limit", "memblock_double_array"),
)


def names(arch: str, release: Release) -> dict[str, Listed]:
    return of_release(listed(LIVE[arch].functions), release)


@ARCHES
@pytest.mark.parametrize("release", [Release(5, 7), Release(6, 1, 50), Release(6, 12, 117)], ids=str)
def test_what_every_recording_needs_is_in_the_list(arch: str, release: Release) -> None:
    found = names(arch, release)
    wanted = {"start_kernel", "setup_arch", "panic", "memblock_free_all", "mem_init", "setup_per_cpu_areas"}
    assert wanted | set(OPERATIONS) - {"memblock_phys_free"} <= found.keys()
    assert next(iter(found)) == "memblock_free_all"


def test_the_five_moments_are_in_it() -> None:
    assert set(MISSION) <= names("arm64", Release(6, 1)).keys()
    assert "x86_64_start_kernel" in names("x86_64", Release(6, 12))


@ARCHES
def test_no_release_has_two_declarations_of_a_function(arch: str) -> None:
    for release in (Release(5, 7), Release(5, 15), Release(6, 1), Release(6, 4), Release(6, 12, 117)):
        held = [each.name for each in listed(LIVE[arch].functions) if each.is_of(release)]
        assert not sorted({name for name in held if held.count(name) > 1})


@ARCHES
@pytest.mark.parametrize("series", [(6, 1), (6, 12)], ids=str)
def test_files_are_those_that_define_the_functions(arch: str, series: tuple[int, int]) -> None:
    lines = known_lines(series)
    assert lines is not None
    known = set(lines.files)
    wrong = {
        each.name: each.file
        for each in names(arch, lines.release).values()
        if each.file in known and each.name not in lines.functions(each.file)
    }
    assert not wrong


@pytest.mark.parametrize(("machine", "most"), [("virt-1g", 2500), ("virt-1g-6.12", 2500), ("pc-8g", 800)])
def test_a_recording_does_not_stop_too_often(machine: str, most: int) -> None:
    """At each call of what is watched without being named, and at its return; what kernels inline is none."""
    boot = ModelBoot.of(read_machine(machine))
    boot.run()
    usual = {each.name for each in names(boot.facts.arch.name, boot.kernel.release).values() if each.is_usual}
    own = boot.kernel.image.printed_names
    calls = [boot.trace.function(enter).name for enter in boot.trace.of_kind(Kind.ENTER)]
    watched = [name for name in calls if name in usual and name in own]
    assert 100 < 2 * len(watched) < most
    assert len(set(watched)) > 40


def test_releases_differ_where_the_kernel_does() -> None:
    old, new = names("arm64", Release(5, 15)), names("arm64", Release(5, 16))
    assert [each.name for each in old["memblock_free"].prototype.parameters] == ["base", "size"]
    assert [each.name for each in new["memblock_free"].prototype.parameters] == ["ptr", "size"]
    assert "memblock_phys_free" not in old and "memblock_phys_free" in new
    assert len(names("arm64", Release(5, 4))["memblock_alloc_range_nid"].prototype.parameters) == 5


def test_a_line_has_its_releases_its_file_and_its_marks() -> None:
    text = """
# what people read
= mm/some.c
int one(void)
5.4..6.1.3 int two(int a)
~ 6.2.. static int __init three(int a)
= mm/other.c
..5.4 void four(void)
"""
    one, two, three, four = read_list(text)
    assert (one.name, one.file, one.since, one.before, one.is_init, one.is_usual) == (
        *("one", "mm/some.c", None, None),
        *(False, True),
    )
    assert (three.name, three.is_init, three.is_usual) == ("three", True, False)
    assert four.file == "mm/other.c" and four.is_of(Release(5, 3, 99)) and not four.is_of(Release(5, 4, 0))
    told = {release: two.is_of(release) for release in (Release(5, 3), Release(5, 4, 0), Release(6, 1, 2))}
    assert list(told.values()) == [False, True, True]
    assert not two.is_of(Release(6, 1, 3)) and not two.is_of(Release(6, 1))
    assert three.is_of(Release(6, 2)) and not three.is_of(Release(6, 1, 200))


@pytest.mark.parametrize("line", ["nonsense", "6.1.. nonsense", "x..y int f(void)"])
def test_a_line_that_cannot_be_read_is_no_part_of_a_list(line: str) -> None:
    with pytest.raises(ValueError, match=r"nonsense|int f"):
        list(read_list(line))
