"""Nodes and zones, as they are told when they are made."""

from __future__ import annotations

from typing import NamedTuple

from ..log_line import LogLine


class ZoneRange(NamedTuple):
    """What a zone may span, in bytes, the end not included; None for both if it is empty."""

    line: LogLine
    name: str
    start: int | None
    end: int | None


class MovableStart(NamedTuple):
    """Where a node's ZONE_MOVABLE begins, in bytes."""

    line: LogLine
    nid: int
    start: int


class NodeRange(NamedTuple):
    """A range of bytes that is memory of a node ("Early memory node ranges")."""

    line: LogLine
    nid: int
    start: int
    end: int


class NodeSpan(NamedTuple):
    """What a node spans, in bytes ("Initmem setup node"); both 0 if it has no memory."""

    line: LogLine
    nid: int
    start: int
    end: int


class NodePages(NamedTuple):
    """The present pages of a node ("On node 0 totalpages"); of them `holes` where an old kernel says so."""

    line: LogLine
    nid: int
    present: int


class ZonePages(NamedTuple):
    """What is told of a zone of the node named last, in pages; one number a line, the others are None.
    `unavailable` are page structs of a hole in a zone."""

    line: LogLine
    name: str
    nid: int | None = None
    memmap: int | None = None
    reserved: int | None = None
    pages: int | None = None
    unavailable: int | None = None


class Zonelists(NamedTuple):
    """``Built 1 zonelists … Total pages``: `pages` that the zones hold (less memmap, in old kernels)."""

    line: LogLine
    lists: int
    pages: int
