"""The first divergence of two boots as plain data: `bootstep help json` names the fields."""

from __future__ import annotations

from typing import Any

from ...build.kernel_source.found import Place
from ...trace.call_places import CallPlace
from .find import Divergence, DivergentCall, Half, Held
from .further import Further
from .states import PartDifference
from .words import headline


def held_json(found: Held) -> dict[str, Any]:
    """Two boots held against each other."""
    return {
        "same": found.are_same,
        "divergence": divergence_json(found.divergence) if found.divergence is not None else None,
        "end": [_part(part) for part in found.at_the_end],
        "ends": list(found.ends),
        "breaks_off": found.breaks_off,
        "moved": found.is_moved,
    }


def divergence_json(found: Divergence) -> dict[str, Any]:
    """The first divergence."""
    return {
        "what": found.what.value,
        "function": found.function,
        "text": headline(found),
        "arguments": list(found.finding.names),
        "part": found.finding.part,
        "left": _half(found.left),
        "right": _half(found.right),
        "states": [_part(part) for part in found.states],
        "given": list(found.given),
        "further": [_further(each) for each in found.further],
        "count": found.count,
    }


def _half(half: Half) -> dict[str, Any]:
    return {
        "position": half.position,
        "call": _call(half.call) if half.call is not None else None,
        "instead": half.instead,
        "ending": half.ending,
    }


def _call(call: DivergentCall) -> dict[str, Any]:
    return {
        "event": call.event,
        "function": call.function,
        "text": call.text,
        "arguments": {each.name: each.text for each in call.arguments},
        "returned": call.returned,
        "callers": list(call.callers),
        **_place(call.place),
        "caller_file": call.caller_place.file,
        "caller_line": call.caller_place.line,
        **_made_at(call.call_place),
        "log": call.log,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "about": place.about}


def _made_at(place: CallPlace | None) -> dict[str, Any]:
    """Where it was called, null where nobody tells that."""
    return {
        "call_file": place.file or None if place is not None else None,
        "call_line": place.line or None if place is not None else None,
        "call_address": place.address if place is not None else None,
    }


def _part(part: PartDifference) -> dict[str, Any]:
    rows = [{"left": row.left, "right": row.right} for row in part.rows]
    return {"part": part.part, "rows": rows, "count": part.count}


def _further(each: Further) -> dict[str, Any]:
    return {
        "what": each.what.value,
        "left": each.left,
        "right": each.right,
        "left_event": each.left_event,
        "right_event": each.right_event,
        "times": each.times,
    }
