"""Why a target stands, as stubs say it: ``T05thread:01;``, ``S05``, ``W00`` (it ended), ``X09`` (killed)."""

from __future__ import annotations

import re

from ..target import Ended, Stop, Stopped
from ..wire.unasked import ended_words, is_end

_STOPPED = re.compile(rb"[TS]([0-9a-fA-F]{2})(.*)", re.DOTALL)
_WATCHED = re.compile(rb"^T..(?:[^;]*;)*?[ar]?watch:", re.DOTALL)
_THREAD = re.compile(r"(?:p[0-9a-fA-F]{1,16}\.)?-?[0-9a-fA-F]{1,16}")


def stop_of(body: bytes, pc_number: int | None) -> Stop | None:
    """The stop that a packet tells of; None if it is not one.  `pc_number` is the PC's number among the
    registers: some stubs give its value with the stop."""
    if is_end(body):
        return Ended(ended_words(body))
    found = _STOPPED.fullmatch(body)
    if found is None:
        return None
    pairs: dict[str, str] = {}
    for part in found[2].decode("latin-1").split(";") if body[:1] == b"T" else ():
        key, colon, value = part.partition(":")
        if part and not colon:
            return None
        pairs.setdefault(key, value)
    thread = pairs.get("thread", "")
    if thread and not _THREAD.fullmatch(thread):
        return None
    return Stopped(int(found[1], 16), _pc(pairs, pc_number), thread)


def is_of_watchpoint(body: bytes) -> bool:
    """Whether a stop is one of a watchpoint."""
    return _WATCHED.search(body) is not None


def _pc(pairs: dict[str, str], number: int | None) -> int | None:
    if number is None:
        return None
    for key, value in pairs.items():
        if re.fullmatch("[0-9a-fA-F]{1,4}", key) and int(key, 16) == number:
            try:
                return int.from_bytes(bytes.fromhex(value), "little")
            except ValueError:
                return None
    return None
