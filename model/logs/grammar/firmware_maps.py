"""Maps of memory that firmware and boot loader hand over, and what the kernel changes in them.

Mirrors kernel/e820.c of the PC, drivers/firmware/efi, drivers/of/fdt.c, and ``print_memory_map`` of MIPS.
Maps of e820 were printed with the address after a range until 3.5, with its last byte since then; 7.0 prints
gaps too and has other words.
"""

from __future__ import annotations

import re

from ..log_line import LogLine
from ..records.firmware import MapChange, MapEntry
from ..records.reserved import OwnedRange
from ..records.summary import Fact
from .form import HEX, MEM, Form, Said, exclusive, inclusive, nothing
from .setting import Setting

USABLE = ("usable", "system ram", "usable after init", "kernel code", "kernel data")
EFI_USABLE = (
    "Loader Code",
    "Loader Data",
    "Boot Code",
    "Boot Data",
    "Conventional Memory",
    "Conventional",
    "ACPI Reclaim Memory",
    "ACPI Reclaim Mem",
    "Persistent Memory",
    "Persistent",
    "type=1",
    "type=2",
    "type=3",
    "type=4",
    "type=7",
)
"""What the kernel takes for RAM, ``is_usable_memory`` of efi-init.c; old kernels print the types' numbers."""
MAPS = {"user": "user-defined", "modified": "modified"}
"""Maps that are not the firmware's own, by what stands before their rows."""
MAP = r"(?P<map>[\w-]+(?: setup_data)?): "
RANGE = rf"{HEX} - {HEX}"


