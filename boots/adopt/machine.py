"""From the log of a boot to a machine that boots alike: board, command line, a kernel that stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

from ...model.base.errors import InputError
from ...model.base.units import one_line, readable_size
from ...model.build.release import Release
from ...model.logs.grammar.understand import understand
from ...model.logs.identity import identify
from ...model.logs.kernel_log import KernelLog
from ...model.logs.records.record import Record, Understood
from ...model.logs.records.reserved import CmaArea
from ...model.logs.records.summary import CommandLine, MachineModel
from ...model.logs.records.zones import ZoneRange
from ...model.logs.told import NOTHING_TOLD, ToldByHand
from ..arm64.kernel.cpu import CPUS
from ..capture.toml_text import MACHINE, Value, machine_text
from ..loader.load import load_kernel
from ..loader.machine_file import read_machine
from .board import Board, CpuNodes, dts
from .fitting import fitted, unflattened_in_log
from .kernel import StandIn, stand_in
from .pc import Pc
from .places import Places, cpu_count, cpu_groups, cpu_name, load_address, places_of
from .ram import Ram, ram_of
from .reserved import kept_by_firmware

BOARD = "board.dts"
MIB = 1 << 20
FOUR_GIB = 4 << 30
DMA_RANGES_SINCE = (5, 11)
"""Since then the DMA zone reaches as far as the devices of the tree do."""


class Adopted(Struct, frozen=True):
    """A machine as files, by name; what was `told` by the log, and what is `assumed`."""

    files: Mapping[str, bytes]
    told: tuple[str, ...]
    assumed: tuple[str, ...]
    board: Board | None = None


def adopt_log(log: KernelLog, told: ToldByHand = NOTHING_TOLD) -> Adopted:
    """The machine of a log, with a device tree as large as the log's where its size is told.  Raises
    `InputError` if its kernels do not boot here, or the log does not tell of its memory."""
    understood = understand(log.lines, told)
    identity = identify(log, understood, told)
    arch, pages = identity.arch.value.name, identity.page_size.value
    adopt = ADOPTED.get(arch)
    if adopt is None:
        raise InputError(
            f"{log.source}: this is the log of a kernel for {arch}; only {' and '.join(ADOPTED)} boot here,"
            " so there is no machine to make of it"
        )
    release = identity.release.value
    adopted = adopt(log, understood, release, pages, False)
    if not _can_be_loaded(adopted):
        # The image that stands in may lack what came with the log's release.
        adopted = adopt(log, understood, release, pages, True)
    return fitting(adopted, understood) if _can_be_loaded(adopted) else adopted


def _can_be_loaded(adopted: Adopted) -> bool:
    with TemporaryDirectory() as place:
        try:
            load_kernel(read_machine(str(write(adopted, Path(place) / "machine"))))
        except InputError:
            return False
    return True


def adopt_pc(
    log: KernelLog, understood: Understood, release: Release | None, page_size: int, own_rules: bool
) -> Adopted:
    """The machine of a PC's log.  Raises `InputError` if the log has no e820 map."""
    records = understood.records
    pc = Pc(log, records)
    line = next((record for record in records if isinstance(record, CommandLine)), None)
    kernel = stand_in("x86_64", release, page_size, _options(records, line.text if line else ""), own_rules)
    assumed = (*kernel.assumed, *pc.assumed, *_of_command_line(line))
    keys: dict[str, dict[str, Value]] = {
        "kernel": {"release": str(kernel.release), "arch": "x86_64", **kernel.keys},
        "board": pc.board,
        "boot": {**pc.boot, "cmdline": line.text if line else ""},
    }
    machine = machine_text(keys, _head(log, pc.told, assumed)).encode()
    return Adopted({**kernel.files, **pc.files, MACHINE: machine}, tuple(pc.told), assumed)


def _head(log: KernelLog, told: Sequence[str], assumed: Sequence[str]) -> list[str]:
    """What stands at the top of a machine file."""
    head = [f"adopted from {one_line(log.source)} by 'bootstep adopt'", *(f"told: {one}" for one in told)]
    return [*head, *(f"assumed: {one}" for one in assumed)]


def adopt_tree(
    log: KernelLog, understood: Understood, release: Release | None, page_size: int, own_rules: bool
) -> Adopted:
    """The machine of the log of an arm64 kernel, whose board is a device tree; with `own_rules` its kernel
    boots by the rules of the release that it is, and not of the log's.  Raises `InputError` if the log does
    not tell of its memory."""
    arch, records = "arm64", understood.records
    try:
        ram = ram_of(records)
    except InputError as error:
        raise InputError(f"{log.source}: {error}") from None
    line = next((record for record in records if isinstance(record, CommandLine)), None)
    places = places_of(records)
    kept = kept_by_firmware(records)
    kernel = stand_in(arch, release, page_size, _options(records, line.text if line else ""), own_rules)
    cpus, cpus_assumed = _cpus(log, ram)
    model = next((record.name for record in records if isinstance(record, MachineModel)), "")
    assumed = [
        *kernel.assumed,
        *([ram.assumed] if ram.assumed else []),
        *kept.assumed,
        *places.assumed,
        *cpus_assumed,
        *_of_command_line(line),
        *_of_uefi(log),
    ]
    told = [
        f"RAM: {readable_size(sum(bank.end - bank.start for bank in ram.banks))}, from {ram.source}",
        f"reserved: {len(kept.regions)} nodes of /reserved-memory, {len(kept.ranges)} ranges of /memreserve/",
    ]
    board = Board(
        model=one_line(model) or "adopted from a log",
        banks=ram.banks,
        reserved=kept.regions,
        kept=kept.ranges,
        cpus=cpus,
        dma_limit=_dma_limit(records, kernel.release, ram),
    )
    keys = _keys(kernel, places, log, cpus.number, line.text if line else "")
    machine = machine_text(keys, _head(log, told, assumed)).encode()
    files = {**kernel.files, MACHINE: machine, BOARD: dts(board).encode()}
    return Adopted(files, tuple(told), tuple(assumed), board)


