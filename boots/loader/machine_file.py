"""The machine file: everything that decides a boot.

A machine is a TOML file, or the name of a shipped one, or a board alone; the keys of the file exist
as options too, which go first.  Paths in a file are relative to it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any, cast

from msgspec import Struct, structs

from ...model.base.errors import InputError
from ...model.build.release import Release, parse_release
from ...model.files.input_files import is_directory, is_file, path_of
from ...model.files.toml_file import quoted, read_toml
from ...model.firmware.cpu_features import CpuFeatures
from ...model.logs.content import kind_at
from ...model.logs.file_kinds import E820, EMPTY, MACHINE
from ...model.memory.memory_model import MODELS
from ..core.inputs import Drawn, Machine
from .board.board import TREES
from .board.device_tree_directory import is_device_tree_directory
from .files.expected import check_expected
from .files.numbers import blob_size, count, exception_level, physical_address, start_and_size

SHIPPED = Path(__file__).parent.parent / "machines"
"""Where the machines lie that come with the program."""
STOCK_KERNELS = SHIPPED / "kernels"
DEFAULT = "virt-1g"
DEFAULTS = {"arm64": DEFAULT, "x86_64": "pc-2g"}
"""What boots if nobody names a machine, by the architecture that somebody names."""
OF_A_PC = ("e820", "boot_params", "firmware", "cpu_features")
"""Keys that only machines of x86-64 have."""
OF_A_BOARD = ("overlays", "dtb_size", "dtb_address", "exception_level", "from_uboot")
"""Keys that only machines of arm64 have, beside ``dtb`` and ``dts``."""
RELEASE_OF_KERNEL = Release(0, 0)
"""The release of a machine that does not say; `load_kernel` finds out which its kernel is."""
BOARD = Machine("board", release=RELEASE_OF_KERNEL)
"""What a machine is of which nothing is known."""
PC = Machine("pc", release=RELEASE_OF_KERNEL, arch="x86_64", kind="e820", cpu="qemu64")
"""What a machine is of which an e820 map is known and no more."""
BARE = {machine.arch: machine for machine in (BOARD, PC)}
"""The same by the architecture."""
KINDS = ("devicetree", "uefi", "e820")
ARCHITECTURES = ("arm64", "x86_64")


class Key(Struct, frozen=True):
    """A key of the machine file: its section and name, how its value is checked (`convert` raises
    `ValueError` with what is expected), and what the option of the same name is for.  One without a `metavar`
    is switched on by its name alone; where the `option` has another name it is told, a list's may be given
    many times; `older` is another spelling of the option, for commands in which it means nothing else."""

    section: str
    name: str
    convert: Callable[[Any, Path], Any]
    help: str
    metavar: str
    option: str = ""
    older: str = ""

    @property
    def words(self) -> str:
        """The option, as it is typed."""
        return "--" + (self.option or self.name).replace("_", "-")

    @property
    def spellings(self) -> tuple[str, ...]:
        """All ways to type it."""
        return (self.words, self.older) if self.older else (self.words,)

    @property
    def is_list(self) -> bool:
        """Whether it may be given many times."""
        return self.convert is _paths


def _text(value: Any, _: Path) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a string")
    if "\0" in value or "\n" in value:
        raise ValueError("expected a string of one line")
    return value


def _path(value: Any, base: Path) -> Path:
    return path_of(_text(value, base), base)


def _paths(value: Any, base: Path) -> tuple[Path, ...]:
    if not isinstance(value, list):
        raise ValueError("expected a list of files")
    return tuple(_path(path, base) for path in cast("list[Any]", value))


def _release(value: Any, base: Path) -> Release:
    found = parse_release(_text(value, base))
    if found is None:
        raise ValueError('expected a release such as "6.1" or "6.12.117"')
    return found


def _one_of(names: tuple[str, ...]) -> Callable[[Any, Path], str]:
    def convert(value: Any, base: Path) -> str:
        if _text(value, base) not in names:
            raise ValueError(f"expected one of {', '.join(names)}")
        return value

    return convert


def _cpu_features(value: Any, base: Path) -> CpuFeatures:
    from .files.cpu_features import read_cpu_features  # few machines name any

    return read_cpu_features(_path(value, base))


def _kaslr(value: Any, base: Path) -> Drawn:
    from .placement.kaslr_drawn import drawn

    return drawn(value, base)


def _switch(value: Any, _: Path) -> bool:
    # As an option it is there or not.
    if value == "true":
        return True
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


STARTS = "what starts it: devicetree, uefi or (x86-64) e820"
KEYS = (
    Key("kernel", "release", _release, "the kernel's release, such as 6.1 or 6.12.117", "RELEASE"),
    Key("kernel", "arch", _one_of(ARCHITECTURES), "arm64 or x86_64", "ARCH"),
    Key("kernel", "vmlinux", _path, "the kernel: vmlinux, vmlinuz, Image, zboot …", "FILE"),
    Key("kernel", "kallsyms", _path, "the kernel's /proc/kallsyms or System.map, without a vmlinux", "FILE"),
    Key("kernel", "iomem", _path, "its /proc/iomem, which tells where it lies", "FILE"),
    Key("kernel", "config", _path, "the kernel's .config", "FILE"),
    Key("kernel", "sizes", _path, "sizes of the kernel's structures (JSON)", "FILE"),
    Key("kernel", "constants", _path, "the kernel's constants (JSON)", "FILE"),
    Key("kernel", "memory_model", _one_of(MODELS), "another memory model than the kernel's", "MODEL"),
    Key("kernel", "memblock_debug", _switch, "memblock's lines as if from the kernel's first call", ""),
    Key("board", "dtb", _path, "the device tree blob (arm64)", "FILE"),
    Key("board", "dts", _path, "the device tree's source, instead of a blob", "FILE"),
    Key("board", "overlays", _paths, "laid over the device tree; may be given many times", "FILE", "overlay"),
    Key("board", "dtb_size", blob_size, "pad the device tree to so many bytes, as QEMU does", "BYTES"),
    Key("board", "acpi", _path, "a directory of ACPI tables", "DIR"),
    Key("board", "efi_memmap", _path, "the UEFI memory map, or a log with efi=debug", "FILE"),
    Key("board", "efi", _path, "the UEFI system and configuration tables (JSON)", "FILE"),
    Key("board", "e820", _path, "x86-64's e820 map, or a log with its BIOS-e820 lines", "FILE"),
    Key("board", "boot_params", _path, "a PC's zero page, as in /sys/kernel/boot_params/data", "FILE"),
    Key("board", "firmware", _path, "what a PC's firmware left in memory (JSON)", "FILE"),
    Key("board", "cpu", _text, "the CPU, such as cortex-a57 or qemu64", "CPU"),
    Key("board", "cpu_features", _cpu_features, "the x86 CPU's /proc/cpuinfo, or JSON of it", "FILE"),
    Key("board", "cpus", count, "how many CPUs, when firmware does not say", "N"),
    Key("boot", "kind", _one_of(KINDS), STARTS, "KIND", "boot_kind", "--kind"),
    Key("boot", "load_address", physical_address, "physical address of _text", "ADDRESS"),
    Key("boot", "dtb_address", physical_address, "physical address of the device tree (arm64)", "ADDRESS"),
    Key("boot", "initrd", start_and_size, "physical address and size of the initrd, or none", "START,SIZE"),
    Key("boot", "long", _switch, "record a boot of millions of steps, as a terabyte of memory takes", ""),
    Key(
        "boot", "exception_level", exception_level, "1 or 2: the level the kernel starts at (arm64)", "LEVEL"
    ),
    Key("boot", "kaslr", _kaslr, "what it drew; x86-64: TEXT,PAGE_OFFSET,VMALLOC,VMEMMAP", "OFFSET,MEMSTART"),
    Key("boot", "from_uboot", _path, "what U-Boot printed (arm64), which tells what lies where", "FILE"),
    Key("boot", "cmdline", _text, "the kernel command line", "TEXT"),
)
"""Every key there is."""
Options = Mapping[str, str | list[str]]
"""What options say, by their keys."""
SECTIONS = tuple(dict.fromkeys(key.section for key in KEYS))


def shipped_machines() -> list[str]:
    """The names of the machines that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def teaches(name: str) -> str:
    """What a shipped machine is there for: the first line of its file, a sentence."""
    return (SHIPPED / f"{name}.toml").read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def read_machine(argument: str | None = None, options: Options | None = None) -> Machine:
    """The machine of a command line: a machine file, a shipped machine's name or a board (None: the default
    machine), changed by options, which are named as keys.  Raises `InputError`."""
    if argument is None and not {"e820", "boot_params"}.isdisjoint(options or {}):
        machine = PC
    else:
        arch = (options or {}).get("arch")
        machine = _base(argument or DEFAULTS.get(str(arch), DEFAULT))
    for key in KEYS:
        value = (options or {}).get(key.name)
        if value is not None:
            found = _convert(key, value, Path.cwd(), key.words)
            if isinstance(found, Path):
                check_expected(key.name, found, key.words)
            machine = structs.replace(machine, **{key.name: found})
    return _settle(machine, options or {}, options or {})


