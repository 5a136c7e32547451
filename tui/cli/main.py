"""The command line.  Only what a command needs is imported, when it is known: Textual alone takes half a
second."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from ...model.base.errors import InputError
from ...model.language.words import tr, tr_lines, translatable_lines
from . import sources
from .kinds.logs import STANDARD_INPUT
from .language.option import prefer, speak
from .output import forget, plain_output
from .parser import Parser
from .presenting.options import add_presenting, presenting_of
from .scripted.options import add_options, given_lines, is_batch, typed_lines

COMMANDS = (
    *("log", "state", "compare", "diff", "verify", "record", "export"),
    *("image", "capture", "adopt", "listings.machines", "listings.releases", "keys", "dap"),
    *("answers.ledger", "answers.why", "answers.who", "answers.x", "answers.print"),
    *("answers.regions", "answers.events", "answers.explain", "answers.glossary"),
    *("shells.completion", "shells.man", "tours.tour", "quiz.quiz", "serving.serve"),
    *("presenting.follow", "live.live"),
    "reference.help",
)
"""Each a module beside this one, perhaps in a package, with a function ``run`` that takes the words behind
its name and returns the exit status."""
MODULES = {path.rpartition(".")[2]: path for path in COMMANDS}
"""The same by the words that people type."""
OVERVIEW = translatable_lines("""Step through the Linux kernel's early memory boot, forwards and backwards.

  bootstep [MACHINE] [--at F]    step through a boot (virt-1g if no machine is named), from F on
  bootstep log MACHINE           print the kernel log, as dmesg does
  bootstep state MACHINE --at F  print the state of memory when function F returns
  bootstep compare MACHINE FILE  compare the log with a real one
  bootstep verify LOG            do a kernel log's lines again, and hold the result against its own dumps
  bootstep diff A B              what two boots, or two logs, differ in (diff A --add mem=600M)
  bootstep live -- qemu-…        record a kernel that really runs, in QEMU or on a board, and step through it
  bootstep record MACHINE -o F   write a whole boot into a file, which is a MACHINE everywhere
  bootstep export MACHINE        a lesson: --html page, --svg slides, --cast; other tools: --format perfetto …
  bootstep quiz MACHINE          questions about a boot, with a key: a sheet as text, md, html or json
  bootstep ledger MACHINE        all RAM by who has it; this and the next six take --at and --format json
  bootstep why MACHINE [WHAT]    why memory was refused, or where it was found
  bootstep who MACHINE ADDRESS   who has an address
  bootstep x MACHINE ADDRESS     all that is known of an address
  bootstep print MACHINE EXPR    the values of expressions
  bootstep regions MACHINE       memblock's regions with their owners, and a PC's e820 tables
  bootstep events MACHINE        what happened, event by event (--kind, --caller, --from, --to)
  bootstep tour [NAME]           guided tours of a boot: lists them, takes one; show prints, check checks
  bootstep follow [N]            the speaker's notes of what 'bootstep --present' shows in another terminal
  bootstep explain MACHINE       an event in plain sentences (--at): what, who, why, what becomes of it
  bootstep glossary [WORD]       what the words on the screen mean: no-map, UXN, ZONE_DMA32 …
  bootstep image [KERNEL]        the kernel image section by section, with its holes; or a machine's
  bootstep adopt LOG -o DIR      make a machine of a kernel's log, whose boot can then be varied
  bootstep capture DIR           write the machine that this Linux runs on into a directory
  bootstep machines              list the machines that are shipped
  bootstep releases [A B]        what differs between releases of the kernel, and how that is known
  bootstep keys                  what the keys do, as a config.toml to begin with
  bootstep dap [--port N]        serve a boot to editors: VS Code, nvim-dap, Emacs
  bootstep serve [MACHINE]       the app in browsers, a session for each visitor of a class
  bootstep completion SHELL      what makes bash, zsh or fish complete these commands
  bootstep man                   the manual page, for man -l
  bootstep help [TOPIC]          reference: fields of JSON, keys of machine files, tours, editors

MACHINE is a machine file (.toml), a device tree, a PC's e820 map, the name of a shipped machine,
a recorded boot, or a kernel log of any architecture, as people paste them (- is standard input).
'bootstep COMMAND --help' tells more.""")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 good, 1 a comparison that differs, 2 no answer, because of
    bad input or of a mistake of our own, which is said."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with plain_output():
            return _told(words)
    except InputError as error:  # there is no standard output
        complain(str(error))
        return 2


def _told(words: list[str]) -> int:
    """Run a command, and say what went wrong."""
    try:
        try:
            return _run(speak(words, os.environ))
        finally:
            sys.stdout.flush()
    except InputError as error:
        complain(str(error))
        return 2
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        forget(sys.stdout)
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from ..shell.failure import command_told

        complain(command_told(error, words))
        return 2


def complain(sentence: str) -> None:
    """Say what went wrong, if there is anywhere to say it."""
    if sys.stderr:
        print(f"bootstep: {sentence}", file=sys.stderr)


def _run(words: list[str]) -> int:
    if words and words[0] in MODULES:
        command = import_module(f".{MODULES[words[0]]}", __package__)
        return command.run(words[1:])
    parser = Parser(
        "bootstep", description=tr_lines(OVERVIEW), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("machine", nargs="?", metavar="MACHINE", help=tr("what to boot (virt-1g), or a log"))
    parser.add_argument(
        "--at",
        metavar="POSITION",
        help=tr("where to open it: a function, or 'sparse_init › sparse_init_nid'"),
    )
    parser.add_argument(
        "--kernel-source",
        metavar="PATH",
        help=tr(
            "a Linux source tree, or an archive of one (linux-source-6.12.tar.xz): its functions stand "
            "beside ours, and its lines are named"
        ),
    )
    parser.add_argument("--theme", metavar="NAME", help=tr("the colours: dark, light, contrast or terminal"))
    parser.add_argument(
        "--settings", metavar="FILE", help=tr("keys and colours, instead of those of the usual config.toml")
    )
    parser.add_argument("--version", action="store_true", help=tr("print the version"))
    add_presenting(parser)
    add_options(parser)
    given = sources.parse(parser, words)
    if given.version:
        from importlib.metadata import version

        print(f"bootstep {version('bootstep')}")
        return 0
    present = presenting_of(given)
    at = given.at or ""
    if at:
        check_position(at)
    script = given_lines(given.script or ())
    if is_batch(given):
        lines = script if given.script or given.batch else typed_lines()
        if lines is not None:
            from .scripted.batch import batch

            boot = sources.named(given.machine, given).open()
            return batch(boot, lines, at, given.format or "text", given.kernel_source)
    if given.machine == STANDARD_INPUT:
        from ..shell.signals import need_terminal

        # Nobody waits for a log to come, only to hear that it cannot be shown.
        need_terminal(input_comes_later=True)
    load = sources.named(given.machine, given).load()
    # Next to nothing that is made until a boot is recorded is garbage; then the recorder looks for it again.
    gc.disable()
    from .kernel_sources import opened
    from .keys import config_of

    config = config_of(given.settings, given.theme)
    prefer(config.lang)
    source = opened(given.kernel_source, config)
    from ..shell.run import run

    return run(load, at, config, source, sources.boot_named, script, present)


def check_position(text: str) -> None:
    """Whether some words may name a position.  Raises `InputError` if they do in no boot."""
    from ...model.debugger.position_names import PositionNameError, check

    try:
        check(text)
    except PositionNameError as error:
        raise InputError(tr("--at {error}", error=error)) from None


if __name__ == "__main__":
    sys.exit(main())
