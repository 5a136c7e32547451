"""The ``info`` command and backtrace: what there is at the position, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ...base.units import UNPRINTED, readable_size
from ...index.selectors import PlaceError
from ...memory.e820 import type_name
from ...memory.memory_model_cost import cost_lines, costs
from ...memory.page_structs import walk_lines
from ...source.provenance import caller_words
from ...text.debugfs import memblock_lines, page_table_lines
from ...text.events import describe
from ...text.formats import formatted
from ...text.values import whole_text
from ...trace.events import Site
from ..breakpoints.breakpoints import Breakpoint
from ..breakpoints.unmatched import no_function
from ..debugger import Debugger, Frame
from ..inspect.address_target import find_target
from ..kernel_places import model_words, place_of, place_of_event, place_words
from .command import Command, CommandError, CommandOutcome, count

LOG_LINES = 20


def _breakpoints(debugger: Debugger, rest: str) -> str:
    """A line for each, and more lines where there is more to say, as gdb has it."""
    points = debugger.breakpoints.all()
    if not points:
        return "no breakpoints"
    kind = max(len(point.kind) for point in points)
    lines = [f"{'num':<4} {'type':<{kind}} on {'hits':>5}  where"]
    for point in points:
        condition = f" if {point.condition}" if point.condition else ""
        where = f"{point.location.watch or point.spec}{condition}"
        on = "y" if point.enabled else "n"
        lines.append(f"{point.number:<4} {point.kind:<{kind}} {on:<2} {point.hits:>5}  {where}")
        lines += [f"{'':<{kind + 16}}{text}" for text in _more(point)]
    return "\n".join(lines)


def _more(point: Breakpoint) -> Iterator[str]:
    """What else there is to say of a breakpoint."""
    if point.message:
        yield f'prints "{point.message.text}"'
    if point.ignore:
        yield f"ignores the next {point.ignore}"
    if point.is_kept:
        yield "kept from last time"
    if point.note:
        yield point.note


def frame_text(number: int, frame: Frame) -> str:
    """A frame in one line, as gdb's backtrace has it: with its place in the kernel's source, or if none is
    known, in the model."""
    arguments = ", ".join(f"{name}={whole_text(name, value)}" for name, value in frame.arguments)
    place = frame.place if frame.place.file else f"model: {frame.site.filename}"
    return f"#{number:<3} {frame.function.name} ({arguments}) at {place}"


def _stack(debugger: Debugger, rest: str) -> str:
    frames = debugger.where().frames[::-1]
    shown = frames[: count(rest, len(frames))] if frames else ()
    return "\n".join(frame_text(number, frame) for number, frame in enumerate(shown)) or "no function is open"


def _frame(debugger: Debugger, rest: str) -> str:
    frames = debugger.where().frames[::-1]
    number = count(rest, 0)
    if not 0 <= number < len(frames):
        raise CommandError(f"there is no frame {number}: {len(frames)} are open")
    frame = frames[number]
    lines = [
        frame_text(number, frame),
        f"entered at event {frame.enter}",
        caller_words(debugger.trace, frame.enter, "called from nothing that is modelled"),
        model_words(debugger.trace, frame.site),
    ]
    return _lines(*lines, frame.function.doc)


def _arguments(debugger: Debugger, rest: str) -> str:
    frames = debugger.where().frames
    if not frames:
        return "no function is open"
    lines = [f"{name} = {formatted(name, value)}" for name, value in frames[-1].arguments]
    return "\n".join(lines) or f"{frames[-1].function.name} takes no arguments"


def _memblock(debugger: Debugger, rest: str) -> str:
    """Both tables, as the files ``memory`` and ``reserved`` of the kernel's debugfs show them."""
    memblock = debugger.state.memblock
    lines: list[str] = []
    for array in (memblock.memory, memblock.reserved):
        lines.append(f"{array.name}: {len(array)} of {array.max}, {readable_size(array.total_size)}")
        lines += memblock_lines(array.regions, memblock.max_numnodes)
    return "\n".join(lines)


