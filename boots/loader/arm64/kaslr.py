"""Where KASLR put a kernel, as far as the files of a machine tell."""

from __future__ import annotations

from msgspec import structs

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.build.address_map import AddressMap
from ...core.inputs import Drawn, Machine


def with_displacement(machine: Machine, moved: int, layout: AddressMap) -> Machine:
    """The machine of a kernel whose symbols lie `moved` bytes from where they were linked: KASLR has done
    that, unless it is less than what the boot loader's own place makes of it."""
    if moved < Arm64Layout(layout).min_kimg_align or (machine.kaslr and machine.kaslr.offset is not None):
        return machine
    return structs.replace(machine, kaslr=(machine.kaslr or Drawn())._replace(offset=moved))
