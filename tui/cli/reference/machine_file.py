"""A machine file with every key there is, as an example to copy from."""

from __future__ import annotations

from ....model.language.columns import wrapped
from ....model.language.words import tr, translatable
from .commented import Row, commented

COLUMN = 40
WIDTH = 100
ROWS: tuple[Row, ...] = (
    ("[kernel]", ""),
    ('release = "6.1"', translatable("not needed where a kernel is named, whose files tell it")),
    ('arch = "arm64"', translatable('or "x86_64"')),
    (
        'vmlinux = "vmlinux"',
        translatable(
            "its contents may be stripped; or a vmlinuz, an Image, a zboot, a boot image of Android"
        ),
    ),
    (
        'config = "config"',
        translatable("its .config; not needed where it is in the kernel or lies beside it"),
    ),
    ('kallsyms = "kallsyms"', translatable("instead of a vmlinux: /proc/kallsyms or System.map …")),
    (
        'iomem = "iomem"',
        translatable("/proc/iomem: where the kernel lies, and its parts if kallsyms has functions only"),
    ),
    ('sizes = "sizes.json"', translatable("sizeof(struct …); else from DWARF, BTF, or a known kernel")),
    (
        'constants = "consts.json"',
        translatable("constants as the compiler saw them; else worked out from the configuration"),
    ),
    (
        'memory_model = "flatmem"',
        translatable("for teaching: not the kernel's own, but vmemmap, sparsemem, sparsemem-static"),
    ),
    (
        "memblock_debug = true",
        translatable("memblock's lines in the log, as if from the kernel's first call"),
    ),
    ("[board]", ""),
    (
        'dtb = "board.dtb"',
        translatable("arm64: a blob, or a directory like /proc/device-tree"),
    ),
    ('dts = "board.dts"', translatable("its source instead, compiled as dtc does")),
    ('overlays = ["overlay.dtbo"]', translatable("laid over it, in this order")),
    ("dtb_size = 0x100000", translatable("pad the blob to so many bytes, as QEMU does")),
    ('acpi = "acpi"', translatable("a directory of ACPI tables")),
    ('efi_memmap = "efi_memmap.bin"', translatable("UEFI's memory map, or a log with efi=debug")),
    ('efi = "efi.json"', translatable("UEFI's tables")),
    ('cpu = "cortex-a57"', translatable('or, of x86-64, "qemu64"')),
    ("cpus = 2", translatable("how many, when firmware does not say")),
    ('e820 = "e820.txt"', translatable("x86-64: the map; the next three stand beside it")),
    ('boot_params = "boot_params.bin"', translatable("the zero page, as in /sys/kernel/boot_params/data")),
    ('firmware = "firmware.json"', translatable("what firmware left in memory: SMBIOS, the MP table")),
    ('cpu_features = "cpuinfo"', translatable("/proc/cpuinfo, or JSON of it")),
    ("[boot]", ""),
    ('kind = "devicetree"', translatable('or "uefi", or (x86-64) "e820"')),
    ("long = true", translatable("record a boot of millions of steps, as of a terabyte mapped by pages")),
    ("load_address = 0x40200000", translatable("physical address of _text")),
    ("dtb_address = 0x48000000", translatable("physical address of the device tree")),
    ("initrd = { start = 0x0, size = 0x0 }", translatable('or "0x48000000,64M", or "none"')),
    ('from_uboot = "uboot.txt"', translatable("instead of addresses: what U-Boot printed")),
    ('cmdline = "console=ttyAMA0"', translatable("without it, the device tree's /chosen/bootargs")),
    (
        'kaslr = { offset = "0x2345600000", memstart = "0x40000000" }',
        translatable("what KASLR drew, as its seed is gone; either may be left out"),
    ),
    (
        "",
        translatable("of x86-64 the keys of kaslr are text, page_offset_base, vmalloc_base, vmemmap_base"),
    ),
    (
        "exception_level = 2",
        translatable(
            "1 or 2, where firmware starts the kernel; else as firmware is asked: by hvc 1, by smc 2"
        ),
    ),
)
NOTES = (
    translatable(
        "Every key may be left out, and no machine has all of them. Paths are relative to the file. Numbers"
        " may have units: 64M, 1.5G, 512KiB, 0x10000000. A key that the architecture has no use for is"
        " refused."
    ),
    translatable(
        "Every key is an option, too, and changes any machine: bootstep virt-1g --cmdline 'cma=128M'"
        " --load-address 0x40400000. A command line or an initrd given so is written into the device tree, on"
        " a PC into the zero page, as a boot loader does."
    ),
    translatable(
        "What U-Boot printed is read for: Moving Image from … to …, Loading Device Tree to …, Using Device"
        " Tree in place at …, Loading Ramdisk to …, a typed booti with its addresses, and the banks of bdinfo"
        " if the device tree has none. Of several boots the last counts."
    ),
)


def lines() -> list[str]:
    """The example, and what to know of it."""
    return commented(ROWS, COLUMN) + [line for note in NOTES for line in ("", *wrapped(tr(note), WIDTH))]
