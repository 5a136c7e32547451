"""Descriptors decode as the kernel's own kernel_page_tables prints them."""

import pytest
from bootstep.model.arch.arm64.entry_format import (
    ENTRIES,
    PAGE_KERNEL,
    PAGE_KERNEL_RO,
    PAGE_KERNEL_ROX,
    PROT_SECT_NORMAL,
    PTE_CONT,
    PTE_NG,
    mk_sect_prot,
    pgattr_change_is_safe,
    pgprot_tagged,
)


@pytest.mark.parametrize(
    ("bits", "attributes"),
    [
        (0x00E8000000000707, pgprot_tagged(PAGE_KERNEL)),
        (0x00E8000000000703, PAGE_KERNEL),
        (0x00D0000000000783, PAGE_KERNEL_ROX | PTE_CONT),
        (0x00E0000000000781, mk_sect_prot(PAGE_KERNEL_RO)),
        (0x0060000000000701, PROT_SECT_NORMAL),
    ],
)
def test_protections_are_the_bits_a_real_kernel_wrote(bits, attributes):
    assert attributes == bits


@pytest.mark.parametrize(
    ("bits", "level", "line"),
    [
        (0x00E8000000000707, 3, "RW NX SHD AF UXN MEM/NORMAL-TAGGED"),
        (0x00E8000000000703, 3, "RW NX SHD AF UXN MEM/NORMAL"),
        (0x00D0000000000783, 3, "ro x SHD AF CON UXN MEM/NORMAL"),
        (0x00E8000000000701, 2, "RW NX SHD AF BLK UXN MEM/NORMAL"),
        (0x00E0000000000781, 2, "ro NX SHD AF BLK UXN MEM/NORMAL"),
    ],
)
def test_words_are_those_of_kernel_page_tables(bits, level, line):
    assert " ".join(ENTRIES.words(bits, level)) == line


def test_a_live_contiguous_entry_must_not_change():
    assert not pgattr_change_is_safe(PAGE_KERNEL | PTE_CONT, PAGE_KERNEL_RO | PTE_CONT)


def test_making_global_what_was_not_is_unsafe_and_the_reverse_is_safe():
    assert not pgattr_change_is_safe(PAGE_KERNEL | PTE_NG, PAGE_KERNEL)
    assert pgattr_change_is_safe(PAGE_KERNEL, PAGE_KERNEL | PTE_NG)


def test_permissions_and_tagging_may_change_but_dirtiness_may_not():
    assert pgattr_change_is_safe(pgprot_tagged(PAGE_KERNEL), PAGE_KERNEL_RO)
    assert not pgattr_change_is_safe(PAGE_KERNEL, PROT_SECT_NORMAL)
