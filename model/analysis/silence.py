"""What a command line asks for and does not get although the kernel says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..language.words import tr

CRASH_KERNEL = "crashkernel="


def silence(subject: str, variables: Mapping[str, Any], initrd: str) -> str:
    """Why nothing is reserved for a subject of the command ``why``, in a sentence; "" if there is nothing to
    be said.  `variables` are the kernel's, `initrd` is the one among them that is 0 without an initrd."""
    cmdline = str(variables.get("boot_command_line", ""))
    if subject in ("crash", "crashkernel"):
        return _crash_kernel(cmdline) or _unasked(cmdline, CRASH_KERNEL)
    if subject == "cma" and variables.get("size_cmdline") == 0:
        return tr("cma=0 on the command line: no area is asked for")
    if subject == "initrd" and not variables.get(initrd):
        return _unasked(
            cmdline, "initrd=", tr("neither the command line nor the boot loader tells of an initrd")
        )
    return ""


def unheard(cmdline: str) -> Iterator[str]:
    """What to say of a command line that asks for something and gets neither that nor an answer."""
    if words := _crash_kernel(cmdline):
        yield words


def _unasked(cmdline: str, option: str, words: str = "") -> str:
    """What is to be said if an option is not on the command line."""
    if any(word.startswith(option) for word in cmdline.split()):
        return ""
    return words or tr("the command line has no {option}: nothing is asked for", option=option)


def _crash_kernel(cmdline: str) -> str:
    """Of ``crashkernel=SIZE,low`` without any other (kernel/crash_core.c, ``parse_crashkernel()``): it is
    read only together with ``crashkernel=SIZE,high``.  And of one that asks for 0 bytes."""
    words = [word for word in cmdline.split() if word.startswith(CRASH_KERNEL)]
    if not words:
        return ""
    size = words[-1].removeprefix(CRASH_KERNEL)
    if all(word.endswith(",low") for word in words):
        size = size.removesuffix(",low")
        return tr(
            "{words} alone reserves nothing: it only says how much low memory goes with a crash "
            "kernel that lies high (crashkernel=SIZE,high {words}); crashkernel={size} would "
            "reserve {size}",
            words=words[-1],
            size=size,
        )
    if size.partition(",")[0].rstrip("KMGTPEkmgtpe") in ("0", "0x0"):
        return tr("{words} asks for no bytes: no crash kernel is asked for", words=words[-1])
    return ""
