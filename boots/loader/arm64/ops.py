"""What the loader asks of arm64."""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout, address_map_of
from ....model.arch.arm64.constants import computed_constants
from ....model.build.address_map import AddressMap
from ....model.build.kconfig import KConfig
from ....model.build.release import Release
from ....model.build.sizes import Sizes
from ...arm64.kernel.cpu import CPUS
from ...arm64.kernel.idreg_override import without_52_bits
from ...arm64.ops import ARM64
from ...core.inputs import Machine
from ..architecture import Architecture
from ..handover import Handover
from .kaslr import with_displacement

CPUS_WITH_52_BITS = frozenset({"max"})


def knows_cpu(name: str) -> bool:
    """Whether it is known what a CPU of this name can do."""
    return name.split(",")[0] in CPUS


def section_size(release: Release, config: KConfig) -> int:
    """The size of a section."""
    return 1 << address_map_of(release, config).section_size_bits


def address_map(machine: Machine, config: KConfig, sizes: Sizes, bootargs: str | None) -> AddressMap:
    """The address map: whether virtual addresses may have 52 bits turns on the CPU and on the command line.
    Raises `InputError` if the configuration is not one of arm64."""
    is_wide = machine.cpu in CPUS_WITH_52_BITS and not without_52_bits(machine.release, config, bootargs)
    slots = sizes.enumerations.get("fixed_addresses")
    sizeof_page = sizes.sizeof("struct page")
    return address_map_of(machine.release, config, sizeof_page, lva=is_wide, slots=slots)


def image_offset(layout: AddressMap) -> int:
    """``TEXT_OFFSET``, which is 0 since 5.8."""
    return Arm64Layout(layout).text_offset


def with_nodes(given: Handover, count: int) -> Handover:
    """The board with memory and CPUs in `count` nodes.  Raises `InputError`."""
    from . import nodes  # most machines have as many as their firmware says

    return nodes.with_nodes(given, count)


LOADER = Architecture(
    ops=ARM64,
    kinds=("devicetree", "uefi"),
    knows_cpu=knows_cpu,
    section_size=section_size,
    address_map=address_map,
    constants=computed_constants,
    image_offset=image_offset,
    with_displacement=with_displacement,
    with_nodes=with_nodes,
)
