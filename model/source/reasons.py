"""Why something in a trace is inferred, in the chosen language.

The reasons stand in the trace, in English (see `provenance`), as whoever made it out of a log wrote them;
they are said in another language where people read them.
"""

from __future__ import annotations

from ..language.templates import Templates
from ..language.words import translatable

_REASONS = Templates(
    (
        translatable("by the order in which {release} boots"),
        translatable("the dump in line {line} has it: {why}"),
        translatable("memory is trimmed to whole pages: {ranges} is no whole page: {why}"),
        translatable("{what}, and nothing tells why"),
        translatable("{what}: {why}"),
        translatable("regions of {array} are divided otherwise"),
        translatable("regions of {array} are given their nodes"),
        translatable("{ranges} is no memory any more"),
        translatable("{ranges} is not reserved any more"),
        translatable("{ranges} is memory without a line"),
        translatable("{ranges} is reserved without a line"),
        translatable("flag {flag} is set of {ranges} of {array}"),
        translatable("flag {flag} is cleared of {ranges} of {array}"),
        translatable("it happened before memblock=debug was parsed"),
        translatable("it happened in lines that are missing in this log"),
        translatable("it happened before this log begins"),
        translatable("no line says how"),
        translatable("the kernel says nothing of that"),
        translatable("the kernel says nothing of flags"),
        translatable("memory above that is cut off, by a limit of the command line or of the kernel"),
        translatable("memory below a limit is cut off"),
        translatable("this kernel has no line for memory that is removed"),
        translatable("this kernel has no line for that"),
        translatable("the kernel takes for memory what the map calls usable"),
        translatable(
            "when nodes are set up, memory is what these lines say, and no line tells how it came so"
        ),
        translatable(
            "a node's zones span what it has of the ranges of zones, and have what it has of memory there"
        ),
    ),
    said_too=("what", "why"),
)
"""Reasons, those that others are made of before these."""
KINDS = (translatable("a model of the boot"), translatable("a kernel log"))
"""What traces come from, as facts call it, where that is not known in this room."""


def said_reason(why: str) -> str:
    """A reason in the chosen language; as it is, where nobody has translated it."""
    return _REASONS.said(why)