def is_stock(path: Path | None) -> bool:
    """Whether a file belongs to a shipped kernel."""
    return path is not None and path.is_relative_to(STOCK_KERNELS)


def _settle(machine: Machine, options: Options, said: Container[str]) -> Machine:
    """Take back what an option makes meaningless: one board, one CPU, and a configuration and sizes of the
    same kernel; `said` are the keys that somebody names."""
    machine = _with_kernel_given(machine, options)
    if "dtb" in options and "dts" not in options:
        machine = structs.replace(machine, dts=None)
    if "dts" in options and "dtb" not in options:
        machine = structs.replace(machine, dtb=None)
    if "dtb" in options or "dts" in options:
        of_a_board = {"dtb_size": 0, "overlays": ()}
        forgotten = {name: value for name, value in of_a_board.items() if name not in options}
        machine = structs.replace(machine, **forgotten)
    if machine.dtb and machine.dts:
        raise InputError(f"{machine.name}: a board is either a dtb or a dts, not both")
    if "cpu" in options and "cpu_features" not in options:
        machine = structs.replace(machine, cpu_features=BOARD.cpu_features)
    machine = _of_its_architecture(machine, said)
    if machine.kind == PC.kind and "efi_memmap" in options:
        raise InputError(
            f"{machine.name}: --efi-memmap is for a boot from UEFI (--boot-kind uefi), this is from e820"
        )
    return machine


