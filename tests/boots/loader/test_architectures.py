"""What the loader knows of architectures.

Covers architecture.py, arm64/config.py, arm64/ops.py, arm64/kaslr.py, x86/config.py, x86/ops.py.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from bootstep.boots.core.inputs import Machine
from bootstep.boots.loader.architectures import (
    ARCHITECTURES,
    KNOWN,
    architecture_of,
    architecture_of_config,
    refuse_foreign_cpu,
)
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import DEFAULTS, STOCK_KERNELS, read_machine
from bootstep.model.base.errors import InputError


def test_a_configuration_is_of_one_architecture_and_tells_its_pages() -> None:
    text = "CONFIG_ARM64=y\nCONFIG_ARM64_16K_PAGES=y\n"
    assert architecture_of_config(text) == "arm64"
    assert KNOWN["arm64"].page_size(text) == 16384
    assert architecture_of_config("CONFIG_X86_64=y\n") == "x86_64"
    assert architecture_of_config("CONFIG_RISCV=y\n") is None


@pytest.mark.parametrize(
    ("machine", "cpu", "sentence"),
    [
        ("pc-2g", "cortex-a57", "cpu cortex-a57: this is a CPU of arm64, the machine is one of x86_64"),
        ("pc-2g", "neoverse-n1,pauth=off", "this is a CPU of arm64, the machine is one of x86_64"),
        ("virt-1g", "qemu64", "cpu qemu64: this is a CPU of x86_64, the machine is one of arm64"),
    ],
)
def test_a_cpu_of_another_architecture_is_refused(machine: str, cpu: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        load_kernel(read_machine(machine, {"cpu": cpu}))


def test_a_cpu_that_both_have_or_nobody_knows_is_not() -> None:
    for cpu in ("max", "qemu64", "EPYC-v2", "of my own"):
        refuse_foreign_cpu(read_machine("pc-2g", {"cpu": cpu}))
    for cpu in ("max", "cortex-a57", "of my own"):
        refuse_foreign_cpu(read_machine("virt-1g", {"cpu": cpu}))


@pytest.mark.parametrize(("machine", "kernel"), [("pc-2g", "6.1-4k48"), ("virt-1g", "6.1-x86_64")])
def test_a_shipped_configuration_of_another_architecture_is_refused(machine: str, kernel: str) -> None:
    config = str(STOCK_KERNELS / kernel / "config")
    with pytest.raises(InputError, match=r"config: this is the configuration of a kernel of "):
        load_kernel(read_machine(machine, {"config": config}))


def test_an_architecture_alone_names_a_machine() -> None:
    for arch, name in DEFAULTS.items():
        machine = read_machine(None, {"arch": arch})
        assert (machine.arch, machine.name) == (arch, name)
        assert machine == read_machine(name)


@pytest.mark.parametrize(
    "machine", [Machine("pc", arch="x86_64", kind="devicetree"), Machine("board", arch="arm64", kind="e820")]
)
def test_a_machine_that_does_not_boot_is_refused(machine: Machine) -> None:
    with pytest.raises(InputError, match=f"{machine.arch} from {machine.kind}: it boots from "):
        architecture_of(machine)


def test_an_architecture_is_imported_when_a_machine_needs_it() -> None:
    code = (
        "import sys; from bootstep.boots.loader.load import load_kernel;"
        "from bootstep.boots.loader.machine_file import read_machine;"
        "load_kernel(read_machine('virt-512m'));"
        "print([name for name in sys.modules if name.startswith('bootstep.boots.x86')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    assert set(ARCHITECTURES) == {"arm64", "x86_64"}
