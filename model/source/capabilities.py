"""What a source of traces can tell, and what not."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ..language.words import tr, translatable


class Capabilities(Struct, frozen=True):
    """What a source tells; the first six, `e820` and `numa` are about the trace itself.

    `calls`: which function is open; `arguments`: what functions were given and returned; `page_tables`,
    `sections`, `zones`: these parts of the state (also `e820` and `numa`, which
    not every architecture keeps); `exact_state`: the state is the kernel's own, nothing of it
    is inferred.  `source`: the text of the functions is at hand; `locals`: their local variables can be
    found; `what_if`: it can be done again with something changed; `grows`: it may go on for a long time, and
    is looked at meanwhile.
    """

    calls: bool = True
    arguments: bool = True
    page_tables: bool = True
    sections: bool = True
    zones: bool = True
    exact_state: bool = True
    source: bool = True
    locals: bool = False
    what_if: bool = False
    grows: bool = False
    e820: bool = False
    numa: bool = False

    def missing(self, needs: Iterable[str]) -> str:
        """The first of some capabilities, by their names above, that there is not; "" if all are there."""
        return next((name for name in needs if not getattr(self, name)), "")


SUBJECTS = {
    "calls": translatable("which functions are called"),
    "arguments": translatable("what functions are given"),
    "page_tables": translatable("page tables"),
    "sections": translatable("sections and page structs"),
    "zones": translatable("nodes and zones"),
    "e820": translatable("an e820 map"),
    "numa": translatable("NUMA tables"),
    "exact_state": translatable("the exact state of memory"),
    "source": translatable("the functions' source text"),
    "locals": translatable("local variables"),
}
"""What is not told where a capability is missing: the rest of "A kernel log tells nothing of …"."""


def silence(kind: str, missing: str) -> str:
    """Why there is nothing to see, in a sentence: `kind` is what the trace comes from ("a kernel log"),
    `missing` the capability that it has not."""
    said = tr(kind)
    said = said[:1].upper() + said[1:]
    if missing == "what_if":
        return tr("{kind} cannot be done again with something changed.", kind=said)
    return tr("{kind} tells nothing of {subject}.", kind=said, subject=tr(SUBJECTS[missing]))