def _e820(debugger: Debugger, rest: str) -> str:
    """A PC's three tables, as the kernel prints them."""
    state = debugger.state.e820
    tables = (state.e820_table, state.e820_table_kexec, state.e820_table_firmware)
    lines: list[str] = []
    for table in tables if any(tables) else ():
        lines.append(f"{table.target.rpartition('.')[2]}: {len(table)} ranges")
        lines += (
            f"  [mem {entry.addr:#018x}-{entry.end - 1:#018x}] {type_name(entry.type)}" for entry in table
        )
    return "\n".join(lines) or "no e820 map yet: PCs have one"


def _zones(debugger: Debugger, rest: str) -> str:
    lines: list[str] = []
    for node in debugger.state.zones.nodes.values():
        lines.append(
            f"node {node.nid}: start_pfn {node.start_pfn:#x}, spanned {node.spanned}, present {node.present}"
        )
        for zone in node.zones:
            lines.append(
                f"  {zone.name:8} start_pfn {zone.start_pfn:#x}, spanned {zone.spanned}, "
                f"present {zone.present}, managed {zone.managed}"
            )
    return "\n".join(lines) or "no nodes yet"


def _sections(debugger: Debugger, rest: str) -> str:
    sections = debugger.state.sections.sections
    lines = [
        f"section {number}: section_mem_map {section.section_mem_map:#x}, usage at {section.usage_pa:#x}"
        for number, section in sorted(sections.items())
    ]
    return "\n".join(lines) or "no sections yet"


def _memory_model(debugger: Debugger, rest: str) -> str:
    """How page structs are found, of a page frame where one is named, and what they cost."""
    pages = debugger.page_structs()
    if pages is None:
        return "the memory model is not known"
    lines = [f"memory model: {pages.shape.model}"]
    if rest:
        try:
            target = find_target(debugger, rest)
        except PlaceError as error:
            raise CommandError(str(error)) from None
        if target.physical is None:
            return f"nothing is known to lie at {rest}"
        lines += walk_lines(pages, target.physical >> pages.shape.page_shift)
    regions = debugger.state.memblock.memory.regions
    found = costs(pages.shape, ((region.base, region.end) for region in regions))
    return "\n".join([*lines, *(cost_lines(found, pages.shape.model) if found else ("no memory yet",))])


def _page_tables(debugger: Debugger, rest: str) -> str:
    lines = page_table_lines(debugger.state.page_tables.runs, debugger.arch.entries)
    return "\n".join(lines) or "nothing is mapped yet"


def _variables(debugger: Debugger, rest: str) -> str:
    lines: list[str] = []
    for name, value in sorted(debugger.state.variables.items()):
        if rest in name:
            changed = debugger.occurrences.last_change(name, debugger.position)
            since = "" if changed is None else f"  (event {changed})"
            lines.append(f"{name} = {formatted(name, value)}{since}")
    return "\n".join(lines) or "no such variable"


def _event(debugger: Debugger, rest: str) -> str:
    trace = debugger.trace
    event = count(rest, debugger.position)
    if not 0 <= event < len(trace):
        raise CommandError(f"there is no event {event}: {len(trace)} are recorded")
    site = trace.site(event)
    return _lines(
        f"event {event}: {describe(trace, event, debugger.arch.entries)}",
        place_words(place_of_event(debugger.lines, trace, event)),
        model_words(trace, site),
    )


def _line(debugger: Debugger, rest: str) -> str:
    """Where we stand in the kernel's source and in the model's; or the place of a function that is named."""
    if rest:
        return _line_of_function(debugger, rest)
    frames = debugger.where().frames
    if not frames:
        return "no function is open"
    frame = frames[-1]
    kernel = f"{place_words(frame.place)}, in {frame.function.name}" if frame.place.file else ""
    return _lines(kernel, model_words(debugger.trace, frame.site))


