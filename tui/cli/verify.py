"""``bootstep verify``: whether a log's own dumps of memblock come out when its lines are done again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ...boots.sources.log_replay.replay import LogReplay
from ...model.language.words import tr, translatable, trn
from ...model.source.provenance import Inferred, provenance
from ...model.trace.events import Kind
from .headless import say, tell
from .kinds.logs import add_options, boot_of, replay
from .language.option import speak_to_programs
from .parser import Parser

SHOWN = 10
"""Lines that are not understood are listed, so many of them."""

ABOUT = translatable(
    "Do a kernel log's lines again: at each of its MEMBLOCK configuration dumps the regions must be those"
    " that the lines before come to. What had to happen without a line is printed. The exit status is 1 if a"
    " dump cannot be explained."
)


def run(words: Sequence[str]) -> int:
    """Print how the replay of a log agrees with it; 1 if a dump is not reproduced.  Raises `InputError`."""
    parser = Parser("bootstep verify", description=tr(ABOUT))
    parser.add_argument("log", metavar="LOG", help=tr("a file with a kernel log, or - for standard input"))
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help=tr("text, or one JSON object")
    )
    add_options(parser)
    given = parser.parse_args(words)
    if given.format == "json":
        speak_to_programs()
    made = replay(given.log, boot_of(given), given, is_told=given.format == "text")
    made.run()
    found = _report(made)
    if given.format == "json":
        print(json.dumps(found))
    else:
        tell(made.facts)
        print("\n".join(_lines(made, found)))
    if not found["dumps"]:
        say(
            tr(
                "{source}: there is no dump of memblock in it that the replay could be held against",
                source=made.log.source,
            )
        )
    return 0 if all(dump["agrees"] for dump in found["dumps"]) else 1


def _report(replayed: LogReplay) -> dict[str, Any]:
    """All of it as plain data."""
    log, facts, strangers = replayed.log, replayed.facts, replayed.understood.strangers
    return {
        "source": log.source,
        "boot": log.chosen,
        "boots": len(log.boots),
        "release": str(facts.release),
        "arch": facts.arch.name,
        "lines": len(log.lines),
        "understood": len({record.line.number for record in replayed.understood.records}),
        "dumps": [
            {
                "line": check.line,
                "agrees": check.agrees,
                "complete": check.complete,
                "difference": check.difference,
                "inferred": list(check.inferred),
            }
            for check in replayed.checks
        ],
        "inferred": [{"line": step.line, "why": step.why} for step in _inferred(replayed)],
        "not_understood": [{"line": line.number, "text": line.text} for line in strangers],
        "repairs": list(log.repairs),
        "assumed": list(facts.assumed),
    }


def _inferred(replayed: LogReplay) -> Iterator[Inferred]:
    """The calls that no line tells, in their order."""
    trace = replayed.trace
    for event in range(len(trace)):
        where = provenance(trace, event)
        if isinstance(where, Inferred) and trace.kind(event) == Kind.ENTER:
            yield where


def _lines(replayed: LogReplay, found: dict[str, Any]) -> Iterator[str]:
    log, strangers = replayed.log, replayed.understood.strangers
    yield tr(
        "{source}: {understood} of {lines} lines tell something of early memory",
        source=log.source,
        understood=found["understood"],
        lines=found["lines"],
    )
    for check in replayed.checks:
        part = "" if check.complete else tr(" (not all of it is there)")
        yield f"{check.sentence()}{part}"
        yield from (tr("  inferred: {words}", words=words) for words in check.inferred)
    elsewhere = Counter(step.why for step in _inferred(replayed))
    elsewhere.subtract(Counter(words for check in replayed.checks for words in check.inferred))
    if some := [(why, times) for why, times in elsewhere.items() if times > 0]:
        yield tr("inferred where there is no dump:")
        yield from (f"  {why}{f' ({times} times)' if times > 1 else ''}" for why, times in some)
    if strangers:
        yield tr("{counted} about early memory not understood:", counted=_counted(len(strangers)))
        yield from (
            tr("  line {number}: {text}", number=line.number, text=line.text) for line in strangers[:SHOWN]
        )
        if len(strangers) > SHOWN:
            yield tr("  and {count} more", count=len(strangers) - SHOWN)


def _counted(count: int) -> str:
    return trn("{count} line", "{count} lines", count)
