"""The kernel that runs: its release, configuration, symbols, where it lies, the sizes of its structures."""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.build.address_map import AddressMap
from ...model.build.btf import read_btf
from ...model.build.image.format import ImageFormat
from ...model.build.image.formats import FORMATS, has_data
from ...model.build.image.image import Image
from ...model.build.image.kallsyms import (
    PARTS,
    Symbols,
    displacement,
    load_address,
    parse_kallsyms,
)
from ...model.build.iomem import parse_kernel_resources
from ...model.build.kconfig import KConfig
from ...model.build.release import NEWEST, Release, parse_release
from ..loader.kernel.stock import release_of
from ..loader.kernel.types import open_kernel
from .architecture import CapturedArchitecture
from .architectures import running_architecture
from .installed_kernel import installed_kernel
from .source import Source
from .symbols import counted, needed

VMLINUX = (
    "/usr/lib/debug/boot/vmlinux-{release}",
    "/usr/lib/debug/lib/modules/{release}/vmlinux",
    "/usr/lib/debug/lib/modules/{release}/vmlinux.debug",
    "/lib/modules/{release}/build/vmlinux",
    "/boot/vmlinux-{release}",
)
"""Where distributions and builds leave a vmlinux with symbols."""
CONFIG = (
    "/boot/config-{release}",
    "/lib/modules/{release}/config",
    "/lib/modules/{release}/build/.config",
    "/usr/lib/modules/{release}/config",
)
ASIDE = 80 << 10
"""Bytes behind ``_stext`` where per-CPU variables are said to be whose place nobody tells."""
DEBUG_PACKAGE = "install the kernel's debug package (Debian: linux-image-{release}-dbg), it has the vmlinux"


class CapturedKernel(Struct, frozen=True):
    """`arch` is its architecture; `files` are the files to write, by name; `keys` the keys of [kernel];
    `load_address` is None if it is not told; `page_size` is in bytes, and so is `moved`, how far its symbols
    lie from where they were linked; `layout` is its address map, None if there is no configuration."""

    arch: CapturedArchitecture
    release: Release
    files: dict[str, bytes]
    keys: dict[str, str]
    load_address: int | None
    page_size: int
    moved: int
    layout: AddressMap | None


def capture_kernel(source: Source, log: str) -> CapturedKernel:
    """All that can be read of the kernel.  Raises `InputError` if this is no Linux that bootstep can boot."""
    name = source.text("/proc/sys/kernel/osrelease").strip()
    config = _config(source, name)
    release = _release(source, name, config)
    files: dict[str, bytes] = {}
    arch = running_architecture(config, source.text("/proc/cpuinfo"))
    keys = {"release": str(release), "arch": arch.name}
    if config:
        files["config"], keys["config"] = config, "config"
    iomem = _iomem(source)
    kallsyms = _kallsyms(source, name)
    vmlinux = _vmlinux(source, name)
    if vmlinux:
        keys["vmlinux"] = str(vmlinux)
    elif kallsyms:
        files["kallsyms"] = _with_parts(_with_percpu_size(needed(kallsyms), log, FORMATS[arch.name]), log)
        total, kept = counted(kallsyms), counted(files["kallsyms"].decode())
        source.left.append(f"{total - kept} of {total} symbols, which bootstep has no use for")
        keys["kallsyms"] = "kallsyms"
        if iomem:
            files["iomem"], keys["iomem"] = iomem.encode(), "iomem"
        how = f"{DEBUG_PACKAGE.format(release=name)}; or put it there later as vmlinux"
        source.note("vmlinux", "none is installed, the symbols of kallsyms are taken instead", how)
    elif installed := installed_kernel(source, arch.name, name):
        keys["vmlinux"] = str(installed)
        source.derived.append(f"the symbols are those inside {installed}, which is read where it lies")
    sizes = _sizes(source, vmlinux)
    if sizes:
        files["sizes.json"], keys["sizes"] = sizes, "sizes.json"
    layout = _layout(arch, release, config)
    page_size = layout.page_size if layout else _running_page_size(source)
    images = FORMATS[arch.name]
    moved = _moved(kallsyms, layout, images) if layout and kallsyms else 0
    return CapturedKernel(
        arch,
        release,
        files,
        keys,
        _load_address(kallsyms, iomem, release, images),
        page_size,
        moved,
        layout,
    )


def _layout(arch: CapturedArchitecture, release: Release, config: bytes | None) -> AddressMap | None:
    """The address map of a configuration, None if that cannot be read."""
    try:
        return arch.address_map(release, KConfig.parse(config.decode("utf-8", "replace"))) if config else None
    except InputError:
        return None


def _running_page_size(source: Source) -> int:
    """The size of a page where the configuration does not tell: as the Linux that runs has it, else 4 KiB."""
    if source.root == Path("/"):
        return os.sysconf("SC_PAGE_SIZE")
    source.note("page size", "no configuration tells", "4 KiB are assumed")
    return 4096


def _moved(kallsyms: str, layout: AddressMap, images: ImageFormat) -> int:
    try:
        return displacement(_symbols(kallsyms), "/proc/kallsyms", layout, images)
    except InputError:
        return 0