ADOPTED: Mapping[str, Callable[[KernelLog, Understood, Release | None, int, bool], Adopted]] = {
    "arm64": adopt_tree,
    "x86_64": adopt_pc,
}
"""How the log of each architecture that boots here becomes a machine."""


def fitting(adopted: Adopted, understood: Understood) -> Adopted:
    """The same, with a device tree as large as the log's, if its size is told.  Raises `InputError`."""
    size = unflattened_in_log(understood.records)
    if size is None or adopted.board is None:
        return adopted
    with TemporaryDirectory() as place:
        board = fitted(adopted.board, write(adopted, Path(place) / "machine"), size)
    return replace(adopted, board=board, files={**adopted.files, BOARD: dts(board).encode()})


def _options(records: Sequence[Record], command_line: str) -> dict[str, str]:
    """What the log tells of the configuration: the size of the CMA area that nobody asked for."""
    if any(word.startswith("cma=") for word in command_line.split()):
        return {}
    areas = [record for record in records if isinstance(record, CmaArea)]
    own = next(
        (area for area in areas if "memory pool" not in area.line.text and "eserved" in area.line.text), None
    )
    if own is None or own.name not in ("", "reserved", "default") or own.size % MIB:
        return {}
    return {"CMA_SIZE_MBYTES": str(own.size // MIB), "CMA_SIZE_SEL_MBYTES": "y"}


def _cpus(log: KernelLog, ram: Ram) -> tuple[CpuNodes, list[str]]:
    """The CPUs and their nodes, and what of that is assumed."""
    count, groups = cpu_count(log.lines), cpu_groups(log.lines)
    assumed: list[str] = []
    if count is None and not groups:
        assumed.append("how many CPUs there are is not told: one")
    number = count or len(groups) or 1
    nodes = sorted({bank.nid for bank in ram.banks if bank.nid is not None})
    if not nodes:
        return CpuNodes(number), assumed
    if not set(groups.values()) <= set(nodes) or len(groups) < number:
        assumed.append("which CPUs belong to which node is not told: they are dealt out evenly")
        groups = {cpu: nodes[cpu * len(nodes) // number] for cpu in range(number)}
    return CpuNodes(number, tuple(groups[cpu] for cpu in range(number))), assumed


def _of_command_line(line: CommandLine | None) -> Iterator[str]:
    if line is None:
        yield "the command line is not told: an empty one"
    elif not line.whole:
        yield "the command line is cut off in the log"


def _of_uefi(log: KernelLog) -> Iterator[str]:
    if any(line.text.startswith("efi: EFI v") for line in log.lines):
        yield "UEFI started this kernel: here it starts from a device tree that has the same memory"


def _dma_limit(records: Sequence[Record], release: Release, ram: Ram) -> int:
    """How far devices reach, where the DMA zone ends below 4 GiB and RAM does not."""
    zone = next((r for r in records if isinstance(r, ZoneRange) and r.name == "DMA"), None)
    if zone is None or not zone.end or zone.end >= FOUR_GIB or release < DMA_RANGES_SINCE:
        return 0
    return zone.end if zone.end < max(bank.end for bank in ram.banks) else 0


def _keys(
    kernel: StandIn, places: Places, log: KernelLog, cpus: int, command_line: str
) -> dict[str, dict[str, Value]]:
    keys: dict[str, dict[str, Value]] = {
        "kernel": {"release": str(kernel.release), "arch": "arm64", **kernel.keys},
        "board": {"dts": BOARD, "cpus": cpus},
        "boot": {"kind": "devicetree"},
    }
    known = {name: cpu.midr for name, cpu in CPUS.items()}
    keys["board"]["cpu"] = cpu_name(log.lines, known) or "cortex-a57"
    boot = keys["boot"]
    start = load_address(places.image, 0x10000)
    if start is not None:
        boot["load_address"] = start
    if places.tree is not None:
        boot["dtb_address"] = places.tree[0]
        keys["board"]["dtb_size"] = places.tree[1]
    if places.initrd is not None:
        boot["initrd"] = places.initrd
    boot["cmdline"] = command_line
    return keys


def write(adopted: Adopted, target: Path) -> Path:
    """Write the machine into a new directory; returns its machine file.  Raises `InputError`."""
    from ..capture.written import write_new

    write_new(target, adopted.files)
    return target / MACHINE
