"""Help: what commands there are, those of a class, those about a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ....language.words import tr, translatable
from ..command import Command, CommandError, CommandOutcome
from ..symbols import matching
from .gdb_words import INSTEAD
from .lookup import find, split_word

CLASSES = {
    "running": translatable("moves through the boot"),
    "breakpoints": translatable("places to stop at"),
    "stack": translatable("the functions that are open"),
    "files": "source",
    "data": translatable("values and names of positions"),
    "memory": translatable("who has which memory, and why"),
    "status": translatable("what there is here"),
    "support": translatable("help, settings and leaving"),
    "app": translatable("what the screen adds"),
    "scripts": translatable("files of commands, checks and printing"),
    "user-defined": translatable("what scripts define"),
}
"""The classes of commands, and what is in each; gdb calls its classes alike where it has them."""


def help_text(classes: Mapping[str, tuple[Command, ...]], rest: str, topics: Mapping[str, str]) -> str:
    """What ``help`` says of all commands, of a class or of one; `topics` are what info tells of, with a
    sentence each.  Raises `CommandError`."""
    commands = tuple(command for each in classes.values() for command in each)
    if not rest or rest == "all":
        return "\n".join(_lines(commands))
    word, more = split_word(rest)
    if word in classes and rest == word and not _is_command(commands, word):
        head = f"{tr(CLASSES.get(word, word))}:"
        return "\n".join([head, *_lines(classes[word])])
    command = find(commands, word)
    if command.name == "info" and more and (found := _topic(topics, more)):
        return f"info {found}\n{topics[found]}"
    names = tr("  (also: {aliases})", aliases=", ".join(command.aliases)) if command.aliases else ""
    return f"{command.usage}{names}\n{tr(command.help)}"


def _is_command(commands: tuple[Command, ...], word: str) -> bool:
    return any(word == command.name or word in command.aliases for command in commands)


def _topic(topics: Mapping[str, str], words: str) -> str:
    found = [topic for topic in topics if topic == words] or [
        topic for topic in topics if topic.startswith(words)
    ]
    return found[0] if len(found) == 1 else ""


def _lines(commands: tuple[Command, ...]) -> Iterator[str]:
    width = max((len(command.usage) for command in commands), default=0)
    for command in commands:
        names = f"  ({', '.join(command.aliases)})" if command.aliases else ""
        yield f"{command.usage:{width}}  {tr(command.help).splitlines()[0]}{names}"


def apropos(commands: tuple[Command, ...], rest: str, topics: Mapping[str, str]) -> CommandOutcome:
    """The commands and topics of info in whose help a regular expression is found.  Raises `CommandError`."""
    rest = rest.removeprefix("-v ").strip()
    if not rest:
        raise CommandError(tr("apropos takes a word: apropos breakpoint"))
    about = {
        f"{command.usage} — {tr(command.help).splitlines()[0]}": " ".join(
            (command.name, *command.aliases, command.usage, command.help, tr(command.help))
        )
        for command in commands
        if command.name != "info"
    }
    about |= {f"info {name} — {words}": f"info {name} {words}" for name, words in topics.items()}
    about |= {
        f"{name}: {tr(words)}": f"{name} {words} {tr(words)}"
        for name, words in INSTEAD.items()
        if rest == name
    }
    kept = {text.lower(): line for line, text in about.items()}
    found = set(matching(rest.lower(), [*kept]))
    lines = [line for text, line in kept.items() if text in found]
    return CommandOutcome("\n".join(lines) or tr("no command is about {rest}", rest=rest))