def _release(source: Source, name: str, config: bytes | None) -> Release:
    """The release, with its patch level as its configuration, a distribution's own words or its name tell
    it: in a name such as 6.1.0-50-arm64 the third number is none."""
    named = parse_release(name)
    if named is None:
        raise InputError(
            f"{source.path('/proc/sys/kernel/osrelease')}: this is no running Linux, its release is not there"
        )
    words = f"{source.text('/proc/version')} {source.text('/proc/version_signature')}"
    of_distribution = re.findall(rf"(?<![\w.-]){named.major}\.{named.minor}\.[1-9]\d*", words)
    told = (release_of((config or b"").decode("utf-8", "replace")), *map(parse_release, of_distribution))
    told = (*told, named._replace(patch=NEWEST) if re.match(r"\d+\.\d+\.0-\d", name) else named)
    return next(release for release in told if release and release.series == named.series)


def _config(source: Source, release: str) -> bytes | None:
    found = source.unpacked("/proc/config.gz")
    for name in CONFIG:
        found = found or source.look(name.format(release=release))
    if not found:
        tried = ", ".join(("/proc/config.gz", *(name.format(release=release) for name in CONFIG[:2])))
        source.note(
            "config", f"none of {tried} can be read", "take the .config of the kernel's build or package"
        )
    return found


def _iomem(source: Source) -> str:
    content = source.read("/proc/iomem", "iomem", "it tells where the kernel lies")
    text = content.decode("utf-8", "replace") if content else ""
    try:
        if text:
            parse_kernel_resources(text, "/proc/iomem")
    except InputError as error:
        source.note("iomem", str(error).partition(": ")[2], "run 'bootstep capture' as root")
        return ""
    return text


def _kallsyms(source: Source, release: str) -> str:
    """The kernel's own symbols: of the running kernel, or of its System.map."""
    content = source.look("/proc/kallsyms")
    for text in (content, source.look(f"/boot/System.map-{release}")):
        if text is None:
            continue
        own = "".join(
            line
            for line in text.decode("utf-8", "replace").splitlines(keepends=True)
            if not line.rstrip().endswith("]")
        )
        try:
            _symbols(own)
        except InputError as error:
            if text is content:
                why = str(error).partition(": ")[2].partition(";")[0]
                source.note("kallsyms", why, "run as root, if need be after 'sysctl kernel.kptr_restrict=1'")
            continue
        return own
    if content is None:
        source.note("kallsyms", "there is no /proc/kallsyms", DEBUG_PACKAGE.format(release=release))
    return ""


@lru_cache(maxsize=1)
def _symbols(kallsyms: str) -> Symbols:
    """The symbols of the running kernel, which are asked for again and again."""
    return parse_kallsyms(kallsyms, "/proc/kallsyms")


def _vmlinux(source: Source, release: str) -> Path | None:
    """A vmlinux that has symbols; it is named where it is, not copied."""
    for name in VMLINUX:
        try:
            path = source.files.where(name.format(release=release))
            if Image.parse(open_kernel(path), str(path)).has("_text"):
                return path.absolute()
        except (InputError, OSError):
            continue
    return None


def _with_percpu_size(kallsyms: str, log: str, images: ImageFormat) -> bytes:
    """The symbols, and the size of the per-CPU variables, which the log tells where kallsyms does not."""
    found = re.search(r"percpu: Embedded \d+ pages/cpu s(\d+) ", log)
    if not found or " __per_cpu_start" in kallsyms:
        return kallsyms.encode()
    start = parse_kallsyms(kallsyms, "/proc/kallsyms").addresses["_stext"]
    start = 0 if images.percpu_from_0 or not start else start + ASIDE
    added = (
        "# from the kernel's log: the size of the per-CPU variables; their place is assumed\n"
        f"{start:016x} D __per_cpu_start\n{start + int(found[1]):016x} D __per_cpu_end\n"
    )
    return (kallsyms + added).encode()


def _with_parts(kallsyms: bytes, log: str) -> bytes:
    """The symbols, and the sizes of the image's parts, where those have no symbols and the log tells them."""
    told = re.search(r"Memory: \d+K/\d+K available \((.*? bss), ", log)
    is_complete = has_data(set(kallsyms.decode("utf-8", "replace").split()))
    return kallsyms if told is None or is_complete else f"{PARTS}{told[1]}\n".encode() + kallsyms


def _sizes(source: Source, vmlinux: Path | None) -> bytes | None:
    content = source.look("/sys/kernel/btf/vmlinux")
    try:
        if content:
            return (
                json.dumps(read_btf(content, "/sys/kernel/btf/vmlinux"), indent=1, sort_keys=True) + "\n"
            ).encode()
    except InputError:
        content = None
    if vmlinux is None:
        why = "there is no readable /sys/kernel/btf/vmlinux"
        source.note(
            "sizes of structures", why, "the nearest known kernel's are taken, bootstep says what may differ"
        )
    return None


def _load_address(kallsyms: str, iomem: str, release: Release, images: ImageFormat) -> int | None:
    if not kallsyms or not iomem:
        return None
    return load_address(_symbols(kallsyms), parse_kernel_resources(iomem, "/proc/iomem"), release, images)
