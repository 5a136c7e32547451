"""What the loader knows of architectures.

Covers architecture.py, arm64/ops.py, arm64/kaslr.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.inputs import Machine
from bootstep.boots.loader.architectures import ARCHITECTURES, architecture_of
from bootstep.model.base.errors import InputError


def test_a_configuration_is_of_one_architecture_and_tells_its_pages() -> None:
    text = "CONFIG_ARM64=y\nCONFIG_ARM64_16K_PAGES=y\n"
    owners = [name for name, each in ARCHITECTURES.items() if each.owns(text)]
    assert owners == ["arm64"]
    assert ARCHITECTURES["arm64"].page_size(text) == 16384
    assert not any(each.owns("CONFIG_X86_64=y\n") for each in ARCHITECTURES.values())


@pytest.mark.parametrize(
    "machine", [Machine("pc", arch="x86_64", kind="e820"), Machine("board", arch="arm64", kind="e820")]
)
def test_a_machine_that_does_not_boot_is_refused(machine: Machine) -> None:
    with pytest.raises(InputError, match=f"{machine.arch} from e820: so far only arm64 boots"):
        architecture_of(machine)
