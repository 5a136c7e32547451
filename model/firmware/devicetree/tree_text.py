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
    r"|[\w@.:~/-]*[$#] +[A-Za-z./].*)$",  # a shell's prompt
    re.MULTILINE,
)
CODE = re.compile(r"[ \t]*(?:/|&|#|\w+[ \t]*:[ \t]*[&/])")
"""How a line of a source begins."""
PRINTED = re.compile(r"^\S*(?:=>|[#>]) ?fdt[ \t]+(?:print|list)\b.*$", re.MULTILINE)
WHOLE = re.compile(r"^/ \{.*?^\};?[ \t]*$", re.MULTILINE | re.DOTALL)
TOTALSIZE = re.compile(r"^//[ \t]*totalsize:[ \t]*(0x[0-9a-f]{1,8})\b", re.MULTILINE)


def source_of_tools(text: str) -> str:
    """The source in what a tool printed, every line in its place: lines that are none are blank.  Text that
    is a source already comes back as it is."""
    if PRINTED.search(text) and (whole := WHOLE.search(text)):
        return "\n" * text.count("\n", 0, whole.start()) + whole[0]
    start = text.lstrip()
    if CODE.match(start) and not start.startswith("# ") and "// magic:" not in text:
        return text
    return CHATTER.sub("", text)


def told_size(text: str) -> int:
    """The size of the blob that fdtdump printed, in bytes; 0 for any other source."""
    found = TOTALSIZE.search(text) if "// magic:" in text else None
    return int(found[1], 16) if found else 0
