"""``percpu_alloc=page``: where the per-CPU areas are mapped.  The addresses of real boots of 6.1 and 6.12
were read out of their page tables."""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine


def booted(name: str, cmdline: str) -> Kernel:
    k = load_kernel(read_machine(name, {"cmdline": f"nokaslr {cmdline}"}))
    boot(k)
    return k


@pytest.mark.parametrize("name", ["virt-1g", "virt-1g-6.12"])
def test_a_guard_page_parts_the_image_from_the_areas(name: str) -> None:
    k = booted(name, "percpu_alloc=page")
    end = k.va_symbol("_end")
    assert k.page_tables.leaf(end - 1) is not None
    assert k.page_tables.leaf(end) is None
    assert k.page_tables.leaf(end + k.layout.page_size) is not None


def test_embedded_areas_are_not_mapped_again() -> None:
    k = booted("virt-1g", "percpu_alloc=embed")
    assert k.page_tables.leaf(k.va_symbol("_end") + k.layout.page_size) is None
