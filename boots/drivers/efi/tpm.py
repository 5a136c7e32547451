"""The event log of a trusted platform module.  Mirrors drivers/firmware/efi/tpm.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import memblock_reserve
from ....model.trace.recorder import traced
from ...mm.early_ioremap import early_memremap, early_memunmap

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/tpm.c"

EINVAL, ENOMEM = 22, 12
LOG_HEADER_SIZE = 12
"""``sizeof(struct linux_efi_tpm_eventlog)``."""
FINAL_HEADER_SIZE = 16
"""``sizeof(struct efi_tcg2_final_events_table)``."""
EFI_TCG2_EVENT_LOG_FORMAT_TCG_2 = 2


@traced
def efi_tpm_eventlog_init(k: Kernel) -> int:
    """Keep the event log and the final events where they are.  Returns 0 or an error."""
    address = k.efi.tables.get("TPMEventLog")
    if address is None:
        return 0
    log = early_memremap(k, address, LOG_HEADER_SIZE)
    if not log:
        k.pr_err("Failed to map TPM Event Log table @ 0x{:x}", address)
        del k.efi.tables["TPMEventLog"]
        return -ENOMEM
    memblock_reserve(k.memblock, address, LOG_HEADER_SIZE + k.firmware.efi.tpm_log_size)
    error = _keep_final_events(k)
    early_memunmap(k, log, LOG_HEADER_SIZE)
    return error


def _keep_final_events(k: Kernel) -> int:
    address = k.efi.tables.get("TPMFinalLog", k.efi.tables.get("CCFinalLog"))
    if address is None:
        k.pr_info("TPM Final Events table not present")
        return 0
    if k.firmware.efi.tpm_log_version != EFI_TCG2_EVENT_LOG_FORMAT_TCG_2:
        k.pr_warn("[Firmware Bug]: TPM Final Events table invalid")
        return 0
    final = early_memremap(k, address, FINAL_HEADER_SIZE)
    if not final:
        k.pr_err("Failed to map TPM Final Event Log table @ 0x{:x}", address)
        return -ENOMEM
    size = k.firmware.efi.tpm_final_events
    if size < 0:
        k.pr_err("[Firmware Bug]: Failed to parse event in TPM Final Events Log")
    else:
        memblock_reserve(k.memblock, address, size + FINAL_HEADER_SIZE)
    early_memunmap(k, final, FINAL_HEADER_SIZE)
    return -EINVAL if size < 0 else 0
