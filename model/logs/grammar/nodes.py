"""Which memory is of which node, as firmware says it, and where nodes' own data lie.

Mirrors numa.c and srat.c of the PC, drivers/acpi/numa/srat.c, drivers/base/arch_numa.c, mm/numa.c.
"""

from __future__ import annotations

import re

from ..log_line import LogLine
from ..records.firmware import NodeMemory
from ..records.reserved import NodeData
from ..records.summary import Fact
from .form import HEX, MEM, Form, Said, exclusive, inclusive, nothing
from .setting import Setting

NUMA = r"(?:(?:NUMA|numa|ACPI|OF|setup): )*"


def srat(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A memory affinity entry."""
    base, size = inclusive(match[2], match[3])
    return NodeMemory(line, int(match["nid"]), base, size, "SRAT", "hotplug" in match["rest"])


def old_srat(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The same until 3.5: the end is not included."""
    base, size = exclusive(match[2], match[3])
    return NodeMemory(line, int(match["nid"]), base, size, "SRAT")


def of_tree(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A memory node of a device tree."""
    base, size = inclusive(match[1], match[2])
    return NodeMemory(line, int(match["nid"]), base, size, "device tree")


def northbridge(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """What AMD's northbridges say."""
    base, size = exclusive(match[2], match[3])
    return NodeMemory(line, int(match["nid"]), base, size, "northbridge")


def faked(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """All memory is of a node that firmware does not know of."""
    base, size = inclusive(match["first"], match["last"])
    return NodeMemory(line, int(match["nid"] or 0), base, size, "faked")


def old_faked(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The same until 3.5: the end is not included."""
    base, size = exclusive(match[1], match[2])
    return NodeMemory(line, 0, base, size, "faked")


def typed(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A range of firmware's map, by node."""
    return NodeMemory(line, int(match["nid"]), int(match[3], 16), int(match[4], 16), f"type {match[2]}")


def merged(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Ranges of a node that are one."""
    return Fact(line, "merged ranges of a node", tuple(int(text, 16) for text in match.groups() if text))


def node_data(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Where a node's ``pg_data_t`` lies.  Where the line does not say whose, nodes come in their order."""
    base, size = inclusive(match[2], match[3])
    nid = int(match["nid"]) if match["nid"] else setting.unnamed_nodes
    setting.unnamed_nodes += 1
    return NodeData(line, nid, base, size)


def away(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A node's data lies in the memory of another."""
    return Fact(line, "node data on another node", (int(match[1]), int(match[2])))


FORMS = (
    Form((), rf"{NUMA}SRAT: Node (?P<nid>\d+) PXM \d+ {MEM}(?P<rest>.*)", srat, holds="SRAT: Node"),
    Form((), rf"{NUMA}SRAT: Node (?P<nid>\d+) PXM \d+ {HEX}-{HEX}", old_srat, holds="SRAT: Node"),
    Form(
        (),
        rf"{NUMA}Adding memblock \[{HEX} - {HEX}\] on node (?P<nid>\d+)",
        of_tree,
        holds="Adding memblock",
    ),
    Form(("Node",), rf"Node (?P<nid>\d+) MemBase {HEX} Limit {HEX}", northbridge),
    Form(
        (),
        rf"{NUMA}Faking (?:a node|node (?P<nid>\d+)) at"
        r" \[mem (?:0x)?(?P<first>[0-9a-f]+)-(?:0x)?(?P<last>[0-9a-f]+)\]"
        r"(?: \(\d+MB\))?",
        faked,
        holds="Faking ",
    ),
    Form(("Faking",), rf"Faking a node at {HEX}-{HEX}", old_faked),
    Form(
        (),
        r"Node(?P<nid>\d+): mem_type:(\d+), mem_start:0x([0-9a-f]+), mem_size:0x([0-9a-f]+) Bytes",
        typed,
        holds="mem_type",
    ),
    Form((), rf"{NUMA}Node \d+ {MEM} \+ {MEM} -> {MEM}", merged, holds="] -> ["),
    Form(
        (),
        rf"{NUMA}Node \d+ \[{HEX},{HEX}\) \+ \[{HEX},{HEX}\) -> \[{HEX},{HEX}\)",
        merged,
        holds=") -> [",
    ),
    Form((), rf"{NUMA}NODE_DATA(?:\((?P<nid>\d+)\) allocated)? {MEM}", node_data, holds="NODE_DATA"),
    Form((), rf"{NUMA}NODE_DATA(?P<nid>) \[{HEX} - {HEX}\]", node_data, holds="NODE_DATA"),
    Form((), rf"{NUMA}NODE_DATA\((\d+)\) on node (\d+)", away, holds="NODE_DATA"),
    Form((), rf"{NUMA}No NUMA configuration found", nothing, holds="No NUMA"),
    Form(("SRAT",), r"SRAT: PXM .*", nothing),
)
