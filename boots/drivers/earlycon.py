"""A console before there are drivers.  Mirrors drivers/tty/serial/earlycon.c, as far as memory notices: one
page of the fixmap, and what is printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.trace.recorder import traced
from ..core.params import early_param
from ..lib.cmdline import simple_strtoull
from .of.address import of_address_to_resource
from .of.base import of_find_node_by_path, of_is_compatible
from .of.fdt import chosen_node

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "drivers/tty/serial/earlycon.c"

ENOENT, ENODEV, EINVAL, EALREADY = 2, 19, 22, 114
ENTRY = "__UNIQUE_ID___earlycon_"
FIX_SLOT = "FIX_EARLYCON_MEM_BASE"
COMPATIBLES = {
    "arm,pl011": "pl011",
    "arm,sbsa-uart": "pl011",
    "ns16550": "ns16550",
    "ns16550a": "ns16550a",
    "snps,dw-apb-uart": "uart",
    "brcm,bcm2835-aux-uart": "bcm2835aux",
    "amlogic,meson-uart": "meson",
    "xlnx,xuartps": "cdns",
    "renesas,scif": "scif",
}
"""What device trees call the consoles, and the names they are declared under (``OF_EARLYCON_DECLARE``)."""
ACCESS_WIDTHS = {"mmio": "", "mmio16": "16", "mmio32": "32", "mmio32be": "32be", "mmio32native": "32"}


def _declared(k: Kernel, name: str) -> bool:
    """Whether this kernel has a console of that name: each leaves an entry in ``__earlycon_table``.  Where
    kallsyms has functions alone, the one that sets it up tells, which most name after their console."""
    symbols = k.image.symbols
    # A number of three digits is asked for sooner than it is found among all symbols.
    if any(f"{ENTRY}{name}{number:03}" in symbols for number in range(1000)):
        return True
    has_entries = any(symbol.startswith(ENTRY) for symbol in symbols)
    return not has_entries and f"{name}_early_console_setup" in symbols


@traced
def earlycon_map(k: Kernel, paddr: int) -> None:
    """Map the page of the console's registers."""
    k.arch.set_fixmap(k, FIX_SLOT, paddr, k.arch.prot(k, "FIXMAP_PAGE_IO"))


@traced
def earlycon_print_info(k: Kernel, console: str, width: str, mapbase: int, options: str) -> None:
    """Say what the console is."""
    if mapbase:
        k.pr_info("earlycon: {} at MMIO{} {:#018x} (options '{}')", console, width, mapbase, options)
    else:
        k.pr_info("earlycon: {} at I/O port 0x0 (options '{}')", console, options)


@traced
def register_earlycon(k: Kernel, name: str, width: str, mapbase: int, options: str) -> int:
    """Use the console declared as `name`, whose registers are at `mapbase`.  Returns 0 or an error."""
    if mapbase:
        earlycon_map(k, mapbase)
    stem = name.rstrip("0123456789")
    console = f"{stem}{int(name[len(stem) :] or 0)}"
    earlycon_print_info(k, console, width, mapbase, options)
    if not mapbase:
        return -ENODEV
    k.earlycon_console = console
    k.pr_info("printk: bootconsole [{}] enabled", console)
    return 0


def _registers(text: str) -> tuple[str, int, str]:
    """``uart_parse_earlycon``: access width, address and options of ``[mmio*,]address[,options]``."""
    kind, comma, rest = text.partition(",")
    if kind not in ACCESS_WIDTHS:
        kind, rest = "mmio", text
        if not text.startswith("0x"):
            return "", 0, text
    elif not comma:
        return "", 0, ""
    address, rest = simple_strtoull(rest)
    return ACCESS_WIDTHS[kind], address, rest.removeprefix(",")


@traced
def setup_earlycon(k: Kernel, buf: str) -> int:
    """Use the console that ``name[,address[,options]]`` names.  Returns 0 or an error."""
    if not buf:
        return -EINVAL
    if k.earlycon_console:
        return -EALREADY
    name, _, rest = buf.partition(",")
    if not _declared(k, name):
        return -ENOENT
    return register_earlycon(k, name, *_registers(rest))


@early_param("earlycon")
@traced
def param_setup_earlycon(k: Kernel, buf: str | None) -> int:
    """``earlycon[=name,...]``; without a value the console that firmware uses, once ACPI had its say."""
    if not buf:
        if k.config.enabled("ACPI_SPCR_TABLE"):
            k.earlycon_acpi_spcr_enable = True
            return 0
        if buf is None:
            return early_init_dt_scan_chosen_stdout(k)
    error = setup_earlycon(k, buf or "")
    return 0 if error in (-ENOENT, -EALREADY) else error


@traced
def early_init_dt_scan_chosen_stdout(k: Kernel) -> int:
    """Use the console that ``/chosen/stdout-path`` names (drivers/of/fdt.c).  Returns 0 or an error."""
    chosen = chosen_node(k)
    path = (chosen.string("stdout-path") or chosen.string("linux,stdout-path")) if chosen else None
    if not path:
        return -ENOENT
    path, _, options = path.partition(":")
    node = of_find_node_by_path(k.fdt, path)
    if node is None:
        k.pr_warn("OF: fdt: earlycon: stdout-path {} not found", path)
        return 0
    for compatible, name in COMPATIBLES.items():
        if of_is_compatible(node, compatible) and _declared(k, name):
            resource = of_address_to_resource(node, 0)
            if resource is not None and not k.earlycon_console:
                register_earlycon(k, name, "", resource.start, options)
            return 0
    return -ENODEV