def _line_of_function(debugger: Debugger, name: str) -> str:
    functions = debugger.occurrences.functions_named(name)
    if not functions:
        raise CommandError(no_function(name, debugger.names))
    called = [function for function in functions if debugger.occurrences.enters(function.number)]
    lines: list[str] = []
    for function in called or functions:
        extent = debugger.lines.extent(function.name, function.kernel_file)
        place = place_of(debugger.lines, function)
        to = f" to {extent.last}" if extent is not None else ""
        lines += [f"{place_words(place)}{to}, {function.name}"] if place.file else []
        lines.append(model_words(debugger.trace, Site(function.filename, function.first_line)))
    return _lines(*lines)


def _lines(*lines: str) -> str:
    """Those that say something."""
    return "\n".join(filter(None, lines))


def _log(debugger: Debugger, rest: str) -> str:
    trace = debugger.trace
    printed = trace.log_count(debugger.position)
    first = max(printed - count(rest, LOG_LINES), 0)
    lines = (
        trace.log_text(event) if trace.is_printed(event) else f"{UNPRINTED} {trace.log_text(event)}"
        for event in trace.logs[first:printed]
    )
    return "\n".join(lines) or "nothing printed yet"


def _phases(debugger: Debugger, rest: str) -> str:
    here = debugger.phases.at(debugger.position)
    return "\n".join(
        f"{'>' if index == here else ' '} {phase.start:8}  {phase.name}"
        for index, phase in enumerate(debugger.phases.all())
    )


def _bookmarks(debugger: Debugger, rest: str) -> str:
    lines = [
        f"{name}: {position}  {debugger.position_names.name(position)}"
        for name, position in sorted(debugger.bookmarks.items(), key=lambda item: item[1])
    ]
    return "\n".join(lines) or "no bookmarks"


def _functions(debugger: Debugger, rest: str) -> str:
    found = sorted(
        (
            function.name,
            str(place_of(debugger.lines, function)),
            len(debugger.occurrences.enters(function.number)),
        )
        for function in debugger.occurrences.called()
        if rest in function.name
    )
    return (
        "\n".join(f"{name}  {file}  ({calls} calls)" for name, file, calls in found)
        or "no such function is called"
    )


Topic = Callable[[Debugger, str], str]
"""Answers ``info`` with text, given what follows the topic's name.  Raises `CommandError`."""

TOPICS: dict[str, Topic] = {
    "args": _arguments,
    "bookmarks": _bookmarks,
    "breakpoints": _breakpoints,
    "e820": _e820,
    "event": _event,
    "frame": _frame,
    "functions": _functions,
    "line": _line,
    "log": _log,
    "memblock": _memblock,
    "memory-model": _memory_model,
    "page-tables": _page_tables,
    "phases": _phases,
    "sections": _sections,
    "stack": _stack,
    "variables": _variables,
    "zones": _zones,
}
"""What ``info`` always knows about."""

SHORT = {
    "b": "breakpoints",
    "e": "event",
    "f": "frame",
    "s": "stack",
    "l": "line",
    "v": "variables",
    "m": "memblock",
}
"""Letters that would be ambiguous, and what they stand for."""


def info_command(topics: Mapping[str, Topic]) -> Command:
    """The command ``info`` for so many topics."""

    def info(debugger: Debugger, rest: str) -> CommandOutcome:
        word, _, more = rest.partition(" ")
        word = SHORT.get(word, word)
        found = [topic for topic in topics if topic == word] or [
            topic for topic in topics if topic.startswith(word)
        ]
        if len(found) != 1 or not word:
            wrong = f'ambiguous "info {word}": ' if word and found else "info takes one of "
            raise CommandError(wrong + ", ".join(found or topics))
        return CommandOutcome(topics[found[0]](debugger, more.strip()))

    return Command(
        "info", ("i",), "info TOPIC", "about " + ", ".join(topics), info, complete=lambda debugger: topics
    )


def _backtrace(debugger: Debugger, rest: str) -> CommandOutcome:
    return CommandOutcome(_stack(debugger, rest))


COMMANDS = (
    Command("backtrace", ("bt", "where"), "backtrace [N]", "the open functions, innermost first", _backtrace),
)
"""All of them but ``info``, which is made for the topics there are."""
