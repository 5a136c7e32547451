"""The architectures whose kernels boot, by the name that a machine gives.

A boot needs one of them, and what it is made of takes a while to import: each is imported when somebody asks
for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.base.imported import Imported
from ...model.language.words import tr
from ..core.inputs import Machine
from .architecture import Architecture
from .arm64 import config as arm64
from .x86 import config as x86


class Known(Struct, frozen=True):
    """An architecture before it is imported: the folder it is in; `owns` tells whether the text of a
    configuration is one of its kernels', `page_size` what that says of pages, in bytes."""

    folder: str
    owns: Callable[[str], bool]
    page_size: Callable[[str], int]


KNOWN: Mapping[str, Known] = {
    "arm64": Known("arm64", arm64.owns, arm64.page_size),
    "x86_64": Known("x86", x86.owns, x86.page_size),
}
ARCHITECTURES: Mapping[str, Architecture] = Imported(
    __name__, {name: (f".{known.folder}.ops", "LOADER") for name, known in KNOWN.items()}
)


def architecture_of(machine: Machine) -> Architecture:
    """The architecture of a machine.  Raises `InputError` if its kernels do not boot, or not in the way that
    the machine starts."""
    found = ARCHITECTURES.get(machine.arch)
    if found is None:
        booting = f"so far only {' and '.join(ARCHITECTURES)} boot"
        raise InputError(f"{machine.name}: {machine.arch} from {machine.kind}: {booting}")
    if machine.kind not in found.kinds:
        kinds = " or ".join(found.kinds)
        raise InputError(f"{machine.name}: {machine.arch} from {machine.kind}: it boots from {kinds}")
    return found


def refuse_foreign_cpu(machine: Machine) -> None:
    """Raise an `InputError` if the CPU of a machine is one of another architecture."""
    if ARCHITECTURES[machine.arch].knows_cpu(machine.cpu):
        return
    whose = next((name for name, each in ARCHITECTURES.items() if each.knows_cpu(machine.cpu)), None)
    if whose is not None:
        raise InputError(
            tr(
                "cpu {cpu}: this is a CPU of {whose}, the machine is one of {arch}",
                cpu=machine.cpu,
                whose=whose,
                arch=machine.arch,
            )
        )


def refuse_foreign_config(text: str, name: str, machine: Machine) -> None:
    """Raise an `InputError` if the text of a configuration, in the file `name`, is one of another
    architecture."""
    arch = architecture_of_config(text)
    if arch not in (None, machine.arch):
        raise InputError(
            tr(
                "{name}: this is the configuration of a kernel of {whose}, the machine is one of {arch}",
                name=name,
                whose=arch,
                arch=machine.arch,
            )
        )


def architecture_of_config(config: str) -> str | None:
    """Whose kernel the text of a configuration is, None if it is nobody's here."""
    return next((name for name, each in KNOWN.items() if each.owns(config)), None)
