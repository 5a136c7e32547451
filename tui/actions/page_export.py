"""The boot, or a part of it, as a page that is stepped through in a browser: a command, and a key that asks
for the file's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.language.words import tr, trn
from ..session.question import Question
from .action import Action
from .export import file_name

if TYPE_CHECKING:
    from ...model.debugger.commands.command import Command, CommandOutcome
    from ...model.debugger.debugger import Debugger
    from ...model.lecture.pages.content import Step
    from ..session.context import Context

USAGE = "export html FILE [from POSITION] [to POSITION] | export html FILE tour NAME"
GIVEN = (
    r'html\s+(?:"(?P<quoted>[^"]+)"|(?P<plain>\S+))(?P<force>!?)'
    r"(?:\s+tour\s+(?P<tour>\S+)|(?:\s+from\s+(?P<start>.+?))?(?:\s+to\s+(?P<end>.+?))?)\s*"
)


class PageContent(Struct, frozen=True):
    """The steps of a page, its title, and what it is about."""

    steps: Sequence[Step]
    title: str
    about: str


def commands(context: Context) -> tuple[Command, ...]:
    """The command, on the command line."""
    from ...model.debugger.commands.command import Command

    help = tr("the boot as a page to step through in a browser; FILE! overwrites")
    return (Command("export", (), USAGE, help, export_command),)


def export_command(debugger: Debugger, rest: str) -> CommandOutcome:
    """Write the page that the words of a command ask for.  Raises `CommandError`."""
    from ...model.debugger.commands.command import CommandError, CommandOutcome

    given = re.fullmatch(GIVEN, rest.strip())
    if given is None:
        raise CommandError(tr("expected {usage}", usage=USAGE))
    name = given["quoted"] or given["plain"]
    overwrite = bool(given["force"]) or name.endswith("!")
    part = (given["start"] or "start", given["end"] or "end", given["tour"] or "")
    try:
        return CommandOutcome(written(debugger, name.removesuffix("!"), overwrite, *part))
    except InputError as error:
        raise CommandError(str(error)) from None


def written(
    debugger: Debugger, name: str, overwrite: bool, start: str = "start", end: str = "end", tour: str = ""
) -> str:
    """Write a page of the boot from a position to another one, by their names, or of a tour of it; returns
    what was done.  The debugger stays where it is.  Raises `InputError`."""
    # The first screen does without all of this.
    from ...model.debugger.debugger import Debugger as OtherDebugger
    from ...model.debugger.position_names import PositionNameError
    from ...model.files.output_file import write_lines
    from ...model.lecture.pages.document import page_lines

    if not overwrite and is_there(Path(name).expanduser()):
        raise InputError(tr("{name} exists and is not overwritten; {name}! would.", name=name))
    if not debugger.trace.finished:
        raise InputError(tr("The boot is still being recorded: a page is made of what is there then."))
    other = OtherDebugger(debugger.trace, debugger.facts)
    other.lines.source = debugger.lines.source
    try:
        page = _of_tour(other, tour) if tour else _between(other, start, end)
        write_lines(
            page_lines(page.steps, other, page.title, page.about), str(Path(name).expanduser()), overwrite
        )
    except (PositionNameError, InputError, RuntimeError) as error:
        raise InputError(str(error)) from None
    return trn("wrote {count} step to {name}", "wrote {count} steps to {name}", len(page.steps), name=name)


def _between(debugger: Debugger, start: str, end: str) -> PageContent:
    """The major steps from a position to another.  Raises `PositionNameError`, `InputError`."""
    from ...model.lecture.pages.lesson import lesson_between
    from ...model.lecture.pages.naming import about_of, title_of

    first, last = (debugger.position_names.find(each) for each in (start, end))
    if last < first:
        raise InputError(tr("{end} comes before {start}", end=end, start=start))
    facts = debugger.facts
    return PageContent(lesson_between(debugger, first, last), title_of(facts), about_of(facts))


def _of_tour(debugger: Debugger, name: str) -> PageContent:
    """The stops of a tour.  Raises `InputError`."""
    from ...model.lecture.pages.from_tour import tour_lesson
    from ...model.lecture.pages.lesson import lesson
    from ...model.lecture.tours.shipped import tour_named

    found = tour_lesson(tour_named(name), debugger)
    return PageContent(lesson(debugger, found.stops), found.title, found.about)


def is_there(path: Path) -> bool:
    """Whether there is a file of that name; there is none of a name that no file can have."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


async def ask(context: Context, count: int) -> None:
    """Ask for the name of a file, and write a page of the whole boot to it."""
    session = context.session
    if session is None:
        return

    async def entered(line: str) -> None:
        name = line.strip()
        if not name:
            return
        try:
            said = written(session.debugger, name.removesuffix("!").rstrip(), name.endswith("!"))
        except InputError as error:
            context.complain(str(error))
        else:
            context.status.say(said)

    question = Question(
        tr("write a page of this boot to:"),
        tr("the name of a file; ! after it overwrites one that exists"),
        entered,
    )
    await context.foot.open(f"{file_name(session.debugger.facts.name)}.html", question)


ACTIONS: dict[str, Action] = {"export-page": Action(ask)}
