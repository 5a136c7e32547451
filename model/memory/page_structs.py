"""From a page frame to its ``struct page`` and back, step by step, as each memory model does it.

Mirrors ``__pfn_to_page()`` and ``__page_to_pfn()`` of include/asm-generic/memory_model.h.  Page structs are
named by their virtual addresses.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator

from msgspec import Struct

from .memory_model import FLATMEM, SPARSEMEM_STATIC, VMEMMAP, MemoryModel
from .sparsemem import U64, MemSection, Sections, sparse_decode_mem_map


class NoStructPage(Exception):
    """There is no struct page, or no page frame; the text says why."""


class WalkStep(Struct, frozen=True):
    """One step of a conversion: what is found, the kernel's formula with its numbers, what that gives."""

    name: str
    formula: str
    value: int
    is_index: bool = False

    @property
    def shown(self) -> str:
        """The value as text: an index in decimal, everything else in hexadecimal."""
        return str(self.value) if self.is_index else f"{self.value:#x}"


class Walk(Struct, frozen=True):
    """A conversion: its steps, as far as they can be taken, what it comes to (None: to nothing), and what is
    wrong ("": nothing).  Something may be wrong with a result too: some models do not look."""

    steps: tuple[WalkStep, ...]
    result: int | None
    problem: str = ""


class PageStructs(ABC):
    """The page structs of a kernel of some `shape` at one moment: `sections` as they are, and `linear_base`,
    the physical address that the direct map begins with, None before the kernel has set the variable that it
    `waits_for`."""

    def __init__(
        self, shape: MemoryModel, sections: Sections, linear_base: int | None, waits_for: str = "linear_base"
    ) -> None:
        self.shape = shape
        self.sections = sections
        self.linear_base = linear_base
        self.waits_for = waits_for

    def page(self, pfn: int) -> int:
        """``pfn_to_page(pfn)``.  Raises `NoStructPage`."""
        return _result(self.to_page(pfn))

    def pfn(self, page: int) -> int:
        """``page_to_pfn(page)``.  Raises `NoStructPage`."""
        return _result(self.to_pfn(page))

    def to_page(self, pfn: int) -> Walk:
        """How the kernel gets from a page frame's number to its struct page."""
        return _walk(self._forth(pfn), lambda: self._doubt(pfn))

    def to_pfn(self, page: int) -> Walk:
        """How the kernel gets from the address of a struct page to its page frame's number."""
        return _walk(self._back(page), lambda: "")

    @abstractmethod
    def has_page(self, address: int) -> bool:
        """Whether there is a struct page at or around a virtual address."""

    def start_of(self, address: int) -> int:
        """The address of the struct page that holds a virtual address.  Raises `NoStructPage`."""
        return address - (address - self._base(address)) % self.shape.sizeof_page

    @abstractmethod
    def _base(self, address: int) -> int:
        """What the page structs around an address are counted from.  Raises `NoStructPage`."""

    @abstractmethod
    def _forth(self, pfn: int) -> Iterator[WalkStep]:
        """The steps from a page frame, the struct page last.  Raises `NoStructPage`."""

    @abstractmethod
    def _back(self, page: int) -> Iterator[WalkStep]:
        """The steps from a struct page, the page frame last.  Raises `NoStructPage`."""

    @abstractmethod
    def _doubt(self, pfn: int) -> str:
        """What is wrong with the struct page found for `pfn`."""

    def _pages_from(self, base: int, name: str, page: int) -> WalkStep:
        """The step from a struct page to its distance from `base`, which counts in page structs."""
        # The difference of two pointers is signed.
        distance = ((page - base + (1 << 63)) & U64) - (1 << 63)
        pages, rest = divmod(distance, self.shape.sizeof_page)
        if rest:
            raise NoStructPage(f"{page:#x} is no struct page's address: one begins {rest} bytes below")
        return WalkStep("pfn", f"({page:#x} - {name}) / {self.shape.sizeof_page}", pages)

    def _base_of_memory(self) -> int:
        if self.linear_base is None:
            raise NoStructPage(f"{self.waits_for} is not set yet")
        return self.linear_base

    def _section(self, number: int) -> MemSection:
        """A section that has its page structs.  Raises `NoStructPage`."""
        section: MemSection | None = self.sections.sections.get(number)
        if section is None:
            raise NoStructPage(f"section {number} is not present: it holds no memory")
        if not section.has_mem_map:
            raise NoStructPage(f"section {number} has no page structs yet, only its node's number")
        return section


