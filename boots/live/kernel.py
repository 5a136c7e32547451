"""The kernel that runs, as its files tell of it: symbols, structures, and the map of its addresses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, structs

from ...model.base.errors import InputError
from ...model.build.address_map import AddressMap
from ...model.build.image.identity import Identity
from ...model.build.image.kallsyms import parse_kallsyms
from ...model.build.kconfig import KConfig
from ...model.build.release import DEFAULT_RELEASE, Release
from ...model.build.sizes import Sizes
from ...model.files.input_files import read_json, read_text
from ...model.language.words import tr
from ..core.inputs import Machine
from ..loader.kernel.build import read_build
from ..loader.kernel.config import configuration_beside, find_configuration
from ..loader.kernel.file import KernelFile, read_kernel_file
from ..loader.kernel.types import KNOWN_KERNELS, types_in
from ..loader.machine_file import BARE, RELEASE_OF_KERNEL
from .options import LiveOptions

UNKNOWN = Identity()


class LiveKernel(Struct, frozen=True):
    """What is known of a kernel before it runs.

    `arch` is the architecture's name here; `symbols` are as linked, `functions` those of them that are
    functions, none if nobody tells; `sizes` has its structures.  `config` and `layout`, its address map, are
    None if no configuration is at hand.  `identity` tells it from
    others.  `missing` has a sentence for everything that nobody tells.
    """

    arch: str
    release: Release
    banner: str
    symbols: Mapping[str, int]
    sizes: Sizes
    config: KConfig | None = None
    layout: AddressMap | None = None
    files: Mapping[str, str] = {}
    missing: tuple[str, ...] = ()
    identity: Identity = UNKNOWN

    @property
    def text(self) -> int:
        """Where ``_text`` was linked."""
        found = self.symbols.get("_text", self.symbols.get("_stext"))
        return found if found is not None else 0


def read_live_kernel(options: LiveOptions, arch: str) -> LiveKernel:
    """The kernel that somebody names, which runs on a machine of the architecture `arch`.  Raises
    `InputError`."""
    if options.system_map:
        return _of_system_map(options, arch)
    kernel = read_kernel_file(Path(options.kernel))
    kernel.refuse_foreign(arch)
    machine = _machine(options, arch)
    try:
        find_configuration(machine, kernel)
    except InputError as error:
        if options.config:
            raise
        lying = configuration_beside(Path(options.image), kernel) if options.image else None
        if lying is None:
            return _without_config(options, kernel, arch, str(error))
        machine = structs.replace(machine, config=lying)
    return _built(machine, kernel)


def _machine(options: LiveOptions, arch: str) -> Machine:
    """A machine with that kernel, of which nothing else is known."""
    return structs.replace(
        BARE[arch],
        name=options.name,
        release=options.release or RELEASE_OF_KERNEL,
        vmlinux=None if options.system_map else Path(options.kernel),
        kallsyms=Path(options.system_map) if options.system_map else None,
        config=Path(options.config) if options.config else None,
    )


def _built(machine: Machine, kernel: KernelFile | None) -> LiveKernel:
    build = read_build(machine)
    banner = kernel.banner.name if kernel and kernel.banner else ""
    named = {"vmlinux": build.machine.vmlinux, "kallsyms": build.machine.kallsyms}
    files = {key: str(path) for key, path in (*named.items(), ("config", build.machine.config)) if path}
    symbols = {**_own_symbols(kernel), **build.image.symbols} if kernel else build.image.symbols
    return LiveKernel(
        machine.arch,
        build.machine.release,
        banner,
        symbols,
        build.sizes,
        build.config,
        build.layout,
        files,
        build.assumed,
        kernel.identity if kernel else UNKNOWN,
    )


def _own_symbols(kernel: KernelFile) -> Mapping[str, int]:
    if kernel.embedded is None:
        return kernel.image.symbols if kernel.image else {}
    return {**kernel.embedded.landmarks, **kernel.embedded.symbols.addresses}


def _without_config(options: LiveOptions, kernel: KernelFile, arch: str, why: str) -> LiveKernel:
    """A kernel whose configuration nobody tells: its symbols and its own types remain."""
    told = kernel.banner.release if kernel.banner else None
    release = options.release or told or DEFAULT_RELEASE
    types, source = types_in(kernel)
    lacking = [tr("{why}; the map of its addresses is not known", why=why)]
    if not types:
        types, source = _known_types(arch, release)
        lacking.append(tr("this kernel tells no types, {source} is taken", source=source))
    if told is None and options.release is None:
        lacking.append(tr("nothing tells the kernel's release, {release} is assumed", release=release))
    banner = kernel.banner.name if kernel.banner else ""
    sizes = Sizes.from_json(types, {}, source)
    files = {"vmlinux": options.kernel}
    return LiveKernel(
        arch,
        release,
        banner,
        _own_symbols(kernel),
        sizes,
        files=files,
        missing=tuple(lacking),
        identity=kernel.identity,
    )


def _of_system_map(options: LiveOptions, arch: str) -> LiveKernel:
    """A bare kernel whose symbols are in a file."""
    if options.config:
        return _built(_machine(options, arch), None)
    symbols = parse_kallsyms(read_text(Path(options.system_map)), options.system_map)
    release = options.release or DEFAULT_RELEASE
    types, source = _known_types(arch, release)
    lacking = [
        tr("{file} tells no types, {source} is taken", file=options.system_map, source=source),
        tr("no configuration is named; the map of its addresses is not known"),
    ]
    if options.release is None:
        lacking.append(tr("nothing tells the kernel's release, {release} is assumed", release=release))
    return LiveKernel(
        arch,
        release,
        "",
        symbols.addresses,
        Sizes.from_json(types, {}, source),
        files={"kallsyms": options.system_map},
        missing=tuple(lacking),
    )


def _known_types(arch: str, release: Release) -> tuple[Mapping[str, object], str]:
    """The types of the known kernel that is nearest, and words for it."""
    from ...model.build.known_kernels import nearest

    found = nearest(read_json(KNOWN_KERNELS), arch, release, KConfig({}))
    return found.facts, tr("what is shipped for {name}", name=found.name)
