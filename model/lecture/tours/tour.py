'''What a tour is: stops in a boot, each with something to look at and a few sentences about it.

A tour is a TOML file.  It has its words in every language, and no number that the boot could tell itself::

    [tour]
    name = "first-look"              # what people type; the file's name if it is not there
    title.en = "A first look"        # every text: .en, .zh, or one plain string: title = "A first look"
    title.zh = "初识"
    about.en = "What is there before anything happened."
    machine = "virt-1g"              # what it is made for: a shipped machine, or a file beside this one
    order = 1                        # optional: its place in the list of tours
    needs.arch = "arm64"             # optional: arm64, x86_64, or a list of them
    needs.source = "boot"            # optional: boot (not made of a log) or log

    [[stop]]
    at = "arm64_memblock_init:return"         # as goto takes it; or a list, of which the first is taken that
                                              # this boot has: ["mm_core_init", "mm_init"]
    look = "memblock"                         # the pane that comes forward
    region = "memblock.reserved.regions[0]"   # optional, what to put the light on: what an expression is,
    address = "__pa(_text)"                   # a place in memory (a list is several),
    rows = ["Kernel", "{__pa(_text):hex}"]    # or text of rows
    ask = "who __pa(_text)"                   # optional: a question whose answer is shown (look = "about")
    if = 'since("6.1")'                       # optional: the stop is left out where this does not hold there
    optional = true                           # optional: it is left out where this boot has no such position
    title.en = "Who is first"
    say.en = """
    {count(memblock.reserved):region is|regions are} reserved, {size(memblock.reserved)} in all: the kernel
    keeps its own image, {memblock.reserved.regions[0]:range}, from everybody else."""
    notes.en = "Ask who else could be there."

    [stop.question]                  # optional, asked after the words
    ask.en = "How many regions will there be when the initrd is reserved, too?"
    choices.en = ["{memblock.reserved.cnt}", "{memblock.reserved.cnt + 1}"]
    answer = "memblock.reserved.cnt + 1"      # an expression: the number of the right choice if it says so …
    explain.en = "It touches no region that is there."

What stands in braces is an expression, as ``print`` takes it (``help print`` lists what it may ask), at the
stop's place; ``{{`` and ``}}`` are braces.  A format may follow a colon:

    {x}         a number of bytes as a size, an address in hex, everything else plain: what reads best
    {x:size}    13.6 MiB         {x:hex}  0x40210000       {x:dec}  16
    {x:pages}   a number of pages, as the size of all of them
    {x:range}   [0x40210000-0x40faffff], of a region
    {x:region|regions}   3 regions, 1 region: the number, and one of two words
    {x:?yes|no}          one of two texts, by whether something holds

A question has either the ``kind`` of one that is made of the boot itself, with options of its own, or
``ask``, ``answer`` and ``explain`` as above.  The answer is an expression: its value is what to type, or the
text of the right choice; with ``answer = "choice 2"`` it is the second.
'''

from __future__ import annotations

from typing import Any

from msgspec import Struct

LOOKS = (
    *("calls", "source", "memblock", "e820", "pagetables", "sections", "zones", "log", "variables"),
    *("breakpoints", "console", "about", "both"),
)
"""The panes that a stop may look at, as `look` calls them."""
LONGEST_TEXT = 4000
MOST_STOPS = 100
LARGEST = 1 << 18
"""Bytes of a file."""

Texts = dict[str, str]
"""A text by the languages it is there in, as `language.words` calls them; a text that names none is
English."""


class TourQuestion(Struct, frozen=True):
    """A question at a stop.  Of a `kind` that is made of the boot, with `options` as the file has them; or,
    with an empty `kind`, written out: `ask`, perhaps `choices`, the `answer` as an expression or ``choice
    N``, and what to `explain` then.  Texts may have expressions."""

    kind: str = ""
    options: dict[str, Any] = {}
    ask: Texts = {}
    choices: tuple[Texts, ...] = ()
    answer: str = ""
    explain: Texts = {}


class TourStop(Struct, frozen=True):
    """A stop: positions by their names (`at`, the first that there is), the pane to `look` at with what is
    lit there, and what is said.  `only_if` is an expression, "" if it always holds."""

    number: int
    at: tuple[str, ...]
    look: str
    title: Texts
    say: Texts
    notes: Texts = {}
    rows: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    ask: str = ""
    only_if: str = ""
    is_optional: bool = False
    question: TourQuestion | None = None

    @property
    def label(self) -> str:
        """What mistakes in it are named by."""
        return f"stop {self.number} ({self.at[0]})"


class Tour(Struct, frozen=True):
    """A tour; `machine` is the word that names the boot it is made for, `arches` and `source` what it needs
    of another ("" and nothing: anything), `file` where it was read."""

    name: str
    title: Texts
    about: Texts
    machine: str
    stops: tuple[TourStop, ...]
    arches: tuple[str, ...] = ()
    source: str = ""
    file: str = ""
    order: int = MOST_STOPS
