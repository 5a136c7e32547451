"""Commands without a screen: those of ``-ex``, of files (``-x``), and what comes at standard input.

What they say is printed; the exit status tells whether all that a script checks holds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from ....model.base.errors import InputError
from ....model.debugger.commands.displaying import displays_json
from ....model.debugger.commands.interpreter import Result
from ....model.debugger.debugger import Debugger
from ....model.debugger.inspect.answers_json import result_json
from ....model.debugger.inspect.commands_json import stop_json
from ....model.debugger.opened import debugger_of
from ....model.debugger.position_names import PositionNameError
from ....model.debugger.scripts.blocks import Line
from ....model.debugger.scripts.runner import Scripts
from ....model.debugger.scripts.script_file import script_lines
from ....model.language.words import tr
from ....model.lecture.commands import interpreter_of
from ....model.source.trace_source import TraceSource
from ..headless import record
from ..language.option import speak_to_programs

FAILED = 1
"""The exit status if something that is checked does not hold."""


def batch(source: TraceSource, lines: Iterable[Line], at: str, form: str, kernel_source: str | None) -> int:
    """Record a boot and do the lines, from the position named `at` on; `kernel_source` is the path of one
    whose lines are named.  Returns the exit status: 1 if something that they check does not hold.  Raises
    `InputError` at the first line that is wrong."""
    if form == "json":
        speak_to_programs()
    record(source)
    scripts = Scripts(interpreter_of(debugger_of(source)), script_lines)
    if kernel_source:
        from ....model.build.kernel_source.opened import open_kernel_source  # only where one is named

        scripts.debugger.lines.source = open_kernel_source(kernel_source)
    if at:
        try:
            scripts.debugger.goto_name(at)
        except PositionNameError as error:
            raise InputError(tr("--at {at}: {error}", at=at, error=error)) from None
    tell = _json if form == "json" else _text
    status = 0
    for line in lines:
        result = scripts.execute(line.text, line.place)
        if result.error:
            sys.stdout.flush()
            raise InputError(result.text)
        tell(line, result, scripts.debugger)
        status = max(status, FAILED if result.failed else 0)
        if result.quit:
            return status
    if (left := scripts.finish()).error:
        raise InputError(left.text)
    return status


def _text(line: Line, result: Result, debugger: Debugger) -> None:
    if result.text:
        print(result.text, end="" if result.goes_on else "\n")


def _json(line: Line, result: Result, debugger: Debugger) -> None:
    if result.open or line.is_empty:
        return
    told: dict[str, Any] = {"command": line.text.strip(), "text": result.text, "position": debugger.position}
    if result.failed:
        told["failed"] = True
    if result.moved:
        told["stop"] = stop_json(debugger, debugger.last.stop)
        if debugger.displays.all():
            told["displays"] = displays_json(debugger)["displays"]
    if (answer := result_json(result.answer, result.plain)) is not None:
        told["answer"] = answer
    print(json.dumps(told, sort_keys=True))
