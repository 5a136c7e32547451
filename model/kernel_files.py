"""The files that kernels come in, recognised by how they begin.

Mirrors the headers of Documentation/arm64/booting.rst (Image), drivers/firmware/efi/libstub/zboot-header.S
(EFI zboot) and Documentation/x86/boot.rst (bzImage).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Generator
from contextlib import contextmanager

from .errors import InputError

ELF_MAGIC = b"\x7fELF"
DAMAGE = (
    *(struct.error, zlib.error, ValueError, LookupError, ArithmeticError, EOFError, OSError),
    *(AttributeError, TypeError, AssertionError, MemoryError, RecursionError),
    NotImplementedError,
)
"""What libraries let through when a file is not what its headers say, beside errors of their own."""
LIBRARIES = ("elftools", "fdt")
"""The libraries whose own errors mean the same; they are only imported where they are used."""
MAGIC_SIZE = 0x210
"""So many bytes from the beginning of a file tell what it is."""
COMPRESSED = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"\x5d\0\0", "lzma"),
    (b"\x02\x21\x4c\x18", "lz4"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x89LZO", "lzo"),
)
WRAPPED = (
    (b"\x27\x05\x19\x56", "a U-Boot uImage"),
    (b"\xd0\x0d\xfe\xed", "a device tree or a U-Boot FIT image"),
    (b"ANDROID!", "an Android boot image"),
)
NO_SYMBOLS = (
    "there are no symbols in it; take the vmlinux of the kernel's debug package or of its build,"
    " or run 'bootstep capture' on the machine it boots, which uses its kallsyms"
)


@contextmanager
def damaged(sentence: str) -> Generator[None]:
    """Reading a file of unknown origin with a library.  Whatever that raises, the `sentence` is said of the
    file.  Raises `InputError`."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        library = type(error).__module__.partition(".")[0]
        if isinstance(error, DAMAGE) or library in LIBRARIES:
            raise InputError(sentence) from None
        raise


def what_else(start: bytes) -> str:
    """What a file is that is no ELF file, and what to do about it, from how it begins."""
    if not start:
        return "the kernel file is empty"
    name = _kernel(start)
    return f"this is {name}, {NO_SYMBOLS}" if name else "this is no ELF file, a vmlinux is wanted"


def _kernel(start: bytes) -> str:
    if start[:2] == b"MZ" and start[4:8] == b"zimg":
        method = start[24:32].partition(b"\0")[0].decode("ascii", "replace")
        return f"an EFI zboot kernel ({method})"
    if start[56:60] == b"ARM\x64":
        return "a bootable arm64 Image"
    if start[0x202:0x206] == b"HdrS":
        return "an x86 bzImage"
    for magic, method in COMPRESSED:
        if start.startswith(magic):
            return f"a compressed kernel ({method})"
    return next((name for magic, name in WRAPPED if start.startswith(magic)), "")
