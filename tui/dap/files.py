"""Source files as editors know them: the files of the model, by path, and logs that were made into traces."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...model.debugger.breakpoints.lines import SourceLine, lines_with_events
from ...model.debugger.model_lines import def_line, function_at
from ...model.files.input_files import is_file
from ...model.source.facts import Facts
from ...model.source.provenance import is_from_log
from ...model.trace.events import Function, Trace
from ...model.trace.stepping import LEAVE
from .arguments import DapError, SourceArgument

LARGEST = 4 << 20
"""Bytes of the longest file that is sent."""


@lru_cache(maxsize=2048)
def real(path: str) -> str:
    """A path without links, so that two names of a file are one."""
    return os.path.realpath(path)


class SourceFiles:
    """The files that the functions of a trace stand in."""

    def __init__(self, trace: Trace, facts: Facts) -> None:
        self.trace = trace
        self.silence = facts.silence("source")
        """Why there is no source, "" if there is."""
        self._is_log = is_from_log(trace)

    def all(self) -> list[str]:
        """The names of the files in which something happens, in order."""
        return sorted({site.filename for site in self.trace.sites if site.filename})

    def named(self, source: SourceArgument) -> str:
        """The file of the trace that a client means.  Raises `DapError`."""
        path = source.path or source.name or ""
        if not path or "\0" in path:
            raise DapError("a source needs a path")
        given = real(path)
        for filename in self.all():
            found = self.path(filename)
            if filename == path or (found is not None and real(str(found)) == given):
                return filename
        raise DapError(_unknown(self.trace, path))

    def path(self, filename: str) -> Path | None:
        """Where a file of the trace is on this computer; None if it is not, as in a boot that was recorded
        elsewhere.  A log is where it was read."""
        path = Path(filename).absolute() if self._is_log else Path(filename)
        return path if path.is_absolute() and is_file(path) else None

    def source(self, filename: str, function: Function | None = None) -> dict[str, Any]:
        """The protocol's ``Source`` of a file."""
        found: dict[str, Any] = {"name": Path(filename).name or "no source"}
        if path := self.path(filename):
            found["path"] = str(path)
        else:
            found["presentationHint"] = "deemphasize"
        if function is not None and function.kernel_file:
            found["origin"] = f"model of {function.kernel_file}"
        return found

    def text(self, source: SourceArgument) -> str:
        """The text of a file of the trace; no other file is read.  Raises `DapError`."""
        filename = self.named(source)
        path = self.path(filename)
        if path is None:
            raise DapError(self.silence or f"{filename}: there is no such file here")
        try:
            if path.stat().st_size > LARGEST:
                raise DapError(f"{filename}: more than {LARGEST >> 20} MiB are not sent")
            return path.read_text(errors="backslashreplace")
        except OSError as error:
            raise DapError(f"{filename}: {(error.strerror or 'cannot be read').lower()}") from None

    # ---- lines ----

    def lines(self, filename: str) -> list[int]:
        """The lines of a file at which one can stop, in order."""
        heads = {def_line(each) for each in self._functions(filename)}
        return sorted({*lines_with_events(self.trace, filename), *heads})

    def place(self, filename: str, line: int) -> tuple[str, int]:
        """Where a breakpoint at a line really is: what ``break`` takes, and the line.  Where nothing happens
        at a line it is the next one of its function; the first lines of a function are its entry.  Raises
        `DapError`."""
        happening = lines_with_events(self.trace, filename)
        if line in happening:
            return f"source:{filename}:{line}", line
        function = function_at(self.trace, filename, line)
        if function is None:
            raise DapError(f"line {line} belongs to no function that this boot can call")
        head = def_line(function)
        if line <= head:
            return function.name, head
        later = [each for each in happening if each > line and happening[each] == function.name]
        if later:
            return f"source:{filename}:{later[0]}", later[0]
        return function.name, head

    def runs(self, filename: str, line: int, position: int) -> Iterator[tuple[str, int]]:
        """When a line runs: the next time after a position and the last time before it, in words, and the
        position just before that."""
        numbers = self.trace.site_numbers(*SourceLine(filename, line))
        if not numbers:
            return
        trace, end = self.trace, len(self.trace)
        later, earlier = range(position + 1, end), range(min(position, end) - 1, -1, -1)
        for words, events in (("next time", later), ("last time", earlier)):
            found = (event for event in trace.at_sites(numbers, events) if trace.kind(event) != LEAVE)
            if (event := next(found, None)) is not None:
                yield words, event

    def _functions(self, filename: str) -> list[Function]:
        return [function for function in self.trace.functions if function.filename == filename]


def _unknown(trace: Trace, path: str) -> str:
    """Why a file is none of the trace's."""
    name = Path(path).name
    ends = f"/{path}"
    ours = {
        function.filename
        for function in trace.functions
        if function.kernel_file and ends.endswith(f"/{function.kernel_file}")
    }
    if ours:
        told = ", ".join(sorted(ours))
        return f"{name} is the kernel's own: lines can be stopped at in the model of it, {told}"
    return f"{path} is no file of this boot"
