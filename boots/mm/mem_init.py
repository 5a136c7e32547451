"""What the kernel says of its memory at the end.  Mirrors mm/page_alloc.c and init/main.c (mm/mm_init.c
since 6.4): ``report_meminit()``, ``mem_init_print_info()`` and the parameters they report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.trace.recorder import traced
from ..core.params import EINVAL, early_param
from ..lib.kstrtox import kstrtobool
from .page_alloc import get_num_physpages, nr_free_pages

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"

SZ_1K = 1 << 10

STACK_INITIALISERS = {
    "INIT_STACK_ALL_PATTERN": "all(pattern)",
    "INIT_STACK_ALL_ZERO": "all(zero)",
    "GCC_PLUGIN_STRUCTLEAK_BYREF_ALL": "byref_all(zero)",
    "GCC_PLUGIN_STRUCTLEAK_BYREF": "byref(zero)",
    "GCC_PLUGIN_STRUCTLEAK_USER": "__user(zero)",
}


def _set_flag(k: Kernel, name: str, value: str | None) -> int:
    wanted = kstrtobool(value)
    if wanted is None:
        return -EINVAL
    setattr(k, name, wanted)
    return 0


@early_param("init_on_alloc")
@traced
def early_init_on_alloc(k: Kernel, buf: str | None) -> int:
    """``init_on_alloc=``: whether memory is cleared when it is allocated."""
    return _set_flag(k, "init_on_alloc", buf)


@early_param("init_on_free")
@traced
def early_init_on_free(k: Kernel, buf: str | None) -> int:
    """``init_on_free=``: whether memory is cleared when it is freed."""
    return _set_flag(k, "init_on_free", buf)


@early_param("page_poison")
@traced
def early_page_poison_param(k: Kernel, buf: str | None) -> int:
    """``page_poison=``: whether free memory is filled with a pattern (mm/page_poison.c)."""
    return _set_flag(k, "page_poisoning", buf)


@early_param("debug_pagealloc")
@traced
def early_debug_pagealloc(k: Kernel, buf: str | None) -> int:
    """``debug_pagealloc=``: whether free pages are unmapped (mm/debug_page_alloc.c)."""
    return _set_flag(k, "debug_pagealloc_enabled", buf)


@early_param("early_page_ext")
@traced
def setup_early_page_ext(k: Kernel, str_: str | None) -> int:
    """``early_page_ext``: no page struct may wait to be initialised (mm/page_ext.c)."""
    k.early_page_ext = True
    return 0


@traced
def init_mem_debugging_and_hardening(k: Kernel) -> None:
    """Memory is not cleared where it is poisoned (``mem_debugging_and_hardening_init()`` since 6.4)."""
    if k.page_poisoning and (k.init_on_alloc or k.init_on_free):
        k.pr_info(
            "mem auto-init: CONFIG_PAGE_POISONING is on, will take precedence over "
            "init_on_alloc and init_on_free"
        )
        k.init_on_alloc = k.init_on_free = False


@traced
def report_meminit(k: Kernel) -> None:
    """Say which memory is cleared for safety: of the stack, and when allocated or freed."""
    wanted = (words for option, words in STACK_INITIALISERS.items() if k.config.enabled(option))
    k.pr_info(
        "mem auto-init: stack:{}, heap alloc:{}, heap free:{}",
        next(wanted, "off"),
        "on" if k.init_on_alloc else "off",
        "on" if k.init_on_free else "off",
    )
    if k.init_on_free:
        k.pr_info("mem auto-init: clearing system memory may take some time...")


class _ImageSizes:
    """The parts of the image in bytes, none counted twice."""

    def __init__(self, k: Kernel) -> None:
        self._symbol = k.image.symbol
        self.code = self._size("_stext", "_etext")
        self.data = self._size("_sdata", "_edata")
        self.rodata = self._size("__start_rodata", "__end_rodata")
        self.bss = self._size("__bss_start", "__bss_stop")
        self.init_data = self._size("__init_begin", "__init_end")
        self.init_code = self._size("_sinittext", "_einittext")
        self.init_data = self._without(
            "__init_begin", "__init_end", self.init_data, "_sinittext", self.init_code
        )
        self.code = self._without("_stext", "_etext", self.code, "_sinittext", self.init_code)
        self.data = self._without("_sdata", "_edata", self.data, "__init_begin", self.init_data)
        self.code = self._without("_stext", "_etext", self.code, "__start_rodata", self.rodata)
        self.data = self._without("_sdata", "_edata", self.data, "__start_rodata", self.rodata)

    def _size(self, start: str, end: str) -> int:
        return self._symbol(end) - self._symbol(start)

    def _without(self, start: str, end: str, size: int, part: str, part_size: int) -> int:
        """`size` less `part_size` if the part lies between the symbols `start` and `end`."""
        lies_within = self._symbol(start) <= self._symbol(part) < self._symbol(end)
        return size - part_size if lies_within and size > part_size else size


@traced
def mem_init_print_info(k: Kernel) -> None:
    """Say how much memory is free and what took the rest."""
    sizes = _ImageSizes(k)
    kib_per_page = k.layout.page_size // SZ_1K
    physpages = get_num_physpages(k)
    k.pr_info(
        "Memory: {}K/{}K available ({}K kernel code, {}K rwdata, {}K rodata, {}K init, {}K bss, "
        "{}K reserved, {}K cma-reserved)",
        nr_free_pages(k) * kib_per_page,
        physpages * kib_per_page,
        sizes.code // SZ_1K,
        sizes.data // SZ_1K,
        sizes.rodata // SZ_1K,
        (sizes.init_data + sizes.init_code) // SZ_1K,
        sizes.bss // SZ_1K,
        (physpages - k.totalram_pages - k.totalcma_pages) * kib_per_page,
        k.totalcma_pages * kib_per_page,
    )
