"""The words of ``bootstep live``: a kernel, a QEMU or a stub, what to watch, when to end, what to make."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from ....boots.live.options import UNTIL, LiveOptions, Stub, Walked, Watched
from ....boots.live.qemu.command import QemuCommand, read_command
from ....model.base.errors import InputError
from ....model.base.units import one_line
from ....model.build.release import Release, parse_release
from ....model.files.input_files import is_file
from ....model.language.columns import wrapped
from ....model.language.words import tr, tr_lines, translatable, translatable_lines
from ....model.trace.events import Trace
from ..parser import Parser, number_of

TEXT, JSON = "text", "json"
ALL = "all"
WIDTH = 100
USAGE = """\
bootstep live [--vmlinux FILE] [OPTION …] -- qemu-system-… …
       bootstep live --gdb HOST:PORT --vmlinux FILE [OPTION …]"""
ABOUT = (
    translatable(
        "Record the early memory boot of a kernel that really runs: in a QEMU, which is started so that it"
        " stands, or behind any stub that speaks the GDB remote protocol. The app opens at once and shows"
        " what there is by then; without a terminal, or with --save, --save-machine, --against, --format or"
        " --no-tui, it is recorded and a summary is printed. It ends at the return of memblock_free_all, at a"
        " panic, at a limit, or at ^C (in the app at :stop); what was recorded stays. QEMU is ended with it,"
        " whatever happens."
    ),
    translatable(
        "The exit status is 0; 1 if the kernel panicked, or with --against if the boots diverge; 2 if the"
        " kernel was not found, or if the target was lost."
    ),
)
MORE = translatable_lines("""\
  bootstep live --vmlinux vmlinux -- qemu-system-… -m 1G -nographic -kernel arch/…/boot/Image
  bootstep live --gdb :3333 --vmlinux vmlinux --entry 0x40200000 --hardware-only