def _refuse_foreign_kaslr(machine: Machine, kaslr: Drawn) -> None:
    """Raises `InputError` if KASLR drew there what only the other architecture's does."""
    from .placement.kaslr_drawn import ARM64, X86, names_of

    here, there = (X86, ARM64) if machine.arch == PC.arch else (ARM64, X86)
    if not names_of(kaslr).isdisjoint(there):
        raise InputError(f"{machine.name}: kaslr: {machine.arch} draws {', '.join(here)}")


def _of_its_architecture(machine: Machine, said: Container[str]) -> Machine:
    """A machine of x86-64 starts from its e820 map, or UEFI's, if it does not say how, and has a PC's CPU;
    others have no such map.  Raises `InputError` if it has a key of another architecture."""
    is_pc = machine.arch == PC.arch
    if is_pc and (machine.dtb or machine.dts):
        raise InputError(f"{machine.name}: {PC.arch} has no device tree, an e820 map is expected (--e820)")
    foreign = OF_A_BOARD if is_pc else OF_A_PC
    given = next((key for key in foreign if getattr(machine, key) != getattr(BOARD, key)), None)
    if given:
        whose = BOARD.arch if is_pc else PC.arch
        raise InputError(f"{machine.name}: {given} is for machines of {whose}, this one is {machine.arch}")
    if machine.kaslr is not None:
        _refuse_foreign_kaslr(machine, machine.kaslr)
    if not is_pc:
        return machine
    if machine.kind == BOARD.kind and "kind" not in said:
        kind = "uefi" if machine.efi_memmap else "e820"
        machine = structs.replace(machine, kind=kind)
    if machine.cpu == BOARD.cpu and "cpu" not in said:
        machine = structs.replace(machine, cpu=PC.cpu)
    return machine


def _with_kernel_given(machine: Machine, options: Options) -> Machine:
    """What the other kernel leaves, if options name one, and its release, unless it is named; an option that
    a shipped kernel does not suit leaves it open which."""
    if "kallsyms" in options and "config" not in options:
        raise InputError("--kallsyms: give --config too, a configuration belongs to its kernel")
    if "vmlinux" in options or "kallsyms" in options:
        of_a_kernel = ("vmlinux", "kallsyms", "iomem", "config", "sizes", "constants")
        forgotten: dict[str, Any] = {name: None for name in of_a_kernel if name not in options}
        if "release" not in options:
            forgotten["release"] = RELEASE_OF_KERNEL
        return structs.replace(machine, **forgotten)
    if machine.vmlinux is None or not is_stock(machine.vmlinux):
        return machine
    if "release" in options and not machine.vmlinux.parent.name.startswith("{}.{}-".format(*machine.release)):
        return structs.replace(machine, vmlinux=None)
    if "config" in options:
        release = machine.release if "release" in options else RELEASE_OF_KERNEL
        return structs.replace(machine, vmlinux=None, release=release)
    return machine


