"""Where a randomized kernel runs.  Mirrors arch/arm64/kernel/pi/kaslr_early.c and arch/arm64/kernel/kaslr.c
(since 6.9; before, v6_8/head.py)."""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.firmware.devicetree.tree import DeviceTree
from ....model.trace.recorder import traced
from ..variables import Kernel

KERNEL_FILE = "arch/arm64/kernel/pi/kaslr_early.c"

U16_MAX = 0xFFFF


def kaslr_disabled_cmdline(k: Kernel) -> bool:
    """Whether the command line says ``nokaslr`` (arch/arm64/include/asm/cpufeature.h)."""
    return bool(k.idreg_overrides.get("arm64_sw.nokaslr"))


def has_nokaslr(words: str) -> bool:
    """Whether the word nokaslr, or one that begins so, stands in a command line: only its first place
    counts."""
    at = words.find("nokaslr")
    return at == 0 or (at > 0 and words[at - 1] == " ")


def seed_in(fdt: DeviceTree) -> int:
    """The seed in a device tree; 0 if there is none."""
    chosen = fdt.find("/chosen")
    raw = chosen.properties.get("kaslr-seed", b"") if chosen else b""
    return int.from_bytes(raw) if len(raw) == 8 else 0


def take_seed(k: Kernel) -> int:
    """The seed in the device tree, wiped there; 0 if there is none."""
    seed = seed_in(k.fdt)
    if not seed:
        return 0
    k.fdt = k.fdt.with_properties("/chosen", {"kaslr-seed": bytes(8)})
    return seed


def drawn_displacement(k: Kernel, least: int) -> int | None:
    """The displacement of a boot that is known by what came of its seed, `least` if even that is lost; None
    if the seed counts."""
    drawn = k.machine.kaslr
    if drawn is None:
        return None
    take_seed(k)
    return least if drawn.offset is None else drawn.offset


@traced
def get_kaslr_seed(k: Kernel) -> int:
    """The seed in the device tree, 0 if there is none.  It must not be read again, so it is wiped."""
    return take_seed(k)


@traced
def kaslr_early_init(k: Kernel) -> int:
    """The displacement of the kernel, in the middle half of the vmalloc area; 0 if there is no seed.

    A CPU with random number instructions would make its own seed: that one nobody can know, so it counts as
    none.
    """
    if kaslr_disabled_cmdline(k):
        return 0
    space = (k.layout.vmalloc.end - k.layout.image.start) // 2
    known = drawn_displacement(k, space // 2)
    if known is not None:
        return known
    seed = get_kaslr_seed(k)
    if not seed:
        return 0
    k.memstart_offset_seed = seed & U16_MAX
    return space // 2 + (space * seed >> 64)


@traced
def kaslr_init(k: Kernel) -> None:
    """Say whether the kernel is randomized.  Less than 2 MiB is no displacement: that much follows from where
    the boot loader put the image."""
    if kaslr_disabled_cmdline(k):
        k.pr_info("KASLR disabled on command line")
    elif k.kaslr_offset < Arm64Layout(k.layout).min_kimg_align:
        k.pr_warn("KASLR disabled due to lack of seed")
    else:
        k.pr_info("KASLR enabled")
