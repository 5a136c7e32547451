"""The command line, once there is an allocator.  Mirrors init/main.c (``setup_command_line``,
``unknown_bootoption``, ``print_unknown_bootoptions``).
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ...model.memory.memblock import memblock_alloc, memblock_free
from ...model.trace.recorder import traced
from ..core.params import early_param, parameter_name, parse_args
from ..core.setup_params import SETUP_PARAMS
from ..drivers import earlycon
from ..kernel import crash_dump, smp
from ..mm import memblock
from ..mm.hugetlb import boot as hugetlb_boot
from . import do_mounts_initrd

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "init/main.c"

REGISTERED = (crash_dump, do_mounts_initrd, earlycon, hugetlb_boot, memblock, smp)
"""Modules that nothing calls but through the parameters they register."""
PARAMETERS = Path(__file__).parent.parent / "machines" / "kernel-parameters.txt"
BOOT_LOADER_WORDS = ("BOOT_IMAGE=", "kexec")
SYSCTL_ALIASES = (
    "hardlockup_all_cpu_backtrace",
    "hung_task_panic",
    "numa_zonelist_order",
    "softlockup_all_cpu_backtrace",
)
INITIAL_ENVIRONMENT = ("HOME=/", "TERM=linux")
FORGET_ARGUMENTS = ("init=", "rdinit=")
"""The parameters that name another init, which does not get the arguments found before."""


class KnownParameter(NamedTuple):
    """A parameter that kernels register: as ``early``, ``setup`` or ``core``, its name, and who takes it."""

    kind: str
    name: str
    function: str


@early_param("bootconfig")
@traced
def warn_bootconfig(k: Kernel, value: str | None) -> int:
    """``bootconfig``: more parameters stand at the end of the initrd.  This model does not look there."""
    if not k.config.enabled("BOOT_CONFIG"):
        k.pr_warn("WARNING: 'bootconfig' found on the kernel command line but CONFIG_BOOT_CONFIG is not set.")
    return 0


@functools.cache
def known_parameters() -> tuple[KnownParameter, ...]:
    """The parameters that kernels may know; which of them one knows, its symbols tell."""
    lines = PARAMETERS.read_text(encoding="utf-8").splitlines()
    return tuple(KnownParameter(*line.split()) for line in lines if not line.startswith("#"))


def _memblock_alloc_or_panic(k: Kernel, size: int) -> None:
    if not memblock_alloc(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES")):
        k.panic(f"setup_command_line: Failed to allocate {size} bytes")


@traced
def setup_command_line(k: Kernel) -> None:
    """Allocate two copies of the command line: one to keep, one to parse."""
    size = len(k.boot_command_line) + 1
    _memblock_alloc_or_panic(k, size)
    _memblock_alloc_or_panic(k, size)


@traced
def setup_nr_cpu_ids(k: Kernel) -> None:
    """One more than the highest possible CPU (kernel/smp.c); of none, the search ends behind the last."""
    k.nr_cpu_ids = max(k.cpu_possible, default=k.config.integer("NR_CPUS", 1)) + 1


class InitWords:
    """What init will be started with: ``argv_init`` and ``envp_init``."""

    def __init__(self) -> None:
        self.arguments: list[str] = []
        self.environment: list[str] = [*INITIAL_ENVIRONMENT]

    def unknown(self) -> list[str]:
        """What of it came from the command line."""
        return self.arguments + self.environment[len(INITIAL_ENVIRONMENT) :]


def _obsolete_checksetup(k: Kernel, words: InitWords, line: str) -> bool:
    """``obsolete_checksetup``: whether some ``__setup`` or early parameter takes this word."""
    compared = parameter_name(line)
    was_early = False
    for kind, name, function in known_parameters():
        if not compared.startswith(parameter_name(name)) or not k.image.has(f"__setup_{function}"):
            continue
        value = line[len(name) :]
        if kind == "early":
            was_early = was_early or value[:1] in ("", "=")
            continue
        if name in FORGET_ARGUMENTS:
            words.arguments.clear()
        handler = SETUP_PARAMS.get(function)
        if handler is None or handler(k, value):
            return True
    return was_early


def _is_core_parameter(k: Kernel, param: str) -> bool:
    name = parameter_name(param)
    return any(
        known.kind == "core" and known.name == name and k.image.has(f"__param_{name}")
        for known in known_parameters()
    )


def _keep_for_init(k: Kernel, words: InitWords, param: str, word: str) -> None:
    """Add a word to what init is started with: an argument, or a variable if it has a value.  When there is
    no room for more, the kernel panics as soon as that can be seen on a console."""
    limit = k.config.integer("INIT_ENV_ARG_LIMIT", 32)
    names = [entry.partition("=")[0] for entry in words.environment]
    if param == word:
        kind, count = "init", 1 + len(words.arguments)
        words.arguments.append(word)
    elif param in names:
        kind, count = "env", names.index(param)
        words.environment[count] = word
    else:
        kind, count = "env", len(words.environment)
        words.environment.append(word)
    if count > limit:
        k.panic_later = f"Too many boot {kind} vars at `{word}'"


@traced
def parse_boot_params(k: Kernel) -> None:
    """Parse the command line for what is not early.  What nobody knows is left for init, and printed."""
    words = InitWords()

    def unknown_bootoption(k: Kernel, param: str, value: str | None) -> int:
        if _is_core_parameter(k, param) or param in SYSCTL_ALIASES:
            return 0
        word = param if value is None else f"{param}={value}"
        if word.startswith(BOOT_LOADER_WORDS) or _obsolete_checksetup(k, words, word) or "." in param:
            return 0
        if not k.panic_later:
            _keep_for_init(k, words, param, word)
        return 0

    parse_args(k, "Booting kernel", k.boot_command_line, unknown_bootoption)
    # Printed since 5.14.
    if k.release >= (5, 14):
        print_unknown_bootoptions(k, tuple(words.unknown()))


@traced
def print_unknown_bootoptions(k: Kernel, unknown: tuple[str, ...]) -> None:
    """Print the words that the kernel leaves to init; the text is put together in memory allocated for it."""
    if k.panic_later or not unknown:
        return
    size = 1 + sum(1 + len(word) for word in unknown)
    address = memblock_alloc(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES"))
    if not address:
        k.pr_err("{}: Failed to allocate {} bytes", "print_unknown_bootoptions", size)
        return
    k.pr_notice(
        'Unknown kernel command line parameters "{}", will be passed to user space.', " ".join(unknown)
    )
    memblock_free(k.memblock, address, size)
