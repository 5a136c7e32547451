"""Boots that are held against each other; each is recorded once in a process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from unittest.mock import patch

import bootstep.boots.arm64.mm.init as arm64_init
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if_syntax import WhatIf
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.memory.memblock import memblock_reserve
from in_blocks import IN_BLOCKS

ALL_ADD = f"add {IN_BLOCKS}"
MORE = (0x5000_0000, 0x1_0000)
"""What the patched kernel reserves besides: 64 KiB."""


@cache
def booted(machine: str = "virt-1g", *wishes: str, **keys: str) -> ModelBoot:
    """The whole boot of a machine with some keys of its file changed, and with wishes as of ``whatif``."""
    tried = WhatIf(read_machine(machine, dict[str, Any](keys)))
    for wish in (ALL_ADD, *wishes):
        tried = tried.wished(wish)
    boot = ModelBoot.of_what_if(tried)
    boot.run()
    return boot


@cache
def patched() -> ModelBoot:
    """The boot of a kernel that makes one call of memblock_reserve more, in arm64_memblock_init."""
    before: Callable[[Kernel], None] = arm64_init.early_init_fdt_scan_reserved_mem

    def and_more(k: Kernel) -> None:
        before(k)
        memblock_reserve(k.memblock, *MORE)

    with patch.object(arm64_init, "early_init_fdt_scan_reserved_mem", and_more):
        boot = ModelBoot.of_what_if(WhatIf(read_machine("virt-1g")).wished(ALL_ADD))
        boot.run()
    return boot
