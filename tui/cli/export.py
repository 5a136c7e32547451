"""``bootstep export``: a boot to be taken along: a lesson as a page, slides or a recording of the screen; and
for other tools, a trace for Perfetto, maps as SVG, tables of HTML, JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from ...model.base.errors import InputError
from ...model.debugger.debugger import Debugger
from ...model.debugger.position_names import END, PositionNameError
from ...model.files.output_file import write_lines
from ...model.language.words import tr
from ...model.source.trace_source import TraceSource
from ...model.views.state import StateView
from . import sources
from .exporting.options import add_options, is_lesson, screen_size
from .headless import record
from .language.option import speak_to_programs
from .parser import Parser
from .state import StateMoment

FORMATS = ("perfetto", "svg", "html", "json")
MOST_STATES = 16
"""So many states stand side by side."""
OF_A_MAP = ("svg", "html")


def run(words: Sequence[str]) -> int:
    """Write what a command line asks for.  Raises `InputError`."""
    about = tr(
        "Take a boot along: a lesson that is stepped through in a browser (--html), on slides (--svg) or in "
        "a terminal (--cast); or what other tools read (--format)."
    )
    parser = Parser("bootstep export", description=about)
    parser.add_argument(
        "machine", nargs="?", metavar="MACHINE", help=tr("what to boot, a recorded boot, or a log")
    )
    parser.add_argument("--force", action="store_true", help=tr("write over files that are there"))
    add_options(parser)
    _add_options(parser)
    given = sources.parse(parser, words)
    if given.schema:
        from ...model.text.states_json import schema_text

        return _write(iter(schema_text().splitlines()), given.output, given.force)
    if is_lesson(given) and (given.machine is not None or given.tour is not None):
        return _lesson(given)
    if given.machine is None or given.format is None:
        missing = "MACHINE" if given.machine is None else tr("--format, or --html, --svg or --cast")
        raise InputError(
            tr("expected {missing}; 'bootstep export --help' tells how it is used", missing=missing)
        )
    _check(given.format, given.at, given.beside, given.direction)
    moments = [StateMoment.parse(text) for text in given.at or (END,)]
    boots = [sources.named(given.machine, given).open()]
    if given.beside is not None:
        boots.append(_beside(given.beside))
    for boot in boots:
        record(boot)
    lines = _lines(given.format, boots, moments, given.direction or "up")
    return _write(lines, given.output, given.force)


def _add_options(parser: Parser) -> None:
    """Those of what is for other tools."""
    group = parser.add_argument_group(tr("for other tools"))
    group.add_argument(
        "--format",
        choices=FORMATS,
        help=tr(
            "perfetto: the calls as a Chrome trace, for ui.perfetto.dev; svg: the map of memory; "
            "html: a page with map and tables; json: states, see --schema"
        ),
    )
    group.add_argument("-o", "--output", metavar="FILE", help=tr("the file to write (standard output)"))
    group.add_argument(
        "--at",
        action="append",
        metavar="POSITION",
        help=tr("when, as for 'bootstep state' (end); given many times, side by side"),
    )
    group.add_argument(
        "--direction", choices=("up", "down"), help=tr("svg, html: where higher addresses are (up)")
    )
    group.add_argument("--beside", metavar="MACHINE", help=tr("svg, html, json: another machine beside it"))
    group.add_argument("--schema", action="store_true", help=tr("print the JSON Schema of --format json"))


def _lesson(given: argparse.Namespace) -> int:
    """Write a lesson; returns the exit status.  Raises `InputError`."""
    from .exporting.lesson import lesson_of, tour_of, write_cast, write_page, write_slides

    size = screen_size(given)
    tour = tour_of(given)
    named = sources.named(given.machine if tour is None else given.machine or tour.machine, given)
    boot = named.open()
    record(boot)
    lesson = lesson_of(given, boot, tour)
    if given.html is not None:
        write_page(lesson, given.html, given.force)
    if given.svg is not None:
        write_slides(lesson, given.svg, given.force)
    if given.cast is not None:
        write_cast(lesson, named.load(), size, given.cast, given.force)
    return 0


def _write(lines: Iterator[str], filename: str | None, overwrite: bool) -> int:
    """Write lines as they come, to a file or standard output; returns the exit status.  Raises
    `InputError`."""
    if filename is not None:
        write_lines(lines, filename, overwrite)
        return 0
    for line in lines:
        print(line)
    return 0


def _check(form: str, at: Sequence[str] | None, beside: str | None, direction: str | None) -> None:
    """Whether the options go together.  Raises `InputError`."""
    if form == "perfetto":
        for option, value in (("--at", at), ("--beside", beside)):
            if value:
                raise InputError(
                    tr(
                        "{option}: --format perfetto has one whole boot, {option} cannot change it",
                        option=option,
                    )
                )
    if direction and form not in OF_A_MAP:
        raise InputError(tr("--direction is for a map, --format {form} has none", form=form))
    if len(at or (END,)) * (2 if beside else 1) > MOST_STATES:
        raise InputError(tr("--at: at most {most} states stand side by side", most=MOST_STATES))


def _beside(word: str) -> TraceSource:
    """The other boot, as it is."""
    parser = Parser("bootstep export --beside")
    parser.add_argument("machine")
    return sources.named(word, sources.parse(parser, ["--", word])).open()


def _lines(
    form: str, boots: Sequence[TraceSource], moments: Sequence[StateMoment], direction: str
) -> Iterator[str]:
    if form in ("perfetto", "json"):
        speak_to_programs()
    if form == "perfetto":
        from ...model.text.chrome_trace import chrome_trace

        return chrome_trace(boots[0].trace, boots[0].facts)
    states = [state for boot in boots for state in _states(boot, moments)]
    if form == "json":
        from ...model.text.states_json import states_json

        return states_json(state.document() for state in states)
    title = tr(
        "Physical memory of {machines}",
        machines=tr(" and ").join(dict.fromkeys(boot.facts.name for boot in boots)),
    )
    if form == "html":
        from ...model.views.page import page_lines

        return page_lines(states, title, "down" if direction == "down" else "up")
    from ...model.pictures.map_svg import map_lines

    columns = [state.map_column() for state in states]
    return map_lines(columns, title, "down" if direction == "down" else "up")


def _states(boot: TraceSource, moments: Sequence[StateMoment]) -> list[StateView]:
    debugger = Debugger(boot.trace, boot.facts)
    names = debugger.position_names
    found: list[StateView] = []
    for moment in moments:
        try:
            position = names.find(str(moment))
        except PositionNameError as error:
            raise InputError(
                tr("--at {moment}: {name}: {error}", moment=moment, name=boot.facts.name, error=error)
            ) from None
        found.append(StateView(debugger, position, str(moment)))
    return found
