"""Commands about the open functions: frame, up, down, backtrace, and what info says of a frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...language.words import tr, translatable
from ...source.provenance import caller_words
from ...text.formats import formatted
from ...text.values import whole_text
from ..debugger import Debugger, Frame
from ..places import lines_of, place_of_frame
from .command import Command, CommandError, CommandOutcome, count

NONE_OPEN = translatable("no function is open")


def frame_text(number: int, frame: Frame) -> str:
    """A frame in one line, as gdb's backtrace has it: with its place in the kernel's source, or if none is
    known, in the model."""
    arguments = ", ".join(f"{name}={whole_text(name, value)}" for name, value in frame.arguments)
    place = frame.place if frame.place.file else tr("model: {filename}", filename=frame.site.filename)
    return f"#{number:<3} {frame.function.name} ({arguments}) at {place}"


def _innermost_first(debugger: Debugger) -> tuple[Frame, ...]:
    return debugger.where().frames[::-1]


def stack_topic(debugger: Debugger, rest: str) -> str:
    """The open functions, as many as asked for: ``-N`` are the outermost."""
    shown = _of_stack(debugger, rest)
    return "\n".join(frame_text(number, frame) for number, frame in shown) or NONE_OPEN


def _of_stack(debugger: Debugger, rest: str) -> list[tuple[int, Frame]]:
    """The open functions that are asked for, with their levels."""
    frames = [*enumerate(_innermost_first(debugger))]
    wanted = count(rest.removeprefix("full").strip(), len(frames))
    return frames[:wanted] if wanted >= 0 else frames[wanted:]


def stack_json(debugger: Debugger, rest: str) -> dict[str, Any]:
    """The same as plain data."""
    from ..inspect.commands_json import frames_json  # only where JSON is printed

    return frames_json(_of_stack(debugger, rest))


def frame_json(debugger: Debugger, rest: str) -> dict[str, Any]:
    """One frame as plain data.  Raises `CommandError`."""
    from ..inspect.commands_json import frames_json

    level = _level(debugger, rest)
    return frames_json([(level, _innermost_first(debugger)[level])])


def _level(debugger: Debugger, rest: str) -> int:
    """The frame that is meant: a number, ``level N``, ``function NAME`` or a name; the selected one without
    any.  Raises `CommandError`."""
    frames = _innermost_first(debugger)
    if not frames:
        raise CommandError(tr(NONE_OPEN))
    word, _, name = rest.partition(" ")
    rest = name.strip() if word in ("level", "function") and name else rest
    if not rest:
        return debugger.looking.level
    if rest.isidentifier():
        found = [level for level, frame in enumerate(frames) if frame.function.name == rest]
        if not found:
            raise CommandError(tr("{rest} is not open here; backtrace lists what is", rest=rest))
        return found[0]
    level = count(rest)
    if not 0 <= level < len(frames):
        raise CommandError(tr("there is no frame {level}: {count} are open", level=level, count=len(frames)))
    return level


def _shown(debugger: Debugger) -> str:
    """The selected frame, and the line that it has got to."""
    level = debugger.looking.level
    text = frame_text(level, _innermost_first(debugger)[level])
    place = place_of_frame(debugger, level)
    lines = lines_of(debugger, place) if place is not None else []
    if place is None or not 0 < place.line <= len(lines):
        return text
    return f"{text}\n{place.line}\t{lines[place.line - 1]}"


def _selected(debugger: Debugger) -> CommandOutcome:
    return CommandOutcome(_shown(debugger), plain=lambda: frame_json(debugger, ""))


def _frame(debugger: Debugger, rest: str) -> CommandOutcome:
    if rest.split(" ")[0] == "apply":
        raise CommandError(tr("backtrace shows every frame with its arguments; frame N selects one"))
    debugger.select_frame(_level(debugger, rest))
    return _selected(debugger)


def _select(debugger: Debugger, rest: str) -> CommandOutcome:
    debugger.select_frame(_level(debugger, rest))
    return CommandOutcome("")


def _outward(sign: int, silently: bool) -> Callable[[Debugger, str], CommandOutcome]:
    """A command that selects a frame so many calls further out, or in."""

    def command(debugger: Debugger, rest: str) -> CommandOutcome:
        frames = _innermost_first(debugger)
        if not frames:
            raise CommandError(tr(NONE_OPEN))
        here, steps = debugger.looking.level, sign * count(rest)
        level = min(max(here + steps, 0), len(frames) - 1)
        if level == here and steps > 0:
            raise CommandError(tr("this is the outermost function: there is no way up"))
        if level == here and steps < 0:
            raise CommandError(tr("this is the function you are in: there is no way down"))
        debugger.select_frame(level)
        return CommandOutcome("") if silently else _selected(debugger)

    return command


def frame_topic(debugger: Debugger, rest: str) -> str:
    """All there is to say of a frame."""
    frames = _innermost_first(debugger)
    level = _level(debugger, rest)
    frame, place = frames[level], place_of_frame(debugger, level)
    lines = [
        frame_text(level, frame),
        tr("entered at event {enter}", enter=frame.enter),
        caller_words(debugger.trace, frame.enter, tr("called from nothing that is modelled")),
        *([place.words()] if place is not None and place.file else []),
        *([tr("it has called {name}", name=frames[level - 1].function.name)] if level else []),
        *([frame.function.doc] if frame.function.doc else []),
    ]
    return "\n".join(lines)


def arguments_topic(debugger: Debugger, rest: str) -> str:
    """What the function of the selected frame was given."""
    frame = debugger.selected_frame()
    if frame is None:
        return tr(NONE_OPEN)
    lines = [f"{name} = {formatted(name, value)}" for name, value in frame.arguments]
    return "\n".join(lines) or tr("{name} takes no arguments", name=frame.function.name)


def locals_topic(debugger: Debugger, rest: str) -> str:
    """The local variables of the selected frame, which a boot of the model is run again for."""
    frame = debugger.selected_frame()
    if silence := debugger.facts.silence("locals"):
        raise CommandError(silence)
    if debugger.locals_at is None:
        raise CommandError(
            tr("nothing here runs the boot again for its locals: info args tells the arguments")
        )
    if not debugger.trace.finished:
        raise CommandError(tr("local variables are told when the boot has been recorded to its end"))
    if frame is None:
        return tr(NONE_OPEN)
    scopes = debugger.locals_at(debugger.position)
    values = next((scope.values for scope in scopes if scope.enter == frame.enter), ())
    return "\n".join(f"{name} = {text}" for name, text in values) or tr("no locals yet")


def _backtrace(debugger: Debugger, rest: str) -> CommandOutcome:
    return CommandOutcome(stack_topic(debugger, rest), plain=lambda: stack_json(debugger, rest))


def _open_functions(debugger: Debugger) -> list[str]:
    return [frame.function.name for frame in debugger.where().frames]


COMMANDS = (
    Command(
        "backtrace",
        ("bt", "where"),
        "backtrace [N]",
        translatable("the open functions, innermost first; N: so many, -N: the outermost"),
        _backtrace,
    ),
    Command(
        "frame",
        ("f",),
        "frame [N|NAME]",
        translatable("select an open function, for print, list and info; alone: show it"),
        _frame,
        complete=_open_functions,
    ),
    Command(
        "up",
        (),
        "up [N]",
        translatable("select the function that called this one"),
        _outward(1, False),
        repeats=True,
    ),
    Command(
        "down",
        (),
        "down [N]",
        translatable("select the function it has called"),
        _outward(-1, False),
        repeats=True,
    ),
    Command(
        "select-frame",
        (),
        "select-frame N|NAME",
        translatable("select an open function and say nothing"),
        _select,
        complete=_open_functions,
    ),
    Command("up-silently", (), "up-silently [N]", translatable("up, and say nothing"), _outward(1, True)),
    Command(
        "down-silently", (), "down-silently [N]", translatable("down, and say nothing"), _outward(-1, True)
    ),
)
