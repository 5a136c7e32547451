"""Before start_kernel: CPUs that do not know the kernel's pages, and 52-bit addresses switched off.

Covers entry.py, idreg_override.py, v6_8/head.py.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from bootstep.boots.arm64.kernel.idreg_override import overrides, without_52_bits
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.arch.arm64.address_map import Arm64Layout
from bootstep.model.build.kconfig import KConfig

DATA = Path(__file__).parents[3] / "data"


def booted(folder: Path, kernel: str, case: str, **options: str) -> Kernel:
    """A kernel of tests/data on one of its boards."""
    packed = DATA / "kernels" / kernel
    (folder / "vmlinux.sym").write_bytes(gzip.decompress((packed / "vmlinux.sym.gz").read_bytes()))
    board = DATA / "oracle" / kernel / case
    (folder / "board.dtb").write_bytes(gzip.decompress((board / "board.dtb.gz").read_bytes()))
    text = (board / "machine.toml").read_text()
    text = text.replace("KERNEL/vmlinux.sym", "vmlinux.sym").replace("KERNEL", str(packed))
    (folder / "machine.toml").write_text(text)
    k = load_kernel(read_machine(str(folder / "machine.toml"), options))
    boot(k)
    return k


def test_a_cpu_without_16k_pages_is_parked_before_the_first_word(tmp_path: Path) -> None:
    k = booted(tmp_path, "6.1-16k36-static", "m256M", cpu="cortex-a57")
    assert len(k.trace.logs) == 0
    debugger = debugger_of(k)
    stop = debugger.end()
    words = "cortex-a57 has no pages of 16K: the CPU waits here for ever, and nothing is printed"
    assert (stop.reason, stop.text) == ("panic", f"the kernel stops: {words}")
    frames = [frame.function.name for frame in debugger.where().frames]
    assert frames == ["__primary_switch", "__enable_mmu", "__no_granule_support"]


def test_a_cpu_with_16k_pages_goes_on(tmp_path: Path) -> None:
    k = booted(tmp_path, "6.1-16k36-static", "m256M", cpu="cortex-a76")
    assert k.trace.log_text(k.trace.logs[-1]).startswith("Memory: ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("arm64.nolva", {"id_aa64mmfr2.varange": 0}),
        ("id_aa64mmfr2.varange=0x0 quiet", {"id_aa64mmfr2.varange": 0}),
        ("id_aa64mmfr2.varange=1", {}),
        ("quiet -- arm64.nolva", {}),
        ("arm64.nobti arm64.nolva", {"id_aa64pfr1.bt": 0, "id_aa64mmfr2.varange": 0}),
    ],
)
def test_addresses_can_be_made_narrower_only(words: str, expected: dict[str, int]) -> None:
    assert overrides(words) == expected


def test_the_word_counts_since_6_9_and_where_the_kernel_looks_for_it() -> None:
    config, forced = KConfig({}), KConfig({"CMDLINE": '"arm64.nolva"', "CMDLINE_FORCE": "y"})
    assert without_52_bits((6, 12), config, "arm64.nolva")
    assert not without_52_bits((6, 8), config, "arm64.nolva")
    assert not without_52_bits((6, 12), config, None)
    assert without_52_bits((6, 12), forced, "quiet")


@pytest.mark.parametrize(("words", "bits"), [("quiet", 52), ("quiet arm64.nolva", 48)])
def test_without_lva_a_kernel_of_52_bits_has_48_and_a_level_less(
    tmp_path: Path, words: str, bits: int
) -> None:
    k = booted(tmp_path, "6.12-4k52", "max-numa", cmdline=words)
    assert Arm64Layout(k.layout).vabits_actual == bits
    assert k.pgdirs["swapper_pg_dir"].geometry.levels == (5 if bits == 52 else 4)
    assert k.layout.max_physmem_bits == bits
    assert k.trace.log_text(k.trace.logs[-1]).startswith("Memory: ")
