"""Memory for a protected hypervisor.  What is expected is what real kernels reserved in QEMU.

Covers boots/arm64/kernel/virt.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.arm64.kernel.virt import is_hyp_mode_available, is_kernel_in_hyp_mode
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from msgspec.structs import replace

PROTECTED = "nokaslr kvm-arm.mode=protected"


def kernel(name: str = "virt-1g", **options: str) -> Kernel:
    return load_kernel(read_machine(name, {key: value for key, value in options.items() if value}))


def reserved(k: Kernel) -> list[str]:
    boot(k)
    lines = [k.trace.log_text(event) for event in k.trace.logs]
    return [line for line in lines if "kvm" in line.lower() and "command line" not in line]


def with_kvm(k: Kernel) -> Kernel:
    """The shipped kernels have no KVM; this one has."""
    k.config = type(k.config)({**k.config.options, "KVM": "y"})
    symbols = {"early_kvm_mode_cfg": k.image.symbol("_text"), **k.image.symbols}
    k.image = replace(k.image, symbols=symbols)
    return k


def test_at_el1_there_is_no_hypervisor() -> None:
    k = with_kvm(kernel(cmdline=PROTECTED, exception_level="1"))
    assert reserved(k) == ["KVM is not available. Ignoring kvm-arm.mode"]
    assert k.hyp_mem_base == 0


def test_at_el2_its_memory_is_reserved_and_has_an_owner() -> None:
    k = with_kvm(kernel(cmdline=PROTECTED, exception_level="2"))
    [line] = reserved(k)
    assert line == f"kvm [0]: Reserved {k.hyp_mem_size >> 20} MiB at {k.hyp_mem_base:#x}"
    debugger = debugger_of(k)
    debugger.goto(len(k.trace))
    [row] = [row for row in debugger.ledger().rows if row.owner.name == "hypervisor memory (pKVM)"]
    assert (row.size, row.owner.cause) == (k.hyp_mem_size, "command line kvm-arm.mode=protected")


@pytest.mark.parametrize(
    ("cpu", "cmdline", "is_own"),
    [
        ("cortex-a57", "", False),
        ("max", "", True),
        ("max", "kvm-arm.mode=nvhe", False),
        ("max", "kvm-arm.mode=protected", False),
        ("max", "id_aa64mmfr1.vh=0", False),
        ("max", "arm64_sw.hvhe=1", False),
    ],
)
def test_a_cpu_with_vhe_runs_the_kernel_at_el2_unless_it_is_told_not_to(
    cpu: str, cmdline: str, is_own: bool
) -> None:
    k = kernel("virt-1g-6.12", cpu=cpu, cmdline=f"nokaslr {cmdline}", exception_level="2")
    assert is_kernel_in_hyp_mode(k) is is_own


def test_firmware_that_is_asked_by_hvc_starts_kernels_at_el1() -> None:
    k = kernel()
    assert not is_hyp_mode_available(k), "QEMU's virt without virtualization=on"
    k.fdt = k.fdt.with_properties("/psci", {"method": b"smc\0"})
    assert is_hyp_mode_available(k)


def test_a_level_that_nobody_told_is_said_where_something_turns_on_it() -> None:
    assert any("starts at EL1" in words for words in kernel(cmdline=PROTECTED).assumed)
    assert kernel(cmdline=PROTECTED, exception_level="2").assumed == ()