class VmemmapPages(PageStructs):
    """One array in virtual memory."""

    def has_page(self, address: int) -> bool:
        """Whether the address lies in the part of the array that a present section has."""
        if self.linear_base is None:
            return False
        pfn = (address - self._vmemmap()) // self.shape.sizeof_page
        return self._doubt(pfn) == ""

    def _vmemmap(self) -> int:
        shape = self.shape
        return shape.vmemmap_start - (self._base_of_memory() >> shape.page_shift) * shape.sizeof_page

    def _base(self, address: int) -> int:
        return self._vmemmap()

    def _first(self) -> WalkStep:
        shape, base = self.shape, self._base_of_memory()
        formula = f"VMEMMAP_START - ({base:#x} >> {shape.page_shift}) * {shape.sizeof_page}"
        formula = formula if shape.vmemmap_align else "VMEMMAP_START"
        return WalkStep("vmemmap", formula, self._vmemmap() & U64)

    def _forth(self, pfn: int) -> Iterator[WalkStep]:
        size = self.shape.sizeof_page
        yield self._first()
        yield WalkStep("page", f"vmemmap + {pfn:#x} * {size}", (self._vmemmap() + pfn * size) & U64)

    def _back(self, page: int) -> Iterator[WalkStep]:
        yield self._first()
        yield self._pages_from(self._vmemmap(), "vmemmap", page)

    def _doubt(self, pfn: int) -> str:
        try:
            self._section(pfn // self.shape.pages_per_section)
        except NoStructPage as words:
            return f"nothing is mapped there, {words}"
        return ""


class SectionPages(PageStructs):
    """An array for each section, found through the section's number, which each struct page carries."""

    def has_page(self, address: int) -> bool:
        """Whether some section's array holds the address."""
        return self._section_holding(address) is not None

    def _section_holding(self, page: int) -> int | None:
        """What ``page_to_section()`` reads from the highest bits of ``page->flags``: here it is looked up."""
        shape = self.shape
        size = shape.pages_per_section * shape.sizeof_page
        for number, section in self.sections.sections.items():
            start = number * shape.pages_per_section
            coded = section.section_mem_map
            mem_map = sparse_decode_mem_map(coded, start, shape.sizeof_page, shape.map_last_bit)
            if section.has_mem_map and mem_map <= page < mem_map + size:
                return number
        return None

    def _base(self, address: int) -> int:
        number = self._section_holding(address)
        if number is None:
            raise NoStructPage(f"{address:#x} lies in no section's array of page structs")
        return self._section(number).section_mem_map >> self.shape.map_last_bit << self.shape.map_last_bit

    def _coded_mem_map(self, number: int) -> Generator[WalkStep, None, int]:
        """The steps to what a section has of its page structs; it is returned too."""
        shape = self.shape
        root, at = divmod(number, shape.sections_per_root)
        if shape.model != SPARSEMEM_STATIC:
            formula = f"SECTION_NR_TO_ROOT: {number} / {shape.sections_per_root}"
            yield WalkStep("root", formula, root, is_index=True)
            yield WalkStep("mem_section", f"&mem_section[{root}][{at}]", self._root(root, at))
        raw = self._section(number).section_mem_map
        yield WalkStep("section_mem_map", f"mem_section[{root}][{at}].section_mem_map", raw)
        coded = raw >> shape.map_last_bit << shape.map_last_bit
        yield WalkStep("coded", f"{raw:#x} & SECTION_MAP_MASK", coded)
        return coded

    def _root(self, root: int, at: int) -> int:
        """The virtual address of a section in a root."""
        array: int | None = self.sections.roots.get(root)
        if array is None:
            raise NoStructPage(f"mem_section[{root}] is NULL: none of its sections holds memory")
        address = array - self._base_of_memory() + at * self.shape.sizeof_mem_section
        return (address + self.shape.page_offset) & U64

    def _forth(self, pfn: int) -> Iterator[WalkStep]:
        shape = self.shape
        shift = shape.section_size_bits - shape.page_shift
        number = pfn >> shift
        yield WalkStep("section", f"pfn_to_section_nr: {pfn:#x} >> {shift}", number, is_index=True)
        coded = yield from self._coded_mem_map(number)
        page = coded + pfn * shape.sizeof_page
        yield WalkStep("page", f"{coded:#x} + {pfn:#x} * {shape.sizeof_page}", page & U64)

    def _back(self, page: int) -> Iterator[WalkStep]:
        number = self._section_holding(page)
        if number is None:
            raise NoStructPage(f"{page:#x} lies in no section's array of page structs")
        sections_width = self.shape.max_physmem_bits - self.shape.section_size_bits
        formula = f"page_to_section: page->flags >> {64 - sections_width}"
        yield WalkStep("section", formula, number, is_index=True)
        coded = yield from self._coded_mem_map(number)
        yield self._pages_from(coded, f"{coded:#x}", page)

    def _doubt(self, pfn: int) -> str:
        return ""


class FlatPages(PageStructs):
    """One array for everything from the first page of memory to the last."""

    def has_page(self, address: int) -> bool:
        """Whether the address lies in what was allocated for the array."""
        fields = self.sections.fields
        start = fields["node_mem_map"]
        return start != 0 and start <= address < start + fields["mem_map_pages"] * self.shape.sizeof_page

    def _mem_map(self) -> int:
        mem_map: int = self.sections.fields["mem_map"]
        if not mem_map:
            raise NoStructPage("mem_map is NULL: alloc_node_mem_map() has not allocated it yet")
        return mem_map

    def _base(self, address: int) -> int:
        return self._mem_map()

    def _first(self) -> Iterator[WalkStep]:
        shift = self.shape.page_shift
        yield WalkStep(
            "ARCH_PFN_OFFSET", f"{self._base_of_memory():#x} >> {shift}", self._base_of_memory() >> shift
        )
        yield WalkStep("mem_map", "mem_map", self._mem_map())

    def _forth(self, pfn: int) -> Iterator[WalkStep]:
        yield from self._first()
        offset, size = self._base_of_memory() >> self.shape.page_shift, self.shape.sizeof_page
        page = self._mem_map() + (pfn - offset) * size
        yield WalkStep("page", f"mem_map + ({pfn:#x} - {offset:#x}) * {size}", page & U64)

    def _back(self, page: int) -> Iterator[WalkStep]:
        yield from self._first()
        offset = self._base_of_memory() >> self.shape.page_shift
        pages = self._pages_from(self._mem_map(), "mem_map", page)
        yield WalkStep("pfn", f"{pages.formula} + {offset:#x}", pages.value + offset)

    def _doubt(self, pfn: int) -> str:
        page = (
            self._mem_map()
            + (pfn - (self._base_of_memory() >> self.shape.page_shift)) * self.shape.sizeof_page
        )
        return "" if self.has_page(page) else "this lies outside mem_map, the macro does not look"


def page_structs(
    shape: MemoryModel, sections: Sections, linear_base: int | None, waits_for: str = "linear_base"
) -> PageStructs:
    """The page structs of a kernel of this shape, as in `PageStructs`."""
    kind = {VMEMMAP: VmemmapPages, FLATMEM: FlatPages}.get(shape.model, SectionPages)
    return kind(shape, sections, linear_base, waits_for)


def walk_lines(pages: PageStructs, pfn: int) -> Iterator[str]:
    """The way from a page frame to its struct page and back as text, a line each step."""
    there = pages.to_page(pfn)
    back = pages.to_pfn(there.result) if there.result is not None else None
    for title, walk in ((f"pfn_to_page({pfn:#x})", there), ("page_to_pfn", back)):
        if walk is not None:
            yield title
            yield from (f"  {step.name:16} {step.formula:48} {step.shown}" for step in walk.steps)
            if walk.problem:
                yield f"  {walk.problem}"


def _walk(steps: Iterator[WalkStep], doubt: Callable[[], str]) -> Walk:
    taken: list[WalkStep] = []
    try:
        for step in steps:
            taken.append(step)
    except NoStructPage as words:
        return Walk(tuple(taken), None, str(words))
    return Walk(tuple(taken), taken[-1].value, doubt())


def _result(walk: Walk) -> int:
    if walk.result is None:
        raise NoStructPage(walk.problem)
    return walk.result
