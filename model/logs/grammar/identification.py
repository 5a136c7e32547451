"""Which kernel it is, of which machine, with which command line, and how it ended."""

from __future__ import annotations

import re

from ..log_line import LogLine
from ..records.summary import Banner, CommandLine, Fact, MachineModel, Panic
from .form import Form, Said
from .setting import Setting


def banner(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """``linux_banner``."""
    return Banner(line, match["release"], match["rest"].strip())


def command_line(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The command line, as the architecture or ``start_kernel`` prints it."""
    return CommandLine(line, match["text"])


def model(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The machine."""
    return MachineModel(line, match["name"])


def panic(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The end."""
    return Panic(line, match["words"])


def cpu(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The first line of Arm's kernels."""
    return Fact(line, "boot CPU", (int(match[1], 16),))


FORMS = (
    Form(("Linux",), r"Linux version (?P<release>\d\S*)(?P<rest>.*)", banner, tail="none"),
    Form(("Booting",), r"Booting Linux on physical CPU (?:0x)?([0-9a-f]+)(?: \[0x[0-9a-f]+\])?", cpu),
    Form(
        ("Kernel", "Command", "command"),
        r"(?:Kernel c|C|c)ommand line: (?P<text>.*)",
        command_line,
        tail="none",
    ),
    Form(("Machine", "OF"), r"(?:OF: fdt: ?)?Machine model: (?P<name>.*\S)", model),
    Form(("Machine",), r"Machine: (?P<name>.*\S)", model),
    Form(("MIPS",), r"MIPS: machine is (?P<name>.*\S)", model),
    Form(("DMI", "Hardware"), r"(?:DMI|Hardware name): (?P<name>.*\S)", model),
    Form(("Kernel", "---["), r"(?:---\[ )?Kernel panic - not syncing: (?P<words>.*?)(?: \]---)?", panic),
)