def _base(argument: str) -> Machine:
    path = _named(argument)
    shipped = SHIPPED / f"{path.name}.toml"
    is_path = "/" in argument or (path.suffix and not is_file(shipped))
    if is_file(path):
        return _of_file(path, argument)
    if is_directory(path) and (is_path or not is_file(shipped)):
        return _of_directory(path, argument)
    if path.suffix == ".dtb":
        return _of_board(path, argument)
    if is_path:
        return _read_file(path)
    if not is_file(shipped):
        near = difflib.get_close_matches(argument, shipped_machines(), 1)
        hint = f", did you mean {near[0]}?" if near else "; 'bootstep machines' lists what is shipped"
        raise InputError(f"{argument}: there is no such file, and no shipped machine of this name{hint}")
    return _read_file(shipped)


def _of_file(path: Path, argument: str) -> Machine:
    """What a file makes a machine, by its content."""
    kind = kind_at(path)
    if path.suffix in (".dtb", ".dts") and (kind is None or kind.name == EMPTY):
        return _of_board(path, argument)
    if kind is None or (kind.name == EMPTY and path.suffix == ".toml"):
        return _read_file(path)
    if kind.name == MACHINE:
        return _read_file(path)
    if kind.name in TREES:
        return _of_board(path, argument)
    if kind.name == E820:
        return _of_map(path, argument)
    raise InputError(f"{argument}: {kind.told(argument)}")


def _of_directory(path: Path, argument: str) -> Machine:
    """A directory with a machine file, as capture writes it, or one like /proc/device-tree."""
    if is_file(path / "machine.toml"):
        return _read_file(path / "machine.toml")
    if is_device_tree_directory(path):
        return _of_board(path, argument)
    from .files.memmap_directory import is_memmap_directory

    if is_memmap_directory(path):
        return _of_map(path, argument)
    raise InputError(f"{argument}: this directory has no machine.toml, no device tree and no e820 map in it")


def _of_board(path: Path, argument: str) -> Machine:
    """A board and nothing else: it gets the kernel of the default machine."""
    shipped = _read_file(SHIPPED / f"{DEFAULT}.toml")
    return Machine(
        name=argument,
        dtb=path.absolute(),
        cpu=shipped.cpu,
        **{key.name: getattr(shipped, key.name) for key in KEYS if key.section == "kernel"},
    )


def _of_map(path: Path, argument: str) -> Machine:
    """An e820 map and nothing else: it gets a shipped kernel of its release."""
    return structs.replace(PC, name=argument, e820=path.absolute())


def _named(argument: str) -> Path:
    try:
        return path_of(argument)
    except ValueError as error:
        raise InputError(f"{argument}: {error}") from None


def _read_file(path: Path) -> Machine:
    tables = read_toml(path)
    known = {(key.section, key.name): key for key in KEYS}
    values: dict[str, Any] = {}
    for section, table in tables.items():
        if section not in SECTIONS:
            raise InputError(f"{path}: unknown section [{section}]{_nearest(section, SECTIONS)}")
        if not isinstance(table, dict):
            raise InputError(f"{path}: {section} must be a section, [{section}]")
        for name, value in cast("dict[str, Any]", table).items():
            key = known.get((section, name))
            if key is None:
                near = _nearest(name, tuple(key.name for key in KEYS))
                raise InputError(f"{path}: unknown key {name} in [{section}]{near}")
            values[name] = _convert(key, value, path.parent.absolute(), f"{path}: {name}")
            if isinstance(values[name], Path) and not is_stock(values[name]):
                check_expected(name, values[name], f"{path}: {name}")
    name = path.stem if path.parent == SHIPPED else str(path)
    machine = structs.replace(Machine(name, release=RELEASE_OF_KERNEL), **values)
    return _settle(machine, {}, values)


def _convert(key: Key, value: Any, base: Path, where: str) -> Any:
    try:
        return key.convert(value, base)
    except ValueError as error:
        raise InputError(f"{where} = {quoted(value)}: {error}") from None


def _nearest(name: str, names: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, names, 1, 0.5)
    return f", did you mean {near[0]}?" if near else f"; known are {', '.join(names)}"
