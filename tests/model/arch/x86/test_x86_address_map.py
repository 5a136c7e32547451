"""x86-64's address map and constants against those that real kernels' compilers saw.

Covers address_map.py, constants.py, fixmap.py, kernel_map.py, model/arch/constants.py.
"""

import pytest
from bootstep.model.arch.x86.address_map import X86Layout, address_map_of, moved
from bootstep.model.arch.x86.constants import computed_constants
from bootstep.model.arch.x86.fixmap import fixed_addresses, fixmap_slots
from bootstep.model.base.errors import InputError
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release

SMALL = {"X86_64": "y", "X86_LOCAL_APIC": "y", "X86_IO_APIC": "y", "NODES_SHIFT": "4", "NR_CPUS": "16"}
SMALL |= {"NUMA": "y", "EFI": "y", "HUGETLB_PAGE": "y", "X86_ESPFIX64": "n"}
DEBIAN = SMALL | {
    **dict.fromkeys(("X86_VSYSCALL_EMULATION", "PARAVIRT_XXL", "ACPI_APEI_GHES", "INTEL_TXT"), "y"),
    **dict.fromkeys(("X86_5LEVEL", "RANDOMIZE_BASE", "RANDOMIZE_MEMORY", "MODULES"), "y"),
    "NODES_SHIFT": "10",
    "NR_CPUS": "8192",
}
OF_SMALL = {
    "PAGE_OFFSET": 0xFFFF888000000000,
    "VMALLOC_START": 0xFFFFC90000000000,
    "VMEMMAP_START": 0xFFFFEA0000000000,
    "__START_KERNEL_map": 0xFFFFFFFF80000000,
    "KERNEL_IMAGE_SIZE": 536870912,
    "LOAD_PHYSICAL_ADDR": 16777216,
    "MODULES_VADDR": 0xFFFFFFFFA0000000,
    "FIXADDR_TOP": 18446744073701158912,
    "FIXADDR_START": 18446744073700622336,
    "FIXADDR_SIZE": 536576,
    "FIXADDR_TOT_SIZE": 4194304,
    "CPU_ENTRY_AREA_BASE": 18446741874686296064,
    "VSYSCALL_ADDR": 18446744073699065856,
    "EFI_VA_START": 18446744069414584320,
    "EFI_VA_END": 18446744000695107584,
    "THREAD_SIZE": 16384,
    "MAX_PHYSMEM_BITS": 46,
    "NR_MEM_SECTIONS": 524288,
    "E820_MAX_ENTRIES": 176,
    "NR_NODE_MEMBLKS": 32,
    "SECTION_BLOCKFLAGS_BITS": 256,
    "pageblock_order": 9,
    "CMA_MIN_ALIGNMENT_BYTES": 2097152,
    "PGDIR_SHIFT": 39,
    "CONFIG_PGTABLE_LEVELS": 4,
}
"""consts.json of a 6.1 kernel."""
OF_DEBIAN = {
    "KERNEL_IMAGE_SIZE": 1073741824,
    "MODULES_VADDR": 18446744072635809792,
    "FIXADDR_START": 18446744073698512896,
    "FIXADDR_SIZE": 2646016,
    "FIXADDR_TOT_SIZE": 6295552,
    "E820_MAX_ENTRIES": 3200,
    "NR_NODE_MEMBLKS": 2048,
    "CONFIG_PGTABLE_LEVELS": 5,
    "PERCPU_MODULE_RESERVE": 8192,
}
"""consts.json of Debian's 6.1 kernel."""


@pytest.mark.parametrize(("options", "expected"), [(SMALL, OF_SMALL), (DEBIAN, OF_DEBIAN)])
def test_every_constant_is_the_compilers(options: dict[str, str], expected: dict[str, int]) -> None:
    release, config = Release(6, 1), KConfig(options)
    computed = computed_constants(release, config, address_map_of(release, config))
    assert {name: computed[name] for name in expected} == expected


