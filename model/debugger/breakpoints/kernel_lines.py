"""``mmu.c:812``: a line of the kernel's source as a place, which means the function that it belongs to."""

from __future__ import annotations

from ...build.kernel_source.found import Extent
from ...build.kernel_source.lines import SourceLines
from ...language.words import tr
from ...trace.events import Function
from ..expressions.scope import Names
from .unmatched import no_line


def functions_at(file: str, line: int, names: Names) -> tuple[Function, ...] | str:
    """The traced functions that a line of a kernel file belongs to; `file` may be the end of a path.  Or why
    there are none, in a sentence."""
    lines = names.lines
    said = {function.kernel_file for function in names.trace.functions} - {""}
    files = sorted(lines.files_named(file, said))
    extents = {each: found for each in files if (found := lines.functions_of(each))}
    if not extents:
        return no_line(file, str(line), names)
    inside = [each for found in extents.values() for each in found if each.first <= line <= each.last]
    traced = [function for extent in inside for function in _traced(extent, lines, names)]
    if traced:
        return tuple(dict.fromkeys(traced))
    if inside:
        extent = inside[0]
        what = tr(
            "{file}:{line} is in {name}, which is not modelled here",
            file=extent.file,
            line=line,
            name=extent.name,
        )
    else:
        extent = Extent("", next(iter(extents)), line, line, line)
        what = tr("line {line} of {file} is in no function", line=line, file=extent.file)
    return what + _offer(extents[extent.file], line, lines, names)


def _traced(extent: Extent, lines: SourceLines, names: Names) -> list[Function]:
    """The traced functions that are a function of the kernel's."""
    return [
        function
        for function in names.trace.functions.named(extent.name)
        if (found := lines.extent(function.name, function.kernel_file)) and found.file == extent.file
    ]


def _offer(extents: list[Extent], line: int, lines: SourceLines, names: Names) -> str:
    """The nearest functions before and after a line that have breakpoints, in words; or nothing."""
    modelled = [each for each in extents if _traced(each, lines, names)]
    before = [each for each in modelled if each.last < line][-1:]
    after = [each for each in modelled if each.first > line][:1]
    told = tr(" and ").join(
        tr("{name} (from line {line})", name=each.name, line=each.line) for each in (*before, *after)
    )
    return tr("; next to it there is {told}", told=told) if told else ""