def e820(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A range of e820's map."""
    base, size = inclusive(match["first"], match["last"])
    return _e820(line, match["map"], base, size, match["kind"] or "gap")


def old_e820(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The same as it was printed until 3.5."""
    base, size = exclusive(match[2], match[3])
    return _e820(line, match["map"], base, size, match["kind"])


def _e820(line: LogLine, name: str, base: int, size: int, kind: str) -> MapEntry:
    return MapEntry(line, MAPS.get(name, "e820"), base, size, kind, kind.lower() in USABLE)


def changed(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A range is something else from now on."""
    base, size = inclusive(match["first"], match["last"])
    return MapChange(line, "e820", base, size, match["old"], match["new"] or "")


def old_changed(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The same as it was printed until 3.5."""
    base, size = exclusive(match[1], match[2])
    return MapChange(line, "e820", base, size, match["old"], match["new"] or "")


def buffer(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What is kept free behind RAM; it is no RAM itself."""
    base, size = inclusive(match[1], match[2])
    return OwnedRange(line, "RAM buffer", base, size, reserves=False)


def for_pci(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A gap that devices may take."""
    base, size = inclusive(match[1], match[2])
    return OwnedRange(line, "available for PCI devices", base, size, reserves=False)


def efi(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A range of UEFI's map; a bracket that is round is of an end that is not included."""
    reads = exclusive if match["close"] == ")" else inclusive
    base, size = reads(match["first"], match["last"])
    kind = match["kind"].strip()
    return MapEntry(line, "efi", base, size, kind, kind in EFI_USABLE)


def mmio(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A device's range of UEFI's map in that of e820."""
    return Fact(line, "MMIO in the map", inclusive(match[1], match[2]))


def counted(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A range as MIPS prints it: its size, and where it is."""
    size, base, kind = int(match[1], 16), int(match[2], 16), match["kind"]
    return MapEntry(line, "physical RAM map", base, size, kind, kind in USABLE)


def of_tree(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Memory as a device tree has it: base and size."""
    return MapEntry(line, "device tree", int(match[1], 16), int(match[2], 16), "memory", usable=True)


def ignored(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """RAM that the kernel does not take."""
    reads = exclusive if match["open"] else inclusive
    base, size = reads(match[2], match[3])
    return MapChange(line, "RAM", base, size, "RAM", "")


def truncated(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """RAM of which the kernel takes a part."""
    last, kept = int(match[2], 16), int(match[3], 16)
    if kept > last:
        raise ValueError("more than all of it")
    return MapChange(line, "RAM", kept + 1, last - kept, "RAM", "")


def numbers(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A line of numbers to base 16, about what it begins with."""
    return Fact(line, match["about"], tuple(int(text, 16) for text in match.groups()[1:] if text))


SPAN = r"0x(?P<first>[0-9a-f]+)-0x(?P<last>[0-9a-f]+)"
E820_KIND = r"[A-Za-z][\w ]*(?: \(type \d+\))?"
"""What a kernel calls a type of its e820 map."""
FORMS = (
    Form(
        (),
        MAP + rf"(?:reserve setup_data: )?\[(?:mem|gap) {SPAN}\](?:\s+(?P<kind>[A-Za-z][\w ()-]*\w\)?))?",
        e820,
        holds=": [",
        tail="kind",
    ),
    Form((), rf"(?P<map>[\w-]+): {RANGE} \((?P<kind>[^)]+)\)", old_e820, holds=" - "),
    Form(
        ("e820",),
        rf"e820: (?:update|remove) \[mem {SPAN}\] (?P<old>{E820_KIND})(?: ==> (?P<new>{E820_KIND}))?",
        changed,
    ),
    Form(
        ("e820",),
        rf"e820 (?:update|remove) range: {RANGE} \((?P<old>[^)]*)\)(?: ==> \((?P<new>[^)]*)\))?",
        old_changed,
    ),
    Form(("e820", "reserve"), rf"(?:e820: )?reserve RAM buffer (?:{MEM})", buffer),
    Form(("reserve",), rf"reserve RAM buffer: {RANGE}", buffer),
    Form(("e820", "["), rf"(?:e820: )?{MEM} available for PCI devices", for_pci),
    Form((), r"(?:\w+: )?(?:[\w-]+ )?physical RAM map:", nothing, holds="RAM map"),
    Form(
        ("efi", "#"),
        r"(?:efi: *)?0x(?P<first>[0-9a-f]+)-0x(?P<last>[0-9a-f]+) \[(?P<kind>[^|]+)\|[^\]]*(?P<close>\])\*?",
        efi,
    ),
    Form(
        ("efi", "EFI"),
        r"(?:efi|EFI): mem\d+: \[?(?P<kind>[^|,]+)[|,].*range=\["
        + SPAN
        + r"(?P<close>[\])]) \(\d+[KMGT]i?B\)",
        efi,
    ),
    Form(("efi",), rf"efi: (?:Remove|Not removing) mem\d+: MMIO range=\[{HEX}-{HEX}\] .*", mmio),
    Form(("memory",), rf"memory: {HEX} @ {HEX} \((?P<kind>[^)]+)\)", counted),
    Form(("OF", "-"), rf"(?:OF: fdt: ?)?- {HEX} ?, +{HEX}", of_tree),
    Form(("OF",), r"OF: fdt: ?memory scan node .*", nothing),
    Form(("Ignoring",), rf"Ignoring (?:RAM at|memory (?P<open>block|range)) {HEX} ?- ?{HEX}.*", ignored),
    Form(("clipped",), r"clipped \[.*\] for e820 entry \[.*\]", nothing),
    Form(("efi",), r"efi: memattr: .*", nothing),
    Form(("Truncating",), rf"Truncating RAM at {HEX}-{HEX} to -{HEX}.*", truncated),
    Form(
        ("e820", "last_pfn"),
        r"(?:e820: )?(?P<about>last_pfn) = 0x([0-9a-f]+) max_arch_pfn = 0x([0-9a-f]+)",
        numbers,
    ),
    Form(("physicalMemorySize",), r"(?P<about>physicalMemorySize)\s+= 0x([0-9a-f]+)", numbers),
    Form(
        ("Top",),
        r"(?P<about>Top of RAM): 0x([0-9a-f]+), Total RAM: 0x([0-9a-f]+)",
        numbers,
    ),
    Form(
        ("memory_limit", "alloc_bottom", "alloc_top", "alloc_top_hi", "rmo_top", "ram_top"),
        r"(?P<about>\w+)\s*: ([0-9a-f]{16})(?: \(.*\))?",
        numbers,
    ),
)
