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
)
from bootstep.model.base.errors import InputError


def test_a_configuration_is_of_one_architecture_and_tells_its_pages() -> None:
    text = "CONFIG_ARM64=y\nCONFIG_ARM64_16K_PAGES=y\n"
    assert architecture_of_config(text) == "arm64"
    assert KNOWN["arm64"].page_size(text) == 16384
    assert architecture_of_config("CONFIG_X86_64=y\n") == "x86_64"
    assert architecture_of_config("CONFIG_RISCV=y\n") is None


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
