"""``bootstep dap``: a recorded boot for editors that speak the Debug Adapter Protocol."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from ...model.base.errors import InputError
from ...model.source.trace_source import TraceSource
from . import sources
from .headless import say
from .kinds.logs import STANDARD_INPUT
from .parser import Parser, number_of

if TYPE_CHECKING:
    from ..dap.arguments import LaunchArguments
    from ..dap.session import Session

DEFAULT = "virt-1g"


def run(words: Sequence[str]) -> int:
    """Serve editors until they have gone.  Raises `InputError`."""
    parser = Parser("bootstep dap", description="Serve a recorded boot to editors; they name the machine.")
    parser.add_argument(
        "--port",
        metavar="N",
        help="listen at this port of this computer (0: any), for one client after the other, instead of "
        "speaking on standard input and output",
    )
    given = parser.parse_args(words)
    port = None if given.port is None else number_of("--port", given.port, 0, 65535)
    from ..dap.session import Session
    from ..shell.failure import Failures

    session = Session(open_source, Failures().sentence)
    if port is None:
        _serve_streams(session)
        return 0
    from ..dap.listening import LOOPBACK, Listener

    listener = Listener(session, port)
    say(f"listening at {LOOPBACK}:{listener.port}")
    sys.stderr.flush()
    listener.serve()
    return 0


def _serve_streams(session: Session) -> None:
    """Serve the editor that has started this."""
    from ..dap.listening import serve_descriptors

    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]
        raise InputError("standard input is closed: an editor speaks there, or at a --port")
    if sys.stdin.isatty():
        say("an editor is expected on standard input, which speaks the Debug Adapter Protocol")
    sink = os.dup(sys.stdout.fileno())
    try:
        # Nothing but messages may come out where the editor reads.
        with redirect_stdout(sys.stderr):
            serve_descriptors(session, sys.stdin.fileno(), sink)
    finally:
        os.close(sink)


def open_source(asked: LaunchArguments) -> TraceSource:
    """What a launch names, as on the command line.  Raises `InputError`."""
    machine = asked.machine or DEFAULT
    if machine == STANDARD_INPUT:
        raise InputError("machine -: on standard input the editor speaks; name a file with the log")
    words = _options(asked)
    if asked.cmdline is not None:
        words.append(f"--cmdline={asked.cmdline}")
    parser = Parser("bootstep dap", add_help=False)
    sources.add_machine(parser)
    try:
        given = sources.parse(parser, [*words, "--", machine])
    except SystemExit:
        raise InputError("options: expected options that change a machine") from None
    return sources.named(given.machine, given).open()


def _options(asked: LaunchArguments) -> list[str]:
    """The options as they are typed.  Raises `InputError`."""
    options = asked.options
    if options is None or isinstance(options, list):
        return list(options or ())
    words: list[str] = []
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, list):
            words += [f"{option}={each}" for each in value]
        elif value is not False:
            words.append(option if value is True else f"{option}={value}")
    return words
