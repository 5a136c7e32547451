"""Command lines of a PC by chance, which are half valid.  All is drawn from a `Random`."""

from __future__ import annotations

from random import Random

CHARACTERS = "0123456789abcxGKMTnN@#$!%&*,:;=-+ ._/\"'~?\t\\\x7fé٣\udcff"
SIZES = (
    "0",
    "1",
    "4K",
    "64K",
    "1M",
    "2M",
    "64M",
    "256M",
    "1G",
    "3G",
    "1T",
    "0x5555",
    "0x10000000",
    "-1",
    "1E",
)
HUGE_NUMBERS = (
    "4294967295",
    "4294967296",
    "18446744073709551615",
    "99999999999999999999",
    "0xffffffffffffffff",
)
PLACES = ("0", "1M", "16M", "0x1000", "0x7f000000", "1G", "3G", "4G", "100G", "0xfffffffffffff000")
COUNTS = (
    "0",
    "1",
    "2",
    "3",
    "8",
    "64",
    "255",
    "8192",
    "-1",
    "007",
    "0x10",
    "1,2",
    "0:1,1:2",
    "0:1,9:2",
    "1:",
)
SWITCHES = ("0", "1", "on", "off", "enable", "disable", "y", "n", "", "auto", "force", "full")
NODES = (
    "off",
    "noacpi",
    "fake=",
    "fake=4",
    "fake=64",
    "fake=512M",
    "fake=1G",
    "fake=2U",
    "fake=0",
    "fake=1K",
)
RANGES = ("-2G:64M,2G-:128M", "1M-2G:64M", "0-:32M@16M", "2G-1G:1M", "64M@", "64M,high", "64M,low", "1G,high")
FIRST_CHUNKS = ("embed", "page", "none", "")
OPTIONS: dict[str, tuple[str, ...]] = {
    "acpi": ("off", "force", "strict", "rsdt", "ht", "noirq", "copy_dsdt", "no"),
    "acpi_apic_instance": COUNTS,
    "add_efi_memmap": (),
    "alloc_mptable": SIZES,
    "cma": (*SIZES, "64M@1G", "64M@1G-2G", "64M@0-4G", "1M@0xfffffffff000", "64M@-1"),
    "cma_pernuma": SIZES,
    "crashkernel": (*SIZES, *RANGES, "64M@256M", "256M@16M", "1G@1G", "512M@100G"),
    "debug_pagealloc": SWITCHES,
    "default_hugepagesz": SIZES,
    "dhash_entries": COUNTS,
    "disable_cpu_apicid": COUNTS,
    "disable_mtrr_trim": (),
    "disableapic": (),
    "earlycon": (
        "uart8250,io,0x3f8,115200",
        "uart,mmio32,0xfe000000",
        "uart,mmio,4G",
        "efifb",
        "pl011,x",
        "",
    ),
    "early_page_ext": (),
    "efi": ("nosoftreserve", "runtime", "debug", "noruntime", "disable_early_pci_dma"),
    "efi_fake_mem": ("2G@4G:0x10000", "1M@1M:0x40000", "1@2:3", "2G@4G"),
    "elfcorehdr": PLACES,
    "gbpages": (),
    "hashdist": COUNTS,
    "hugepages": COUNTS,
    "hugepagesz": SIZES,
    "hugetlb_cma": (*SIZES, "0:64M,1:1G", "0:1G,9:1G", "1G,1:2G"),
    "ihash_entries": COUNTS,
    "init_on_alloc": SWITCHES,
    "init_on_free": SWITCHES,
    "initrd": ("0x7f000000,0x3600", "0x1000000,16M", "0,0", "1G", "1G,-1", "0x7ffdf000,0x10000"),
    "initrdmem": ("0x7f000000,0x3600", "0xffffffff,1", "1M"),
    "iommu": ("off", "soft", "force", "pt", "nopt", "allowdac", "biomerge"),
    "kernelcore": (*SIZES, "mirror", "50%", "100%", "0%", "200%"),
    "kfence.sample_interval": COUNTS,
    "log_buf_len": SIZES,
    "maxcpus": COUNTS,
    "mem": (*SIZES, "nopentium"),
    "memblock": ("debug", "debu", ""),
    "memtest": COUNTS,
    "mitigations": ("off", "auto", "auto,nosmt", "on"),
    "movable_node": (),
    "movablecore": (*SIZES, "50%", "100%", "0%", "200%"),
    "nogbpages": (),
    "noapic": (),
    "noefi": (),
    "nokaslr": (),
    "nolapic": (),
    "nopti": (),
    "noreplace-smp": (),
    "nosmp": (),
    "nr_cpus": COUNTS,
    "numa": NODES,
    "numa_balancing": SWITCHES,
    "numa_cma": (*SIZES, "0:64M", "0:64M,1:1G"),
    "page_owner": SWITCHES,
    "page_poison": SWITCHES,
    "pci": ("noacpi", "conf1", "off", "nommconf", "earlydump"),
    "percpu_alloc": FIRST_CHUNKS,
    "possible_cpus": COUNTS,
    "pti": SWITCHES,
    "reserve_mem": ("1M:4096:a", "1M:0:a", "64M:4K:name", "1M:3:x", "1M", "1E:1E:x", "::"),
    "rodata": SWITCHES,
    "slub_debug": ("", "F", "FZPU", "-", "U,kmalloc-64", "O"),
    "stack_depot_disable": SWITCHES,
    "swiotlb": (*COUNTS, "force", "noforce", "65536", "32768,2,force", "1,1,1", ","),
    "update_mptable": (),
    "vsyscall": ("emulate", "xonly", "none", ""),
}


def _one_memmap(chance: Random) -> str:
    """One word of ``memmap=``, in all its forms."""
    if chance.random() < 0.1:
        return chance.choice(("exactmap", "exact", "", "@", "%", "1M", "1G"))
    size = chance.choice((*SIZES, "x", *HUGE_NUMBERS)) if chance.random() < 0.9 else ""
    types = chance.choice(("", "", "-1", "+2", "-1+2", "+128", "-2+1", "-1+", "+0xefffffff", "-", "+7-1"))
    sign = chance.choice("@@##$$!!%%*")
    return (
        f"{size}{sign}{chance.choice((*PLACES, 'x'))}{types if sign == '%' or chance.random() < 0.05 else ''}"
    )


def _mutated(chance: Random, text: str) -> str:
    """The same with some characters put in, left out, doubled or replaced."""
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(text) + 1)
        rest = text[at + chance.choice((0, 1, 1)) :]
        text = text[:at] + chance.choice((chance.choice(CHARACTERS), "", text[at : at + 1] * 2)) + rest
    return text


def _any_word(chance: Random) -> str:
    """An option with a value that it may have, or one that is none of its."""
    if chance.random() < 0.15:
        return "memmap=" + ",".join(_one_memmap(chance) for _ in range(chance.randrange(1, 4)))
    name = chance.choice([*OPTIONS])
    values = OPTIONS[name]
    if chance.random() < 0.1:
        values = chance.choice((*OPTIONS.values(), HUGE_NUMBERS))
    if not values:
        return name
    return f"{name}={chance.choice(values)}"


def any_command_line(chance: Random) -> str:
    """Some options; every third word has letters that do not belong there."""
    words = [_any_word(chance) for _ in range(chance.randrange(1, 9))]
    return " ".join(_mutated(chance, word) if chance.random() < 0.3 else word for word in words)
