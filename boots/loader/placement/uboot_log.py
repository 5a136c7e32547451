"""What U-Boot printed: where it put kernel, device tree and initrd, and which memory it found.

Mirrors, of U-Boot, cmd/booti.c, boot/bootm.c, boot/image-board.c, boot/image-fdt.c and cmd/bdinfo.c.  What
people keep is the text of a console: lines end in any way, the kernel's log follows, U-Boot may have started
several times, and vendors add lines.  The last boot of those counts that tells anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from ....model.base.errors import InputError
from ....model.base.units import printable
from .placement import BootPlacement

HEX = r"(?:0[xX])?([0-9a-fA-F]{1,16})\b"
STARTS = re.compile(r"^\W*U-Boot (?:SPL |TPL )?\d{4}\.\d\d")
"""A new start of U-Boot, which knows nothing of the one before."""
MOVED = re.compile(rf"\bMoving Image from {HEX} to {HEX}")
KERNEL = (
    re.compile(rf"\bkernel loaded at {HEX}"),
    re.compile(rf"\bLoading Kernel Image (?:at|to) {HEX}"),
    re.compile(rf"\bXIP Kernel Image(?: \([^)]*\))? from {HEX} to {HEX}"),
    re.compile(rf"\bTransferring control to Linux \(at address {HEX}\)"),
)
"""Where the kernel is: the last number of such a line."""
BOOTI = re.compile(rf"^\S*[=#>$] *booti {HEX}(?: +(?:{HEX}:{HEX}|-)(?: +{HEX})?)?")
"""The command as it was typed, with numbers: an image that is where it can stay is not told otherwise."""
BLOB_MOVED = re.compile(rf"\bLoading Device Tree to {HEX}, end {HEX}")
BLOB_IN_PLACE = re.compile(rf"\bUsing Device Tree in place at {HEX}, end {HEX}")
BLOB_GIVEN = re.compile(rf"\b(?:Booting using the fdt blob at|Working FDT set to) {HEX}")
RAMDISK_MOVED = re.compile(rf"\bLoading Ramdisk to {HEX}, end {HEX}")
IMAGE = re.compile(r"\bTrying '[^']*' (\w+) subimage|## Booting (kernel) from Legacy|## Loading (\S+) ")
"""Which image the lines after this one describe."""
LOAD = re.compile(rf"^\W*Load Address:\s+{HEX}")
VARIABLE = re.compile(rf"^(\w+)={HEX}$")
"""A line of ``printenv``, whose value may be an address."""
USED_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")
BANK_START = re.compile(rf"^-> start\s*=\s*{HEX}")
BANK_SIZE = re.compile(rf"^-> size\s*=\s*{HEX}")
KERNEL_BEGINS = re.compile(r"\bStarting kernel \.\.\.")
LONGEST_LINE = 1000


class UbootBoot(Struct):
    """What one start of U-Boot told; addresses are physical, banks base and size in bytes."""

    load_address: int | None = None
    dtb_address: int | None = None
    initrd: tuple[int, int] | None = None
    banks: list[tuple[int, int]] = field(default_factory=lambda: list[tuple[int, int]]())
    starts_kernel: bool = False
    bank_start: int | None = None
    image: str = ""
    environment: dict[str, str] = field(default_factory=dict[str, str])

    def tells(self) -> bool:
        """Whether there is anything to take from it."""
        return bool(self.banks) or (self.load_address, self.dtb_address, self.initrd) != (None, None, None)

    def read(self, line: str) -> None:
        """Take what a line tells."""
        self._kernel(line)
        self._device_tree(line)
        self._initrd(line)
        self._bank(line)
        if KERNEL_BEGINS.search(line):
            self.starts_kernel = True

    def _kernel(self, line: str) -> None:
        variable, image = VARIABLE.search(line), IMAGE.search(line)
        if variable:
            self.environment[variable[1]] = variable[2]
        if image:
            self.image = next(filter(None, image.groups()))
        given = LOAD.search(line)
        if given and self.image == "kernel":
            self.load_address = _number(given[1])
        typed = BOOTI.search(USED_VARIABLE.sub(self._value, line))
        if typed:
            self.load_address = _number(typed[1])
            if typed[2] is not None:
                self.initrd = _number(typed[2]), _number(typed[3])
            if typed[4] is not None:
                self.dtb_address = _number(typed[4])
        for pattern in (MOVED, *KERNEL):
            found = pattern.search(line)
            if found:
                self.load_address = _number(found[found.re.groups])

    def _value(self, used: re.Match[str]) -> str:
        return self.environment.get(used[1] or used[2], used[0])

    def _device_tree(self, line: str) -> None:
        for pattern in (BLOB_GIVEN, BLOB_IN_PLACE, BLOB_MOVED):
            found = pattern.search(line)
            if found:
                self.dtb_address = _number(found[1])

    def _initrd(self, line: str) -> None:
        found = RAMDISK_MOVED.search(line)
        if found:
            start, end = _number(found[1]), _number(found[2])
            # What it calls the end of a ramdisk is the first byte behind it.
            self.initrd = (start, end - start) if end > start else self.initrd

    def _bank(self, line: str) -> None:
        start, size = BANK_START.search(line), BANK_SIZE.search(line)
        if start:
            self.bank_start = _number(start[1])
        if size and self.bank_start is not None:
            bank = self.bank_start, _number(size[1])
            if bank[1] and bank not in self.banks:
                self.banks.append(bank)
            self.bank_start = None


def _number(text: str) -> int:
    return int(text, 16)


def _boots(text: str) -> Iterator[UbootBoot]:
    """One for every time that U-Boot started, or a kernel after which U-Boot goes on talking."""
    boot = UbootBoot()
    for line in re.split(r"[\r\n]+", text):
        line = line[:LONGEST_LINE].strip()
        again = boot.starts_kernel and BOOTI.search(line)
        if STARTS.search(line) or again:
            yield boot
            boot = UbootBoot()
        boot.read(line)
    yield boot


def read_uboot(text: str, filename: str) -> UbootBoot:
    """The last boot that tells where it put something; banks may be told in one before.  Raises `InputError`
    if there is none."""
    boots = [boot for boot in _boots(text) if boot.tells()]
    if not boots:
        raise InputError(
            f"{printable(filename)}: this does not tell where U-Boot put anything; lines such as 'Loading"
            " Device Tree to …', 'Moving Image from …' or the output of bdinfo are expected"
        )
    placing = [boot for boot in boots if boot.load_address is not None or boot.dtb_address is not None]
    last = placing[-1] if placing else boots[-1]
    for boot in reversed(boots):
        last.banks = last.banks or boot.banks
    if last.starts_kernel and last.dtb_address is not None and last.initrd is None:
        last.initrd = 0, 0
    return last


def placement_of(boot: UbootBoot, filename: str) -> BootPlacement:
    """Where things lie, by U-Boot."""
    return BootPlacement(filename, boot.load_address, boot.dtb_address, boot.initrd)
