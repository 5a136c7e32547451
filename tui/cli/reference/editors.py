"""``bootstep dap`` in editors: what is what, and how each is set up."""

from __future__ import annotations

from ....model.language.columns import padded, wrapped
from ....model.language.words import tr, translatable

WIDTH = 100
INDENT = 28
ROWS = (
    (
        "machine",
        translatable("any MACHINE of the command line: pc-8g, a machine file, a .trace, a kernel log"),
    ),
    (
        "cmdline, options",
        translatable(
            '"cma=64M"; and options as words, ["--memblock-debug"], or by name: "memblock_debug": true'
        ),
    ),
    (
        "at, stopOnEntry",
        translatable('a position to begin at, such as "paging_init"; false runs on to the first breakpoint'),
    ),
    (
        translatable("a breakpoint at a line"),
        translatable("a line of our model's Python; one stands before what happens there"),
    ),
    (
        translatable("a function breakpoint"),
        translatable("whatever break takes: memblock_reserve, paging_init:return, op:alloc, log:cma"),
    ),
    (
        translatable("a data breakpoint"),
        translatable(
            "a variable, a part of the state, a region: anything in the view of variables; or an address"
        ),
    ),
    (
        translatable("a condition, a log message"),
        translatable('expressions: size >= 1M and caller == "setup_arch"; a message has them in braces'),
    ),
    (
        translatable("a hit condition"),
        translatable("a time in the boot: 3, >= 3, % 10: the same one from both sides"),
    ),
    (
        translatable("exceptions"),
        translatable("the kernel's panic; its messages of level err, or warning"),
    ),
    (
        translatable("scopes"),
        translatable(
            "Arguments, Locals, Memblock (regions with owners), Zones, Kernel variables, E820 on a PC"
        ),
    ),
    (
        translatable("step back, reverse"),
        translatable(
            "reverse-next, reverse-continue; restart frame; jump to cursor: when that line runs next"
        ),
    ),
    (
        translatable("the debug console"),
        translatable(
            "every command of the command line (why, ledger, x 0x48000000, until …), and expressions"
        ),
    ),
)
SET_UP = (
    (
        "VS Code",
        translatable(
            "mkdir -p ~/.vscode/extensions/bootstep && bootstep help vscode-extension >"
            " ~/.vscode/extensions/bootstep/package.json; then a launch.json with a configuration of the type"
            " bootstep, as README shows one."
        ),
    ),
    ("nvim-dap", translatable("bootstep help nvim prints what goes into its configuration.")),
    ("Emacs (dape)", translatable("bootstep help emacs prints what goes into its configuration.")),
)
NOTES = (
    translatable(
        "Memory's contents and instructions are not modelled: the memory and disassembly views say so in a"
        " sentence, and nothing can be set."
    ),
    translatable(
        "A client that disconnects leaves everything where it is. With --port the next one finds breakpoints"
        " and bookmarks again, and the position too if it attaches, or launches the same machine without at"
        " and stopOnEntry."
    ),
)


def lines() -> list[str]:
    """All of it, as people read it."""
    rows = [line for name, told in (*ROWS, *SET_UP) for line in _row(tr(name), tr(told))]
    return rows + [line for note in NOTES for line in ("", *wrapped(tr(note), WIDTH))]


def _row(name: str, told: str) -> list[str]:
    first, *rest = wrapped(told, WIDTH - INDENT)
    return [padded(name, INDENT) + first, *(" " * INDENT + line for line in rest)]
