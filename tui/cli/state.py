"""``bootstep state``: the state of memory at moments of a boot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ...model.base.errors import InputError
from ...model.debugger.debugger import Debugger
from ...model.debugger.position_names import END, START, PositionNameError, PositionNames, check
from ...model.language.words import tr, translatable
from ...model.source.trace_source import TraceSource
from ...model.text.state_json import report
from . import sources
from .headless import record, say
from .kernel_files import LATER, iomem_files, memblock_files
from .parser import Parser
from .report_text import report_lines

ABOUT = translatable(
    "The state of memory at moments of a boot. The format memblock is what /sys/kernel/debug/memblock would"
    " show, as the release writes it; iomem is what /proc/iomem would show if the kernel made it of the"
    " memory it has at that moment, without what buses and drivers add later."
)


def run(words: Sequence[str]) -> int:
    """Print the states that a command line asks for.  Raises `InputError`."""
    parser = Parser("bootstep state", description=tr(ABOUT))
    sources.add_machine(parser)
    parser.add_argument(
        "--at",
        action="append",
        required=True,
        metavar="POSITION",
        help=tr(
            "when: FUNCTION[:entry|:return], the first time FUNCTION is entered, or returns (default); "
            "log:TEXT, after that line; line:N, when that line of a log was printed; "
            "'sparse_init › sparse_init_nid', as the debugger names it; start; end; may be given many times"
        ),
    )
    parser.add_argument(
        "--format",
        choices=("json", "text", "memblock", "iomem"),
        default="text",
        help=tr("one JSON object a line; text; or as files of the kernel show it: debugfs, /proc/iomem"),
    )
    given = sources.parse(parser, words)
    named = sources.named(given.machine, given)
    moments = [StateMoment.parse(text) for text in given.at]
    return state(named.open(), moments, given.format)


class StateMoment(NamedTuple):
    """A moment to print the state of: a function and its ``entry`` or ``return``, or any position by its name
    (`when` is None)."""

    at: str
    when: str | None
    option: str = "--at"

    @classmethod
    def parse(cls, text: str, option: str = "--at") -> StateMoment:
        """FUNCTION[:entry|:return], or another position's name, as an option says.  Raises `InputError`."""
        function = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*(?::(entry|return))?\s*", text)
        if function and function[1].lower() not in (START, END):
            return cls(function[1], function[2] or "return", option)
        try:
            check(text)
        except PositionNameError as error:
            raise InputError(f"{option} {error}") from None
        return cls(text.strip(), None, option)

    def __str__(self) -> str:
        return f"{self.at}:{self.when}" if self.when else self.at


def state(source: TraceSource, moments: Sequence[StateMoment], form: str) -> int:
    """Print the state at each of the moments, in their order."""
    record(source)
    facts, debugger = source.facts, Debugger(source.trace, source.facts)
    positions = [position_of(debugger.position_names, moment) for moment in moments]
    printed: list[str] = []
    for moment, position in zip(moments, positions, strict=True):
        debugger.goto(position)
        if form in ("memblock", "iomem"):
            printed += _files(debugger, form, moment if len(moments) > 1 else None)
            continue
        told = report(debugger.state, facts)
        whole: dict[str, Any] = {"at": moment.at, "when": moment.when, **told}
        if form == "json":
            printed.append(json.dumps(whole, sort_keys=True))
        else:
            printed += report_lines(str(moment), whole, facts.sizes_from, facts.max_numnodes)
    print("\n".join(printed))
    if form == "iomem":
        say(tr(LATER))
    return 0


def _files(debugger: Debugger, form: str, moment: StateMoment | None) -> Iterator[str]:
    """The files of a running kernel; each with its name if there are several, or several moments."""
    files = memblock_files(debugger) if form == "memblock" else iomem_files(debugger)
    when = f", {moment}" if moment else ""
    for name, lines in files:
        if len(files) > 1 or moment:
            yield f"# {name}{when}"
        yield from lines


def position_of(names: PositionNames, moment: StateMoment) -> int:
    """The position of a moment in a boot.  Raises `InputError` if this boot has none."""
    try:
        return names.find(str(moment))
    except PositionNameError as error:
        raise InputError(f"{moment.option} {moment}: {error}") from None
