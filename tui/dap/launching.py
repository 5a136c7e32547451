"""Requests about the session itself: who the client is, which boot it looks at, and when it leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...model.base.errors import InputError
from ...model.debugger.position_names import PositionNameError
from ...model.debugger.stop import Stop
from ...model.files.input_files import is_file
from .arguments import (
    CancelArguments,
    DapError,
    EndArguments,
    InitializeArguments,
    LaunchArguments,
    Nothing,
    RestartArguments,
)
from .boot import Boot
from .breakpoints import FILTERS, PANIC
from .moving import moved, stop_body, tell_stop
from .session import Session

SUPPORTED = (
    "supportsConfigurationDoneRequest",
    "supportsFunctionBreakpoints",
    "supportsConditionalBreakpoints",
    "supportsHitConditionalBreakpoints",
    "supportsEvaluateForHovers",
    "supportsStepBack",
    "supportsRestartFrame",
    "supportsGotoTargetsRequest",
    "supportsCompletionsRequest",
    "supportsModulesRequest",
    "supportsRestartRequest",
    "supportsExceptionInfoRequest",
    "supportsExceptionFilterOptions",
    "supportsDelayedStackTraceLoading",
    "supportsLoadedSourcesRequest",
    "supportsLogPoints",
    "supportsTerminateRequest",
    "supportsDataBreakpoints",
    "supportsDataBreakpointBytes",
    "supportsCancelRequest",
    "supportsBreakpointLocationsRequest",
    "supportsClipboardContext",
    "supportsSteppingGranularity",
)
"""What is done here of all that the protocol leaves to an adapter."""
NOT_SUPPORTED = (
    "supportsExceptionOptions",
    "supportsSetVariable",
    "supportsSetExpression",
    "supportsStepInTargetsRequest",
    "supportsTerminateThreadsRequest",
    "supportsReadMemoryRequest",
    "supportsWriteMemoryRequest",
    "supportsDisassembleRequest",
    "supportsInstructionBreakpoints",
    "supportsValueFormattingOptions",
    "supportTerminateDebuggee",
    "supportSuspendDebuggee",
    "supportsSingleThreadExecutionRequests",
    "supportsANSIStyling",
)


def initialize(session: Session, arguments: InitializeArguments) -> dict[str, Any]:
    """``initialize``: who is there, and what can be done here."""
    if session.client.asked is not None:
        raise DapError("initialize is sent once")
    if arguments.path_format not in (None, "path"):
        raise DapError(f"paths are sent as paths, not in the format {arguments.path_format!r}")
    session.client.asked = arguments
    session.later("initialized")
    filters = [
        {
            "filter": name,
            "label": label,
            "description": words,
            "default": name == PANIC,
            "supportsCondition": name != PANIC,
        }
        for name, (label, words) in FILTERS.items()
    ]
    return {
        **dict.fromkeys(SUPPORTED, True),
        **dict.fromkeys(NOT_SUPPORTED, False),
        "exceptionBreakpointFilters": filters,
        "completionTriggerCharacters": [" ", "."],
    }


def launch(session: Session, arguments: LaunchArguments) -> None:
    """``launch``: the boot of a machine; where that is the boot that was left, and nothing is said of where
    to begin, one stands where one was."""
    _begin(session, arguments)


def attach(session: Session, arguments: LaunchArguments) -> None:
    """``attach``: the boot that was left, or that of a machine as for launch."""
    if session.boot is not None and arguments.machine is None:
        kept = session.boot.asked
        arguments = LaunchArguments(
            kept.machine,
            kept.cmdline,
            kept.options,
            arguments.at,
            arguments.stop_on_entry,
            arguments.no_debug,
        )
    _begin(session, arguments)


def _begin(session: Session, arguments: LaunchArguments) -> None:
    if session.client.asked is None:
        raise DapError("initialize comes first")
    if session.client.is_launched:
        raise DapError("a boot is launched already: restart begins it again")
    known = session.boot
    is_known = known is not None and known.is_of(arguments)
    boot = _boot_for(session, arguments)
    if arguments.at:  # a name that leads nowhere leaves everything as it was
        _go(boot, arguments.at)
    elif not is_known or arguments.stop_on_entry is not None:  # who says how to begin wants to begin
        boot.debugger.start()
    session.boot = boot
    session.points.bind(boot)
    client = session.client
    client.is_launched, client.is_running, client.no_debug = True, False, arguments.no_debug
    runs = arguments.stop_on_entry is False or arguments.no_debug
    client.first_stop = None if runs else _entry(session, boot)
    if not is_known:
        _tell_assumptions(session, boot)
    _tell_first_stop(session)


def _boot_for(session: Session, arguments: LaunchArguments) -> Boot:
    """The boot that is asked for: the one at hand, unless a file may have changed since; then one stands
    where one stood.  Raises `DapError`."""
    known = session.boot
    is_known = known is not None and known.is_of(arguments)
    if known is not None and is_known and not is_file(Path(arguments.machine or "")):
        return known
    try:
        boot = Boot.record(arguments, session.open(arguments), session.cancelled)
    except InputError as error:
        raise DapError(str(error)) from None
    if known is not None and is_known:
        boot.take_over(known)
    return boot


def _go(boot: Boot, at: str) -> Stop:
    """To a position by its name.  Raises `DapError`."""
    try:
        return boot.debugger.goto_name(at)
    except PositionNameError as error:
        raise DapError(f"at: {error}") from None


def _entry(session: Session, boot: Boot) -> dict[str, Any]:
    """Where a client finds the boot."""
    body = stop_body(session, boot, boot.debugger.last.stop)
    body.pop("hitBreakpointIds", None)
    return body | {"reason": "entry", "description": f"at {boot.debugger.position_name()}"}


def _tell_assumptions(session: Session, boot: Boot) -> None:
    """What was supposed of the machine."""
    facts = boot.debugger.facts
    lines = [f"assumed: {each}" for each in facts.assumed]
    lines += [f"careful: {each}" for each in facts.collisions]
    if lines:
        session.later("output", {"category": "console", "output": "\n".join(lines) + "\n"})


def configuration_done(session: Session, arguments: Nothing) -> None:
    """``configurationDone``: all breakpoints are there, the client is told where it stands."""
    session.client.is_configured = True
    _tell_first_stop(session)


def _tell_first_stop(session: Session) -> None:
    """Tell where the boot stands, or let it run, as soon as there is one and the client is ready."""
    client, boot = session.client, session.boot
    if boot is None or not client.is_launched or not client.is_configured or client.is_running:
        return
    client.is_running = True
    if client.first_stop is not None:
        session.later("stopped", client.first_stop)
    elif client.no_debug:
        moved(session, boot, boot.debugger.end)
    else:
        moved(session, boot, boot.debugger.cont)


def restart(session: Session, arguments: RestartArguments) -> None:
    """``restart``: back to the start; of another boot if the launch would now name another, or its file has
    changed."""
    boot, asked = session.here(), arguments.arguments or LaunchArguments()
    boot = _boot_for(session, asked if asked.machine is not None else boot.asked)
    stop = _go(boot, asked.at) if asked.at else boot.debugger.start()
    session.boot = boot
    session.points.bind(boot)
    if asked.stop_on_entry is False:
        moved(session, boot, boot.debugger.cont)
    else:
        tell_stop(session, boot, stop, "entry")


def terminate(session: Session, arguments: EndArguments) -> None:
    """``terminate``: the client looks at the boot no more; it stays as it is."""
    if session.client.is_launched:
        session.client.is_launched = False
        session.later("terminated")
        session.later("exited", {"exitCode": 0})


def disconnect(session: Session, arguments: EndArguments) -> None:
    """``disconnect``: the client goes; everything stays for the next one."""
    terminate(session, arguments)
    session.client.is_over = True


def cancel(session: Session, arguments: CancelArguments) -> None:
    """``cancel``: what has been answered cannot be taken back; what was not yet, the connection has noted
    before this comes to its turn."""
