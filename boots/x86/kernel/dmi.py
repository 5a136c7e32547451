"""What SMBIOS tells of the machine.  Mirrors drivers/firmware/dmi_scan.c."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "drivers/firmware/dmi_scan.c"


@traced
def dmi_setup(k: Kernel) -> None:
    """Find the SMBIOS tables and keep their strings, in the brk area."""
