"""The kernel that boots: its inputs, its memory, its variables, its log.

Every boot function takes the `Kernel` first.  Assigning one of the kernel's own variables (`Variables`) is
recorded in the trace.  An architecture adds its own by a class below this one.
"""

from __future__ import annotations

from typing import Any, NoReturn, Self

from ...model.build.address_map import AddressMap
from ...model.build.image.image import Image
from ...model.build.kconfig import KConfig
from ...model.build.sizes import Sizes
from ...model.firmware.devicetree.tree import DeviceTree
from ...model.memory.memory_model import MemoryModel
from ...model.memory.pagetable.tables import ENTRY_SIZE
from ...model.trace.events import WITHOUT_A_WORD
from ...model.trace.recorder import BootTrace
from .arch import ArchOps
from .inputs import Firmware, Machine
from .order import order_of
from .printed_names import printed_names
from .subsystems import (
    Acpi,
    Cma,
    DeviceTreeState,
    EarlyIoremap,
    Efi,
    Hugetlb,
    Kfence,
    Numa,
    PageAlloc,
    PrintkState,
    StackDepot,
)
from .variables import Variables

U64 = (1 << 64) - 1


class KernelPanic(Exception):
    """The kernel panicked; the message is its own words."""


class Kernel(Variables):
    """One kernel on one machine.

    Inputs: `machine` (the machine file), `release`, `config`, `image` (sections and symbols as linked),
    `sizes` (``sizeof`` and constants), `layout` (the virtual address map; where the kernel moves parts of it,
    `layout_given` stays), `shape` (the memory model and its sizes), `fdt` (the flattened device tree; the
    kernel wipes what must not be read again, `fdt_given` stays whole), `firmware` (UEFI's and ACPI's tables).
    `arch` is what generic code asks of the architecture, `order` the steps of this release.
    `assumed` has a sentence for everything that the inputs do not tell and the model had to suppose, and
    `assumed_places` the keys of the addresses among that.  `collisions` has one for everything that cannot be
    where it was put; `cannot_start` says why not even the first instructions can run, if so.
    Memory: `memblock`, `page_tables`, `sections`, `zones`; together `state`.
    Subsystems: `acpi`, `cma`, `efi`, `hugetlb`, `ioremap`, `kfence`, `numa`, `of`, `page_alloc`, `printk`,
    `stackdepot` hold what their files keep in static variables; nobody records that.
    `trace` records everything.
    """

    # Variables that are recorded where an architecture declares them as `Traced`.
    crashk_res: tuple[int, ...] = (0, 0)
    crashk_low_res: tuple[int, ...] = (0, 0)
    dma_reserve: int = 0
    log_buf: int = 0
    pcpu_base_addr: int = 0
    pcpu_unit_size: int = 0
    pcpu_nr_units: int = 0
    pcpu_atom_size: int = 0
    pcpu_nr_groups: int = 0
    pcpu_unit_offsets: tuple[int, ...] = ()

    def __init__(
        self,
        machine: Machine,
        config: KConfig,
        image: Image,
        sizes: Sizes,
        layout: AddressMap,
        fdt: DeviceTree,
        firmware: Firmware | None = None,
        *,
        arch: ArchOps[Any],
    ) -> None:
        self.arch = arch
        self.order = order_of(arch.orders, machine.release)
        self.machine = machine
        self.release = machine.release
        self.config = config
        self.image = image
        self.sizes = sizes
        self.layout = self.layout_given = layout
        self.shape = MemoryModel.of(machine.release, config, sizes, layout)
        self.fdt = self.fdt_given = fdt
        self.firmware = firmware or Firmware()
        self.assumed: tuple[str, ...] = ()
        self.assumed_places: tuple[str, ...] = ()
        self.collisions: tuple[str, ...] = ()
        self.cannot_start = ""
        self.trace = BootTrace(symbols=printed_names(image, config, arch))
        self.state = arch.facts.state()
        self.state.record_into(self.trace)
        self.memblock = self.state.memblock
        self.page_tables = self.state.page_tables
        self.sections = self.state.sections
        self.zones = self.state.zones
        self.pgdirs = {pgdir.symbol: self.state.trees[pgdir.target] for pgdir in arch.facts.pgdirs}
        self.acpi = Acpi()
        self.cma = Cma()
        self.efi = Efi(disable_runtime=config.enabled("EFI_DISABLE_RUNTIME"))
        self.hugetlb = Hugetlb()
        self.ioremap = EarlyIoremap()
        self.kfence = Kfence(kfence_sample_interval=config.integer("KFENCE_SAMPLE_INTERVAL", 0))
        self.numa = Numa()
        self.of = DeviceTreeState()
        self.page_alloc = PageAlloc()
        self.printk = PrintkState()
        self.stackdepot = StackDepot()
        self.kaslr_offset = 0
        self.early_params_parsed = False
        self.mitigations = ""
        self.cpu_possible: tuple[int, ...] = (0,)
        self.setup_max_cpus = config.integer("NR_CPUS", 1)
        self.nosave_end_pfn = -1
        self.warned_once: set[str] = set()
        for name in self.variable_names:
            if self.has_variable(name):
                self.state.variables[self.c_names.get(name, name)] = getattr(self, name)
        self._compiled_in()

    def again(self, machine: Machine | None = None) -> Self:
        """The same kernel before its first step, on `machine` if it is another; its trace keeps no states."""
        found = type(self)(
            machine or self.machine,
            self.config,
            self.image,
            self.sizes,
            self.layout_given,
            self.fdt_given,
            self.firmware,
            arch=self.arch,
        )
        found.trace.without_keyframes()
        return found

    def _compiled_in(self) -> None:
        """The variables whose first value the configuration decides."""
        initial = {
            "nr_node_ids": self.layout.max_numnodes,
            "nr_cpu_ids": self.config.integer("NR_CPUS", 1),
            "log_buf_len": 1 << self.config.integer("LOG_BUF_SHIFT", 17),
            "debug_pagealloc_enabled": self.config.enabled("DEBUG_PAGEALLOC_ENABLE_DEFAULT"),
            "init_on_alloc": self.config.enabled("INIT_ON_ALLOC_DEFAULT_ON"),
            "init_on_free": self.config.enabled("INIT_ON_FREE_DEFAULT_ON"),
            **self.arch.compiled_in(self),
        }
        for name, value in initial.items():
            object.__setattr__(self, name, value)
            if self.has_variable(name):
                self.state.variables[self.c_names.get(name, name)] = value

    def has_variable(self, name: str) -> bool:
        """Whether this kernel was built with a variable that some kernels do not have."""
        options, since, until = self.compiled_if.get(name), self.since.get(name), self.until.get(name)
        if (since is not None and self.release < since) or (until is not None and self.release >= until):
            return False
        return options is None or any(map(self.config.enabled, options))

    # ---- addresses ----

    def va_symbol(self, name: str) -> int:
        """The virtual address of a symbol in the running kernel: as linked, moved by KASLR."""
        return self.image.symbol(name) + self.kaslr_offset

    def pa_symbol(self, name: str) -> int:
        """The physical address of a symbol of the image (``__pa_symbol``)."""
        return self.image.symbol(name) - self.image.symbol("_text") + self.machine.load_address

    def phys_to_virt(self, pa: int) -> int:
        """The linear-map address of a physical address (``__va``)."""
        return self.arch.phys_to_virt(self, pa)

    def virt_to_phys(self, va: int) -> int:
        """The physical address of a linear-map address (``__pa``)."""
        return self.arch.virt_to_phys(self, va)

    def access(self, pa: int, size: int, depth: int = 3) -> None:
        """Read or write memory (bytes from the physical address `pa` on) through its linear-map address.
        Once there is a linear map, the kernel ends where it does not reach: raises `KernelPanic`."""
        if self.arch.do_early_exception(self, pa, size):
            return
        start = reached = self.arch.phys_to_virt(self, pa)
        for run in self.page_tables.leaves(start, start + size):
            if run.va_start > reached:
                break
            reached = run.va_end
        if reached < start + size and self._has_linear_map():
            self.fault(self.arch.fault_words.paging_request, reached, depth)

    def access_entry(self, level: int, address: int) -> None:
        """Read or write the entry at `level` that translates a kernel address: the pgd's through the image,
        those below through the linear map.  Raises `KernelPanic` as `access` does."""
        tree = self.page_tables
        table = tree.table(level, address)
        if table is not None and level > tree.geometry.start_level:
            self.access(table + tree.geometry.offset(level, address), ENTRY_SIZE, depth=4)

    def _has_linear_map(self) -> bool:
        """Whether `paging_init` has mapped memory."""
        first = next(self.page_tables.leaves(self.layout.page_offset, self.layout.direct_map.end), None)
        return first is not None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.variable_names and self.has_variable(name):
            self.state.variables.put(self.c_names.get(name, name), value, depth=2)
        object.__setattr__(self, name, value)

    def pr_err(self, template: str, *values: Any) -> None:
        """Print a line at level err; `template` is `str.format`'s, ``{caller}`` stands for the caller's
        name."""
        self.trace.printk(template, *values, level="err", depth=2)

    def pr_crit(self, template: str, *values: Any) -> None:
        """Print a line at level crit."""
        self.trace.printk(template, *values, level="crit", depth=2)

    def pr_warn(self, template: str, *values: Any) -> None:
        """Print a line at level warning."""
        self.trace.printk(template, *values, level="warning", depth=2)

    def pr_warn_once(self, template: str, *values: Any) -> None:
        """Print a line at level warning, the first time that it is called with this template."""
        if template not in self.warned_once:
            self.warned_once.add(template)
            self.trace.printk(template, *values, level="warning", depth=2)

    def pr_notice(self, template: str, *values: Any) -> None:
        """Print a line at level notice."""
        self.trace.printk(template, *values, level="notice", depth=2)

    def pr_info(self, template: str, *values: Any) -> None:
        """Print a line at level info."""
        self.trace.printk(template, *values, level="info", depth=2)

    def pr_debug(self, template: str, *values: Any) -> None:
        """Print a line at level debug."""
        self.trace.printk(template, *values, level="debug", depth=2)

    def warn_on(self, condition: str) -> None:
        """A ``WARN_ON`` that struck: a line with the condition, and the kernel goes on."""
        self.trace.printk("WARNING: {}", condition, level="warning", depth=2)

    def warn(self, template: str, *values: Any) -> None:
        """A ``WARN`` that struck: its words, and the kernel goes on."""
        self.trace.printk(template, *values, level="warning", depth=2)

    def bug(self, condition: str) -> NoReturn:
        """A ``BUG_ON`` that struck: the kernel stops there.  Raises `KernelPanic`."""
        self.panic(f"BUG: {condition}", depth=3)

    def null_dereference(self, address: int) -> NoReturn:
        """The kernel follows a NULL pointer, to a member at `address`; this early that is its end.  Raises
        `KernelPanic`."""
        words = self.arch.fault_words
        what = words.null_pointer if address < self.layout.page_size else words.paging_request
        self.fault(what, address, depth=3)

    def fault(self, what: str, address: int, depth: int = 2) -> NoReturn:
        """An access to memory fails, which this early is the kernel's end.  Raises `KernelPanic`."""
        self.trace.printk(self.arch.fault_words.line, what, address, level="alert", depth=depth)
        self.panic("Attempted to kill the idle task!", depth=depth + 1)

    def hang(self, words: str, ending: str) -> NoReturn:
        """The kernel prints its words and spins for ever, too early even to panic; `ending` says in ours what
        that means.  Raises `KernelPanic`."""
        self.trace.printk("{}", words, level="crit", depth=2)
        self.trace.panic(ending, depth=2, tag=WITHOUT_A_WORD)
        raise KernelPanic(ending)

    def park(self, words: str) -> NoReturn:
        """The CPU waits for ever, before the kernel could print anything; the words are ours.  Raises
        `KernelPanic`."""
        self.trace.panic(words, depth=2, tag=WITHOUT_A_WORD)
        raise KernelPanic(words)

    def panic(self, words: str, depth: int = 2) -> NoReturn:
        """Stop as ``panic()`` does.  The words are the kernel's; `depth` counts the Python frames between the
        boot's own line and the trace.  Raises `KernelPanic`."""
        self.trace.printk("Kernel panic - not syncing: {}", words, level="emerg", depth=depth)
        self.trace.panic(words, depth=depth)
        raise KernelPanic(words)
