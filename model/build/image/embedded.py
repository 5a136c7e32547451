"""What lies inside a kernel beside its code: the banner, its types (BTF) and its configuration (IKCONFIG).

Mirrors init/version-timestamp.c (``linux_banner``), include/uapi/linux/btf.h and kernel/configs.c.
"""

from __future__ import annotations

import re
import struct
import zlib
from itertools import islice
from mmap import mmap
from typing import NamedTuple

from ..release import NEWEST, Release, parse_release

BANNER = rb"Linux version (\d{1,3}\.\d{1,4}[^\s\0]{0,80}) \(([^\n\0]{0,400})"
COUNTED = r"\d+\.\d+\.0-\d"
"""The name of a distribution's kernel whose third number is no patch level, such as 6.1.0-50-arm64."""
BTF = re.compile(re.escape(b"\x9f\xeb\x01\x00" + struct.pack("<II", 24, 0)))
"""The header of BTF as pahole writes it: magic, version, flags, its own length, the types right behind it."""
BTF_LENGTHS = struct.Struct("<III")
"""``type_len``, ``str_off``, ``str_len``, from byte 12 on."""
CANDIDATES = 64
CONFIG_START, CONFIG_END = b"IKCFG_ST", b"IKCFG_ED"
MOST_CONFIG = 8 << 20


class Banner(NamedTuple):
    """The release that a kernel says it is, and its name as it prints it (``6.12.117+deb12-arm64``)."""

    release: Release
    name: str


def find_banner(memory: bytes | mmap) -> Banner | None:
    """What a kernel says that it is; None if it says nothing."""
    found = re.search(BANNER, memory)
    name = found[1].decode("ascii", "replace") if found else ""
    release = parse_release(name)
    if found is None or release is None:
        return None
    if re.match(COUNTED, name):
        of_distribution = re.search(
            rf"(?<![\w.-]){release.major}\.{release.minor}\.[1-9]\d*", found[2].decode("ascii", "replace")
        )
        told = parse_release(of_distribution[0]) if of_distribution else None
        release = told or release._replace(patch=NEWEST)
    return Banner(release, name)


def find_btf(memory: bytes) -> bytes:
    """The types of a kernel: of all the BTF in it the largest that is whole; b"" if there is none."""
    best = b""
    for found in islice(BTF.finditer(memory), CANDIDATES):
        if found.start() + 24 > len(memory):
            break
        types, strings_at, strings = BTF_LENGTHS.unpack_from(memory, found.start() + 12)
        end = found.start() + 24 + strings_at + strings
        begins = memory[found.start() + 24 + strings_at : found.start() + 25 + strings_at]
        if types <= strings_at and end <= len(memory) and begins == b"\0" and types + strings > len(best):
            best = memory[found.start() : end]
    return best


def find_config(memory: bytes | mmap) -> str | None:
    """The configuration of a kernel built with CONFIG_IKCONFIG; None if there is none, or it is damaged."""
    start = memory.find(CONFIG_START)
    end = memory.find(CONFIG_END, start) if start >= 0 else -1
    if end < 0:
        return None
    try:
        inflated = zlib.decompressobj(31).decompress(memory[start + len(CONFIG_START) : end], MOST_CONFIG)
        text = inflated.decode()
    except (zlib.error, UnicodeDecodeError):
        return None
    return text if "CONFIG_" in text else None
