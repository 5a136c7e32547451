"""What watching a kernel that runs asks of its architecture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from .calling import CallingConvention
from .entry import Entry, Start
from .inputs.architecture import InputsOf
from .reading.own import OwnState
from .reading.page_tables import TreeOps


class LiveArchitecture(NamedTuple):
    """`name` is what a machine file calls it; stubs call it by one of `stub_names`.

    `calls` is its calling convention.  `reach_entry` lets a target go to the kernel's first instruction,
    `reach_virtual` from there to the first place with virtual addresses, and returns how many bytes further
    than linked the kernel runs; both raise `NotEntered`.  `own` is what its kernels have in memory beside
    what all have, `inputs` reads what they are given; `trees` finds their page tables, which the functions
    named `mapping` change; those named `early` run before ``start_kernel``.  `functions` is the file
    with its own functions that are worth stopping at.
    """

    name: str
    stub_names: tuple[str, ...]
    calls: CallingConvention
    reach_entry: Callable[[Start], Awaitable[Entry]]
    reach_virtual: Callable[[Start, Entry], Awaitable[int]]
    own: OwnState
    inputs: InputsOf
    trees: TreeOps
    mapping: frozenset[str]
    early: frozenset[str]
    functions: Path
