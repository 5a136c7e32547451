"""Settings, as gdb sets and shows them.  One can be changed; the others say how things are, and accept to be
told so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ....language.words import tr, translatable
from ...debugger import Debugger
from ..command import Command, CommandError, CommandOutcome
from ..data import SHOWN as SHOWN_DATA
from ..data import set_variable

MOST_LINES = 400
OWN_VARIABLES = ("var", "variable")
"""gdb's words between ``set`` and a variable of one's own."""

FIXED: dict[str, tuple[str, ...]] = {
    "confirm": ("off", "0", "no"),
    "pagination": ("off", "0", "no"),
    "height": ("0", "unlimited"),
    "width": ("0", "unlimited"),
    "verbose": ("off", "0", "no"),
    "non-stop": ("off", "0", "no"),
    "startup-quietly": ("on", "1", "yes"),
    "trace-commands": ("off", "0", "no"),
    "breakpoint pending": ("off", "0", "no"),
    "history expansion": ("off", "0", "no"),
    "print thread-events": ("off", "0", "no"),
}
"""How things always are, in each of the words that say so: nothing asks whether one is sure, nothing stops
at the foot of a page, and so on.  To set them so changes nothing and is right; anything else is refused."""

_MACHINE = translatable("that comes with the machine: show architecture tells it")
_NOTHING = translatable(
    "nothing of a recorded boot can be changed: a machine file or a what-if makes another boot"
)

INSTEAD_OF_SETTING: dict[str, str] = {
    "args": translatable(
        "the kernel's command line comes with the machine: info variables boot_command_line shows it"
    ),
    "environment": _NOTHING,
    "cwd": translatable("files are named from where bootstep was started"),
    "architecture": _MACHINE,
    "endian": _MACHINE,
    "osabi": _MACHINE,
    "language": translatable("expressions are written as in C: print tells their values"),
    "exec-direction": translatable(
        "every move has its reverse: reverse-step, reverse-next, reverse-continue"
    ),
    "print": translatable("print/x, print/d, print/t and print/s choose the form of a value"),
    "radix": translatable("print/x, print/d, print/t and print/s choose the form of a value"),
    "input-radix": translatable("0x before a number makes it hexadecimal"),
    "output-radix": translatable("print/x, print/d, print/t and print/s choose the form of a value"),
    "history": translatable("the lines that were given are kept by themselves: history shows them"),
    "logging": translatable(
        "what commands say is kept nowhere else: save breakpoints FILE keeps breakpoints"
    ),
    "style": translatable("the colours are the screen's"),
    "prompt": translatable("the prompt is the screen's"),
    "disable-randomization": translatable(
        "where the kernel lies comes with the machine: print _text tells it"
    ),
    "directories": translatable(
        "--kernel-source DIR on the command line of bootstep names the kernel's source"
    ),
    "substitute-path": translatable(
        "--kernel-source DIR on the command line of bootstep names the kernel's source"
    ),
}
"""For some settings of gdb that there are none of, what does instead."""


def _listsize(debugger: Debugger, value: str) -> None:
    if value == "unlimited":
        value = str(MOST_LINES)
    if not value.isdecimal() or not 0 < int(value[:9]) <= MOST_LINES:
        raise CommandError(
            tr(
                "listsize is a number of lines from 1 to {most_lines}, not {value}",
                most_lines=MOST_LINES,
                value=value or tr("nothing"),
            )
        )
    debugger.looking.listsize = int(value)


CHANGED: Mapping[str, tuple[Callable[[Debugger, str], None], Callable[[Debugger], str]]] = {
    "listsize": (_listsize, lambda debugger: str(debugger.looking.listsize)),
}
"""What can be set, and how it is now."""


def _setting(rest: str) -> tuple[str, str]:
    """The setting that a line begins with and its value; "" if it is none of those there are."""
    names = (*CHANGED, *FIXED)
    for words in (2, 1):
        given = rest.split()[:words]
        wanted = " ".join(given)
        found = [name for name in names if name == wanted] or [
            name
            for name in names
            if len(name.split()) == len(given)
            and all(whole.startswith(part) for whole, part in zip(name.split(), given, strict=True))
        ]
        if len(found) == 1 and len(given) == words:
            return found[0], " ".join(rest.split()[words:])
    return "", ""


def _unknown(rest: str) -> CommandError:
    word = rest.split(maxsplit=1)[0]
    if word.startswith("$") or "=" in rest.replace("==", ""):
        return CommandError(tr(_NOTHING))
    meant = INSTEAD_OF_SETTING.get(word)
    if meant is not None:
        return CommandError(tr('"{word}" is a setting of gdb\'s; here {meant}', word=word, meant=tr(meant)))
    return CommandError(
        tr(
            "{word} is none of the settings here: there are {known}",
            word=word,
            known=", ".join((*CHANGED, *FIXED)),
        )
    )


def _set(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        return CommandOutcome(_all(debugger))
    if rest[0] == "$" or rest.split()[0] in OWN_VARIABLES:
        return set_variable(debugger, rest)
    name, value = _setting(rest)
    if not name:
        raise _unknown(rest)
    if name in CHANGED:
        CHANGED[name][0](debugger, value)
        return CommandOutcome("")
    if (value or "on") not in FIXED[name]:
        raise CommandError(tr("{name} is always {fixed} here", name=name, fixed=FIXED[name][0]))
    return CommandOutcome("")


def _all(debugger: Debugger) -> str:
    return "\n".join(
        tr("{name} is {setting}", name=name, setting=_value(debugger, name)) for name in (*CHANGED, *FIXED)
    )


def _value(debugger: Debugger, name: str) -> str:
    return CHANGED[name][1](debugger) if name in CHANGED else FIXED[name][0]


def _version(debugger: Debugger) -> str:
    from importlib.metadata import PackageNotFoundError, version  # takes 15 ms that nobody else has

    try:
        return f"bootstep {version('bootstep')}"
    except PackageNotFoundError:
        return tr("bootstep, of no known version")


SHOWN: Mapping[str, Callable[[Debugger], str]] = {
    "version": _version,
    "architecture": lambda debugger: tr("the architecture is {name}", name=debugger.arch.name),
    "release": lambda debugger: tr("the kernel is Linux {release}", release=debugger.facts.release),
    "language": lambda debugger: tr("expressions are written as in C, with the kernel's macros"),
    "warranty": lambda debugger: tr("there is none: see the file LICENSE"),
    "copying": lambda debugger: tr("see the file LICENSE"),
}
"""What ``show`` tells beside settings."""


def _show(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        return CommandOutcome(_all(debugger))
    if rest in SHOWN:
        return CommandOutcome(SHOWN[rest](debugger))
    word, _, more = rest.partition(" ")
    of_data = [name for name in SHOWN_DATA if len(word) > 2 and name.startswith(word)]
    if of_data:
        return SHOWN_DATA[of_data[0]](debugger, more.strip())
    name, _ = _setting(rest)
    if name:
        return CommandOutcome(tr("{name} is {setting}", name=name, setting=_value(debugger, name)))
    if rest == "commands":
        raise CommandError(tr('"show commands" is gdb\'s; here history shows the lines that were given'))
    raise _unknown(rest)


COMMANDS = (
    Command(
        "set",
        (),
        "set SETTING VALUE, set $NAME = EXPRESSION",
        translatable(
            "change a setting (listsize is how many lines list shows), or give a variable of your own a value"
        ),
        _set,
        complete=lambda debugger: (*CHANGED, *FIXED),
    ),
    Command(
        "show",
        (),
        "show [SETTING]",
        translatable(
            "how a setting is, all without one; or values, convenience, version, architecture, release"
        ),
        _show,
        complete=lambda debugger: (*CHANGED, *FIXED, *SHOWN, *SHOWN_DATA),
    ),
)
