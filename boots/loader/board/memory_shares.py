"""A board's memory in equal shares, one for each NUMA node, as QEMU cuts it.

Mirrors ``numa_default_auto_assign_ram`` of QEMU's hw/core/numa.c: every node but the last has the same number
of whole 8 MiB, and the nodes lie one behind the other.  CPUs go round the nodes, as with one socket each
(``-smp N,sockets=N``).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ....model.base.errors import InputError
from ....model.base.units import readable_size
from ....model.language.words import tr
from ...core.board import Span

ALIGN = 8 << 20
"""Bytes that a node has a whole number of: ``numa_mem_align_shift``."""
MOST_NODES = 128
"""MAX_NODES of QEMU."""


def parse_nodes(text: str) -> int:
    """How many nodes.  Raises `InputError`."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_NODES:
        raise InputError(
            tr("numa {text}: expected how many nodes, from 1 to {most}", text=text, most=MOST_NODES)
        )
    return int(text)


def shares(banks: Sequence[Span], count: int, board: str) -> list[list[Span]]:
    """The memory of each node, cut from banks in the order of their addresses.  Raises `InputError` if there
    is too little for so many."""
    size = sum(bank.size for bank in banks)
    if size // count < ALIGN:
        raise InputError(
            tr(
                "{count} nodes: each has at least {least}, and {board} has {whole}",
                count=count,
                least=readable_size(ALIGN),
                board=board,
                whole=readable_size(size),
            )
        )
    share = size // count // ALIGN * ALIGN
    cuts = [*(nid * share for nid in range(count)), size]
    return [_between(banks, *cut) for cut in pairwise(cuts)]


def _between(banks: Sequence[Span], first: int, last: int) -> list[Span]:
    """The memory of banks from the byte numbered `first` up to, and without, `last`."""
    found: list[Span] = []
    for bank in banks:
        start, end = max(first, 0), min(last, bank.size)
        if start < end:
            found.append(Span(bank.start + start, bank.start + end))
        first, last = first - bank.size, last - bank.size
    return found
