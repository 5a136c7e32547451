"""One client's conversation: every request gets one response, and events follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import msgspec

from ...model.base.errors import InputError
from ...model.base.units import printable, shortened
from ...model.source.trace_source import Cancelled, never
from . import arguments as asked
from . import breaking, evaluating, launching, looking, moving
from .arguments import DapError, read
from .session import Session

Handler = Callable[[Session, Any], "dict[str, Any] | None"]
Message = dict[str, Any]

REQUESTS: Mapping[str, tuple[type[msgspec.Struct], Handler]] = {
    "initialize": (asked.InitializeArguments, launching.initialize),
    "launch": (asked.LaunchArguments, launching.launch),
    "attach": (asked.LaunchArguments, launching.attach),
    "configurationDone": (asked.Nothing, launching.configuration_done),
    "restart": (asked.RestartArguments, launching.restart),
    "terminate": (asked.EndArguments, launching.terminate),
    "disconnect": (asked.EndArguments, launching.disconnect),
    "cancel": (asked.CancelArguments, launching.cancel),
    "setBreakpoints": (asked.SetBreakpointsArguments, breaking.set_breakpoints),
    "setFunctionBreakpoints": (asked.SetFunctionBreakpointsArguments, breaking.set_function_breakpoints),
    "setDataBreakpoints": (asked.SetDataBreakpointsArguments, breaking.set_data_breakpoints),
    "setExceptionBreakpoints": (asked.SetExceptionBreakpointsArguments, breaking.set_exception_breakpoints),
    "dataBreakpointInfo": (asked.DataBreakpointInfoArguments, breaking.data_breakpoint_info),
    "breakpointLocations": (asked.PlaceArguments, breaking.breakpoint_locations),
    "exceptionInfo": (asked.ThreadArguments, breaking.exception_info),
    "continue": (asked.MoveArguments, moving.resume),
    "reverseContinue": (asked.MoveArguments, moving.reverse_continue),
    "next": (asked.MoveArguments, moving.step_over),
    "stepIn": (asked.MoveArguments, moving.step_in),
    "stepOut": (asked.MoveArguments, moving.step_out),
    "stepBack": (asked.MoveArguments, moving.step_back),
    "pause": (asked.ThreadArguments, moving.pause),
    "restartFrame": (asked.FrameArguments, moving.restart_frame),
    "gotoTargets": (asked.PlaceArguments, moving.goto_targets),
    "goto": (asked.GotoArguments, moving.goto),
    "threads": (asked.Nothing, looking.threads),
    "stackTrace": (asked.StackTraceArguments, looking.stack_trace),
    "scopes": (asked.FrameArguments, looking.scopes),
    "variables": (asked.VariablesArguments, looking.variables),
    "source": (asked.SourceArguments, looking.source),
    "loadedSources": (asked.Nothing, looking.loaded_sources),
    "modules": (asked.ModulesArguments, looking.modules),
    "evaluate": (asked.EvaluateArguments, evaluating.evaluate),
    "completions": (asked.CompletionsArguments, evaluating.completions),
}
RECORDED = "nothing can be set: the boot is recorded, a what-if boots another machine"
NO_CONTENT = "what memory holds is not modelled: x ADDRESS in the console tells whose it is"
REFUSED: Mapping[str, str] = {
    "setVariable": RECORDED,
    "setExpression": RECORDED,
    "writeMemory": RECORDED,
    "readMemory": NO_CONTENT,
    "disassemble": "no instructions are modelled: the smallest step is an event",
    "setInstructionBreakpoints": "no instructions are modelled: functions, lines and data have breakpoints",
    "stepInTargets": "a step leads into the function that is called next, there is nothing to choose",
    "terminateThreads": "the one thread ends with the session: terminate does that",
    "locations": "values have no places in the source",
    "runInTerminal": "that request is an adapter's to send",
    "startDebugging": "that request is an adapter's to send",
}
"""Requests of the protocol that there is an answer to, and no doing."""
_LINES = frozenset(("line", "endLine"))
_NUMBERS = (0, (1 << 53) - 1)
"""The least and the largest number of a message that a client is answered to."""


class Adapter:
    """Answers the requests of one client.  Everything that lasts is in the session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._sent = 0

    @property
    def is_over(self) -> bool:
        """Whether the client has gone: nothing more is read."""
        return self.session.client.is_over

    def answer(self, message: Any, cancelled: Cancelled = never) -> Iterator[Message]:
        """The response to a message, then the events that follow from it."""
        if not isinstance(message, dict):
            yield self.garbled("a message is an object with seq, type and command")
            return
        fields = cast("Message", message)
        if fields.get("type") in ("response", "event"):
            return  # nothing was asked
        complaint = _wrong(fields)
        if complaint:
            yield self._response(fields, None, complaint)
            return
        self.session.cancelled = cancelled
        body, complaint = self._do(fields)
        yield self._response(fields, body, complaint)
        self.session.tell_changes()
        events, self.session.events = self.session.events, []
        for event in events:
            yield self._numbered({"type": "event", "event": event.name}, event.body)

    def garbled(self, sentence: str) -> Message:
        """The response to what was no request."""
        return self._response({}, None, sentence)

    def _do(self, fields: Message) -> tuple[Message | None, str]:
        """The body of a response, or what is wrong."""
        command: str = fields["command"]
        if self.session.cancelled():
            return None, "cancelled"
        if command in REFUSED:
            return None, REFUSED[command]
        if command not in REQUESTS:
            return None, f"there is no request {shortened(command)!r} here"
        kind, handler = REQUESTS[command]
        if self.session.client.asked is None and command not in ("initialize", "disconnect", "terminate"):
            return None, "initialize comes first"
        try:
            return handler(self.session, read(kind, fields.get("arguments"))), ""
        except (DapError, InputError) as error:
            return None, "cancelled" if self.session.cancelled() else str(error)
        except RecursionError:
            return None, f"{command}: this is nested too deeply"
        except Exception as error:
            if self.session.mistake is None:
                raise
            return None, self.session.mistake(error, f"the request {command}")

    def _response(self, request: Message, body: Message | None, complaint: str) -> Message:
        number, command = request.get("seq"), request.get("command")
        response: Message = {
            "type": "response",
            "request_seq": number if _is_number(number) else 0,
            "success": not complaint,
            "command": command if isinstance(command, str) else "",
        }
        if not complaint:
            return self._numbered(response, body)
        sentence = shortened(complaint)
        response["message"] = sentence
        error = {"id": 1, "format": _escaped(sentence), "showUser": command in ("launch", "attach")}
        return self._numbered(response, {"error": error})

    def _numbered(self, message: Message, body: Message | None) -> Message:
        self._sent += 1
        whole = {"seq": self._sent, **message, "body": body or {}}  # some clients expect one always
        return shown(whole, self.session.client.first_line - 1)


def _is_number(value: Any) -> bool:
    return type(value) is int and _NUMBERS[0] <= value <= _NUMBERS[1]


def _wrong(message: Message) -> str:
    """What is wrong with a message that is to be a request, in a sentence."""
    if message.get("type") != "request":
        return "the type of a message is request, response or event"
    if not _is_number(message.get("seq")):
        return "seq is the number of a message, from 1 on"
    if not isinstance(message.get("command"), str):
        return "command is the name of a request"
    return ""


def _escaped(sentence: str) -> str:
    """A sentence as a format, in which braces stand for variables."""
    return sentence.replace("{", "(").replace("}", ")")


def shown(value: Any, shift: int) -> Any:
    """A message as it may be shown: without characters that a terminal obeys, and with lines as the client
    counts them."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {
            name: max(each + shift, 0)
            if shift and name in _LINES and type(each) is int
            else shown(each, shift)
            for name, each in fields.items()
        }
    if isinstance(value, list):
        return [shown(each, shift) for each in cast("list[Any]", value)]
    return value
