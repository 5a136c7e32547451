"""What decides a boot: the machine, and what its firmware hands over.  `loader` reads them from files."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field

from ...model.build.release import DEFAULT_RELEASE, Release
from ...model.firmware.acpi_tables import AcpiTable
from ...model.firmware.boot_params import BootParams
from ...model.firmware.cpu_features import UNKNOWN, CpuFeatures
from ...model.firmware.efi_memmap import EfiMemoryDesc
from ...model.firmware.efi_tables import EfiTables
from ...model.firmware.pc_firmware import PcFirmware
from ...model.memory.e820 import E820Entry

U64 = (1 << 64) - 1
QEMU_DECIDES = -1
"""The address of what lies where QEMU puts it; `load_kernel` finds out where that is."""


class Drawn(NamedTuple):
    """What KASLR drew; None is what nobody knows.

    On arm64: by how many bytes the image was moved, and the physical address where the linear map begins,
    which may be negative.  On x86-64: the virtual addresses of ``_text`` and of the direct map, the vmalloc
    area and vmemmap.
    """

    offset: int | None = None
    linear_map: int | None = None
    text: int | None = None
    page_offset_base: int | None = None
    vmalloc_base: int | None = None
    vmemmap_base: int | None = None


class Machine(Struct, frozen=True):
    """One machine, checked; paths are absolute, addresses physical, sizes bytes.

    What is None or "" is not said and follows from the rest: without `cmdline` the device tree's
    ``/chosen/bootargs`` count, without an initrd its ``linux,initrd-start``; without `load_address` and
    `dtb_address` things lie where QEMU puts them.  `load_kernel` fills them in.  `exception_level` is 0 if
    nobody says at which the kernel starts; `cpu_features` are `UNKNOWN` if no file tells them.
    """

    name: str
    release: Release = DEFAULT_RELEASE
    arch: str = "arm64"
    vmlinux: Path | None = None
    kallsyms: Path | None = None
    iomem: Path | None = None
    config: Path | None = None
    sizes: Path | None = None
    constants: Path | None = None
    memory_model: str | None = None
    memblock_debug: bool = False
    long: bool = False
    dtb: Path | None = None
    dts: Path | None = None
    overlays: tuple[Path, ...] = ()
    dtb_size: int = 0
    acpi: Path | None = None
    efi_memmap: Path | None = None
    efi: Path | None = None
    e820: Path | None = None
    boot_params: Path | None = None
    firmware: Path | None = None
    cpu_features: CpuFeatures = UNKNOWN
    cpu: str = "cortex-a57"
    cpus: int = 1
    kind: str = "devicetree"
    load_address: int = QEMU_DECIDES
    dtb_address: int = QEMU_DECIDES
    initrd: tuple[int, int] | None = None
    from_uboot: Path | None = None
    cmdline: str | None = None
    exception_level: int = 0
    kaslr: Drawn | None = None

    @property
    def initrd_start(self) -> int:
        """The physical address of the initrd, 0 if there is none."""
        return self.initrd[0] if self.initrd else 0

    @property
    def initrd_size(self) -> int:
        """The size of the initrd in bytes, 0 if there is none."""
        return self.initrd[1] if self.initrd else 0


class Firmware(Struct, frozen=True):
    """`memmap` are the descriptors of UEFI's map; `acpi` the ACPI tables in the root table's order, which
    is `xsdt` if that is known (on x86-64 it may be `rsdt`, whose addresses have 32 bits); `rsdp` the bytes of
    the root pointer, if they are.

    On x86-64: `e820` is the map as firmware gave it, unsorted, `boot_params` the zero page with the first 128
    ranges of it, `x86` what else lies in memory.
    """

    memmap: tuple[EfiMemoryDesc, ...] = ()
    efi: EfiTables = field(default_factory=EfiTables)
    acpi: tuple[AcpiTable, ...] = ()
    xsdt: AcpiTable | None = None
    rsdt: AcpiTable | None = None
    rsdp: bytes = b""
    e820: tuple[E820Entry, ...] = ()
    boot_params: BootParams = field(default_factory=BootParams)
    x86: PcFirmware = field(default_factory=PcFirmware)
