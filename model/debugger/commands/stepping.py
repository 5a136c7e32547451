"""Commands that move: step, next, finish, continue, their reverses, until, goto, …"""

from __future__ import annotations

from collections.abc import Callable

from ..debugger import Debugger, Stop
from ..position_names import PositionNameError
from .command import Command, CommandError, Outcome, count, function_names


def _counted(move: Callable[[Debugger, int], Stop]) -> Callable[[Debugger, str], Outcome]:
    return lambda debugger, rest: Outcome(move(debugger, count(rest)).text)


def _plain(move: Callable[[Debugger], Stop]) -> Callable[[Debugger, str], Outcome]:
    def command(debugger: Debugger, rest: str) -> Outcome:
        if rest:
            raise CommandError(f'nothing may follow here, not "{rest}"')
        return Outcome(move(debugger).text)

    return command


def _running(move: Callable[[Debugger], Stop]) -> Callable[[Debugger, str], Outcome]:
    """Continue, with a count: the breakpoint we stand at lets that many more hits pass."""

    def command(debugger: Debugger, rest: str) -> Outcome:
        stop = debugger.last.stop
        for _ in range(count(rest)):
            stop = move(debugger)
            if stop.breakpoint is None:
                break
        return Outcome(stop.text)

    return command


def _until(debugger: Debugger, rest: str) -> Outcome:
    if not rest:
        raise CommandError("until which function? (name, name:return, op:KIND, log:TEXT)")
    return Outcome(debugger.until(rest).text)


def _goto(debugger: Debugger, rest: str) -> Outcome:
    if rest in debugger.bookmarks:
        return Outcome(debugger.goto(debugger.bookmarks[rest]).text)
    if rest.endswith("%") and rest[:-1].isdecimal():
        return Outcome(debugger.goto(len(debugger.trace) * int(rest[:-1]) // 100).text)
    if not rest:
        raise CommandError("go where? (a position, +N, -N, N%, a bookmark, a function)")
    try:
        number = int(rest, 0)
    except ValueError:
        return Outcome(_goto_name(debugger, rest).text)
    relative = rest[0] in "+-"
    return Outcome(debugger.goto(debugger.position + number if relative else number).text)


def _goto_name(debugger: Debugger, name: str) -> Stop:
    try:
        return debugger.goto_name(name)
    except PositionNameError as error:
        raise CommandError(f'"{name}" is neither a position nor a bookmark: {error}') from None


def _phase(debugger: Debugger, rest: str) -> Outcome:
    if not rest or rest.lstrip("+-").isdecimal():
        return Outcome(debugger.phase(count(rest)).text)
    found = [phase for phase in debugger.phases.all() if rest.lower() in phase.name.lower()]
    if not found:
        names = ", ".join(phase.name for phase in debugger.phases.all())
        raise CommandError(f'no phase is called "{rest}"; there are {names}')
    return Outcome(debugger.goto(found[0].start + 1, "phase").text)


def _run(debugger: Debugger) -> Stop:
    debugger.start()
    return debugger.cont()


def _spots(debugger: Debugger) -> list[str]:
    return [*debugger.bookmarks, *function_names(debugger)]


def _phase_names(debugger: Debugger) -> list[str]:
    return [phase.name for phase in debugger.phases.all()]


COMMANDS = (
    Command(
        "step",
        ("s",),
        "step [N]",
        "into the next call, or past the next change",
        _counted(Debugger.step),
        repeats=True,
    ),
    Command(
        "next", ("n",), "next [N]", "like step, calls executed whole", _counted(Debugger.next), repeats=True
    ),
    Command(
        "finish",
        ("f", "fin"),
        "finish",
        "until this function has returned",
        _plain(Debugger.finish),
        repeats=True,
    ),
    Command(
        "continue",
        ("c",),
        "continue [N]",
        "until the Nth stop at a breakpoint",
        _running(Debugger.cont),
        repeats=True,
    ),
    Command(
        "reverse-step",
        ("rs",),
        "reverse-step [N]",
        "back to where step came from",
        _counted(Debugger.reverse_step),
        repeats=True,
    ),
    Command(
        "reverse-next",
        ("rn",),
        "reverse-next [N]",
        "back, calls undone whole",
        _counted(Debugger.reverse_next),
        repeats=True,
    ),
    Command(
        "reverse-finish",
        ("rf",),
        "reverse-finish",
        "back to this function's call",
        _plain(Debugger.reverse_finish),
        repeats=True,
    ),
    Command(
        "reverse-continue",
        ("rc",),
        "reverse-continue [N]",
        "back to the Nth breakpoint",
        _running(Debugger.reverse_cont),
        repeats=True,
    ),
    Command(
        "until",
        ("u",),
        "until PLACE",
        "until a function is entered (PLACE as for break)",
        _until,
        repeats=True,
        complete=function_names,
    ),
    Command(
        "advance", (), "advance PLACE", "the same as until", _until, repeats=True, complete=function_names
    ),
    Command(
        "event",
        ("e",),
        "event [N]",
        "N single events, back if negative",
        _counted(Debugger.event),
        repeats=True,
    ),
    Command(
        "phase",
        (),
        "phase [N|NAME]",
        "to the next phase of the boot, -1 back, or to one by name",
        _phase,
        repeats=True,
        complete=_phase_names,
    ),
    Command(
        "goto",
        ("g",),
        "goto POSITION",
        "to a position, +N, -N, N% of the boot, a bookmark, a name such as paging_init › map_mem",
        _goto,
        complete=_spots,
    ),
    Command("start", (), "start", "to the start of the boot", _plain(Debugger.start)),
    Command("end", (), "end", "to the end of the boot", _plain(Debugger.end)),
    Command("run", ("r",), "run", "from the start to the first breakpoint", _plain(_run)),
)
