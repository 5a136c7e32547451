"""``bootstep live``: the command."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from ....boots.live.options import LiveOptions
from ....boots.live.report import Ending
from ....boots.live.run import LiveRun
from ....boots.live.source import LiveSource
from ....model.base.errors import InputError
from ....model.files.input_files import is_directory
from ....model.language.words import tr
from ....model.source.recorded_files import check_writable
from ...settings.terminals import is_terminal
from ..headless import say
from ..language.option import prefer, speak_to_programs
from ..record import save
from .arguments import Wanted, read
from .summary import Summary, summary_of

STOPPED_BY = 128
"""What is added to the number of a signal to make an exit status."""
UNWATCHED = 900.0
"""Seconds after which a recording ends that nobody watches, unless a limit is named."""


def run(words: Sequence[str]) -> int:
    """Record a live kernel, in the app or without it; returns the exit status.  Raises `InputError`."""
    wanted = read(words)
    if wanted.is_json:
        speak_to_programs()
    _check(wanted)
    for sentence in wanted.command.warnings() if wanted.command is not None else ():
        say(tr("careful: {text}", text=sentence))
    live = LiveRun(_limited(wanted.options), source_of, wanted.command)
    try:
        if wanted.app and all(map(is_terminal, (sys.__stdin__, sys.__stdout__, sys.__stderr__))):
            return _in_the_app(live, wanted)
        return _recorded(live, wanted)
    finally:
        live.close()


def _limited(options: LiveOptions) -> LiveOptions:
    """The options, with a time limit where nobody is there who could end it by a key."""
    if options.time_limit is not None or any(
        map(is_terminal, (sys.__stdin__, sys.__stdout__, sys.__stderr__))
    ):
        return options
    return replace(options, time_limit=UNWATCHED)


def source_of(options: LiveOptions) -> LiveSource:
    """What records a live kernel."""
    from ....boots.sources.live_boot import LiveBoot

    return LiveBoot(options)


def _check(wanted: Wanted) -> None:
    """Whether there is a place for what is to be written.  Raises `InputError`."""
    if wanted.save:
        check_writable(wanted.save)
    for file in filter(None, (wanted.save, wanted.save_machine)):
        if not is_directory(parent := Path(file).absolute().parent):
            raise InputError(tr("{file}: there is no directory {parent}", file=file, parent=parent))
    if wanted.save_machine and os.path.lexists(wanted.save_machine):
        raise InputError(
            tr(
                "{directory}: there is something of this name, a new directory is expected",
                directory=wanted.save_machine,
            )
        )
    if wanted.against:
        from .against import check

        check(wanted.against)


def _recorded(live: LiveRun, wanted: Wanted) -> int:
    """Record, and say what came of it; what was recorded is saved whatever ended it."""
    from .recording import Recorded

    recorded = Recorded(live)
    recorded.record()
    if not live.is_prepared or not len(live.trace):
        raise recorded.error or InputError(tr("nothing was recorded: {why}", why=_why_nothing(live)))
    summary = summary_of(live)
    for use in (_save, _save_machine, _hold):
        try:
            summary = use(live, wanted, summary)
        except InputError as error:  # the rest may still be of use
            recorded.error = recorded.error or error
    print(json.dumps(summary.as_json(), sort_keys=True) if wanted.is_json else "\n".join(summary.lines()))
    if summary.report.ending is Ending.TIME_LIMIT and wanted.options.time_limit is None:
        recorded.error = recorded.error or InputError(_ended_unwatched(live))
    if recorded.error is not None:
        raise recorded.error
    differs = summary.against is not None and not summary.against.are_same
    return _status(summary.report.ending, recorded.signal) or int(differs)


def _save(live: LiveRun, wanted: Wanted, summary: Summary) -> Summary:
    """Write the recording into a file, if that is wanted.  Raises `InputError`."""
    if not wanted.save:
        return summary
    return replace(summary, saved=wanted.save, saved_size=save(live, wanted.save))


def _save_machine(live: LiveRun, wanted: Wanted, summary: Summary) -> Summary:
    """Write the machine, if that is wanted.  Raises `InputError`."""
    if not wanted.save_machine:
        return summary
    live.source.save_machine(Path(wanted.save_machine))
    return replace(summary, machine=wanted.save_machine)


def _hold(live: LiveRun, wanted: Wanted, summary: Summary) -> Summary:
    """Hold it against another boot, if that is wanted.  Raises `InputError`."""
    if not wanted.against:
        return summary
    from .against import hold

    return replace(summary, against=hold(live, wanted.against))


def _ended_unwatched(live: LiveRun) -> str:
    return tr(
        "without a terminal a recording ends after {seconds:g} s; --time-limit SECONDS names another limit",
        seconds=live.options.time_limit or 0,
    )


def _why_nothing(live: LiveRun) -> str:
    from ....boots.live.ending import ending_sentence

    return ending_sentence(live.report(), live.options)


def _status(ending: Ending | None, signal: int) -> int:
    """The exit status."""
    import signal as signals

    if signal not in (0, signals.SIGINT):
        return STOPPED_BY + signal
    return {Ending.PANIC: 1, Ending.TARGET_GONE: 2}.get(ending, 0) if ending is not None else 0


def _in_the_app(live: LiveRun, wanted: Wanted) -> int:
    """Show it while it is recorded."""
    from ...session.background import given_up
    from ...session.live import of_live
    from ...shell.run import run as run_app
    from .. import sources
    from ..kernel_sources import opened
    from ..keys import config_of

    # Next to nothing that is made until a boot is recorded is garbage; then the recorder looks for it again.
    gc.disable()
    config = config_of(wanted.settings, wanted.theme)
    prefer(config.lang)
    source = opened(wanted.kernel_source, config)
    return run_app(lambda: of_live(live, given_up()), "", config, source, sources.boot_named)
