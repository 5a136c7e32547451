"""Device trees as tools print them: a source, with words around it that are none.

``fdtdump`` (dtc) says what it is and the numbers of the header, as comments; ``dtc`` warns in front of what
it prints; U-Boot's ``fdt print`` (cmd/fdt.c) prints a tree behind its prompt.
"""

from __future__ import annotations

import re

CHATTER = re.compile(
    r"^(?:\*\*\*\*.*"  # fdtdump
    r"|.*: found fdt at offset .*"  # fdtdump -s
    r"|.*?: (?:Warning|ERROR|WARNING|Error)(?: \(.*?\)|:).*"  # dtc
    r"|  also defined at .*"
    r"|(?:=>|[\w.-]+(?:=>|\s?[#>])|[\w@.:~/-]*[$#]) +\S.*"  # prompts
    r"|Working FDT set to .*"
    r"|=>\s*)$",
    re.MULTILINE,
)
START = re.compile(r"^\s*(?:/dts-v1/|/plugin/|/memreserve/|/\s*\{|&|//|/\*|#|\w+\s*:)", re.MULTILINE)
TOTALSIZE = re.compile(r"^//[ \t]*totalsize:[ \t]*(0x[0-9a-f]{1,8})\b", re.MULTILINE)


def source_of_tools(text: str) -> str:
    """The source in what a tool printed, every line in its place: lines that are none are blank.  Text that
    is a source already comes back as it is."""
    if START.match(text):
        head = re.compile(r"^// magic:\s+0xd00dfeed|^=> ?", re.MULTILINE).search(text)
        if not head:
            return text
    return CHATTER.sub("", text)


def told_size(text: str) -> int:
    """The size of the blob that fdtdump printed, in bytes; 0 for any other source."""
    found = TOTALSIZE.search(text) if "// magic:" in text else None
    return int(found[1], 16) if found else 0
