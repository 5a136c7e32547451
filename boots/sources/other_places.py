"""What turns on places that were only assumed: the same boot is tried with kernel and device tree elsewhere.

Nothing is worked out in advance: what a boot does with another gap in memory, only that boot tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import structs

from ...model.base.errors import InputError
from ...model.base.pfn import ALIGN
from ...model.base.units import hex_address
from ..core.board import Span, image_span, joined, memory_banks, reserved_nodes, tree_span
from ..core.kernel import Kernel
from ..init.main import boot
from ..loader.architectures import architecture_of
from ..loader.placement.placement import PLACES, TWO_MIB

MOST_EVENTS = 60_000
"""The longest boot that is tried again, in events: about a second for all tries."""
SZ_4K, SZ_64M, FOUR_GIB = 4 << 10, 64 << 20, 1 << 32
MOST_LINES = 2
LONGEST_LINE = 110

ADDRESS = re.compile(r"0x[0-9a-f]+")
OF_MEMBLOCK = re.compile(r"\s*memblock_|MEMBLOCK configuration|\s*(?:memory|reserved)(?:\.cnt| size|\[)")


class Try(NamedTuple):
    """Another place: the machine file's key for it, the address, and why just there."""

    key: str
    address: int
    why: str


class _Outcome(NamedTuple):
    """What is different after a try: lines that say something else, and how many only name other
    addresses."""

    tried: Try
    said: list[str]
    moved: int


def what_turns_on_it(kernel: Kernel) -> Iterator[str]:
    """What is to be said of the places that were assumed for a kernel whose boot is over."""
    if not kernel.assumed_places or kernel.cannot_start:
        return
    if len(kernel.trace) > MOST_EVENTS:
        yield "what turns on these places was not tried: this boot is long"
        return
    outcomes = [_outcome(kernel, tried) for tried in other_places(kernel)]
    yield from _words([outcome for outcome in outcomes if outcome is not None])


def other_places(kernel: Kernel) -> Iterator[Try]:
    """Where the kernel and its device tree may well be too, as far as there is room."""
    image = image_span(kernel.image, kernel.machine.load_address)
    bank = _bank(kernel, image)
    if bank is None:
        return
    candidates = (*_for_tree(kernel, image, bank), *_for_kernel(kernel, bank))
    for tried in candidates:
        if tried.key in kernel.assumed_places and _is_free(kernel, tried, bank):
            yield tried


def _bank(kernel: Kernel, image: Span) -> Span | None:
    """The memory that the kernel lies in, as far as it is low."""
    found = next((bank for bank in joined(memory_banks(kernel.fdt_given)) if bank.holds(image)), None)
    if found and found.start < FOUR_GIB:
        return Span(found.start, min(found.end, FOUR_GIB))
    return found


