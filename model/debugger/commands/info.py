"""The ``info`` command: what there is at the position, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ...base.units import UNPRINTED, readable_size
from ...index.selectors import PlaceError
from ...language.columns import columns, padded
from ...language.words import tr
from ...memory.e820 import type_name
from ...memory.memory_model_cost import cost_lines, costs
from ...memory.page_structs import walk_lines
from ...text.debugfs import memblock_lines, page_table_lines
from ...text.events import describe
from ..breakpoints.breakpoints import Breakpoint
from ..debugger import Debugger
from ..inspect.address_target import find_target
from ..kernel_places import kernel_place_of_event, model_words, place_words
from .checkpoints import checkpoints_topic
from .command import Command, CommandError, CommandOutcome, count
from .displaying import info_display
from .frames import arguments_topic, frame_topic, locals_topic, stack_topic
from .info_json import PLAIN
from .listing import line_topic, scope_topic, source_topic, sources_topic
from .numbers import named_breakpoints
from .symbols import address_topic, functions_topic, symbol_topic, variables_topic
from .types import info_types
from .words.info_words import INSTEAD_OF_TOPIC
from .words.topics import SENTENCES

LOG_LINES = 20


def _breakpoints(debugger: Debugger, rest: str) -> str:
    """A line for each breakpoint, and more lines where there is more to say, as gdb has it."""
    points = named_breakpoints(debugger, rest)
    return _table(points) if points else tr("no breakpoints")


def _watchpoints(debugger: Debugger, rest: str) -> str:
    """The breakpoints that watch something."""
    points = [point for point in named_breakpoints(debugger, rest) if point.location.watch]
    return _table(points) if points else tr("no watchpoints")


def _table(points: list[Breakpoint]) -> str:
    kind = max(columns(tr(point.kind)) for point in points)
    lines = [f"{'num':<4} {'type':<{kind}} on {'hits':>5}  where"]
    for point in points:
        condition = f" if {point.condition}" if point.condition else ""
        where = f"{point.location.watch or point.spec}{condition}"
        on = "y" if point.enabled else "n"
        lines.append(f"{point.number:<4} {padded(tr(point.kind), kind)} {on:<2} {point.hits:>5}  {where}")
        lines += [f"{'':<{kind + 16}}{text}" for text in _more(point)]
    return "\n".join(lines)


def _more(point: Breakpoint) -> Iterator[str]:
    """What else there is to say of a breakpoint."""
    if point.message:
        yield tr('prints "{text}"', text=point.message.text)
    if point.ignore:
        yield tr("ignores the next {ignore}", ignore=point.ignore)
    if point.stops_left:
        yield point.until_disabled
    if point.is_kept:
        yield tr("kept from last time")
    if point.note:
        yield point.note
    yield from (f"  {line}" for line in point.commands)


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
        lines.append(tr("{name}: {count} ranges", name=table.target.rpartition(".")[2], count=len(table)))
        lines += (
            f"  [mem {entry.addr:#018x}-{entry.end - 1:#018x}] {type_name(entry.type)}" for entry in table
        )
    return "\n".join(lines) or tr("no e820 map yet: PCs have one")


def _zones(debugger: Debugger, rest: str) -> str:
    """Nodes and their zones."""
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
    return "\n".join(lines) or tr("no nodes yet")


def _sections(debugger: Debugger, rest: str) -> str:
    """The sections of sparse memory."""
    sections = debugger.state.sections.sections
    lines = [
        f"section {number}: section_mem_map {section.section_mem_map:#x}, usage at {section.usage_pa:#x}"
        for number, section in sorted(sections.items())
    ]
    return "\n".join(lines) or tr("no sections yet")


def _memory_model(debugger: Debugger, rest: str) -> str:
    """How page structs are found, of a page frame where one is named, and what they cost."""
    pages = debugger.page_structs()
    if pages is None:
        return tr("the memory model is not known")
    lines = [tr("memory model: {model}", model=pages.shape.model)]
    if rest:
        try:
            target = find_target(debugger, rest)
        except PlaceError as error:
            raise CommandError(str(error)) from None
        if target.physical is None:
            return tr("nothing is known to lie at {rest}", rest=rest)
        lines += walk_lines(pages, target.physical >> pages.shape.page_shift)
    regions = debugger.state.memblock.memory.regions
    found = costs(pages.shape, ((region.base, region.end) for region in regions))
    return "\n".join([*lines, *(cost_lines(found, pages.shape.model) if found else (tr("no memory yet"),))])


def _page_tables(debugger: Debugger, rest: str) -> str:
    """What the kernel's page tables map."""
    lines = page_table_lines(debugger.state.page_tables.runs, debugger.arch.entries)
    return "\n".join(lines) or tr("nothing is mapped yet")


def _event(debugger: Debugger, rest: str) -> str:
    """What an event is, the next one without a number."""
    trace = debugger.trace
    event = count(rest, debugger.position)
    if not 0 <= event < len(trace):
        raise CommandError(
            tr("there is no event {event}: {count} are recorded", event=event, count=len(trace))
        )
    site = trace.site(event)
    return _lines(
        tr("event {event}: {text}", event=event, text=describe(trace, event, debugger.arch.entries)),
        place_words(kernel_place_of_event(debugger.lines, trace, event)),
        model_words(trace, site),
    )


