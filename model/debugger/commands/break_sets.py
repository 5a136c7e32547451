"""Commands about many breakpoints, and what becomes of them: rbreak, clear, delete, enable, disable, save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...language.words import tr, translatable, trn
from ..breakpoints.breakpoints import Breakpoint
from ..debugger import Debugger
from .breakpoints import told
from .checkpoints import delete_checkpoint
from .command import Command, CommandError, CommandOutcome, count, function_names
from .data import forget
from .displaying import disable_display, enable_display, undisplay
from .numbers import breakpoint_numbers, numbers_there
from .symbols import matching

MOST = 200
"""Breakpoints that one ``rbreak`` sets at most."""
FIRST_LINE = "# breakpoints of bootstep"
"""What a file of ``save breakpoints`` begins with: nothing else is overwritten."""

Handler = Callable[[Debugger, str], CommandOutcome]


def _rbreak(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        raise CommandError(tr("rbreak takes a regular expression: rbreak ^memblock_.*alloc"))
    file, colon, pattern = rest.partition(":")
    functions = [*debugger.occurrences.called()]
    if colon and "." in file and not any(mark in file for mark in "*+?[]()|\\^$"):
        functions = [each for each in functions if f"/{each.kernel_file}".endswith(f"/{file}")]
    else:
        pattern = rest
    names = sorted(set(matching(pattern.strip(), [function.name for function in functions])))
    if not names:
        raise CommandError(
            tr("no function that this boot calls matches {rest}; info functions lists them", rest=rest)
        )
    if len(names) > MOST:
        raise CommandError(
            tr(
                "{rest} matches {count} functions, and rbreak sets {most} at most",
                rest=rest,
                count=len(names),
                most=MOST,
            )
        )
    points = [debugger.breakpoints.add(name) for name in names]
    return told(*points, ending=trn("{count} breakpoint set", "{count} breakpoints set", len(points)))


def _clear(debugger: Debugger, rest: str) -> CommandOutcome:
    frame = debugger.selected_frame()
    if not rest and frame is None:
        raise CommandError(tr("clear which place? (a function, or whatever break takes)"))
    place = rest or (frame.function.name if frame is not None else "")
    points = [point for point in debugger.breakpoints.all() if _is_at(point, place)]
    if not points:
        raise CommandError(tr("there is no breakpoint at {place}", place=place))
    for point in points:
        debugger.breakpoints.delete(point.number)
    return CommandOutcome(tr("deleted {numbers}", numbers=", ".join(str(point.number) for point in points)))


def _is_at(point: Breakpoint, place: str) -> bool:
    return place in (point.spec, point.location.watch)


def _each(verb: str, act: Callable[[Debugger, int], None]) -> Handler:
    """A command that takes the numbers of breakpoints, none meaning all."""

    def command(debugger: Debugger, rest: str) -> CommandOutcome:
        numbers = breakpoint_numbers(debugger, rest)
        chosen = numbers or [breakpoint.number for breakpoint in debugger.breakpoints.all()]
        for number in chosen:
            act(debugger, number)
        if not chosen:
            return CommandOutcome(tr("there are no breakpoints"))
        return CommandOutcome(f"{tr(verb)} {', '.join(map(str, chosen))}")

    return command


def _enable_count(debugger: Debugger, rest: str) -> CommandOutcome:
    stops, _, numbers = rest.partition(" ")
    if not stops or not numbers.strip():
        raise CommandError(tr("enable count reads like: enable count 3 1 (three stops of breakpoint 1)"))
    times = count(stops)
    return _each("enabled", lambda debugger, number: debugger.breakpoints.enable_for(number, times))(
        debugger, numbers
    )


def _split(kinds: dict[str, Handler], otherwise: Handler) -> Handler:
    """A command whose first word may say what it is about."""

    def command(debugger: Debugger, rest: str) -> CommandOutcome:
        word, _, more = rest.partition(" ")
        found = [kind for kind in kinds if word and kind.startswith(word)]
        if len(found) == 1 or word in kinds:
            return kinds[word if word in kinds else found[0]](debugger, more.strip())
        if word.isalpha():
            raise CommandError(
                tr(
                    '"{word}" is no number of a breakpoint, nor one of {kinds}',
                    word=word,
                    kinds=", ".join(kinds),
                )
            )
        return otherwise(debugger, rest)

    return command


DELETE = _each(translatable("deleted"), lambda debugger, number: debugger.breakpoints.delete(number))
ENABLE = _each(translatable("enabled"), lambda debugger, number: debugger.breakpoints.enable(number))
DISABLE = _each(translatable("disabled"), lambda debugger, number: debugger.breakpoints.disable(number))
ENABLES: dict[str, Handler] = {
    "once": _each(
        translatable("enabled once"), lambda debugger, number: debugger.breakpoints.enable_for(number, 1)
    ),
    "delete": _each(
        translatable("enabled until the next stop"),
        lambda debugger, number: debugger.breakpoints.enable_once_and_delete(number),
    ),
    "count": _enable_count,
}


DELETES: dict[str, Handler] = {
    "breakpoints": DELETE,
    "checkpoint": delete_checkpoint,
    "bookmark": forget,
    "display": undisplay,
}
"""What ``delete WORD`` deletes; without a word it is breakpoints."""


def _save(debugger: Debugger, rest: str) -> CommandOutcome:
    what, _, name = rest.partition(" ")
    name = name.strip()
    if not what or not "breakpoints".startswith(what) or not name:
        raise CommandError(tr("save writes breakpoints into a file, for source: save breakpoints FILE"))
    points = debugger.breakpoints.all()
    if not points:
        raise CommandError(tr("there are no breakpoints to save"))
    lines = [line for point in points for line in saved_lines(point)]
    write_breakpoints(name, "\n".join([FIRST_LINE, *lines, ""]))
    return CommandOutcome(tr("saved {count} to {name}", count=len(points), name=name))


def write_breakpoints(name: str, text: str) -> None:
    """Write such a file, over an older one of its kind only.  Raises `CommandError`."""
    try:
        path = Path(name).expanduser()
        if path.exists() and not _is_of_breakpoints(path):
            raise CommandError(
                tr("{name} is there already, and is no file of breakpoints: not overwritten", name=name)
            )
        path.write_text(text, encoding="utf-8", errors="replace")
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, CommandError):
            raise
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CommandError(tr("cannot write {name}: {why}", name=name, why=why)) from None


def _is_of_breakpoints(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(FIRST_LINE)) == FIRST_LINE.encode()


def saved_lines(point: Breakpoint) -> list[str]:
    """The commands that set a breakpoint again."""
    condition = f" if {point.condition}" if point.condition else ""
    if point.message:
        lines = [f'dprintf {point.spec}{condition}, "{point.message.text}"']
    elif point.spec.startswith("watch:") and not point.temporary:
        lines = [f"watch {point.spec.removeprefix('watch:')}{condition}"]
    else:
        lines = [f"{'tbreak' if point.temporary else 'break'} {point.spec}{condition}"]
    if point.ignore:
        lines.append(f"ignore $bpnum {point.ignore}")
    if point.stops_left:
        lines.append(f"enable count {point.stops_left} $bpnum")
    if not point.enabled:
        lines.append("disable $bpnum")
    return [*lines, "commands", *point.commands, "end"] if point.commands else lines


COMMANDS = (
    Command(
        "rbreak",
        (),
        "rbreak [FILE:]REGEX",
        translatable("a breakpoint at every function that this boot calls and a regular expression matches"),
        _rbreak,
        complete=function_names,
    ),
    Command(
        "clear",
        ("cl",),
        "clear [PLACE]",
        translatable("remove the breakpoints at a place"),
        _clear,
        complete=function_names,
    ),
    Command(
        "delete",
        ("d", "del"),
        "delete [N …|checkpoint N|bookmark NAME|display N]",
        translatable("remove breakpoints, all without a number; or a checkpoint, or a bookmark"),
        _split(DELETES, DELETE),
        complete=numbers_there,
    ),
    Command(
        "enable",
        ("en",),
        "enable [once|delete|count K|display] [N …]",
        translatable(
            "let breakpoints stop again; once, or K times, and be disabled; once and be deleted; or displays"
        ),
        _split({**ENABLES, "breakpoints": _split(ENABLES, ENABLE), "display": enable_display}, ENABLE),
        complete=numbers_there,
    ),
    Command(
        "disable",
        ("dis", "disa"),
        "disable [display] [N …]",
        translatable("keep breakpoints from stopping, or displays from being shown"),
        _split({"breakpoints": DISABLE, "display": disable_display}, DISABLE),
        complete=numbers_there,
    ),
    Command(
        "save",
        (),
        "save breakpoints FILE",
        translatable("write the breakpoints as commands into a file, for source"),
        _save,
    ),
)
