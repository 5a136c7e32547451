"""What a file is, by what it contains: names and suffixes lie, and people have files from everywhere.

Every kind has words for what it is, and what can be done with it here.  One that is not known is ``None``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ..base.errors import InputError
from ..build.image.foreign_kernels import foreign_kernel
from ..build.image.formats import FORMATS, format_of
from ..firmware.devicetree.tree import DeviceTree
from ..trace.encoding.magic import MAGIC as MAGIC_OF_TRACES
from .head import log_head
from .visible_text import visible

BLOB, SOURCE, OVERLAY, MACHINE, LOG, EMPTY = "blob", "source", "overlay", "machine", "log", "empty"
CONFIG, SYMBOLS, IOMEM, ELF, EFI_MAP = "config", "symbols", "iomem", "elf", "efi map"
KERNEL, PACKED, UBOOT, JSON, RECORDED = "kernel", "packed", "u-boot", "json", "recorded"
LOADER_LOG, E820, CPUINFO, ZERO_PAGE = "loader log", "e820", "cpuinfo", "zero page"
READ_AS_LOGS = frozenset((LOG, LOADER_LOG))
"""What can be read as a kernel's log, be it that some of it is a kernel's."""


class FileKind(Struct, frozen=True):
    """`what` it is, as in "this is …"; `advice` is what to do with it, ``{file}`` in it stands for its
    name."""

    name: str
    what: str
    advice: str = "it tells nothing that bootstep reads"

    def told(self, file: str) -> str:
        """Both, in a sentence."""
        return f"this is {self.what}; {self.advice.replace('{file}', file)}"


DUMPIMAGE = "take the parts out of it first, with dumpimage"
IMAGES = "--vmlinux {file} takes it as the kernel of a MACHINE"
OURS = tuple(name.replace("_", "-") for name in FORMATS)
"""The architectures that boot, as logs are told to be of one."""
OPENS = "'bootstep {file}' opens it"
ONLY = f"only {' and '.join(OURS)} boots here"
NOT_NEEDED = "its contents do not matter: --initrd START,SIZE says where it lies"

MAGIC: tuple[tuple[int, bytes, FileKind], ...] = (
    (0, MAGIC_OF_TRACES, FileKind(RECORDED, "a recorded boot", "'bootstep {file}' opens it")),
    (
        0,
        b"\xd7\xb7\xab\x1e",
        FileKind("dtbo image", "an Android dtbo image", "mkdtboimg dump takes it apart"),
    ),
    (0, b"\x27\x05\x19\x56", FileKind("uImage", "a U-Boot uImage", DUMPIMAGE)),
    (0, b"ANDROID!", FileKind("boot image", "an Android boot image", "unpack_bootimg takes it apart")),
    (0, b"VNDRBOOT", FileKind("boot image", "an Android vendor boot image", "unpack_bootimg takes it apart")),
    (4, b"zimg", FileKind(KERNEL, "an EFI zboot kernel", IMAGES)),
    (0, b"070701", FileKind("initrd", "an initrd (cpio)", NOT_NEEDED)),
    (0, b"070707", FileKind("initrd", "an initrd (cpio)", NOT_NEEDED)),
    (257, b"ustar", FileKind("tar", "a tar archive", "unpack it first")),
    (0, b"PK\3\4", FileKind("zip", "a zip archive", "unpack it first")),
    (0, b"hsqs", FileKind("file system", "a squashfs image", "mount it, its files may be of use")),
    (0, b"!<arch>\n", FileKind("archive", "an ar archive or a Debian package", "unpack it first")),
    (0, b"LPKSHHRH", FileKind("journal", "a journal", "journalctl --file {file} -k prints its kernel log")),
    (0, b"KDUMP   ", FileKind("dump", "a kdump", "makedumpfile --dump-dmesg gets its log out")),
    (0, b"RSD PTR ", FileKind("acpi", "ACPI's root pointer", "--acpi DIR takes the directory of tables")),
    (0, b"SQLite", FileKind("other", "a database")),
    (0, b"%PDF", FileKind("other", "a PDF document", "a kernel log in it has to become text first")),
    (0, b"\x89PNG", FileKind("other", "a picture", "what it shows has to become text first")),
    (0, b"\xff\xd8\xff", FileKind("other", "a picture", "what it shows has to become text first")),
)
"""Where which bytes are in files that are no text."""

ROOT = "; read it again as root, its addresses are zero"


def _lines(share: float, pattern: str) -> Callable[[list[str]], bool]:
    """Whether so many of the lines are like this.  The pattern is compiled when it is first needed."""
    return lambda lines: sum(map(bool, map(re.compile(pattern).match, lines))) > share * len(lines)


def _any(pattern: str) -> Callable[[list[str]], bool]:
    """Whether one of the lines is like this.  The pattern is compiled when it is first needed."""
    return lambda lines: any(map(re.compile(pattern).match, lines))


def _is_log(lines: list[str]) -> bool:
    return bool(_log_lines(lines))


def _log_lines(lines: list[str]) -> tuple[str, ...]:
    from .reading.recognition import log_lines  # it knows all that stands before lines, which takes its time

    return log_lines("\n".join(lines))


def _is_e820(lines: list[str]) -> bool:
    """Rows of a map, or lines of a log that has nothing else."""
    rows = [line for line in lines if not line.lstrip().startswith("#")]
    if rows and _lines(0.8, E820_ROW)(rows):
        return True
    if not any("e820: " in line for line in lines):
        return False
    said = [line.strip() for line in _log_lines(lines)]
    return bool(said) and all(line.startswith(E820_LINES) for line in said)


def _is_machine(lines: list[str]) -> bool:
    """A section of machine files, and nothing but comments and TOML before it."""
    toml = re.compile(r"\s*(?:#|\[ *[\w.-]+ *\]\s*(?:#.*)?$|[\w.-]+\s*=)")
    at = next((at for at, line in enumerate(lines) if SECTION.match(line)), None)
    return at is not None and all(map(toml.match, lines[:at]))


E820_ROW = (
    r"\s*\[?(?:mem )?(?:0x)?[0-9a-f]{1,16}(?:\s*-\s*|\s+)(?:0x)?[0-9a-f]{1,16}\]?(?:\s*[:,]\s*|\s+)\(?"
    r"(?i:usable|system ram|ram|reserved|acpi|unusable|persistent|soft reserved|type \d)"
)
E820_LINES = ("BIOS-e820: ", "BIOS-provided physical RAM map:", "BIOS-e801: ", "BIOS-88: ")
SECTION = re.compile(r"\s*\[ *(?:kernel|board|boot) *\]\s*(?:#.*)?$")
TREE_TEXT = _any(
    r"\s*(?:/dts-v1/\s*;|/plugin/\s*;)|\s*/\s*\{|\s*&[A-Za-z_]\w*\s*\{|\s*&\{/[^}]*\}\s*\{"
    r"|\s*#\s*include\s*[\"<][^\">]*\.dtsi?[\">]"
)

TREE = FileKind(SOURCE, "a device tree source", "it is a MACHINE, or --dts {file} takes it")


def _begins_a_tree(lines: list[str]) -> bool:
    """Nothing but comments and lines for the preprocessor before what only trees begin with."""
    text = "\n".join(lines)
    before = re.match(r"(?:\s+|//[^\n]*|#[^\n]*|/\*.*?\*/)*", text, re.DOTALL)
    return bool(
        re.compile(r"/(?:dts-v1|include|plugin|memreserve)/|/\s*\{").match(
            text, before.end() if before else 0
        )
    )


TEXT: tuple[tuple[Callable[[list[str]], bool], FileKind], ...] = (
    (
        _is_machine,
        FileKind(MACHINE, "a machine file", "it is a MACHINE"),
    ),
    (_begins_a_tree, TREE),
    (
        _lines(0.6, r"\s*[0-9a-f]{8,16}-[0-9a-f]{8,16} : \S"),
        FileKind(IOMEM, "a /proc/iomem", "--iomem {file} takes it, for a MACHINE of this board"),
    ),
    (
        _lines(0.6, r"(?:[0-9a-f]{16}|[0-9a-f]{8}) [A-Za-z?] \S"),
        FileKind(
            SYMBOLS,
            "a list of symbols, a System.map or /proc/kallsyms",
            "--kallsyms {file} takes it, with --config",
        ),
    ),
    (
        lambda lines: (
            _any(r"(?:# )?CONFIG_\w+(?:=| is not set)")(lines) and _lines(0.6, r"CONFIG_\w+=|#|\s*$")(lines)
        ),
        FileKind(CONFIG, "a kernel's configuration", "--config {file} takes it"),
    ),
    (
        _any(r"Node +\d+, zone +\w+$"),
        FileKind(
            "zoneinfo", "a /proc/zoneinfo", "'bootstep state MACHINE' prints zones it can be held against"
        ),
    ),
    (
        _any(r"Node +\d+, zone +\w+(?:(?: +\d+){5,}|, type )|Page block order:"),
        FileKind("buddyinfo", "a /proc/buddyinfo or pagetypeinfo, later than what is modelled"),
    ),
    (
        _lines(0.6, r"\s*\d+: 0x[0-9a-f]+\.\.0x[0-9a-f]+"),
        FileKind(
            "memblock",
            "memblock's array of /sys/kernel/debug",
            "'bootstep state MACHINE --format memblock' prints it for a boot",
        ),
    ),
    (
        _any(r"---\[ (?!end |cut ).* \]---|0x[0-9a-f]{16}-0x[0-9a-f]{16} +\d+[KMGTPE] "),
        FileKind("page tables", "a dump of page tables", "the page table pane shows a boot's in this form"),
    ),
    (_is_e820, FileKind(E820, "an x86 memory map (e820)", "it is a MACHINE, or --e820 {file} takes it")),
    (_lines(0.6, r"\w+(?:\(\w+\))?: +\d+(?: kB)?$"), FileKind("meminfo", "a /proc/meminfo or vmstat")),
    (
        _any(r"processor\s*: \d+$"),
        FileKind(CPUINFO, "a /proc/cpuinfo", "--cpu-features {file} takes it for x86-64"),
    ),
    (_any(r"diff --git |--- \S+/"), FileKind("patch", "a patch")),
    (_any(r"Type +Start +End +# ?Pages"), FileKind("efi shell", "UEFI's map as its shell prints it")),
    (
        _is_log,
        FileKind(
            LOG, "a kernel log", f"{OPENS}, 'bootstep compare MACHINE {{file}}' holds it against a boot"
        ),
    ),
    (_any(r"<!DOCTYPE html|<html"), FileKind("web page", "a web page", "the text in it is what is of use")),
    (TREE_TEXT, TREE),
    (
        _any(
            r"(?:=>|[\w-]+ ?(?:=>|[#>])) +(?:bdinfo|booti|bootm|printenv|fdt |load|tftp)|"
            r"U-Boot (?:SPL )?20\d\d|"
            r"DRAM bank +=|-> start +=|relocaddr +=|fdt_blob +=|## (?:Flattened|Booting|Loading)|"
            r" *Loading (?:Ramdisk|Device Tree|Kernel Image) |Starting kernel \.\.\.|bootargs="
        ),
        FileKind(UBOOT, "what U-Boot printed", "--from-uboot {file} takes addresses from it, for a MACHINE"),
    ),
    (
        _lines(0.6, r"\[\d+\] "),
        FileKind(LOADER_LOG, "a boot loader's log", OPENS),
    ),
    (
        lambda lines: bool(re.match(r"\s*[{\[]\s*(?:[\"{\[]|$)", lines[0])),
        FileKind(JSON, "JSON", "--sizes, --constants, --efi and --firmware take such files"),
    ),
    (
        lambda lines: len(lines) == 1 and bool(re.search(r"\b(?:root|console|BOOT_IMAGE)=", lines[0])),
        FileKind("command line", "a kernel's command line", '--cmdline "$(cat {file})" takes it'),
    ),
)
"""Texts, by their lines; the first that fits."""
TEXT_KINDS = frozenset((*(kind.name for _, kind in TEXT), OVERLAY)) - {BLOB}
MOST_LINES = 3000
BEGINNING = 0x1000
HEAD = 4 << 20
"""So many bytes of a file tell what it is."""


def kind_of(content: bytes) -> FileKind | None:
    """What a file is that begins with `content`, `HEAD` bytes of it if it is long."""
    if not content.strip(b"\0\r\n\t "):
        return FileKind(
            EMPTY, "zero bytes and no more" if content.strip() else "an empty file", "take another one"
        )
    if content.startswith(b"\xd0\x0d\xfe\xed"):
        return _tree(content)
    if _is_zero_page(content):
        # Before kernels: part of it is the header of one.
        advice = "--boot-params {file} takes it, for x86-64"
        return FileKind(ZERO_PAGE, "a zero page (boot_params)", advice)
    if foreign := foreign_kernel(content[:BEGINNING]):
        return FileKind(KERNEL, foreign, ONLY)
    if content.startswith(b"\x7fELF"):
        return _elf(content)
    if images := format_of(content):
        return FileKind(KERNEL, f"a bootable {images.arch} kernel image", IMAGES)
    for at, magic, kind in MAGIC:
        if content.startswith(magic, at):
            return kind
    if packed := _packed(content):
        return packed
    if (lines := _text_lines(content)) is not None:
        return _text(lines)
    return next((kind for is_kind, kind in BINARY if is_kind(content)), None) or _with_tree_inside(content)


def _packed(content: bytes) -> FileKind | None:
    """What is compressed."""
    from ..build.image.compression import METHODS  # text is not

    for method, packing in METHODS.items():
        if content.startswith(packing.magics):
            advice = "unpack it first, or --vmlinux {file} if a kernel is in it"
            return FileKind(PACKED, f"packed ({method})", advice)
    return None


def _text_lines(content: bytes) -> list[str] | None:
    """The lines that are not blank; None if it is no text."""
    text = content[: 1 << 19]
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = text.decode("utf-16", "replace").encode("utf-8", "replace")
    odd = sum(text.count(bytes([code])) for code in range(1, 32) if code not in b"\t\n\r\f\x1b")
    if (odd + text.count(0)) * 20 > len(text):
        return None
    lines = visible(text.decode("utf-8", "replace")).split("\n")
    return [line for line in lines if line.strip()][:MOST_LINES]


def _text(lines: list[str]) -> FileKind | None:
    found = next((kind for is_kind, kind in TEXT if is_kind(lines)), None)
    if found is None:
        return None
    if found.name == LOG:
        head = log_head(_log_lines(lines))
        if not head.release and not head.arch:
            return found
        advice = found.advice if head.arch in ("", *OURS) else OPENS
        return replace(found, what=f"the log of {head}", advice=advice)
    if found.name == SOURCE and any(
        re.match(r"\s*/plugin/\s*;|/dts-v1/\s*;\s*/plugin/", line) for line in lines
    ):
        return _overlay("source")
    if found.name in (IOMEM, SYMBOLS) and all(re.match(r"\W*0+\b", line) for line in lines[:20]):
        return replace(found, advice=found.advice + ROOT)
    return found


def _overlay(form: str) -> FileKind:
    advice = "'bootstep BOARD --overlay {file}' applies it to the board it is for"
    return FileKind(OVERLAY, f"a device tree overlay ({form}), no board by itself", advice)


def _tree(content: bytes) -> FileKind:
    """A blob: a board's, an overlay's, or a U-Boot image in the same form."""
    blob = FileKind(BLOB, "a device tree blob", "it is a MACHINE, or --dtb {file} takes it")
    try:
        root = DeviceTree(content).root
    except InputError:
        return blob
    if any(child.name == "__overlay__" for node in root.children for child in node.children):
        return _overlay("blob")
    if any(node.name == "images" for node in root.children) and "description" in root.properties:
        return FileKind("fit", "a U-Boot FIT image", DUMPIMAGE)
    return blob


def _with_tree_inside(content: bytes) -> FileKind | None:
    """What has a blob somewhere in it, as firmware images and kernels with one appended have."""
    at = content.find(b"\xd0\x0d\xfe\xed\0")
    if at < 0:
        return None
    try:
        DeviceTree(content[at:])
    except InputError:
        return None
    what = f"no device tree blob by itself, but one begins {at} bytes into it"
    return FileKind("tree inside", what, f"cut it out: tail -c +{at + 1} {{file}}")


def _elf(content: bytes) -> FileKind:
    kind = int.from_bytes(content[16:18], "little")
    if kind == 4:
        return FileKind("dump", "a core dump", "its kernel log is of use: makedumpfile --dump-dmesg or crash")
    return FileKind(ELF, "an ELF file", "a vmlinux is taken with --vmlinux {file}")


def _is_acpi(content: bytes) -> bool:
    """A table's header, with its length and a signature."""
    named = re.match(rb"[A-Z0-9]{3}[A-Z0-9!@]", content) is not None and len(content) >= 36
    return named and int.from_bytes(content[4:8], "little") == len(content)


