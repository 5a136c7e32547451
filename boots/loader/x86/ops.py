"""What the loader asks of x86-64."""

from __future__ import annotations

from msgspec import structs

from ....model.arch.x86.address_map import X86Layout, address_map_of
from ....model.arch.x86.constants import computed_constants
from ....model.build.address_map import AddressMap
from ....model.build.kconfig import KConfig
from ....model.build.release import Release
from ....model.build.sizes import Sizes
from ....model.firmware.cpu_features import features_of_model
from ...core.inputs import Drawn, Machine
from ...x86.ops import X86
from ..architecture import Architecture
from .cpu import features_of
from .handover import hand_over
from .nodes import with_nodes
from .ram import with_ram


def knows_cpu(name: str) -> bool:
    """Whether QEMU has a CPU of this name."""
    return features_of_model(name) is not None


def section_size(release: Release, config: KConfig) -> int:
    """The size of a section."""
    return 1 << address_map_of(release, config).section_size_bits


def address_map(machine: Machine, config: KConfig, sizes: Sizes, bootargs: str | None) -> AddressMap:
    """The address map: whether page tables have five levels turns on the CPU and on the command line.  Raises
    `InputError` if the configuration is not one of x86-64."""
    la57 = features_of(machine).has("la57") and "no5lvl" not in (bootargs or "").split()
    slots = sizes.enumerations.get("fixed_addresses")
    return address_map_of(machine.release, config, sizes.sizeof("struct page"), la57=la57, slots=slots)


def image_offset(layout: AddressMap) -> int:
    """``LOAD_PHYSICAL_ADDR``."""
    return X86Layout(layout).load_physical_addr


def with_displacement(machine: Machine, moved: int, layout: AddressMap) -> Machine:
    """The machine of a kernel whose symbols lie `moved` bytes from where they were linked, as KASLR moves
    them."""
    drawn = machine.kaslr or Drawn()
    if not moved or drawn.text is not None:
        return machine
    text = layout.image.start + image_offset(layout) + moved
    return structs.replace(machine, kaslr=drawn._replace(text=text))


LOADER = Architecture(
    ops=X86,
    kinds=("e820", "uefi"),
    knows_cpu=knows_cpu,
    section_size=section_size,
    address_map=address_map,
    constants=computed_constants,
    image_offset=image_offset,
    with_displacement=with_displacement,
    hand_over=hand_over,
    with_ram=with_ram,
    with_nodes=with_nodes,
)
