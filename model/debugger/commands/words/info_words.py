"""Topics of gdb's ``info`` that there are none of here: what tells instead, in one sentence each."""

from __future__ import annotations

from ....language.words import translatable

_REGISTERS = translatable(
    "no registers are recorded: info args tells what the function was given, print result what it gave"
)
_ONE_CPU = translatable(
    "one CPU boots, as the one thread there is: info stack lists the functions that are open on it"
)
_FILES = translatable("the kernel comes with the machine: info program tells where its boot stands")
_TYPES = translatable("print shows a record with its fields")
_INSIDE = translatable("nothing of gdb's own inside is here: help lists what is")
_SIGNALS = translatable("the kernel gets no signals: break log-level:warning stops at its warnings")
_TRACE = translatable("every event is recorded as it is: info event N tells one")

INSTEAD_OF_TOPIC: dict[str, str] = {
    **dict.fromkeys(("registers", "all-registers", "float", "vector"), _REGISTERS),
    **dict.fromkeys(("threads", "inferiors", "tasks", "connections"), _ONE_CPU),
    **dict.fromkeys(("files", "target", "sharedlibrary", "module", "modules", "dcache"), _FILES),
    **dict.fromkeys(
        ("proc", "os", "auxv", "terminal"),
        translatable("no process is looked at: info program tells where the boot stands"),
    ),
    **dict.fromkeys(("types", "classes", "common", "selectors", "vtbl"), _TYPES),
    **dict.fromkeys(("auto-load", "extensions", "frame-filter", "guile", "pretty-printer"), _INSIDE),
    **dict.fromkeys(("type-printers", "unwinder", "xmethod", "warranty", "copying"), _INSIDE),
    **dict.fromkeys(("signals", "exceptions", "handle"), _SIGNALS),
    **dict.fromkeys(("tracepoints", "tvariables", "static-tracepoint-markers", "probes"), _TRACE),
    "record": translatable("all of the boot is recorded: info program tells where it stands"),
    "mem": translatable("info memblock tells which memory there is"),
    "macro": translatable("print knows the kernel's macros: print __pa(_text)"),
    "macros": translatable("print knows the kernel's macros: print __pa(_text)"),
    "display": translatable("nothing is displayed by itself: print tells a value"),
    "skip": translatable("nothing is skipped: next goes over a call"),
    "win": translatable("the panes are what ? on the screen lists: info program tells where the boot stands"),
}
