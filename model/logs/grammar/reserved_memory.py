"""Reserved memory of device trees, the contiguous memory allocator and crash kernels.

Mirrors drivers/of/of_reserved_mem.c, kernel/dma/contiguous.c, mm/cma.c, kernel/crash_reserve.c and what
architectures had before it.
"""

from __future__ import annotations

import re

from ..log_line import LogLine
from ..records.reserved import CmaArea, CrashKernel, OwnedRange, ReservedNode
from ..records.summary import Fact
from .form import HEX, Form, Said, exclusive, inclusive, nothing, size_of
from .setting import Setting

OF = r"(?:(?:OF|fdt|reserved mem|Reserved memory|setup|cma|CMA|riscv|efi): ?)*"
MIB = r"(?P<size>\d+) ?(?P<unit>[KMG]i?B)"


def node(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A node, as it is after all were placed."""
    base, size = inclusive(match[1], match[2])
    nomap, reusable = match["map"] == "nomap", match["reusable"] == "reusable"
    return ReservedNode(line, match["name"], base, size, nomap, reusable)


def initialized(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A driver takes care of a node."""
    return ReservedNode(line, match["name"], None, 0, compatible=match["compatible"])


def unplaced(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A node that the kernel could not reserve."""
    base = None if match["base"] is None else int(match["base"], 16)
    return ReservedNode(line, match["name"], base, _size(match), failed=match["failed"])


def placed(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A node when it is placed, in words of which the size is rounded."""
    return Fact(line, f"placed {match['name']}", (int(match["base"], 16), _size(match)))


def refused(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A node that no driver took."""
    return ReservedNode(line, match["name"], None, 0, failed=match["failed"])


def sized(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A row of a vendor's kernel."""
    return ReservedNode(line, match["name"], None, int(match[2], 16))


def pool(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A node that has become an area; a pool of DMA is told again as a node."""
    base = int(match["base"], 16)
    if match["kind"] == "CMA":
        return CmaArea(line, "", base, _size(match))
    return Fact(line, "DMA pool", (base,))


def area(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """An area that was placed."""
    return CmaArea(line, match["name"] or "", int(match["base"], 16), _size(match))


def areas(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """An area in several ranges; where they are is not told."""
    return CmaArea(line, "", None, _size(match))


def no_area(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """An area for which there was no room."""
    return CmaArea(line, "", None, _size(match), failed=match["failed"])


def of_another(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Somebody else's memory, told in the same words."""
    return OwnedRange(line, match["name"], int(match["base"], 16), _size(match))


def told(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A line that has nothing to count."""
    return Fact(line, "reserved memory")


def overlap(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Two nodes lie over each other; both ends are included."""
    return Fact(line, "overlap", tuple(int(text, 16) for text in match.groups()))


def crash(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Memory for a crash kernel, in units."""
    base = size_of(match["base"], match["at"])
    return CrashKernel(line, base, _size(match), low=match["low"] is not None)


def crash_range(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The same in addresses; the end is not included."""
    base, size = exclusive(match["first"], match["end"])
    return CrashKernel(line, base, size, low=match["low"] is not None)


def no_crash(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """There is none."""
    return CrashKernel(line, None, int(match["size"] or "0", 16), failed=match["failed"])


def _size(match: re.Match[str]) -> int:
    return size_of(match["size"], match["unit"])


NAMED = r"(?:')?(?P<name>[^\s':]+)(?:')?"
FORMS = (
    Form(
        (),
        rf"{OF}{HEX}\.\.{HEX} \(\d+ KiB\) (?P<map>nomap|map)"
        r" (?P<reusable>non-reusable|reusable) (?P<name>\S+)",
        node,
        holds="reusable",
    ),
    Form(
        (),
        rf"{OF}initialized node (?P<name>[^\s,]+(?:,[^\s,]+)*), compatible id (?P<compatible>\S+)",
        initialized,
        holds="initialized node",
    ),
    Form(
        (),
        rf"{OF}(?P<failed>failed to (?:reserve|allocate) memory) for (?:node )?{NAMED}(?: node)?:"
        rf"(?: base (?:0x)?(?P<base>[0-9a-f]+),)? size {MIB}",
        unplaced,
        holds="failed to ",
    ),
    Form(
        (),
        rf"{OF}(?:reserved region for node|allocated memory for) {NAMED}(?: node)?:"
        rf" base (?:0x)?(?P<base>[0-9a-f]+), size {MIB}",
        placed,
        holds=": base ",
    ),
    Form(
        (),
        rf"{OF}reserved memory: saving node (?P<name>\S+), base 0x(?P<base>[0-9a-f]+), size {MIB}",
        placed,
        holds="saving node",
    ),
    Form((), rf"{OF}node (?P<name>\S+) (?P<failed>compatible matching fail)", refused, holds="matching fail"),
    Form(
        (),
        rf"{OF}(?P<failed>invalid \w[\w-]* property) in {NAMED}(?: node|, skipping node)\.",
        refused,
        holds="property in",
    ),
    Form(("Reserved",), r"Reserved memory\[\d+\]: (?P<name>[^\s:]+):0x([0-9a-f]+)", sized),
    Form(("CMA",), r"CMA memory\[\d+\]: [^\s:]+:0x[0-9a-f]+", told),
    Form(
        (),
        rf"{OF}created (?P<kind>CMA|DMA) memory pool at (?:0x)?(?P<base>[0-9a-f]+), size {MIB}",
        pool,
        holds="memory pool",
    ),
    Form((), rf"{OF}OVERLAP DETECTED!", told, holds="OVERLAP"),
    Form((), rf"{OF}\S+ \({HEX}--{HEX}\) overlaps with \S+ \({HEX}--{HEX}\)", overlap, holds="overlaps with"),
    Form(
        ("cma",),
        r"cma: (?P<name>)(?:CMA: )?[Rr]eserved " + MIB + r" at (?:0x)?(?P<base>[0-9a-f]+)(?: on node -?\d+)?",
        area,
    ),
    Form(("cma",), rf"cma: [Rr]eserved {MIB} in \d+ ranges?", areas),
    Form(
        ("cma",),
        rf"cma: (?:CMA: )?(?P<failed>[Ff]ailed to reserve) {MIB}(?: on node -?\d+)?.*",
        no_area,
    ),
    Form(("cma",), r"cma: (?:Found region@|Assigned CMA|dma_|cma_|range \d).*", told),
    Form(("Tegra", "Memory"), r"(?:Tegra reserved memory|Memory Reserved):", nothing),
    Form(
        (),
        r"(?P<name>kvm)(?: \[\d+\])?: (?:nVHE hyp: )?Reserved " + MIB + r" at (?:0x)?(?P<base>[0-9a-f]+)",
        of_another,
        holds="Reserved ",
    ),
    Form(
        (), rf"{OF}(?:No reserved-memory node|unsupported node format|not enough space).*", told, holds="node"
    ),
    Form((), rf"{OF}\w+\(\) ignores \d+ regions in node .*", told, holds="ignores "),
    Form(("hugetlb_cma",), r"hugetlb_cma: reserved? \d+ MiB.*", told),
    Form((), r".*assigned reserved memory node .*", nothing, holds="assigned reserved memory"),
    Form((), r"(?:\S+: )*(?:bypass|regions without|unable to).*", told, holds="Reserved memory: "),
    Form(
        (),
        rf"{OF}Reserving {MIB} of (?P<low>low )?memory at (?P<base>\d+) ?(?P<at>[KMG]i?B)"
        r" for (?:crashkernel|kdump)(?: \(.*\))?",
        crash,
        holds="Reserving ",
    ),
    Form(
        (),
        r"(?:\w+: )?crashkernel:? (?P<low>low memory )?reserved:?"
        r" 0x(?P<first>[0-9a-f]+) - 0x(?P<end>[0-9a-f]+) \(\d+ ?MB\)",
        crash_range,
        holds="crashkernel",
    ),
    Form(
        (),
        r"(?:\w+: )?(?P<failed>(?:crashkernel reservation failed"
        r"|[Cc]annot (?:allocate|reserve) (?:crashkernel|mem)).*?)(?: ?\(size:(?:0x)?(?P<size>[0-9a-f]+)\))?",
        no_crash,
        holds="crash",
    ),
)