def _for_tree(kernel: Kernel, image: Span, bank: Span) -> Iterator[Try]:
    size = ALIGN(kernel.fdt_given.totalsize, SZ_4K)
    yield Try("dtb_address", ALIGN(image.end, TWO_MIB), "behind the kernel")
    yield Try("dtb_address", (bank.end - size) & -SZ_4K, "at the end of the bank, as U-Boot does")
    yield Try("dtb_address", (bank.start + bank.size // 2) & -SZ_4K, "in the middle of the bank")
    given = _largest_given(kernel)
    if given:
        yield Try("dtb_address", (given.start + given.size // 2) & -SZ_4K, "within what is given away now")


def _for_kernel(kernel: Kernel, bank: Span) -> Iterator[Try]:
    room = architecture_of(kernel.machine).image_offset(kernel.layout)
    yield Try("load_address", ALIGN(bank.start, TWO_MIB) + room, "at the start of the bank")
    yield Try("load_address", ALIGN(bank.start + SZ_64M, TWO_MIB) + room, "64 MiB further up")


def _largest_given(kernel: Kernel) -> Span | None:
    """The largest area for which the boot looked for a place itself: for CMA, devices, a crash kernel."""
    shift = kernel.layout.page_shift
    fixed = {span for _, span in reserved_nodes(kernel.fdt_given)}
    found = [Span(area.base_pfn, area.base_pfn + area.page_count) for area in kernel.cma.cma_areas]
    found = [Span(pfns.start << shift, pfns.end << shift) for pfns in found]
    found += [Span(mem.base, mem.base + mem.size) for mem in kernel.of.reserved_mem if mem.base]
    start, last = kernel.crashk_res
    if last:
        found.append(Span(start, last + 1))
    return max((span for span in found if span not in fixed), key=lambda span: span.size, default=None)


def _is_free(kernel: Kernel, tried: Try, bank: Span) -> bool:
    """Whether what is tried lies in this memory, where nothing else is, and not where it is anyway."""
    machine, fdt = _moved(kernel, tried).machine, kernel.fdt_given
    image, tree = image_span(kernel.image, machine.load_address), tree_span(machine, fdt)
    others = [span for _, span in reserved_nodes(fdt)]
    others += [Span(base, base + size) for base, size in fdt.memreserve]
    others.append(Span(machine.initrd_start, machine.initrd_start + machine.initrd_size))
    if image.overlaps(tree) or tried.address == getattr(kernel.machine, tried.key):
        return False
    moved = tree if tried.key == "dtb_address" else image
    return bank.holds(moved) and not any(moved.overlaps(other) for other in others if other.size)


def _moved(kernel: Kernel, tried: Try) -> Kernel:
    """The same kernel, before its first step, with something elsewhere."""
    machine = structs.replace(kernel.machine, **{tried.key: tried.address})
    return kernel.again(machine)


def _outcome(kernel: Kernel, tried: Try) -> _Outcome | None:
    """How the log of that boot differs; None if it takes too long."""
    other = _moved(kernel, tried)
    try:
        boot(other)
    except InputError:
        return None
    ours, theirs = Counter(_lines(kernel)), list(_lines(other))
    without_addresses = Counter(map(_masked, ours.elements()))
    different = list((Counter(theirs) - ours).elements())
    said = list((Counter(map(_masked, theirs)) - without_addresses).elements())
    lines = [line for line in different if _masked(line) in said]
    gone = sum((without_addresses - Counter(map(_masked, theirs))).values())
    if gone and not lines:
        lines = [f"{gone} lines less"]
    return _Outcome(tried, lines, len(different) - len(lines))


def _lines(kernel: Kernel) -> Iterator[str]:
    """The lines that a boot prints, but for memblock's own, of which many tell where the device tree is."""
    trace = kernel.trace
    for event in trace.logs:
        text = trace.log_text(event)
        if trace.is_printed(event) and not OF_MEMBLOCK.match(text):
            yield from text.split("\n")


def _masked(line: str) -> str:
    return ADDRESS.sub("0x", line)


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


def _words(outcomes: list[_Outcome]) -> Iterator[str]:
    """The outcomes in sentences, one for all that come to the same."""
    alike: dict[tuple[str, ...], list[_Outcome]] = {}
    for outcome in outcomes:
        alike.setdefault(tuple(outcome.said), []).append(outcome)
    for said, group in sorted(alike.items(), key=lambda item: not item[0]):
        consequences = _consequences(said) if said else _no_consequences(group)
        yield f"with {_places([outcome.tried for outcome in group])}: {consequences}"


def _places(tries: list[Try]) -> str:
    """The places of several tries in words."""
    by_key = {key: [tried for tried in tries if tried.key == key] for key in PLACES}
    return ", or ".join(
        f"{PLACES[key]} at " + " or ".join(f"{hex_address(tried.address)} ({tried.why})" for tried in group)
        for key, group in by_key.items()
        if group
    )


def _consequences(said: tuple[str, ...]) -> str:
    more = len(said) - MOST_LINES
    rest = [] if more <= 0 else ["another line differs" if more == 1 else f"{more} more lines differ"]
    return "; ".join([*map(_short, said[:MOST_LINES]), *rest])


def _no_consequences(group: list[_Outcome]) -> str:
    moved = max(outcome.moved for outcome in group)
    lines = "one line has" if moved == 1 else f"{moved} lines have"
    addresses = f", at most {lines} other addresses" if moved else ""
    return f"no line of the log says anything else{addresses}"
