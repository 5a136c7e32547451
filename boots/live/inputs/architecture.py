"""What reading the inputs of a boot asks of its architecture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from ..memory import KernelMemory
from .physical import Reader
from .records import LiveInputs


class InputsOf(NamedTuple):
    """`at_entry` reads what boot loader and firmware have left, where the entry's registers point to, and
    notes it in the inputs; `at_end` what the kernel has found out and drawn, when it has, from its own
    memory, and from its log as far as that is known; `masked` are those of the files that tell what is
    nobody else's business, with that written over, and a sentence for each."""

    at_entry: Callable[[Reader, KernelMemory, LiveInputs], Awaitable[None]]
    at_end: Callable[[KernelMemory, LiveInputs, str], Awaitable[None]]
    masked: Callable[[Mapping[str, bytes]], tuple[dict[str, bytes], list[str]]]
