"""``bootstep regions``: memblock's regions and their owners, and a PC's e820 tables."""

from __future__ import annotations

from collections.abc import Sequence

from ....model.language.words import tr
from .question import asked, parser_of, put


def run(words: Sequence[str]) -> int:
    """Print the regions of memory at a position.  Raises `InputError`."""
    parser = parser_of(
        "regions", tr("memblock.memory and memblock.reserved, with owners; of a PC its e820 tables")
    )
    question = asked(parser, words)
    from ....model.debugger.inspect.regions import region_lines, regions_json

    if question.is_json:
        put(question.debugger, regions_json(question.debugger))
    else:
        print("\n".join(region_lines(question.debugger)))
    return 0
