"""The command that starts QEMU, as somebody typed it: what it says of the kernel and of a stub of its own,
and how it is told to stand still and to listen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from ....model.base.errors import InputError
from ....model.base.units import one_line
from ....model.language.words import tr
from ..options import LOOPBACK, Stub

ALONE = frozenset(
    (
        *("h", "help", "version", "S", "s", "no-fd-bootchk", "no-acpi", "no-hpet", "win2k-hack", "snapshot"),
        *("nographic", "curses", "full-screen", "no-quit", "alt-grab", "ctrl-grab", "no-frame", "sdl"),
        *("portrait", "no-reboot", "no-shutdown", "daemonize", "usb", "singlestep", "preconfig"),
        *("nodefaults", "no-user-config", "enable-kvm", "no-kvm", "mem-prealloc", "enable-fips"),
        *("xen-attach", "xen-domid-restrict", "only-migratable", "semihosting", "old-param"),
        *("enable-sync-profile", "no-kvm-irqchip", "no-kvm-pit"),
    )
)
"""Options of QEMU that take no value; what follows any other is its value."""
HOST_CPU = ("kvm", "hvf", "whpx", "nvmm", "xen")
"""Accelerators that let a kernel run on the machine's own processor."""
EVERYWHERE = ("", "0.0.0.0", "::", "localhost")
"""Hosts that a stub may listen at and that are reached over the loopback."""
_UNIX = re.compile(r"unix:(?:path=)?(?P<path>(?:[^,]|,,)+)(?:,|$)")
_TCP = re.compile(r"tcp:(?P<host>\[[^]]*\]|[^:,]*):(?P<port>\d{1,5})(?:,|$)")


class Option(NamedTuple):
    """An option of QEMU, without its dashes; its value, "" if it takes none; and the words that it is."""

    name: str
    value: str
    words: tuple[str, ...]


class QemuCommand(Struct, frozen=True):
    """A command that starts QEMU.

    `words` are the ones that are kept; `kernel` is the file that it boots ("": it does not say), `own_stub`
    where it is told to listen already, `accelerator` what lets the kernel run on the processor of this
    machine ("": QEMU translates it).
    """

    words: tuple[str, ...]
    kernel: str = ""
    own_stub: Stub | None = None
    accelerator: str = ""

    @property
    def program(self) -> str:
        """What is run."""
        return self.words[0]

    def stopped(self, path: str) -> list[str]:
        """The words that start it so that it stands before its first instruction, and listens at a unix
        socket unless it does so elsewhere already."""
        listening = ["-gdb", f"unix:{path.replace(',', ',,')},server=on,wait=off"]
        return [*self.words, "-S", *([] if self.own_stub else listening)]

    def warnings(self) -> list[str]:
        """What is different about this one, in sentences."""
        if not self.accelerator:
            return []
        return [
            tr(
                "with {accelerator} the kernel runs on this machine's own processor: QEMU writes breakpoints "
                "into the kernel's memory, where the kernel may overwrite them, or has a few of the "
                "processor's own (--hardware-only), which functions then take in turns",
                accelerator=self.accelerator,
            )
        ]


def read_command(words: Sequence[str]) -> QemuCommand:
    """What a command says.  Raises `InputError` if it cannot be run under a debugger of ours."""
    if not words or not words[0]:
        raise InputError(tr("expected the command that starts QEMU after --"))
    if any("\0" in word for word in words):
        raise InputError(tr("the command that starts QEMU has a word with a zero byte in it"))
    kept, kernel, accelerator = [words[0]], "", ""
    stub: Stub | None = None
    for option in _options(words[1:]):
        if option.name in ("S", "s"):
            continue  # it stands, and the stub is ours
        if option.name == "daemonize":
            raise InputError(tr("-daemonize lets QEMU go its own way: it cannot be ended with the recording"))
        if option.name == "gdb":
            if stub is not None:
                raise InputError(tr("-gdb is given more than once"))
            stub = _stub(option.value)
        kernel = option.value if option.name == "kernel" else kernel
        accelerator = _accelerator(option) or accelerator
        kept += option.words
    return QemuCommand(tuple(kept), kernel, stub, accelerator)


def _options(words: Sequence[str]) -> Iterator[Option]:
    """The options in some words, in their order; what is none has the name ""."""
    at = 0
    while at < len(words):
        word = words[at]
        name = re.sub(r"^--?", "", word) if re.match(r"--?\w", word) else ""
        width = 1 if not name or name in ALONE else 2
        taken = tuple(words[at : at + width])
        yield Option(name, taken[1] if len(taken) == 2 else "", taken)
        at += width


def _accelerator(option: Option) -> str:
    """The accelerator that an option names, if it is one that has the kernel run by itself."""
    if option.name == "enable-kvm":
        return HOST_CPU[0]
    if option.name == "accel":
        named = re.sub(r"^accel=", "", option.value.partition(",")[0])
    elif option.name in ("machine", "M"):
        found = re.search(r"(?:^|,)accel=([^,]*)", option.value)
        named = found[1] if found else ""
    else:
        return ""
    return next((each for each in named.split(":") if each in HOST_CPU), "")


def _stub(value: str) -> Stub:
    """Where ``-gdb`` lets it listen.  Raises `InputError` if nobody else can reach that."""
    if found := _UNIX.match(value):
        return Stub(found["path"].replace(",,", ","))
    found = _TCP.match(value)
    if found is None or not 0 < int(found["port"]) < 1 << 16:
        raise InputError(
            tr(
                "-gdb {value}: expected tcp::PORT or unix:PATH; without -gdb a socket is made",
                value=one_line(value),
            )
        )
    host = found["host"].strip("[]")
    return Stub(host=LOOPBACK if host in EVERYWHERE else host, port=int(found["port"]))
