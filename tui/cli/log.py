"""``bootstep log``: the kernel log of a boot, as dmesg prints it."""

from __future__ import annotations

from collections.abc import Sequence

from ...model.analysis.silence import unheard
from ...model.index.calls import CallIndex
from ...model.language.words import tr, translatable
from ...model.source.trace_source import TraceSource
from ...model.text.dmesg import stamped_lines
from ...model.trace.events import Kind
from . import sources
from .headless import record, say
from .parser import Parser

ABOUT = translatable(
    "The kernel log, as dmesg prints it. memblock's lines are in it if the command line that the kernel reads"
    " has memblock=debug, from where the kernel has parsed that; with --memblock-debug they are there as if"
    " from its first call, which no real command line can do."
)


def run(words: Sequence[str]) -> int:
    """Print the log of the boot that a command line names.  Raises `InputError`."""
    parser = Parser("bootstep log", description=tr(ABOUT))
    sources.add_machine(parser)
    given = sources.parse(parser, words)
    return log(sources.named(given.machine, given).open())


def log(source: TraceSource) -> int:
    """Print the kernel log, as it can be read when the boot is over."""
    outcome, trace = record(source), source.trace
    print("\n".join(stamped_lines(trace, outcome.unreadable)))
    if outcome.unreadable:
        say(outcome.unreadable_words)
    for words in unheard(str(_variable(source, "boot_command_line"))):
        say(words)
    at = trace.last_of_kind(Kind.PANIC)
    if at >= 0:
        say(trace.ending(at))
    return 0


def _variable(source: TraceSource, name: str) -> object:
    """What a kernel variable is at the end, "" if there is no such variable."""
    try:
        return CallIndex(source.trace, source.facts.arch).variable(name, len(source.trace))
    except KeyError:
        return ""