def _lines(*lines: str) -> str:
    """Those that say something."""
    return "\n".join(filter(None, lines))


def _log(debugger: Debugger, rest: str) -> str:
    """The last lines of the kernel log, or so many."""
    trace = debugger.trace
    printed = trace.log_count(debugger.position)
    first = max(printed - count(rest, LOG_LINES), 0)
    lines = (
        trace.log_text(event) if trace.is_printed(event) else f"{UNPRINTED} {trace.log_text(event)}"
        for event in trace.logs[first:printed]
    )
    return "\n".join(lines) or tr("nothing printed yet")


def _phases(debugger: Debugger, rest: str) -> str:
    """The phases of the boot, and which one this is."""
    here = debugger.phases.at(debugger.position)
    return "\n".join(
        f"{'>' if index == here else ' '} {phase.start:8}  {tr(phase.name)}"
        for index, phase in enumerate(debugger.phases.all())
    )


def _program(debugger: Debugger, rest: str) -> str:
    """Where the boot stands, and why."""
    stop, where = debugger.last.stop, debugger.where()
    return "\n".join(
        (
            tr(
                "position {position} of {count}, {position_name}",
                position=debugger.position,
                count=len(debugger.trace),
                position_name=debugger.position_name(),
            ),
            tr("phase: {phase}", phase=tr(where.phase)),
            tr("it stopped because of {reason}: {text}", reason=stop.reason, text=stop.text),
        )
    )


def _bookmarks(debugger: Debugger, rest: str) -> str:
    """The bookmarks, and where they are."""
    lines = [
        f"{name}: {position}  {debugger.position_names.name(position)}"
        for name, position in sorted(debugger.bookmarks.items(), key=lambda item: item[1])
    ]
    return "\n".join(lines) or tr("no bookmarks")


Topic = Callable[[Debugger, str], str]
"""Answers ``info`` with text, given what follows the topic's name.  Raises `CommandError`."""

TOPICS: dict[str, Topic] = {
    "address": address_topic,
    "args": arguments_topic,
    "bookmarks": _bookmarks,
    "breakpoints": _breakpoints,
    "checkpoints": checkpoints_topic,
    "display": info_display,
    "e820": _e820,
    "event": _event,
    "frame": frame_topic,
    "functions": functions_topic,
    "line": line_topic,
    "locals": locals_topic,
    "log": _log,
    "memblock": _memblock,
    "memory-model": _memory_model,
    "page-tables": _page_tables,
    "phases": _phases,
    "program": _program,
    "scope": scope_topic,
    "sections": _sections,
    "source": source_topic,
    "sources": sources_topic,
    "stack": stack_topic,
    "symbol": symbol_topic,
    "types": info_types,
    "variables": variables_topic,
    "watchpoints": _watchpoints,
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
    "lo": "locals",
    "so": "source",
    "sy": "symbol",
    "pro": "program",
    "r": "registers",
    "th": "threads",
}
"""Letters that would be ambiguous, and what they stand for."""


def topic_words(topics: Mapping[str, Topic]) -> dict[str, str]:
    """Each topic, and what it tells in a sentence."""
    return {
        name: tr(SENTENCES.get(name) or (topic.__doc__ or f"about {name}").strip().splitlines()[0])
        for name, topic in topics.items()
    }


def _sentence(word: str, found: list[str]) -> str:
    """What says instead of a topic that gdb has and there is none of here; nothing if it has none either."""
    if word in INSTEAD_OF_TOPIC:
        return tr(INSTEAD_OF_TOPIC[word])
    meant = {INSTEAD_OF_TOPIC[topic] for topic in INSTEAD_OF_TOPIC if topic.startswith(word)}
    return tr(meant.pop()) if len(meant) == 1 and not found else ""


def info_command(topics: Mapping[str, Topic]) -> Command:
    """The command ``info`` for so many topics."""

    def info(debugger: Debugger, rest: str) -> CommandOutcome:
        word, _, more = rest.partition(" ")
        word = SHORT.get(word, word)
        found = [topic for topic in topics if topic == word] or [
            topic for topic in topics if topic.startswith(word)
        ]
        if len(found) != 1 and word and (sentence := _sentence(word, found)):
            raise CommandError(tr('"info {word}" is gdb\'s; here {sentence}', word=word, sentence=sentence))
        if len(found) != 1 or not word:
            wrong = tr('ambiguous "info {word}": ', word=word) if word and found else tr("info takes one of ")
            raise CommandError(wrong + ", ".join(found or topics))
        topic, words = found[0], more.strip()
        text, make = topics[topic](debugger, words), PLAIN.get(topic)
        return CommandOutcome(text, plain=None if make is None else lambda: make(debugger, words))

    return Command(
        "info",
        ("i",),
        "info TOPIC",
        tr("about {topics}", topics=", ".join(topics)),
        info,
        complete=lambda debugger: topics,
    )
