"""``bootstep events``: what happened in a boot, a line for each event, written as it is found."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ....model.base.errors import InputError
from ....model.debugger.selection import Selection, SelectionError, selected
from ....model.language.words import tr
from ....model.text.events_json import KINDS, NAMES, event_json
from .. import sources
from ..state import StateMoment, position_of
from .question import JSON, parser_of, recorded


def run(words: Sequence[str]) -> int:
    """Print the events that a command line chooses.  Raises `InputError`."""
    parser = parser_of("events", tr("what happened in a boot, event by event; JSON is one object a line"))
    parser.add_argument(
        "--kind",
        dest="kinds",
        action="append",
        choices=tuple(KINDS),
        help=tr("only events of this kind; may be given many times"),
    )
    parser.add_argument(
        "--caller", metavar="NAME", help=tr("only what happened in calls of this function, however deep")
    )
    parser.add_argument(
        "--from",
        dest="start",
        default="start",
        metavar="POSITION",
        help=tr("from where on, as --at elsewhere"),
    )
    parser.add_argument(
        "--to", dest="stop", default="end", metavar="POSITION", help=tr("up to where, as --at elsewhere")
    )
    given = sources.parse(parser, words)
    first, last = StateMoment.parse(given.start, "--from"), StateMoment.parse(given.stop, "--to")
    debugger = recorded(given)
    start, stop = (position_of(debugger.position_names, moment) for moment in (first, last))
    if stop < start:
        raise InputError(tr("--to {stop} comes before --from {start}", stop=given.stop, start=given.start))
    kinds = frozenset(KINDS[name] for name in given.kinds or KINDS)
    trace, entries = debugger.trace, debugger.arch.entries
    try:
        chosen = selected(debugger.occurrences, Selection(kinds, given.caller, start, stop))
    except SelectionError as error:
        raise InputError(tr("--caller {error}", error=error)) from None
    if given.format == JSON:
        for event in chosen:
            print(json.dumps(event_json(trace, event, entries), sort_keys=True))
        return 0
    from ....model.text.events import told

    for event in chosen:
        words_of = told(trace, event, entries).replace("\n", "\\n")
        print(f"{event:8}  {NAMES[trace.kind(event)]:<10}  {words_of}  ({debugger.history.path(event)})")
    return 0
