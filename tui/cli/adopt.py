"""``bootstep adopt``: a machine made of a kernel's log, so that its boot can be varied."""

from __future__ import annotations

from pathlib import Path

from ...boots.adopt.machine import Adopted, adopt_log, write
from ...boots.loader.machine_file import read_machine
from ...boots.sources.model_boot import ModelBoot
from ...model.base.errors import InputError
from ...model.language.words import tr, translatable
from ...model.logs.comparison import MemoryLines, compare
from ...model.logs.kernel_log import KernelLog
from ...model.text.dmesg import all_lines, log_lines
from .kinds import logs
from .parser import Parser

ABOUT = translatable(
    "Make a machine of a kernel's log, of an architecture whose boots are modelled: RAM, reserved memory,"
    " places and command line as the log tells them, with the shipped kernel nearest in release and page"
    " size. What is assumed stands in comments of its machine.toml. Then it is booted, and how many of the"
    " log's lines about memory it repeats is said."
)


def run(words: list[str]) -> int:
    """Write the machine, and say what was assumed and how well its boot agrees with the log.  Raises
    `InputError`."""
    parser = Parser("bootstep adopt", description=tr(ABOUT))
    parser.add_argument("log", metavar="LOG", help=tr("a kernel log, - for standard input"))
    parser.add_argument(
        "-o", "--output", required=True, metavar="DIR", help=tr("a new directory to write into")
    )
    logs.add_options(parser)
    given = parser.parse_args(words)
    log = logs.read(given.log, logs.boot_of(given))
    logs.tell_repairs(log)
    adopted = adopt_log(log, logs.told(given))
    machine = write(adopted, Path(given.output))
    print("\n".join([tr("{machine} is written", machine=machine), *_told(adopted), agreement(machine, log)]))
    return 0


def _told(adopted: Adopted) -> list[str]:
    return [
        *(tr("told: {text}", text=one) for one in adopted.told),
        *(tr("assumed: {text}", text=one) for one in adopted.assumed),
    ]


def agreement(machine: Path, log: KernelLog) -> str:
    """How well the boot of a machine agrees with the log that it was made of, in a sentence."""
    theirs = MemoryLines.of(log)
    try:
        boot = ModelBoot.of(read_machine(str(machine)))
        boot.run()
    except InputError as error:
        return tr("it does not boot as it is: {error}", error=error)
    lines = all_lines if theirs.has_debug else log_lines
    release = boot.facts.release
    found = compare(MemoryLines.read(lines(boot.trace)).known_to(release), theirs.known_to(release))
    said = tr(
        "booted, {agree} of its {total} lines about memory are those of the log",
        agree=found.agree,
        total=found.total,
    )
    return (
        said
        if found.first is None
        else tr("{said}; 'bootstep compare {machine} LOG' shows where they part", said=said, machine=machine)
    )
