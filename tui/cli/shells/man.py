"""``bootstep man``: the manual page, as roff.

The package ``argparse-manpage`` writes it from the parsers, so that it says what ``--help`` says.  Options
that all commands with a machine share are told once.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any

from ....model.language.words import tr, translatable
from ..parser import Parser

SUMMARY = translatable("step through the Linux kernel's early memory boot")
SYNOPSIS = r"""\fBbootstep\fR [\fIMACHINE\fR] [\fIOPTION\fR ...]
.br
\fBbootstep\fR \fICOMMAND\fR [\fIARGUMENT\fR ...] [\fIOPTION\fR ...]"""
_REQUEST = re.compile(r"\.(?:TH|SH|SS|TP|PP|RS|RE|B|I|BR|IR|br|sp|nf|fi|UR|UE)\b")
"""What the page has of requests to roff; any other line that looks like one is text."""


def run(words: Sequence[str]) -> int:
    """Print the manual page.  Raises `InputError`."""
    parser = Parser("bootstep man", description=tr("the manual page, as roff: bootstep man | man -l -"))
    parser.parse_args(words)
    print(page(), end="")
    return 0


def page() -> str:
    """The manual page."""
    from importlib.metadata import version

    from argparse_manpage.manpage import Manpage  # pyright: ignore[reportMissingTypeStubs]

    from .parsers import CommandParser, app_parser, whole_parser

    shared = {_told(action) for action in app_parser()._actions}  # pyright: ignore[reportPrivateUsage]

    def without_shared(command: CommandParser) -> argparse.ArgumentParser | None:
        return _own(command.parser, shared) if command.parser else None

    told = {
        "version": version("bootstep"),
        "project_name": "bootstep",
        "manual_title": "bootstep",
        "description": tr(SUMMARY),
        "date": "",
    }
    parser = whole_parser(without_shared, {})
    parser.description = _without_commands(parser.description or "")
    made: Any = Manpage(parser, told)
    made.add_section("synopsis", "=", SYNOPSIS)
    return "".join(map(_as_text, str(made).splitlines(keepends=True)))


def _without_commands(overview: str) -> str:
    """The paragraphs that are no list of commands: those have a part of the page for themselves."""
    paragraphs = overview.split("\n\n")
    return "\n\n".join(each for each in paragraphs if not each.startswith("  bootstep"))


def _as_text(line: str) -> str:
    """A line that roff takes for what it is: text that begins like a request is marked as text."""
    is_text = line.startswith("'") or (line.startswith(".") and not _REQUEST.match(line))
    return rf"\&{line}" if is_text else line


def _told(action: argparse.Action) -> tuple[str, ...]:
    """What the page says of an argument: options of one name may mean something else elsewhere."""
    return *action.option_strings, action.help or ""


def _own(parser: argparse.ArgumentParser, shared: set[tuple[str, ...]]) -> argparse.ArgumentParser:
    """A parser with the arguments of a command that the app has not."""
    own = argparse.ArgumentParser(parser.prog, add_help=False, description=parser.description)
    for action in parser._actions:  # pyright: ignore[reportPrivateUsage]
        if _told(action) not in shared:
            own._add_action(action)  # pyright: ignore[reportPrivateUsage]
    return own
