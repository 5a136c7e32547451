"""Whether ACPI's tables or the device tree describe this machine.  Mirrors arch/arm64/kernel/acpi.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.trace.recorder import traced
from ...core.params import early_param
from ...drivers.acpi.root_table import ACPI_FADT_HW_REDUCED, FADT_FLAGS_AT, acpi_get_table
from ...drivers.acpi.spcr import acpi_parse_spcr
from ...drivers.acpi.tables import acpi_table_init
from ...drivers.earlycon import early_init_dt_scan_chosen_stdout
from ...drivers.efi.efi_bgrt import efi_bgrt_init
from ...drivers.of.base import of_is_compatible

if TYPE_CHECKING:
    from ..variables import Kernel

KERNEL_FILE = "arch/arm64/kernel/acpi.c"

EINVAL, ENODEV = 22, 19
FADT_ARM_BOOT_FLAGS_AT, FADT_MINOR_REVISION_AT = 129, 131


@early_param("acpi")
@traced
def parse_acpi(k: Kernel, arg: str | None) -> int:
    """``acpi=``: off, on (rather than the device tree), or force (even if the tables are bad)."""
    if arg not in ("off", "on", "force"):
        return -EINVAL
    k.acpi.params.add(arg)
    return 0


@traced
def dt_is_stub(k: Kernel) -> bool:
    """Whether the device tree says nothing: it has /chosen only, and what Xen adds."""
    return all(
        node.name == "chosen" or (node.name == "hypervisor" and of_is_compatible(node, "xen,xen"))
        for node in k.fdt.root.children
    )


@traced
def acpi_fadt_sanity_check(k: Kernel) -> int:
    """ACPI works here from revision 5.1 on, and without the hardware of PCs.  Returns 0 or an error."""
    fadt = acpi_get_table(k, "FACP")
    if fadt is None:
        k.pr_err("ACPI: Failed to get FADT table, AE_NOT_FOUND")
        return -ENODEV
    minor = fadt.u8(FADT_MINOR_REVISION_AT)
    if fadt.revision < 5 or (fadt.revision == 5 and minor < 1):
        k.pr_err(
            "ACPI: [Firmware Bug]: Unsupported FADT revision {}.{}, should be 5.1+", fadt.revision, minor
        )
        if not fadt.u16(FADT_ARM_BOOT_FLAGS_AT):
            return -EINVAL
        k.pr_err("ACPI: FADT has ARM boot flags set, assuming 5.1")
    if not fadt.u32(FADT_FLAGS_AT) & ACPI_FADT_HW_REDUCED:
        k.pr_err("ACPI: FADT not ACPI hardware reduced compliant")
        return -EINVAL
    return 0


@traced
def acpi_boot_table_init(k: Kernel) -> None:
    """Decide: ACPI if the device tree is empty or the command line prefers ACPI, and if its tables are
    good."""
    preferred = k.acpi.params & {"on", "force"}
    if "off" not in k.acpi.params and (preferred or dt_is_stub(k)):
        k.acpi_disabled = False
        if acpi_table_init(k) or acpi_fadt_sanity_check(k):
            k.pr_err("ACPI: Failed to init ACPI tables")
            k.acpi_disabled = "force" not in k.acpi.params
    if k.acpi_disabled:
        if k.earlycon_acpi_spcr_enable:
            early_init_dt_scan_chosen_stdout(k)
        return
    acpi_parse_spcr(k, k.earlycon_acpi_spcr_enable)
    if k.config.enabled("ACPI_BGRT"):
        efi_bgrt_init(k)
