"""What a stub says that was not asked: stops that come late, words of the target, that it is gone."""

from __future__ import annotations

import re

from ....model.language.words import tr
from .packets import framed

SYSTEM_CALL_FAILED = framed(b"F-1,270f")
"""The answer to a program that would have its files of us."""
_STOP = re.compile(rb"[TS][0-9a-fA-F]{2}")
_ENDED = re.compile(rb"([WX])([0-9a-fA-F]{1,8})(?:;process:[0-9a-fA-F]+)?")
_ENDS_A_RUN = (b"T", b"S", b"W", b"X", b"N", b"E", b"")


def is_stop(body: bytes) -> bool:
    """Whether it is said that the target stands."""
    return _STOP.match(body) is not None


def is_end(body: bytes) -> bool:
    """Whether it is said that the target is gone (``W00``, ``X09``)."""
    return _ENDED.fullmatch(body) is not None


def ended_words(body: bytes) -> str:
    """How the target ended, by what says that it is gone."""
    found = _ENDED.fullmatch(body)
    code = int(found[2], 16) if found else 0
    if found and found[1] == b"W":
        return tr("exited with status {status}", status=code)
    return tr("killed by signal {signal}", signal=code)


def is_console(body: bytes) -> bool:
    """Whether it is what the target itself says, through the stub."""
    return body[:1] == b"O" and body != b"OK"


def is_system_call(body: bytes) -> bool:
    """Whether the target asks something of us."""
    return body[:1] == b"F"


def ends_a_run(body: bytes) -> bool:
    """Whether a target that ran does not run any more, or never did."""
    return body[:1] in _ENDS_A_RUN
