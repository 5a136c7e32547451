"""Ranges whose owner a line names: RAM disk, tables of firmware, stolen and kept memory, vendors' lists.

Mirrors lines of the PC's setup.c, drivers/acpi/tables.c, drivers/firmware/efi/esrt.c,
kernel/power/snapshot.c, kernel/dma/swiotlb.c; and of boot loaders.
"""

from __future__ import annotations

import re

from ..log_line import LogLine
from ..records.firmware import MapEntry
from ..records.reserved import OwnedRange, ReservedNode
from ..records.summary import Fact
from .form import HEX, MEM, Form, Said, exclusive, inclusive, size_of
from .setting import Setting

SMALLEST_FLOATING = 16
"""Bytes of the structure that points to an MP table."""


def ram_disk(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The initrd; in kernels before 3.5 the end is not included."""
    base, size = (exclusive if match["old"] else inclusive)(match["first"], match["last"])
    return OwnedRange(line, "initrd", base, size)


def acpi_table(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A table of ACPI."""
    base, size = inclusive(match[2], match[3])
    return OwnedRange(line, f"ACPI {match['name']} table", base, size)


def esrt(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The EFI system resource table; the end is not included."""
    base, size = exclusive(match[1], match[2])
    return OwnedRange(line, "ESRT", base, size)


def mp_table(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What points to the MP table."""
    base, size = inclusive(match[1], match[2])
    return OwnedRange(line, "MP table pointer", base, size)


def old_mp_table(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The same, virtual and physical, until 3.5."""
    return OwnedRange(line, "MP table pointer", int(match[1], 16), SMALLEST_FLOATING)


def nosave(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What hibernation leaves out."""
    base, size = (exclusive if match["old"] else inclusive)(match["first"], match["last"])
    return OwnedRange(line, "not saved by hibernation", base, size, reserves=False)


def stolen(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What firmware gave to the graphics processor: no RAM of the kernel's."""
    base, size = inclusive(match[1], match[2])
    return OwnedRange(line, "graphics stolen memory", base, size, reserves=False)


def bounce(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """swiotlb's pool: some releases include the end, most do not, and its size tells."""
    base, end, size = int(match["first"], 16), int(match["last"], 16), size_of(match["size"], "M")
    if end - base not in (size, size - 1) and (end - base) >> 20 != size >> 20:
        raise ValueError("a pool of another size")
    return OwnedRange(line, "swiotlb", base, end - base + ((end - base) & 1))


def trampoline(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The code with which other processors start."""
    return OwnedRange(line, "real-mode trampoline", int(match[1], 16), int(match[2]))


def frame_buffer(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What the boot loader shows."""
    return OwnedRange(line, match["name"], int(match[3], 16), int(match[2], 16), reserves=False)


def elf_header(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The header of the kernel that crashed."""
    return OwnedRange(line, "elfcorehdr", int(match[3], 16), size_of(match[1], match[2]))


def early_reservation(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A row of x86's list before memblock; the end is not included."""
    base, size = exclusive(match[1], match[2])
    return OwnedRange(line, match["owner"].strip(), base, size)


def vendor_row(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A row of a vendor's list, with last bytes."""
    base, size = inclusive(match[2], match[3])
    return ReservedNode(line, match["name"].strip(), base, size)


def of_loader(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What the boot loader of MediaTek's boards reserves; without ``map`` the kernel must not map it."""
    base, size = int(match[1], 16), int(match[2], 16)
    return ReservedNode(line, match["name"], base, size, nomap=match["map"] == "0")


def loader_memory(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A piece of RAM as that boot loader sees it."""
    return MapEntry(line, "boot loader", int(match[1], 16), int(match[2], 16), "mblock", usable=True)


def numbers(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Numbers to base 16."""
    return Fact(line, "told", tuple(int(text, 16) for text in match.groups() if text))


def moved(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The initrd is elsewhere from now on."""
    return OwnedRange(line, "initrd", *inclusive(match[1], match[2]))


SPAN = r"(?:0x)?(?P<first>[0-9a-f]+)-(?:0x)?(?P<last>[0-9a-f]+)"
OLD_SPAN = r"(?P<first>[0-9a-f]+)(?P<old> - )(?P<last>[0-9a-f]+)"
LOADER = r"(?:\[\d+\] )?"
FORMS = (
    Form(("RAMDISK",), rf"RAMDISK: \[mem {SPAN}\](?P<old>)", ram_disk),
    Form(("RAMDISK",), rf"RAMDISK: {OLD_SPAN}", ram_disk),
    Form(("Allocated",), rf"Allocated new RAMDISK: {MEM}", moved),
    Form(("Move",), rf"Move RAMDISK from {MEM} to {MEM}", numbers),
    Form(("ACPI",), rf"ACPI: Reserving (?P<name>.{{1,4}}) table memory at {MEM}", acpi_table),
    Form((), rf"(?:efi: )?esrt: Reserving ESRT space from {HEX} to {HEX}\.", esrt, holds="ESRT space"),
    Form(("found",), rf"found SMP MP-table at {MEM}(?: mapped at \[.*\])?", mp_table),
    Form(("found",), r"found SMP MP-table at \[[0-9a-f]+\] ([0-9a-f]+)", old_mp_table),
    Form(
        ("PM",),
        rf"PM: (?:hibernation: )?Registered nosave memory: \[mem {SPAN}\](?P<old>)",
        nosave,
    ),
    Form(("PM",), rf"PM: Registered nosave memory: {OLD_SPAN}", nosave),
    Form(("Reserving",), rf"Reserving Intel graphics (?:stolen )?memory at (?:{MEM})", stolen),
    Form(("Reserving",), rf"Reserving Intel graphics (?:stolen )?memory at {HEX}-{HEX}", stolen),
    Form(
        ("software",),
        rf"software IO TLB:? (?:mapped )?\[mem {SPAN}\] \((?P<size>\d+)MB\)(?: mapped at \[.*\])?",
        bounce,
    ),
    Form(("Base",), r"Base memory trampoline at \[[0-9a-f]+\] ([0-9a-f]+) size (\d+)", trampoline),
    Form(("Found",), r"Found (?P<name>\w*fbmem): ([0-9a-f]+)@([0-9a-f]+)", frame_buffer),
    Form(
        (),
        r"(?:\w+: )*Reserving (\d+) (KiB) of memory at 0x([0-9a-f]+) for elfcorehdr",
        elf_header,
        holds="elfcorehdr",
    ),
    Form(
        (),
        r"#\d+ \[([0-9a-f]+) - ([0-9a-f]+)\]\s+(?P<owner>\S.*?)(?: ==> \[.*\])?",
        early_reservation,
        holds="#",
    ),
    Form(
        (),
        r"(?P<name>[A-Za-z][\w ]*?)\s*:\s+0x([0-9a-f]+) - 0x([0-9a-f]+fff)\s+\(\s*\d+ [kM]B\)",
        vendor_row,
        holds=" : 0x",
    ),
    Form(
        (),
        r"(?P<name>[A-Za-z][\w ]*?):\s+([0-9a-f]{8}) - ([0-9a-f]{5}fff)",
        vendor_row,
        holds=" - ",
    ),
    Form(
        (),
        LOADER + rf"mblock_reserve\S*\.start: {HEX}, sz: {HEX} map:(?P<map>\d) name:(?P<name>\S+)",
        of_loader,
        holds="mblock_reserve",
    ),
    Form((), LOADER + rf"mblock\[\d+\]\.start: {HEX}, sz: {HEX}, .*", loader_memory, holds="mblock["),
    Form(
        (), LOADER + rf"skip this mblock start={HEX} sz={HEX} limit={HEX} end={HEX}", numbers, holds="mblock"
    ),
)
