"""Reading ``crashkernel=``.  Mirrors kernel/crash_core.c (kernel/crash_reserve.c since 6.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...model.trace.recorder import traced
from ..core.params import early_param
from ..lib.cmdline import U64, memparse

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "kernel/crash_core.c"

ENOENT, EINVAL = 2, 22
SZ_128M = 128 << 20
NAME = "crashkernel="
SUFFIX_HIGH, SUFFIX_LOW = ",high", ",low"


class CrashKernelRequest(NamedTuple):
    """What ``crashkernel=`` asks for: 0 or an error, size and base in bytes (base 0: anywhere)."""

    ret: int
    size: int = 0
    base: int = 0


@early_param("crashkernel")
@traced
def parse_crashkernel_dummy(k: Kernel, arg: str | None) -> int:
    """The parameter is known; it is read when there is memory to reserve."""
    return 0


def _complain(k: Kernel, words: str, *values: str) -> CrashKernelRequest:
    k.pr_warn(words, *values)
    return CrashKernelRequest(-EINVAL)


def _range(k: Kernel, text: str, total_mem: int) -> tuple[int, int, int, str] | CrashKernelRequest:
    """One ``start-[end]:size``: start, end, size, and what follows."""
    start, rest = memparse(text)
    if rest == text:
        return _complain(k, "crashkernel: Memory value expected")
    if not rest.startswith("-"):
        return _complain(k, "crashkernel: '-' expected")
    text, end = rest[1:], U64
    if not text.startswith(":"):
        end, rest = memparse(text)
        if rest == text:
            return _complain(k, "crashkernel: Memory value expected")
        if end <= start:
            return _complain(k, "crashkernel: end <= start")
        text = rest
    if not text.startswith(":"):
        return _complain(k, "crashkernel: ':' expected")
    text = text[1:]
    size, rest = memparse(text)
    if rest == text:
        # Since 6.7 this, too, says whose value is missing.
        return _complain(
            k, "crashkernel: Memory value expected" if k.release >= (6, 7) else "Memory value expected"
        )
    if size >= total_mem:
        return _complain(k, "crashkernel: invalid size")
    return start, end, size, rest


@traced
def parse_crashkernel_mem(k: Kernel, text: str, system_ram: int) -> CrashKernelRequest:
    """``start-[end]:size[,...][@base]``: the size depends on how much memory there is."""
    total_mem = -(-system_ram // SZ_128M) * SZ_128M
    crash_size = 0
    while True:
        found = _range(k, text, total_mem)
        if isinstance(found, CrashKernelRequest):
            return found
        start, end, size, text = found
        if start <= total_mem < end:
            crash_size = size
            break
        if not text.startswith(","):
            break
        text = text[1:]
    if not crash_size:
        k.pr_info("crashkernel size resulted in zero bytes")
        return CrashKernelRequest(0)
    _, at, text = text.partition(" ")[0].partition("@")
    if not at:
        return CrashKernelRequest(0, crash_size)
    base, rest = memparse(text)
    if rest == text:
        # Since 6.7 with a prefix, spelt so.
        prefix = "crahskernel: " if k.release >= (6, 7) else ""
        return _complain(k, prefix + "Memory value expected after '@'")
    return CrashKernelRequest(0, crash_size, base)


@traced
def parse_crashkernel_simple(k: Kernel, text: str) -> CrashKernelRequest:
    """``size[@base]``"""
    size, rest = memparse(text)
    if rest == text:
        return _complain(k, "crashkernel: memory value expected")
    if rest.startswith("@"):
        return CrashKernelRequest(0, size, memparse(rest[1:])[0])
    if rest and not rest.startswith(" "):
        return CrashKernelRequest(_complain(k, "crashkernel: unrecognized char: {}", rest[0]).ret, size)
    return CrashKernelRequest(0, size)


@traced
def parse_crashkernel_suffix(k: Kernel, text: str, suffix: str) -> CrashKernelRequest:
    """``size,high`` or ``size,low``"""
    size, rest = memparse(text)
    if rest == text:
        return _complain(k, "crashkernel: memory value expected")
    behind = rest.removeprefix(suffix)
    if behind == rest or (behind and not behind.startswith(" ")):
        wrong = rest if behind == rest else behind
        return CrashKernelRequest(_complain(k, "crashkernel: unrecognized char: {}", wrong[:1]).ret, size)
    return CrashKernelRequest(0, size)


@traced
def get_last_crashkernel(k: Kernel, cmdline: str, suffix: str) -> str | None:
    """What follows the last ``crashkernel=`` with this suffix (an empty one: with none); None if there is
    none."""
    found = None
    at = cmdline.find(NAME)
    while at >= 0:
        word = cmdline[at:].partition(" ")[0]
        has_suffix = word.endswith(suffix) if suffix else not word.endswith((SUFFIX_HIGH, SUFFIX_LOW))
        if has_suffix:
            found = cmdline[at + len(NAME) :]
        at = cmdline.find(NAME, at + 1)
    return found


@traced
def __parse_crashkernel(k: Kernel, cmdline: str, system_ram: int, suffix: str) -> CrashKernelRequest:
    """Find the parameter and read it, in the syntax it is written in."""
    text = get_last_crashkernel(k, cmdline, suffix)
    if text is None:
        return CrashKernelRequest(-ENOENT)
    if suffix:
        return parse_crashkernel_suffix(k, text, suffix)
    if ":" in text.partition(" ")[0]:
        return parse_crashkernel_mem(k, text, system_ram)
    return parse_crashkernel_simple(k, text)


@traced
def parse_crashkernel(k: Kernel, cmdline: str, system_ram: int) -> CrashKernelRequest:
    """``crashkernel=size[@base]`` or ``crashkernel=range:size[,...][@base]``"""
    return __parse_crashkernel(k, cmdline, system_ram, "")


@traced
def parse_crashkernel_high(k: Kernel, cmdline: str, system_ram: int) -> CrashKernelRequest:
    """``crashkernel=size,high``"""
    return __parse_crashkernel(k, cmdline, system_ram, SUFFIX_HIGH)


@traced
def parse_crashkernel_low(k: Kernel, cmdline: str, system_ram: int) -> CrashKernelRequest:
    """``crashkernel=size,low``"""
    return __parse_crashkernel(k, cmdline, system_ram, SUFFIX_LOW)
