"""The console before there are drivers: one page of the fixmap."""

from __future__ import annotations

import pytest
from bootstep.boots.drivers.earlycon import ENTRY, FIX_SLOT
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.arch.arm64.entry_format import PTE_NG
from msgspec import structs

SEED = (0x6A6B73F68738D9B8).to_bytes(8)


@pytest.mark.parametrize(("seed", "is_global"), [(SEED, False), (bytes(8), True)])
def test_its_page_is_global_unless_kaslr_asks_for_the_contrary(seed: bytes, is_global: bool) -> None:
    """As a real 6.1 had it, with a seed and without."""
    machine = read_machine("virt-1g", {"cmdline": "earlycon=pl011,0x9000000", "cpu": "cortex-a53"})
    kernel = load_kernel(machine)
    kernel.fdt = kernel.fdt.with_properties("/chosen", {"kaslr-seed": seed})
    boot(kernel)
    leaf = kernel.page_tables.leaf(kernel.layout.fix_to_virt(kernel.layout.fixmap_slots[FIX_SLOT]))
    assert leaf is not None
    assert leaf.pa_start == 0x9000000
    assert (not leaf.attrs & PTE_NG) is is_global


@pytest.mark.parametrize(
    ("left", "is_known"),
    [(("pl011_early_console_setup",), True), ((), False)],
    ids=["by the function that sets it up", "not at all"],
)
def test_a_kernel_whose_kallsyms_has_no_data_tells_its_consoles(
    left: tuple[str, ...], is_known: bool
) -> None:
    """As Debian's 6.1: nothing tells the entries of its table."""
    kernel = load_kernel(read_machine("virt-1g", {"cmdline": "earlycon=pl011,0x9000000"}))
    functions = {
        name: at
        for name, at in kernel.image.symbols.items()
        if not name.startswith(ENTRY) and "early_console_setup" not in name
    }
    kernel.image = structs.replace(kernel.image, symbols={**functions, **dict.fromkeys(left, 0)})
    boot(kernel)
    leaf = kernel.page_tables.leaf(kernel.layout.fix_to_virt(kernel.layout.fixmap_slots[FIX_SLOT]))
    assert (leaf is not None) is is_known
