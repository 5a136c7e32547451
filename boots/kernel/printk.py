"""The kernel's log buffer.  Mirrors kernel/printk/printk.c (``setup_log_buf``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import memblock_alloc, memblock_free
from ...model.memory.printk_ringbuffer import PRB_AVGBITS
from ...model.trace.recorder import traced
from ..core.params import early_param
from ..core.printk_records import PRINTK_LOG_ALIGN, free_in_a_row, move_to_larger_buffer
from ..lib.cmdline import memparse

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "kernel/printk/printk.c"

EINVAL = 22
LOG_BUF_LEN_MAX = 1 << 31
LOG_ALIGN = 8


@early_param("ignore_loglevel")
@traced
def ignore_loglevel_setup(k: Kernel, value: str | None) -> int:
    """``ignore_loglevel``: show everything on the console."""
    k.pr_info("printk: debug: ignoring loglevel setting.")
    return 0


@traced
def log_buf_len_update(k: Kernel, size: int) -> None:
    """Ask for a buffer of `size` bytes, rounded up to a power of two, if that is more than there is."""
    if size > LOG_BUF_LEN_MAX:
        size = LOG_BUF_LEN_MAX
        k.pr_err("printk: log_buf over 2G is not supported.")
    if size:
        size = 1 << (size - 1).bit_length()
    if size > k.log_buf_len:
        k.new_log_buf_len = size


@early_param("log_buf_len")
@traced
def log_buf_len_setup(k: Kernel, value: str | None) -> int:
    """``log_buf_len=``, bytes"""
    if value is None:
        return -EINVAL
    log_buf_len_update(k, memparse(value)[0])
    return 0


@traced
def log_buf_add_cpu(k: Kernel) -> None:
    """Many CPUs have much to say: make room for them."""
    per_cpu = 1 << k.config.integer("LOG_CPU_MAX_BUF_SHIFT", 12)
    extra = (len(k.cpu_possible) - 1) * per_cpu
    static_size = 1 << k.config.integer("LOG_BUF_SHIFT", 17)
    if extra <= static_size // 2:
        return
    k.pr_info("printk: log_buf_len individual max cpu contribution: {} bytes", per_cpu)
    k.pr_info("printk: log_buf_len total cpu_extra contributions: {} bytes", extra)
    k.pr_info("printk: log_buf_len min size: {} bytes", static_size)
    log_buf_len_update(k, extra + static_size)


def _alloc_part(k: Kernel, size: int, what: str) -> int:
    address = memblock_alloc(k.memblock, size, LOG_ALIGN)
    if not address:
        k.pr_err("printk: log_buf_len: {} {} bytes not available", size, what)
    return address


def _move_to_one_buffer(k: Kernel, size: int) -> None:
    """Until 5.9 the log is one buffer of whole records."""
    log_buf = memblock_alloc(k.memblock, size, PRINTK_LOG_ALIGN)
    if not log_buf:
        k.pr_err("printk: log_buf_len: {} bytes not available", size)
        return
    static_size, free = k.log_buf_len, free_in_a_row(k)
    k.log_buf_len, k.log_buf_pa, k.new_log_buf_len = size, log_buf, 0
    k.log_buf = k.phys_to_virt(log_buf)
    k.pr_info("printk: log_buf_len: {} bytes", size)
    k.pr_info("printk: early log buf free: {}({}%)", free, free * 100 // static_size)


@traced
def setup_log_buf(k: Kernel, early: int) -> None:
    """Move the log into a larger buffer if one was asked for: texts, descriptors, and what is known of each
    record."""
    if k.log_buf_pa:
        return
    if not early and not k.new_log_buf_len and k.config.enabled("SMP"):
        log_buf_add_cpu(k)
    size = k.new_log_buf_len
    if not size:
        return
    if k.release < (5, 10):
        _move_to_one_buffer(k, size)
        return
    descriptors = size >> PRB_AVGBITS
    log_buf = _alloc_part(k, size, "text")
    if not log_buf:
        return
    descriptors_size = descriptors * k.sizes.sizeof("struct prb_desc")
    new_descriptors = _alloc_part(k, descriptors_size, "desc")
    if not new_descriptors:
        memblock_free(k.memblock, log_buf, size)
        return
    if not _alloc_part(k, descriptors * k.sizes.sizeof("struct printk_info"), "info"):
        memblock_free(k.memblock, new_descriptors, descriptors_size)
        memblock_free(k.memblock, log_buf, size)
        return
    static_size = k.log_buf_len
    free = move_to_larger_buffer(k)
    k.log_buf_len, k.log_buf_pa, k.new_log_buf_len = size, log_buf, 0
    k.log_buf = k.phys_to_virt(log_buf)
    k.pr_info("printk: log_buf_len: {} bytes", size)
    k.pr_info("printk: early log buf free: {}({}%)", free, free * 100 // static_size)
