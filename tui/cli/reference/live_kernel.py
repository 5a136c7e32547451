"""``bootstep live``: QEMU, boards behind a debug probe, what is recorded, where its limits are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ....model.language.columns import padded, wrapped
from ....model.language.words import tr, translatable

WIDTH = 100
INDENT = 20


class Part(NamedTuple):
    """A part of the topic: its title, and rows of a name and what is told of it; names with blanks in them
    are words to type."""

    title: str
    rows: tuple[tuple[str, str], ...]


QEMU = Part(
    translatable("QEMU"),
    (
        (
            "-- qemu-system-…",
            translatable(
                "the words behind -- are run as they are, without a shell; -S and -gdb with a private"
                " socket are added. -s and -S are taken out; a -gdb of yours that names a port or a"
                " socket is used; -daemonize is refused"
            ),
        ),
        (
            "-nographic",
            translatable(
                "QEMU reads nothing, and what it prints is never on your terminal: the kernel's log is"
                " read from memory. If it ends before its time, its last line is told"
            ),
        ),
        (
            translatable("its end"),
            translatable(
                "QEMU is ended with its whole group when the recording is over, when you leave, and"
                " when bootstep itself is killed, kill -9 too: a process of ours beside it sees to"
                " that. Only on macOS QEMU outlives that process if somebody kills it as well"
            ),
        ),
        (
            "-accel kvm, hvf",
            translatable(
                "the kernel runs on this machine's processor: breakpoints are written into its memory,"
                " or with --hardware-only are the few of the processor, which functions then take in"
                " turns"
            ),
        ),
        (
            translatable("UEFI, GRUB"),
            translatable(
                "firmware may put the kernel anywhere: a bzImage is met while it unpacks the kernel, if it is"
                " the one that -kernel or --vmlinux names; else the kernel is found once it runs, and QEMU is"
                " started again to see it from its first instruction"
            ),
        ),
    ),
)
BOARDS = Part(
    translatable("boards, and anything else behind a stub"),
    (
        ("--gdb HOST:PORT", translatable("PORT, or :PORT, is one of this machine; also unix:PATH")),
        ("OpenOCD", translatable("reset halt, then --gdb :3333")),
        ("J-Link", translatable("JLinkGDBServer with -nohalt left out, then --gdb :2331")),
        ("TRACE32", translatable("its GDB back-end, at the port that its configuration names")),
        (
            "--entry ADDRESS",
            translatable(
                "halt the board in its boot loader, and name the physical address to which the boot"
                " loader will jump: where U-Boot says that it loads the kernel. A kernel that runs"
                " already is recorded from there on, and what it was given is not known then"
            ),
        ),
        (
            "--hardware-only",
            translatable(
                "nothing is written into memory. A processor has few breakpoints, 4 on a PC: functions"
                " take turns, some calls are missed, and the summary says so"
            ),
        ),
        (
            translatable("the others"),
            translatable("only the processor that boots is looked at: the others wait for it until then"),
        ),
    ),
)
KERNEL = Part(
    translatable("the kernel"),
    (
        (
            "--vmlinux FILE",
            translatable(
                "a vmlinux, with DWARF or without, or the kernel as it is booted (Image, bzImage,"
                " vmlinuz) if CONFIG_KALLSYMS put symbols into it. Without it QEMU's -kernel is taken."
                " Types come from DWARF, BTF, or kernels that are known"
            ),
        ),
        (
            "--system-map FILE",
            translatable("the symbols of a bare kernel; --release says which one it is, if nothing tells"),
        ),
        (
            "--config FILE",
            translatable(
                "its configuration, where it has none inside and none lies beside it; without one the"
                " map of its addresses is not known, and much that is made of it is not"
            ),
        ),
        ("KASLR", translatable("may be on: how far the kernel was moved is found when it starts")),
        (
            translatable("another one"),
            translatable(
                "the kernel in memory has to be the one that is named: by banner and build ID another"
                " build is refused, and both are told"
            ),
        ),
    ),
)
RECORDED = Part(
    translatable("what is recorded"),
    (
        (
            translatable("calls"),
            translatable(
                "the functions of memory's boot that this kernel has, with arguments and results;"
                " others with --functions +NAME,+NAME; NAME,NAME are only these, ^NAME leaves one out,"
                " @FILE has the words in a file. Where each is called is told by its return address, and if"
                " the kernel's file has DWARF, as a line of its source"
            ),
        ),
        (
            translatable("the state"),
            translatable(
                "memblock, page tables, sections, zones and nodes, variables: read from memory at each"
                " stop, and kept as what has changed. What happens between two stops is seen at the"
                " second. Which pages are free the lists of the buddy allocator tell"
            ),
        ),
        (
            translatable("page tables"),
            translatable(
                "walked where the register changes that holds their root, where functions that map begin"
                " and end, and everywhere as long as they are few; --page-tables NAME,NAME: also where these"
                " functions begin and end (early_pgtable_alloc), --page-tables all: at every stop, which"
                " takes its time"
            ),
        ),
        (
            translatable("local variables"),
            translatable(
                "if the kernel's file has DWARF: as they were when each open function made the call that was"
                " recorded. :info locals tells them, also of a recording that was saved"
            ),
        ),
        (
            translatable("the log"),
            translatable("all lines, from the ring buffer in memory, whether there is a console or not"),
        ),
        (
            translatable("the end"),
            translatable(
                "the return of memblock_free_all, or of --until FUNCTION; a panic; --time-limit;"
                " --event-limit; ^C, in the app :stop; or a target that is gone. What was recorded"
                " stays, and is saved"
            ),
        ),
        (
            translatable("silence"),
            translatable(
                "a kernel that runs says nothing: after 10 s without a stop it is stopped for a moment,"
                " to hear whether it is there, and it is told where it is; what does not stop within"
                " 30 s is gone. Without a terminal a recording ends after 900 s, with status 2, unless"
                " there is a --time-limit"
            ),
        ),
    ),
)
AFTER = Part(
    translatable("what to do with it"),
    (
        (
            "--save FILE",
            translatable(
                "a recorded boot, a MACHINE for every command; in the app :record FILE, and leaving"
                " asks once while it is not saved"
            ),
        ),
        (
            "--save-machine DIR",
            translatable(
                "what the kernel was given (device tree, ACPI, EFI map, e820, command line) as a"
                " machine, which the model then plays, with what-ifs"
            ),
        ),
        (
            "--against MACHINE",
            translatable(
                "the first call that is not the same: 'model' plays the same kernel on what the live"
                " one was given, another machine's name that machine's kernel; or a recorded boot"
            ),
        ),
        (
            translatable("exit status"),
            translatable(
                "0; 1: the kernel panicked, or what it was held against is not the same; 2: no kernel,"
                " no target, or lost on the way; 128 and the number of a signal other than ^C"
            ),
        ),
    ),
)
PARTS = (QEMU, KERNEL, RECORDED, AFTER, BOARDS)


def lines() -> list[str]:
    """All of it, as people read it."""
    return [line for part in PARTS for line in _part(part)][:-1]


def _part(part: Part) -> Iterator[str]:
    yield tr(part.title)
    for name, told in part.rows:
        first, *rest = wrapped(tr(told), WIDTH - INDENT - 2)
        yield f"  {padded(tr(name), INDENT)}{first}"
        yield from (" " * (INDENT + 2) + line for line in rest)
    yield ""