'bootstep help live-kernel' tells of QEMU, of boards, of what is recorded and of limits.""")
LONGEST = 7 * 24 * 3600
"""Seconds of the longest time limit."""
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20}")
_FUNCTION = re.compile(r"[A-Za-z_][\w.]{0,255}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,3})?", re.ASCII)


class Wanted(Struct, frozen=True):
    """What a command line names: the kernel and where it runs (`options`; without its stub if QEMU is to be
    started by `command`), and what is to become of the recording; "" is nothing.  `app` says whether the app
    may show it."""

    options: LiveOptions
    command: QemuCommand | None
    save: str
    save_machine: str
    against: str
    is_json: bool
    app: bool
    kernel_source: str | None
    settings: str | None
    theme: str | None


def read(words: Sequence[str]) -> Wanted:
    """What the words name.  Raises `InputError`."""
    words = list(words)
    end = words.index("--") if "--" in words else len(words)
    given = _parser().parse_args(words[:end])
    command = read_command(words[end + 1 :]) if end < len(words) else None
    if command is None and given.gdb is None:
        raise InputError(
            tr(
                "expected a command that starts QEMU after --, or --gdb HOST:PORT; "
                "'bootstep live --help' tells how it is used"
            )
        )
    if command is not None and given.gdb is not None:
        raise InputError(
            tr("--gdb {gdb}: expected either a stub or a QEMU after --, not both", gdb=given.gdb)
        )
    return Wanted(
        _options(given, command),
        command,
        given.save or "",
        given.save_machine or "",
        given.against or "",
        given.format == JSON,
        not (given.save or given.save_machine or given.against or given.format or given.no_tui),
        given.kernel_source,
        given.settings,
        given.theme,
    )


def _parser() -> Parser:
    parser = Parser(
        "bootstep live",
        usage=USAGE,
        description="\n\n".join("\n".join(wrapped(tr(each), WIDTH)) for each in ABOUT),
        epilog=tr_lines(MORE),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_kernel(parser)
    _add_recording(parser)
    _add_result(parser)
    return parser


def _add_kernel(parser: Parser) -> None:
    group = parser.add_argument_group(tr("the kernel"))
    group.add_argument(
        "--vmlinux",
        metavar="FILE",
        help=tr("its vmlinux, or the kernel as it is booted if kallsyms are in it (QEMU's -kernel)"),
    )
    group.add_argument(
        "--system-map", metavar="FILE", help=tr("a System.map with its symbols, for a kernel that has none")
    )
    group.add_argument("--config", metavar="FILE", help=tr("its .config, if it has none inside"))
    group.add_argument("--release", metavar="RELEASE", help=tr("its release, if nothing tells: 6.1.50"))
    group.add_argument(
        "--gdb", metavar="HOST:PORT", help=tr("a stub that listens already; without a host this machine's")
    )
    group.add_argument(
        "--entry", metavar="ADDRESS", help=tr("the physical address at which a board enters the kernel")
    )


def _add_recording(parser: Parser) -> None:
    group = parser.add_argument_group(tr("what is recorded"))
    group.add_argument(
        "--functions",
        metavar="NAMES",
        help=tr("the functions to watch, by commas; +NAME besides the usual ones, ^NAME not, @FILE has them"),
    )
    group.add_argument(
        "--page-tables",
        metavar="NAMES",
        help=tr("walk the page tables also where these functions begin and end; 'all': at every stop"),
    )
    group.add_argument(
        "--hardware-only", action="store_true", help=tr("write nothing into memory, not even breakpoints")
    )
    group.add_argument(
        "--until", metavar="FUNCTION", help=tr("end when this returns ({function})", function=UNTIL)
    )
    group.add_argument(
        "--time-limit", metavar="SECONDS", help=tr("end after so long (900 without a terminal)")
    )
    group.add_argument("--event-limit", metavar="N", help=tr("end after so many events"))


def _add_result(parser: Parser) -> None:
    group = parser.add_argument_group(tr("what is made of it"))
    group.add_argument(
        "--save", metavar="FILE", help=tr("write it into a file, which is a MACHINE everywhere")
    )
    group.add_argument(
        "--save-machine", metavar="DIR", help=tr("write the machine into a new directory, for the model")
    )
    group.add_argument(
        "--against",
        metavar="MACHINE",
        help=tr("name the first divergence from another boot; 'model': the model's on the same inputs"),
    )
    group.add_argument("--no-tui", action="store_true", help=tr("print a summary instead of opening the app"))
    group.add_argument("--format", choices=(TEXT, JSON), help=tr("the form of the summary"))
    group.add_argument("--kernel-source", metavar="PATH", help=tr("a Linux source tree, as for bootstep"))
    group.add_argument("--theme", metavar="NAME", help=tr("the colours: dark, light, contrast or terminal"))
    group.add_argument(
        "--settings", metavar="FILE", help=tr("keys and colours, instead of those of the usual config.toml")
    )


def _options(given: Any, command: QemuCommand | None) -> LiveOptions:
    kernel = given.vmlinux or (command.kernel if command is not None else "")
    if not kernel and not given.system_map:
        raise InputError(
            tr("expected --vmlinux FILE, or --system-map FILE: nothing tells the symbols of this kernel")
        )
    files = {"--vmlinux": given.vmlinux, "--system-map": given.system_map, "--config": given.config}
    for option, file in {**files, "-kernel": kernel}.items():
        if file is not None and file != "" and not is_file(Path(file)):
            raise InputError(tr("{option} {file}: there is no such file", option=option, file=one_line(file)))
    return LiveOptions(
        stub=_stub(given.gdb) if given.gdb is not None else Stub(),
        kernel=kernel,
        system_map=given.system_map or "",
        config=given.config or "",
        image=command.kernel if command is not None else "",
        release=_release(given.release),
        entry=_address(given.entry),
        functions=_watched(given.functions),
        page_tables=_walked(given.page_tables),
        hardware_only=given.hardware_only,
        time_limit=_seconds(given.time_limit),
        event_limit=_limit(given.event_limit),
        until=_function("--until", given.until) if given.until is not None else UNTIL,
        command=command.words if command is not None else (),
        name=Path(kernel or given.system_map).name,
    )


def _stub(text: str) -> Stub:
    from ....boots.remote.gdb_address import gdb_address

    if text.startswith("unix:") and text != "unix:":
        return Stub(text.removeprefix("unix:"))
    host, port = gdb_address(text)
    return Stub(host=host, port=port)


def _release(text: str | None) -> Release | None:
    if text is None:
        return None
    release = parse_release(text)
    if release is None:
        raise InputError(tr("--release {text}: expected a release such as 6.1.50", text=one_line(text)))
    return release


def _address(text: str | None) -> int | None:
    if text is None:
        return None
    if not _NUMBER.fullmatch(text) or (address := int(text, 16 if text[:2] in ("0x", "0X") else 10)) >> 64:
        raise InputError(
            tr("--entry {text}: expected a physical address such as 0x40200000", text=one_line(text))
        )
    return address


def _watched(text: str | None) -> Watched:
    if text is None:
        return Watched()
    from ....boots.live.functions.asked import parse_functions

    return parse_functions(text)


def _walked(text: str | None) -> Walked:
    if text is None or text == ALL:
        return Walked(always=text == ALL)
    return Walked(tuple(_function("--page-tables", name.strip()) for name in text.split(",")))


def _function(option: str, text: str) -> str:
    if not _FUNCTION.fullmatch(text):
        raise InputError(
            tr("{option} {text}: expected the name of a function", option=option, text=one_line(text))
        )
    return text


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    if not _SECONDS.fullmatch(text) or not 0 < float(text) <= LONGEST:
        raise InputError(
            tr(
                "--time-limit {text}: expected seconds, more than 0 and at most {most}",
                text=one_line(text),
                most=LONGEST,
            )
        )
    return float(text)


def _limit(text: str | None) -> int | None:
    return None if text is None else number_of("--event-limit", text, 1, Trace.MOST_EVENTS)
