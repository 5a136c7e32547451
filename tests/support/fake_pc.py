"""The file system of a Linux that runs on a PC, made up: what ``bootstep capture`` reads on x86-64."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.model.firmware.acpi_tables import HEADER
from bootstep.model.firmware.boot_params import BootParams, bios_boot_params
from bootstep.model.memory.e820 import E820Entry
from parsed_images import image_of

RELEASE = "6.1.0-test"
KERNEL = SHIPPED / "kernels" / "6.1-x86_64"
TEXT, LOAD = 0xFFFFFFFF81000000, 0x1000000
ENTRIES = (
    E820Entry(0, 0x9FC00, 1),
    E820Entry(0x9FC00, 0x400, 2),
    E820Entry(0xF0000, 0x10000, 2),
    E820Entry(0x100000, 0x3FEE0000, 1),
    E820Entry(0x3FFE0000, 0x20000, 2),
)
INITRD = (0x3FFD8000, 0x3600)
CPUINFO = (
    "processor\t: {}\nvendor_id\t: AuthenticAMD\ncpu family\t: 15\nmodel\t\t: 107\nmodel name\t: A PC's\n"
    "flags\t\t: fpu pse msr pae cx8 apic mtrr pge pat nx lm\nbugs\t\t: fxsave_leak\n"
    "address sizes\t: 40 bits physical, 48 bits virtual\n\n"
)
TABLES = {"FACP": (0x3FFE1A14, 116), "DSDT": (0x3FFE0040, 64), "HPET": (0x3FFE1B08, 56)}
LOG = """Linux version 6.1.0-test (a@b) #1
found SMP MP-table at [mem 0x000f5ba0-0x000f5baf]
ACPI: RSDP 0x00000000000F59D0 000014 (v00 BOCHS )
ACPI: RSDT 0x000000003FFE1B68 00002C (v01 BOCHS  BXPC     00000001 BXPC 00000001)
ACPI: FACP 0x000000003FFE1A14 000074 (v01 BOCHS  BXPC     00000001 BXPC 00000001)
ACPI: DSDT 0x000000003FFE0040 000040 (v01 BOCHS  BXPC     00000001 BXPC 00000001)
ACPI: HPET 0x000000003FFE1B08 000038 (v01 BOCHS  BXPC     00000001 BXPC 00000001)
"""


def acpi_table(signature: str, length: int) -> bytes:
    header = HEADER.pack(signature.encode(), length, 1, 0, b"BOCHS ", b"BXPC    ", 1, b"BXPC", 1)
    raw = bytearray(header.ljust(length, b"\0"))
    raw[9] = -sum(raw) & 0xFF
    return bytes(raw)


@lru_cache(maxsize=4)
def symbols(moved: int = 0) -> str:
    image = image_of(KERNEL / "vmlinux.sym")
    code = set(image.printed_names.values())
    listed = sorted(image.symbols.items(), key=lambda symbol: symbol[1])
    inside = [(name, at) for name, at in listed if image.symbol("_text") <= at <= image.symbol("_end")]
    percpu = [(name, at) for name, at in listed if at <= image.symbol("__per_cpu_end")]
    return "".join(f"{at:016x} A {name}\n" for name, at in percpu) + "".join(
        f"{at + moved:016x} {'T' if name in code else 'D'} {name}\n"
        for name, at in inside
        if not name.startswith("$")
    )


def iomem() -> str:
    image = image_of(KERNEL / "vmlinux.sym")
    parts = {
        "Kernel code": ("_text", "_etext"),
        "Kernel rodata": ("__start_rodata", "__end_rodata"),
        "Kernel data": ("_sdata", "_edata"),
        "Kernel bss": ("__bss_start", "__bss_stop"),
    }
    lines = [
        f"  {image.symbol(a) - TEXT + LOAD:08x}-{image.symbol(b) - TEXT + LOAD - 1:08x} : {name}\n"
        for name, (a, b) in parts.items()
    ]
    return "00100000-3ffdffff : System RAM\n" + "".join(lines)


class FakePc:
    """A tree of files; those in it can be changed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "root"
        self.page: BootParams = bios_boot_params(ENTRIES).with_ramdisk(*INITRD).having(acpi_rsdp_addr=0xF59D0)
        self.write("proc/sys/kernel/osrelease", f"{RELEASE}\n")
        self.write("proc/cmdline", "console=ttyS0\n")
        self.write("proc/cpuinfo", CPUINFO.format(0) + CPUINFO.format(1))
        self.write("proc/kallsyms", symbols())
        self.write("proc/iomem", iomem())
        self.write("proc/mtrr", "reg00: base=0x080000000 ( 2048MB), size= 2048MB, count=1: uncachable\n")
        self.write(f"boot/config-{RELEASE}", (KERNEL / "config").read_bytes())
        self.write("var/log/dmesg", LOG)
        self.write("sys/kernel/boot_params/data", self.page.data)
        for number, (start, size, type) in enumerate(ENTRIES):
            self.write(f"sys/firmware/memmap/{number}/start", f"{start:#x}\n")
            self.write(f"sys/firmware/memmap/{number}/end", f"{start + size - 1:#x}\n")
            self.write(f"sys/firmware/memmap/{number}/type", ("System RAM\n", "Reserved\n")[type - 1])
        for signature, (_, length) in TABLES.items():
            self.write(f"sys/firmware/acpi/tables/{signature}", acpi_table(signature, length))

    def write(self, name: str, content: str | bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def remove(self, name: str) -> None:
        (self.path / name).unlink()
