"""From a machine to a kernel: read the files it names, and set the board up as its boot loader would."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import structs

from ...model.arch.arches import ARCHES
from ...model.base.errors import InputError
from ...model.build.release import NEWEST
from ...model.firmware.devicetree.tree import DeviceTree
from ..core.inputs import QEMU_DECIDES, Machine
from ..core.kernel import Kernel
from .architecture import Architecture
from .architectures import architecture_of, refuse_foreign_cpu
from .board.board import read_board
from .handover import Handover, assumed_tables, no_device_tree, with_device_tree
from .kernel.build import read_build
from .kernel.stock import settle_stock
from .machine_file import RELEASE_OF_KERNEL, is_stock
from .release_tables import compared_releases, differences_between, known_releases, spelled


def load_kernel(
    machine: Machine, fdt: DeviceTree | None = None, varied: Callable[[Handover], Handover] | None = None
) -> Kernel:
    """The kernel of a machine, before its first step, with `fdt` in the place of the device tree that the
    machine names, or with what its boot loader hands over `varied`.  Raises `InputError`."""
    arch = _check(machine)
    is_given = machine.vmlinux is not None or machine.kallsyms is not None
    machine, told = with_kernel(machine)
    fdt = fdt or device_tree(machine)
    build = read_build(machine, _bootargs(machine, fdt), is_given)
    machine = build.machine
    _check(machine)
    if machine.load_address == QEMU_DECIDES and build.load_address is not None:
        machine = structs.replace(machine, load_address=build.load_address)
    if arch.hand_over is not None:
        given = arch.hand_over(machine, build.config, build.image, build.layout)
    else:
        offset = arch.image_offset(build.layout)
        given = with_device_tree(machine, build.image, build.layout.page_size, offset, fdt)
    given = varied(given) if varied else given
    kernel: Kernel = arch.ops.kernel(
        given.machine,
        build.config,
        build.image,
        build.sizes,
        build.layout,
        given.fdt,
        given.firmware,
        arch=arch.ops,
    )
    kernel.assumed_places = given.left_open
    kernel.cannot_start = kernel.arch.cannot_start(kernel)
    kernel.collisions = tuple(kernel.arch.collisions(kernel))
    kernel.assumed = (
        *told,
        *given.assumed,
        *build.assumed,
        *assumed_tables(given.firmware),
        *_assumed_steps(given.machine),
        *_assumed_patch_level(given.machine, kernel.arch.facts.directory),
        *kernel.arch.assumed(kernel),
    )
    return kernel


def _bootargs(machine: Machine, fdt: DeviceTree) -> str | None:
    """The command line that the boot loader gives."""
    chosen = fdt.find("/chosen")
    return machine.cmdline if machine.cmdline is not None else chosen.string("bootargs") if chosen else None


def with_kernel(machine: Machine) -> tuple[Machine, list[str]]:
    """The machine, with a shipped kernel if it names none of its own, and what is to be said of that.  Raises
    `InputError`."""
    refuse_foreign_cpu(machine)
    if machine.kallsyms is not None or (machine.vmlinux is not None and not is_stock(machine.vmlinux)):
        return machine, []
    return settle_stock(machine)


def _assumed_steps(machine: Machine) -> Iterator[str]:
    """What is to be said of a release that has not been compared."""
    series = machine.release.series
    steps = "the steps of {}.{}".format(*series)
    known = known_releases().get(series)
    if known is None:
        compared = " and ".join(map(spelled, compared_releases()))
        yield f"{steps} are worked out from {compared}, it was compared with no real kernel"
    elif not known.compared:
        yield f"{steps} follow its source, {known.remark}"


def _assumed_patch_level(machine: Machine, directory: str) -> Iterator[str]:
    """What is to be said of a release whose patch level nobody tells, if this boot turns on that;
    its architecture is below arch/`directory`."""
    release = machine.release
    if release.patch == NEWEST:
        others = {arch.directory for arch in ARCHES.values()} - {directory}
        between = differences_between(release._replace(patch=0), release)
        words = (machine.cmdline or "").split()
        rows = [row for row in between if not row.is_only_of(others) and row.concerns(words)]
        turning = "; ".join(f"since {spelled(row.since)}: {row.change.rstrip('.')}" for row in rows)
        if turning:
            told = turning.replace("`", "")
            yield f"nothing tells the patch level of {release}, the newest is assumed ({told})"


def _check(machine: Machine) -> Architecture:
    """The architecture of a machine.  Raises `InputError` if no such machine boots."""
    release = machine.release
    is_known = release != RELEASE_OF_KERNEL
    oldest = compared_releases()[0]
    arch = architecture_of(machine)
    older = [series for series in known_releases() if arch.ops.orders[0].since <= series < oldest.series]
    if is_known and release < oldest and release.series not in older:
        booting = "".join("{}.{}, and ".format(*series) for series in older) + spelled(oldest)
        raise InputError(
            f"{machine.name}: release {release}: so far only {booting} and later boot on {machine.arch}"
        )
    if machine.kind == "uefi" and is_known and release < oldest:
        raise InputError(f"{machine.name}: so far only from a device tree does {release} boot, not from UEFI")
    return arch


def device_tree(machine: Machine) -> DeviceTree:
    """The device tree the machine names, read or compiled; one without nodes where its architecture has none.
    Raises `InputError`."""
    if architecture_of(machine).hand_over is not None:
        return no_device_tree()
    board = machine.dtb or machine.dts
    if board is None:
        raise InputError(f"{machine.name}: the machine has no board, expected a dtb or a dts")
    fdt = read_board(board, machine.overlays)
    return fdt.padded(machine.dtb_size) if machine.dtb_size > fdt.totalsize else fdt
