"""What each topic of ``info`` tells, in a sentence, as help has it."""

from __future__ import annotations

from ....language.words import translatable

SENTENCES = {
    "address": translatable("Where a symbol lies."),
    "args": translatable("What the function of the selected frame was given."),
    "bookmarks": translatable("The bookmarks, and where they are."),
    "breakpoints": translatable(
        "A line for each breakpoint, and more lines where there is more to say, as gdb has it."
    ),
    "checkpoints": translatable("The checkpoints, and where they are."),
    "display": translatable("The displays, as gdb lists them."),
    "e820": translatable("A PC's three tables, as the kernel prints them."),
    "event": translatable("What an event is, the next one without a number."),
    "frame": translatable("All there is to say of a frame."),
    "functions": translatable("The functions that this boot calls, those that a regular expression matches."),
    "line": translatable("Which line the selected frame has got to, or a function begins at."),
    "locals": translatable("The local variables of the selected frame, which the boot is run again for."),
    "log": translatable("The last lines of the kernel log, or so many."),
    "memblock": translatable(
        "Both tables, as the files ``memory`` and ``reserved`` of the kernel's debugfs show them."
    ),
    "memory-model": translatable(
        "How page structs are found, of a page frame where one is named, and what they cost."
    ),
    "page-tables": translatable("What the kernel's page tables map."),
    "phases": translatable("The phases of the boot, and which one this is."),
    "program": translatable("Where the boot stands, and why."),
    "scope": translatable("The arguments that a function has."),
    "sections": translatable("The sections of sparse memory."),
    "source": translatable("The file of the selected frame."),
    "sources": translatable("The kernel's files of which functions are called in this boot."),
    "stack": translatable("The open functions, as many as asked for: ``-N`` are the outermost."),
    "symbol": translatable("Which symbol lies at an address."),
    "types": translatable(
        "The structures that are known, those with members by their size and number of these."
    ),
    "variables": translatable(
        "The kernel's variables, those that a regular expression matches, and what set them."
    ),
    "watchpoints": translatable("The breakpoints that watch something."),
    "zones": translatable("Nodes and their zones."),
}
