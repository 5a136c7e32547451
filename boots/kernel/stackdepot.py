"""The hash table of stack traces, for debugging options that keep some from the start.  Mirrors
lib/stackdepot.c."""

from __future__ import annotations

from ...model.trace.recorder import traced
from ..core.kernel import Kernel
from ..core.params import early_param
from ..core.setup_params import setup_param
from ..lib.kstrtox import kstrtobool
from ..mm.hash import HASH_EARLY, alloc_large_system_hash, hash_zero

KERNEL_FILE = "lib/stackdepot.c"

STACK_HASH_SCALE = 14
STACK_HASH_ORDER_MIN, STACK_HASH_ORDER_MAX = 12, 20
SLUB_DEFAULT_FLAGS = "fzpu"
POINTER, LIST_HEAD = 8, 16
"""The sizes of a pointer and of a ``struct list_head``."""


@early_param("stack_depot_disable")
@traced
def is_stack_depot_disabled(k: Kernel, value: str | None) -> int:
    """``stack_depot_disable=``: whether to do without."""
    disabled = kstrtobool(value)
    if disabled:
        if k.release < (6, 3):
            # Since 6.3 this is said when the table would be allocated.
            k.pr_info("Stack Depot is disabled")
        k.stackdepot.stack_depot_disable = True
    return 0 if disabled is not None else -22


@early_param("page_owner")
@traced
def early_page_owner_param(k: Kernel, value: str | None) -> int:
    """``page_owner=``: whether every page remembers who allocated it (mm/page_owner.c)."""
    enabled = kstrtobool(value)
    if enabled:
        k.stackdepot.stack_depot_want_early_init = True
    return 0 if enabled is not None else -22


def _slub_flags(letters: str) -> set[str]:
    """The flags that some letters stand for; ``-`` takes back those before it."""
    return set(letters.lower().rpartition("-")[2])


@setup_param
@traced
def setup_slub_debug(k: Kernel, value: str) -> int:
    """``slub_debug[=flags[,caches][;...]]``: the flag U keeps the users of every object, P fills objects with
    a pattern; without flags both are meant, without caches all of them (mm/slub.c)."""
    everything = set(SLUB_DEFAULT_FLAGS)
    of_all, of_some = everything, False
    if len(value) > 1 and value.startswith("="):
        of_all = everything if k.config.enabled("SLUB_DEBUG_ON") else set[str]()
        for block in filter(None, value[1:].split(";")):
            letters, has_caches, _ = block.partition(",")
            flags = everything if block.startswith(",") else _slub_flags(letters)
            if not has_caches:
                of_all = flags
            of_some = of_some or bool(has_caches and "u" in flags)
    if of_some or "u" in of_all:
        k.stackdepot.stack_depot_want_early_init = True
    clears = k.config.enabled("INIT_ON_ALLOC_DEFAULT_ON") or k.config.enabled("INIT_ON_FREE_DEFAULT_ON")
    if clears and "p" in of_all:
        k.pr_info("mem auto-init: SLAB_POISON will take precedence over init_on_alloc/init_on_free")
    return 1


@traced
def stack_depot_early_init(k: Kernel) -> None:
    """Allocate the table if an option has asked for it."""
    if not k.config.enabled("STACKDEPOT"):
        return
    if k.stackdepot.stack_depot_disable:
        if k.release >= (6, 3):
            k.pr_info("stackdepot: disabled")
        return
    if k.stackdepot.stack_depot_want_early_init or k.config.enabled("STACKDEPOT_ALWAYS_INIT"):
        smallest, largest = 1 << STACK_HASH_ORDER_MIN, 1 << STACK_HASH_ORDER_MAX
        # Since 6.8 a bucket is a list, and made one after it is allocated.
        is_list = k.release >= (6, 8)
        bucket, flags = (LIST_HEAD, 0) if is_list else (POINTER, hash_zero(k))
        flags |= HASH_EARLY
        alloc_large_system_hash(k, "stackdepot", bucket, 0, STACK_HASH_SCALE, flags, smallest, largest)
