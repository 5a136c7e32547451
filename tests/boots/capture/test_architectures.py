"""Which machines can be taken down.

Covers architecture.py, arm64/ops.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.capture.architectures import running_architecture
from bootstep.model.base.errors import InputError

ARM64 = b"# comment\nCONFIG_ARM64=y\n"
X86 = b"CONFIG_X86_64=y\n"


def test_an_arm64_linux_is_told_by_its_configuration_or_its_cpus() -> None:
    assert running_architecture(ARM64, "CPU implementer\t: 0x41\n").name == "arm64"
    assert running_architecture(None, "CPU implementer\t: 0x41\n").name == "arm64"
    assert running_architecture(ARM64, "").name == "arm64"


@pytest.mark.parametrize(("config", "cpuinfo"), [(X86, ""), (None, "vendor_id\t: GenuineIntel\n")])
def test_another_linux_is_refused(config: bytes | None, cpuinfo: str) -> None:
    with pytest.raises(InputError, match="this Linux does not run on arm64"):
        running_architecture(config, cpuinfo)