def test_the_slots_of_debians_fixmap_begin_behind_the_vsyscall_page() -> None:
    assert fixed_addresses(KConfig(DEBIAN)) == {
        "VSYSCALL_PAGE": 511,
        "FIX_DBGP_BASE": 512,
        "FIX_EARLYCON_MEM_BASE": 513,
        "FIX_APIC_BASE": 514,
        "FIX_IO_APIC_BASE_0": 515,
        "FIX_IO_APIC_BASE_END": 642,
        "FIX_PARAVIRT_BOOTMAP": 643,
        "FIX_APEI_GHES_IRQ": 644,
        "FIX_APEI_GHES_NMI": 645,
        "__end_of_permanent_fixed_addresses": 646,
        "FIX_BTMAP_END": 1024,
        "FIX_BTMAP_BEGIN": 1535,
        "FIX_TBOOT_BASE": 1536,
        "__end_of_fixed_addresses": 1537,
    }
    layout = address_map_of(Release(6, 1), KConfig(DEBIAN))
    assert layout.fix_to_virt("VSYSCALL_PAGE") == layout.extra["VSYSCALL_ADDR"]


def test_the_windows_of_early_ioremap_have_one_table_to_themselves() -> None:
    slots = fixed_addresses(KConfig(SMALL))
    assert (slots["FIX_BTMAP_END"], slots["FIX_BTMAP_BEGIN"]) == (512, 1023)


def test_a_window_has_all_its_pages() -> None:
    layout = address_map_of(Release(6, 1), KConfig(SMALL))
    first = layout.fix_to_virt("FIX_BTMAP_BEGIN")
    assert fixmap_slots(layout, first + 4096, first + 8192) == ("FIX_BTMAP",)
    inside = layout.fix_to_virt("FIX_IO_APIC_BASE_0") - 4096
    assert fixmap_slots(layout, inside, inside + 4096) == ("FIX_IO_APIC_BASE",)


def test_five_levels_need_the_cpu_and_the_kernel() -> None:
    wide = address_map_of(Release(6, 1), KConfig(DEBIAN), la57=True)
    assert (wide.levels, wide.va_bits, wide.page_offset) == (5, 57, 0xFF11000000000000)
    assert (wide.pgdir_shift, wide.max_physmem_bits) == (48, 52)
    assert wide.constants()["PTRS_PER_P4D"] == 512
    assert address_map_of(Release(6, 1), KConfig(SMALL), la57=True).levels == 4
    assert address_map_of(Release(6, 1), KConfig(DEBIAN)).constants()["PTRS_PER_P4D"] == 1


def test_kaslr_moves_three_areas_and_nothing_else() -> None:
    layout = address_map_of(Release(6, 1), KConfig(DEBIAN))
    found = moved(layout, 0xFFFF9A1740000000, 0xFFFFB2A840000000, 0xFFFFE5C280000000)
    assert found.page_offset == 0xFFFF9A1740000000
    assert found.vmalloc.start == 0xFFFFB2A840000000
    assert found.direct_map.end <= found.vmalloc.start < found.vmalloc.end <= found.vmemmap.start
    assert (found.image, found.modules, found.fixmap) == (layout.image, layout.modules, layout.fixmap)
    assert moved(layout, layout.page_offset, layout.vmalloc.start, layout.vmemmap.start) is layout


def test_a_configuration_of_another_architecture_is_refused() -> None:
    with pytest.raises(InputError, match="not an x86-64 kernel's"):
        address_map_of(Release(6, 1), KConfig({"ARM64": "y"}))


def test_what_a_kernel_lacks_has_no_area() -> None:
    own = X86Layout(address_map_of(Release(6, 1), KConfig(SMALL)))
    assert own.ldt_remap is own.espfix is own.kasan_shadow is None
    assert own.efi is not None and own.efi.size == 64 << 30
    shadowed = X86Layout(address_map_of(Release(6, 1), KConfig(SMALL | {"KASAN": "y"}))).kasan_shadow
    assert shadowed is not None
    assert (shadowed.start, shadowed.end) == (0xFFFFEC0000000000, 0xFFFFFC0000000000)
