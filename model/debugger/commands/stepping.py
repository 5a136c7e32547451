"""Commands that move: those of the table of moves, and until, goto, run, which keys do not have."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ...language.words import tr, translatable
from ..debugger import Debugger, Stop
from ..position_names import PositionNameError
from .breakpoints import meant
from .command import Command, CommandError, CommandOutcome, count, function_names
from .moves import MOVES, Move

PHASE = MOVES["phase"]


def _counted(move: Move) -> Callable[[Debugger, str], CommandOutcome]:
    return lambda debugger, rest: CommandOutcome(move.run(debugger, count(rest)).text)


def _plain(move: Callable[[Debugger], Stop]) -> Callable[[Debugger, str], CommandOutcome]:
    def command(debugger: Debugger, rest: str) -> CommandOutcome:
        if rest:
            raise CommandError(tr('nothing may follow here, not "{rest}"', rest=rest))
        return CommandOutcome(move(debugger).text)

    return command


def command_of(move: Move) -> Command:
    """A move as a command, which takes a count if the move does."""
    name, *aliases = move.gdb
    usage = f"{name} [N]" if move.counts else name
    function = _counted(move) if move.counts else _plain(lambda debugger: move.run(debugger, 1))
    return Command(name, tuple(aliases), usage, move.help, function, repeats=move.counts)


def _until(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        return CommandOutcome(debugger.until_later_line().text)
    return CommandOutcome(debugger.until(meant(debugger, rest), in_frame=True).text)


def _advance(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        raise CommandError(tr("advance to which place? (a function, name:return, FILE:N, op:KIND, log:TEXT)"))
    return CommandOutcome(debugger.until(meant(debugger, rest), in_frame=True).text)


def _nexti(debugger: Debugger, rest: str) -> CommandOutcome:
    return CommandOutcome(debugger.next_event(count(rest)).text)


def _reverse_nexti(debugger: Debugger, rest: str) -> CommandOutcome:
    return CommandOutcome(debugger.reverse_next_event(count(rest)).text)


def _goto(debugger: Debugger, rest: str) -> CommandOutcome:
    if rest in debugger.bookmarks:
        return CommandOutcome(debugger.goto(debugger.bookmarks[rest]).text)
    if rest.endswith("%") and rest[:-1].isdecimal():
        return CommandOutcome(debugger.goto(len(debugger.trace) * int(rest[:-1]) // 100).text)
    if not rest:
        raise CommandError(tr("go where? (a position, +N, -N, N%, a bookmark, a function)"))
    try:
        number = int(rest, 0)
    except ValueError:
        return CommandOutcome(_goto_name(debugger, rest).text)
    relative = rest[0] in "+-"
    return CommandOutcome(debugger.goto(debugger.position + number if relative else number).text)


def _goto_name(debugger: Debugger, name: str) -> Stop:
    try:
        return debugger.goto_name(name)
    except PositionNameError as error:
        raise CommandError(
            tr('"{name}" is neither a position nor a bookmark: {error}', name=name, error=error)
        ) from None


def _phase(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest or rest.lstrip("+-").isdecimal():
        return CommandOutcome(PHASE.run(debugger, count(rest)).text)
    found = [
        phase
        for phase in debugger.phases.all()
        if rest.lower() in phase.name.lower() or rest in tr(phase.name)
    ]
    if not found:
        names = ", ".join(tr(phase.name) for phase in debugger.phases.all())
        raise CommandError(tr('no phase is called "{rest}"; there are {names}', rest=rest, names=names))
    return CommandOutcome(debugger.goto(found[0].start + 1, "phase").text)


def _run(debugger: Debugger) -> Stop:
    debugger.start()
    return debugger.cont()


def _spots(debugger: Debugger) -> list[str]:
    return [*debugger.bookmarks, *function_names(debugger)]


def _phase_names(debugger: Debugger) -> list[str]:
    return [phase.name for phase in debugger.phases.all()]


COMMANDS = (
    *(command_of(move) for move in MOVES.values() if move is not PHASE),
    replace(
        command_of(PHASE),
        usage="phase [N|NAME]",
        help=translatable("to the next phase of the boot, or to one by name"),
        function=_phase,
        complete=_phase_names,
    ),
    Command(
        "until",
        ("u",),
        "until [PLACE]",
        translatable(
            "until a function is entered (PLACE as for break), or this one returns; alone: next, loops whole"
        ),
        _until,
        repeats=True,
        complete=function_names,
    ),
    Command(
        "advance",
        (),
        "advance PLACE",
        translatable("until a function is entered (PLACE as for break), or this one returns"),
        _advance,
        repeats=True,
        complete=function_names,
    ),
    Command(
        "nexti",
        ("ni",),
        "nexti [N]",
        translatable("one single event, returns included, but calls are executed whole"),
        _nexti,
        repeats=True,
    ),
    Command(
        "reverse-nexti",
        ("rni",),
        "reverse-nexti [N]",
        translatable("one single event back, calls undone whole"),
        _reverse_nexti,
        repeats=True,
    ),
    Command(
        "goto",
        ("g", "goto-bookmark"),
        "goto POSITION",
        translatable(
            "to a position, +N, -N, N% of the boot, a bookmark, a name such as sparse_init › sparse_init_nid"
        ),
        _goto,
        complete=_spots,
    ),
    Command("run", ("r",), "run", translatable("from the start to the first breakpoint"), _plain(_run)),
)