def _is_efi_map(content: bytes) -> bool:
    """Descriptors of UEFI's map, all of them plausible."""
    fits = (size for size in (48, 40) if len(content) % size == 0)
    return any(all(_plausible(content[:HEAD], size)) for size in fits)


def _is_zero_page(content: bytes) -> bool:
    """A page with the signature of the kernel's setup header, or that of UEFI's boot stub."""
    return len(content) == 4096 and (content[0x202:0x206] == b"HdrS" or content[0x1C0:0x1C3] == b"EL6")


def _plausible(content: bytes, size: int) -> Iterator[bool]:
    for at in range(0, len(content) - size + 1, size):
        kind, _, start, _, pages = struct.unpack_from("<IIQQQ", content, at)
        yield (kind < 16 or kind >= 0x70000000) and not start & 0xFFF and 0 < pages < 1 << 40


BINARY: tuple[tuple[Callable[[bytes], bool], FileKind], ...] = (
    (_is_acpi, FileKind("acpi", "an ACPI table", "--acpi DIR takes the directory of them, for a MACHINE")),
    (
        _is_efi_map,
        FileKind(EFI_MAP, "a UEFI memory map", "--efi-memmap {file} takes it, for a MACHINE of UEFI"),
    ),
)
"""Files without a magic."""


def mistaken(content: bytes, *names: str) -> str:
    """What to say of a file that is taken for one of the kinds `names` but is another, known one; "" if there
    is nothing to say.  ``{file}`` stands for its name."""
    kind = kind_of(content[:HEAD])
    return f"this is {kind.what}; {kind.advice}" if kind and kind.name not in names else ""
