"""Which command a typed word means."""

from __future__ import annotations

from ....language.words import tr
from ..command import Command, CommandError
from .gdb_words import INSTEAD, SHORT_FORMS

_RUNS_PROGRAMS = ("!", "|")


def split_word(line: str) -> tuple[str, str]:
    """The command word of a line and what follows; ``print/x`` and ``p/x`` leave the format to what
    follows, ``!ls`` the program."""
    word = line.split(maxsplit=1)[0] if line.split() else ""
    slash = word.find("/")
    if slash > 0:
        word = word[:slash]
    if word.startswith(_RUNS_PROGRAMS):
        word = word[0]
    return word, line.strip()[len(word) :].lstrip()


def find(commands: tuple[Command, ...], word: str) -> Command:
    """The command of that name, or what gdb means by it, or the only one that begins like that.  Raises
    `CommandError`, for a command of gdb that there is none of with what does instead."""
    for name in (word, SHORT_FORMS.get(word, word)):
        for command in commands:
            if name == command.name or name in command.aliases:
                return command
        if name in INSTEAD:
            raise CommandError(_instead(name))
    found = [command for command in commands if command.name.startswith(word)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(sorted(command.name for command in found))
        raise CommandError(tr('ambiguous command "{word}": {names}', word=word, names=names))
    of_gdb = [name for name in INSTEAD if name.startswith(word)]
    if len(of_gdb) == 1:
        raise CommandError(_instead(of_gdb[0]))
    if of_gdb:
        raise CommandError(
            tr('ambiguous command "{word}": {of_gdb}', word=word, of_gdb=", ".join(sorted(of_gdb)))
        )
    raise CommandError(tr('no command "{word}"; "help" lists them', word=word))


def _instead(name: str) -> str:
    return tr('"{name}" is gdb\'s; here {instead}', name=name, instead=tr(INSTEAD[name]))
